"""How many of the organisation's own gaps were open on each day, by its record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from charteroak.program.bodies import GapClosed, GapOpened
from charteroak.program.history import KnownAt, knowledge
from charteroak.program.recorded import RecordedFact


@dataclass(frozen=True, slots=True)
class OpenCount:
    """From this day on so many gaps were open; what was opened and closed on the day itself."""

    day: date
    open: int
    opened: int
    closed: int


def burn_down(
    facts: Iterable[RecordedFact], *, first: date, last: date, known_at: KnownAt = None
) -> tuple[OpenCount, ...]:
    """The number on the first day, and on every later day on which it or what it is made of changed."""
    standing = knowledge(facts, known_at).standing
    changes = sorted(
        (fact for fact in standing if isinstance(fact.body, GapOpened | GapClosed) and fact.first_day <= last),
        key=lambda fact: fact.order,
    )
    by_day: dict[date, list[RecordedFact]] = {first: []}
    for fact in changes:
        by_day.setdefault(max(first, fact.first_day), []).append(fact)
    is_open: set[str] = set()
    counts: list[OpenCount] = []
    for day in sorted(by_day):
        before = set(is_open)
        for fact in by_day[day]:
            if isinstance(fact.body, GapOpened):
                is_open.add(fact.body.gap)
            elif isinstance(fact.body, GapClosed):
                is_open.discard(fact.body.gap)
        if not counts or is_open != before:
            counts.append(OpenCount(day, len(is_open), len(is_open - before), len(before - is_open)))
    return tuple(counts)
