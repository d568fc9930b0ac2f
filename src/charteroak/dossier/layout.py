"""Which files a dossier has and what they are called. ``verify.sh`` knows the same names."""

import re
from datetime import date

FORMAT = "charteroak.dossier/1"
"""Stands in ``dossier.json``. A dossier whose layout a reader of this version would misread gets another number."""

READ_ME = "00-READ-ME-FIRST.txt"
INDEX = "dossier.json"
DETERMINATION = "determination.json"
DETERMINATION_TEXT = "determination.txt"
PROGRAM_STATUS = "program-status.json"
LATE_ENTRIES = "late-entries.txt"
NOT_ENCLOSED = "not-enclosed.txt"
CHECKPOINT_NOTE = "checkpoint.note"
CHECKPOINT_TEXT = "checkpoint.text"
CHECKPOINT_SIGNATURE = "checkpoint.sig"
VERIFIER_KEY = "keys/log.vkey"
PUBLIC_KEY = "keys/log.pub.pem"
GUIDE = "VERIFY.md"
VERIFIER = "verify.sh"
MANIFEST = "MANIFEST.sha256"
MANIFEST_SIGNATURE = "MANIFEST.sha256.sig"

ALWAYS_PRESENT = (
    READ_ME, INDEX, DETERMINATION, DETERMINATION_TEXT, PROGRAM_STATUS, LATE_ENTRIES, NOT_ENCLOSED, CHECKPOINT_NOTE,
    CHECKPOINT_TEXT, CHECKPOINT_SIGNATURE, VERIFIER_KEY, PUBLIC_KEY, GUIDE, VERIFIER,
)  # fmt: skip
"""Listed in the manifest of every dossier."""

UNLISTED = (MANIFEST, MANIFEST_SIGNATURE)
"""The manifest cannot list itself; its signature covers it."""

_SAFE_PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
_FOLDER = re.compile(r"dossier-[a-z0-9]+(?:-[a-z0-9]+)*-[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NAME_LENGTH = 60


def folder_name(slug: str, breach_from: date, breach_to: date) -> str:
    """The one top folder of a dossier."""
    return f"dossier-{slug}-{breach_from.isoformat()}-{breach_to.isoformat()}"


def is_folder_name(name: str) -> bool:
    """Whether this can be the top folder of a dossier."""
    return _FOLDER.fullmatch(name) is not None


def is_safe_path(name: str) -> bool:
    """Whether a path is of the plain kind that every dossier file has: no root, no dots in front, no odd characters."""
    return _SAFE_PATH.fullmatch(name) is not None and ".." not in name


def header_file(index: int) -> str:
    """The exact leaf bytes of an entry."""
    return f"entries/{index:06d}.header.json"


def body_file(index: int) -> str:
    """The body of an entry, where it is enclosed."""
    return f"entries/{index:06d}.body.json"


def salt_file(index: int) -> str:
    """The salt of an entry's body, as one line of hexadecimal."""
    return f"entries/{index:06d}.salt"


def proof_file(index: int) -> str:
    """The inclusion proof of an entry."""
    return f"proofs/{index:06d}.tlog-proof"


def evidence_file(sha256: str, name: str) -> str:
    """An evidence file: its digest, and what is safe of its name."""
    kept = re.sub(r"[^A-Za-z0-9._-]+|\.{2,}", "_", name)
    stem, dot, suffix = kept.rpartition(".")
    room = _NAME_LENGTH - len(suffix) - 1
    short = f"{stem[:room]}.{suffix}" if dot and stem and room > 0 else kept[:_NAME_LENGTH]
    return f"evidence/{sha256}-{short or 'file'}"
