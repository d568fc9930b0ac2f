"""The picture of editions and the months after each revision in which the older one still counts, as SVG.

One lane for each framework: a line with a tick for each publication, and below it a bar for each window. A window that
another reading would end on another day has a hollow bar up to that day. No script, no style sheet, readable in grey.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

WIDTH = 860
LABELS = 190
"""What the names of the frameworks take on the left."""
LANE = 30
BAR_ROW = 19
TOP = 26


@dataclass(frozen=True, slots=True)
class Publication:
    """An edition on the day it was published."""

    label: str
    day: date


@dataclass(frozen=True, slots=True)
class CatchUpWindow:
    """The days after a revision in which the older edition still counts; ``other_last`` by another reading."""

    label: str
    first: date
    last: date
    other_last: date | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """One framework."""

    name: str
    publications: tuple[Publication, ...]
    windows: tuple[CatchUpWindow, ...]


@dataclass(frozen=True, slots=True)
class EditionPicture:
    """What is drawn: the lanes, from one day to another, with today marked."""

    first: date
    last: date
    today: date
    lanes: tuple[Lane, ...]


def draw_editions(picture: EditionPicture, *, name: str = "editions") -> str:
    """The picture as an ``svg`` element with title and description; ``name`` makes their ids unique on a page."""
    return "".join(_Drawing(picture).elements(name))


class _Drawing:
    def __init__(self, picture: EditionPicture) -> None:
        self.picture = picture
        self.span = max(1, (picture.last - picture.first).days)
        self.rows = [tuple(window for window in lane.windows if self._is_seen(window)) for lane in picture.lanes]
        self.height = TOP + sum(LANE + BAR_ROW * len(windows) + 10 for windows in self.rows) + 24

    def elements(self, name: str) -> Iterator[str]:
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="interval-picture" viewBox="0 0 {WIDTH} {self.height:g}" '
            'color="#1a201c" font-family="Public Sans, DejaVu Sans, sans-serif" font-size="11" '
            f'role="img" aria-labelledby="{name}-title {name}-text">'
            f'<title id="{name}-title">Editions and the months in which an older one still counts</title>'
            f'<desc id="{name}-text">{escape(self._alternative())}</desc>'
        )
        yield from self._scale()
        y = float(TOP)
        for lane, windows in zip(self.picture.lanes, self.rows, strict=True):
            yield from self._lane(lane, windows, y)
            y += LANE + BAR_ROW * len(windows) + 10
        yield from self._today()
        yield "</svg>"

    def _alternative(self) -> str:
        running = [
            f"{lane.name}: {window.label}"
            for lane in self.picture.lanes
            for window in lane.windows
            if window.first <= self.picture.today <= window.last
        ]
        said = "; ".join(running) or "no window is open"
        today = self.picture.today.isoformat()
        return f"{len(self.picture.lanes)} frameworks. On {today}: {said}. The table says the same."

    def _is_seen(self, window: CatchUpWindow) -> bool:
        return (window.other_last or window.last) >= self.picture.first and window.first <= self.picture.last

    def _x(self, day: date) -> float:
        share = (day - self.picture.first).days / self.span
        return LABELS + min(1.0, max(0.0, share)) * (WIDTH - LABELS)

    def _scale(self) -> Iterator[str]:
        for year in range(self.picture.first.year + 1, self.picture.last.year + 1):
            x = self._x(date(year, 1, 1))
            yield _line(x, TOP - 8, x, self.height - 18, opacity=0.18)
            yield _text(x + 3, TOP - 12, str(year), opacity=0.85)

    def _lane(self, lane: Lane, windows: Sequence[CatchUpWindow], y: float) -> Iterator[str]:
        line = y + 18
        yield _text(0, line + 4, lane.name, weight="bold")
        yield _line(LABELS, line, WIDTH, line, opacity=0.5)
        free = 0.0
        for publication in lane.publications:
            if not self.picture.first <= publication.day <= self.picture.last:
                continue
            x = self._x(publication.day)
            yield _line(x, line - 5, x, line + 5, width=1.8)
            if x >= free:
                at = min(x + 3, WIDTH - _width(publication.label))
                yield _text(at, line - 6, publication.label)
                free = at + _width(publication.label) + 4
        for row, window in enumerate(windows):
            yield from self._window(window, y + LANE + BAR_ROW * row)

    def _window(self, window: CatchUpWindow, y: float) -> Iterator[str]:
        x, end = self._x(window.first), self._x(window.last)
        other = self._x(window.other_last) if window.other_last is not None else end
        yield _bar(x, y, max(2.0, end - x), filled=True)
        if window.other_last is not None and other != end:
            yield _bar(min(end, other), y, abs(other - end), filled=False)
        right = max(end, other) + 5
        width = _width(window.label)
        yield _text(right if right + width <= WIDTH else max(LABELS, x - 5 - width), y + 9, window.label)

    def _today(self) -> Iterator[str]:
        if self.picture.first <= self.picture.today <= self.picture.last:
            x = self._x(self.picture.today)
            yield _line(x, TOP - 4, x, self.height - 18, width=1.4, dashes=True)
            label = f"{self.picture.today.day} {self.picture.today:%B %Y}"
            yield _text(min(x + 4, WIDTH - _width(label)), self.height - 6, label, weight="bold")


def _width(text: str) -> float:
    return 5.9 * len(text)


def _bar(x: float, y: float, width: float, *, filled: bool) -> str:
    paint = 'fill="currentColor" fill-opacity="0.38"' if filled else 'fill="none" stroke-dasharray="3 2"'
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="11" {paint} stroke="currentColor" '
        'stroke-width="1"/>'
    )


def _line(
    x1: float, y1: float, x2: float, y2: float, *, opacity: float = 1, width: float = 1, dashes: bool = False
) -> str:
    dash = ' stroke-dasharray="4 3"' if dashes else ""
    return (
        f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" fill="none" stroke="currentColor" stroke-width="{width:g}" '
        f'stroke-opacity="{opacity:g}"{dash}/>'
    )


def _text(x: float, y: float, text: str, *, weight: str = "normal", opacity: float = 1) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-weight="{weight}" fill="currentColor" fill-opacity="{opacity:g}">'
        f"{escape(text)}</text>"
    )
