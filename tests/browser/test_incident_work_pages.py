"""An incident at three in the morning, on a telephone: how bad it is, the next things, the order of events."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from charteroak.clock import CONNECTICUT
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.incidents.models import Incident
from charteroak.response.severity_examples import load_examples
from charteroak.services.incident_severity import assess_incident
from charteroak.services.incident_tasks import choose_playbooks, say_of_task
from charteroak.services.incidents import NewEvent, NewIncident, add_event, open_incident
from charteroak.services.programs import Recorder

Look = Callable[[Page, str], None]
pytestmark = pytest.mark.usefixtures("data_directory", "transactional_db")
SYSTEM = Recorder(actor="system")


@pytest.fixture
def lead(add_organisation: Callable[..., Organisation], add_person: Callable[..., User]) -> User:
    return add_person("Lea", add_organisation("north-stonington", kind="municipality"))


@pytest.fixture
def incident(lead: User) -> Incident:
    organisation = Organisation.objects.get(memberships__user=lead)
    facts = {"incident": {"discoveredAt": "2026-11-21T23:40:00-05:00"}}
    new = NewIncident("Files of the tax office are locked", "successful", facts)
    return open_incident(organisation, new, SYSTEM)


@pytest.fixture
def at(incident: Incident) -> str:
    return f"/organisations/north-stonington/incidents/{incident.number}/"


def test_the_severity_is_judged_with_eight_questions_and_says_what_follows(
    open_page: Callable[..., Page], lead: User, at: str, look: Look
) -> None:
    page = open_page(lead)
    page.goto(f"{at}severity/")
    look(page, "incident-severity-empty")
    page.get_by_role("link", name="Judge it").click()
    look(page, "incident-judge")
    page.get_by_label("Criminals").check()
    page.get_by_label("A critical service is down, or control of it is lost").check()
    page.get_by_role("button", name="Record this assessment").click()
    expect(page.locator("h1")).to_contain_text("questions are open")
    look(page, "incident-severity-open")


def test_a_severity_that_is_known_stands_with_its_picture(
    open_page: Callable[..., Page], lead: User, incident: Incident, at: str, look: Look
) -> None:
    answers: dict[str, Any] = {name: [option] for name, option in load_examples()[2].answers.items()}
    assess_incident(incident, answers, SYSTEM, victims=4)
    page = open_page(lead)
    page.goto(f"{at}severity/")
    expect(page.locator("h1")).to_contain_text("by our profile")
    look(page, "incident-severity")


def test_the_three_next_things_stand_first_and_one_press_settles_one(
    open_page: Callable[..., Page], lead: User, incident: Incident, at: str, look: Look
) -> None:
    page = open_page(lead, java_script_enabled=True)
    page.goto(f"{at}tasks/")
    look(page, "incident-tasks-empty")
    page.get_by_role("link", name="Choose what it looks like").first.click()
    look(page, "incident-playbooks")
    page.get_by_label("Files are locked and someone wants money").check()
    page.get_by_role("button", name="Make the list").click()
    page.get_by_role("button", name=re.compile("Done.*Take the machines")).click()
    expect(page.locator("h1")).to_contain_text("Write down which machines")
    say_of_task(incident, "ransomware/decide-money", "not-needed", SYSTEM, note="No demand was made.")
    page.goto(f"{at}tasks/")
    look(page, "incident-tasks")
    page.get_by_role("link", name="Not needed, or somebody else").first.click()
    page.get_by_label("It is not needed here").check()
    page.get_by_role("button", name="Record it").click()
    look(page, "incident-task-refused")


def test_choosing_again_keeps_what_was_done(
    open_page: Callable[..., Page], lead: User, incident: Incident, at: str
) -> None:
    choose_playbooks(incident, ["ransomware"], SYSTEM)
    say_of_task(incident, "ransomware/cut-off", "done", SYSTEM)
    choose_playbooks(incident, ["data-theft"], SYSTEM)
    page = open_page(lead)
    page.goto(f"{at}tasks/")
    expect(page.get_by_role("heading", name="Done, or not needed")).to_be_visible()


def test_the_timeline_tells_what_is_uncertain_and_asks_what_cannot_be(
    open_page: Callable[..., Page], lead: User, incident: Incident, at: str, look: Look
) -> None:
    page = open_page(lead)
    page.goto(f"{at}timeline/")
    page.get_by_role("link", name="Add an event").click()
    page.get_by_label("What happened?").fill("The clerk opened a mail with a false invoice and typed a password.")
    page.get_by_label("On which day?").fill("2026-11-20")
    page.get_by_label("It may also have been later: until which day?").fill("2026-11-21")
    look(page, "incident-event-new")
    page.get_by_role("button", name="Add it").click()
    for what, day, hour, kind in (
        ("Tax office cut off from the network", 21, 23, "contained"),
        ("First strange sign-in from abroad", 21, 3, "first-activity"),
    ):
        moment = datetime(2026, 11, day, hour, 10, tzinfo=CONNECTICUT)
        new = NewEvent(what=what, earliest=moment, latest=moment + timedelta(minutes=19), kind=kind)
        add_event(incident, new, SYSTEM)
    page.goto(f"{at}timeline/")
    expect(page.get_by_text("Which of the two moments is wrong?")).to_be_visible()
    page.get_by_text("Say which of two came first").click()
    look(page, "incident-timeline")
    page.get_by_role("button", name="Record this order").click()
    page.goto(at)
    look(page, "incident-with-work")


def test_a_log_proposes_and_a_person_ticks(open_page: Callable[..., Page], lead: User, at: str, look: Look) -> None:
    page = open_page(lead)
    page.goto(f"{at}timeline/logs/")
    text = (
        b"Nov 20 10:00:00 pc1 proxy: GET http://evil.example/a\nNov 20 09:00:00 pc1 proxy: GET http://evil.example/\n"
    )
    page.get_by_label("Which logs?").set_input_files({"name": "proxy.log", "mimeType": "text/plain", "buffer": text})
    page.get_by_label("What shall be looked for?").fill("evil[.]example")
    look(page, "incident-logs")
    page.get_by_role("button", name="Search these logs").click()
    look(page, "incident-log")
    page.get_by_label("First seen").check()
    page.get_by_role("button", name="Put these into the timeline").click()
    expect(page.locator("h1")).to_contain_text("2 events.")
