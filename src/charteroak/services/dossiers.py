"""Dossiers: the record over a breach interval, as a file that the other side can check without our software."""

import functools
import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, BinaryIO

from django.conf import settings
from django.db.models import QuerySet

from charteroak import __version__
from charteroak.adapters.content_files import chunks_of
from charteroak.clock import CONNECTICUT, connecticut_day
from charteroak.dossier.archive import write_archive
from charteroak.dossier.builder import build_dossier
from charteroak.dossier.contents import DossierRequest, DossierSubject, EvidenceSource
from charteroak.dossier.entries import named_digests
from charteroak.dossier.packaged import packaged_verifier
from charteroak.ledger.entry import Entry
from charteroak.program.history import check_interval
from charteroak.records.accounts.models import Organisation
from charteroak.records.programs.models import DossierRecord, EvidenceFile
from charteroak.services.access import refuse
from charteroak.services.checkpoints import make_checkpoint, prove_entries
from charteroak.services.evidence_files import dossier_files, open_dossier_file, store_of, why_not_at_hand
from charteroak.services.ledger import read_entries
from charteroak.services.log_keys import signer_of
from charteroak.services.programs import ProgramInputError, Recorder, determine_breach, status_of

DOSSIER_LIMIT_BYTES = 4 << 30
"""A dossier with all its evidence; beyond this an organisation hands evidence over by other means."""


def create_dossier(
    organisation: Organisation,
    first: date,
    last: date,
    *,
    made_by: Recorder,
    answers: Mapping[str, Any] | None = None,
) -> DossierRecord:
    """Make the dossier over a breach interval from everything recorded so far, and keep it as handed out.

    The same record and interval give the same bytes. The determination rests on what had been recorded when the
    interval's last day ended; whatever was recorded later is in the dossier too, and named late. A checkpoint is made
    if entries wait for one.

    Raises:
        InputError: the interval is reversed, or an answer has no place.
        CouldNotError: the ledger is empty.
        VerificationError: the record does not hold; no dossier is made from it.
    """
    check_interval(first, last)
    if last > connecticut_day(made_by.moment):
        raise ProgramInputError("The interval ends in the future.", field="breach_to")
    checkpoint = make_checkpoint(organisation)
    entries = list(read_entries(organisation, size=checkpoint.size))
    known_at = datetime.combine(last, time(23, 59, 59), CONNECTICUT)
    status = determine_breach(organisation, first=first, last=last, known_at=known_at, answers=answers)
    evidence, not_enclosed = _evidence_of(organisation, entries)
    request = DossierRequest(
        organisation=DossierSubject(
            organisation.name, organisation.slug, organisation.kind, is_fictional=organisation.is_fictional
        ),
        breach_from=first,
        breach_to=last,
        known_at=known_at,
        determination=status.determination.to_json(),
        program_status=status_of(organisation, as_of=last, known_at=known_at).to_json(),
        entries=entries,
        proofs=prove_entries(organisation, checkpoint),
        checkpoint_note=bytes(checkpoint.note),
        signer=signer_of(organisation),
        evidence=evidence,
        software_version=__version__,
        not_enclosed=not_enclosed,
    )
    dossier = build_dossier(request)
    store = dossier_files()
    with tempfile.TemporaryFile(dir=settings.DATA.dossiers) as draft:
        write_archive(dossier, draft)
        draft.seek(0)
        stored = store.put(chunks_of(draft), limit_bytes=DOSSIER_LIMIT_BYTES)
    record, _ = DossierRecord.objects.get_or_create(
        organisation=organisation,
        sha256=stored.sha256,
        defaults={
            "breach_from": first,
            "breach_to": last,
            "tree_size": checkpoint.size,
            "manifest_sha256": dossier.manifest_sha256,
            "verifier_sha256": dossier.verifier_sha256,
            "size": stored.size,
            "created": made_by.moment,
            "created_by": made_by.user,
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
    return f"dossier-{record.organisation.slug}-{record.breach_from}-{record.breach_to}.zip"


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


def _evidence_of(
    organisation: Organisation, entries: Sequence[Entry]
) -> tuple[dict[str, EvidenceSource], dict[str, str]]:
    """The stored bytes of every digest that a body names, and the reason for each that is not enclosed."""
    store = store_of(organisation)
    rows = {row.sha256: row for row in EvidenceFile.objects.filter(organisation=organisation)}
    enclosed: dict[str, EvidenceSource] = {}
    missing: dict[str, str] = {}
    for sha256 in {named.sha256 for entry in entries for named in named_digests(entry)}:
        row = rows.get(sha256)
        if row is None:
            missing[sha256] = "The file was not handed in; only its digest is on record."
        elif reason := why_not_at_hand(store, sha256):
            missing[sha256] = reason
        else:
            enclosed[sha256] = EvidenceSource(
                sha256=sha256,
                size=row.size,
                name=row.name,
                media_type=row.media_type,
                open=functools.partial(store.open, sha256),
            )
    return enclosed, missing
