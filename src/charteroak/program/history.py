"""The record on two time axes: when something was so, and when it was recorded.

The rules:

1. ``known_at`` decides what may be looked at. A fact recorded later is not there, whatever it says about earlier days.
2. ``as_of`` decides which day is asked about. A fact that began later plays no part in the answer.
3. A correction works on the first axis alone: from the moment it was recorded, the entry it names is read as corrected.
   Nothing is edited or removed, a correction can itself be corrected, and one can only reach an earlier entry.
4. Of several states that hold on a day, the one that began last is in force; of two that began together, the one
   recorded later.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from charteroak.program.bodies import CorrectionMade
from charteroak.program.errors import QuestionError
from charteroak.program.recorded import RecordedFact

KnownAt: TypeAlias = date | datetime | None
"""An instant, a day (what was known when that day ended), or ``None`` for the whole record as handed in."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the record held at a moment: every entry, and which of them were corrected by which."""

    facts: tuple[RecordedFact, ...]
    corrected_by: Mapping[int, RecordedFact]

    @property
    def standing(self) -> tuple[RecordedFact, ...]:
        """The entries that were not corrected."""
        return tuple(fact for fact in self.facts if fact.index not in self.corrected_by)


def knowledge(facts: Iterable[RecordedFact], known_at: KnownAt = None) -> Knowledge:
    """What had been recorded by a moment."""
    known = tuple(sorted((f for f in facts if _was_known(f, known_at)), key=lambda fact: fact.index))
    corrected_by: dict[int, RecordedFact] = {}
    # Corrections reach backwards only, so from the last to the first each one is settled before those it may correct.
    for fact in reversed(known):
        if isinstance(fact.body, CorrectionMade) and fact.index not in corrected_by and fact.body.corrects < fact.index:
            corrected_by.setdefault(fact.body.corrects, fact)
    return Knowledge(known, corrected_by)


def as_of(facts: Iterable[RecordedFact], day: date, known_at: KnownAt = None) -> tuple[RecordedFact, ...]:
    """The standing facts, known at a moment, that had begun by the end of a day; in ledger order."""
    return tuple(fact for fact in knowledge(facts, known_at).standing if fact.first_day <= day)


def in_force(facts: Iterable[RecordedFact], day: date) -> RecordedFact | None:
    """Of some states of one subject, the one in force on a day."""
    return max((fact for fact in facts if fact.covers(day)), key=lambda fact: fact.order, default=None)


class Timing(StrEnum):
    """When a change was recorded, seen from an interval."""

    IN_TIME = "in-time"
    """It happened in the interval and was recorded before the interval had ended."""
    RECORDED_INSIDE = "recorded-inside"
    """It happened before the interval and was recorded while it ran."""
    LATE = "late"
    """It happened before or in the interval and was recorded after the interval had ended."""


@dataclass(frozen=True, slots=True)
class Change:
    """An entry that bears on an interval."""

    fact: RecordedFact
    timing: Timing
    corrected_by: int | None


def changes_between(
    facts: Iterable[RecordedFact], first: date, last: date, known_at: KnownAt = None
) -> tuple[Change, ...]:
    """Everything that happened in an interval (both days inclusive), or was recorded in or after it about it.

    Corrected entries are listed with the index of their correction. The order is that of happening.

    Raises:
        QuestionError: the interval is reversed.
    """
    check_interval(first, last)
    known = knowledge(facts, known_at)
    changes = []
    for fact in sorted(known.facts, key=lambda fact: fact.order):
        if fact.first_day <= last and (_changes_inside(fact, first, last) or fact.recorded_day >= first):
            correction = known.corrected_by.get(fact.index)
            changes.append(Change(fact, _timing(fact, first, last), correction.index if correction else None))
    return tuple(changes)


def check_interval(first: date, last: date) -> None:
    """Refuse a reversed interval.

    Raises:
        QuestionError: the last day lies before the first.
    """
    if last < first:
        raise QuestionError(
            f"The interval is reversed: {last.isoformat()} lies before {first.isoformat()}.",
            remedy="Give the earlier day first.",
        )


def _was_known(fact: RecordedFact, known_at: KnownAt) -> bool:
    if known_at is None:
        return True
    if isinstance(known_at, datetime):
        return fact.recorded <= known_at
    return fact.recorded_day <= known_at


def _changes_inside(fact: RecordedFact, first: date, last: date) -> bool:
    """Whether it began or ended in the interval, or is an event of which a part lies in it."""
    end = fact.last_day
    if fact.first_day >= first:
        return True
    return end is not None and end >= first and (end <= last or not fact.is_state)


def _timing(fact: RecordedFact, first: date, last: date) -> Timing:
    if fact.recorded_day > last:
        return Timing.LATE
    if fact.first_day < first and not _changes_inside(fact, first, last):
        return Timing.RECORDED_INSIDE
    return Timing.IN_TIME
