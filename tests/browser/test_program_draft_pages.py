"""The written program from an empty draft to an adopted version and what changed in it, at both widths."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.sample_state import load_sample_state

Look = Callable[[Page, str], None]
Open = Callable[..., Page]
pytestmark = [pytest.mark.usefixtures("data_directory"), pytest.mark.django_db(transaction=True)]

BAKERY = "/organisations/elm-hollow-bakery"


@pytest.fixture
def sample(transactional_db: None) -> None:  # noqa: ARG001 - asks for the database
    """The sample state without its reports."""
    load_sample_state(with_reports=False)


def test_a_draft_goes_from_nothing_to_an_adopted_version(
    open_page: Open, look: Look, security_lead: User, member: Organisation
) -> None:
    lead = open_page(security_lead)
    lead.goto(f"{BAKERY}/program/")
    lead.get_by_role("link", name="Write the program").click()
    expect(lead.locator("h1")).to_contain_text("Nobody has begun to write the next version.")
    look(lead, "draft-empty")
    lead.get_by_role("link", name="Why it has this scale and scope").click()
    lead.get_by_label("The nature and scope of what you do").fill("We bake and sell.")
    look(lead, "draft-scale")
    lead.get_by_role("button", name="Save in the draft").click()
    expect(lead.get_by_role("status")).to_contain_text("Saved in the draft. No entry was written")

    lead.get_by_role("link", name="Upkeep", exact=True).click()
    lead.get_by_label("At least every how many months?").fill("400")
    lead.get_by_role("button", name="Save in the draft").click()
    expect(lead.get_by_role("alert")).to_contain_text("One answer needs another look")
    look(lead, "draft-upkeep-error")

    lead.goto(f"{BAKERY}/program/draft/adopt/")
    lead.get_by_label("Who adopted it?").fill("The board")
    lead.get_by_label("On which day?").fill(connecticut_day(now()).isoformat())
    look(lead, "draft-adopt")
    lead.get_by_role("button", name="Adopt this version").click()
    expect(lead.locator("h1")).to_contain_text("1 version is on record.")
    assert LedgerEntry.objects.filter(organisation=member).count() == 2


@pytest.mark.usefixtures("sample")
def test_the_samples_draft_is_read_and_versions_are_compared(open_page: Open, look: Look) -> None:
    lead = open_page(User.objects.get(username="maria.delgado@elm-hollow-bakery.example"))
    lead.goto(f"{BAKERY}/program/draft/")
    expect(lead.locator("h1")).to_contain_text("The next version is being written")
    look(lead, "draft")
    lead.get_by_role("link", name="Backups and recovery").click()
    look(lead, "draft-policy")
    for part in ("practices", "roles"):
        lead.goto(f"{BAKERY}/program/draft/parts/{part}/")
        look(lead, f"draft-{part}")
    lead.goto(f"{BAKERY}/program/versions/")
    look(lead, "versions")
    lead.get_by_role("link", name="since 1.1").click()
    expect(lead.locator("ins").first).to_be_visible()
    look(lead, "compare-versions")
