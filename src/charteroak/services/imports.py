"""Bringing in a written program or a control list: kept as it is, assigned by hand, recorded all or not at all.

Bringing a file in keeps its bytes as evidence with an entry that claims nothing. What a person then decides about its
rows is a draft. Recording writes the answers and the evidence that follow in one transaction; each points to the file
and the row. A file is recorded once; a corrected list is another file.
"""

import io
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from charteroak.clock import connecticut_day
from charteroak.program.imports.mapping import (
    ImportMapping,
    MappingError,
    Plan,
    PlannedEvidence,
    mapping_document,
    parse_mapping,
    plan_of,
    validate_mapping,
)
from charteroak.program.imports.reading import read_file
from charteroak.program.imports.rows import FILE_LIMIT_BYTES, ReadFile
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.programs.models import EvidenceFile, ImportedFile
from charteroak.services.access import refuse
from charteroak.services.ledger import append_entry
from charteroak.services.program_record import usable_text
from charteroak.services.programs import (
    ProgramInputError,
    Recorder,
    UploadedFile,
    open_evidence_file,
    record_with_files,
    refuse_day,
    require_keeper,
    safe_name,
)

TITLE_CHARACTERS = 200
"""Of a row's text in the title of the evidence that it becomes."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording a mapping wrote."""

    answers: tuple[LedgerEntry, ...]
    evidence: tuple[LedgerEntry, ...]


def bring_in(
    organisation: Organisation,
    file: UploadedFile,
    note: str,
    recorder: Recorder,
    *,
    mapping: ImportMapping | None = None,
) -> ImportedFile:
    """Read a file within limits, then keep it as it is with an entry that says so and claims nothing.

    A mapping that comes with it is held against its rows first, and kept as the draft.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ImportReadError: it cannot be read, or is beyond a limit; nothing was kept.
        ProgramInputError: the note is too long; nothing was kept.
        MappingError: the mapping could not be recorded; nothing was kept.
    """
    require_keeper(organisation, recorder)
    kept_note = usable_text(note, "note")
    data = file.stream.read(FILE_LIMIT_BYTES + 1)
    name = safe_name(file.name)
    read = read_file(name, data)
    day = connecticut_day(recorder.moment)
    if mapping is not None and (faults := validate_mapping(read, mapping, day)):
        raise MappingError(faults[0], remedy="Nothing was kept.")
    body = {
        "title": name,
        "rows": 0 if read.shape == "whole" else len(read.rows),
        "reader": read.reader,
        "note": kept_note,
    }
    upload = UploadedFile(name, file.media_type, io.BytesIO(data))
    with transaction.atomic():
        entry = record_with_files(organisation, "document.imported", body, [upload], recorder, day=day)
        return ImportedFile.objects.create(
            organisation=organisation,
            entry=entry,
            sha256=entry.evidence_files.get().sha256,
            name=name,
            mapping={} if mapping is None else mapping_document(mapping),
            created=recorder.moment,
            changed=recorder.moment,
            changed_by=recorder.user,
        )


def imports_of(organisation: Organisation) -> list[ImportedFile]:
    """The files that were brought in, the newest first."""
    return list(ImportedFile.objects.select_related("entry", "changed_by").filter(organisation=organisation))


def access_import(organisation: Organisation, number: int) -> ImportedFile:
    """A file that this organisation brought in.

    Raises:
        AccessError: it has none of this number.
    """
    row = (
        ImportedFile.objects.select_related("entry", "changed_by").filter(organisation=organisation, pk=number).first()
    )
    return row if row is not None else refuse()


def read_imported(imported: ImportedFile) -> ReadFile:
    """The rows of a file that was brought in, read again from what is kept.

    Raises:
        EvidenceMissingError: the store has lost it.
        EvidenceErasedError: it was erased.
        ImportReadError: a later release no longer reads it.
    """
    _row, stream = open_evidence_file(imported.organisation, imported.sha256)
    with stream:
        return read_file(imported.name, stream.read(FILE_LIMIT_BYTES + 1))


def mapping_of(imported: ImportedFile) -> ImportMapping:
    """What was decided about a file so far."""
    return parse_mapping(imported.mapping)


def save_mapping(imported: ImportedFile, mapping: ImportMapping, recorder: Recorder) -> ImportedFile:
    """Keep what was decided so far; a draft, which records nothing.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: the mapping was recorded already.
    """
    require_keeper(imported.organisation, recorder)
    with transaction.atomic():
        row = ImportedFile.objects.select_for_update().get(pk=imported.pk)
        _refuse_recorded(row)
        row.mapping = mapping_document(mapping)
        row.changed, row.changed_by = recorder.moment, recorder.user
        row.save()
    return row


def plan_import(imported: ImportedFile, read: ReadFile, today: date) -> tuple[Plan, list[str]]:
    """What recording would write, and what still stands against it."""
    mapping = mapping_of(imported)
    return plan_of(read, mapping, source_of(imported)), validate_mapping(read, mapping, today)


def source_of(imported: ImportedFile) -> str:
    """How a note names the file."""
    return f"{imported.name}, kept by entry {imported.entry.index}"


def record_mapping(imported: ImportedFile, recorder: Recorder) -> Recorded:
    """Record everything that follows from what was decided, or nothing.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: it was recorded already, or the day cannot be used.
        MappingError: something still stands against it; nothing was recorded.
    """
    organisation, today = imported.organisation, connecticut_day(recorder.moment)
    require_keeper(organisation, recorder)
    read = read_imported(imported)
    with transaction.atomic():
        row = ImportedFile.objects.select_for_update().select_related("entry", "organisation").get(pk=imported.pk)
        _refuse_recorded(row)
        plan, faults = plan_import(row, read, today)
        if faults:
            raise MappingError(faults[0], remedy="Nothing was recorded.")
        day = mapping_of(row).as_of or today
        refuse_day(day, today, "as_of")
        answers = [
            _append(
                organisation,
                "practice.answered",
                {"practice": each.practice, "answer": each.answer, "note": each.note},
                day,
                recorder,
            )
            for each in plan.answers
        ]
        evidence = [_append_evidence(row, each, day, recorder) for each in plan.evidence]
        row.recorded = recorder.moment
        row.changed, row.changed_by = recorder.moment, recorder.user
        row.save()
    return Recorded(tuple(answers), tuple(evidence))


def _refuse_recorded(row: ImportedFile) -> None:
    if row.recorded is not None:
        raise ProgramInputError(
            "This file's rows are on record already.",
            field="file",
            remedy="Bring in a newer file, or correct an entry.",
        )


def _append_evidence(imported: ImportedFile, planned: PlannedEvidence, day: date, recorder: Recorder) -> LedgerEntry:
    """Evidence that names the file as its exhibit. Its bytes stand in the store already, under the same digest."""
    organisation, kept = imported.organisation, imported.entry.evidence_files.get()
    text = planned.row.text[:TITLE_CHARACTERS] or planned.row.place
    entry = _append(
        organisation,
        "evidence.recorded",
        {
            "practice": planned.practice,
            "title": f"{planned.row.place[:80]}: {text}"[:300],
            "note": f"From {source_of(imported)}, {planned.row.place}.",
            "files": [
                {"sha256": kept.sha256, "size": kept.size, "name": kept.name, "mediaType": kept.media_type},
            ],
        },
        day,
        recorder,
    )
    EvidenceFile.objects.create(
        organisation=organisation,
        entry=entry,
        sha256=kept.sha256,
        size=kept.size,
        name=kept.name,
        media_type=kept.media_type,
    )
    return entry


def _append(
    organisation: Organisation, kind: str, body: dict[str, object], day: date, recorder: Recorder
) -> LedgerEntry:
    return append_entry(
        organisation,
        actor=recorder.actor,
        kind=kind,
        occurred_from=day.isoformat(),
        source="imported",
        body=body,
        recorded=recorder.recorded,
    )
