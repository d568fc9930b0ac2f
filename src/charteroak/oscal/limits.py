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
XML_ELEMENT_LIMIT = 400_000
"""Elements of an XML catalog."""
