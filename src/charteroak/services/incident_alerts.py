"""Alerts of incidents: raised from the clocks, sent to who is on call, handed on until somebody acknowledges.

A closed incident goes on for the duties that it left open (``incident_closing.watched_incidents``).

``run_alerts`` is what a timer calls. It can run twice, at once with another one, or after days of silence: rows say
what was raised and what was sent, and each message is claimed before it leaves. A message whose sending was cut off is
sent again under the same identifier. What could not be delivered stays on record and on screen until it is.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db import transaction
from django.db.models import F, Q, QuerySet

from charteroak.adapters.mail_sender import MailContentError, MailNotSentError, NewMail
from charteroak.clock import CONNECTICUT
from charteroak.errors import CharterOakError
from charteroak.law.duties import load_duties
from charteroak.records.accounts.models import Organisation
from charteroak.records.incidents.models import Alert, AlertDelivery, Incident
from charteroak.response.alerts import (
    AT_ONCE,
    FACTS_MISSING,
    PERCENTS,
    DueAlert,
    alerts_due,
    limits_in_force,
    next_turn,
    people_to_tell,
    retry_after,
)
from charteroak.services.access import refuse, require_role
from charteroak.services.incident_closing import watched_clocks, watched_incidents
from charteroak.services.incidents import INCIDENT_KEEPERS
from charteroak.services.on_call import contacts_of
from charteroak.services.programs import Recorder

Send = Callable[[NewMail], None]
State = AlertDelivery.State
_LOG = logging.getLogger(__name__)
NOT_CONFIGURED = "No mail server is configured."
_LEASE = timedelta(minutes=10)
"""A sending that has not ended after this was cut off."""
_SALT = "charteroak.alert"
_LINK_DAYS = 90
_PERMANENT = "permanent: "
"""Begins the reason of a failure that trying again would not mend; the next one is told at once."""


@dataclass(slots=True)
class AlertRun:
    """What one run did."""

    raised: int = 0
    sent: int = 0
    failed: int = 0
    ended: int = 0
    unheard: int = 0
    """Alerts that nobody has acknowledged and that reach nobody: there is no one on call."""
    unreadable: list[str] = field(default_factory=list)
    """Incidents whose clocks could not be computed, or that another fault stopped, with the reason."""

    @property
    def is_clean(self) -> bool:
        """Whether everything that waits reached somebody."""
        return not (self.failed or self.unheard or self.unreadable)

    def to_json(self) -> dict[str, Any]:
        """The run as JSON values."""
        return {
            "raised": self.raised,
            "sent": self.sent,
            "failed": self.failed,
            "ended": self.ended,
            "unheard": self.unheard,
            "unreadable": self.unreadable,
        }


def run_alerts(moment: datetime, send: Send | None, *, portal: str = "") -> AlertRun:
    """Raise what is due, and send what waits. Without ``send`` nothing leaves, and each delivery says so."""
    run = AlertRun()
    for incident in watched_incidents().select_related("organisation"):
        with _by_itself(incident, run):
            _raise_alerts(incident, moment, run)
    run.ended += _open_alerts().exclude(incident__in=watched_incidents()).update(ended=moment)
    for alert in _open_alerts().filter(acknowledged=None).select_related("incident__organisation"):
        with _by_itself(alert.incident, run):
            run.unheard += not _plan_deliveries(alert, moment)
    waiting = AlertDelivery.objects.filter(_may_be_tried(moment), alert__ended=None, alert__acknowledged=None)
    for delivery in waiting.select_related("alert__incident__organisation"):
        with _by_itself(delivery.alert.incident, run):
            _deliver(delivery, moment, send or _no_server, portal, run)
    return run


@contextmanager
def _by_itself(incident: Incident, run: AlertRun) -> Iterator[None]:
    """What goes wrong with one incident is told, and stops no other one."""
    try:
        yield
    except CharterOakError as error:
        run.unreadable.append(f"{incident.organisation.slug} {incident.number}: {error}")
    except Exception as error:  # noqa: BLE001 - whatever it is, the others go out; told and logged
        _LOG.exception("alerts of %s %s", incident.organisation.slug, incident.number)
        run.unreadable.append(f"{incident.organisation.slug} {incident.number}: {type(error).__name__}")


def alerts_of(incident: Incident) -> QuerySet[Alert]:
    """Every alert of an incident with its deliveries, the newest first."""
    return incident.alerts.prefetch_related("deliveries")


def unacknowledged(organisation: Organisation) -> list[Alert]:
    """Alerts that nobody has acknowledged, the loudest first: what the banner shows."""
    rows = _open_alerts().filter(incident__organisation=organisation, acknowledged=None)
    return list(
        rows.select_related("incident__organisation").prefetch_related("deliveries").order_by("-percent", "limit")
    )


def failures_of(organisation: Organisation) -> int:
    """How many messages about what is still open could not be delivered."""
    return AlertDelivery.objects.filter(
        alert__incident__organisation=organisation, alert__ended=None, state=State.FAILED
    ).count()


def who_is_next(alert: Alert, moment: datetime) -> tuple[str, datetime] | None:
    """Who is told next, and when, if nobody acknowledges."""
    if alert.acknowledged is not None or alert.ended is not None:
        return None
    found = next_turn(
        contacts_of(alert.incident.organisation), raised=alert.raised, now=moment, unreachable=_unreachable(alert)
    )
    return None if found is None else (found[0].name, found[1])


def acknowledge(alert: Alert, recorder: Recorder, name: str) -> None:
    """Say that somebody has seen it: nobody further is told. The clock goes on.

    Raises:
        AccessError: the person does not keep this organisation's record.
    """
    if recorder.user is not None:
        require_role(recorder.user, alert.incident.organisation, *INCIDENT_KEEPERS)
    _acknowledge(alert, name, recorder.moment)


def alert_by_link(token: str) -> tuple[Alert, str]:
    """The alert of a link that was mailed, and to whom it was mailed.

    Raises:
        AccessError: the link was not made here, is too old, or its alert is gone.
    """
    try:
        number = signing.loads(token, salt=_SALT, max_age=timedelta(days=_LINK_DAYS))
    except signing.BadSignature:
        refuse()
    delivery = AlertDelivery.objects.filter(pk=number).select_related("alert__incident__organisation").first()
    if delivery is None:
        refuse()
    return delivery.alert, delivery.name


def acknowledge_by_link(token: str, moment: datetime) -> Alert:
    """Acknowledge for whoever was mailed the link; a link is followed by programs too, so only a form does this.

    Raises:
        AccessError: as ``alert_by_link``.
    """
    alert, name = alert_by_link(token)
    _acknowledge(alert, name, moment)
    return alert


def link_of(delivery: AlertDelivery) -> str:
    """The token by which the person of a delivery acknowledges."""
    return signing.dumps(delivery.pk, salt=_SALT)


def _acknowledge(alert: Alert, name: str, moment: datetime) -> None:
    """The first one counts; of one limit, what came before at smaller shares is seen with it."""
    _open_alerts().filter(
        incident=alert.incident, duty=alert.duty, limit=alert.limit, acknowledged=None, percent__lte=alert.percent
    ).update(acknowledged=moment, acknowledged_by=name[:300])
    alert.refresh_from_db()


def _open_alerts() -> QuerySet[Alert]:
    return Alert.objects.filter(ended=None)


def _raise_alerts(incident: Incident, moment: datetime, run: AlertRun) -> None:
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=incident.organisation_id)
        # It may have been closed, or said to be none, since it was listed.
        incident.refresh_from_db(fields=["closed", "opened_in_error"])
        clocks = watched_clocks(incident)
        grounds = limits_in_force(clocks)
        for alert in _open_alerts().filter(incident=incident):
            if (alert.duty, alert.limit) not in grounds:
                alert.ended = moment
                alert.save(update_fields=["ended"])
                run.ended += 1
        for due in alerts_due(clocks, moment):
            run.raised += _raise_one(incident, due, moment)


def _raise_one(incident: Incident, due: DueAlert, moment: datetime) -> bool:
    """Whether this is new. Smaller shares of the same limit have nothing more to say, and end."""
    alert, is_new = Alert.objects.get_or_create(
        incident=incident,
        duty=due.duty,
        limit=due.limit,
        percent=due.percent,
        defaults={"to": due.to, "reached": due.reached, "raised": moment},
    )
    if not is_new and alert.ended is not None:  # it had lost its ground, and has it again
        alert.ended, alert.acknowledged, alert.acknowledged_by, alert.raised = None, None, "", moment
        alert.to = due.to
        alert.save()
        alert.deliveries.update(state=State.PENDING, due=moment, sent=None)
        is_new = True
    elif alert.to != due.to:  # an answer took recipients from the group, or brought one
        alert.to = due.to
        alert.save(update_fields=["to"])
    smaller = _open_alerts().filter(incident=incident, duty=due.duty, limit=due.limit, percent__lt=due.percent)
    smaller.update(ended=moment)
    return is_new


def _unreachable(alert: Alert) -> set[str]:
    return {row.email for row in alert.deliveries.all() if row.error.startswith(_PERMANENT)}


def _plan_deliveries(alert: Alert, moment: datetime) -> bool:
    """A row for everybody who is to have been told by now. Whether there is anybody to tell."""
    contacts = contacts_of(alert.incident.organisation)
    told = people_to_tell(
        contacts,
        percent=alert.percent,
        raised=alert.raised,
        now=moment,
        unreachable=_unreachable(alert),
    )
    for contact in told:
        AlertDelivery.objects.get_or_create(
            alert=alert, email=contact.email, defaults={"name": contact.name, "due": moment}
        )
    return bool(contacts)


def _may_be_tried(moment: datetime) -> Q:
    waits = Q(state__in=(State.PENDING, State.FAILED), due__lte=moment)
    return waits | Q(state=State.SENDING, due__lte=moment)


def _deliver(delivery: AlertDelivery, moment: datetime, send: Send, portal: str, run: AlertRun) -> None:
    # Claimed by moving ``due`` ahead: of two runs at once only one finds the row as it read it.
    claimed = AlertDelivery.objects.filter(
        pk=delivery.pk, state=delivery.state, due=delivery.due, attempts=delivery.attempts
    ).update(state=State.SENDING, due=moment + _LEASE, attempts=F("attempts") + 1)
    if not claimed:
        return
    attempts = delivery.attempts + 1
    try:
        send(_mail_of(delivery, moment, portal))
    except (MailNotSentError, MailContentError) as error:
        is_permanent = isinstance(error, MailContentError) or error.is_permanent
        reason = f"{_PERMANENT if is_permanent else ''}{error.message}"[:300]
        _settle(delivery, state=State.FAILED, due=moment + retry_after(attempts), error=reason)
        run.failed += 1
    except Exception as error:  # noqa: BLE001 - a failed delivery like any other; told and logged
        _LOG.exception("delivery %s", delivery.pk)
        reason = f"The message could not be made or sent ({type(error).__name__})."
        _settle(delivery, state=State.FAILED, due=moment + retry_after(attempts), error=reason)
        run.failed += 1
    else:
        _settle(delivery, state=State.SENT, sent=moment, error="")
        run.sent += 1


def _no_server(mail: NewMail) -> None:  # noqa: ARG001 - a sender's signature
    raise MailNotSentError(NOT_CONFIGURED, remedy="See docs/alerts.md.")


def _settle(delivery: AlertDelivery, **values: Any) -> None:
    AlertDelivery.objects.filter(pk=delivery.pk).update(**values)


def _mail_of(delivery: AlertDelivery, moment: datetime, portal: str) -> NewMail:
    """The message: the number and the duty, never the title. The law's words come before its limit."""
    alert = delivery.alert
    incident = alert.incident
    lines = [headline(alert), "", *_standard_lines(alert)]
    page = f"/organisations/{incident.organisation.slug}/incidents/{incident.number}/"
    if portal:
        lines += ["", "Acknowledge, so that nobody else is woken:", f"{portal}/alerts/{link_of(delivery)}/"]
        lines += ["", "The incident:", f"{portal}{page}"]
    else:
        lines += ["", f"Sign in and open {page} to acknowledge it."]
    lines += ["", "This is not legal advice; counsel should check."]
    subject = f"{incident.number}: {headline(alert)}"
    host = portal.rpartition("//")[2].partition(":")[0].strip("[]") or "charteroak.internal"
    return NewMail(
        to=delivery.email,
        subject=" ".join(subject.split())[:200],
        text="\n".join(lines) + "\n",
        message_id=f"alert-{alert.pk}-{delivery.pk}@{host}",
        about=f"incident-{incident.pk}@{host}",
        sent=moment,
    )


def headline(alert: Alert) -> str:
    """An alert in one line."""
    if alert.duty == FACTS_MISSING:
        return f"say what is known: it decides whether to tell {alert.to}; {alert.percent} % of that limit has gone"
    if alert.percent == AT_ONCE:
        return f"tell {alert.to}; the law names no limit and asks for it soon"
    if alert.percent >= PERCENTS[-1]:
        return f"an outer limit has passed: tell {alert.to} now"
    return f"{alert.percent} % of an outer limit has gone: tell {alert.to}"


def _standard_lines(alert: Alert) -> list[str]:
    # By the table, not by the incident's facts: an alert goes out where these cannot be read any more.
    duties = {f"{duty.code}/{duty.part}": duty for duty in load_duties().duties}
    duty = duties.get(alert.duty)
    standard = [] if duty is None else [f"The law says: {duty.standard} ({duty.citation})."]
    if alert.percent == AT_ONCE:
        return standard
    last = (alert.limit - timedelta(seconds=1)).astimezone(CONNECTICUT)
    limit = f"Outer limit: {last:%a} {last.day} {last:%b %Y, %H:%M %Z}. It is a limit, not a date to aim for."
    return [*standard, limit]
