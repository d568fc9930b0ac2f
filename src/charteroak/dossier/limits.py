"""Limits on what a dossier archive may hold, checked before the library that reads it. Each with its reason."""

ARCHIVE_LIMIT_FILES = 100_000
"""Members. Thirty thousand ledger entries make three files each; more is no dossier but a memory bomb."""

ARCHIVE_LIMIT_DIRECTORY_BYTES = 64 << 20
"""The archive's own table of members, which is read whole: 100,000 members need about 20 MB."""

ARCHIVE_LIMIT_TOTAL_BYTES = 64 << 30
"""All members unpacked: a thousand evidence files of the largest size the evidence store takes (64 MB)."""

ARCHIVE_LIMIT_RATIO = 200
"""Unpacked to packed size of one member. Text and tables reach about 50; a zip bomb reaches 1,000 and more."""

DOCUMENT_LIMIT_BYTES = 32 << 20
"""A file that is read whole (all but evidence). A manifest of 100,000 lines has about 20 MB."""

NAME_LIMIT_BYTES = 240
"""A member's path. Ours stay below 200, so that they unpack on every system."""

CHUNK_BYTES = 1 << 20
"""Evidence is read in pieces of this size."""
