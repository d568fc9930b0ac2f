"""Limits as iCalendar, read back by the library: stable identifiers, growing sequences, cancelled once it is over."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Calendar, Component

from charteroak.law.duties import parse_duty_facts
from charteroak.response.duty_clocks import DutyClock, clocks_of
from charteroak.response.limit_calendar import LimitEvent, calendar_bytes, limit_events

AG = "CT-BREACH-AG/attorney-general"
UID = "cedar-landing-inc-2026-003-ct-breach-ag-attorney-general@oak.example"
FIRST = datetime(2026, 3, 2, 15, tzinfo=UTC)
SECOND, THIRD = FIRST + timedelta(days=1), FIRST + timedelta(days=2)
BREACH: dict[str, Any] = {
    "outcome": "successful",
    "discoveredAt": "2026-03-02T09:00:00-05:00",
    "access": True,
    "encrypted": False,
    "dataKinds": ["name", "ssn"],
    "residentsAffected": {"ct": 120},
}
State = tuple[datetime, tuple[DutyClock, ...]]


def at(moment: datetime, told: dict[str, datetime] | None = None, **incident: Any) -> State:
    entity = {"kind": "municipality", "dataRole": "owner", "regulatedBy": ["irs-1075"]}
    facts = parse_duty_facts({"entity": entity, "incident": {**BREACH, **incident}})
    return moment, clocks_of(facts, told)


def events(*states: State) -> list[LimitEvent]:
    uid = "cedar-landing-inc-2026-003-{duty}@oak.example"
    return limit_events(states, incident="INC-2026-003", uid_of=uid)


def read(*states: State) -> dict[str, Component]:
    data = calendar_bytes(events(*states), name="Cedar Landing: limits")
    calendar = Calendar.from_ical(data)
    assert not calendar.errors
    return {str(event["UID"]): event for event in calendar.walk("VEVENT")}


def test_a_limit_that_is_a_day_is_a_day_and_named_as_a_limit() -> None:
    event = read(at(FIRST))[UID]
    assert event.decoded("DTSTART") == date(2026, 5, 1)
    assert event.decoded("DTEND") == date(2026, 5, 2)
    assert "outer limit" in event["SUMMARY"]
    assert str(event["DESCRIPTION"]).startswith("The law says: not later than residents are told")
    assert (event["STATUS"], event["SEQUENCE"]) == ("CONFIRMED", 0)


def test_a_limit_in_hours_is_an_instant_in_utc() -> None:
    (event,) = [each for uid, each in read(at(FIRST, dataKinds=["name", "fti"])).items() if "irs-1075" in uid]
    assert event.decoded("DTSTART") == datetime(2026, 3, 3, 14, tzinfo=UTC)


def test_the_sequence_grows_with_each_change_and_the_identifier_stays() -> None:
    later = {"discoveredAt": "2026-03-01T09:00:00-05:00"}
    states = at(FIRST), at(SECOND, **later), at(THIRD, **later)
    event = read(*states)[UID]
    assert (event["SEQUENCE"], event.decoded("DTSTART")) == (1, date(2026, 4, 30))
    assert event.decoded("DTSTAMP") == SECOND


def test_who_was_told_is_cancelled_and_stays_in_the_feed() -> None:
    event = read(at(FIRST), at(SECOND, {AG: SECOND}))[UID]
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)
    back = read(at(FIRST), at(SECOND, {AG: SECOND}), at(THIRD))[UID]
    assert (back["STATUS"], back["SEQUENCE"]) == ("CONFIRMED", 2)


def test_a_duty_that_fell_away_is_cancelled() -> None:
    assert read(at(FIRST), at(SECOND, encrypted=True))[UID]["STATUS"] == "CANCELLED"


def test_a_duty_that_never_was_due_is_no_event() -> None:
    assert UID not in read(at(FIRST, encrypted=True))


def test_the_same_record_gives_the_same_bytes_in_lines_of_at_most_75_octets() -> None:
    first, second = (calendar_bytes(events(at(FIRST)), name="Limits") for _ in range(2))
    assert first == second
    assert first.endswith(b"END:VCALENDAR\r\n")
    assert max(len(line) for line in first.split(b"\r\n")) <= 75


def test_an_empty_calendar_is_one() -> None:
    calendar = Calendar.from_ical(calendar_bytes([], name="Nothing"))
    assert calendar.walk("VEVENT") == []
    assert calendar["VERSION"] == "2.0"
