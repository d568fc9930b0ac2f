"""Parts 02 and 03: each element of the statute over the interval, and everything that changed between its ends."""

from datetime import date
from itertools import pairwise
from typing import Any

from charteroak.dossier.contents import PartDocument
from charteroak.dossier.parts.record_over_interval import RecordOverInterval
from charteroak.dossier.parts.words import counted, entry_row
from charteroak.dossier.texts import OUTCOMES
from charteroak.law.timeline import Run
from charteroak.program.bodies import EditionAdopted, GapOpened, PracticeAnswered, RequirementAssessed
from charteroak.program.gaps import open_gaps
from charteroak.program.recorded import RecordedFact

_ANSWERS = {
    "record-supports-all-elements": "As known then, the record supports every element on every day of the interval.",
    "at-risk": "As known then, the record supports every element; a six-month clock on which that rests ends soon.",
    "indeterminate": "As known then, at least one element is uncertain or a question for counsel.",
    "element-not-met": "As known then, at least one element is not met on at least one day of the interval.",
}


def determination_part(record: RecordOverInterval) -> PartDocument:
    """Part 02. Every element with its answer over the interval, at each end, each change, and contrary evidence."""
    determination, hindsight = record.determination, record.hindsight
    later = {finding.id: finding for finding in hindsight.elements}
    elements = [
        {
            "id": finding.id,
            "asks": finding.question,
            "citation": finding.citation,
            "overTheInterval": {
                "status": str(finding.status),
                "reason": finding.reason,
                "exhibits": list(finding.exhibits),
                "assumed": finding.assumed,
            },
            "onTheFirstDay": run_answer(record.runs[finding.id][0]),
            "onTheLastDay": run_answer(record.runs[finding.id][-1]),
            "changes": [
                {
                    "day": date.fromordinal(after.first).isoformat(),
                    "from": str(before.answer.status),
                    **run_answer(after),
                }
                for before, after in changes_of(record.runs[finding.id])
            ],
            "wouldChange": list(finding.would_change),
            "withWhatWasRecordedSince": (
                str(later[finding.id].status) if later[finding.id].status != finding.status else "the same"
            ),
        }
        for finding in determination.elements
    ]
    contrary = contrary_evidence(record)
    outcome = str(determination.outcome)
    return PartDocument(
        "02",
        "Determination, element by element",
        _ANSWERS.get(outcome, OUTCOMES.get(outcome, outcome)),
        {
            "statute": record.statute.name,
            "reviewedOn": determination.statute.reviewed_on.isoformat(),
            "knownAt": record.known_at.isoformat(),
            "interval": {"from": record.first.isoformat(), "to": record.last.isoformat()},
            "outcome": outcome,
            "readings": {"wholeInterval": outcome, "atBreach": str(determination.at_breach)},
            "withWhatWasRecordedSince": str(hindsight.outcome),
            "elements": elements,
            "contraryEvidence": contrary or "none is on record; that is no finding that there is none",
            "otherSideMayPointTo": [item.to_json() for item in record.contrary]
            or "nothing of that kind is on record; that is no finding that there is nothing",
            "carveOut": (
                "Gross negligence or wilful or wanton conduct takes the act's protection away. That is for the court; "
                "the old, unowned gaps of part 07 bear on it."
            ),
            "exhibits": "entry:7 is entry 7 of part 09, with its body beside its header",
        },
    )


def interval_part(record: RecordOverInterval) -> PartDocument:
    """Part 03. The interval: the answers at its ends side by side, and every entry that bears on it."""
    changed = [
        {
            "element": name,
            "first": str(runs[0].answer.status),
            "last": str(runs[-1].answer.status),
            "days": [date.fromordinal(after.first).isoformat() for _, after in changes_of(runs)],
        }
        for name, runs in sorted(record.runs.items(), key=lambda item: int(item[0][1:]))
        if len(list(changes_of(runs))) > 0
    ]
    rows = [
        {
            **entry_row(change.fact, record.last),
            "timing": str(change.timing),
            "correctedBy": change.corrected_by,
        }
        for change in record.changes
    ]
    late = sum(1 for row in rows if row["late"])
    days = (record.last - record.first).days + 1
    return PartDocument(
        "03",
        "The interval",
        f"{counted(days, 'day', 'days')}, from the earliest first intrusion to the discovery as given; "
        f"{counted(len(rows), 'entry bears', 'entries bear')} on it, {late} recorded after it.",
        {
            "interval": {"from": record.first.isoformat(), "to": record.last.isoformat()},
            "daysOfTheInterval": "Connecticut calendar days, both included; who asked for the dossier named them",
            "elementsWhoseAnswerChanged": changed or "none: each element has one answer throughout",
            "entries": rows,
        },
        is_empty=not rows,
    )


def run_answer(run: Run) -> dict[str, Any]:
    """Consecutive days with one answer, as JSON values."""
    why = run.answer.why
    return {
        "status": str(run.answer.status),
        "reason": f"{why[:1].upper()}{why[1:]}.",
        "exhibits": list(run.answer.exhibits),
    }


def changes_of(runs: list[Run]) -> list[tuple[Run, Run]]:
    """The pairs of neighboring runs whose status differs."""
    return [(before, after) for before, after in pairwise(runs) if before.answer.status != after.answer.status]


def contrary_evidence(record: RecordOverInterval) -> list[dict[str, Any]]:
    """What on record speaks against an element, whoever wrote it down: own gaps, answers and assessments that say no.

    Beside it stands what the record lacks on the last day, with the elements on which that bears.
    """
    rows: list[dict[str, Any]] = [
        {**entry_row(fact, record.last), "says": says} for fact in record.standing if (says := _speaks_against(fact))
    ]
    rows += [
        {"lacking": gap.title, "says": gap.detail, "bearsOn": list(gap.elements), "onTheLastDay": True}
        for gap in open_gaps(record.status)
    ]
    return rows


def _speaks_against(fact: RecordedFact) -> str:
    """What an entry says against the organisation, or nothing."""
    body = fact.body
    if isinstance(body, PracticeAnswered) and body.answer in {"no", "partly"}:
        return f"the practice {body.practice} was answered {body.answer}"
    if isinstance(body, RequirementAssessed) and body.result in {"not-satisfied", "partly"}:
        return f"{body.framework} {body.edition} {body.requirement} was assessed as {body.result}"
    if isinstance(body, EditionAdopted) and body.status in {"does-not", "partly"}:
        return f"the officer stated {body.status} for {body.framework} {body.edition}"
    if isinstance(body, GapOpened):
        return "a gap was written down"
    return ""
