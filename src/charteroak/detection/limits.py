"""Every size limit of the detection packages, with its reason. Reaching one is reported, never passed over."""

INDICATOR_FILE_BYTES = 256 << 20
"""A million listed URLs with their context stay below this."""

READ_BYTES = 1 << 20
"""One read, and about one block to search: large enough to hide the cost of a call, small enough for the cache."""

SNIFF_BYTES = 64 << 10
"""What the form of a file is judged by."""

LINE_BYTES = 32 << 20
"""A longer line is no record that a logger wrote. It is searched in pieces as plain text, and said so."""

PIECE_CONTEXT_BYTES = 16 << 10
"""How far two pieces of one line overlap: more than the longest listed value and the longest reported name together."""

VALUE_BYTES = 1024
"""A reported name ends here. A DNS name has at most 253 characters; a hostile log would fill the screen."""

FIELD_CHARACTERS = 1024
"""A field's path ends here: keys of a hostile record, nested and long, would multiply without end."""

CSV_ROW_BYTES = 4 << 20
"""A row that is still open after this much has a stray quotation mark in it; its lines are searched as text."""

EVENT_LOG_IN_MEMORY_BYTES = 64 << 20
"""An unpacked event log above this goes to a temporary file: its reader has to seek."""

EVENT_LOG_ERRORS = 1000
"""After so many unreadable records an event log is given up, and reported so."""

UNPACKED_RATIO = 1000
"""A file that unpacks to more than this many times its size is a bomb, not a log (gzip cannot exceed 1,032)."""

UNPACKED_FREE_BYTES = 256 << 20
"""Below this, no ratio is asked about: small, very regular logs pack very well."""

GZIP_FEED_BYTES = 16 << 10
"""Packed bytes handed to zlib at once. What follows a member's end is copied, so many tiny members stay cheap."""

ZSTD_FEED_BYTES = 1 << 10
"""Packed bytes handed to the zstd decoder at once. A block of 4 bytes can stand for 128 KB, so this bounds one step."""

SPLIT_BYTES = 64 << 20
"""A part of a large log that one worker searches at a time: seconds of work, so that few workers wait for one."""
