"""Checking a dossier: everything that its ``verify.sh`` checks, with the same numbers, and what a script cannot.

Beyond the script: the archive itself (``archive``), ``verify.sh`` against the one of this release, the order and times
of the log, evidence digests by reading the JSON of bodies, and what the dossier says of itself made anew.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from charteroak.canonical import parse_json
from charteroak.clock import parse_day
from charteroak.dossier import layout
from charteroak.dossier.anchor_verification import VerifiedAnchors, verify_anchors
from charteroak.dossier.archive import DossierArchive, open_archive
from charteroak.dossier.entries import late_entries
from charteroak.dossier.errors import DossierError
from charteroak.dossier.manifest import parse_manifest
from charteroak.dossier.packaged import packaged_verifier
from charteroak.dossier.record_index import parse_record_index
from charteroak.dossier.record_keys import read_log_keys, read_log_verifiers, reason_of
from charteroak.dossier.record_verification import (
    VerifiedCheckpoint,
    VerifiedEntries,
    verify_checkpoints,
    verify_entries,
)
from charteroak.errors import InputError, VerificationError
from charteroak.ledger.checkpoint import Checkpoint
from charteroak.ledger.log_keys import LogKeyPeriod
from charteroak.ledger.note import NoteVerifier

_FORMAT_1 = "dossier.json"
_FILES_OF_1 = frozenset({"determination.json", "checkpoint.note", "MANIFEST.sha256.sig"})


@dataclass(frozen=True, slots=True)
class Step:
    """One step that held, in the words of ``verify.sh``, with what it found."""

    number: int
    what: str
    found: str


@dataclass(frozen=True, slots=True)
class DossierReport:
    """What a dossier that holds consists of. Compare the digests and the keys with those given apart from it."""

    folder: str
    organisation: str
    manifest_sha256: str
    verifier_sha256: str
    is_known_verifier: bool
    is_as_written: bool
    verifier_keys: tuple[str, ...]
    checkpoint: Checkpoint
    checkpoints: int
    entries: VerifiedEntries
    anchors: VerifiedAnchors
    late_entries: tuple[int, ...]
    steps: tuple[Step, ...]


def verify_dossier(path: Path) -> DossierReport:
    """Check a dossier's zip file.

    Raises:
        NotADossierError: the file is no dossier archive.
        DossierError: a file of the dossier does not hold; the first such file is named.
        CouldNotError: a time-stamp cannot be checked here.
    """
    with open_archive(path) as archive:
        return _verify(archive)


def _verify(archive: DossierArchive) -> DossierReport:
    _refuse_format_1(archive)
    manifest = archive.read(layout.MANIFEST)
    signatures = [archive.read(name) for name in (layout.MANIFEST_ED25519, layout.MANIFEST_P256)]
    # (1) Every file is the listed one, and there is no other. (2) The manifest is signed by the log's two keys.
    digests, keys = verify_manifest(archive, manifest, signatures)
    # (3) and (4) Bodies, private parts and evidence.
    entries = verify_entries(archive, digests)
    # (5) The log as a whole, under every checkpoint.
    index = parse_record_index(archive.read(layout.RECORD_INDEX))
    verifiers = read_log_verifiers(archive, index)
    checkpoints = verify_checkpoints(archive, entries.entries, index, verifiers)
    # (6) and (7) What witnesses and time-stamping authorities say.
    anchors = verify_anchors(archive, checkpoints)
    # (8) What the dossier says of itself agrees with what is in it.
    late = _verify_index(archive, entries, checkpoints[-1])
    # (9) The archive's own records are untouched.
    is_as_written = archive.verify_packing()
    verifier_sha256 = digests[layout.VERIFIER]
    return DossierReport(
        folder=archive.folder,
        organisation=entries.entries[0].header.organisation,
        manifest_sha256=hashlib.sha256(manifest).hexdigest(),
        verifier_sha256=verifier_sha256,
        is_known_verifier=verifier_sha256 == hashlib.sha256(packaged_verifier()).hexdigest(),
        is_as_written=is_as_written,
        verifier_keys=keys.vkeys,
        checkpoint=checkpoints[-1].checkpoint,
        checkpoints=len(checkpoints),
        entries=entries,
        anchors=anchors,
        late_entries=late,
        steps=_steps(len(digests), keys, entries, checkpoints, anchors, late, is_as_written=is_as_written),
    )


def _steps(
    files: int,
    keys: LogKeyPeriod,
    entries: VerifiedEntries,
    checkpoints: tuple[VerifiedCheckpoint, ...],
    anchors: VerifiedAnchors,
    late: tuple[int, ...],
    *,
    is_as_written: bool,
) -> tuple[Step, ...]:
    newest = checkpoints[-1].checkpoint
    found = (
        ("Every file is the listed one, and there is no other", f"{files} files"),
        ("The manifest is signed by the log's two keys", "\n   ".join(keys.vkeys)),
        (
            "Each body and each private part is what its entry commits to",
            (
                f"{entries.bodies} bodies, {entries.withheld_bodies} withheld or erased; "
                f"{entries.private_parts} private parts, {entries.withheld_parts} withheld or erased"
            ),
        ),
        ("Each evidence file that an enclosed body names is here or accounted for", f"{entries.evidence_files} files"),
        (
            "The entries make up the log: its tree leads to each checkpoint's root",
            f"{newest.size} entries, root {newest.root.hex()}, {len(checkpoints)} checkpoints",
        ),
        ("Witnesses co-signed", anchors.cosigned),
        ("Time-stamping authorities vouch for the time", anchors.stamped),
        ("What the dossier says of itself agrees", f"{len(late)} late entries"),
        ("The archive's own records are untouched", "as written" if is_as_written else "packed anew"),
    )
    return tuple(Step(number, what, detail) for number, (what, detail) in enumerate(found, start=1))


def _refuse_format_1(archive: DossierArchive) -> None:
    if archive.names >= _FILES_OF_1:
        raise DossierError(
            _FORMAT_1,
            "is of format charteroak.dossier/1, which no release wrote: unpack it and run its own verify.sh",
        )


def verify_manifest(
    archive: DossierArchive,
    manifest: bytes,
    signatures: list[bytes],
    *,
    needed: Iterable[str] = layout.ALWAYS_PRESENT,
) -> tuple[Mapping[str, str], LogKeyPeriod]:
    """Both keys signed the list and all files agree with it.

    Raises:
        DossierError: one does not; named is the file that is the likeliest to blame.
    """
    digests = parse_manifest(manifest, needed=needed)
    fault = _first_unlisted_or_altered(archive, digests)
    try:
        keys = read_log_keys(archive, layout.CURRENT_KEYS)
    except DossierError as error:
        raise (fault or error) from error
    signed = [
        _is_signed(verifier, manifest, signature)
        for verifier, signature in zip(keys.verifiers, signatures, strict=True)
    ]
    if fault is not None:
        if not any(signed):
            raise DossierError(layout.MANIFEST, "is not what the log's keys signed") from fault
        raise fault
    for name, holds in zip((layout.MANIFEST_ED25519, layout.MANIFEST_P256), signed, strict=True):
        if not holds:
            raise DossierError(name, f"does not sign this {layout.MANIFEST}: one of the two was changed")
    return digests, keys


def _is_signed(verifier: NoteVerifier, manifest: bytes, signature: bytes) -> bool:
    try:
        verifier.verify(manifest, signature)
    except VerificationError:
        return False
    return True


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
    for name in sorted(archive.names, key=layout.place_in_order):
        if name not in digests and name not in layout.UNLISTED:
            return DossierError(name, "is not listed in the manifest")
    return None


def _verify_index(archive: DossierArchive, entries: VerifiedEntries, newest: VerifiedCheckpoint) -> tuple[int, ...]:
    checkpoint = newest.checkpoint
    organisation = entries.entries[0].header.organisation
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
    if layout.folder_name(organisation, first, last) != archive.folder or slug != organisation:
        raise DossierError(layout.INDEX, "names another organisation or interval than the folder and the entries")
    if log != {"origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.hex()}:
        raise DossierError(layout.INDEX, "speaks of another log than the newest checkpoint")
    late = tuple(entry.header.index for entry in late_entries(entries.entries, last))
    if listed != list(late):
        raise DossierError(layout.INDEX, f"lists late entries {listed}, the record has {list(late)}")
    return late


def _interval(index: Any) -> tuple[date, date]:
    if index["format"] != layout.FORMAT:
        raise DossierError(layout.INDEX, f"is of format {index['format']!r}; this program reads {layout.FORMAT}")
    return parse_day(index["breach"]["from"]), parse_day(index["breach"]["to"])
