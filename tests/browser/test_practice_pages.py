"""The practices at their full size, as a clerk meets them: what is promised first, the rest folded by theme."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from charteroak.records.accounts.models import User
from charteroak.services.sample_state import load_sample_state

Look = Callable[[Page, str], None]
Open = Callable[..., Page]
pytestmark = [pytest.mark.usefixtures("data_directory"), pytest.mark.django_db(transaction=True)]

PRACTICES = "/organisations/elm-hollow-bakery/practices/"


@pytest.fixture
def lead() -> User:
    """The bakery's lead."""
    load_sample_state(with_reports=False)
    return User.objects.get(username="maria.delgado@elm-hollow-bakery.example")


def test_a_clerk_finds_a_practice_by_theme_and_sees_where_it_counts(open_page: Open, look: Look, lead: User) -> None:
    page = open_page(lead)
    page.goto(PRACTICES)
    expect(page.get_by_role("heading", name="What your program promises")).to_be_visible()
    page.locator("summary", has_text="Who gets in").click()
    expect(page.get_by_role("link", name="Lock idle screens and end idle sessions")).to_be_visible()
    look(page, "practices-by-theme")
    page.get_by_role("link", name="Lock idle screens and end idle sessions").click()
    expect(page.get_by_role("heading", name="Where it counts")).to_be_visible()
    page.locator("summary", has_text="PCI DSS").click()
    look(page, "practice-with-parts")


def test_a_question_in_the_address_leaves_the_practices_that_are_asked_for(
    open_page: Open, look: Look, lead: User
) -> None:
    page = open_page(lead)
    page.goto(PRACTICES)
    page.get_by_text("Look for practices").click()
    page.get_by_label("Theme").select_option("mail-web")
    page.get_by_label("Only what is not shown yet").check()
    page.get_by_role("button", name="Show these").click()
    expect(page).to_have_url(re.compile("theme=mail-web"))
    expect(page.get_by_role("link", name="Block bad sites")).to_be_visible()
    expect(page.get_by_role("link", name="Filter mail")).to_have_count(0)
    expect(page.get_by_role("link", name="Train everyone")).to_have_count(0)
    look(page, "practices-filtered")
    page.goto(f"{PRACTICES}?framework=hipaa@2013")
    page.get_by_role("link", name="Have contracts with business associates").click()
    expect(page.locator("h1")).to_contain_text("Not answered yet")
    look(page, "framework-question")


def test_the_reach_of_the_practices_is_shown_edition_by_edition(open_page: Open, look: Look, lead: User) -> None:
    page = open_page(lead)
    page.goto(PRACTICES)
    page.get_by_role("link", name="Which requirements they reach").click()
    expect(page.locator("h1")).to_contain_text("reaches a practice or a question")
    look(page, "practice-reach")
    page.locator(f'a[href="{PRACTICES}reach/nist-csf/2.0/"]').click()
    page.locator("summary", has_text="PR Protect").click()
    look(page, "practice-reach-of-an-edition")
