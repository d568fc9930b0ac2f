"""The page that hands a record to other people's tools, in NIST's OSCAL."""
