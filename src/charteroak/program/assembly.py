"""From the record to the facts document that ``charteroak.law`` reads, for a breach interval or an imagined breach.

The rules, each on every day of the interval and only from what was known at the moment asked about:

- **written**: a version of the written program had been adopted. Before the first adoption it is unknown.
- **maintained**: the last adoption or review lies at most 366 days back; otherwise unknown.
- **complied with**: every practice that the version in force promises was answered yes and shown by evidence no older
  than the practice allows. A practice answered *no* makes the day *no*; anything less than shown makes it unknown.
- **safeguards, objectives, scale; handles, information**: as described in the record; what is not described is unknown.
- **conformity**: what a named officer asserted, held against the practices (``charteroak.program.conformity``).

Claims, the breach itself and culpability are no part of a program's record: the caller answers them, or they stay
unknown. Exhibits are entry references such as ``entry:12``.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from charteroak.clock import parse_day
from charteroak.errors import SourceLocation
from charteroak.program.assertions import Assertion, assertions
from charteroak.program.bodies import (
    OrganisationDescribed,
    ProgramAdopted,
    ProgramDescribed,
    RequirementAssessed,
    body_document,
)
from charteroak.program.conformity import OwnFindings, conformity_rows
from charteroak.program.dated_facts import UNKNOWN, DatedRows, DayAnswer, dated_fact, references, unique
from charteroak.program.errors import QuestionError
from charteroak.program.exceptions import AcceptedException, accepted_exceptions, exceptions_on
from charteroak.program.exceptions import turning_days as exception_days
from charteroak.program.findings import PracticeRecord, practice_records
from charteroak.program.history import KnownAt, check_interval, in_force, knowledge
from charteroak.program.practices import PracticeSet, load_practices
from charteroak.program.recorded import RecordedFact
from charteroak.program.written_program import WrittenProgram, written_program

Value = TypeVar("Value")

_ANSWERED_OUTSIDE = frozenset({"claims", "breach", "culpability", "policy"})
_BREACH_ANSWERS = frozenset({"failureFrom", "access", "acquisition", "materialRisk", "exception"})


def breach_facts(
    facts: Iterable[RecordedFact],
    *,
    first: date,
    last: date,
    known_at: KnownAt = None,
    answers: Mapping[str, Any] | None = None,
    practices: PracticeSet | None = None,
) -> dict[str, Any]:
    """The facts document for a breach from one day to another, both inclusive.

    ``answers`` may hold ``claims``, ``breach`` (without its days), ``culpability`` and ``policy``, spelled as in the
    facts document; ``breach.failureFrom`` moves the start of the interval back.

    Raises:
        QuestionError: the interval is reversed, or an answer has no place.
        TimeFormatError: ``failureFrom`` is no date.
    """
    check_interval(first, last)
    given = _checked_answers(answers)
    breach = _object(given.pop("breach", None), "/breach")
    _refuse_unknown(breach, _BREACH_ANSWERS, "/breach")
    start = failure_start(first, answers)
    assembly = _assembly(facts, start, last, known_at, practices)
    days = {"from": first.isoformat(), "to": last.isoformat()}
    return {"mode": "breach", **assembly.document(), "breach": days | breach, **given}


def failure_start(first: date, answers: Mapping[str, Any] | None) -> date:
    """The first day that the facts document looks at: that of the breach, or of the failure before it.

    Raises:
        QuestionError: ``breach`` is no object.
        TimeFormatError: ``failureFrom`` is no date.
    """
    failure = _object((answers or {}).get("breach"), "/breach").get("failureFrom")
    return first if failure is None else min(first, parse_day(str(failure)))


def prospective_facts(
    facts: Iterable[RecordedFact],
    *,
    as_of: date,
    known_at: KnownAt = None,
    answers: Mapping[str, Any] | None = None,
    practices: PracticeSet | None = None,
) -> dict[str, Any]:
    """The facts document for a breach imagined on one day.

    Raises:
        QuestionError: an answer has no place.
    """
    given = _checked_answers(answers)
    assembly = _assembly(facts, as_of, as_of, known_at, practices)
    return {"mode": "prospective", "asOf": as_of.isoformat(), **assembly.document(), **given}


def _checked_answers(answers: Mapping[str, Any] | None) -> dict[str, Any]:
    given = dict(answers or {})
    _refuse_unknown(given, _ANSWERED_OUTSIDE, "")
    return given


def _object(value: Any, place: str) -> dict[str, Any]:
    if value is not None and not isinstance(value, Mapping):
        raise QuestionError(
            "An object is needed here.", remedy="Write { ... }.", location=SourceLocation(pointer=place)
        )
    return dict(value or {})


def _refuse_unknown(given: Mapping[str, Any], allowed: frozenset[str], place: str) -> None:
    odd = sorted(set(given) - allowed)
    if odd:
        raise QuestionError(
            f"{odd[0]!r} has no place among the answers.",
            remedy=f"Answer {', '.join(sorted(allowed))}.",
            location=SourceLocation(pointer=f"{place}/{odd[0]}"),
        )


def _assembly(
    facts: Iterable[RecordedFact], first: date, last: date, known_at: KnownAt, practices: PracticeSet | None
) -> "_Assembly":
    asked = practices or load_practices()
    begun = tuple(fact for fact in knowledge(facts, known_at).standing if fact.first_day <= last)
    return _Assembly(
        first=first,
        last=last,
        descriptions=tuple(fact for fact in begun if isinstance(fact.body, OrganisationDescribed)),
        program=written_program(begun),
        records=practice_records(begun, asked.asked),
        promised_without_list=asked.promised_without_list,
        asserted=assertions(begun),
        exceptions=accepted_exceptions(begun),
        assessments=tuple(fact for fact in begun if isinstance(fact.body, RequirementAssessed)),
    )


@dataclass(frozen=True, slots=True)
class _Assembly:
    """The standing facts of one interval, sorted by subject."""

    first: date
    last: date
    descriptions: tuple[RecordedFact, ...]
    program: WrittenProgram
    promised_without_list: tuple[str, ...]
    records: Mapping[str, PracticeRecord]
    asserted: tuple[Assertion, ...]
    exceptions: tuple[AcceptedException, ...]
    assessments: tuple[RecordedFact, ...]

    def document(self) -> dict[str, Any]:
        """The parts of the facts document that the record answers. What it does not answer is absent."""
        return _without_unknown(
            {
                "organisation": self._organisation(),
                "information": self._described(self.descriptions, "information"),
                "program": self._program(),
                "conformity": conformity_rows(
                    self.first,
                    self.last,
                    self.asserted,
                    OwnFindings(self.records, self.exceptions, self.assessments),
                ),
            }
        )

    def _organisation(self) -> dict[str, Any]:
        bodies = {
            fact.body
            for fact in (in_force(self.descriptions, day) for day in self._days(_ends(self.descriptions)))
            if fact is not None and isinstance(fact.body, OrganisationDescribed)
        }
        kinds = {body.kind for body in bodies}
        regimes = {None if body.regulated_by is None else tuple(sorted(body.regulated_by)) for body in bodies}
        employees = {body.employees for body in bodies}
        regime = _only(regimes)
        # An answer that changed in the interval has no single value here; the law then treats it as unknown.
        return {
            "kind": _only(kinds),
            "regulatedBy": None if regime is None else list(regime),
            "employees": _only(employees),
            "handles": self._described(self.descriptions, "handles"),
        }

    def _program(self) -> dict[str, Any]:
        first_adoption = self.program.first_adoption
        descriptions = self.program.descriptions
        return {
            "written": self._dated(self.program.turning_days(), self._written),
            "adopted": None if first_adoption is None else first_adoption.first_day.isoformat(),
            "maintained": self._dated(self.program.turning_days(), self._maintained),
            "compliedWith": self._dated(self._practice_days() | self.program.turning_days(), self._complied_with),
            "safeguards": self._described(descriptions, "safeguards"),
            "objectives": self._described(descriptions, "objectives"),
            "scale": self._described(descriptions, "scale"),
        }

    def _written(self, day: date) -> DayAnswer:
        on_day = self.program.on(day)
        if on_day.adopted is None:
            return UNKNOWN
        return DayAnswer("yes", references(on_day.adopted, on_day.approved))

    def _maintained(self, day: date) -> DayAnswer:
        on_day = self.program.on(day)
        return DayAnswer("yes", references(on_day.upkeep)) if on_day.is_maintained else UNKNOWN

    def _complied_with(self, day: date) -> DayAnswer:
        adopted = self.program.on(day).adopted
        if adopted is None or not isinstance(adopted.body, ProgramAdopted):
            return UNKNOWN
        promised = adopted.body.practices or self.promised_without_list
        findings = [self.records[identifier].finding(day) for identifier in promised if identifier in self.records]
        exceptions = exceptions_on(self.exceptions, day)
        excepted = {
            finding.practice.id
            for finding in findings
            if any(each.touches_practice(finding.practice) for each in exceptions)
        }
        refused = [f for f in findings if f.answer == "no" and f.practice.id not in excepted]
        if refused:
            return DayAnswer("no", references(*(finding.answered for finding in refused)))
        if excepted or len(findings) < len(promised) or not all(finding.is_shown for finding in findings):
            return UNKNOWN
        return DayAnswer("yes", tuple(unique(exhibit for finding in findings for exhibit in finding.exhibits)))

    def _described(self, descriptions: tuple[RecordedFact, ...], part: str) -> dict[str, Any]:
        """Every member of one part of a description, each as a dated fact."""
        names = {
            name
            for fact in descriptions
            if isinstance(fact.body, OrganisationDescribed | ProgramDescribed)
            for name in body_document(fact.body)[part]
        }

        def answer(name: str) -> Callable[[date], DayAnswer]:
            def on(day: date) -> DayAnswer:
                fact = in_force(descriptions, day)
                if fact is None or not isinstance(fact.body, OrganisationDescribed | ProgramDescribed):
                    return UNKNOWN
                value = body_document(fact.body)[part][name]
                holds = value["holds"] if isinstance(value, dict) else value
                return UNKNOWN if holds is None else DayAnswer("yes" if holds else "no", references(fact))

            return on

        return {name: self._dated(_ends(descriptions), answer(name)) for name in sorted(names)}

    def _dated(self, turning: Iterable[date], answer_on: Callable[[date], DayAnswer]) -> DatedRows | None:
        return dated_fact(self.first, self.last, turning, answer_on)

    def _practice_days(self) -> set[date]:
        if self.first == self.last:
            return set()
        turning = {day for record in self.records.values() for day in record.turning_days()}
        return turning | exception_days(self.exceptions)

    def _days(self, turning: Iterable[date]) -> list[date]:
        """The first day and every later day of the interval on which something may change."""
        return sorted({self.first, *(day for day in turning if self.first < day <= self.last)})


def _only(values: set[Value]) -> Value | None:
    return next(iter(values)) if len(values) == 1 else None


def _ends(facts: Iterable[RecordedFact]) -> set[date]:
    days = set()
    for fact in facts:
        days.add(fact.first_day)
        if fact.last_day is not None:
            days.add(fact.last_day + timedelta(days=1))
    return days


def _without_unknown(document: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is unknown, at every depth: an absent key means exactly that."""
    kept = {}
    for key, value in document.items():
        inner = _without_unknown(value) if isinstance(value, dict) else value
        if inner is not None and inner != {}:
            kept[key] = inner
    return kept
