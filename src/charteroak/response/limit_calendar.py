"""Outer limits as iCalendar (RFC 5545), for a calendar that people look at anyway.

An event names the incident's number and the duty, and no title. Its identifier never changes; its sequence grows with
each change of the limit; once the recipient was told or the duty fell away, it is cancelled and stays in the feed, so
that calendars take it out. Closing the incident ends no duty, and cancels nothing. Everything follows from what was
recorded: the same record gives the same bytes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from charteroak.law.duties import DutyStatus
from charteroak.response.duty_clocks import DutyClock

_PRODUCT = "-//Charter Oak//limits of incidents//EN"


@dataclass(frozen=True, slots=True)
class LimitEvent:
    """One outer limit of one duty of one incident, as it stands."""

    uid: str
    incident: str
    to: str
    standard: str
    citation: str
    limit: date | datetime
    sequence: int
    changed: datetime
    is_cancelled: bool


def limit_events(
    states: Sequence[tuple[datetime, Sequence[DutyClock]]], *, incident: str, uid_of: str
) -> list[LimitEvent]:
    """The events of an incident from its history: each moment at which something was recorded, with the clocks then.

    ``uid_of`` is a pattern with ``{duty}`` in it, from which each event's identifier is made.
    """
    events: dict[str, LimitEvent] = {}
    for moment, clocks in states:
        for clock in clocks:
            _note(events, clock, moment, incident, uid_of)
        gone = events.keys() - {clock.key for clock in clocks}
        for key in gone:
            if not events[key].is_cancelled:
                before = events[key]
                events[key] = replace(before, sequence=before.sequence + 1, changed=moment, is_cancelled=True)
    return list(events.values())


def calendar_bytes(events: Iterable[LimitEvent], *, name: str) -> bytes:
    """The calendar, one event after the other by identifier; days as days, instants in UTC."""
    from icalendar import Calendar, Event  # noqa: PLC0415 - slow to load, and only feeds need it

    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for each in sorted(events, key=lambda event: event.uid):
        event = Event()
        event.add("uid", each.uid)
        event.add("dtstamp", each.changed.astimezone(UTC))
        event.add("last-modified", each.changed.astimezone(UTC))
        event.add("sequence", each.sequence)
        is_instant = isinstance(each.limit, datetime)
        event.add("dtstart", each.limit.astimezone(UTC) if isinstance(each.limit, datetime) else each.limit)
        if not is_instant:
            event.add("dtend", each.limit + timedelta(days=1))
        event.add("summary", f"{each.incident}: outer limit, tell {each.to}")
        event.add(
            "description",
            f"The law says: {each.standard} ({each.citation}). This is the last moment that it allows, not a date to "
            "aim for. Not legal advice.",
        )
        event.add("status", "CANCELLED" if each.is_cancelled else "CONFIRMED")
        event.add("class", "CONFIDENTIAL")
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    data: bytes = calendar.to_ical()
    return data


def _note(events: dict[str, LimitEvent], clock: DutyClock, moment: datetime, incident: str, uid_of: str) -> None:
    """Bring one duty's event up to what was known at a moment."""
    before = events.get(clock.key)
    limit = clock.answer.outer_limit
    is_due = clock.is_required and clock.answer.status is DutyStatus.DUE and limit is not None
    if before is None:
        if is_due and limit is not None and clock.told is None:
            duty = clock.answer.duty
            uid = uid_of.format(duty=clock.key.lower().replace("/", "-"))
            events[clock.key] = LimitEvent(
                uid, incident, duty.to, duty.standard, duty.citation, limit, 0, moment, is_cancelled=False
            )
        return
    now_limit = limit if is_due and limit is not None else before.limit
    is_cancelled = not is_due or clock.told is not None
    if (now_limit, is_cancelled) != (before.limit, before.is_cancelled):
        events[clock.key] = replace(
            before, limit=now_limit, is_cancelled=is_cancelled, sequence=before.sequence + 1, changed=moment
        )
