"""What certificate drafts are filled from."""

from datetime import date, datetime

from msgspec import Struct


class CertificateFacts(Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What the drafts are filled from. An empty text or ``None`` becomes a blank."""

    organisation: str
    is_fictional: bool = False
    first: date
    last: date
    dated: datetime
    """The moment of the record: the document's date."""
    origin: str
    size: int
    root: str
    keys: tuple[str, ...] = ()
    recorded_from: datetime | None = None
    recorded_to: datetime | None = None
    late_entries: tuple[int, ...] = ()
    evidence_files: int | None = None
    withheld: int = 0
    software: str = ""
    """Name and version."""
    source_sha256: str = ""
    tests: str = ""
    """What was tested and what came out, in a sentence."""
    known_defects: str = ""
    anchors: str = ""
    """What outside anchors there are, in a sentence."""
    custodian: str = ""
    position: str = ""
    hardware: str = ""
    operating_system: str = ""
    clock: str = ""
    access: str = ""
    """Who may enter and change what, in a sentence."""
    backups: str = ""
    routine: str = ""
    """The routine by which entries are made, in a sentence."""
