"""The breach interval as a picture: what the record knew drawn above the line, what was added later drawn below.

Only places are computed here; the template draws them. The same entries stand in the table that follows the picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from charteroak.clock import add_months
from charteroak.program.history import Change, Timing

WIDTH = 880
LEFT, RIGHT = 24, 856
TOP = 48
"""What stands above the highest dot: the name of the interval, and what the upper half shows."""
FIRST_ROW = 24
"""From the line to its nearest dots."""
ROW_HEIGHT = 20
MAX_ROWS = 5
DOT_WIDTH = 40
"""A dot and the number beside it."""
MARGIN_DAYS = 45
"""How much of the time before the interval is drawn; older entries stand at the left edge."""
MAX_TICKS = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """One entry in the picture."""

    x: int
    y: int
    label_y: int
    index: int
    is_late: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """The first day of a month on the scale."""

    x: int
    day: date


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything the template draws, in picture units."""

    width: int
    height: int
    left: int
    right: int
    line_y: int
    late_y: int
    scale_y: int
    span_x: int
    span_width: int
    span_middle: int
    begin: date
    first: date
    last: date
    known: int
    late: int
    has_older: bool
    marks: Sequence[Mark]
    ticks: Sequence[Tick]


@dataclass(frozen=True, slots=True)
class _Scale:
    """From days to places."""

    begin: date
    end: date

    def place(self, day: date) -> int:
        """Where a day stands; days beyond an edge stand at it."""
        days = max(1, (self.end - self.begin).days)
        inside = max(0, min((day - self.begin).days, days))
        return LEFT + round(inside * (RIGHT - LEFT) / days)

    def ticks(self) -> list[Tick]:
        """The first days of months, or of every few months where there are many; none too near to an edge."""
        months = (self.end.year - self.begin.year) * 12 + self.end.month - self.begin.month
        step = -(-max(1, months) // MAX_TICKS)
        days = (add_months(self.begin.replace(day=1), n) for n in range(step, months + 1, step))
        return [Tick(x, day) for day in days for x in [self.place(day)] if LEFT + DOT_WIDTH <= x <= RIGHT - DOT_WIDTH]


def draw_interval(changes: Sequence[Change], first: date, last: date) -> Drawing:
    """Places for the entries of an interval; entries that would cover each other stand on rows of their own."""
    scale = _Scale(first - timedelta(days=MARGIN_DAYS), last + timedelta(days=7))
    ordered = sorted(changes, key=lambda change: (change.fact.first_day, change.fact.index))
    known = _in_rows([change for change in ordered if change.timing is not Timing.LATE], scale)
    late = _in_rows([change for change in ordered if change.timing is Timing.LATE], scale)
    line_y = TOP + FIRST_ROW + ROW_HEIGHT * _rows(known)
    late_y = line_y + FIRST_ROW + ROW_HEIGHT * _rows(late) + 8
    span_x, span_end = scale.place(first), scale.place(last + timedelta(days=1))
    return Drawing(
        width=WIDTH,
        height=late_y + 36,
        left=LEFT,
        right=RIGHT,
        line_y=line_y,
        late_y=late_y,
        scale_y=late_y + 28,
        span_x=span_x,
        span_width=max(4, span_end - span_x),
        # The label is about 180 units wide and centered here.
        span_middle=max(LEFT + 90, min((span_x + span_end) // 2, RIGHT - 90)),
        begin=scale.begin,
        first=first,
        last=last,
        known=len(known),
        late=len(late),
        has_older=any(change.fact.first_day < scale.begin for change in changes),
        marks=[
            *(_mark(change, x, line_y - FIRST_ROW - row * ROW_HEIGHT, is_late=False) for change, x, row in known),
            *(_mark(change, x, line_y + FIRST_ROW + row * ROW_HEIGHT, is_late=True) for change, x, row in late),
        ],
        ticks=scale.ticks(),
    )


def _in_rows(changes: Sequence[Change], scale: _Scale) -> list[tuple[Change, int, int]]:
    """Each change with its place and row: the first row in which it covers no other, or the last row there is."""
    edges: list[int] = []
    placed = []
    for change in changes:
        x = scale.place(change.fact.first_day)
        free = (row for row, edge in enumerate(edges) if x - edge >= DOT_WIDTH)
        row = min(next(free, len(edges)), MAX_ROWS - 1)
        edges[row : row + 1] = [x]
        placed.append((change, x, row))
    return placed


def _rows(placed: Sequence[tuple[Change, int, int]]) -> int:
    return 1 + max((row for _, _, row in placed), default=0)


def _mark(change: Change, x: int, y: int, *, is_late: bool) -> Mark:
    return Mark(x=x, y=y, label_y=y + 4, index=change.fact.index, is_late=is_late)
