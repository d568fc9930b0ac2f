"""What a dossier is made from, and what it is once made. Plain values; nothing here reads or decides."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, BinaryIO, TypeAlias

from charteroak.ledger.entry import Entry
from charteroak.ledger.keys import Signer

OpenStream: TypeAlias = Callable[[], AbstractContextManager[BinaryIO]]


@dataclass(frozen=True, slots=True)
class EvidenceSource:
    """Bytes in the evidence store. ``open`` may be called more than once and starts at the first byte each time."""

    sha256: str
    size: int
    name: str
    media_type: str
    open: OpenStream = field(repr=False)


@dataclass(frozen=True, slots=True)
class DossierSubject:
    """The organisation whose record this is."""

    name: str
    slug: str
    kind: str
    is_fictional: bool


@dataclass(frozen=True, slots=True)
class DossierRequest:
    """Everything that goes into a dossier.

    ``determination`` and ``program_status`` are the JSON documents of ``safe-harbor determine`` and ``program
    status``. ``entries`` are all entries below the checkpoint, in order; a body (with its salt) may be left out.
    ``proofs`` holds the rendered tlog-proof of each entry by index. ``evidence`` holds each digest that an enclosed
    body names; one that cannot be enclosed stands in ``not_enclosed`` with the reason instead.
    """

    organisation: DossierSubject
    breach_from: date
    breach_to: date
    known_at: datetime
    determination: Mapping[str, Any]
    program_status: Mapping[str, Any]
    entries: Sequence[Entry]
    proofs: Mapping[int, bytes]
    checkpoint_note: bytes
    signer: Signer
    evidence: Mapping[str, EvidenceSource]
    software_version: str
    not_enclosed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DossierFile:
    """One file: its path below the top folder, its digest, and its bytes or where to get them."""

    name: str
    sha256: str
    content: bytes | EvidenceSource = field(repr=False)


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier ready to be packed: files sorted by path, and the two digests to publish beside it."""

    folder: str
    files: tuple[DossierFile, ...]
    manifest_sha256: str
    verifier_sha256: str
