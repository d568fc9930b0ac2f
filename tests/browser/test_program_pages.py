"""The pages with which an organisation keeps its program's record, from nothing to a correction, at both widths."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.sample_state import load_sample_state

Look = Callable[[Page, str], None]
Open = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("data_directory")

BAKERY = "/organisations/elm-hollow-bakery"
DOCUMENT = {"name": "program.md", "mimeType": "text/markdown", "buffer": b"# Written program\n"}


@pytest.fixture
def sample(transactional_db: None) -> None:  # noqa: ARG001 - asks for the database
    """The sample state without its reports."""
    load_sample_state(with_reports=False)


def answer(page: Page, question: str, word: str) -> None:
    """Choose an answer to a question with radio buttons."""
    page.get_by_role("group", name=question).get_by_label(word, exact=True).check()


def test_the_next_step_leads_from_nothing_to_an_approved_program(
    open_page: Open, look: Look, security_lead: User, member: Organisation
) -> None:
    lead = open_page(security_lead)
    lead.goto(f"{BAKERY}/program/")
    expect(lead.locator("h1")).to_contain_text("No written program is on record.")
    look(lead, "program-empty")
    lead.goto(f"{BAKERY}/program/approvals/new/")
    look(lead, "program-nothing-adopted")

    lead.goto("/")
    lead.get_by_role("link", name="Describe the organization").click()
    expect(lead.get_by_label("What kind of organization is it?")).to_have_value("corporation")
    answer(lead, "Do you keep it?", "Yes")
    answer(lead, "Do you hold personal information?", "Yes")
    lead.get_by_label("HIPAA").check()
    lead.get_by_label("None of these").check()
    lead.get_by_role("button", name="Record the description").click()
    expect(lead.get_by_role("alert")).to_contain_text("Choose the laws, or none of these, not both.")
    expect(lead.get_by_role("group", name="Do you keep it?").get_by_label("Yes")).to_be_checked()
    look(lead, "program-organisation-error")
    lead.get_by_label("HIPAA").uncheck()
    lead.get_by_role("button", name="Record the description").click()
    expect(lead.get_by_role("status")).to_contain_text("Recorded as entry 0")

    lead.goto("/")
    lead.get_by_role("link", name="Record the written program").click()
    lead.get_by_label("What is the program called?").fill("Written security program")
    lead.get_by_role("button", name="Record the version").click()
    expect(lead.get_by_role("alert")).to_contain_text("5 answers need another look")
    look(lead, "program-adopt-error")
    lead.get_by_label("Which version is it?").fill("1.0")
    lead.get_by_label("Who adopted it?").fill("Board")
    lead.get_by_label("On which day?").fill("2026-03-02")
    lead.set_input_files("input[name=document]", DOCUMENT)
    lead.get_by_label("Back up, and try to restore").check()
    lead.get_by_role("button", name="Record the version").click()
    expect(lead.locator("h1")).to_contain_text("Version 1.0 has been in force since Mon 2 Mar 2026; no approval")

    lead.goto("/")
    lead.get_by_role("link", name="Record the approval").click()
    lead.get_by_label("Who approved it?").fill("Samuel Reed")
    lead.get_by_label("In which office?").fill("owner")
    lead.get_by_label("On which day?").fill("2026-03-03")
    look(lead, "program-approve")
    lead.get_by_role("button", name="Record the approval").click()
    lead.get_by_role("status").get_by_role("link", name="entry 2").click()
    expect(lead.locator("h1")).to_contain_text("Program approved: Version 1.0, by Samuel Reed (owner).")
    look(lead, "entry")
    assert LedgerEntry.objects.filter(organisation=member).count() == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("sample")
def test_a_practice_is_found_answered_and_shown(open_page: Open, look: Look) -> None:
    lead = open_page(User.objects.get(username="maria.delgado@elm-hollow-bakery.example"))
    lead.goto(f"{BAKERY}/safe-harbor/")
    lead.get_by_role("navigation", name="Program").get_by_role("link", name="Practices").click()
    expect(lead.locator("h1")).to_contain_text(re.compile(r"\d+ of 16 practices are answered yes and shown"))
    look(lead, "practices")
    lead.get_by_role("link", name="Check those who work for you").click()
    expect(lead.locator("h1")).to_contain_text("Answered partly")
    look(lead, "practice")
    answer(lead, "Your answer", "Yes")
    lead.get_by_label("Since which day is it so?").fill("2026-10-01")
    lead.get_by_role("button", name="Record the answer").click()
    expect(lead.get_by_role("status")).to_contain_text("Today's answer stays as it was: entry")
    look(lead, "practice-overtaken")
    lead.get_by_role("link", name="Record evidence").click()
    expect(lead.get_by_label("Which practice does it show?")).to_have_value("check-suppliers")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("sample")
def test_the_written_program_is_reviewed_described_and_corrected(open_page: Open, look: Look) -> None:
    # Someone of the provider keeps the record of a client.
    provider = open_page(User.objects.filter(memberships__role="provider").order_by("pk")[0])
    provider.goto(f"{BAKERY}/program/")
    look(provider, "program")
    provider.get_by_role("link", name="Record a review").click()
    provider.get_by_label("Who reviewed it?").fill("Board")
    provider.get_by_label("On which day?").fill("2026-11-20")
    answer(provider, "What came of it?", "It may stay as it is")
    look(provider, "program-review")
    provider.get_by_role("button", name="Record the review").click()
    expect(provider.get_by_role("definition").filter(has_text="It may stay as it is.")).to_be_visible()

    provider.get_by_role("link", name="Describe what it contains").click()
    expect(provider.get_by_label("Where in the program?").first).to_have_value("section 3.1")
    look(provider, "program-contents")
    provider.goto(f"{BAKERY}/program/frameworks/new/")
    provider.get_by_label("Which edition?").select_option(label="NIST Cybersecurity Framework 2.0")
    provider.get_by_label("From which day is that so?").fill("2020-01-01")
    provider.get_by_label("Who asserts it?").fill("Samuel Reed, owner")
    answer(provider, "Does your program conform to it?", "Conforms in part")
    provider.get_by_role("button", name="Record the assertion").click()
    expect(provider.get_by_role("alert")).to_contain_text("was published on 2024-02-26")
    look(provider, "program-edition-error")

    provider.goto(f"{BAKERY}/evidence/?words=suppliers")
    expect(provider.get_by_label("Words in it")).to_have_value("suppliers")
    look(provider, "evidence-log-filtered")
    provider.goto(f"{BAKERY}/evidence/")
    provider.get_by_role("link", name=re.compile(r"^Correct entry \d+")).nth(1).click()
    provider.get_by_label("What is wrong with it?").fill("The list was that of another firm.")
    look(provider, "correct-entry")
    provider.get_by_role("button", name="Record the correction").click()
    expect(provider.get_by_role("link", name=re.compile(r"^by entry \d+")).first).to_be_visible()
    look(provider, "entry-corrected")
    provider.goto(f"{BAKERY}/evidence/")
    look(provider, "evidence-log-corrected")
