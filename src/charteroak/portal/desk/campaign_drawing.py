"""A campaign as two pictures: when its reports came, and who sends what to where. Tables on the page say the same.

Shapes tell the three columns of the map apart, and lines their weight, so that both read in grey.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from charteroak.services.campaign_overview import Feature

WIDTH = 960
BAR_HEIGHT = 96
TIME_TOP = 24
TIME_LEFT, TIME_RIGHT = 8, 952
MOST_BARS = 31
ROW_HEIGHT = 34
MAP_TOP = 40
MOST_ROWS = 10
LABEL_CHARACTERS = 34
_COLUMNS = {"sender": 0, "lure": 328, "infrastructure": 656}
_WIDEST_LINE = 4
_CHARACTER, _COLUMN_WIDTH = 7, 328


@dataclass(frozen=True, slots=True)
class Bar:
    """A day, or a week, with its reports."""

    x: int
    y: int
    width: int
    height: int
    count: int
    label: date | None

    @property
    def middle(self) -> int:
        """Where its labels stand."""
        return self.x + self.width // 2


@dataclass(frozen=True, slots=True)
class TimeDrawing:
    """When reports came; ``step`` is how many days a bar has."""

    bars: Sequence[Bar]
    step: int
    width: int = WIDTH
    base: int = TIME_TOP + BAR_HEIGHT
    height: int = TIME_TOP + BAR_HEIGHT + 28


@dataclass(frozen=True, slots=True)
class Spot:
    """A sender, a lure or a piece of infrastructure."""

    column: str
    x: int
    y: int
    label: str
    count: int

    @property
    def end(self) -> int:
        """Where its label ends at the latest."""
        text = f"{self.label} ({self.count})"
        return min(self.x + 16 + _CHARACTER * len(text), self.x + _COLUMN_WIDTH - 32)


@dataclass(frozen=True, slots=True)
class Line:
    """Reports that two neighbours in the map share."""

    x1: int
    y1: int
    x2: int
    y2: int
    width: int


@dataclass(frozen=True, slots=True)
class MapDrawing:
    """Senders, lures, infrastructure; ``left_out`` counts what did not fit and is said on the page."""

    spots: Sequence[Spot]
    lines: Sequence[Line]
    height: int
    left_out: int
    width: int = WIDTH


def draw_days(days: Sequence[tuple[date, int]]) -> TimeDrawing:
    """Bars of equal width from the first day to the last; of several days each where there are many."""
    first, last = days[0][0], days[-1][0]
    step = -(-((last - first).days + 1) // MOST_BARS)
    counts: Counter[int] = Counter()
    for day, count in days:
        counts[(day - first).days // step] += count
    number = max(counts) + 1
    pitch = min(64, (TIME_RIGHT - TIME_LEFT) // number)
    most = max(counts.values())
    bars = []
    every = -(-number // 8)
    for place in range(number):
        height = round(counts[place] / most * (BAR_HEIGHT - 16))
        label = first + timedelta(days=place * step) if place % every == 0 else None
        x = TIME_LEFT + place * pitch
        bars.append(Bar(x, TIME_TOP + BAR_HEIGHT - height, max(4, pitch - 4), height, counts[place], label))
    return TimeDrawing(bars, step)


def draw_map(features: Sequence[Feature]) -> MapDrawing:
    """Who sends, with which lure, to where; a line for reports that both ends share, wider for more."""
    columns: dict[str, list[Feature]] = defaultdict(list)
    for feature in features:
        columns[feature.column].append(feature)
    shown = {column: columns[column][:MOST_ROWS] for column in _COLUMNS}
    rows = max(len(found) for found in shown.values())
    spots: dict[str, list[Spot]] = {}
    for column, x in _COLUMNS.items():
        found = shown[column]
        spots[column] = [
            Spot(
                column,
                x + 6,
                MAP_TOP + round((place + 0.5) * rows * ROW_HEIGHT / len(found)),
                _cut(one.text),
                len(one.reports),
            )
            for place, one in enumerate(found)
        ]
    lines = [*_between("sender", "lure", shown, spots), *_between("lure", "infrastructure", shown, spots)]
    left_out = len(features) - sum(len(found) for found in shown.values())
    every = [spot for column in _COLUMNS for spot in spots[column]]
    return MapDrawing(every, lines, MAP_TOP + rows * ROW_HEIGHT + 8, left_out)


def _between(left: str, right: str, shown: dict[str, list[Feature]], spots: dict[str, list[Spot]]) -> list[Line]:
    pairs = [
        (len(one.reports & other.reports), start, end)
        for one, start in zip(shown[left], spots[left], strict=True)
        for other, end in zip(shown[right], spots[right], strict=True)
        if one.reports & other.reports
    ]
    most = max((count for count, _, _ in pairs), default=1)
    begin = max((spot.end for spot in spots[left]), default=0)
    return [
        Line(begin, start.y, end.x - 10, end.y, max(1, round(_WIDEST_LINE * count / most)))
        for count, start, end in pairs
    ]


def _cut(text: str) -> str:
    return text if len(text) <= LABEL_CHARACTERS else text[: LABEL_CHARACTERS - 1] + "…"
