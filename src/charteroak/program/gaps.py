"""What the record lacks on a day, and the one step to take next.

A gap says which element of the act it bears on and what would change the answer. The order is that of work: what
everything else rests on comes first, a question that can be answered now before evidence that must be made.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from charteroak.program.bodies import (
    OrganisationDescribed,
    ProgramAdopted,
    ProgramDescribed,
    ProgramReviewed,
    Statement,
)
from charteroak.program.findings import Finding, Freshness
from charteroak.program.practices import PracticeSet
from charteroak.program.status import ProgramStatus
from charteroak.program.written_program import REVIEW_EVERY_DAYS


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that the record lacks."""

    code: str
    title: str
    detail: str
    elements: tuple[str, ...]
    would_change: str
    practice: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The gap as JSON values."""
        return {
            "code": self.code,
            "title": self.title,
            "detail": self.detail,
            "elements": list(self.elements),
            "wouldChange": self.would_change,
            "practice": self.practice,
        }


def open_gaps(status: ProgramStatus) -> tuple[Gap, ...]:
    """Everything the record lacks on the day of a status, in order of work."""
    return (
        *_organisation_gaps(status),
        *_document_gaps(status),
        *_description_gaps(status),
        *_edition_gaps(status),
        *_recorded_gaps(status),
        *_practice_gaps(status),
        *_exception_gaps(status),
    )


def next_step(gaps: tuple[Gap, ...]) -> str:
    """The next step as a sentence for a person."""
    if not gaps:
        return "Nothing is open today. Keep recording what you do, so that it stays so."
    return f"{gaps[0].title}. {gaps[0].detail}"


def _organisation_gaps(status: ProgramStatus) -> Iterator[Gap]:
    body = status.organisation.body if status.organisation is not None else None
    if not isinstance(body, OrganisationDescribed):
        yield Gap(
            "organisation.not-described",
            "Describe your organization",
            "The record does not say what kind of organization this is and what information it holds.",
            ("E1", "E2", "E4"),
            "Saying what kind of organization you are and what you hold.",
        )
        return
    handles = body.handles
    if not any((handles.accesses, handles.maintains, handles.communicates, handles.processes)):
        yield Gap(
            "organisation.handling-unknown",
            "Say what you do with people's information",
            "The record does not show that you access, keep, send or process information about people.",
            ("E2",),
            "Answering the four questions about handling.",
        )
    if body.information.personal is None and body.information.restricted is None:
        yield Gap(
            "organisation.information-unknown",
            "Say which information you hold",
            "The record does not say whether you hold personal or restricted information.",
            ("E4",),
            "Answering the questions about information.",
        )


def _document_gaps(status: ProgramStatus) -> Iterator[Gap]:
    program = status.program
    if program.adopted is None or not isinstance(program.adopted.body, ProgramAdopted):
        yield Gap(
            "program.not-adopted",
            "Adopt a written program",
            "The act asks for a written program; none is on record for this day.",
            ("E7", "E8"),
            "Adopting a written program and recording it with its date.",
        )
        return
    version = program.adopted.body.version
    if program.approved is None:
        yield Gap(
            "program.not-approved",
            "Have the program approved",
            f"Version {version} was adopted, but no approval by someone with authority is on record.",
            ("E8",),
            "Recording who approved it, and in which role.",
        )
    if not program.is_maintained:
        yield Gap(
            "program.review-overdue",
            "Review the program",
            f"It was last adopted or reviewed {program.upkeep_age_days} days ago; "
            f"more than {REVIEW_EVERY_DAYS} days leave upkeep unknown.",
            ("E8",),
            "Reviewing it and recording the outcome, even if nothing changes.",
        )
    yield from _unfinished_review(status)


def _unfinished_review(status: ProgramStatus) -> Iterator[Gap]:
    reviewed, adopted = status.program.reviewed, status.program.adopted
    if reviewed is None or adopted is None or adopted.order > reviewed.order:
        return
    if isinstance(reviewed.body, ProgramReviewed) and reviewed.body.outcome == "changes-needed":
        yield Gap(
            "program.changes-open",
            "Make the changes that the review asked for",
            "The last review found that the program must change, and no newer version is on record.",
            ("E8",),
            "Adopting a version with the changes.",
        )


_STATEMENTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "safeguards": (
        "E9",
        {
            "administrative": "administrative safeguards",
            "technical": "technical safeguards",
            "physical": "physical safeguards",
        },
    ),
    "objectives": (
        "E10",
        {
            "confidentiality": "the security and confidentiality of the information",
            "threats_or_hazards": "protection against threats and hazards",
            "unauthorized_access_and_acquisition": "protection against access and acquisition that put people at risk",
        },
    ),
    "scale": (
        "E11",
        {
            "size_and_complexity": "your size and complexity",
            "activities": "the nature and scope of what you do",
            "sensitivity": "how sensitive the information is",
            "cost_and_tools": "the cost and availability of tools",
        },
    ),
}


def _description_gaps(status: ProgramStatus) -> Iterator[Gap]:
    if status.program.adopted is None:
        return
    body = status.program.described.body if status.program.described is not None else ProgramDescribed()
    for part, (element, subjects) in _STATEMENTS.items():
        for name, subject in subjects.items():
            statement = getattr(getattr(body, part, None), name, Statement())
            if statement.holds is not True:
                missing = "says that it does not cover" if statement.holds is False else "is not shown to cover"
                yield Gap(
                    f"program.{part}.{name.replace('_', '-')}",
                    f"Write {subject} into the program",
                    f"The written program {missing} {subject}.",
                    (element,),
                    "Recording in which section of the program it stands, once it does.",
                )


def _edition_gaps(status: ProgramStatus) -> Iterator[Gap]:
    if not status.editions:
        yield Gap(
            "edition.none",
            "Name the framework that you follow",
            "No officer has asserted conformity with a framework that the act names.",
            ("E12",),
            "An assertion by a named officer, for an edition that is in force.",
        )
        return
    if not any(assertion.body.status == "conforms" for assertion in status.editions):
        yield Gap(
            "edition.not-conforming",
            "Close what keeps you from conforming",
            "No edition is asserted as conformed to in full.",
            ("E12",),
            "An assertion of conformity with one edition, once it is true.",
        )


def _recorded_gaps(status: ProgramStatus) -> Iterator[Gap]:
    """What the organisation found itself and has not closed; the overdue before the others."""
    for gap in sorted(status.recorded_gaps, key=lambda gap: -(gap.overdue_days or 0)):
        late = f" It is {gap.overdue_days} days overdue." if gap.overdue_days else ""
        yield Gap(
            "gap.overdue" if gap.overdue_days else "gap.open",
            f"Close: {gap.body.title}",
            f"{gap.body.owner} has had this open for {gap.age_days} days.{late}"
            if gap.body.owner
            else f"It has been open for {gap.age_days} days and nobody closes it.{late}",
            ("E8", "E12"),
            "Closing it, and naming what shows that it is closed.",
            gap.body.practice,
        )


def _exception_gaps(status: ProgramStatus) -> Iterator[Gap]:
    """An accepted exception is no work for today; but it is never met, and its day comes."""
    for each in status.exceptions:
        yield Gap(
            "exception.accepted",
            f"Ask counsel about the exception {each.body.exception}",
            f"{each.body.approved_by} accepted it until {each.body.expires.isoformat()}; "
            "whether the act bears with it is for counsel.",
            ("E12",),
            "Counsel's answer, or meeting it before it expires.",
            each.body.practice,
        )


def _practice_gaps(status: ProgramStatus) -> Iterator[Gap]:
    """Of what the program promises, and without one of where everyone starts; the rest is nobody's promise yet."""
    asked = status.record.findings
    promised = in_order_of_work(status.promised or status.practices.promised_without_list, status.practices)
    findings = [
        finding
        for finding in (asked[identifier] for identifier in promised if identifier in asked)
        if not any(each.touches_practice(finding.practice) for each in status.exceptions)
    ]
    for wanted in ("unknown", "yes", "partly", "no"):
        for finding in findings:
            if finding.answer == wanted and not finding.is_shown:
                yield _practice_gap(finding)


def in_order_of_work(promised: Iterable[str], practices: PracticeSet) -> list[str]:
    """Practices with those first where everyone starts, then those that most others need; else in their own order."""
    starting = {identifier: place for place, identifier in enumerate(practices.starting)}
    needed = Counter(need for practice in practices.by_id.values() for need in practice.needs)
    last = len(starting)
    return sorted(promised, key=lambda each: (starting.get(each, last), -needed[each]))


def _practice_gap(finding: Finding) -> Gap:
    practice = finding.practice
    match finding.answer, finding.freshness:
        case "unknown", _:
            gap = ("unanswered", "Answer", practice.question, "An answer, and evidence that shows it.")
        case "no", _:
            gap = ("not-done", "Start", f"It is answered no. {practice.small_way}", "Doing it, and showing it.")
        case "partly", _:
            gap = ("partly-done", "Finish", f"It is answered partly. {practice.do}", "Doing the rest, and showing it.")
        case _, Freshness.NONE:
            shown = f"Nothing shows it yet. This would: {practice.shows[0]}."
            gap = ("no-evidence", "Show", shown, "One item that shows it in operation.")
        case _:
            silence = (
                f"The newest evidence is {finding.age_days} days old; {practice.freshness_days} are allowed. "
                f"The record has been silent for {finding.gap_days} days too long."
            )
            gap = ("stale-evidence", "Show again", silence, "One new item that shows it in operation.")
    code, verb, detail, would_change = gap
    # An answer of no or partly also stands against an asserted conformity; silence does not.
    elements = ("E8", "E12") if finding.answer in {"no", "partly"} else ("E8",)
    return Gap(f"practice.{code}", f"{verb}: {practice.title}", detail, elements, would_change, practice.id)
