"""The record of a dossier as files: entries, proofs, keys, checkpoints and what outsiders said of them.

The files are cut so that public tools see at once what they are: the SHA-256 of an entry's ``.leaf`` file is its leaf
hash, that of its ``.body`` file the commitment in its header. Checking the manifest thus checks them all.
"""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Protocol

from charteroak.dossier import layout
from charteroak.dossier.contents import DossierFile, Render, SignedCheckpoint, Stamp, WitnessSignature
from charteroak.ledger.checkpoint import parse_checkpoint
from charteroak.ledger.entry import Entry
from charteroak.ledger.keys import Verifier
from charteroak.ledger.log_keys import LogKeyPeriod, LogVerifiers
from charteroak.ledger.note import NoteSignature, SignedNote, parse_note, render_note
from charteroak.ledger.tree import hash_leaf
from charteroak.ledger.vkey import split_vkey

LEAF_PREFIX = b"\x00"
TIME_BYTES = 8
"""A co-signature begins with its time, then the Ed25519 signature (tlog-cosignature, "Format")."""


class SignedRecord(Protocol):
    """What the files of a record are made from: the log's keys over the years, and checkpoints."""

    @property
    def verifiers(self) -> LogVerifiers:
        """The log's public keys, the earliest first."""

    @property
    def checkpoints(self) -> Sequence[SignedCheckpoint]:
        """In the order of their sizes."""


def entry_files(entry: Entry) -> Iterator[DossierFile]:
    """An entry's header, and of its body and private parts what is at hand."""
    header = entry.header
    yield DossierFile(layout.leaf_file(header.index), hash_leaf(entry.header_bytes).hex(), _leaf(entry))
    if entry.body is not None and entry.salt is not None:
        yield _now(layout.body_file(header.index), entry.salt + entry.body)
    for name, part in sorted(entry.parts.items()):
        if part.salt is not None and part.value is not None:
            yield _now(layout.private_part_file(header.index, name), part.salt + part.value)


def proof_file(index: int, render: Render) -> DossierFile:
    """An entry's inclusion proof, made again when it is written."""
    return DossierFile(layout.proof_file(index), hashlib.sha256(render()).hexdigest(), render)


def record_files(request: SignedRecord) -> Iterator[DossierFile]:
    """Keys, checkpoints, co-signatures, tokens, certificates, and the index by which ``verify.sh`` finds them."""
    periods = list(request.verifiers.periods)
    names = {period.first_size: name for name, period in named_periods(periods)}
    index = [f"origin {request.verifiers.origin}"]
    for name, period in named_periods(periods):
        index.append(f"log {name} {period.first_size} {'-' if period.last_size is None else period.last_size}")
        yield from _log_key_files(name, period)
    numbering = _Numbering()
    for checkpoint in request.checkpoints:
        period = request.verifiers.period_of(checkpoint.size)
        both = "ed25519" if period.p256 is None else "both"
        index.append(f"checkpoint {checkpoint.size:06d} {checkpoint.size} {names[period.first_size]} {both}")
        yield from _checkpoint_files(checkpoint, period, numbering, index)
    yield from numbering.files()
    yield _now(layout.RECORD_INDEX, "".join(f"{line}\n" for line in index).encode("ascii"))


def named_periods(periods: Sequence[LogKeyPeriod]) -> Iterator[tuple[str, LogKeyPeriod]]:
    """The log's key pairs with the names of their files, the earliest first."""
    for number, period in enumerate(periods[:-1], start=1):
        yield f"{layout.CURRENT_KEYS}-{number}", period
    yield layout.CURRENT_KEYS, periods[-1]


def cosignature_statement(text: str, seconds: int) -> bytes:
    """What a witness signs (tlog-cosignature, "Format")."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


class _Numbering:
    """Numbers for the witnesses and authorities of a dossier, in the order in which they come up."""

    def __init__(self) -> None:
        self._witnesses: dict[str, int] = {}
        self._authorities: dict[tuple[bytes, bytes | None], int] = {}

    def witness(self, vkey: str) -> int:
        return self._witnesses.setdefault(vkey, len(self._witnesses) + 1)

    def authority(self, stamp: Stamp) -> int:
        return self._authorities.setdefault((stamp.roots_pem, stamp.crl_pem), len(self._authorities) + 1)

    def files(self) -> Iterator[DossierFile]:
        for vkey, number in self._witnesses.items():
            parts = split_vkey(vkey)
            yield _now(layout.key_file(f"witness-{number}", "vkey"), f"{vkey}\n".encode())
            yield _now(layout.key_file(f"witness-{number}", "pem"), Verifier(parts.name, parts.public_key).spki_pem)
        for (roots_pem, crl_pem), number in self._authorities.items():
            yield _now(layout.authority_file(number), roots_pem)
            if crl_pem is not None:
                yield _now(layout.authority_file(number, "crl"), crl_pem)


def _leaf(entry: Entry) -> Render:
    return lambda: LEAF_PREFIX + entry.header_bytes


def _log_key_files(name: str, period: LogKeyPeriod) -> Iterator[DossierFile]:
    yield _now(layout.key_file(f"{name}.ed25519", "vkey"), f"{period.ed25519.vkey}\n".encode())
    yield _now(layout.key_file(f"{name}.ed25519", "pem"), period.ed25519.spki_pem)
    if period.p256 is not None:
        yield _now(layout.key_file(f"{name}.p256", "vkey"), f"{period.p256.vkey}\n".encode())
        yield _now(layout.key_file(f"{name}.p256", "pem"), period.p256.spki_pem)


def _checkpoint_files(
    checkpoint: SignedCheckpoint, period: LogKeyPeriod, numbering: _Numbering, index: list[str]
) -> Iterator[DossierFile]:
    size = checkpoint.size
    note = parse_note(checkpoint.note)
    parse_checkpoint(note.text)
    yield _now(layout.checkpoint_file(size, "checkpoint.note"), checkpoint.note)
    yield _now(layout.checkpoint_file(size, "checkpoint.text"), note.text.encode())
    for kind, verifier in (("ed25519", period.ed25519), ("p256", period.p256)):
        for own in note.signatures:
            if verifier is not None and (own.key_name, own.key_id) == (verifier.name, verifier.key_id):
                yield _now(layout.checkpoint_file(size, f"{kind}.sig"), own.signature)
    lines: list[NoteSignature] = []
    for number, cosigned in zip(count(1), checkpoint.cosignatures, strict=False):
        signature = cosigned.signature.signature
        seconds = int.from_bytes(signature[:TIME_BYTES], "big")
        lines.append(cosigned.signature)
        index.append(f"cosignature {size:06d} {number} {numbering.witness(cosigned.vkey)} {seconds} {_whose(cosigned)}")
        yield _now(
            layout.checkpoint_file(size, f"cosignature-{number}.text"), cosignature_statement(note.text, seconds)
        )
        yield _now(layout.checkpoint_file(size, f"cosignature-{number}.sig"), signature[TIME_BYTES:])
    if lines:
        whole = render_note(SignedNote(note.text, (*note.signatures, *lines)))
        yield _now(layout.checkpoint_file(size, "cosigned.note"), whole)
    for number, stamp in zip(count(1), checkpoint.stamps, strict=False):
        over = "note" if stamp.renews is None else str(stamp.renews + 1)
        seconds = int(stamp.moment.timestamp())
        index.append(f"token {size:06d} {number} {over} {numbering.authority(stamp)} {seconds} {_whose(stamp)}")
        yield _now(layout.checkpoint_file(size, f"token-{number}.tsr"), stamp.response)


def _whose(anchor: WitnessSignature | Stamp) -> str:
    """The word of the index that says whether the log's operator runs this too."""
    return "outside" if anchor.is_outside else "same-operator"


def _now(name: str, content: bytes) -> DossierFile:
    return DossierFile(name, hashlib.sha256(content).hexdigest(), content)
