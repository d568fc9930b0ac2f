"""Part 05: the written program as it stood, with who adopted, approved and reviewed it, and its earlier versions."""

from typing import Any

from charteroak.dossier.contents import PartDocument
from charteroak.dossier.parts.record_over_interval import RecordOverInterval
from charteroak.dossier.parts.words import counted, entry_row
from charteroak.program.bodies import ProgramAdopted, ProgramApproved, ProgramDescribed, ProgramReviewed, body_document
from charteroak.program.recorded import RecordedFact

_KINDS = (ProgramAdopted, ProgramApproved, ProgramReviewed, ProgramDescribed)
WHAT = {
    "program.adopted": "adopted",
    "program.approved": "approved",
    "program.reviewed": "reviewed",
    "program.described": "described",
}


def written_program_part(record: RecordOverInterval) -> PartDocument:
    """Part 05. The version in force at each end of the interval, and the whole history, late entries marked."""
    history = program_history(record)
    at_first, at_last = record.status_at_first.program, record.status.program
    versions = sum(fact.kind == "program.adopted" for fact in history)
    lead = (
        f"{counted(versions, 'version', 'versions')} on record; on the last day: {version_of(at_last.adopted)}."
        if versions
        else "No written program is on record, so none is enclosed."
    )
    return PartDocument(
        "05",
        "The written program",
        lead,
        {
            "inForceOnTheFirstDay": version_of(at_first.adopted),
            "inForceOnTheLastDay": version_of(at_last.adopted),
            "approved": None if at_last.approved is None else entry_row(at_last.approved, record.last),
            "lastReviewed": None if at_last.reviewed is None else entry_row(at_last.reviewed, record.last),
            "daysSinceUpkeepOnTheLastDay": at_last.upkeep_age_days,
            "documents": "the files are in 08-evidence under the SHA-256 that the adoptions name",
            "history": [_row(fact, record) for fact in history],
        },
        is_empty=not history,
    )


def program_history(record: RecordOverInterval) -> list[RecordedFact]:
    """Every step in the program's life that is on record, in the order of happening; corrected ones are left in."""
    return sorted((f for f in record.known_now.facts if isinstance(f.body, _KINDS)), key=lambda fact: fact.order)


def version_of(adopted: RecordedFact | None) -> str:
    """``version 2 (entry 5)``, or that there is none."""
    if adopted is None or not isinstance(adopted.body, ProgramAdopted):
        return "none"
    return f"version {adopted.body.version} (entry {adopted.index})"


def _row(fact: RecordedFact, record: RecordOverInterval) -> dict[str, Any]:
    correction = record.known_now.corrected_by.get(fact.index)
    says = {} if not isinstance(fact.body, _KINDS) else body_document(fact.body)
    return {
        "what": WHAT.get(fact.kind, fact.kind),
        **entry_row(fact, record.last),
        "correctedBy": None if correction is None else correction.index,
        "says": says,
    }
