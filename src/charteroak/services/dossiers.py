"""Dossiers: the record over a breach interval, as a file that the other side can check without our software."""

import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, BinaryIO

from django.conf import settings
from django.db.models import QuerySet

from charteroak.adapters.content_files import chunks_of
from charteroak.adapters.software_identity import software_identity
from charteroak.clock import CONNECTICUT, connecticut_day
from charteroak.documents.dossier_pages import render_dossier
from charteroak.dossier import layout
from charteroak.dossier.archive import write_archive
from charteroak.dossier.builder import build_dossier
from charteroak.dossier.certificates import certificate_files
from charteroak.dossier.contents import Dossier, DossierRequest, DossierSubject
from charteroak.dossier.packaged import packaged_verifier
from charteroak.dossier.parts.enclosures import Enclosures, Withheld, last_anchor
from charteroak.dossier.parts.record_over_interval import RecordOverInterval
from charteroak.dossier.record_parts import RecordParts, record_parts
from charteroak.dossier.redactions import Redaction, redact, withheld_of
from charteroak.ledger.checkpoint import Checkpoint
from charteroak.program.history import check_interval
from charteroak.program.recorded import read_fact
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import Checkpoint as CheckpointRow
from charteroak.records.programs.models import DossierRecord
from charteroak.services.access import refuse
from charteroak.services.checkpoints import make_checkpoint
from charteroak.services.dossier_sources import checkpoints_to_enclose, evidence_of, proofs_under
from charteroak.services.evidence_files import dossier_files, open_dossier_file
from charteroak.services.ledger import read_entries
from charteroak.services.log_keys import keys_in_force, verifiers_of
from charteroak.services.programs import ProgramInputError, Recorder, refuse_day

DOSSIER_LIMIT_BYTES = 4 << 30
"""A dossier with all its evidence; beyond this an organisation hands evidence over by other means."""


def create_dossier(
    organisation: Organisation,
    first: date,
    last: date,
    *,
    made_by: Recorder,
    answers: Mapping[str, Any] | None = None,
    redactions: Sequence[Redaction] = (),
) -> DossierRecord:
    """Make the dossier over a breach interval from everything recorded so far, and keep it as handed out.

    The same record, interval, answers and redactions give the same bytes. The determination rests on what had been
    recorded when the interval's last day ended; whatever was recorded later is in the dossier too, and named late. A
    checkpoint is made if entries wait for one. A redacted copy is made from what it encloses alone.

    Raises:
        InputError: the interval is reversed, an answer has no place, or a redaction names what is not there.
        CouldNotError: the ledger is empty.
        VerificationError: the record does not hold; no dossier is made from it.
    """
    check_interval(first, last)
    today = connecticut_day(made_by.moment)
    refuse_day(first, today, "breach_from")
    if last > today:
        raise ProgramInputError("The interval ends in the future.", field="breach_to")
    checkpoint = make_checkpoint(organisation)
    request, contents = _request(organisation, checkpoint, first, last, answers=answers, redactions=redactions)
    dossier = build_dossier(request)
    stored = _store(dossier)
    record, _ = DossierRecord.objects.get_or_create(
        organisation=organisation,
        sha256=stored[0],
        defaults={
            "breach_from": first,
            "breach_to": last,
            "tree_size": checkpoint.size,
            "manifest_sha256": dossier.manifest_sha256,
            "verifier_sha256": dossier.verifier_sha256,
            "size": stored[1],
            "created": made_by.moment,
            "created_by": made_by.user,
            "contents": contents,
        },
    )
    return record


def verifier_sha256() -> str:
    """The digest of the ``verify.sh`` that this release puts into every dossier, to be published apart from it."""
    return hashlib.sha256(packaged_verifier()).hexdigest()


def dossiers_of(organisation: Organisation) -> QuerySet[DossierRecord]:
    """The dossiers of an organisation, newest first."""
    return DossierRecord.objects.filter(organisation=organisation)


def file_name(record: DossierRecord) -> str:
    """What the dossier's file is called."""
    copy = "-redacted" if record.contents.get("redacted") else ""
    return f"dossier-{record.organisation.slug}-{record.breach_from}-{record.breach_to}{copy}.zip"


def open_dossier(organisation: Organisation, number: int) -> tuple[DossierRecord, BinaryIO]:
    """A dossier of the organisation with its bytes; the caller closes them.

    Raises:
        AccessError: the organisation has no such dossier.
        EvidenceErasedError: the copy kept here went with what was erased from the record.
    """
    record = DossierRecord.objects.select_related("organisation").filter(organisation=organisation, pk=number).first()
    if record is None:
        refuse()
    return record, open_dossier_file(record)


def copy_dossier(record: DossierRecord, target: BinaryIO) -> None:
    """Write a kept dossier into an open file."""
    _, source = open_dossier(record.organisation, record.pk)
    with source:
        target.writelines(chunks_of(source))


def _store(dossier: Dossier) -> tuple[str, int]:
    """Keep the packed dossier; its digest and size."""
    store = dossier_files()
    with tempfile.TemporaryFile(dir=settings.DATA.dossiers) as draft:
        write_archive(dossier, draft)
        draft.seek(0)
        stored = store.put(chunks_of(draft), limit_bytes=DOSSIER_LIMIT_BYTES)
    return stored.sha256, stored.size


def _request(
    organisation: Organisation,
    checkpoint: CheckpointRow,
    first: date,
    last: date,
    *,
    answers: Mapping[str, Any] | None,
    redactions: Sequence[Redaction],
) -> tuple[DossierRequest, dict[str, Any]]:
    """What the dossier is built from, and what its page says of it."""
    whole = list(read_entries(organisation, size=checkpoint.size))
    entries = redact(whole, redactions)
    withheld_files = {each.sha256: f"withheld: {each.reason}" for each in redactions if each.sha256 is not None}
    evidence, not_enclosed = evidence_of(organisation, entries, withheld_files)
    known_at = datetime.combine(last, time(23, 59, 59), CONNECTICUT)
    whole_facts = [read_fact(entry) for entry in whole]
    whole_record = RecordOverInterval(whole_facts, first, last, known_at, answers)
    record = whole_record
    if redactions:
        record = RecordOverInterval([read_fact(entry) for entry in entries], first, last, known_at, answers)
    verifiers = verifiers_of(organisation)
    signed = verifiers.open(bytes(checkpoint.note)).checkpoint
    enclosures = Enclosures(
        evidence=evidence,
        withheld=withheld_of(entries, redactions, whole_facts, not_enclosed),
        checkpoints=checkpoints_to_enclose(organisation, checkpoint, first, last),
        verifiers=verifiers,
        root_sha256=signed.root.hex(),
    )
    subject = DossierSubject(
        organisation.name, organisation.slug, organisation.kind, is_fictional=organisation.is_fictional
    )
    software = software_identity()
    certificates, certificate_rows = certificate_files(subject, record, enclosures, software)
    made = record_parts(
        subject,
        record,
        enclosures,
        software,
        whole_record_outcome=str(whole_record.determination.outcome),
        certificates=certificate_rows,
    )
    request = DossierRequest(
        organisation=subject,
        breach_from=first,
        breach_to=last,
        known_at=known_at,
        outcome=str(record.determination.outcome),
        parts=made.parts,
        entries=entries,
        proof_of=proofs_under(organisation, checkpoint).proof_of,
        checkpoints=enclosures.checkpoints,
        keys=keys_in_force(organisation),
        verifiers=verifiers,
        evidence=evidence,
        software_version=software.version,
        not_enclosed=not_enclosed,
        further_files={
            layout.HUMAN_PART: render_dossier(made.human),
            layout.HUMAN_DATA: made.human_json,
            **certificates,
        },
    )
    return request, _contents(made, enclosures, signed, is_redacted=bool(redactions))


def _contents(made: RecordParts, enclosures: Enclosures, signed: Checkpoint, *, is_redacted: bool) -> dict[str, Any]:
    """What the page of a dossier shows without unpacking it."""
    return {
        "redacted": is_redacted,
        "root": signed.root.hex(),
        "parts": [
            {"number": part.number, "title": part.title, "lead": part.lead, "isEmpty": part.is_empty}
            for part in made.parts
        ],
        "withheld": [_withheld(each) for each in enclosures.withheld],
        "lastAnchor": last_anchor(enclosures),
    }


def _withheld(each: Withheld) -> dict[str, Any]:
    return each.to_json()
