"""Evidence of an incident in a browser: taken, offered, accepted by somebody outside, held, referred to the police."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from charteroak.records.accounts.models import Organisation, User
from charteroak.records.incidents.models import Incident
from charteroak.services.incident_evidence import NewItemOfEvidence, take_thing
from charteroak.services.incidents import NewIncident, open_incident
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
    return open_incident(organisation, NewIncident("Files of the tax office are locked", "successful"), SYSTEM)


def test_an_item_is_taken_offered_and_accepted_with_the_code(
    open_page: Callable[..., Page], lead: User, incident: Incident, look: Look
) -> None:
    page = open_page(lead)
    page.goto(f"/organisations/north-stonington/incidents/{incident.number}/custody/")
    look(page, "incident-custody-empty")
    page.get_by_role("link", name="Take something as evidence").click()
    look(page, "incident-custody-take")
    page.get_by_label("What is it?").fill("Laptop of the tax clerk")
    page.get_by_label("Where is it?").fill("Safe, town hall")
    page.get_by_label("Why was it taken?").fill("Examination")
    page.get_by_label("Serial number").fill("7QK3M0Z")
    page.get_by_role("button", name="Take it as evidence").click()
    look(page, "incident-custody")
    page.get_by_role("link", name=f"{incident.number}-E01", exact=True).click()
    look(page, "incident-custody-item")
    page.get_by_label("To whom?").fill("Det. Ann Ro")
    page.get_by_label("What for?").fill("Imaging")
    page.get_by_label("Where does it change hands?").fill("Town hall")
    page.get_by_role("button", name="Offer it").click()
    look(page, "incident-custody-offered")
    code = page.locator(".code").inner_text()

    outside = open_page(None)
    outside.goto("/receive/")
    look(outside, "incident-custody-receive")
    outside.get_by_label("The code on the receipt").fill(code)
    outside.get_by_label("Yes, I accept it").check()
    outside.get_by_label("Your name").fill("Ann Ro")
    outside.get_by_label("Your agency or company").fill("State Police")
    outside.get_by_label("Your badge or other number").fill("1187")
    outside.get_by_role("button", name="Record my answer").click()
    expect(outside.locator("h1")).to_contain_text("you have the item")
    page.goto(f"/organisations/north-stonington/incidents/{incident.number}/custody/1/")
    look(page, "incident-custody-accepted")


def test_a_case_is_referred_and_its_answer_recorded(
    open_page: Callable[..., Page], lead: User, incident: Incident, look: Look
) -> None:
    new = NewItemOfEvidence(
        title="Laptop", what="device", collected_by="Lea", to="Lea", place="Safe", purpose="Examination"
    )
    take_thing(incident, new, SYSTEM)
    page = open_page(lead)
    page.goto(f"/organisations/north-stonington/incidents/{incident.number}/referrals/")
    look(page, "incident-referrals-empty")
    page.get_by_role("link", name="Make a packet for the police").click()
    look(page, "incident-referral-new")
    page.get_by_label("We report a crime").check()
    page.get_by_label("Which letter, order or section?").fill("Letter of the first selectman, 2 March")
    page.get_by_label("What happened, in your words?").fill("Every file was encrypted overnight.")
    page.get_by_label("Indicators").fill("hxxp://evil[.]example/a")
    page.get_by_role("button", name="Make the packet").click()
    look(page, "incident-referral")
    page.get_by_label("They took the case").check()
    page.get_by_label("Who said so?").fill("Det. Ro")
    page.get_by_label("Their case number").fill("26-118")
    page.get_by_role("button", name="Record it").click()
    expect(page.locator("h1")).to_contain_text("26-118")
    page.goto(f"/organisations/north-stonington/incidents/{incident.number}/custody/hold/")
    look(page, "incident-custody-hold")
