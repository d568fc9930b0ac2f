"""The breach interval as a picture: what the record knew drawn above the line, what was added later drawn below.

Only places are computed here; the template draws them. The same entries stand in the table that follows the picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from charteroak.program.history import Change, Timing

WIDTH = 880
LEFT, RIGHT = 24, 856
LINE_Y = 140
ROW_HEIGHT = 20
MAX_ROWS = 5
MARGIN_DAYS = 45
"""How much of the time before the interval is drawn; older entries stand at the left edge."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One entry in the picture."""

    x: int
    y: int
    label_y: int
    index: int
    is_late: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything the template draws, in picture units."""

    width: int
    height: int
    left: int
    right: int
    line_y: int
    span_x: int
    span_width: int
    first: date
    last: date
    known: int
    late: int
    marks: Sequence[Mark]


def draw_interval(changes: Sequence[Change], first: date, last: date) -> Drawing:
    """Places for the entries of an interval; entries that would cover each other stand on rows of their own."""
    begin, end = first - timedelta(days=MARGIN_DAYS), last + timedelta(days=7)
    scale = (RIGHT - LEFT) / max(1, (end - begin).days)

    def place(day: date) -> int:
        return LEFT + round(max(0, min((day - begin).days, (end - begin).days)) * scale)

    marks: list[Mark] = []
    rows: dict[bool, list[int]] = {False: [], True: []}
    for change in sorted(changes, key=lambda change: (change.fact.first_day, change.fact.index)):
        is_late = change.timing is Timing.LATE
        x = place(change.fact.first_day)
        row = next((n for n, edge in enumerate(rows[is_late]) if x - edge >= 26), len(rows[is_late]))
        row = min(row, MAX_ROWS - 1)
        rows[is_late][row : row + 1] = [x]
        offset = 24 + row * ROW_HEIGHT
        y = LINE_Y + offset if is_late else LINE_Y - offset
        marks.append(Mark(x=x, y=y, label_y=y + 4, index=change.fact.index, is_late=is_late))
    late = sum(mark.is_late for mark in marks)
    return Drawing(
        width=WIDTH,
        height=LINE_Y + 64 + ROW_HEIGHT * max(1, len(rows[True])),
        left=LEFT,
        right=RIGHT,
        line_y=LINE_Y,
        span_x=place(first),
        span_width=max(4, place(last + timedelta(days=1)) - place(first)),
        first=first,
        last=last,
        known=len(marks) - late,
        late=late,
        marks=marks,
    )
