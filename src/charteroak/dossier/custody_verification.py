"""Checking a custody export or a referral: what its ``verify.sh`` checks, and that its log is made of its entries."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from charteroak.canonical import parse_json
from charteroak.dossier import layout, texts
from charteroak.dossier.anchor_verification import VerifiedAnchors, verify_anchors
from charteroak.dossier.archive import DossierArchive, open_archive
from charteroak.dossier.contents import DossierSubject
from charteroak.dossier.custody_export import custody_document, custody_text
from charteroak.dossier.errors import DossierError
from charteroak.dossier.packaged import packaged_custody_verifier
from charteroak.dossier.record_index import parse_record_index
from charteroak.dossier.record_keys import read_log_verifiers, reason_of
from charteroak.dossier.record_verification import verify_some_entries
from charteroak.dossier.verification import verify_manifest
from charteroak.errors import InputError
from charteroak.ledger.checkpoint import Checkpoint
from charteroak.ledger.entry import Entry
from charteroak.program.bodies import CustodyHandedOn, CustodyPassed
from charteroak.program.recorded import read_fact


@dataclass(frozen=True, slots=True)
class CustodyReport:
    """What a custody export that holds consists of. Compare digests and keys with those given apart from it."""

    folder: str
    incident: str
    document: dict[str, Any]
    manifest_sha256: str
    is_known_verifier: bool
    verifier_keys: tuple[str, ...]
    checkpoint: Checkpoint
    entries: int
    files: int
    anchors: VerifiedAnchors


def verify_custody(path: Path) -> CustodyReport:
    """Check the zip file of a custody export or a referral.

    Raises:
        NotADossierError: the file is no such archive.
        DossierError: a file of it does not hold; the first such file is named.
        CouldNotError: a time-stamp cannot be checked here.
    """
    with open_archive(path, accepts=layout.is_custody_folder_name) as archive:
        manifest = archive.read(layout.MANIFEST)
        signatures = [archive.read(name) for name in (layout.MANIFEST_ED25519, layout.MANIFEST_P256)]
        digests, keys = verify_manifest(archive, manifest, signatures, needed=layout.CUSTODY_ALWAYS_PRESENT)
        index = parse_record_index(archive.read(layout.RECORD_INDEX))
        verifiers = read_log_verifiers(archive, index)
        entries, newest = verify_some_entries(archive, digests, index, verifiers)
        _verify_offers(entries)
        anchors = verify_anchors(archive, (newest,))
        document = _verify_document(archive, entries)
        archive.verify_packing()
        return CustodyReport(
            folder=archive.folder,
            incident=str(document["incident"]),
            document=document,
            manifest_sha256=hashlib.sha256(manifest).hexdigest(),
            is_known_verifier=digests[layout.VERIFIER] == hashlib.sha256(packaged_custody_verifier()).hexdigest(),
            verifier_keys=keys.vkeys,
            checkpoint=newest.checkpoint,
            entries=len(entries),
            files=len(digests),
            anchors=anchors,
        )


def _verify_offers(entries: tuple[Entry, ...]) -> None:
    """Each answer has its offer: a step that was taken out is missed by the next."""
    here = {entry.header.index for entry in entries}
    for entry in entries:
        body = read_fact(entry).body
        if isinstance(body, CustodyPassed | CustodyHandedOn) and body.offer is not None and body.offer not in here:
            raise DossierError(
                layout.body_file(entry.header.index), f"answers the offer of entry {body.offer}, which is not here"
            )


def _verify_document(archive: DossierArchive, entries: tuple[Entry, ...]) -> dict[str, Any]:
    """The log of custody, made again from the entries."""
    try:
        said = parse_json(archive.read(layout.CUSTODY_DATA))
        organisation = said["organisation"]
        subject = DossierSubject(
            organisation["name"], organisation["slug"], organisation["kind"], is_fictional=said["fictional"]
        )
        incident = str(said["incident"])
    except InputError as error:
        raise DossierError(layout.CUSTODY_DATA, reason_of(error)) from error
    except (KeyError, TypeError) as error:
        raise DossierError(layout.CUSTODY_DATA, "lacks a member that every custody log has") from error
    if any(entry.header.organisation != subject.slug for entry in entries):
        raise DossierError(layout.CUSTODY_DATA, "names another organisation than the entries")
    if not archive.folder.startswith(layout.custody_folder_name(subject.slug, incident)):
        raise DossierError(layout.CUSTODY_DATA, "names another incident than the folder")
    document = custody_document(entries, incident, subject)
    if archive.read(layout.CUSTODY_DATA) != texts.render_json(document):
        raise DossierError(layout.CUSTODY_DATA, "does not say what the entries say")
    if archive.read(layout.CUSTODY_TEXT) != custody_text(document).encode():
        raise DossierError(layout.CUSTODY_TEXT, "does not say what the entries say")
    return document
