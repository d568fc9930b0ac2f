"""What could change an answer: bills, proposed rules, lapses and clocks, each with the day it was last checked.

Nothing is looked up: the list is dated data, and says what was found on the day it was checked.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from charteroak.law.clocks import RunningClock, clocks_running_out
from charteroak.law.comparison import load_comparison
from charteroak.law.editions import load_frameworks
from charteroak.law.reviews import Review
from charteroak.law.safe_harbor.statute import STATUTES, load_statute


class WatchState(StrEnum):
    """What may still come of an item."""

    OPEN = "open"
    DATED = "dated"
    LAPSED = "lapsed"
    DEAD = "dead"
    WATCH = "watch"


@dataclass(frozen=True, slots=True)
class WatchItem:
    """One thing to look at again."""

    code: str
    title: str
    state: WatchState
    status: str
    checked: date
    expected: date | None
    would_change: str
    sources: tuple[str, ...]
    confidence: str

    def review(self, day: date) -> Review:
        """When it was last checked, seen from a day."""
        return Review(self.title, self.checked, day)

    def days_until(self, day: date) -> int | None:
        """How many days it is to the day on which something happens; negative once it is past."""
        return None if self.expected is None else (self.expected - day).days

    def to_json(self, day: date) -> dict[str, Any]:
        """The item as JSON values."""
        return {
            "code": self.code,
            "title": self.title,
            "state": self.state.value,
            "status": self.status,
            "checkedOn": self.checked.isoformat(),
            "stale": self.review(day).is_stale,
            "expectedOn": None if self.expected is None else self.expected.isoformat(),
            "daysUntil": self.days_until(day),
            "wouldChange": self.would_change,
            "sources": list(self.sources),
            "confidence": self.confidence,
        }


@dataclass(frozen=True, slots=True)
class Watch:
    """Everything that wants attention on a day."""

    day: date
    items: tuple[WatchItem, ...]
    clocks: tuple[RunningClock, ...]
    stale: tuple[Review, ...]

    @property
    def wants_attention(self) -> bool:
        """Whether a clock runs out soon or a piece of our data is stale."""
        return bool(self.clocks or self.stale)

    def to_json(self) -> dict[str, Any]:
        """The document of ``charteroak safe-harbor watch --json``."""
        return {
            "on": self.day.isoformat(),
            "items": [item.to_json(self.day) for item in self.items],
            "clocksRunningOut": [clock.to_json() for clock in self.clocks],
            "staleData": [review.to_json() for review in self.stale],
            "notLegalAdvice": True,
        }


@cache
def load_watch_items() -> tuple[WatchItem, ...]:
    """The items that come with this release."""
    text = resources.files("charteroak.law").joinpath("data/watch.toml").read_text(encoding="utf-8")
    return tuple(
        WatchItem(
            code=item["code"],
            title=item["title"],
            state=WatchState(item["state"]),
            status=item["status"],
            checked=item["checked"],
            expected=item.get("expected"),
            would_change=item["would_change"],
            sources=tuple(item["sources"]),
            confidence=item["confidence"],
        )
        for item in tomllib.loads(text)["item"]
    )


def data_reviews(day: date) -> tuple[Review, ...]:
    """Every dated piece of our data on the law, seen from a day: statutes, editions, comparison, watch items."""
    statutes = (load_statute(code) for code in STATUTES)
    return (
        *(Review(statute.name, statute.reviewed_on, day) for statute in statutes),
        *(
            Review(f"Editions: {framework.name}", framework.reviewed_on, day)
            for framework in load_frameworks().values()
        ),
        *(law.review(day) for law in load_comparison().laws),
        *(item.review(day) for item in load_watch_items()),
    )


def watch_on(day: date, rests_on: Iterable[tuple[str, str]] | None = None) -> Watch:
    """What to look at on a day.

    ``rests_on`` are the editions that somebody rests on; without it every superseded edition that still counts is
    looked at.
    """
    soon = (
        clocks_running_out(rests_on, day)
        if rests_on is not None
        else tuple(clock for pair in _superseded_on(day) for clock in clocks_running_out([pair], day))
    )
    return Watch(
        day=day,
        items=load_watch_items(),
        clocks=tuple(sorted(soon, key=lambda clock: (clock.last_day, clock.framework))),
        stale=tuple(review for review in data_reviews(day) if review.is_stale),
    )


def _superseded_on(day: date) -> tuple[tuple[str, str], ...]:
    """Every edition but the newest of its framework on a day, as pairs of framework and edition."""
    published = (
        [(framework.code, edition.code) for edition in framework.editions if edition.published <= day]
        for framework in load_frameworks().values()
    )
    return tuple(pair for pairs in published for pair in pairs[:-1])
