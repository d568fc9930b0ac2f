"""Checking a dossier: everything that its ``verify.sh`` checks, and what a script cannot.

Beyond the script: the archive itself (``archive``), ``verify.sh`` against the one of this release, the order and times
of the log, evidence digests by reading the JSON of bodies, and the list of late entries made anew.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from charteroak.canonical import parse_json
from charteroak.clock import parse_day
from charteroak.dossier import layout
from charteroak.dossier.archive import DossierArchive, open_archive
from charteroak.dossier.builder import packaged_verifier
from charteroak.dossier.entries import late_entries, named_digests
from charteroak.dossier.errors import DossierError
from charteroak.dossier.manifest import parse_manifest
from charteroak.errors import InputError, VerificationError
from charteroak.ledger.checkpoint import Checkpoint, open_checkpoint
from charteroak.ledger.entry import Entry, parse_header
from charteroak.ledger.errors import LogError
from charteroak.ledger.keys import Verifier, parse_spki_pem, parse_vkey
from charteroak.ledger.log import verify_log
from charteroak.ledger.note import parse_note
from charteroak.ledger.proof import parse_proof, verify_proof
from charteroak.ledger.tree import hash_leaf


@dataclass(frozen=True, slots=True)
class Step:
    """One step that held, in the words of ``verify.sh``, with what it found."""

    number: int
    what: str
    found: str


@dataclass(frozen=True, slots=True)
class DossierReport:
    """What a dossier that holds consists of. Compare the digests and the key with those given apart from it."""

    folder: str
    organisation: str
    manifest_sha256: str
    verifier_sha256: str
    is_known_verifier: bool
    is_as_written: bool
    verifier_key: str
    checkpoint: Checkpoint
    bodies_checked: int
    bodies_withheld: int
    evidence_files: int
    late_entries: tuple[int, ...]
    steps: tuple[Step, ...]


def verify_dossier(path: Path) -> DossierReport:
    """Check a dossier's zip file.

    Raises:
        NotADossierError: the file is no dossier archive.
        DossierError: a file of the dossier does not hold; the first such file is named.
    """
    with open_archive(path) as archive:
        return _verify(archive)


def _verify(archive: DossierArchive) -> DossierReport:
    # (1) The manifest is signed by the log's key. Which of the files is to blame if not, step 2 shows.
    manifest_bytes = archive.read(layout.MANIFEST)
    signature = archive.read(layout.MANIFEST_SIGNATURE)
    verifier = _read_keys(archive)
    is_signed = _is_signed(verifier, manifest_bytes, signature)
    # (2) Every file is the listed one, and there is no other.
    digests = _verify_digests(archive, manifest_bytes, is_signed=is_signed)
    # (3) The log's key signed the checkpoint.
    checkpoint, note = _verify_checkpoint(archive, verifier)
    # (4) Each body is the one that its entry commits to.
    entries = [_read_entry(archive, index) for index in range(checkpoint.size)]
    _refuse_further_entries(digests, checkpoint.size)
    withheld = sum(entry.body is None for entry in entries)
    # (5) Each entry stands in the log at its place, in order of recording.
    organisation = _verify_log(archive, entries, checkpoint, verifier, note)
    # (6) Each evidence file that a body names is here.
    evidence = _verify_evidence(archive, entries, digests)
    # (7) What the dossier says of itself agrees with what is in it.
    late = _verify_index(archive, organisation, entries, checkpoint)
    # (8) The archive's own records are untouched.
    is_as_written = archive.verify_packing()
    verifier_sha256 = digests[layout.VERIFIER]
    return DossierReport(
        folder=archive.folder,
        organisation=organisation,
        manifest_sha256=hashlib.sha256(manifest_bytes).hexdigest(),
        verifier_sha256=verifier_sha256,
        is_known_verifier=verifier_sha256 == hashlib.sha256(packaged_verifier()).hexdigest(),
        is_as_written=is_as_written,
        verifier_key=verifier.vkey,
        checkpoint=checkpoint,
        bodies_checked=len(entries) - withheld,
        bodies_withheld=withheld,
        evidence_files=evidence,
        late_entries=late,
        steps=(
            Step(1, "The manifest is signed by the log's key", verifier.vkey),
            Step(2, "Every file is the listed one, and there is no other", f"{len(digests)} files"),
            Step(3, "The log's key signed the checkpoint", f"{checkpoint.size} entries, root {checkpoint.root.hex()}"),
            Step(
                4,
                "Each body is the one that its entry commits to",
                f"{len(entries) - withheld} bodies, {withheld} withheld",
            ),
            Step(5, "Each entry stands in the log at its place", f"{len(entries)} entries"),
            Step(6, "Each evidence file that a body names is here", f"{evidence} files"),
            Step(7, "What the dossier says of itself agrees", f"{len(late)} late entries"),
            Step(8, "The archive's own records are untouched", "as written" if is_as_written else "packed anew"),
        ),
    )


def _read_keys(archive: DossierArchive) -> Verifier:
    """The key in its two forms. The text form has a digest of itself in it, so it tells which form is wrong."""
    try:
        text = archive.read(layout.VERIFIER_KEY).decode("utf-8")
        verifier = parse_vkey(text.removesuffix("\n"))
    except (InputError, UnicodeDecodeError) as error:
        raise DossierError(layout.VERIFIER_KEY, f"is no verifier key: {_reason(error)}") from error
    pem = archive.read(layout.PUBLIC_KEY)
    try:
        public = parse_spki_pem(verifier.name, pem)
    except InputError as error:
        raise DossierError(layout.PUBLIC_KEY, _reason(error)) from error
    if public != verifier:
        raise DossierError(layout.PUBLIC_KEY, f"is not the key in {layout.VERIFIER_KEY}")
    return verifier


def _is_signed(verifier: Verifier, manifest: bytes, signature: bytes) -> bool:
    try:
        verifier.verify(manifest, signature)
    except VerificationError:
        return False
    return True


def _verify_digests(archive: DossierArchive, manifest: bytes, *, is_signed: bool) -> Mapping[str, str]:
    digests = parse_manifest(manifest)
    fault = _first_unlisted_or_altered(archive, digests)
    if not is_signed:
        if fault is None:
            raise DossierError(
                layout.MANIFEST_SIGNATURE, f"does not sign this {layout.MANIFEST}: one of the two was changed"
            )
        raise DossierError(layout.MANIFEST, "is not what the log's key signed") from fault
    if fault is not None:
        raise fault
    return digests


def _first_unlisted_or_altered(archive: DossierArchive, digests: Mapping[str, str]) -> DossierError | None:
    for name, expected in digests.items():
        digest = hashlib.sha256()
        try:
            for chunk in archive.chunks(name):
                digest.update(chunk)
        except DossierError as error:
            return error
        if digest.hexdigest() != expected:
            return DossierError(name, "is not the file that was listed: its SHA-256 differs")
    for name in sorted(archive.names):
        if name not in digests and name not in layout.UNLISTED:
            return DossierError(name, "is not listed in the manifest")
    return None


def _verify_checkpoint(archive: DossierArchive, verifier: Verifier) -> tuple[Checkpoint, bytes]:
    data = archive.read(layout.CHECKPOINT_NOTE)
    try:
        checkpoint = open_checkpoint(data, verifier, origin=verifier.name)
        note = parse_note(data)
    except (InputError, VerificationError) as error:
        raise DossierError(layout.CHECKPOINT_NOTE, _reason(error)) from error
    if archive.read(layout.CHECKPOINT_TEXT) != note.text.encode():
        raise DossierError(layout.CHECKPOINT_TEXT, f"is not the text of {layout.CHECKPOINT_NOTE}")
    signature = archive.read(layout.CHECKPOINT_SIGNATURE)
    mine = [s.signature for s in note.signatures if (s.key_name, s.key_id) == (verifier.name, verifier.key_id)]
    if signature not in mine:
        raise DossierError(layout.CHECKPOINT_SIGNATURE, f"is not the signature in {layout.CHECKPOINT_NOTE}")
    return checkpoint, data


def _read_entry(archive: DossierArchive, index: int) -> Entry:
    leaf = archive.read(layout.header_file(index))
    try:
        header = parse_header(leaf)
    except InputError as error:
        raise DossierError(layout.header_file(index), _reason(error)) from error
    if header.index != index:
        raise DossierError(layout.header_file(index), f"is the header of entry {header.index}")
    present = [name for name in (layout.body_file(index), layout.salt_file(index)) if name in archive.names]
    if not present:
        return Entry(header, leaf, None, None)
    body = archive.read(layout.body_file(index))
    salt = _read_salt(archive, layout.salt_file(index))
    entry = Entry(header, leaf, body, salt)
    try:
        entry.verify_body()
        list(named_digests(entry))
    except (InputError, VerificationError) as error:
        raise DossierError(layout.body_file(index), _reason(error)) from error
    return entry


def _read_salt(archive: DossierArchive, name: str) -> bytes:
    data = archive.read(name)
    try:
        salt = bytes.fromhex(data.decode("ascii"))
    except ValueError as error:
        raise DossierError(name, "is not one line of 64 hexadecimal digits") from error
    if data != f"{salt.hex()}\n".encode():
        raise DossierError(name, "is not one line of 64 hexadecimal digits")
    return salt


def _refuse_further_entries(digests: Mapping[str, str], size: int) -> None:
    """Nothing is filed as an entry that the checkpoint does not reach."""
    allowed = {
        make(index)
        for index in range(size)
        for make in (layout.header_file, layout.body_file, layout.salt_file, layout.proof_file)
    }
    for name in digests:
        if name.startswith(("entries/", "proofs/")) and name not in allowed:
            raise DossierError(name, f"belongs to no entry of the checkpoint, which has {size}")


def _verify_log(
    archive: DossierArchive, entries: list[Entry], checkpoint: Checkpoint, verifier: Verifier, note: bytes
) -> str:
    for entry in entries:
        index = entry.header.index
        data = archive.read(layout.proof_file(index))
        try:
            proof = parse_proof(data)
            verify_proof(proof, hash_leaf(entry.header_bytes), verifier, origin=verifier.name)
        except (InputError, VerificationError) as error:
            raise DossierError(layout.proof_file(index), _reason(error)) from error
        if (proof.index, proof.note) != (index, note):
            raise DossierError(layout.proof_file(index), "is the proof of another entry or checkpoint")
    organisation = entries[0].header.organisation if entries else ""
    try:
        verify_log(entries, [checkpoint], organisation=organisation)
    except LogError as error:
        name = layout.CHECKPOINT_NOTE if error.index is None else layout.header_file(error.index)
        raise DossierError(name, error.message) from error
    return organisation


def _verify_evidence(archive: DossierArchive, entries: list[Entry], digests: Mapping[str, str]) -> int:
    evidence = {name: digest for name, digest in digests.items() if name.startswith("evidence/")}
    for name, digest in evidence.items():
        if not name.startswith(f"evidence/{digest}-"):
            raise DossierError(name, "does not carry its SHA-256 in its name")
    not_enclosed = {line.partition("  ")[0] for line in _text_lines(archive, layout.NOT_ENCLOSED)}
    accounted_for = not_enclosed.union(evidence.values())
    for entry in entries:
        for named in named_digests(entry):
            if named.sha256 not in accounted_for:
                raise DossierError(layout.body_file(named.index), f"names evidence {named.sha256}, which is not here")
    return len(evidence)


def _verify_index(
    archive: DossierArchive, organisation: str, entries: list[Entry], checkpoint: Checkpoint
) -> tuple[int, ...]:
    try:
        index = parse_json(archive.read(layout.INDEX))
        first, last = _interval(index)
        slug = index["organisation"]["slug"]
        log = index["log"]
        listed = index["lateEntries"]
    except InputError as error:
        raise DossierError(layout.INDEX, _reason(error)) from error
    except (KeyError, TypeError) as error:
        raise DossierError(layout.INDEX, "lacks a member that every dossier has") from error
    if layout.folder_name(organisation, first, last) != archive.folder or slug != organisation:
        raise DossierError(layout.INDEX, "names another organisation or interval than the folder and the entries")
    if log != {"origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.hex()}:
        raise DossierError(layout.INDEX, f"speaks of another log than {layout.CHECKPOINT_NOTE}")
    late = tuple(entry.header.index for entry in late_entries(entries, last))
    if listed != list(late):
        raise DossierError(layout.INDEX, f"lists late entries {listed}, the record has {list(late)}")
    return late


def _interval(index: Any) -> tuple[date, date]:
    if index["format"] != layout.FORMAT:
        raise DossierError(layout.INDEX, f"is of format {index['format']!r}; this program reads {layout.FORMAT}")
    return parse_day(index["breach"]["from"]), parse_day(index["breach"]["to"])


def _text_lines(archive: DossierArchive, name: str) -> list[str]:
    try:
        return archive.read(name).decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise DossierError(name, "is not UTF-8 text") from error


def _reason(error: Exception) -> str:
    return error.message if isinstance(error, InputError | VerificationError) else str(error)
