"""What a dossier is made from, and what it is once made. Plain values; nothing here reads or decides."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, BinaryIO, TypeAlias

from charteroak.ledger.entry import Entry
from charteroak.ledger.log_keys import LogKeys, LogVerifiers
from charteroak.ledger.note import NoteSignature

OpenStream: TypeAlias = Callable[[], AbstractContextManager[BinaryIO]]
Render: TypeAlias = Callable[[], bytes]
"""Makes a small file's bytes, the same each time: a dossier of many entries need not hold them all at once."""


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
class WitnessSignature:
    """A witness's co-signature on a checkpoint (c2sp.org/tlog-cosignature): its key as text, and its line.

    One that whoever runs the log runs too is no outsider: it is enclosed, named as such, and counted for nothing.
    """

    vkey: str
    signature: NoteSignature
    operator: str = ""
    is_outside: bool = True


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time-stamp token of an authority on a checkpoint's note, or on an earlier token of the same checkpoint.

    ``response`` is the reply as it came (RFC 3161, TimeStampResp); ``renews`` is the place of the earlier token among
    the checkpoint's stamps; ``crl_pem`` is the authority's revocation list where one was kept.
    """

    authority: str
    roots_pem: bytes
    response: bytes
    moment: datetime
    renews: int | None = None
    crl_pem: bytes | None = None
    operator: str = ""
    is_outside: bool = True


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint as the log signed it, with what outsiders have said about it."""

    size: int
    note: bytes
    cosignatures: Sequence[WitnessSignature] = ()
    stamps: Sequence[Stamp] = ()


@dataclass(frozen=True, slots=True)
class PartDocument:
    """One numbered part: ``lead`` is its answer in a sentence, ``document`` its facts as JSON values.

    ``is_empty`` parts are enclosed too; their lead then says why there is nothing.
    """

    number: str
    title: str
    lead: str
    document: Mapping[str, Any]
    is_empty: bool = False


@dataclass(frozen=True, slots=True)
class DossierRequest:
    """Everything that goes into a dossier.

    ``entries`` are all entries below the newest checkpoint, in order; a body or a private part (with its salt) may be
    left out. ``proof_of`` gives the rendered tlog-proof of an entry under the newest checkpoint. ``checkpoints`` are in
    the order of their sizes. ``evidence`` holds each digest that an enclosed body names; one that cannot be enclosed
    stands in ``not_enclosed`` with the reason instead. ``further_files`` are enclosed as they are.
    """

    organisation: DossierSubject
    breach_from: date
    breach_to: date
    known_at: datetime
    outcome: str
    parts: Sequence[PartDocument]
    entries: Sequence[Entry]
    proof_of: Callable[[int], bytes] = field(repr=False)
    checkpoints: Sequence[SignedCheckpoint]
    keys: LogKeys
    verifiers: LogVerifiers
    evidence: Mapping[str, EvidenceSource]
    software_version: str
    not_enclosed: Mapping[str, str] = field(default_factory=dict)
    further_files: Mapping[str, bytes] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class DossierFile:
    """One file: its path below the top folder, its digest, and its bytes or where to get them."""

    name: str
    sha256: str
    content: bytes | EvidenceSource | Render = field(repr=False)


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier ready to be packed: files in order, and the two digests to publish beside it."""

    folder: str
    files: tuple[DossierFile, ...]
    manifest_sha256: str
    verifier_sha256: str
