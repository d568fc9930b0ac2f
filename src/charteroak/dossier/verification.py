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
from charteroak.dossier.entries import late_entries
from charteroak.dossier.errors import DossierError
from charteroak.dossier.manifest import parse_manifest
from charteroak.dossier.packaged import packaged_verifier
from charteroak.dossier.record_verification import (
    RecordSource,
    VerifiedRecord,
    reason_of,
    verify_checkpoint,
    verify_record,
)
from charteroak.errors import InputError, VerificationError
from charteroak.ledger.checkpoint import Checkpoint
from charteroak.ledger.keys import Verifier, parse_ed25519_vkey, parse_spki_pem


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
    checkpoint, note = verify_checkpoint(archive, verifier)
    # (4) to (6) Bodies, places in the log, evidence.
    record = verify_record(archive, RecordSource(verifier, checkpoint, note, digests))
    # (7) What the dossier says of itself agrees with what is in it.
    late = _verify_index(archive, record, checkpoint)
    # (8) The archive's own records are untouched.
    is_as_written = archive.verify_packing()
    verifier_sha256 = digests[layout.VERIFIER]
    return DossierReport(
        folder=archive.folder,
        organisation=record.organisation,
        manifest_sha256=hashlib.sha256(manifest_bytes).hexdigest(),
        verifier_sha256=verifier_sha256,
        is_known_verifier=verifier_sha256 == hashlib.sha256(packaged_verifier()).hexdigest(),
        is_as_written=is_as_written,
        verifier_key=verifier.vkey,
        checkpoint=checkpoint,
        bodies_checked=record.bodies_checked,
        bodies_withheld=record.bodies_withheld,
        evidence_files=record.evidence_files,
        late_entries=late,
        steps=_steps(verifier, digests, checkpoint, record, late, is_as_written=is_as_written),
    )


def _steps(
    verifier: Verifier,
    digests: Mapping[str, str],
    checkpoint: Checkpoint,
    record: VerifiedRecord,
    late: tuple[int, ...],
    *,
    is_as_written: bool,
) -> tuple[Step, ...]:
    found = (
        ("The manifest is signed by the log's key", verifier.vkey),
        ("Every file is the listed one, and there is no other", f"{len(digests)} files"),
        ("The log's key signed the checkpoint", f"{checkpoint.size} entries, root {checkpoint.root.hex()}"),
        (
            "Each body is the one that its entry commits to",
            f"{record.bodies_checked} bodies, {record.bodies_withheld} withheld",
        ),
        ("Each entry stands in the log at its place", f"{checkpoint.size} entries"),
        ("Each evidence file that a body names is here", f"{record.evidence_files} files"),
        ("What the dossier says of itself agrees", f"{len(late)} late entries"),
        ("The archive's own records are untouched", "as written" if is_as_written else "packed anew"),
    )
    return tuple(Step(number, what, detail) for number, (what, detail) in enumerate(found, start=1))


def _read_keys(archive: DossierArchive) -> Verifier:
    """The key in its two forms. The text form has a digest of itself in it, so it tells which form is wrong."""
    try:
        text = archive.read(layout.VERIFIER_KEY).decode("utf-8")
        verifier = parse_ed25519_vkey(text.removesuffix("\n"))
    except (InputError, UnicodeDecodeError) as error:
        raise DossierError(layout.VERIFIER_KEY, f"is no verifier key: {reason_of(error)}") from error
    pem = archive.read(layout.PUBLIC_KEY)
    try:
        public = parse_spki_pem(verifier.name, pem)
    except InputError as error:
        raise DossierError(layout.PUBLIC_KEY, reason_of(error)) from error
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


def _verify_index(archive: DossierArchive, record: VerifiedRecord, checkpoint: Checkpoint) -> tuple[int, ...]:
    try:
        index = parse_json(archive.read(layout.INDEX))
        first, last = _interval(index)
        slug = index["organisation"]["slug"]
        log = index["log"]
        listed = index["lateEntries"]
    except InputError as error:
        raise DossierError(layout.INDEX, reason_of(error)) from error
    except (KeyError, TypeError) as error:
        raise DossierError(layout.INDEX, "lacks a member that every dossier has") from error
    if layout.folder_name(record.organisation, first, last) != archive.folder or slug != record.organisation:
        raise DossierError(layout.INDEX, "names another organisation or interval than the folder and the entries")
    if log != {"origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.hex()}:
        raise DossierError(layout.INDEX, f"speaks of another log than {layout.CHECKPOINT_NOTE}")
    late = tuple(entry.header.index for entry in late_entries(record.entries, last))
    if listed != list(late):
        raise DossierError(layout.INDEX, f"lists late entries {listed}, the record has {list(late)}")
    return late


def _interval(index: Any) -> tuple[date, date]:
    if index["format"] != layout.FORMAT:
        raise DossierError(layout.INDEX, f"is of format {index['format']!r}; this program reads {layout.FORMAT}")
    return parse_day(index["breach"]["from"]), parse_day(index["breach"]["to"])
