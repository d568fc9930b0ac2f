"""Holds, custody, retention, erasure and counsel's workspace, from empty to full, at both widths."""

import io
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from charteroak.records.accounts.models import Organisation, User
from charteroak.services import programs

Look = Callable[[Page, str], None]
Open = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("data_directory")
BAKERY = "/organisations/elm-hollow-bakery"


@pytest.fixture
def counsel(add_person: Callable[..., User], member: Organisation) -> User:
    return add_person("Cora", member, "counsel")


@pytest.fixture
def sha256(transactional_db: None, member: Organisation, security_lead: User) -> str:  # noqa: ARG001 - asks for the database
    """A file on record."""
    name = "restore-of-the-order-book-on-the-till-computer-in-the-front-office-2026-03-02.txt"
    file = programs.UploadedFile(name, "text/plain", io.BytesIO(b"restored\n"))
    new = programs.NewEvidence("back-up-and-restore", "Test restore", date(2026, 3, 2), note="By Lee.", files=(file,))
    entry = programs.record_evidence(member, new, programs.recorder_for(security_lead))
    return entry.evidence_files.get().sha256


def answer(page: Page, question: str, word: str) -> None:
    """Choose an answer to a question with radio buttons."""
    page.get_by_role("group", name=question).get_by_label(word, exact=True).check()


def test_hold_stops_an_erasure_that_two_people_then_carry_out(
    open_page: Open, look: Look, security_lead: User, counsel: User, sha256: str
) -> None:
    lead = open_page(security_lead)
    lead.goto(f"{BAKERY}/holds/")
    expect(lead.locator("h1")).to_contain_text("No legal hold stands.")
    expect(lead.get_by_role("link", name="Privileged")).to_have_count(0)
    look(lead, "holds-empty")
    lead.get_by_role("link", name="Set a legal hold").click()
    lead.get_by_role("button", name="Set the hold").click()
    expect(lead.get_by_role("alert")).to_contain_text("2 answers need another look")
    look(lead, "hold-error")
    lead.get_by_label("Which matter is it for?").fill("Doe v. Elm Hollow Bakery")
    lead.get_by_label("On whose word?").fill("Letter of counsel, 4 March 2026")
    lead.get_by_label("Only these files").fill(sha256)
    lead.get_by_role("button", name="Set the hold").click()
    expect(lead.locator("h1")).to_contain_text("1 legal hold stands")
    look(lead, "holds")

    lead.goto(f"{BAKERY}/retention/erasures/new/?sha256={sha256}")
    lead.get_by_label("On which ground?").fill("Privacy request 12")
    lead.get_by_role("button", name="Propose it").click()
    expect(lead.get_by_role("alert")).to_contain_text("hold-1")
    look(lead, "erasure-held")
    lead.goto(f"{BAKERY}/holds/hold-1/lift/")
    lead.get_by_label("Why may it end?").fill("The claim was settled.")
    look(lead, "hold-lift")
    lead.get_by_role("button", name="Lift the hold").click()
    expect(lead.locator("h1")).to_contain_text("No legal hold stands.")
    look(lead, "holds-lifted")

    lead.goto(f"{BAKERY}/retention/erasures/new/?sha256={sha256}&parts=0/note")
    lead.get_by_label("On which ground?").fill("Privacy request 12")
    lead.get_by_role("button", name="Propose it").click()
    expect(lead.get_by_role("status")).to_contain_text("Another person")
    look(lead, "erasures")
    lead.get_by_role("rowheader").get_by_role("link").click()
    expect(lead.get_by_text("somebody else has to decide")).to_be_visible()

    other = open_page(counsel)
    other.goto(f"{BAKERY}/retention/erasures/")
    other.get_by_role("rowheader").get_by_role("link").click()
    look(other, "erasure-decide")
    answer(other, "What do you decide?", "Erase it; nobody can bring it back")
    other.get_by_role("button", name="Decide").click()
    expect(other.get_by_role("status")).to_contain_text("Erased, as entry 3")
    look(other, "erasures-done")
    other.goto(f"{BAKERY}/evidence/")
    expect(other.get_by_text("as entry 3 says").first).to_be_visible()
    look(other, "evidence-log-erased")


def test_item_passes_from_hand_to_hand_and_is_marked(
    open_page: Open, look: Look, security_lead: User, provider_person: User, sha256: str
) -> None:
    lead = open_page(security_lead)
    lead.goto(f"{BAKERY}/custody/")
    expect(lead.locator("h1")).to_contain_text("1 item is on record.")
    lead.get_by_role("link", name="Take a thing into the record").click()
    lead.get_by_label("What is it called from now on?").fill("laptop-4")
    lead.get_by_label("Where is it?").fill("Safe in the front office")
    look(lead, "custody-begin")
    lead.get_by_role("button", name="Begin its chain").click()
    expect(lead.locator("h1")).to_contain_text("2 items are on record.")

    lead.goto(f"{BAKERY}/custody/of/{sha256}/")
    expect(lead.locator("h1")).to_contain_text("Lee Stone has it.")
    look(lead, "custody-chain")
    lead.get_by_label("To whom is it offered?").fill("Pat Stone")
    lead.get_by_label("What for?").fill("Imaging")
    lead.get_by_label("Where does it change hands?").fill("Front office")
    lead.get_by_role("button", name="Offer it").click()
    expect(lead.locator("h1")).to_contain_text("It was offered to Pat Stone and waits")
    answer(lead, "What happened?", "It was accepted")
    lead.get_by_role("button", name="Record the answer").click()
    expect(lead.get_by_role("alert")).to_contain_text("Another person than the one who offered")
    look(lead, "custody-same-person")

    other = open_page(provider_person)
    other.goto(f"{BAKERY}/custody/")
    look(other, "custody")
    other.goto(f"{BAKERY}/custody/of/{sha256}/")
    answer(other, "What happened?", "It was accepted")
    other.get_by_role("button", name="Record the answer").click()
    expect(other.locator("h1")).to_contain_text("Pat Stone has it.")
    look(other, "custody-passed")

    lead.goto(f"{BAKERY}/retention/markings/?target={sha256}")
    lead.get_by_label("Which marking?").select_option("exempt-it-security")
    lead.get_by_label("Why does it apply?").fill("It names the firewall's rules")
    lead.get_by_role("button", name="Record the marking").click()
    expect(lead.locator("h1")).to_contain_text("1 marking stands.")
    look(lead, "markings")
    lead.goto(f"{BAKERY}/retention/")
    expect(lead.locator("h1")).to_contain_text("Everything is within its term.")
    look(lead, "retention")


def test_counsel_keeps_things_apart_and_admits_somebody(
    open_page: Open, look: Look, security_lead: User, counsel: User, sha256: str
) -> None:
    assert sha256
    own = open_page(counsel)
    own.goto("/")
    expect(own.locator("h1")).to_contain_text("Safe harbor")
    look(own, "counsel-home")
    own.get_by_role("link", name="Keeping").click()
    own.get_by_role("link", name="Privileged").click()
    expect(own.locator("h1")).to_contain_text("Nothing is kept here yet.")
    look(own, "privileged-empty")
    own.get_by_role("link", name="Keep something here").click()
    answer(own, "On which ground is it withheld?", "Work product")
    own.get_by_label("What is it about?").fill("Exposure in the Doe matter")
    own.get_by_label("Who received it?").fill("Lee Stone")
    own.get_by_label("Its text").fill("In confidence.")
    look(own, "privileged-keep")
    own.get_by_role("button", name="Keep it").click()
    expect(own.locator("h1")).to_contain_text("1 item is kept apart from the record.")
    look(own, "privileged")
    own.get_by_role("link", name="Who may enter").click()
    own.get_by_label("The mail address with which they sign in").fill(security_lead.username)
    own.get_by_role("button", name="Admit this person").click()
    expect(own.locator("h1")).to_contain_text("Counsel and 1 other person may enter.")
    look(own, "privileged-people")
    lead = open_page(security_lead)
    lead.goto(f"{BAKERY}/privileged/")
    expect(lead.get_by_text("Exposure in the Doe matter")).to_be_visible()
    own.get_by_role("button", name="End it").click()
    lead.goto(f"{BAKERY}/privileged/")
    expect(lead.locator("h1")).to_contain_text("Nothing here")
