"""Alerts on screen: the banner, how far each message came, who is next, and the button that stops it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from charteroak.adapters.system_clock import now
from charteroak.portal.forms import form_page, posted
from charteroak.portal.incidents.forms import OnCallForm
from charteroak.portal.incidents.frame import incident_of, incident_page, limit_words, may_keep, url_of
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.records.accounts.models import Organisation
from charteroak.records.incidents.models import Alert
from charteroak.response.alerts import AT_ONCE, FACTS_MISSING, PERCENTS
from charteroak.services.access import access_organisation, refuse
from charteroak.services.incident_alerts import (
    acknowledge,
    acknowledge_by_link,
    alert_by_link,
    alerts_of,
    failures_of,
    unacknowledged,
    who_is_next,
)
from charteroak.services.incidents import INCIDENT_KEEPERS, INCIDENT_READERS
from charteroak.services.on_call import contacts_of, on_call_list, set_on_call
from charteroak.services.programs import ProgramInputError, recorder_for


@dataclass(frozen=True, slots=True)
class ShownAlert:
    """An alert in words."""

    alert: Alert
    text: str
    limit: str
    next: str
    tone: str
    url: str


@dataclass(frozen=True, slots=True)
class Banner:
    """What stands on top of a page while alerts wait."""

    first: ShownAlert | None
    """The loudest one."""
    more: int
    failures: int
    is_unheard: bool = False
    """Whether alerts wait and nobody is on call."""

    @property
    def tone(self) -> str:
        """Red where a limit has passed or a message was lost."""
        return "note--harm" if self.failures or self.is_unheard or self.first is None else self.first.tone


def banner_of(organisation: Organisation) -> Banner | None:
    """The banner of an organisation, or nothing where nothing waits and nothing failed."""
    moment = now()
    # Facts that are missing come last: a duty that is known to be due is louder than one that may be.
    waiting = sorted(unacknowledged(organisation), key=lambda alert: alert.duty == FACTS_MISSING)
    failures = failures_of(organisation)
    if not waiting and not failures:
        return None
    first = shown_alert(waiting[0], moment) if waiting else None
    return Banner(first, max(0, len(waiting) - 1), failures, bool(waiting) and not contacts_of(organisation))


def shown_alert(alert: Alert, moment: datetime) -> ShownAlert:
    """An alert as of a moment."""
    following = who_is_next(alert, moment)
    return ShownAlert(
        alert=alert,
        text=alert_words(alert),
        limit="" if alert.percent == AT_ONCE else _last_moment(alert),
        next=""
        if following is None
        else _("%(name)s is told %(when)s unless somebody acknowledges.")
        % {"name": following[0], "when": _clock_words(following[1])},
        tone="note--harm" if alert.percent >= PERCENTS[-1] and alert.duty != FACTS_MISSING else "note--risk",
        url=url_of(alert.incident, "incidents:alerts"),
    )


def alert_words(alert: Alert) -> str:
    """An alert in a sentence."""
    words = {"number": alert.incident.number, "to": alert.to, "percent": alert.percent}
    if alert.duty == FACTS_MISSING:
        return (
            _("%(number)s: say what is known; %(percent)s%% of a limit has passed. It decides who is told: %(to)s.")
            % words
        )
    if alert.percent == AT_ONCE:
        return _("%(number)s: to be told soon, though the law names no limit: %(to)s.") % words
    if alert.percent >= PERCENTS[-1]:
        return _("%(number)s: an outer limit has passed. Tell at once: %(to)s.") % words
    return _("%(number)s: %(percent)s%% of an outer limit has passed. To be told: %(to)s.") % words


@require_http_methods(["GET", "HEAD", "POST"])
def alerts(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Every alert of an incident; a keeper acknowledges one by its number."""
    incident = incident_of(request, slug, number, *(INCIDENT_KEEPERS if request.method == "POST" else INCIDENT_READERS))
    if request.method == "POST":
        wanted = request.POST.get("alert", "")
        found = alerts_of(incident).filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 16 else None
        person = person_of(request)
        acknowledge(found or refuse(), recorder_for(person), str(person))
        return redirect(url_of(incident, "incidents:alerts"))
    moment = now()
    rows = [shown_alert(alert, moment) for alert in alerts_of(incident)]
    open_ones = sum(row.alert.acknowledged is None and row.alert.ended is None for row in rows)
    answer = (
        ngettext(
            "%(count)s alert waits for somebody to acknowledge it.",
            "%(count)s alerts wait for somebody to acknowledge them.",
            open_ones,
        )
        % {"count": open_ones}
        if open_ones
        else _("No alert waits. They come at 50%, 80% and 100% of each outer limit.")
    )
    context = {
        "page": incident_page(incident, _("Alerts"), answer),
        "organisation": incident.organisation,
        "incident": incident,
        "rows": rows,
        "contacts": contacts_of(incident.organisation),
        "failures": failures_of(incident.organisation),
        "may_keep": may_keep(request, incident),
    }
    return render(request, "incidents/alerts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def on_call(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is woken, in which order, and how long each of them has."""
    organisation = access_organisation(request.user, slug, *INCIDENT_KEEPERS)
    listed = on_call_list(organisation)
    form = OnCallForm(posted(request), initial={"contacts": OnCallForm.written(listed)})
    if request.method == "POST" and form.is_valid():
        try:
            set_on_call(organisation, form.cleaned_data["contacts"], recorder_for(person_of(request)))
        except ProgramInputError as error:
            form.take_error(error, error.field)
        else:
            return redirect(reverse("incidents:on-call", args=[slug]))
    first = next(iter(contacts_of(organisation)), None)
    answer = _("Nobody is on call: alerts are on screen only.")
    if first is not None:
        answer = _("%(name)s is told first.") % {"name": first.name}
    page = Page(
        _("On call"), answer, (Crumb(_("Incidents"), reverse("incidents:overview", args=[slug])),), organisation
    )
    context = {"page": page, "organisation": organisation, "form": form, "listed": listed}
    return form_page(request, "incidents/on_call.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a mailed link: no account, one button. Looking changes nothing, since mail scanners look too."""
    if request.method == "POST":
        alert, is_done = acknowledge_by_link(token, now()), True
    else:
        alert, _name = alert_by_link(token)
        is_done = alert.acknowledged is not None or alert.ended is not None
    answer = _("Acknowledged. Nobody further is woken; the clock goes on.") if is_done else alert_words(alert)
    context = {"page": Page(_("Alert"), answer), "alert": alert, "is_done": is_done, "limit": _last_moment(alert)}
    return render(request, "incidents/alert_by_link.html", context)


def _last_moment(alert: Alert) -> str:
    """The last minute within the limit: midnight after a day is read as the day after."""
    return limit_words(alert.limit - timedelta(seconds=1))


def _clock_words(moment: datetime) -> str:
    local = localtime(moment)
    return _("at %(time)s %(zone)s") % {"time": date_format(local, "D H:i"), "zone": local.tzname()}
