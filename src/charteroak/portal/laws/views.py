"""The states side by side, the editions with their clocks, and what could change an answer. Nothing about anybody."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.law.comparison import LawStatus, load_comparison
from charteroak.law.watch import watch_on
from charteroak.portal.laws.drawing import edition_rows, picture_of_editions
from charteroak.portal.page import Crumb, Page


def _states() -> Crumb:
    return Crumb(_("State laws"), reverse("laws:compare"))


@login_not_required
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Which state protects whom, from what, under which conditions; and which bills never became law."""
    day, comparison = connecticut_day(now()), load_comparison()
    in_force = comparison.with_status(LawStatus.IN_FORCE)
    answer = ngettext(
        "%(count)s law that protects a kept security program was found; none of them makes anyone immune.",
        "%(count)s laws that protect a kept security program were found; none of them makes anyone immune.",
        len(in_force),
    ) % {"count": len(in_force)}
    context = {
        "page": Page(_("State laws"), answer),
        "in_force": [(law, law.review(day)) for law in in_force],
        "others": [
            (law, law.review(day))
            for law in comparison.with_status(LawStatus.VETOED, LawStatus.DIED, LawStatus.BILL, LawStatus.NONE_FOUND)
        ],
        "method": comparison.method,
        "reviewed_on": comparison.reviewed_on,
    }
    return render(request, "laws/compare.html", context)


@login_not_required
@require_safe
def editions(request: HttpRequest) -> HttpResponse:
    """Which edition of each framework counts today, until when the one before it does, and both readings."""
    day = connecticut_day(now())
    found = watch_on(day)
    if found.clocks:
        first = found.clocks[0]
        answer = _("The next clock that runs out is that of %(name)s %(edition)s, in %(days)s days.") % {
            "name": first.name,
            "edition": first.edition,
            "days": first.days_left,
        }
    else:
        answer = _("No clock runs out within 90 days.")
    context = {
        "page": Page(_("Editions and clocks"), answer, (_states(),)),
        "drawing": picture_of_editions(day),
        "rows": edition_rows(day),
        "day": day,
        "stale": found.stale,
    }
    return render(request, "laws/editions.html", context)


@login_not_required
@require_safe
def watch(request: HttpRequest) -> HttpResponse:
    """Bills, proposed rules, lapses and clocks that could change an answer, each with the day it was last checked."""
    day = connecticut_day(now())
    found = watch_on(day)
    answer = ngettext(
        "%(count)s thing could change an answer here.",
        "%(count)s things could change an answer here.",
        len(found.items),
    ) % {"count": len(found.items)}
    context = {
        "page": Page(_("What to watch"), answer, (_states(),)),
        "items": [(item, item.review(day), item.days_until(day)) for item in found.items],
        "clocks": found.clocks,
        "stale": found.stale,
        "day": day,
    }
    return render(request, "laws/watch.html", context)
