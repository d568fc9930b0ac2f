"""Steps 3 to 6 of checking a dossier: checkpoint, bodies, places in the log, evidence.

Bodies are read one at a time and not kept, so that memory stays small whatever a stranger packed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from charteroak.dossier import layout
from charteroak.dossier.archive import DossierArchive
from charteroak.dossier.entries import named_digests
from charteroak.dossier.errors import DossierError
from charteroak.errors import InputError, VerificationError
from charteroak.ledger.checkpoint import Checkpoint, open_checkpoint
from charteroak.ledger.entry import Entry, parse_header
from charteroak.ledger.errors import LogError
from charteroak.ledger.keys import Verifier
from charteroak.ledger.log import verify_log
from charteroak.ledger.note import parse_note
from charteroak.ledger.proof import parse_proof, verify_proof
from charteroak.ledger.tree import hash_leaf

_Digests: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RecordSource:
    """What the record is checked against: the key, the signed checkpoint, and the digests of the manifest by path."""

    verifier: Verifier
    checkpoint: Checkpoint
    note: bytes
    digests: _Digests


@dataclass(frozen=True, slots=True)
class VerifiedRecord:
    """The entries that hold, without their bodies, and what was counted on the way."""

    organisation: str
    entries: tuple[Entry, ...]
    bodies_checked: int
    bodies_withheld: int
    evidence_files: int


def verify_checkpoint(archive: DossierArchive, verifier: Verifier) -> tuple[Checkpoint, bytes]:
    """Step 3. The checkpoint and the note that it stands in.

    Raises:
        DossierError: the note is not signed by the log's key, or its two extracts are not from it.
    """
    data = archive.read(layout.CHECKPOINT_NOTE)
    try:
        checkpoint = open_checkpoint(data, verifier, origin=verifier.name)
        note = parse_note(data)
    except (InputError, VerificationError) as error:
        raise DossierError(layout.CHECKPOINT_NOTE, reason_of(error)) from error
    if archive.read(layout.CHECKPOINT_TEXT) != note.text.encode():
        raise DossierError(layout.CHECKPOINT_TEXT, f"is not the text of {layout.CHECKPOINT_NOTE}")
    signature = archive.read(layout.CHECKPOINT_SIGNATURE)
    mine = [s.signature for s in note.signatures if (s.key_name, s.key_id) == (verifier.name, verifier.key_id)]
    if signature not in mine:
        raise DossierError(layout.CHECKPOINT_SIGNATURE, f"is not the signature in {layout.CHECKPOINT_NOTE}")
    return checkpoint, data


def verify_record(archive: DossierArchive, source: RecordSource) -> VerifiedRecord:
    """Steps 4 to 6, entry by entry, then the log as a whole.

    Raises:
        DossierError: a file of the record does not hold.
    """
    evidence = _evidence(source.digests)
    accounted_for = _not_enclosed(archive).union(evidence.values())
    entries: list[Entry] = []
    bodies = 0
    for index in range(source.checkpoint.size):
        entry = _read_header(archive, index)
        bodies += _verify_body(archive, entry, accounted_for)
        _verify_place(archive, entry, source)
        entries.append(entry)
    _refuse_further_entries(source)
    organisation = entries[0].header.organisation if entries else ""
    try:
        verify_log(entries, [source.checkpoint], organisation=organisation)
    except LogError as error:
        name = layout.CHECKPOINT_NOTE if error.index is None else layout.header_file(error.index)
        raise DossierError(name, error.message) from error
    return VerifiedRecord(organisation, tuple(entries), bodies, len(entries) - bodies, len(evidence))


def reason_of(error: Exception) -> str:
    """The sentence of an error without place and remedy, which are the dossier's to give."""
    return error.message if isinstance(error, InputError | VerificationError) else str(error)


def _read_header(archive: DossierArchive, index: int) -> Entry:
    name = layout.header_file(index)
    leaf = archive.read(name)
    try:
        header = parse_header(leaf)
    except InputError as error:
        raise DossierError(name, reason_of(error)) from error
    if header.index != index:
        raise DossierError(name, f"is the header of entry {header.index}")
    return Entry(header, leaf, None, None)


def _verify_body(archive: DossierArchive, entry: Entry, accounted_for: frozenset[str]) -> bool:
    """Whether there was a body to check; it and the evidence that it names hold."""
    name, salt_name = layout.body_file(entry.header.index), layout.salt_file(entry.header.index)
    if name not in archive.names and salt_name not in archive.names:
        return False
    whole = Entry(entry.header, entry.header_bytes, archive.read(name), _read_salt(archive, salt_name))
    try:
        whole.verify_body()
        named = [digest.sha256 for digest in named_digests(whole)]
    except (InputError, VerificationError) as error:
        raise DossierError(name, reason_of(error)) from error
    for sha256 in named:
        if sha256 not in accounted_for:
            raise DossierError(name, f"names evidence {sha256}, which is not here")
    return True


def _read_salt(archive: DossierArchive, name: str) -> bytes:
    data = archive.read(name)
    try:
        salt = bytes.fromhex(data.decode("ascii"))
    except ValueError as error:
        raise DossierError(name, "is not one line of 64 hexadecimal digits") from error
    if data != f"{salt.hex()}\n".encode():
        raise DossierError(name, "is not one line of 64 hexadecimal digits")
    return salt


def _verify_place(archive: DossierArchive, entry: Entry, source: RecordSource) -> None:
    index = entry.header.index
    name = layout.proof_file(index)
    data = archive.read(name)
    try:
        proof = parse_proof(data)
        verify_proof(proof, hash_leaf(entry.header_bytes), source.verifier, origin=source.verifier.name)
    except (InputError, VerificationError) as error:
        raise DossierError(name, reason_of(error)) from error
    if (proof.index, proof.note) != (index, source.note):
        raise DossierError(name, "is the proof of another entry or checkpoint")


def _refuse_further_entries(source: RecordSource) -> None:
    """Nothing is filed as an entry that the checkpoint does not reach."""
    size = source.checkpoint.size
    makers = (layout.header_file, layout.body_file, layout.salt_file, layout.proof_file)
    allowed = {make(index) for index in range(size) for make in makers}
    for name in source.digests:
        if name.startswith(("entries/", "proofs/")) and name not in allowed:
            raise DossierError(name, f"belongs to no entry of the checkpoint, which has {size}")


def _evidence(digests: _Digests) -> _Digests:
    """The evidence files, each under the digest that the manifest lists for it."""
    evidence = {name: digest for name, digest in digests.items() if name.startswith("evidence/")}
    for name, digest in evidence.items():
        if not name.startswith(f"evidence/{digest}-"):
            raise DossierError(name, "does not carry its SHA-256 in its name")
    return evidence


def _not_enclosed(archive: DossierArchive) -> frozenset[str]:
    try:
        lines = archive.read(layout.NOT_ENCLOSED).decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise DossierError(layout.NOT_ENCLOSED, "is not UTF-8 text") from error
    return frozenset(line.partition("  ")[0] for line in lines)
