"""The timeline of an incident: its events in order, what follows from what people say of it, and what contradicts."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from charteroak.records.incident_work.models import EventOrder
from charteroak.records.incidents.models import Incident, IncidentEvent
from charteroak.response.event_order import EVENTS_LIMIT, Event, Order, Ordered, order_events
from charteroak.services.incidents import facts_of, lock_open, require_incident_keeper, standing_events
from charteroak.services.programs import ProgramInputError, Recorder

__all__ = ["Timeline", "event_numbered", "say_order", "timeline_of", "withdraw_order"]

FROM_FACTS = 0
"""The number of the event that the facts of the incident tell: when it was noticed."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The events that stand, by number, and their order. ``left_out`` are those beyond what is compared."""

    ordered: Ordered
    rows: dict[int, IncidentEvent]
    orders: tuple[tuple[int, int], ...]
    """What people said: the one came before the other."""
    left_out: int = 0

    @property
    def newest(self) -> datetime | None:
        """When the timeline was last added to."""
        return max((row.recorded for row in self.rows.values()), default=None)


def timeline_of(incident: Incident) -> Timeline:
    """The timeline as it stands. When it was noticed is taken from the facts where no event says it."""
    standing = list(standing_events(incident).select_related("recorded_by").order_by("earliest", "number"))
    rows = {row.number: row for row in standing[:EVENTS_LIMIT]}
    events = [Event(row.number, row.what, row.earliest, row.latest, row.kind) for row in rows.values()]
    noticed = facts_of(incident).moment("discoveredAt")
    if noticed is not None and not any(event.kind == "noticed" for event in events):
        events.append(Event(FROM_FACTS, "It was noticed, as the facts say.", noticed, noticed, "noticed"))
    orders = _orders(incident)
    ordered = order_events(events, [Order(before, after) for before, after in orders])
    return Timeline(ordered, rows, orders, left_out=max(0, len(standing) - EVENTS_LIMIT))


def event_numbered(incident: Incident, number: int) -> IncidentEvent:
    """An event that stands.

    Raises:
        ProgramInputError: there is none of this number, or it was corrected or withdrawn.
    """
    row = standing_events(incident).filter(number=number).first()
    if row is None:
        raise ProgramInputError("Choose an event of this timeline.", field="before")
    return row


def say_order(incident: Incident, before: int, after: int, recorder: Recorder) -> EventOrder | None:
    """Say that one event came before another; ``None`` where that was said already.

    Raises:
        AccessError: the person does not keep this record.
        ProgramInputError: an event is not there, both are the same, or the incident is closed.
    """
    return _say(incident, before, after, recorder, withdrawn=False)


def withdraw_order(incident: Incident, before: int, after: int, recorder: Recorder) -> EventOrder | None:
    """No longer say so.

    Raises:
        AccessError, ProgramInputError: as ``say_order``.
    """
    return _say(incident, before, after, recorder, withdrawn=True)


def _say(incident: Incident, before: int, after: int, recorder: Recorder, *, withdrawn: bool) -> EventOrder | None:
    require_incident_keeper(incident.organisation, recorder, incident.space)
    if before == after:
        raise ProgramInputError("Nothing comes before itself; choose two events.", field="after")
    with transaction.atomic():
        lock_open(incident)
        is_said = (before, after) in _orders(incident)
        if is_said is not withdrawn:
            return None
        return EventOrder.objects.create(
            incident=incident,
            before=event_numbered(incident, before),
            after=event_numbered(incident, after),
            withdrawn=withdrawn,
            recorded=recorder.moment,
            recorded_by=recorder.user,
        )


def _orders(incident: Incident) -> tuple[tuple[int, int], ...]:
    """What stands of what was said, by the numbers that the events have now: a correction takes its place."""
    followed = dict(incident.events.exclude(supersedes=None).values_list("supersedes__number", "number"))
    gone = set(incident.events.filter(withdrawn=True).values_list("number", flat=True))
    said: dict[tuple[int, int], bool] = {}
    for order in incident.event_orders.select_related("before", "after").order_by("id"):
        pair = _now(order.before.number, followed), _now(order.after.number, followed)
        said[pair] = not order.withdrawn
    return tuple(pair for pair, stands in said.items() if stands and not gone & set(pair))


def _now(number: int, followed: dict[int, int]) -> int:
    while number in followed:
        number = followed[number]
    return number
