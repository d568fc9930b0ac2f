"""The curve of a gap plan and the burn-down of gaps on record, drawn by ``charteroak.documents.step_picture``."""

from collections.abc import Sequence
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from charteroak.documents.step_picture import StepPicture, StepPoint, draw_steps
from charteroak.portal.drawn import drawn
from charteroak.program.burn_down import OpenCount
from charteroak.program.gap_plan import CurvePoint


def picture_of_curve(curve: Sequence[CurvePoint], budget: int, benefit: int) -> SafeString:
    """What more money would buy, with the budget that was asked about marked."""
    points = [StepPoint(point.cost, point.benefit, f"${point.cost:,}: {point.benefit}") for point in curve]
    words = _("%(benefit)s points for $%(budget)s") % {"benefit": benefit, "budget": f"{budget:,}"}
    points.append(StepPoint(budget, benefit, _("your budget: %(words)s") % {"words": words}, is_marked=True))
    points.sort(key=lambda point: (point.x, point.y, point.is_marked))
    last = max(budget, *(point.cost for point in curve)) or 1
    ticks = tuple((last * share / 4, f"${round(last * share / 4):,}") for share in range(5))
    summary = _("%(words)s; the most that the hours allow is %(most)s points. The table says the same.") % {
        "words": words,
        "most": max(point.benefit for point in curve),
    }
    picture = StepPicture(
        _("What more money would buy"), summary, _("Cost in dollars"), _("Points"), tuple(points), ticks, float(last)
    )
    return drawn(draw_steps(picture, name="curve"))


def picture_of_burn_down(counts: Sequence[OpenCount], last: date) -> SafeString:
    """How many gaps were open on each day."""
    points = tuple(
        StepPoint(count.day.toordinal(), count.open, str(count.open), is_marked=count is counts[-1]) for count in counts
    )
    first = counts[0].day
    span = max(1, (last - first).days)
    days = [date.fromordinal(first.toordinal() + span * share // 4) for share in range(5)]
    ticks = tuple((float(day.toordinal()), f"{day.day} {day:%b %Y}") for day in days)
    summary = ngettext(
        "%(count)s gap is open on the last day. The table says the same.",
        "%(count)s gaps are open on the last day. The table says the same.",
        counts[-1].open,
    ) % {"count": counts[-1].open}
    picture = StepPicture(
        _("Gaps open on each day"), summary, _("Day"), _("Open gaps"), points, ticks, float(last.toordinal())
    )
    return drawn(draw_steps(picture, name="burn-down"))
