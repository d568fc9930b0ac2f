"""The picture of a breach interval: what was known is drawn above the line, what was recorded later below it.

Pure: values in, SVG out, the same for the same values. Every color is ``currentColor`` with an opacity, so the
picture reads in grey, on paper and on a dark page; a page sets ``color``. Places are worked out in
``timeline_layout``; the words that stand for the picture where it cannot be seen are in ``timeline_words``.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from charteroak.documents.errors import PictureDataError

EVENTS_LIMIT = 5_000
WINDOWS_SHOWN = 6
"""More windows than these are counted in one line; the table after the picture has them all."""


class Side(StrEnum):
    """On which side of the line an event stands."""

    KNOWN = "known"
    """On record when the interval ended: above."""
    LATE = "late"
    """Recorded after the interval had ended: below."""


@dataclass(frozen=True, slots=True)
class Event:
    """An entry in the picture: the first and last day on which it may have been, or between which it was so.

    ``is_uncertain``: it was at one moment, and the record knows only that the moment lies in between.
    """

    entry: int
    label: str
    first: date
    last: date
    recorded: date
    side: Side
    is_uncertain: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """The six months after a revision in which the older edition still serves."""

    label: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class IntervalPicture:
    """What is drawn: the interval, both days included, its events and windows."""

    first: date
    last: date
    events: tuple[Event, ...] = ()
    windows: tuple[Window, ...] = field(default=())

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn.

        Raises:
            PictureDataError: something ends before it begins, or there are more events than ``EVENTS_LIMIT``.
        """
        if self.last < self.first:
            raise PictureDataError("The interval ends before it begins.", remedy="Exchange the two days.")
        for event in self.events:
            if event.last < event.first:
                raise PictureDataError(f"Entry {event.entry} ends before it begins.")
        for window in self.windows:
            if window.last < window.first:
                raise PictureDataError(f"The window {window.label!r} ends before it begins.")
        if len(self.events) > EVENTS_LIMIT:
            raise PictureDataError(f"{len(self.events)} events are more than {EVENTS_LIMIT}.")

    @property
    def days(self) -> int:
        """How many days the interval has."""
        return (self.last - self.first).days + 1

    def on(self, side: Side) -> tuple[Event, ...]:
        """The events of one side, in the order of happening."""
        chosen = (event for event in self.events if event.side is side)
        return tuple(sorted(chosen, key=lambda event: (event.first, event.last, event.entry)))
