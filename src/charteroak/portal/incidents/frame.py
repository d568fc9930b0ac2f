"""What the pages of one incident share: who may see it, the page's title and way back, and the clocks in words."""

from datetime import date, datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.records.incidents.models import Incident
from charteroak.response.duty_clocks import ClockState, DutyClock, most_urgent, undecided
from charteroak.services.access import access_incident, roles_in
from charteroak.services.incidents import INCIDENT_KEEPERS, INCIDENT_READERS

Words = str | Promise
_HOURS_UNTIL_DAYS = 72


def incident_of(request: HttpRequest, slug: str, number: str, *roles: str) -> Incident:
    """The incident of an address, for those who may see it; for those of some roles where any are named.

    Raises:
        AccessError: it is absent or not theirs.
    """
    return access_incident(person_of(request), slug, number, *(roles or INCIDENT_READERS))


def may_keep(request: HttpRequest, incident: Incident) -> bool:
    """Whether who reads the page keeps the incident's record, and it is still open."""
    return incident.closed is None and keeps(request, incident)


def keeps(request: HttpRequest, incident: Incident) -> bool:
    """Whether who reads the page keeps this organisation's incidents."""
    return bool(roles_in(person_of(request), incident.organisation) & set(INCIDENT_KEEPERS))


def incident_page(incident: Incident, subject: Words, answer: Words) -> Page:
    """A page below an incident's own."""
    return Page(
        subject, answer, (*_crumbs_above(incident), Crumb(incident.number, url_of(incident))), incident.organisation
    )


def own_page(incident: Incident, answer: Words) -> Page:
    """The incident's own page."""
    return Page(f"{incident.number} {incident.title}", answer, _crumbs_above(incident), incident.organisation)


def file_stem(incident: Incident) -> str:
    """What a file about the incident is called; one of an exercise says so, for files travel without their page."""
    return f"EXERCISE-{incident.number}" if incident.space_id is not None else incident.number


def url_of(incident: Incident, name: str = "incidents:incident") -> str:
    """The address of a page of an incident."""
    return reverse(name, args=[incident.organisation.slug, incident.number])


def _crumbs_above(incident: Incident) -> tuple[Crumb, ...]:
    return (Crumb(_("Incidents"), reverse("incidents:overview", args=[incident.organisation.slug])),)


def limit_words(limit: date | datetime) -> str:
    """An outer limit with its weekday, and with its time and zone where the law counts hours."""
    if isinstance(limit, datetime):
        local = localtime(limit)
        return f"{date_format(local, 'D j M Y, H:i')} {local.tzname()}"
    return date_format(limit, "D j M Y")


def left_words(clock: DutyClock, now: datetime) -> str:
    """How far away the outer limit is, or for how long it has passed."""
    if clock.ends is None:
        return ""
    seconds = (clock.ends - now).total_seconds()
    hours = int(abs(seconds) // 3600)
    if hours < _HOURS_UNTIL_DAYS:
        number, said = hours, ngettext("%(number)s hour", "%(number)s hours", hours)
    else:
        number = hours // 24
        said = ngettext("%(number)s day", "%(number)s days", number)
    span = said % {"number": number}
    return _("%(span)s left") % {"span": span} if seconds > 0 else _("passed %(span)s ago") % {"span": span}


def next_sentence(clocks: tuple[DutyClock, ...], now: datetime) -> str:
    """What is due next and to whom; what is not known yet where nothing is known to be due."""
    open_ones = most_urgent(clocks, now)
    if not open_ones:
        missing = len(undecided(clocks))
        if missing:
            return ngettext(
                "Nothing is known to be due yet; %(count)s duty depends on facts that are missing.",
                "Nothing is known to be due yet; %(count)s duties depend on facts that are missing.",
                missing,
            ) % {"count": missing}
        return _("No duty to tell anybody is open.")
    clock = open_ones[0]
    duty, limit = clock.answer.duty, clock.answer.outer_limit
    words = {"to": duty.to, "standard": duty.standard}
    if limit is None or clock.state(now) is ClockState.AT_ONCE:
        return _("Next to be told: %(to)s. The law says: %(standard)s.") % words
    words |= {"limit": limit_words(limit), "left": left_words(clock, now)}
    if clock.state(now) is ClockState.PASSED:
        return _("Late, tell at once: %(to)s. The outer limit was %(limit)s, %(left)s.") % words
    return _("Next to be told: %(to)s. The law says: %(standard)s. Outer limit %(limit)s, %(left)s.") % words
