"""The pages of frameworks, of importing, and of documents for other tools, at both widths, in light and dark."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from charteroak.records.accounts.models import User
from charteroak.services import imported_catalogs
from charteroak.services.sample_state import load_sample_state

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("data_directory")]
ASSETS = Path(__file__).parents[1] / "assets" / "oscal"
OFFICIAL = Path(__file__).parents[3] / "shared" / "data" / "oscal" / "catalogs"


@pytest.fixture
def analyst(transactional_db: None, open_page: Callable[..., Page]) -> Page:  # noqa: ARG001 - asks for the database
    load_sample_state(with_reports=False)
    return open_page(User.objects.filter(memberships__role="analyst").order_by("pk")[0])


def test_an_analyst_brings_a_catalog_and_a_wrong_one_is_refused_with_its_place(
    analyst: Page, look: Callable[[Page, str], None]
) -> None:
    analyst.goto("/frameworks/")
    expect(analyst.locator("h1")).to_contain_text("editions are carried")
    look(analyst, "frameworks-empty")
    analyst.get_by_role("link", name="Import a document").click()
    look(analyst, "frameworks-import")
    analyst.get_by_label("Which file?").set_input_files(ASSETS / "wrong-id.json")
    analyst.get_by_role("button", name="Import it").click()
    expect(analyst.get_by_role("alert")).to_contain_text("is no token")
    expect(analyst.get_by_text("/catalog/groups/0/controls/0/id").first).to_be_visible()
    look(analyst, "frameworks-import-error")
    analyst.get_by_label("Which file?").set_input_files(ASSETS / "catalog.json")
    analyst.get_by_role("button", name="Import it").click()
    expect(analyst.locator("h1")).to_contain_text("means nothing to any statute")
    look(analyst, "frameworks-imported")
    analyst.get_by_role("link", name="el-1").click()
    expect(analyst.get_by_text("Do it every [Assignment: how often].")).to_be_visible()
    look(analyst, "frameworks-imported-control")


def test_an_edition_shows_its_outline_and_an_element_its_words(
    analyst: Page, look: Callable[[Page, str], None]
) -> None:
    official = OFFICIAL / "NIST_SP-800-53_rev5.0.1_catalog-min.json"
    if official.exists():
        imported_catalogs.import_document(official.read_bytes(), official.name, None)
    analyst.goto("/frameworks/nist-800-53/r5/")
    look(analyst, "frameworks-edition")
    analyst.get_by_role("main").locator("summary").first.click()
    analyst.get_by_role("link", name="AC-2", exact=True).click()
    expect(analyst.locator("h1")).to_contain_text("Account Management")
    look(analyst, "frameworks-element")
    analyst.goto("/frameworks/pci-dss/4.0.1/1.2.1/")
    look(analyst, "frameworks-element-licensed")
    analyst.goto("/frameworks/")
    look(analyst, "frameworks")


def test_a_lead_downloads_a_document_for_other_tools(
    transactional_db: None,  # noqa: ARG001 - asks for the database
    open_page: Callable[..., Page],
    look: Callable[[Page, str], None],
) -> None:
    load_sample_state(with_reports=False)
    lead = open_page(User.objects.filter(memberships__organisation__slug="elm-hollow-bakery").order_by("pk")[0])
    lead.goto("/organisations/elm-hollow-bakery/dossiers/")
    lead.get_by_role("link", name="Documents for other tools (OSCAL)").click()
    look(lead, "oscal")
    lead.get_by_role("button", name="Download the document").click()
    expect(lead.get_by_role("alert")).to_contain_text("Answer this question.")
    look(lead, "oscal-error")
    lead.get_by_label("Assessment results").check()
    with lead.expect_download() as download:
        lead.get_by_role("button", name="Download the document").click()
    assert download.value.suggested_filename.startswith("elm-hollow-bakery-assessment-results-")
