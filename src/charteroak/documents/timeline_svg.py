"""The picture of an interval as SVG 1.1: no script, no style sheet, no file beside it."""

from collections.abc import Iterator
from datetime import date
from html import escape

from charteroak.documents.showable_text import showable_line
from charteroak.documents.timeline import WINDOWS_SHOWN, IntervalPicture, Side, Window
from charteroak.documents.timeline_layout import (
    FONT_SIZE,
    LABEL_OFFSET,
    LEFT,
    RIGHT,
    ROW_HEIGHT,
    WIDTH,
    Mark,
    Scale,
    fitted,
    marks_of,
    scale_of,
    text_width,
    windows_of,
)
from charteroak.documents.timeline_words import alternative

FIRST_ROW = 20
"""From the line to the middle of its nearest row."""
WINDOW_HEIGHT = 26
DOT_RADIUS = 3.4
TITLE_HEIGHT = 20


def draw_interval(picture: IntervalPicture, *, name: str = "interval") -> str:
    """The picture as an ``svg`` element with title and description; ``name`` makes their ids unique on a page."""
    return "".join(_Drawing(picture).elements(name))


class _Drawing:
    """Heights first, then the parts from the top to the bottom."""

    def __init__(self, picture: IntervalPicture) -> None:
        self.picture = picture
        self.scale: Scale = scale_of(picture)
        self.above = marks_of(picture.on(Side.KNOWN), self.scale)
        self.below = marks_of(picture.on(Side.LATE), self.scale)
        seen = windows_of(picture.windows, self.scale)
        self.windows, self.windows_left = seen[:WINDOWS_SHOWN], len(seen) - WINDOWS_SHOWN
        self.windows_y = TITLE_HEIGHT + 4.0
        more = ROW_HEIGHT if self.windows_left > 0 else 0
        self.above_y = self.windows_y + WINDOW_HEIGHT * len(self.windows) + more + 16
        self.line_y = self.above_y + 2 * FIRST_ROW + ROW_HEIGHT * _rows(self.above)
        self.below_y = self.line_y + 2 * FIRST_ROW + ROW_HEIGHT * _rows(self.below) + 4
        self.scale_y = self.below_y + 18
        self.height = self.scale_y + 14

    def elements(self, name: str) -> Iterator[str]:
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="interval-picture" viewBox="0 0 {WIDTH} {self.height:g}" '
            f'color="#1a201c" font-family="Public Sans, DejaVu Sans, sans-serif" font-size="{FONT_SIZE}" '
            f'role="img" aria-labelledby="{name}-title {name}-text">'
            f'<title id="{name}-title">The interval and what was on record</title>'
            f'<desc id="{name}-text">{escape(alternative(self.picture))}</desc>'
        )
        yield from self._ticks()
        yield from self._interval()
        yield from self._windows()
        yield from self._halves()
        for mark in self.above:
            yield from self._mark(mark, self.line_y - FIRST_ROW - ROW_HEIGHT * mark.row, is_late=False)
        for mark in self.below:
            yield from self._mark(mark, self.line_y + FIRST_ROW + ROW_HEIGHT * mark.row, is_late=True)
        yield "</svg>"

    def _ticks(self) -> Iterator[str]:
        for tick in self.scale.ticks():
            if tick.x + text_width(tick.label) <= WIDTH:
                yield _line(tick.x, self.line_y - 4, tick.x, self.line_y + 4, opacity=0.7)
                yield _line(tick.x, self.scale_y - 4, tick.x, self.scale_y, opacity=0.7)
                yield _text(tick.x, self.scale_y + 8, tick.label, opacity=0.85)
        yield _line(LEFT, self.scale_y - 4, RIGHT, self.scale_y - 4, opacity=0.5)

    def _interval(self) -> Iterator[str]:
        x, end = self.scale.start_of(self.picture.first), self.scale.end_of(self.picture.last)
        height = self.scale_y - 4 - TITLE_HEIGHT
        yield (
            f'<rect x="{x:.1f}" y="{TITLE_HEIGHT}" width="{max(2.0, end - x):.1f}" height="{height:.1f}" '
            'fill="currentColor" fill-opacity="0.09"/>'
        )
        for edge in (x, end):
            # Short strokes and no full lines: those would run through the labels.
            yield _line(edge, TITLE_HEIGHT - 3, edge, TITLE_HEIGHT + 3, width=1.6)
            yield _line(edge, self.line_y - 8, edge, self.line_y + 8, width=1.6)
            yield _line(edge, self.scale_y - 9, edge, self.scale_y - 4, width=1.6)
        days = "1 day" if self.picture.days == 1 else f"{self.picture.days} days"
        label = f"The interval: {_day(self.picture.first)} to {_day(self.picture.last)}, {days}"
        yield _text(min(x, WIDTH - 1.08 * text_width(label)), TITLE_HEIGHT - 7, label, weight="bold")

    def _windows(self) -> Iterator[str]:
        y = self.windows_y
        for window in self.windows:
            yield from self._window(window, y)
            y += WINDOW_HEIGHT
        if self.windows_left > 0:
            yield _text(LEFT, y + 8, f"and {self.windows_left} more six-month windows, named in the words beside this")

    def _window(self, window: Window, y: float) -> Iterator[str]:
        """A hollow bar with its name above it; an edge that lies outside the picture is left open."""
        x, end = self.scale.start_of(window.first), max(self.scale.end_of(window.last), LEFT + 3)
        label = fitted(showable_line(window.label), WIDTH - LEFT)
        yield _text(min(x, WIDTH - text_width(label)), y + 8, label)
        yield (
            f'<rect x="{x:.1f}" y="{y + 12:.1f}" width="{max(3.0, end - x):.1f}" height="6" '
            'fill="currentColor" fill-opacity="0.28"/>'
        )
        if window.first >= self.scale.begin:
            yield _line(x, y + 10, x, y + 20, width=1.4)
        if window.last <= self.scale.end:
            yield _line(end, y + 10, end, y + 20, width=1.4)

    def _halves(self) -> Iterator[str]:
        known, late = len(self.picture.on(Side.KNOWN)), len(self.picture.on(Side.LATE))
        yield _text(LEFT, self.above_y, f"On record when the interval ended: {_entries(known)}", weight="bold")
        yield _text(LEFT, self.below_y, f"Recorded later: {_entries(late)}", weight="bold")
        yield _line(LEFT, self.line_y, RIGHT, self.line_y, width=1.6)

    def _mark(self, mark: Mark, y: float, *, is_late: bool) -> Iterator[str]:
        """A leader from the line, a dot or a bar, a label. Late ones are hollow, uncertain ones are dashed."""
        edge = DOT_RADIUS if y < self.line_y else -DOT_RADIUS
        yield _line(mark.x, self.line_y, mark.x, y + edge, opacity=0.55, width=0.7)
        fill = 'fill="none" stroke="currentColor" stroke-width="1.4"' if is_late else 'fill="currentColor"'
        if mark.end > mark.x:
            is_group = len(mark.events) > 1
            dashes = "" if is_group or not mark.events[0].is_uncertain else ' stroke-dasharray="2 2"'
            pale = 'fill="currentColor" fill-opacity="0.2" stroke="currentColor" stroke-width="1.2"'
            shape = pale if (dashes or is_group) and not is_late else fill
            width = max(3.0, mark.end - mark.x)
            yield f'<rect x="{mark.x:.1f}" y="{y - 3:.1f}" width="{width:.1f}" height="6" {shape}{dashes}/>'
        else:
            yield f'<circle cx="{mark.x:.1f}" cy="{y:.1f}" r="{DOT_RADIUS}" {fill}/>'
        yield _text(mark.end + LABEL_OFFSET, y + 3.5, mark.label)


def _rows(marks: list[Mark]) -> int:
    return max((mark.row for mark in marks), default=0)


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _line(x1: float, y1: float, x2: float, y2: float, *, opacity: float = 1, width: float = 1) -> str:
    return (
        f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" fill="none" stroke="currentColor" stroke-width="{width:g}" '
        f'stroke-opacity="{opacity:g}"/>'
    )


def _text(x: float, y: float, text: str, *, weight: str = "normal", opacity: float = 1) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-weight="{weight}" fill="currentColor" fill-opacity="{opacity:g}">'
        f"{escape(text)}</text>"
    )
