"""A picture of steps as SVG: one number over another, each step with its own label. Readable in grey, with no script.

Used where something changes at certain points only: what more money would buy, how many gaps were open on each day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 760, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 24, 34, 46


@dataclass(frozen=True, slots=True)
class StepPoint:
    """From ``x`` on the value is ``y``; the label stands at the point where there is room."""

    x: float
    y: float
    label: str = ""
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class StepPicture:
    """What is drawn: the title, what the axes are called, the points in the order of ``x``, and the ticks below."""

    title: str
    summary: str
    across: str
    up: str
    points: tuple[StepPoint, ...]
    ticks: tuple[tuple[float, str], ...]
    last: float


def draw_steps(picture: StepPicture, *, name: str) -> str:
    """The picture as an ``svg`` element with title and description; ``name`` makes their ids unique on a page."""
    return "".join(_Drawing(picture).elements(name))


class _Drawing:
    def __init__(self, picture: StepPicture) -> None:
        self.picture = picture
        self.begin = min((point.x for point in picture.points), default=0.0)
        self.span = max(picture.last - self.begin, 1.0)
        self.top = max((point.y for point in picture.points), default=0.0) or 1.0

    def elements(self, name: str) -> Iterator[str]:
        picture = self.picture
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="interval-picture" viewBox="0 0 {WIDTH} {HEIGHT}" '
            'color="#1a201c" font-family="Public Sans, DejaVu Sans, sans-serif" font-size="12" '
            f'role="img" aria-labelledby="{name}-title {name}-text">'
            f'<title id="{name}-title">{escape(picture.title)}</title>'
            f'<desc id="{name}-text">{escape(picture.summary)}</desc>'
        )
        yield from self._axes()
        yield from self._line(picture.points)
        yield from self._labels(picture.points)
        yield "</svg>"

    def _x(self, value: float) -> float:
        return LEFT + (value - self.begin) / self.span * (WIDTH - LEFT - RIGHT)

    def _y(self, value: float) -> float:
        return HEIGHT - BOTTOM - value / self.top * (HEIGHT - TOP - BOTTOM)

    def _axes(self) -> Iterator[str]:
        base = HEIGHT - BOTTOM
        yield _path(LEFT, base, WIDTH - RIGHT, base, opacity=0.6)
        yield _text(LEFT, TOP - 18, self.picture.up, weight="bold")
        yield _text(LEFT, HEIGHT - 6, self.picture.across, weight="bold")
        for value in (0.0, self.top / 2, self.top):
            if value != int(value):
                continue
            y = self._y(value)
            yield _path(LEFT, y, WIDTH - RIGHT, y, opacity=0.15)
            yield _text(4, y + 4, f"{value:g}", opacity=0.85)
        free = 0.0
        for at, label in self.picture.ticks:
            x = self._x(at)
            start = min(x, WIDTH - _width(label))
            if start >= free:
                yield _path(x, base, x, base + 5, opacity=0.6)
                yield _text(start, base + 18, label, opacity=0.85)
                free = start + _width(label) + 8

    def _line(self, points: Sequence[StepPoint]) -> Iterator[str]:
        if not points:
            return
        steps = [f"M{self._x(points[0].x):.1f} {self._y(points[0].y):.1f}"]
        steps += [f"H{self._x(point.x):.1f}V{self._y(point.y):.1f}" for point in points[1:]]
        steps.append(f"H{self._x(self.picture.last):.1f}")
        yield f'<path d="{"".join(steps)}" fill="none" stroke="currentColor" stroke-width="2.2"/>'

    def _labels(self, points: Sequence[StepPoint]) -> Iterator[str]:
        """A dot at each point that has a label; the label where it covers no other, the marked one's first."""
        taken: list[tuple[float, float, float]] = []
        for point in sorted(points, key=lambda point: not point.is_marked):
            if not point.label:
                continue
            x, y = self._x(point.x), self._y(point.y)
            fill = 'fill="currentColor"' if point.is_marked else 'fill="none" stroke="currentColor" stroke-width="2"'
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{5 if point.is_marked else 3.5}" {fill}/>'
            width = _width(point.label)
            at = min(x + 7, WIDTH - width)
            line = y + 20 if point.is_marked and y < HEIGHT / 2 else max(TOP - 4, y - 8)
            if not any(abs(line - other) < 13 and at < end and start < at + width for start, end, other in taken):
                taken.append((at, at + width, line))
                yield _text(at, line, point.label, weight="bold" if point.is_marked else "normal")


def _width(text: str) -> float:
    return 7.2 * len(text)


def _path(x1: float, y1: float, x2: float, y2: float, *, opacity: float) -> str:
    return (
        f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" fill="none" stroke="currentColor" '
        f'stroke-opacity="{opacity:g}"/>'
    )


def _text(x: float, y: float, text: str, *, weight: str = "normal", opacity: float = 1) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-weight="{weight}" fill="currentColor" fill-opacity="{opacity:g}">'
        f"{escape(text)}</text>"
    )
