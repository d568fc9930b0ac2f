"""Which files a dossier has and what they are called. ``verify.sh`` knows the same names."""

import re
from datetime import date

FORMAT = "charteroak.dossier/2"
"""Stands in ``dossier.json``. A dossier whose layout a reader of this version would misread gets another number."""

READ_ME = "00-READ-ME-FIRST.txt"
HUMAN_PART = "01-human-part.pdf"
HUMAN_DATA = "01-human-part.json"
INDEX = "dossier.json"
NOT_ENCLOSED = "12-not-enclosed.txt"
GUIDE = "VERIFY.md"
VERIFIER = "verify.sh"
MANIFEST = "MANIFEST.sha256"
MANIFEST_ED25519 = "MANIFEST.sha256.ed25519.sig"
MANIFEST_P256 = "MANIFEST.sha256.p256.sig"

PARTS = {
    "02": "determination",
    "03": "interval",
    "04": "editions",
    "05": "written-program",
    "06": "requirements",
    "07": "gaps",
    "08": "evidence",
    "09": "record",
    "10": "late-entries",
    "11": "breach-duty-log",
    "12": "custody",
    "13": "certificates",
    "14": "software",
}
"""Each part as JSON for programs and as text for people. 00 and 01 are above; 15 is how to check it."""

RECORD = "09-record"
RECORD_INDEX = f"{RECORD}/index.txt"
CURRENT_KEYS = "log"
"""How the files of the log's keys in force begin; earlier pairs are ``log-1``, ``log-2``."""

CUSTODY_DATA = "custody.json"
CUSTODY_TEXT = "custody.txt"
"""What a custody export says of its items, for programs and for people."""

UNLISTED = (MANIFEST, MANIFEST_ED25519, MANIFEST_P256)
"""The manifest cannot list itself; its signatures cover it."""

_SAFE_PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
_FOLDER = re.compile(r"dossier-[a-z0-9]+(?:-[a-z0-9]+)*-[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CUSTODY_FOLDER = re.compile(r"custody-[a-z0-9]+(?:-[a-z0-9]+)*-inc-[0-9]{4}-[0-9]{3,6}(?:-referral-[0-9]{1,4})?")
_NAME_LENGTH = 60


def folder_name(slug: str, breach_from: date, breach_to: date) -> str:
    """The one top folder of a dossier."""
    return f"dossier-{slug}-{breach_from.isoformat()}-{breach_to.isoformat()}"


def is_folder_name(name: str) -> bool:
    """Whether this can be the top folder of a dossier."""
    return _FOLDER.fullmatch(name) is not None


def custody_folder_name(slug: str, name: str) -> str:
    """The one top folder of a custody export or a referral: of an organisation's incident, or a referral of it."""
    return f"custody-{slug}-{name.lower()}"


def is_custody_folder_name(name: str) -> bool:
    """Whether this can be the top folder of a custody export."""
    return _CUSTODY_FOLDER.fullmatch(name) is not None


def is_safe_path(name: str) -> bool:
    """Whether a path is of the plain kind that every dossier file has: no root, no dots in front, no odd characters."""
    return _SAFE_PATH.fullmatch(name) is not None and ".." not in name


def place_in_order(name: str) -> list[str]:
    """The key by which files are sorted: the order in which a shell lists folder after folder."""
    return name.split("/")


def part_file(number: str, suffix: str) -> str:
    """A part of the dossier: ``json`` or ``txt``."""
    return f"{number}-{PARTS[number]}.{suffix}"


def leaf_file(index: int) -> str:
    """The byte 00 and an entry's header: its SHA-256 is the leaf hash of RFC 6962."""
    return f"{RECORD}/entries/{index:06d}.leaf"


def body_file(index: int) -> str:
    """An entry's salt and body, where they are enclosed: its SHA-256 is the commitment in the header."""
    return f"{RECORD}/entries/{index:06d}.body"


def private_part_file(index: int, name: str) -> str:
    """The salt and value of a private part, where they are enclosed: its SHA-256 is the commitment in the header."""
    return f"{RECORD}/entries/{index:06d}.part-{name}"


def proof_file(index: int) -> str:
    """The inclusion proof of an entry under the newest checkpoint."""
    return f"{RECORD}/proofs/{index:06d}.tlog-proof"


def key_file(name: str, suffix: str) -> str:
    """A public key, as ``vkey`` text or as ``pem``."""
    return f"{RECORD}/keys/{name}.{suffix}"


def checkpoint_file(size: int, name: str) -> str:
    """A file of the checkpoint over so many entries."""
    return f"{RECORD}/checkpoints/{size:06d}/{name}"


def authority_file(number: int, suffix: str = "pem") -> str:
    """The certificates of a time-stamping authority, or its revocation list."""
    return f"{RECORD}/authorities/{number}.{suffix}"


def certificate_file(identifier: str, suffix: str) -> str:
    """A certificate template, as ``txt`` or ``pdf``."""
    return f"13-certificates/{identifier}.{suffix}"


def evidence_file(sha256: str, name: str) -> str:
    """An evidence file: its digest, and what is safe of its name."""
    kept = re.sub(r"[^A-Za-z0-9._-]+|\.{2,}", "_", name)
    stem, dot, suffix = kept.rpartition(".")
    room = _NAME_LENGTH - len(suffix) - 1
    short = f"{stem[:room]}.{suffix}" if dot and stem and room > 0 else kept[:_NAME_LENGTH]
    return f"08-evidence/{sha256}-{short or 'file'}"


ALWAYS_PRESENT = (
    READ_ME,
    INDEX,
    NOT_ENCLOSED,
    GUIDE,
    VERIFIER,
    RECORD_INDEX,
    *(part_file(number, suffix) for number in PARTS for suffix in ("json", "txt")),
    *(key_file(f"{CURRENT_KEYS}.{kind}", suffix) for kind in ("ed25519", "p256") for suffix in ("vkey", "pem")),
)
"""Listed in the manifest of every dossier."""

CUSTODY_ALWAYS_PRESENT = (
    READ_ME,
    CUSTODY_DATA,
    CUSTODY_TEXT,
    NOT_ENCLOSED,
    VERIFIER,
    RECORD_INDEX,
    *(key_file(f"{CURRENT_KEYS}.{kind}", suffix) for kind in ("ed25519", "p256") for suffix in ("vkey", "pem")),
)
"""Listed in the manifest of every custody export."""
