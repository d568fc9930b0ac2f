"""The picture of a plan of action: how many gaps are open, by age, the gravest darkest. Its table stands below it."""

from collections.abc import Iterator, Mapping

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
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
    """The ages of the open gaps as an ``svg`` element; every word in it is ours and is escaped where it is drawn."""
    counts = plan.by_age_and_severity()
    height = _ROW * len(AgeBand) + 6
    most = max(1, *plan.by_age().values())
    parts = "".join(
        part
        for row, band in enumerate(AgeBand)
        for part in _bar(str(AGE_WORDS[band]), counts[band], _ROW * row + 4, _ROOM / most)
    )
    label = conditional_escape(_("Open gaps by how many days they have been open"))
    return mark_safe(  # noqa: S308 - made of numbers and our own words, each escaped above
        f'<svg class="ages" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{label}" font-size="13" '
        f'fill="currentColor">{parts}</svg>'
    )


def _bar(label: str, counts: Mapping[Severity | None, int], top: int, unit: float) -> Iterator[str]:
    yield f'<text x="{_LEFT - 8}" y="{top + 15}" text-anchor="end">{conditional_escape(label)}</text>'
    yield f'<line x1="{_LEFT}" x2="{_LEFT}" y1="{top - 2}" y2="{top + 24}" stroke="currentColor" stroke-width="1"/>'
    left = float(_LEFT)
    for severity in (*SEVERITIES, None):
        width = counts[severity] * unit
        if width:
            yield (
                f'<rect x="{left:.1f}" y="{top}" width="{max(1.0, width - 1):.1f}" height="22" stroke="currentColor" '
                f'stroke-width="1" fill-opacity="{_SHADES[severity]}"/>'
            )
            left += width
    total = sum(counts.values())
    grave = counts["critical"]
    words = str(total) if not grave else f"{total} ({grave} {str(SEVERITIES_IN_SHORT['critical']).lower()})"
    yield f'<text x="{left + 6:.1f}" y="{top + 15}">{conditional_escape(words)}</text>'
