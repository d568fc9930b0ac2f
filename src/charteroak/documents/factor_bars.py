"""What each factor adds to a score, as SVG: bars with their numbers beside them, readable in grey and without a script.

A factor has one bar for each model. What is sure is solid; what may come on top is hatched, because a pale color would
be lost in print; the outline is the most that the factor can add. One drawing is made for wide pages and one for a
telephone, so that no letter is ever smaller than the text around it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from charteroak.documents.showable_text import showable_line
from charteroak.documents.timeline_layout import fitted, text_width

WIDE, NARROW = 720, 288
_BAR, _ROW_GAP, _TITLE = 12, 14, 17
_LABEL_ROOM = 126
"""For the numbers to the right of a bar."""
_TEXT = 13
_SCALE = _TEXT / 10
"""``text_width`` measures letters of ten units."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What one model gives: between ``low`` and ``high`` of ``most`` points; ``numbers`` is how that is written."""

    name: str
    low: float
    high: float
    most: float
    numbers: str


@dataclass(frozen=True, slots=True)
class BarGroup:
    """One factor, with a bar for each model."""

    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class FactorPicture:
    """What is drawn. All bars share one scale, which ends at the largest ``most``."""

    title: str
    summary: str
    groups: tuple[BarGroup, ...]


def draw_factors(picture: FactorPicture, *, name: str, width: int = WIDE) -> str:
    """The picture as an ``svg`` element with title and description; ``name`` makes its ids unique on a page."""
    return "".join(_Drawing(picture, width).elements(name))


class _Drawing:
    def __init__(self, picture: FactorPicture, width: int) -> None:
        self.picture, self.width = picture, width
        self.names_beside = width >= WIDE
        self.left = 150 if self.names_beside else 0
        self.full = width - self.left - _LABEL_ROOM
        self.scale = self.full / (max((bar.most for group in picture.groups for bar in group.bars), default=1.0) or 1.0)

    def elements(self, name: str) -> Iterator[str]:
        body, bottom = [], 4.0
        for group in self.picture.groups:
            parts, bottom = self._group(group, bottom, name)
            body += parts
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="drawing" viewBox="0 0 {self.width} {bottom:g}" '
            f'width="{self.width}" height="{bottom:g}" color="#1a201c" '
            f'font-family="Public Sans, DejaVu Sans, sans-serif" font-size="{_TEXT}" '
            f'role="img" aria-labelledby="{name}-title {name}-text">'
            f'<title id="{name}-title">{escape(showable_line(self.picture.title))}</title>'
            f'<desc id="{name}-text">{escape(showable_line(self.picture.summary))}</desc>'
            f'<defs><pattern id="{name}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
            'patternTransform="rotate(45)"><path d="M0 0V6" stroke="currentColor" stroke-width="2.4"/></pattern></defs>'
        )
        yield from body
        yield "</svg>"

    def _group(self, group: BarGroup, top: float, name: str) -> tuple[list[str], float]:
        y = top + _TITLE
        parts = [_text(0, y - 4, fitted(showable_line(group.title), self.width / _SCALE), weight="bold")]
        for bar in group.bars:
            y += 2
            if not self.names_beside:
                parts.append(_text(0, y + 11, fitted(showable_line(bar.name), self.width / _SCALE)))
                y += 16
            parts += self._bar(bar, y, name)
            y += _BAR + 4
        return parts, y + _ROW_GAP

    def _bar(self, bar: Bar, y: float, name: str) -> Iterator[str]:
        if self.names_beside:
            yield _text(0, y + 10, fitted(showable_line(bar.name), (self.left - 8) / _SCALE))
        low, high, most = (number * self.scale for number in (bar.low, bar.high, bar.most))
        yield _rect(self.left, y, most, 'fill="none" stroke="currentColor" stroke-opacity="0.45"')
        if high > low:
            yield _rect(self.left + low, y, high - low, f'fill="url(#{name}-hatch)" stroke="currentColor"')
        if low > 0:
            yield _rect(self.left, y, low, 'fill="currentColor"')
        x = min(self.left + most + 6, self.width - text_width(bar.numbers) * _SCALE)
        yield _text(x, y + 10, bar.numbers)


def _rect(x: float, y: float, width: float, style: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{_BAR}" {style}/>'


def _text(x: float, y: float, text: str, *, weight: str = "normal") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-weight="{weight}" fill="currentColor">{escape(text)}</text>'
