"""Answers that change from day to day, and how they combine.

A ``Timeline`` is a step function over all calendar days. It is combined with others step by step, so the work grows
with the number of changes and never with the number of days. Days are proleptic ordinals (``date.toordinal``), both
ends of every period are inclusive.

The order from worst to best is not-met, uncertain, counsel, met. ``all_of`` takes the worst part, ``any_of`` the
best. Uncertain stands below counsel because a missing fact may still turn out to be a no.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

BEGINNING = date.min.toordinal()
END = date.max.toordinal()


class Status(StrEnum):
    """The four answers. Uncertain: a fact is missing or contradicted. Counsel: the law is open or judgement is due."""

    MET = "met"
    NOT_MET = "not-met"
    UNCERTAIN = "uncertain"
    COUNSEL = "counsel"

    @property
    def rank(self) -> int:
        """0 for the worst, 3 for the best."""
        return _RANKS[self]


_RANKS = {Status.NOT_MET: 0, Status.UNCERTAIN: 1, Status.COUNSEL: 2, Status.MET: 3}


@dataclass(frozen=True, slots=True)
class Answer:
    """One day's answer: the status, why (a clause without a full stop), and the exhibits it rests on."""

    status: Status
    why: str
    exhibits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive days, both ends inclusive, with one answer."""

    first: int
    last: int
    answer: Answer


@dataclass(frozen=True, slots=True)
class Timeline:
    """A step function from days to answers. The first step starts at ``BEGINNING``; starts ascend."""

    steps: tuple[tuple[int, Answer], ...]

    def on(self, day: int) -> Answer:
        """The answer on one day."""
        return self.steps[bisect_right(self.steps, day, key=lambda step: step[0]) - 1][1]

    def runs(self, first: int, last: int, cuts: Iterable[int] = ()) -> Iterator[Run]:
        """The answers from ``first`` to ``last``, cut also where a day of ``cuts`` begins."""
        starts = sorted(
            {first}
            | {start for start, _ in self.steps if first < start <= last}
            | {cut for cut in cuts if first < cut <= last}
        )
        for start, following in zip(starts, [*starts[1:], last + 1], strict=True):
            yield Run(start, following - 1, self.on(start))


def timeline(steps: Iterable[tuple[int, Answer]]) -> Timeline:
    """A timeline from steps in ascending order; equal neighbors become one step."""
    kept: list[tuple[int, Answer]] = []
    for start, answer in steps:
        if not kept or kept[-1][1] != answer:
            kept.append((start, answer))
    return Timeline(tuple(kept))


def always(status: Status, why: str, exhibits: tuple[str, ...] = ()) -> Timeline:
    """The same answer on every day."""
    return Timeline(((BEGINNING, Answer(status, why, exhibits)),))


def merged(parts: Sequence[Timeline], merge: Callable[[Sequence[Answer]], Answer]) -> Timeline:
    """One timeline whose answer on each day is ``merge`` of the parts' answers on that day."""
    starts = sorted({start for part in parts for start, _ in part.steps})
    positions = [0] * len(parts)
    steps: list[tuple[int, Answer]] = []
    for start in starts:
        for index, part in enumerate(parts):
            following = positions[index] + 1
            if following < len(part.steps) and part.steps[following][0] == start:
                positions[index] = following
        steps.append((start, merge([part.steps[positions[index]][1] for index, part in enumerate(parts)])))
    return timeline(steps)


def unique(values: Iterable[str]) -> tuple[str, ...]:
    """The values in order, each once."""
    return tuple(dict.fromkeys(values))


def _joined(answers: Sequence[Answer], status: Status) -> Answer:
    decisive = [answer for answer in answers if answer.status is status]
    return Answer(
        status,
        "; ".join(unique(answer.why for answer in decisive if answer.why)),
        unique(exhibit for answer in decisive for exhibit in answer.exhibits),
    )


def _worst(answers: Sequence[Answer]) -> Answer:
    return _joined(answers, min((answer.status for answer in answers), key=lambda status: status.rank))


def _best(answers: Sequence[Answer]) -> Answer:
    return _joined(answers, max((answer.status for answer in answers), key=lambda status: status.rank))


def restricted(part: Timeline, first: int, last: int, otherwise: Answer) -> Timeline:
    """The part from ``first`` to ``last``, and ``otherwise`` on every other day."""
    before = [(BEGINNING, otherwise)] if first > BEGINNING else []
    after = [(last + 1, otherwise)] if last < END else []
    return timeline([*before, *((run.first, run.answer) for run in part.runs(first, last)), *after])


def negated(part: Timeline) -> Timeline:
    """Yes where the part says no and no where it says yes; what is open stays open."""
    swapped = {Status.MET: Status.NOT_MET, Status.NOT_MET: Status.MET}
    return timeline(
        (start, Answer(swapped.get(answer.status, answer.status), answer.why, answer.exhibits))
        for start, answer in part.steps
    )


def all_of(*parts: Timeline) -> Timeline:
    """Every part must hold: on each day the worst part decides. At least one part is needed."""
    return merged(parts, _worst)


def any_of(*parts: Timeline) -> Timeline:
    """One part is enough: on each day the best part decides. At least one part is needed."""
    return merged(parts, _best)


@dataclass(frozen=True, slots=True)
class Period:
    """When a fact is said to hold.

    ``first`` None: the start is not known. ``last`` None: it still holds, unless ``last_known`` is False, which says
    that the end is not known either.
    """

    first: date | None
    last: date | None
    last_known: bool = True

    @property
    def is_reversed(self) -> bool:
        """Whether it ends before it begins."""
        return self.first is not None and self.last is not None and self.last < self.first

    def certain(self) -> tuple[int, int] | None:
        """The days that surely belong to it."""
        if self.first is not None:
            first = self.first.toordinal()
            if self.last is not None:
                return first, self.last.toordinal()
            return first, END if self.last_known else first
        return (self.last.toordinal(), self.last.toordinal()) if self.last is not None else None

    def possible(self) -> tuple[int, int]:
        """The days that may belong to it."""
        return (
            self.first.toordinal() if self.first is not None else BEGINNING,
            self.last.toordinal() if self.last is not None else END,
        )


NOT_KNOWN = Period(None, None, last_known=False)
"""A period of which neither end is known."""


@dataclass(frozen=True, slots=True)
class Cover:
    """Which rows, by index, surely and which possibly cover the days from ``start`` to the next cover."""

    start: int
    sure: tuple[int, ...]
    possible: tuple[int, ...]


def covers(periods: Sequence[Period]) -> Iterator[Cover]:
    """For each stretch of days, from ``BEGINNING`` on, the rows that cover it."""
    sure_edges: dict[int, list[tuple[int, bool]]] = {}
    possible_edges: dict[int, list[tuple[int, bool]]] = {}
    for index, period in enumerate(periods):
        certain = period.certain()
        if certain is not None:
            sure_edges.setdefault(certain[0], []).append((index, True))
            sure_edges.setdefault(certain[1] + 1, []).append((index, False))
        first, last = period.possible()
        possible_edges.setdefault(first, []).append((index, True))
        possible_edges.setdefault(last + 1, []).append((index, False))
    sure: set[int] = set()
    possible: set[int] = set()
    for start in sorted({BEGINNING, *sure_edges, *possible_edges}):
        for rows, edges in ((sure, sure_edges), (possible, possible_edges)):
            for index, opens in edges.get(start, ()):
                (rows.add if opens else rows.discard)(index)
        if start <= END:
            yield Cover(start, tuple(sorted(sure)), tuple(sorted(possible - sure)))
