"""Calendar addresses: secret, revocable, without titles, and without what was only played."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from closing_person import reasons_for
from django.test import Client
from icalendar import Calendar

from charteroak.adapters.system_clock import now
from charteroak.clock import format_instant
from charteroak.errors import AccessError
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.exercises.models import ExerciseSpace
from charteroak.records.incidents.models import CalendarFeed, Incident
from charteroak.services.incident_calendar import calendar_by_token, calendar_of, feeds_of, open_feed, revoke_feed
from charteroak.services.incident_closing import close_incident
from charteroak.services.incident_grounds import TOLD
from charteroak.services.incidents import (
    NewEvent,
    NewIncident,
    add_event,
    open_incident,
    standing_events,
)
from charteroak.services.programs import Recorder, recorder_for

pytestmark = pytest.mark.django_db
SYSTEM = Recorder(actor="system")
AG = "CT-BREACH-AG/attorney-general"


@pytest.fixture
def town(add_organisation: Callable[..., Organisation]) -> Organisation:
    return add_organisation("cedar-landing", kind="municipality")


@pytest.fixture
def lead(add_person: Callable[..., User], town: Organisation) -> User:
    return add_person("Lea", town)


def facts() -> dict[str, Any]:
    discovered = format_instant((now() - timedelta(days=2)).replace(microsecond=0))
    incident = {
        "discoveredAt": discovered, "access": True, "encrypted": False, "dataKinds": ["name", "ssn"],
        "residentsAffected": {"ct": 120},
    }  # fmt: skip
    return {"entity": {"dataRole": "owner"}, "incident": incident}


@pytest.fixture
def incident(town: Organisation) -> Incident:
    return open_incident(town, NewIncident("Mail of the tax office", "successful", facts()), SYSTEM)


def states(data: bytes) -> dict[str, tuple[str, int]]:
    events = Calendar.from_ical(data).walk("VEVENT")
    return {str(event["UID"]): (str(event["STATUS"]), int(event["SEQUENCE"])) for event in events}


def of_ag(data: bytes) -> tuple[str, int]:
    return next(state for uid, state in states(data).items() if "ct-breach-ag" in uid)


def test_an_address_needs_no_account_tells_no_title_and_is_not_kept(
    client: Client, town: Organisation, incident: Incident
) -> None:
    token = open_feed(town, "Phone of Lea", SYSTEM)
    answer = client.get(f"/calendar/{token}.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert incident.number in answer.content.decode()
    assert incident.title not in answer.content.decode()
    assert token not in str(CalendarFeed.objects.values_list())


def test_a_revoked_address_and_a_guessed_one_look_alike(client: Client, town: Organisation) -> None:
    token = open_feed(town, "Phone of Lea", SYSTEM)
    revoke_feed(town, feeds_of(town)[0].pk, SYSTEM)
    revoked, guessed = client.get(f"/calendar/{token}.ics"), client.get("/calendar/guessed.ics")
    assert revoked.status_code == guessed.status_code == 404
    with pytest.raises(AccessError):
        calendar_by_token(token)


def test_a_notice_cancels_its_event_and_a_withdrawn_one_brings_it_back(town: Organisation, incident: Incident) -> None:
    assert of_ag(calendar_of(town)) == ("CONFIRMED", 0)
    event = NewEvent("The office was told.", now(), kind=TOLD, detail={"duty": AG})
    told = add_event(incident, event, SYSTEM)
    assert of_ag(calendar_of(town)) == ("CANCELLED", 1)
    add_event(incident, event, SYSTEM, supersedes=told, withdrawn=True)
    assert list(standing_events(incident)) == []
    assert of_ag(calendar_of(town)) == ("CONFIRMED", 2)


def test_closing_cancels_no_limit_of_a_duty_that_is_open(town: Organisation, incident: Incident) -> None:
    before = states(calendar_of(town))
    close_incident(incident, "", SYSTEM, reasons=reasons_for(incident))
    Incident.objects.update(closed=now() - timedelta(days=400))
    assert states(calendar_of(town)) == before
    told = NewEvent("The office was told.", now(), kind=TOLD, detail={"duty": AG})
    add_event(incident, told, SYSTEM, even_closed=True)
    assert of_ag(calendar_of(town)) == ("CANCELLED", 1)


def test_an_incident_that_cannot_be_read_is_left_out_by_name_and_takes_no_other_one_with_it(
    town: Organisation, incident: Incident
) -> None:
    open_incident(town, NewIncident("Sound", "successful", facts()), SYSTEM)
    document = incident.facts.get().document
    incident.facts.update(document={**document, "incident": {**document["incident"], "newKey": 1}})
    data = calendar_of(town)
    assert states(data)
    assert f"without {incident.number}" in data.decode()


def test_what_is_played_is_in_no_calendar(town: Organisation, lead: User) -> None:
    space = ExerciseSpace.objects.create(
        organisation=town, name="Friday", scenario="ransom", scenario_sha256="0" * 64, scenario_text="",
        facilitator=lead, join_code="ABC", created=now(),
    )  # fmt: skip
    open_incident(town, NewIncident("Played", "successful", facts()), recorder_for(lead), space=space)
    assert states(calendar_of(town)) == {}


def test_the_page_shows_a_new_address_once_and_revokes_it(client: Client, town: Organisation, lead: User) -> None:
    client.force_login(lead)
    page = "/organisations/cedar-landing/incidents/calendar/"
    assert "/calendar/" in client.post(page, {"name": "Phone of Lea"}, follow=True).content.decode()
    assert ".ics" not in client.get(page).content.decode()
    number = feeds_of(town)[0].pk
    client.post(page, {"revoke": str(number)})
    assert feeds_of(town) == []
    assert client.post(page, {"revoke": str(number)}).status_code == 404
    assert client.post(page, {"revoke": "1; DROP"}).status_code == 404
