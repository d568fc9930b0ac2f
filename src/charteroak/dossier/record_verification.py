"""Steps 3 to 5 of checking a dossier: bodies and private parts, evidence, and the log as a whole.

Bodies are read one at a time and not kept, so that memory stays small whatever a stranger packed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from charteroak.dossier import layout
from charteroak.dossier.archive import DossierArchive
from charteroak.dossier.entries import named_digests
from charteroak.dossier.errors import DossierError
from charteroak.dossier.record_files import LEAF_PREFIX
from charteroak.dossier.record_index import CheckpointLine, RecordIndex
from charteroak.dossier.record_keys import reason_of
from charteroak.errors import InputError, VerificationError
from charteroak.ledger.checkpoint import Checkpoint, parse_checkpoint
from charteroak.ledger.entry import SALT_BYTES, Entry, PrivatePart, parse_header
from charteroak.ledger.errors import LogError
from charteroak.ledger.log import verify_log
from charteroak.ledger.log_keys import LogVerifiers
from charteroak.ledger.note import SignedNote, parse_note
from charteroak.ledger.proof import TLogProof, parse_proof
from charteroak.ledger.tree import hash_leaf
from charteroak.ledger.verification import verify_inclusion

_Digests: TypeAlias = Mapping[str, str]
_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class VerifiedEntries:
    """The entries without their bodies, and what was counted on the way."""

    entries: tuple[Entry, ...]
    bodies: int
    private_parts: int
    withheld_parts: int
    evidence_files: int

    @property
    def withheld_bodies(self) -> int:
        """How many bodies are not here."""
        return len(self.entries) - self.bodies


@dataclass(frozen=True, slots=True)
class VerifiedCheckpoint:
    """A checkpoint that holds: its bytes, and the note that they are."""

    line: CheckpointLine
    data: bytes
    note: SignedNote
    checkpoint: Checkpoint


def verify_entries(archive: DossierArchive, digests: _Digests) -> VerifiedEntries:
    """Steps 3 and 4: each body and private part is what its entry commits to, and the evidence that it names is here.

    Raises:
        DossierError: a file does not hold.
    """
    evidence = _evidence(digests)
    accounted_for = _not_enclosed(archive).union(evidence.values())
    size = sum(name.startswith(f"{layout.RECORD}/entries/") and name.endswith(".leaf") for name in digests)
    _refuse_further_entries(digests, size)
    private = _private_names(digests)
    entries: list[Entry] = []
    bodies = parts = withheld = 0
    for index in range(size):
        entry = _read_entry(archive, index, private.get(index, ()))
        _verify_commitments(entry)
        _verify_named(entry, accounted_for)
        bodies += entry.body is not None
        parts += len(entry.parts)
        withheld += len(entry.withheld)
        entries.append(Entry(entry.header, entry.header_bytes, None, None))
    return VerifiedEntries(tuple(entries), bodies, parts, withheld, len(evidence))


def whole_entries(archive: DossierArchive, digests: _Digests) -> Iterator[Entry]:
    """The entries with their bodies and private parts, as far as they are here; of a dossier that was verified.

    Raises:
        DossierError: a file cannot be read.
    """
    private = _private_names(digests)
    size = sum(name.startswith(f"{layout.RECORD}/entries/") and name.endswith(".leaf") for name in digests)
    return (_read_entry(archive, index, private.get(index, ())) for index in range(size))


def verify_checkpoints(
    archive: DossierArchive, entries: tuple[Entry, ...], index: RecordIndex, verifiers: LogVerifiers
) -> tuple[VerifiedCheckpoint, ...]:
    """Step 5: the tree of the entries leads to every checkpoint's root, and the log's keys signed each.

    Raises:
        DossierError: a checkpoint or a proof does not hold, or an entry is not the one in the log.
    """
    found: list[VerifiedCheckpoint] = []
    for line in index.checkpoints:
        name = layout.checkpoint_file(line.size, "checkpoint.note")
        if line.size > len(entries):
            raise DossierError(name, f"is of another size than the {len(entries)} entries that are here")
        found.append(_read_checkpoint(archive, line, verifiers))
    if not found or found[-1].checkpoint.size != len(entries):
        raise DossierError(layout.RECORD_INDEX, f"names no checkpoint over all {len(entries)} entries")
    proofs = [_read_proof(archive, entry.header.index) for entry in entries]
    for checked in found:
        _verify_root(entries, checked, proofs)
    for entry, proof in zip(entries, proofs, strict=True):
        _verify_proof(entry, proof, found[-1])
    return tuple(found)


def verify_some_entries(
    archive: DossierArchive, digests: _Digests, index: RecordIndex, verifiers: LogVerifiers
) -> tuple[tuple[Entry, ...], VerifiedCheckpoint]:
    """Some entries of a log under its one checkpoint that is here: commitments, files, and each one's proof.

    Raises:
        DossierError: a file does not hold, is missing, or belongs to none of the entries.
    """
    accounted_for = _not_enclosed(archive).union(_evidence(digests).values())
    if len(index.checkpoints) != 1:
        raise DossierError(layout.RECORD_INDEX, f"names {len(index.checkpoints)} checkpoints; one is needed")
    newest = _read_checkpoint(archive, index.checkpoints[0], verifiers)
    numbers = _leaf_numbers(digests)
    private = _private_names(digests)
    entries = []
    for number in numbers:
        entry = _read_entry(archive, number, private.get(number, ()))
        _verify_commitments(entry)
        _verify_named(entry, accounted_for)
        try:
            _verify_proof(entry, _read_proof(archive, number), newest)
        except DossierError as error:
            if error.file != layout.proof_file(number) or "under the newest" in error.message:
                raise
            raise DossierError(
                layout.leaf_file(number), "does not stand in the signed log at this place, or its proof was changed"
            ) from error
        entries.append(entry)
    return tuple(entries), newest


def _leaf_numbers(digests: _Digests) -> list[int]:
    """The entries that are here, in order; nothing is filed as an entry or a proof of another."""
    folder = f"{layout.RECORD}/entries/"
    numbers = []
    for name in digests:
        if name.startswith(folder) and name.endswith(".leaf"):
            number = name.removeprefix(folder).removesuffix(".leaf")
            if not number.isdigit() or len(number) > _MOST_DIGITS or f"{int(number):06d}" != number:
                raise DossierError(name, "is no file of an entry")
            numbers.append(int(number))
    known = set(numbers)
    for name in digests:
        if name.startswith((folder, f"{layout.RECORD}/proofs/")):
            number = name.rpartition("/")[2].partition(".")[0]
            if not number.isdigit() or len(number) > _MOST_DIGITS or int(number) not in known:
                raise DossierError(name, f"belongs to none of the {len(known)} entries")
    return sorted(numbers)


def _read_entry(archive: DossierArchive, index: int, private: tuple[str, ...]) -> Entry:
    name = layout.leaf_file(index)
    leaf = archive.read(name)
    if not leaf.startswith(LEAF_PREFIX):
        raise DossierError(name, "does not begin with the byte 00")
    try:
        header = parse_header(leaf.removeprefix(LEAF_PREFIX))
    except InputError as error:
        raise DossierError(name, reason_of(error)) from error
    if header.index != index:
        raise DossierError(name, "is the header of another entry")
    body_name = layout.body_file(index)
    salt, body = _salted(archive, body_name) if body_name in archive.names else (None, None)
    parts = {part: PrivatePart(*_salted(archive, layout.private_part_file(index, part))) for part in private}
    return Entry(header, leaf.removeprefix(LEAF_PREFIX), body, salt, parts)


def _salted(archive: DossierArchive, name: str) -> tuple[bytes, bytes]:
    data = archive.read(name)
    if len(data) < SALT_BYTES:
        raise DossierError(name, f"has no {SALT_BYTES} bytes of salt")
    return data[:SALT_BYTES], data[SALT_BYTES:]


def _verify_commitments(entry: Entry) -> None:
    index = entry.header.index
    name = layout.body_file(index)
    try:
        if entry.body is not None:
            entry.verify_body()
        for part in entry.parts:
            name = layout.private_part_file(index, part)
            entry.verify_part(part)
    except VerificationError as error:
        what = "body" if name.endswith(".body") else "value"
        raise DossierError(name, f"{what} and salt are not what the entry commits to") from error


def _verify_named(entry: Entry, accounted_for: frozenset[str]) -> None:
    name = layout.body_file(entry.header.index)
    try:
        named = [digest.sha256 for digest in named_digests(entry)]
    except InputError as error:
        raise DossierError(name, reason_of(error)) from error
    for sha256 in named:
        if sha256 not in accounted_for:
            raise DossierError(name, f"names evidence {sha256}, which is not here")


def _read_checkpoint(archive: DossierArchive, line: CheckpointLine, verifiers: LogVerifiers) -> VerifiedCheckpoint:
    name = layout.checkpoint_file(line.size, "checkpoint.note")
    data = archive.read(name)
    try:
        note = parse_note(data)
        checkpoint = parse_checkpoint(note.text)
    except InputError as error:
        raise DossierError(name, reason_of(error)) from error
    text_name = layout.checkpoint_file(line.size, "checkpoint.text")
    if archive.read(text_name) != note.text.encode():
        raise DossierError(text_name, "is not the text of checkpoint.note")
    if (checkpoint.size, checkpoint.extensions) != (line.size, ()):
        raise DossierError(text_name, "is not the size and root of the entries that are here")
    period = verifiers.period_of(line.size)
    if line.has_p256 != (period.p256 is not None) or len(note.signatures) != 1 + line.has_p256:
        raise DossierError(name, "has other signature lines than those of the log's keys")
    for kind, mine in zip(("ed25519", "p256"), note.signatures, strict=False):
        signature_name = layout.checkpoint_file(line.size, f"{kind}.sig")
        if archive.read(signature_name) != mine.signature:
            raise DossierError(signature_name, "is not the signature in checkpoint.note")
    try:
        verifiers.open(data)
    except (InputError, VerificationError) as error:
        raise DossierError(name, reason_of(error)) from error
    return VerifiedCheckpoint(line, data, note, checkpoint)


def _verify_root(entries: tuple[Entry, ...], checked: VerifiedCheckpoint, proofs: list[TLogProof]) -> None:
    organisation = entries[0].header.organisation
    below = entries[: checked.checkpoint.size]
    try:
        verify_log(below, [checked.checkpoint], organisation=organisation)
    except LogError as error:
        altered = error.index if error.index is not None else _altered_entry(entries, proofs)
        if altered is not None:
            raise DossierError(layout.leaf_file(altered), "is not the entry that stands in the signed log") from error
        name = layout.checkpoint_file(checked.line.size, "checkpoint.text")
        raise DossierError(name, "is not the size and root of the entries that are here") from error


def _altered_entry(entries: tuple[Entry, ...], proofs: list[TLogProof]) -> int | None:
    """The first entry that another's proof shows to be an other one: a proof begins with the hash of the leaf beside.

    The last leaf of an odd number has none beside it; it stands farther up in the proof of the first leaf on its left.
    """
    if len(entries) == 1:
        return None
    for index, entry in enumerate(entries):
        proved, level = index ^ 1, 0
        if proved >= len(entries):
            level = (index & -index).bit_length() - 1
            proved = ((index >> level) ^ 1) << level
        hashes = proofs[proved].hashes
        if level < len(hashes) and hashes[level] != hash_leaf(entry.header_bytes):
            return index
    return None


def _read_proof(archive: DossierArchive, index: int) -> TLogProof:
    name = layout.proof_file(index)
    try:
        return parse_proof(archive.read(name))
    except InputError as error:
        raise DossierError(name, reason_of(error)) from error


def _verify_proof(entry: Entry, proof: TLogProof, newest: VerifiedCheckpoint) -> None:
    name = layout.proof_file(entry.header.index)
    if (proof.index, proof.note, proof.extra) != (entry.header.index, newest.data, None):
        raise DossierError(name, "is not the inclusion proof of this entry under the newest checkpoint")
    checkpoint = newest.checkpoint
    try:
        verify_inclusion(hash_leaf(entry.header_bytes), proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    except VerificationError as error:
        raise DossierError(name, reason_of(error)) from error


def _refuse_further_entries(digests: _Digests, size: int) -> None:
    """Nothing is filed as an entry beyond those whose headers are here."""
    for name in digests:
        folder, _, file = name.rpartition("/")
        if folder in {f"{layout.RECORD}/entries", f"{layout.RECORD}/proofs"}:
            number = file.partition(".")[0]
            if not number.isdigit() or int(number) >= size or f"{int(number):06d}" != number:
                raise DossierError(name, f"belongs to none of the {size} entries")


def _private_names(digests: _Digests) -> dict[int, tuple[str, ...]]:
    names: dict[int, tuple[str, ...]] = {}
    for path in digests:
        folder, _, file = path.rpartition("/")
        number, _, name = file.partition(".part-")
        if folder == f"{layout.RECORD}/entries" and name:
            names[int(number)] = (*names.get(int(number), ()), name)
    return names


def _evidence(digests: _Digests) -> _Digests:
    """The evidence files, each under the digest that the manifest lists for it."""
    evidence = {name: digest for name, digest in digests.items() if name.startswith("08-evidence/")}
    for name, digest in evidence.items():
        if not name.startswith(f"08-evidence/{digest}-"):
            raise DossierError(name, "does not carry its SHA-256 in its name")
    return evidence


def _not_enclosed(archive: DossierArchive) -> frozenset[str]:
    try:
        lines = archive.read(layout.NOT_ENCLOSED).decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise DossierError(layout.NOT_ENCLOSED, "is not UTF-8 text") from error
    return frozenset(line.partition("  ")[0] for line in lines)
