"""The record's past: its state on a day as known at a moment, and two days compared. Both are read, never recorded."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from charteroak.portal.forms import form_page
from charteroak.portal.page import Page
from charteroak.portal.programs.as_of import as_of
from charteroak.portal.programs.history_forms import AsOfForm, DayForm, IntervalForm
from charteroak.portal.programs.interval import compare_days
from charteroak.portal.programs.recording import nothing_recorded, today
from charteroak.portal.programs.state import state_groups
from charteroak.portal.programs.wording import log_line
from charteroak.services.access import access_organisation
from charteroak.services.evidence_log import ledger_size

FORTNIGHT = timedelta(days=13)


@require_safe
def state_as_of(request: HttpRequest, slug: str) -> HttpResponse:
    """The state of the whole program on a day, as known when another day ended."""
    organisation = access_organisation(request.user, slug)
    if not ledger_size(organisation):
        return nothing_recorded(request, organisation, _("As of a day"), _("Nothing is recorded yet."))
    asked: dict[str, Any] = {"day": request.GET.get("day", ""), "known": request.GET.get("known", "")}
    if asked["day"] and "known" not in request.GET:
        asked["known"] = asked["day"]
    form = AsOfForm(asked if request.GET else None, today=today(), initial={"day": today(), "known": today()})
    days = _days_of(form)
    context: dict[str, Any] = {"organisation": organisation, "form": form}
    if days is None:
        page = Page(_("As of a day"), _("These days cannot be asked about."), (), organisation)
        return form_page(request, "programs/as_of.html", context | {"page": page})
    answer = as_of(organisation, *days, today())
    context |= {
        "page": Page(_("As of a day"), answer.sentence, (), organisation),
        "answer": answer,
        "groups": state_groups(answer.status),
        "later": [log_line(fact) for fact in answer.hindsight.later],
        "later_left_out": answer.hindsight.count - len(answer.hindsight.later),
        "permalink": f"{request.path}?{urlencode({'day': days[0], 'known': days[1]})}",
        "hindsight": f"{request.path}?{urlencode({'day': days[0], 'known': today()})}",
        "is_hindsight": days[1] >= today(),
    }
    return form_page(request, "programs/as_of.html", context)


@require_safe
def interval(request: HttpRequest, slug: str) -> HttpResponse:
    """The state on two days side by side, and every change between them."""
    organisation = access_organisation(request.user, slug)
    if not ledger_size(organisation):
        return nothing_recorded(request, organisation, _("Two days compared"), _("Nothing is recorded yet."))
    initial = {"first": today() - FORTNIGHT, "last": today()}
    form = IntervalForm(request.GET or None, today=today(), initial=initial)
    days = _days_of(form)
    context: dict[str, Any] = {"organisation": organisation, "form": form}
    if days is None:
        page = Page(_("Two days compared"), _("These days cannot be asked about."), (), organisation)
        return form_page(request, "programs/interval.html", context | {"page": page})
    compared = compare_days(organisation, *days)
    breach = urlencode({"breach_from": days[0], "breach_to": days[1]})
    context |= {
        "page": Page(_("Two days compared"), compared.sentence, (), organisation),
        "interval": compared,
        "drawing": compared.drawing,
        "permalink": f"{request.path}?{urlencode({'first': days[0], 'last': days[1]})}",
        "dossier": f"{reverse('programs:dossiers', args=[slug])}?{breach}",
        "determination": f"{reverse('programs:safe-harbor', args=[slug])}?{breach}",
    }
    return form_page(request, "programs/interval.html", context)


def _days_of(form: DayForm) -> tuple[date, date] | None:
    """The two days asked about: those of the form, its first values when nothing was asked, or none it can read."""
    if not form.is_bound:
        first, last = (form.get_initial_for_field(form.fields[name], name) for name in form.days)
        return first, last
    if not form.is_valid():
        return None
    first, last = (form.cleaned_data[name] for name in form.days)
    return first, last
