"""The limits of an organisation's incidents as a calendar: to download, and at secret addresses that can be revoked."""

import hashlib
import logging
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from charteroak.adapters.system_clock import now
from charteroak.errors import CharterOakError
from charteroak.law.duties import parse_duty_facts
from charteroak.records.accounts.models import Organisation
from charteroak.records.incidents.models import CalendarFeed, Incident
from charteroak.response.duty_clocks import DutyClock, clocks_of
from charteroak.response.limit_calendar import LimitEvent, calendar_bytes, limit_events
from charteroak.services.access import refuse, require_role
from charteroak.services.incident_closing import watched_incidents
from charteroak.services.incident_ending import IN_ERROR, REOPENED
from charteroak.services.incident_grounds import TOLD
from charteroak.services.incidents import INCIDENT_KEEPERS
from charteroak.services.programs import ProgramInputError, Recorder, usable_line

MOST_FEEDS = 20
_TOKEN_BYTES = 32
_LOG = logging.getLogger(__name__)
_CLOSED_STAYS = timedelta(days=90)
"""How long a closed incident's cancelled events are still told to calendars."""


def feeds_of(organisation: Organisation) -> list[CalendarFeed]:
    """The addresses that work, the newest first."""
    return list(CalendarFeed.objects.filter(organisation=organisation, revoked=None).select_related("created_by"))


def open_feed(organisation: Organisation, name: str, recorder: Recorder) -> str:
    """Make a secret address and return its secret, which is not kept and cannot be shown again.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: the name cannot be used, or there are too many addresses.
    """
    _require_keeper(organisation, recorder)
    title = usable_line(name, "name")
    if len(feeds_of(organisation)) >= MOST_FEEDS:
        raise ProgramInputError("There are many addresses already.", field="name", remedy="Revoke one first.")
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    CalendarFeed.objects.create(
        organisation=organisation,
        token_sha256=_digest(token),
        name=title,
        created=recorder.moment,
        created_by=recorder.user,
    )
    return token


def revoke_feed(organisation: Organisation, number: int, recorder: Recorder) -> None:
    """Make an address work no more.

    Raises:
        AccessError: the person does not keep this organisation's record, or it has no such address.
    """
    _require_keeper(organisation, recorder)
    found = CalendarFeed.objects.filter(organisation=organisation, pk=number, revoked=None)
    if not found.update(revoked=recorder.moment):
        refuse()


def calendar_by_token(token: str) -> bytes:
    """The calendar behind a secret address.

    Raises:
        AccessError: there is none, or it was revoked.
    """
    feed = CalendarFeed.objects.filter(token_sha256=_digest(token), revoked=None).select_related("organisation").first()
    if feed is None:
        refuse()
    return calendar_of(feed.organisation)


def calendar_of(organisation: Organisation) -> bytes:
    """Every limit of incidents that are open, left a duty open, or were closed lately.

    An incident whose facts cannot be read is left out and its number stands in the calendar's name: it takes no other
    one with it, and nobody takes what is left for all there is.
    """
    shown = Q(pk__in=watched_incidents()) | Q(closed__gte=now() - _CLOSED_STAYS)
    incidents = Incident.objects.filter(shown, organisation=organisation).order_by("pk")
    events: list[LimitEvent] = []
    unreadable = []
    for incident in incidents:
        try:
            events += _events_of(incident)
        except CharterOakError:
            _LOG.exception("calendar of %s %s", organisation.slug, incident.number)
            unreadable.append(incident.number)
    name = f"{organisation.name}: limits"
    return calendar_bytes(events, name=f"{name} (without {', '.join(unreadable)})" if unreadable else name)


def calendar_of_incident(incident: Incident) -> bytes:
    """The limits of one incident."""
    return calendar_bytes(_events_of(incident), name=f"{incident.number}: limits")


def _events_of(incident: Incident) -> list[LimitEvent]:
    slug = incident.organisation.slug
    return limit_events(
        _history(incident),
        incident=incident.number,
        uid_of=f"{slug}-{incident.number.lower()}-{{duty}}@{settings.INSTALLATION_NAME}",
    )


def _history(incident: Incident) -> list[tuple[datetime, tuple[DutyClock, ...]]]:
    """The clocks after each moment at which facts were said, somebody was told or untold, or it was said to be none."""
    rows = list(incident.facts.order_by("id"))
    said = [(event.recorded, event) for event in incident.events.order_by("number")]
    told_kinds = {event.pk for _moment, event in said if event.kind == TOLD}
    moments = {row.recorded for row in rows} | {
        moment for moment, event in said if event.pk in told_kinds or event.supersedes_id in told_kinds
    }
    turns = [(recorded, event.kind) for recorded, event in said if event.kind in {IN_ERROR, REOPENED}]
    moments |= {recorded for recorded, _kind in turns}
    states: list[tuple[datetime, tuple[DutyClock, ...]]] = []
    for moment in sorted(moments):
        known = [row for row in rows if row.recorded <= moment]
        if not known:
            continue
        if [kind for recorded, kind in turns if recorded <= moment][-1:] == [IN_ERROR]:
            states.append((moment, ()))
            continue
        gone = {event.supersedes_id for recorded, event in said if recorded <= moment}
        told = {
            str(event.detail.get("duty")): event.earliest
            for recorded, event in said
            if recorded <= moment and event.kind == TOLD and not event.withdrawn and event.pk not in gone
        }
        states.append((moment, clocks_of(parse_duty_facts(known[-1].document), told)))
    return states


def _require_keeper(organisation: Organisation, recorder: Recorder) -> None:
    if recorder.user is not None:
        require_role(recorder.user, organisation, *INCIDENT_KEEPERS)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
