"""A timeline of events whose moments are known between two ends, as SVG: one row for each, readable in grey.

A moment that is known well is a dot; one that is known between two ends is a bar from the one to the other. Each row
says in words what happened and when, so that the picture needs no scale to be read. Long stretches are drawn shorter
than they were (by the logarithm of their minutes): an intrusion lasts months and its last hour matters. The picture
says so. One drawing is made for wide pages and paper, one for a telephone.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from itertools import pairwise

from charteroak.documents.showable_text import showable_line
from charteroak.documents.timeline_layout import fitted

WIDE, NARROW = 720, 288
ROWS_LIMIT = 60
"""More rows are no picture; the table after it has them all."""
_TEXT = 13
_SCALE = _TEXT / 10
"""``text_width`` measures letters of ten units."""
_MARGIN = 8
_DOT = 4.5


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event; ``when`` is its moment in words. Number 0 is not shown. What contradicts another has a sign."""

    number: int
    what: str
    when: str
    earliest: datetime
    latest: datetime
    is_questioned: bool = False
    is_from_log: bool = False


@dataclass(frozen=True, slots=True)
class EventPicture:
    """What is drawn, in the order given."""

    title: str
    summary: str
    rows: tuple[EventRow, ...]


def draw_events(picture: EventPicture, *, name: str, width: int = WIDE) -> str:
    """The picture as an ``svg`` element with title and description; ``name`` makes its ids unique on a page."""
    return "".join(_Drawing(picture, width).elements(name))


class _Drawing:
    def __init__(self, picture: EventPicture, width: int) -> None:
        self.picture, self.width = picture, width
        self.rows = picture.rows[:ROWS_LIMIT]
        self.scale = _Scale([row.earliest for row in self.rows] + [row.latest for row in self.rows], width)
        self.row_height = 40 if width >= WIDE else 56
        self.top = 22.0
        self.height = self.top + self.row_height * len(self.rows) + 6

    def elements(self, name: str) -> Iterator[str]:
        title, summary = showable_line(self.picture.title), showable_line(self.picture.summary)
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="drawing" viewBox="0 0 {self.width} {self.height:g}" '
            f'width="{self.width}" height="{self.height:g}" color="#1a201c" '
            f'font-family="Public Sans, DejaVu Sans, sans-serif" font-size="{_TEXT}" '
            f'role="img" aria-labelledby="{name}-title {name}-text">'
            f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-text">{escape(summary)}</desc>'
        )
        note = "Long stretches are drawn shorter."
        yield _text(0, 12, fitted(note, self.width / _SCALE), opacity=0.8)
        for place, row in enumerate(self.rows):
            yield from self._row(row, self.top + place * self.row_height)
        yield "</svg>"

    def _row(self, row: EventRow, y: float) -> Iterator[str]:
        yield _line(0, y + 2, self.width, y + 2, opacity=0.2)
        sign = "? " if row.is_questioned else ""
        number = f"{row.number}. " if row.number else ""
        what = f"{sign}{number}{' '.join(showable_line(row.what).split())}"
        when = showable_line(row.when)
        if self.width >= WIDE:
            room = (self.width - 16) / _SCALE
            yield _text(0, y + 17, fitted(f"{what}", room * 0.6), weight="bold")
            yield _text(self.width, y + 17, fitted(when, room * 0.38), anchor="end")
        else:
            yield _text(0, y + 17, fitted(what, self.width / _SCALE), weight="bold")
            yield _text(0, y + 33, fitted(when, self.width / _SCALE))
        yield from self._mark(row, y + self.row_height - 9)

    def _mark(self, row: EventRow, y: float) -> Iterator[str]:
        yield _line(_MARGIN, y, self.width - _MARGIN, y, opacity=0.25)
        begin, end = self.scale.place(row.earliest), self.scale.place(row.latest)
        if end - begin < 2 * _DOT:
            x = (begin + end) / 2
            fill = 'fill="none" stroke="currentColor" stroke-width="2"' if row.is_from_log else 'fill="currentColor"'
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_DOT}" {fill}/>'
            return
        fill = 'fill="none"' if row.is_from_log else 'fill="currentColor" fill-opacity="0.35"'
        yield (
            f'<rect x="{begin:.1f}" y="{y - 4:.1f}" width="{end - begin:.1f}" height="8" {fill} '
            'stroke="currentColor" stroke-width="1.2" stroke-dasharray="3 2"/>'
        )
        for x in (begin, end):
            yield _line(x, y - 6, x, y + 6, width=1.8)


class _Scale:
    """From moments to places: between neighboring moments there is room by the logarithm of the minutes."""

    def __init__(self, moments: Sequence[datetime], width: int) -> None:
        self._moments = sorted(set(moments))
        lengths = [math.log2(1 + (later - one).total_seconds() / 60) for one, later in pairwise(self._moments)]
        whole = sum(lengths) or 1.0
        self._places = [float(_MARGIN + _DOT)]
        room = width - 2 * (_MARGIN + _DOT)
        for length in lengths:
            self._places.append(self._places[-1] + room * length / whole)
        if len(self._moments) == 1:
            self._places = [width / 2]
        self._by_moment = dict(zip(self._moments, self._places, strict=False))

    def place(self, moment: datetime) -> float:
        """Where a moment that is drawn stands."""
        return self._by_moment[moment]


def _line(x1: float, y1: float, x2: float, y2: float, *, opacity: float = 1, width: float = 1) -> str:
    return (
        f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" fill="none" stroke="currentColor" stroke-width="{width:g}" '
        f'stroke-opacity="{opacity:g}"/>'
    )


def _text(x: float, y: float, text: str, *, weight: str = "normal", anchor: str = "start", opacity: float = 1) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-weight="{weight}" text-anchor="{anchor}" fill="currentColor" '
        f'fill-opacity="{opacity:g}">{escape(text)}</text>'
    )
