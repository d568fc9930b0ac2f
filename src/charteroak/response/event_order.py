"""The order of events whose moments are known only between two ends: what is sure, what follows, what cannot be.

Each event lies somewhere in its interval. "A before B" is a constraint, A <= B, from a person or from the nature of
things: what begins is noticed after that, and contained after it was noticed. The constraints narrow the intervals
(Dechter, Meiri and Pearl, Temporal constraint networks, 1991: a simple problem, solved by the longest lower bound).
Where nothing is left of an interval, two statements contradict each other. Which one is wrong nobody here decides: it
is a question.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

NATURAL_ORDER = ("first-activity", "noticed", "contained", "recovered")
"""Kinds of events of which each comes after the first one of the kind before it."""
EVENTS_LIMIT = 2_000
"""Of one timeline: more than anybody reads, and little enough to be compared."""


class Sureness(StrEnum):
    """What the intervals of two events alone say about their order."""

    BEFORE = "before"
    AFTER = "after"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, not before ``earliest`` and not after ``latest``."""

    number: int
    what: str
    earliest: datetime
    latest: datetime
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """That one event came before another; ``said`` by a person, or in the nature of things."""

    before: int
    after: int
    said: bool = True


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Events that cannot all be as they are told; the first is told to come before the last."""

    chain: tuple[Event, ...]
    said: bool
    """Whether a person said so of at least two of them."""

    @property
    def is_circle(self) -> bool:
        """Whether it leads back to where it began."""
        return self.chain[0].number == self.chain[-1].number


@dataclass(frozen=True, slots=True)
class Ordered:
    """A timeline as far as it can be told."""

    events: tuple[Event, ...]
    """As they were given, in the order of time: by their beginning, then their end, then their number."""
    narrowed: Mapping[int, Event]
    """Those of which less is possible than was said, as little as follows from the order."""
    contradictions: tuple[Contradiction, ...]

    def is_open_after(self, place: int) -> bool:
        """Whether the event at a place and the one after it may also have come the other way around."""
        one, other = self.events[place], self.events[place + 1]
        return sureness(one, other) is Sureness.OPEN


def sureness(one: Event, other: Event) -> Sureness:
    """Whether one event surely came before another, by their intervals (Allen's *before*, *after*, or all the rest)."""
    if one.latest < other.earliest:
        return Sureness.BEFORE
    if other.latest < one.earliest:
        return Sureness.AFTER
    return Sureness.OPEN


def order_events(events: Iterable[Event], orders: Iterable[Order] = ()) -> Ordered:
    """Events in order, what follows for their intervals, and what contradicts.

    Orders that name an event that is not there are left out: what was withdrawn has no order any more.
    """
    known = {event.number: event for event in events}
    edges = [order for order in (*orders, *_natural(list(known.values()))) if {order.before, order.after} <= set(known)]
    edges = list(dict.fromkeys(edges))
    circles = _circles(known, [order for order in edges if order.said])
    in_circles = {(one.number, other.number) for circle in circles for one, other in pairwise(circle.chain)}
    sound = [order for order in edges if (order.before, order.after) not in in_circles]
    broken, narrowed = _propagate(known, sound)
    in_time = tuple(sorted(known.values(), key=lambda event: (event.earliest, event.latest, event.number)))
    return Ordered(in_time, narrowed, (*circles, *broken))


def _natural(events: Sequence[Event]) -> Iterable[Order]:
    """The first event of each kind against all of the next kind that there is."""
    before: Event | None = None
    for kind in NATURAL_ORDER:
        of_kind = [event for event in events if event.kind == kind]
        if not of_kind:
            continue
        if before is not None:
            for event in of_kind:
                yield Order(before.number, event.number, said=False)
        before = min(of_kind, key=lambda event: (event.earliest, event.latest, event.number))


def _circles(known: Mapping[int, Event], orders: Sequence[Order]) -> list[Contradiction]:
    """Each circle of what was said, once: no event comes before itself."""
    after: dict[int, list[int]] = {}
    for order in orders:
        after.setdefault(order.before, []).append(order.after)
    found, done = [], set[int]()
    for start in sorted(after):
        path, waiting = [start], [iter(after[start])]
        while waiting and start not in done:
            following = next(waiting[-1], None)
            if following is None:
                done.add(path.pop())
                waiting.pop()
            elif following in path:
                circle = [*path[path.index(following) :], following]
                found.append(Contradiction(tuple(known[number] for number in circle), said=True))
                done.update(circle)
                break
            elif following not in done:
                path.append(following)
                waiting.append(iter(after.get(following, ())))
    return found


def _propagate(known: Mapping[int, Event], orders: Sequence[Order]) -> tuple[list[Contradiction], Mapping[int, Event]]:
    """Carry each beginning forward and each end back until nothing changes; a circle of equals ends after one round."""
    low: dict[int, tuple[datetime, tuple[int, ...]]] = {
        number: (event.earliest, (number,)) for number, event in known.items()
    }
    high = {number: event.latest for number, event in known.items()}
    for _round in range(len(known)):
        changed = False
        for order in orders:
            bound, way = low[order.before]
            if bound > low[order.after][0] and order.after not in way:
                low[order.after] = (bound, (*way, order.after))
                changed = True
            if high[order.after] < high[order.before]:
                high[order.before] = high[order.after]
                changed = True
        if not changed:
            break
    said = {(order.before, order.after) for order in orders if order.said}
    broken: dict[tuple[int, int], Contradiction] = {}
    for number, (bound, way) in low.items():
        if bound > known[number].latest:
            shortest = _shortest(known, way)
            ends = (shortest[0], shortest[-1])
            is_said = any(pair in said for pair in pairwise(shortest))
            broken.setdefault(ends, Contradiction(tuple(known[each] for each in shortest), said=is_said))
    torn = {event.number for each in broken.values() for event in each.chain}
    narrowed = {
        number: replace(event, earliest=low[number][0], latest=high[number])
        for number, event in known.items()
        if number not in torn
        and low[number][0] <= high[number]
        and (low[number][0] > event.earliest or high[number] < event.latest)
    }
    return list(broken.values()), narrowed


def _shortest(known: Mapping[int, Event], way: tuple[int, ...]) -> tuple[int, ...]:
    """The part of a way that contradicts by itself: up to the first event that ends before the way's beginning."""
    beginning = known[way[0]].earliest
    end = next(place for place, number in enumerate(way) if known[number].latest < beginning)
    return way[: end + 1]
