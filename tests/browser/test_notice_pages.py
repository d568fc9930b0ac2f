"""Notices of an incident: what is due, what is blank, the draft as it would go out, and that it was sent."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from charteroak.records.accounts.models import Organisation, User
from charteroak.records.incidents.models import Incident
from charteroak.services.incidents import NewIncident, describe_incident, document_of, open_incident
from charteroak.services.notices import keep_answers, keep_version
from charteroak.services.programs import Recorder

Look = Callable[[Page, str], None]
pytestmark = pytest.mark.usefixtures("data_directory", "transactional_db")
SYSTEM = Recorder(actor="system")
FACTS = {
    "entity": {"dataRole": "owner"},
    "incident": {
        "discoveredAt": "2026-11-20T09:05:00-05:00",
        "access": True,
        "encrypted": False,
        "dataKinds": ["name", "ssn"],
        "residentsAffected": {"ct": 1200},
    },
}


@pytest.fixture
def lead(add_organisation: Callable[..., Organisation], add_person: Callable[..., User]) -> User:
    return add_person("Lea", add_organisation("north-stonington", kind="municipality"))


@pytest.fixture
def incident(lead: User) -> Incident:
    organisation = Organisation.objects.get(memberships__user=lead)
    return open_incident(organisation, NewIncident("Mailbox of the tax office", "successful", FACTS), SYSTEM)


@pytest.fixture
def at(incident: Incident) -> str:
    return f"/organisations/north-stonington/incidents/{incident.number}/notices/"


def test_the_list_leads_to_answers_and_these_to_the_draft(
    open_page: Callable[..., Page], lead: User, at: str, look: Look
) -> None:
    page = open_page(lead)
    page.goto(at)
    expect(page.locator("h1")).to_contain_text("due and not on record as sent")
    look(page, "notices")
    page.get_by_role("link", name="What happened").click()
    look(page, "notice-answers")
    page.get_by_label("What happened, in plain words").fill("Someone read the mail box of our tax office.")
    page.get_by_role("button", name="Keep these answers").click()
    page.get_by_role("link", name="Connecticut residents who are affected").click()
    expect(page.locator(".letter")).to_contain_text("Someone read the mail box of our tax office.")
    expect(page.locator(".gap").first).to_contain_text("not yet known")
    look(page, "notice")
    page.get_by_role("link", name="Spanish").click()
    expect(page.locator(".letter")).to_contain_text("Qué ocurrió")


def test_a_fact_that_came_later_shows_and_a_sending_is_recorded_with_its_digest(
    open_page: Callable[..., Page], lead: User, incident: Incident, at: str, look: Look, tmp_path: Path
) -> None:
    keep_answers(incident, {"address": "40 Main Street"}, SYSTEM)
    keep_version(incident, "attorney-general", "en", {"residents": "An estimate."}, SYSTEM)
    document = document_of(incident)
    document["incident"] |= {"residentsAffected": {"ct": 1450}}
    describe_incident(incident, document, SYSTEM)
    page = open_page(lead)
    page.goto(f"{at}of/attorney-general/")
    expect(page.locator("ins")).to_contain_text("1,450")
    look(page, "notice-changed")
    page.get_by_role("link", name="Add your own words").click()
    look(page, "notice-words")
    page.go_back()
    page.get_by_role("link", name="Record that it was sent").click()
    look(page, "notice-sent")
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"%PDF-1.7 exactly this")
    page.get_by_label("How?").fill("Through the office's form")
    page.get_by_label("The file that was sent").set_input_files(letter)
    page.get_by_role("button", name="Record that it was sent").click()
    expect(page.get_by_role("main")).to_contain_text("SHA-256 of what was sent")
    look(page, "notice-told")
    page.get_by_role("link", name="This was recorded by mistake").click()
    look(page, "notice-withdraw")


def test_a_request_for_delay_is_a_form_of_its_own(
    open_page: Callable[..., Page], lead: User, at: str, look: Look
) -> None:
    page = open_page(lead)
    page.goto(at)
    page.get_by_role("link", name="Did law enforcement ask for delay?").click()
    look(page, "notice-delay")
    page.get_by_role("button", name="Record this").click()
    expect(page.locator("h1")).to_contain_text("A limit is held back only")
    look(page, "notice-delay-refused")
