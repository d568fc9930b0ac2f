"""The public pages about the laws, and the determination asked by another state's act, at both widths."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from charteroak.records.accounts.models import User
from charteroak.services.sample_state import load_sample_state

Look = Callable[[Page, str], None]
Open = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("data_directory")


@pytest.fixture
def sample(transactional_db: None) -> None:  # noqa: ARG001 - asks for the database
    """The sample state without its reports."""
    load_sample_state(with_reports=False)


@pytest.mark.usefixtures("transactional_db")
def test_anyone_may_read_the_states_the_editions_and_what_to_watch(page: Page, look: Look) -> None:
    page.goto("/laws/")
    expect(page.locator("h1")).to_contain_text("none of them makes anyone immune")
    look(page, "laws-states")
    page.get_by_role("link", name="Editions and clocks").first.click()
    expect(page.get_by_role("img", name="Editions and the months")).to_be_visible()
    look(page, "laws-editions")
    page.get_by_role("link", name="What to watch").first.click()
    expect(page.locator("h1")).to_contain_text("could change an answer here")
    look(page, "laws-watch")


@pytest.mark.usefixtures("sample")
def test_the_same_record_is_asked_by_another_states_act(open_page: Open, look: Look) -> None:
    lead = open_page(User.objects.filter(memberships__organisation__slug="elm-hollow-bakery").first())
    lead.goto("/organisations/elm-hollow-bakery/safe-harbor/")
    lead.get_by_role("link", name="Texas", exact=True).click()
    expect(lead.get_by_role("heading", name="Asked by Texas")).to_be_visible()
    expect(lead.locator("#TX1")).to_be_visible()
    expect(lead.locator("#contrary")).to_be_visible()
    look(lead, "safe-harbor-texas")


@pytest.mark.usefixtures("sample")
def test_a_plan_is_proposed_under_limits_and_recorded(open_page: Open, look: Look) -> None:
    lead = open_page(User.objects.filter(memberships__organisation__slug="elm-hollow-bakery").first())
    lead.goto("/organisations/elm-hollow-bakery/gaps/")
    lead.get_by_role("link", name="Plan what to close first under a budget").click()
    look(lead, "gap-plan-empty")
    lead.get_by_label("How many dollars can be spent?").fill("4000")
    lead.get_by_label("How many hours a week").fill("6")
    lead.get_by_label("Every practice").check()
    lead.get_by_role("button", name="Propose a plan").click()
    expect(lead.locator("h1")).to_contain_text("can be closed for at most $")
    expect(lead.get_by_role("img", name="What more money would buy")).to_be_visible()
    look(lead, "gap-plan")
    lead.get_by_label("Who closes them?").fill("Lee Stone")
    lead.get_by_role("button", name="Record these gaps").click()
    expect(lead.get_by_role("status")).to_contain_text("recorded.")
