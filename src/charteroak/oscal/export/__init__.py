"""From the record of a program to OSCAL documents, as of a day and as known at a moment.

The same record gives the same bytes: identifiers are UUIDs of version 5 over stable names, and the date of a document
is that of the newest entry it was made from. Nothing here judges: what the record shows is said in OSCAL's words, and
whatever those cannot carry stands beside them in properties of our namespace.
"""
