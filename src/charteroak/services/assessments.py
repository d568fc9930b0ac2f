"""Assessing requirements: what someone found about one requirement, by which methods."""

from datetime import date

import msgspec

from charteroak.program.bodies import RequirementAssessed
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.program_record import record_day, usable_text
from charteroak.services.program_subjects import requirement_named
from charteroak.services.programs import ProgramInputError, Recorder, require_keeper, usable_line


def assess_requirement(
    organisation: Organisation, assessment: RequirementAssessed, day: date, recorder: Recorder
) -> LedgerEntry:
    """Record what an assessor found about a requirement or an objective of it. It stands until a newer finding.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: a field cannot be used; nothing was recorded.
    """
    require_keeper(organisation, recorder)
    requirement_named(assessment.framework, assessment.edition, assessment.requirement)
    if assessment.result != "unknown" and not assessment.methods:
        raise ProgramInputError("Choose how it was assessed.", field="methods")
    body = msgspec.structs.replace(
        assessment,
        methods=tuple(dict.fromkeys(assessment.methods)),
        objective=None
        if not (assessment.objective or "").strip()
        else usable_line(assessment.objective or "", "objective"),
        assessor=usable_line(assessment.assessor, "assessor"),
        note=usable_text(assessment.note, "note"),
    )
    return record_day(organisation, "requirement.assessed", body, (day, "day"), recorder)
