"""A campaign as a picture: reports on the left, what they share on the right, a line for each trait that a report has.

Only traits that two reports or more share are drawn; they are the reasons for the campaign. The page repeats
everything in a table.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ROW_HEIGHT = 36
TOP = 32
LEFT_EDGE = 190
RIGHT_EDGE = 380
WIDTH = 760
MAX_TRAITS = 12
MAX_REPORTS = 20
LABEL_CHARACTERS = 44


@dataclass(frozen=True, slots=True)
class Spot:
    """Something with a label at a height."""

    label: str
    y: int


@dataclass(frozen=True, slots=True)
class Trait:
    """A trait that some reports share."""

    kind: str
    value: str
    report_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class CampaignDrawing:
    """Coordinates for the template; ``left_out`` counts what did not fit and is said on the page."""

    height: int
    reports: Sequence[Spot]
    traits: Sequence[Spot]
    lines: Sequence[tuple[int, int]]
    left_out: int
    width: int = WIDTH
    left: int = LEFT_EDGE
    right: int = RIGHT_EDGE


def shared_traits(keys: Iterable[tuple[int, str, str]]) -> list[Trait]:
    """The traits that two reports or more share, the most shared first."""
    holders: dict[tuple[str, str], set[int]] = defaultdict(set)
    for report, kind, value in keys:
        holders[kind, value].add(report)
    traits = [Trait(kind, value, frozenset(ids)) for (kind, value), ids in holders.items() if len(ids) > 1]
    return sorted(traits, key=lambda trait: (-len(trait.report_ids), trait.kind, trait.value))


def draw_campaign(reports: Sequence[tuple[int, str]], traits: Sequence[Trait]) -> CampaignDrawing:
    """Where everything stands. Reports come as number and label."""
    shown_reports, shown_traits = reports[:MAX_REPORTS], traits[:MAX_TRAITS]
    rows = max(len(shown_reports), len(shown_traits), 1)
    report_y = {
        number: TOP + round((i + 0.5) * rows * ROW_HEIGHT / len(shown_reports))
        for i, (number, _label) in enumerate(shown_reports)
    }
    trait_y = [TOP + round((i + 0.5) * rows * ROW_HEIGHT / len(shown_traits)) for i in range(len(shown_traits))]
    lines = [
        (report_y[report_id], y)
        for trait, y in zip(shown_traits, trait_y, strict=True)
        for report_id in sorted(trait.report_ids)
        if report_id in report_y
    ]
    return CampaignDrawing(
        height=TOP + rows * ROW_HEIGHT,
        reports=[Spot(label, report_y[number]) for number, label in shown_reports],
        traits=[Spot(_shortened(trait), y) for trait, y in zip(shown_traits, trait_y, strict=True)],
        lines=lines,
        left_out=len(reports) - len(shown_reports) + len(traits) - len(shown_traits),
    )


def _shortened(trait: Trait) -> str:
    text = f"{trait.kind}: {trait.value}"
    return text if len(text) <= LABEL_CHARACTERS else text[: LABEL_CHARACTERS - 1] + "…"
