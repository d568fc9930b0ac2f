"""Packs for insurers and pools: an organisation's answers on a day, from its record, as a file to hand over."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import BinaryIO

from charteroak.adapters.software_identity import software_identity
from charteroak.clock import CONNECTICUT, connecticut_day
from charteroak.documents.dossier_document import RecordState
from charteroak.documents.insurer_pack import render_insurer
from charteroak.dossier.archive import write_archive
from charteroak.dossier.contents import DossierSubject
from charteroak.dossier.insurer_pack import InsurerPack, build_insurer_pack, insurer_rows
from charteroak.program.status import ProgramStatus
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import Checkpoint
from charteroak.services.anchors import anchor_age
from charteroak.services.checkpoints import make_checkpoint
from charteroak.services.log_keys import keys_in_force, verifiers_of
from charteroak.services.programs import Recorder, refuse_day, status_of


@dataclass(frozen=True, slots=True)
class PackDigest:
    """What to tell the receiver by another way than the pack: the digest of its manifest."""

    manifest_sha256: str
    pack: InsurerPack


def answers_for_insurers(organisation: Organisation, *, as_of: date, asked_by: Recorder) -> ProgramStatus:
    """The program on a day with everything that was on record when that day ended.

    Raises:
        ProgramInputError: the day lies in the future, or so far back that it is a slip.
    """
    refuse_day(as_of, connecticut_day(asked_by.moment), "as_of")
    return status_of(organisation, as_of=as_of, known_at=_known_at(as_of))


def write_insurer_pack(organisation: Organisation, target: BinaryIO, *, as_of: date, made_by: Recorder) -> PackDigest:
    """Write the pack as a zip file. The same record and day give the same bytes; nothing of it is kept here.

    Raises:
        ProgramInputError: the day cannot be asked about.
        CouldNotError: the ledger is empty.
        VerificationError: the record does not hold.
    """
    status = answers_for_insurers(organisation, as_of=as_of, asked_by=made_by)
    checkpoint = make_checkpoint(organisation)
    pack = InsurerPack(
        organisation=DossierSubject(
            organisation.name, organisation.slug, organisation.kind, is_fictional=organisation.is_fictional
        ),
        as_of=as_of,
        known_at=_known_at(as_of),
        rows=insurer_rows(status),
        record=_record_state(organisation, checkpoint),
    )
    built = build_insurer_pack(pack, render_insurer(pack.document), bytes(checkpoint.note), keys_in_force(organisation))
    write_archive(built, target)
    return PackDigest(built.manifest_sha256, pack)


def insurer_file_name(organisation: Organisation, as_of: date) -> str:
    """What the pack's file is called."""
    return f"insurer-{organisation.slug}-{as_of}.zip"


def _record_state(organisation: Organisation, checkpoint: Checkpoint) -> RecordState:
    verifiers = verifiers_of(organisation)
    signed = verifiers.open(bytes(checkpoint.note)).checkpoint
    age = anchor_age(organisation)
    seen = f"Outsiders have seen {age.size} of {signed.size} entries ({age.by})."
    anchor = "No outsider has seen this ledger yet." if age.last is None else seen
    return RecordState(
        origin=signed.origin,
        size=signed.size,
        root=signed.root.hex(),
        keys=verifiers.periods[-1].vkeys,
        software=f"Charter Oak {software_identity().version}",
        last_anchor=anchor,
    )


def _known_at(as_of: date) -> datetime:
    return datetime.combine(as_of, time(23, 59, 59), CONNECTICUT)
