"""Where everything stands in the picture of an interval. Numbers are picture units; 640 of them are a line of text.

No label covers another and no leader crosses a label. Labels stand to the right of their dot. From right to left,
each label goes one row farther from the line than every dot that it would pass over: then each leader, which runs
from the line to its own row, passes beside all labels nearer to the line.

Where that takes more than ``ROWS_LIMIT`` rows, the two neighbors that stand nearest to each other become one group,
again and again, until it fits. A group says how many entries it holds; the table after the picture names each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from charteroak.clock import add_months
from charteroak.documents.fonts import width_of
from charteroak.documents.showable_text import showable_line
from charteroak.documents.timeline import Event, IntervalPicture, Window

WIDTH = 640
LEFT, RIGHT = 6, 466
"""The scale; to its right is room for the label of the last dot."""
FONT_SIZE = 10
ROW_HEIGHT = 17
ROWS_LIMIT = 9
LABEL_WIDTH, LONG_LABEL_WIDTH = 152, 330
ROWS_WITH_LONG_LABELS = 7
GAP = 10
"""Between the end of a label and the next dot."""
LABEL_OFFSET = 8
TICKS_APART = 84
BINS = 60
"""Events that stand in one of so many equal stretches of the scale are grouped before anything else is tried."""

_DAY_STEPS = (1, 2, 7, 14)
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 600, 1200)


@dataclass(frozen=True, slots=True)
class Mark:
    """One event, or a group of neighbors, with its row: 0 is nearest to the line."""

    events: tuple[Event, ...]
    x: float
    end: float
    label: str
    row: int = 0

    @property
    def label_x(self) -> float:
        """Where the label begins: after the bar."""
        return self.end + LABEL_OFFSET

    @property
    def reach(self) -> float:
        """Where the label ends, with the room that it keeps free."""
        return self.label_x + text_width(self.label) + GAP


@dataclass(frozen=True, slots=True)
class Tick:
    """A day named on the scale."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Scale:
    """From days to places. A day is as wide as it lasts; days beyond an edge stand at it."""

    begin: date
    end: date

    def start_of(self, day: date) -> float:
        """Where a day begins."""
        return self._place((day - self.begin).days)

    def end_of(self, day: date) -> float:
        """Where a day ends."""
        return self._place((day - self.begin).days + 1)

    def middle_of(self, day: date) -> float:
        """Where the dot of a day stands."""
        return (self.start_of(day) + self.end_of(day)) / 2

    def _place(self, days: int) -> float:
        length = (self.end - self.begin).days + 1
        return LEFT + (RIGHT - LEFT) * max(0, min(days, length)) / length

    def ticks(self) -> list[Tick]:
        """Days far enough apart to be read: every day, week or so many months."""
        apart = TICKS_APART * ((self.end - self.begin).days + 1) / (RIGHT - LEFT)
        for step in _DAY_STEPS:
            if step >= apart:
                count = (self.end - self.begin).days // step + 1
                return self._named([self.begin + timedelta(days=step * n) for n in range(count)], with_day=True)
        step = next((months for months in _MONTH_STEPS if months * 28 >= apart), _MONTH_STEPS[-1])
        first = self.begin.replace(day=1) if step < 12 else self.begin.replace(month=1, day=1)
        months = (self.end.year - first.year) * 12 + self.end.month - first.month
        days = [add_months(first, n) for n in range(0, months + 1, step)]
        return self._named([day for day in days if day >= self.begin], with_day=False)

    def _named(self, days: Sequence[date], *, with_day: bool) -> list[Tick]:
        return [Tick(self.start_of(day), f"{day.day} {day:%b %Y}" if with_day else f"{day:%b %Y}") for day in days]


def scale_of(picture: IntervalPicture) -> Scale:
    """The interval with a third of its length, at least ten days, on both sides: it is what the picture is about.

    What lies farther away stands at the edge, and its label says so.
    """
    margin = max(10, picture.days // 3)
    first = picture.first.toordinal() - margin
    last = picture.last.toordinal() + margin
    return Scale(
        date.fromordinal(max(date.min.toordinal(), first)), date.fromordinal(min(date.max.toordinal() - 1, last))
    )


def marks_of(events: Sequence[Event], scale: Scale) -> list[Mark]:
    """The events of one side with their rows, grouped as far as the rows ask for it.

    Where there is room, labels may be long; where they would take many rows, they are short.
    """
    groups = _binned(events, scale)
    placed = _in_rows([_mark(group, scale, LONG_LABEL_WIDTH) for group in groups])
    if max((mark.row for mark in placed), default=0) < ROWS_WITH_LONG_LABELS:
        return placed
    marks = [_mark(group, scale) for group in groups]
    placed = _in_rows(marks)
    while max((mark.row for mark in placed), default=0) >= ROWS_LIMIT:
        nearest = min(range(len(marks) - 1), key=lambda n: (*_distance(marks[n], marks[n + 1]), n))
        marks[nearest : nearest + 2] = [_mark(marks[nearest].events + marks[nearest + 1].events, scale)]
        placed = _in_rows(marks)
    return placed


def windows_of(windows: Sequence[Window], scale: Scale) -> list[Window]:
    """The windows of which a part can be seen."""
    return [window for window in windows if window.last >= scale.begin and window.first <= scale.end]


def text_width(text: str) -> float:
    """The width of a text in the house's font, with a little more for a browser that has another."""
    return sum(width_of(character) for character in text) * FONT_SIZE * 1.05


def fitted(text: str, width: float) -> str:
    """A text that is no wider; an ellipsis says that more is in the table."""
    line = " ".join(text.replace("\u200b", "").split())
    if text_width(line) <= width:
        return line
    kept = line[: int(width)]
    while text_width(f"{kept}\u2026") > width:
        kept = kept[:-1]
    return f"{kept.rstrip()}\u2026"


def _mark(events: tuple[Event, ...], scale: Scale, label_width: float = LABEL_WIDTH) -> Mark:
    first, last = events[0], max(events, key=lambda event: event.last)
    if last.last < scale.begin:
        x = end = float(LEFT)
    elif len(events) == 1 and first.first == first.last:
        x = end = scale.middle_of(first.first)
    else:
        x, end = scale.start_of(first.first), scale.end_of(last.last)
    room = WIDTH - end - LABEL_OFFSET - GAP
    return Mark(events, x, end, fitted(_label(events, scale), min(label_width, room)))


def _label(events: tuple[Event, ...], scale: Scale) -> str:
    numbers = sorted(event.entry for event in events)
    if len(events) == 1:
        text = f"{numbers[0]} {showable_line(events[0].label)}"
    else:
        text = f"{len(events)} entries, {numbers[0]} to {numbers[-1]}"
    return f"Earlier: {text}" if events[-1].last < scale.begin else text


def _binned(events: Sequence[Event], scale: Scale) -> list[tuple[Event, ...]]:
    """What lies before the picture in one group; more than ``BINS`` events in at most so many; few stay as they are."""
    bins: dict[float, list[Event]] = {}
    for n, event in enumerate(events):
        if event.last < scale.begin:
            bins.setdefault(-1, []).append(event)
        elif len(events) > BINS:
            bins.setdefault(int((scale.start_of(event.first) - LEFT) * BINS / (RIGHT - LEFT)), []).append(event)
        else:
            bins.setdefault(n, []).append(event)
    return [tuple(group) for _, group in sorted(bins.items())]


def _distance(one: Mark, other: Mark) -> tuple[float, int]:
    """How far apart two neighbors stand; of equals, the smaller pair is grouped first."""
    return abs(other.x - one.x), len(one.events) + len(other.events)


def _in_rows(marks: Sequence[Mark]) -> list[Mark]:
    """From right to left, each one row beyond all dots that its bar and label pass over."""
    placed: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: mark.x, reverse=True):
        passed = [other.row for other in placed if other.x - GAP / 2 <= mark.reach]
        placed.append(Mark(mark.events, mark.x, mark.end, mark.label, 1 + max(passed) if passed else 0))
    return placed[::-1]
