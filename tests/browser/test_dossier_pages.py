"""The page of one dossier, a redacted copy and the answers for insurers, at both widths, in light and dark."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from charteroak.records.accounts.models import User
from charteroak.services.sample_state import load_sample_state

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("data_directory")]

BAKERY = "/organisations/elm-hollow-bakery"


@pytest.fixture
def lead(transactional_db: None, open_page: Callable[..., Page]) -> Page:  # noqa: ARG001 - asks for the database
    load_sample_state(with_reports=False)
    return open_page(User.objects.filter(memberships__organisation__slug="elm-hollow-bakery").order_by("pk")[0])


def test_a_redacted_copy_is_made_and_says_what_it_withholds(lead: Page, look: Callable[[Page, str], None]) -> None:
    lead.goto(f"{BAKERY}/dossiers/")
    lead.get_by_role("link", name="Make a redacted copy").click()
    look(lead, "dossier-redacted-form")
    lead.get_by_label("First day of the breach").fill("2026-09-01")
    lead.get_by_label("Last day of the breach").fill("2026-09-14")
    lead.get_by_label("What is withheld?").fill("twelve")
    lead.get_by_label("Why?").fill("Advice of counsel")
    lead.get_by_role("button", name="Make the redacted copy").click()
    expect(lead.get_by_role("alert")).to_contain_text("names no entry, part or file")
    look(lead, "dossier-redacted-error")
    lead.get_by_label("What is withheld?").fill("12")
    lead.get_by_role("button", name="Make the redacted copy").click()
    expect(lead.locator("h1")).to_contain_text("A redacted copy")
    expect(lead.get_by_text("Advice of counsel").first).to_be_visible()
    look(lead, "dossier")


def test_insurers_questions_are_answered_from_the_record(lead: Page, look: Callable[[Page, str], None]) -> None:
    lead.goto(f"{BAKERY}/insurers/?as_of=2026-09-14")
    expect(lead.locator("h1")).to_contain_text("Of 20 questions the record answers")
    expect(lead.get_by_role("table").get_by_role("row")).to_have_count(21)
    look(lead, "insurers")
    with lead.expect_download() as download:
        lead.get_by_role("button", name="Download PDF, CSV and JSON").click()
    assert download.value.suggested_filename == "insurer-elm-hollow-bakery-2026-09-14.zip"
