"""Dated facts of the facts document: one subject, day by day, as rows with exhibits."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeAlias

from charteroak.program.recorded import RecordedFact
from charteroak.program.stretches import stretches

DatedRows: TypeAlias = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class DayAnswer:
    """What the record answers on a day, and the entries that it rests on."""

    status: Literal["yes", "no", "unknown"]
    exhibits: tuple[str, ...] = ()


UNKNOWN = DayAnswer("unknown")


def dated_fact(
    first: date, last: date, turning_days: Iterable[date], answer_on: Callable[[date], DayAnswer]
) -> DatedRows | None:
    """The rows for an interval; ``None`` where nothing is known on any day. Days without a row are unknown.

    Neighbors with one status become one row that carries the exhibits of both.
    """
    rows: DatedRows = []
    for stretch in stretches(first, last, turning_days, answer_on):
        answer = stretch.answer
        if rows and rows[-1]["status"] == answer.status:
            rows[-1]["to"] = stretch.last.isoformat()
            rows[-1]["exhibits"].extend(answer.exhibits)
            continue
        rows.append(
            {
                "from": stretch.first.isoformat(),
                "to": stretch.last.isoformat(),
                "status": answer.status,
                "exhibits": list(answer.exhibits),
            }
        )
    return [row | {"exhibits": unique(row["exhibits"])} for row in rows if row["status"] != "unknown"] or None


def references(*facts: RecordedFact | None) -> tuple[str, ...]:
    """The facts as exhibits."""
    return tuple(fact.reference for fact in facts if fact is not None)


def unique(exhibits: Iterable[str]) -> list[str]:
    """Each exhibit once, in order."""
    return list(dict.fromkeys(exhibits))
