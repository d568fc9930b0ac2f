"""The conformity list of the facts document, from what officers asserted and what practices show against it.

An assertion is carried through as it was made. Where a practice that has a part in the edition was answered *no* or
*partly* on a day, ``conforms`` becomes ``partly`` on that day, which the law leaves to counsel. A day on which nobody
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
from charteroak.program.bodies import PracticeAnswered
from charteroak.program.findings import PracticeRecord
from charteroak.program.practices import LinkRelation
from charteroak.program.stretches import stretches


@dataclass(frozen=True, slots=True)
class _DayConformity:
    status: str
    asserted_by: str | None
    exhibits: tuple[str, ...]


def conformity_rows(
    first: date, last: date, asserted: Iterable[Assertion], records: Mapping[str, PracticeRecord]
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
    turning = turning_days(every) | {day for record in records.values() for day in record.answer_days()}
    rows: list[dict[str, Any]] = []
    for name, own in sorted(by_edition.items()):
        parts = [record for record in records.values() if _has_part(record, name)]

        def on(day: date, own: list[Assertion] = own, parts: list[PracticeRecord] = parts) -> _DayConformity | None:
            return _conformity_on(day, own, parts)

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


def _conformity_on(day: date, own: list[Assertion], parts: list[PracticeRecord]) -> _DayConformity | None:
    standing = assertions_on(own, day)
    if not standing:
        return None
    body, reference = standing[0].body, standing[0].fact.reference
    doubts = _doubts(day, parts) if body.status == "conforms" else ()
    return _DayConformity("partly" if doubts else body.status, body.asserted_by, (reference, *doubts))


def _doubts(day: date, parts: list[PracticeRecord]) -> tuple[str, ...]:
    """The answers *no* and *partly* that stand on a day."""
    answered = [fact for fact in (record.answered(day) for record in parts) if fact is not None]
    return tuple(
        fact.reference
        for fact in answered
        if isinstance(fact.body, PracticeAnswered) and fact.body.answer in {"no", "partly"}
    )


def _is_named_by_the_act(name: EditionName) -> bool:
    framework = load_frameworks().get(name.framework)
    return framework is not None and any(edition.code == name.edition for edition in framework.editions)


def _has_part(record: PracticeRecord, name: EditionName) -> bool:
    return any(
        (link.framework, link.edition) == name and link.relation is not LinkRelation.RELATED
        for link in record.practice.links
    )
