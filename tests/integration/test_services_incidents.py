"""Incidents: opened, described again and again, told as a timeline, closed; in an exercise without a ledger."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from closing_person import REASON, reasons_for

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day, format_instant
from charteroak.errors import AccessError, InputError
from charteroak.law.errors import FactsError
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.exercises.models import ExerciseSpace
from charteroak.records.incidents.models import Incident
from charteroak.records.ledger.models import LedgerEntry, LedgerPart
from charteroak.response.alerts import FACTS_MISSING
from charteroak.response.duty_clocks import ClockState
from charteroak.response.incident_times import MomentError
from charteroak.response.notices.decisions import Decision, DecisionKind
from charteroak.services.access import access_incident
from charteroak.services.incident_clocks import clocks_of_incident
from charteroak.services.incident_closing import LEFT_OPEN, close_incident, left_open
from charteroak.services.incident_decisions import (
    NewFinding,
    decisions_of,
    record_finding,
    record_police_delay,
    withdraw_delay,
    withdraw_finding,
)
from charteroak.services.incident_grounds import TOLD, finding_of
from charteroak.services.incidents import (
    NewEvent,
    NewIncident,
    add_event,
    began_at,
    describe_incident,
    document_of,
    facts_history,
    facts_of,
    incidents_of,
    open_incident,
    say_when_it_began,
    standing_events,
)
from charteroak.services.programs import ProgramInputError, Recorder, recorder_for

pytestmark = pytest.mark.django_db
Add = Callable[..., Any]
DISCOVERED = datetime(2026, 3, 2, 14, tzinfo=UTC)
SYSTEM = Recorder(actor="system")


@pytest.fixture
def town(add_organisation: Add) -> Organisation:
    organisation: Organisation = add_organisation(slug="cedar-landing", kind="municipality")
    return organisation


@pytest.fixture
def lead(add_person: Add, town: Organisation) -> User:
    user: User = add_person("Lead", town)
    return user


@pytest.fixture
def incident(town: Organisation) -> Incident:
    facts = {"incident": {"discoveredAt": "2026-03-02T09:00:00-05:00"}}
    return open_incident(town, NewIncident("Mailbox of the clerk", "suspected", facts), SYSTEM)


def kinds(town: Organisation) -> list[str]:
    return list(LedgerEntry.objects.filter(organisation=town).order_by("index").values_list("kind", flat=True))


def test_an_incident_gets_the_next_number_of_its_year_and_two_entries(town: Organisation, incident: Incident) -> None:
    second = open_incident(town, NewIncident("The web page"), SYSTEM)
    year = connecticut_day(now()).year
    assert [incident.number, second.number] == [f"INC-{year}-001", f"INC-{year}-002"]
    assert kinds(town) == ["incident.opened", "incident.described"] * 2
    assert list(incidents_of(town)) == [second, incident]


def test_what_is_known_of_the_organisation_is_not_asked_again(incident: Incident) -> None:
    assert facts_of(incident).entity.kind == "municipality"
    assert facts_of(incident).incident.outcome == "suspected"


def test_facts_are_added_and_never_overwritten_and_the_same_again_adds_nothing(incident: Incident) -> None:
    document = document_of(incident)
    document["incident"] |= {"outcome": "successful", "access": True}
    describe_incident(incident, document, SYSTEM)
    describe_incident(incident, document, SYSTEM)
    newest, first = facts_history(incident)
    assert newest.document["incident"]["access"] is True
    assert "access" not in first.document["incident"]
    assert Incident.objects.get(pk=incident.pk).outcome == "successful"


@pytest.mark.parametrize(
    ("member", "moment", "said"),
    [
        ("discoveredAt", "1970-01-01T00:00:00Z", "1970 is too long ago"),
        ("discoveredAt", "9999-12-31T23:59:59Z", "9999 is too far ahead"),
        ("determinedAt", "2026-03-01T00:00:00Z", "before the discovery"),
        ("residentsNotifiedAt", "2026-03-01T00:00:00Z", "before the incident was discovered"),
        ("lawEnforcementDelayUntil", "2199-01-01T00:00:00Z", "too far ahead"),
    ],
)
def test_a_moment_that_cannot_be_is_refused_in_one_line(
    incident: Incident, member: str, moment: str, said: str
) -> None:
    document = document_of(incident)
    document["incident"] |= {member: moment}
    with pytest.raises(InputError, match=said) as refused:
        describe_incident(incident, document, SYSTEM)
    assert "\n" not in str(refused.value)
    assert len(facts_history(incident)) == 1


def test_a_discovery_before_the_beginning_is_refused_from_both_sides(incident: Incident) -> None:
    with pytest.raises(MomentError, match="before it began"):
        say_when_it_began(incident, datetime(2026, 3, 3, tzinfo=UTC), SYSTEM)
    began = datetime(2026, 3, 1, tzinfo=UTC)
    say_when_it_began(incident, began, SYSTEM)
    assert began_at(incident) == began
    document = document_of(incident)
    document["incident"] |= {"discoveredAt": "2026-02-01T00:00:00Z"}
    with pytest.raises(MomentError, match="before it began"):
        describe_incident(incident, document, SYSTEM)


def test_facts_of_a_strange_shape_are_refused_and_nothing_is_recorded(town: Organisation) -> None:
    with pytest.raises(FactsError):
        open_incident(town, NewIncident("Something", facts={"incident": {"colour": "red"}}), SYSTEM)
    assert kinds(town) == []


def test_harm_is_unlikely_only_once_the_finding_is_on_record(incident: Incident) -> None:
    document = document_of(incident)
    document["incident"] |= {"harmUnlikelyFinding": True}
    with pytest.raises(ProgramInputError, match="needs a finding"):
        describe_incident(incident, document, SYSTEM)
    record_finding(incident, NewFinding("A. Person", "State Police", "The laptop came back sealed."), SYSTEM)
    assert facts_of(incident).incident.harm_unlikely_finding is True


def test_a_corrected_event_stands_no_more_and_cannot_be_corrected_twice(incident: Incident) -> None:
    first = add_event(incident, NewEvent("Files are gone", DISCOVERED), SYSTEM)
    second = add_event(incident, NewEvent("Some files are gone", DISCOVERED), SYSTEM, supersedes=first)
    assert list(standing_events(incident)) == [second]
    with pytest.raises(ProgramInputError, match="corrected already"):
        add_event(incident, NewEvent("All is well", DISCOVERED), SYSTEM, supersedes=first)


def test_an_event_that_ends_before_it_begins_is_refused(incident: Incident) -> None:
    event = NewEvent("Files are gone", DISCOVERED, datetime(2026, 3, 1, tzinfo=UTC))
    with pytest.raises(ProgramInputError, match="ended before"):
        add_event(incident, event, SYSTEM)


def test_a_closed_incident_takes_no_more_facts(town: Organisation, incident: Incident) -> None:
    close_incident(incident, "Everybody was told.", SYSTEM, reasons=reasons_for(incident))
    assert kinds(town)[-1] == "incident.closed"
    document = document_of(incident)
    document["incident"] |= {"access": False}
    with pytest.raises(ProgramInputError, match="closed"):
        describe_incident(incident, document, SYSTEM)


def test_closing_over_open_duties_needs_a_reason_for_each_that_stays_on_record(
    town: Organisation, breach: Incident
) -> None:
    reasons = reasons_for(breach)
    assert {AG, RESIDENTS} <= set(reasons)
    for lacking in ({}, {**reasons, AG: " "}):
        with pytest.raises(ProgramInputError, match="still open") as refused:
            close_incident(breach, "", SYSTEM, reasons=lacking)
        assert refused.value.field in reasons
        assert refused.value.remedy
    breach.refresh_from_db()
    assert breach.closed is None
    assert "incident.closed" not in kinds(town)
    close_incident(breach, "", SYSTEM, reasons=reasons)
    entry = LedgerEntry.objects.get(organisation=town, kind="incident.closed")
    parts = LedgerPart.objects.filter(organisation=town, index=entry.index)
    assert json.loads(bytes(entry.body or b""))["leftOpen"] == list(reasons)
    assert {part.name: json.loads(bytes(part.value or b"")) for part in parts} == {"reasons": reasons}
    said = {event.detail["duty"]: event.what for event in standing_events(breach).filter(kind=LEFT_OPEN)}
    assert set(said) == set(reasons)
    assert all(REASON in what for what in said.values())


def test_who_was_told_needs_no_reason_any_more(breach: Incident) -> None:
    clocks = clocks_of_incident(breach)
    keys = {each.key for each in left_open(clocks)}
    assert AG in keys
    add_event(breach, NewEvent("Told.", LONG_AGO, kind=TOLD, detail={"duty": AG}), SYSTEM)
    assert {each.key for each in left_open(clocks_of_incident(breach))} == keys - {AG}


@pytest.mark.parametrize("outcome", ["successful", "unsuccessful", "suspected", "unknown"])
def test_an_unknown_discovery_leaves_as_much_open_as_a_known_one(town: Organisation, outcome: str) -> None:
    known = {"incident": {"discoveredAt": format_instant(DISCOVERED)}}
    with_it = open_incident(town, NewIncident("The files are gone", outcome, known), SYSTEM)
    without = open_incident(town, NewIncident("The files are gone", outcome), SYSTEM)
    [open_then], [open_now] = (left_open(clocks_of_incident(each)) for each in (with_it, without))
    assert open_now.key == open_then.key == FACTS_MISSING
    assert {clock.key for clock in open_now.clocks} == {clock.key for clock in open_then.clocks}
    with pytest.raises(ProgramInputError, match="still open") as refused:
        close_incident(without, "", SYSTEM)
    assert refused.value.field == FACTS_MISSING
    without.refresh_from_db()
    assert without.closed is None
    close_incident(without, "", SYSTEM, reasons={FACTS_MISSING: REASON})
    [said] = standing_events(without).filter(kind=LEFT_OPEN)
    assert REASON in said.what


def test_only_those_who_keep_the_record_open_one(town: Organisation, lead: User, add_person: Add) -> None:
    assert open_incident(town, NewIncident("Something"), recorder_for(lead)).opened_by == lead
    for role in ("counsel", "analyst"):
        with pytest.raises(AccessError):
            open_incident(town, NewIncident("Something"), recorder_for(add_person(role, town, role=role)))


def test_a_played_incident_is_invisible_and_writes_no_ledger(town: Organisation, lead: User) -> None:
    space = ExerciseSpace.objects.create(
        organisation=town, name="Friday", scenario="ransom", scenario_sha256="0" * 64, scenario_text="",
        facilitator=lead, join_code="ABC", created=now(),
    )  # fmt: skip
    played = open_incident(town, NewIncident("The files are gone"), recorder_for(lead), space=space)
    add_event(played, NewEvent("A call", DISCOVERED), recorder_for(lead))
    close_incident(played, "", recorder_for(lead), reasons=reasons_for(played))
    assert kinds(town) == []
    assert list(incidents_of(town)) == []
    assert played.events.exclude(kind=LEFT_OPEN).count() == 1
    assert Incident.played.in_space(space).get().closed is not None
    assert played.number == f"EX{space.pk}-001"
    assert access_incident(lead, town.slug, played.number) == played
    assert not list(town.incidents.all())


AG = "CT-BREACH-AG/attorney-general"
RESIDENTS = "CT-BREACH-RES/residents"
BREACH: dict[str, Any] = {
    "entity": {"dataRole": "owner"},
    "incident": {
        "discoveredAt": "2026-03-02T09:00:00-05:00", "access": True, "encrypted": False, "dataKinds": ["name", "ssn"],
        "residentsAffected": {"ct": 120},
    },
}  # fmt: skip
LONG_AGO = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def breach(town: Organisation) -> Incident:
    return open_incident(town, NewIncident("Files", "successful", BREACH), SYSTEM)


def state_of(incident: Incident, duty: str) -> tuple[ClockState, Any]:
    clock = next(clock for clock in clocks_of_incident(incident) if clock.key == duty)
    return clock.state(LONG_AGO), clock.answer.outer_limit


def test_a_finding_that_is_withdrawn_takes_the_exception_with_it(town: Organisation, breach: Incident) -> None:
    running = state_of(breach, RESIDENTS)
    record_finding(breach, NewFinding("A. Person", "", "The laptop came back sealed."), SYSTEM)
    assert state_of(breach, RESIDENTS)[0] is ClockState.NOT_TRIGGERED
    withdraw_finding(breach, "The seal was broken.", SYSTEM)
    assert finding_of(breach) is None
    assert state_of(breach, RESIDENTS) == running
    assert running[0] is ClockState.RUNNING
    assert kinds(town).count("incident.decided") == 2


def test_a_delay_that_is_withdrawn_gives_the_laws_own_limit_back(breach: Incident) -> None:
    running = state_of(breach, RESIDENTS)
    asked = Decision(
        kind=DecisionKind.POLICE_DELAY, answer=True, day=now().date() - timedelta(days=1), by="State Police",
        in_writing=True, until=now().date() + timedelta(days=300),
    )  # fmt: skip
    record_police_delay(breach, asked, SYSTEM)
    assert state_of(breach, RESIDENTS) != running
    withdraw_delay(breach, "It was another case.", SYSTEM)
    assert decisions_of(breach) == ()
    assert state_of(breach, RESIDENTS) == running


def test_a_delay_that_is_not_on_record_holds_no_limit_back(town: Organisation, breach: Incident) -> None:
    document = document_of(breach)
    document["incident"] |= {"lawEnforcementDelayUntil": "2027-01-01T00:00:00-05:00"}
    with pytest.raises(ProgramInputError, match="on record"):
        describe_incident(breach, document, SYSTEM)
    with pytest.raises(ProgramInputError, match="on record"):
        open_incident(town, NewIncident("Another", "successful", document), SYSTEM)


def test_a_record_on_which_a_duty_rests_is_no_mere_line_of_the_timeline(breach: Incident) -> None:
    finding = record_finding(breach, NewFinding("A. Person", "", "Sealed."), SYSTEM)
    told = add_event(breach, NewEvent("The office was told.", LONG_AGO, kind=TOLD, detail={"duty": AG}), SYSTEM)
    for event in (finding, told):
        for withdrawn in (False, True):
            with pytest.raises(ProgramInputError, match="duty rests") as refused:
                add_event(breach, NewEvent("Typo", LONG_AGO), SYSTEM, supersedes=event, withdrawn=withdrawn)
            assert refused.value.remedy
    assert {finding, told} <= set(standing_events(breach))


def test_nobody_was_told_before_the_discovery(breach: Incident) -> None:
    early = NewEvent("Told.", datetime(2025, 3, 3, tzinfo=UTC), kind=TOLD, detail={"duty": AG})
    with pytest.raises(ProgramInputError, match="before the discovery"):
        add_event(breach, early, SYSTEM)
    add_event(breach, NewEvent("Told.", LONG_AGO, kind=TOLD, detail={"duty": AG}), SYSTEM)
    document = document_of(breach)
    document["incident"] |= {"discoveredAt": "2026-04-02T09:00:00-04:00"}
    with pytest.raises(ProgramInputError, match="before the discovery"):
        describe_incident(breach, document, SYSTEM)
