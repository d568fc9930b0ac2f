"""The picture of a plan of action: how many gaps are open, by age, the gravest darkest. Its table stands below it."""

from collections.abc import Iterator, Mapping

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from charteroak.portal.programs.choices import SEVERITIES_IN_SHORT, Words
from charteroak.program.bodies import Severity
from charteroak.program.poam import SEVERITIES, ActionPlan, AgeBand

AGE_WORDS: dict[AgeBand, Words] = {
    AgeBand.UNDER_30: "0-29",
    AgeBand.FROM_30: "30-59",
    AgeBand.FROM_60: "60-89",
    AgeBand.FROM_90: "90-179",
    AgeBand.FROM_180: "180+",
}
_SHADES = {"critical": 1.0, "high": 0.7, "moderate": 0.45, "low": 0.22, None: 0.0}
_ROW, _LEFT, _ROOM, _WIDTH = 30, 58, 150, 320


def picture_of_ages(plan: ActionPlan) -> SafeString:
    """The ages of the open gaps as an ``svg`` element."""
    counts = plan.by_age_and_severity()
    most = max(1, *plan.by_age().values())
    bars = [
        part
        for row, band in enumerate(AgeBand)
        for part in _bar(str(AGE_WORDS[band]), counts[band], _ROW * row + 4, _ROOM / most)
    ]
    return format_html(
        '<svg class="ages" viewBox="0 0 {} {}" role="img" aria-label="{}" font-size="13" fill="currentColor">{}</svg>',
        _WIDTH,
        _ROW * len(AgeBand) + 6,
        _("Open gaps by how many days they have been open"),
        format_html_join("", "{}", ((bar,) for bar in bars)),
    )


def _bar(label: str, counts: Mapping[Severity | None, int], top: int, unit: float) -> Iterator[SafeString]:
    yield format_html('<text x="{}" y="{}" text-anchor="end">{}</text>', _LEFT - 8, top + 15, label)
    yield format_html(
        '<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="currentColor" stroke-width="1"/>',
        _LEFT, _LEFT, top - 2, top + 24,
    )  # fmt: skip
    left = float(_LEFT)
    for severity in (*SEVERITIES, None):
        width = counts[severity] * unit
        if width:
            yield format_html(
                '<rect x="{}" y="{}" width="{}" height="22" stroke="currentColor" stroke-width="1" fill-opacity="{}"/>',
                f"{left:.1f}", top, f"{max(1.0, width - 1):.1f}", str(_SHADES[severity]),
            )  # fmt: skip
            left += width
    total, grave = sum(counts.values()), counts["critical"]
    words = str(total) if not grave else f"{total} ({grave} {str(SEVERITIES_IN_SHORT['critical']).lower()})"
    yield format_html('<text x="{}" y="{}">{}</text>', f"{left + 6:.1f}", top + 15, words)
