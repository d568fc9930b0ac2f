"""The conformity list of the facts document, from what officers asserted and what practices show against it.

An assertion is carried through as it was made. On a day on which a practice that has a part in the edition was answered
*no* or *partly*, a requirement of it was found *partly* or *not satisfied*, or an exception to it was accepted,
``conforms`` becomes ``partly``, which the law leaves to counsel. A day on which nobody
had asserted anything is listed as unknown: in that list a missing day would mean *does not conform*, and a record that
is silent does not say so. Editions that the act's list does not hold bear on nothing here and are left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from charteroak.frameworks.catalog import EditionName
from charteroak.law.editions import load_frameworks
from charteroak.program.assertions import Assertion, assertions_on, turning_days
from charteroak.program.assessments import assessments_on
from charteroak.program.bodies import PracticeAnswered, RequirementAssessed
from charteroak.program.dated_facts import references
from charteroak.program.exceptions import AcceptedException, exceptions_on
from charteroak.program.exceptions import turning_days as exception_days
from charteroak.program.findings import PracticeRecord
from charteroak.program.links import has_part
from charteroak.program.recorded import RecordedFact
from charteroak.program.stretches import stretches


@dataclass(frozen=True, slots=True)
class _DayConformity:
    status: str
    asserted_by: str | None
    exhibits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnFindings:
    """What the organisation itself recorded that may stand against an assertion."""

    records: Mapping[str, PracticeRecord]
    exceptions: tuple[AcceptedException, ...] = ()
    assessments: tuple[RecordedFact, ...] = ()

    def turning_days(self) -> set[date]:
        """Every day on which another doubt may stand than the day before."""
        answered = {day for record in self.records.values() for day in record.answer_days()}
        return answered | exception_days(self.exceptions) | {fact.first_day for fact in self.assessments}

    def doubts(self, name: EditionName, day: date) -> tuple[str, ...]:
        """The entries that stand against an assertion about an edition on a day."""
        practices = {identifier: record.practice for identifier, record in self.records.items()}
        answered = (record.answered(day) for record in self.records.values() if has_part(record.practice, name))
        excepted = (each.fact for each in exceptions_on(self.exceptions, day) if each.touches_edition(name, practices))
        assessed = (
            fact
            for fact in assessments_on(self.assessments, day)
            if isinstance(fact.body, RequirementAssessed)
            and (fact.body.framework, fact.body.edition) == name
            and fact.body.result in {"partly", "not-satisfied"}
        )
        return (
            *(
                fact.reference
                for fact in answered
                if fact is not None and isinstance(fact.body, PracticeAnswered) and fact.body.answer in {"no", "partly"}
            ),
            *references(*excepted, *assessed),
        )


def conformity_rows(
    first: date, last: date, asserted: Iterable[Assertion], own_findings: OwnFindings
) -> list[dict[str, Any]] | None:
    """The rows for an interval; ``None`` where no edition was ever asserted, which the law reads as unknown."""
    by_edition: dict[EditionName, list[Assertion]] = {}
    for assertion in asserted:
        if not _is_named_by_the_act(assertion.name):
            continue
        by_edition.setdefault(assertion.name, []).append(assertion)
    if not by_edition:
        return None
    every = [assertion for own in by_edition.values() for assertion in own]
    # On a single day nothing turns.
    turning = turning_days(every) | own_findings.turning_days() if first < last else set()
    rows: list[dict[str, Any]] = []
    for name, own in sorted(by_edition.items()):

        def on(day: date, own: list[Assertion] = own) -> _DayConformity | None:
            return _conformity_on(day, own, own_findings)

        rows.extend(
            _row(name, stretch.first, stretch.last, stretch.answer)
            for stretch in stretches(first, last, turning, on)
            if stretch.answer is not None
        )
    silent = stretches(first, last, turning, lambda day: not assertions_on(every, day))
    unknown = _DayConformity("unknown", None, ())
    rows.extend(_row(min(by_edition), stretch.first, stretch.last, unknown) for stretch in silent if stretch.answer)
    return rows


def _row(name: EditionName, first: date, last: date, conformity: _DayConformity) -> dict[str, Any]:
    return {
        "framework": name.framework,
        "edition": name.edition,
        "status": conformity.status,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "assertedBy": conformity.asserted_by,
        "exhibits": list(conformity.exhibits),
    }


def _conformity_on(day: date, own: list[Assertion], own_findings: OwnFindings) -> _DayConformity | None:
    standing = assertions_on(own, day)
    if not standing:
        return None
    body, reference = standing[0].body, standing[0].fact.reference
    doubts = own_findings.doubts(standing[0].name, day) if body.status == "conforms" else ()
    return _DayConformity("partly" if doubts else body.status, body.asserted_by, (reference, *doubts))


def _is_named_by_the_act(name: EditionName) -> bool:
    framework = load_frameworks().get(name.framework)
    return framework is not None and any(edition.code == name.edition for edition in framework.editions)
