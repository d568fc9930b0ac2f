"""Bounds that stand in front of every library that reads OSCAL.

The largest official document that is known, SP 800-53 with all assessment objectives, has about 10 MB, 250,000
members and a depth of 24.
"""

DOCUMENT_LIMIT_BYTES = 32 << 20
MEMBER_LIMIT = 1_500_000
"""Members of objects and lists, counted high: each comma and opening bracket in the bytes is taken for one."""
DEPTH_LIMIT = 64
"""Objects and lists inside one another."""
LISTED_ISSUES = 100
"""Issues that are listed of one document; there may be more."""
VALUES_AT_ONCE = 20_000
"""Values of an invalid document that are held against the schema together: each fault of them takes some kilobytes."""
PASSAGE_LIMIT_CHARACTERS = 100_000
"""Of one passage with its parameters put in; the longest official one has 4,000."""
WORDING_LIMIT_CHARACTERS = 16 << 20
"""Of everything that a catalog brings to pages; SP 800-53 has one million."""
INSERT_DEPTH = 3
"""Parameters inside the values of parameters: a text, its values, and theirs. Official catalogs use two."""
PROFILE_CHAIN_LIMIT = 8
"""Profiles that build on one another."""
IMPORT_LIMIT = 100
"""Imports that are followed for one profile, those of the profiles below it among them."""
INSERTION_LIMIT = 500
"""Places of a profile's custom structure that controls are put into."""
PATTERN_LIMIT = 200
"""Patterns of one selection."""
PATTERN_LIMIT_CHARACTERS = 255
MATCHING_LIMIT = 2_000_000
"""Patterns of one selection times the controls that they are held against."""
XML_ELEMENT_LIMIT = 400_000
"""Elements of an XML catalog."""
