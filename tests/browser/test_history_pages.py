"""The pages that ask the record about its past, with and without scripts, at both widths."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from charteroak.records.accounts.models import Organisation, User
from charteroak.services.sample_state import load_sample_state

Look = Callable[[Page, str], None]
Open = Callable[..., Page]
pytestmark = [pytest.mark.usefixtures("data_directory"), pytest.mark.django_db(transaction=True)]

BAKERY = "/organisations/elm-hollow-bakery"


@pytest.fixture
def lead() -> User:
    """The lead of the sample state's bakery."""
    load_sample_state(with_reports=False)
    return User.objects.get(username="maria.delgado@elm-hollow-bakery.example")


def test_a_day_is_asked_about_with_the_slider_and_the_keyboard(open_page: Open, look: Look, lead: User) -> None:
    page = open_page(lead)
    page.goto(f"{BAKERY}/as-of/?day=2026-09-14")
    expect(page.locator("h1")).to_contain_text("On Mon 14 Sep 2026")
    look(page, "as-of")
    slider = page.get_by_role("slider", name="Which day do you ask about?")
    expect(slider).to_have_attribute("aria-valuetext", "Monday, September 14, 2026")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("h1")).to_contain_text("On Sun 13 Sep 2026")
    assert page.url.endswith("?day=2026-09-13&known=2026-09-14")
    expect(slider).to_be_focused()
    before = page.locator("#id_known").input_value()
    page.get_by_role("button", name=re.compile("Earlier change.*known")).click()
    expect(page.locator("#id_known")).not_to_have_value(before)
    expect(page.locator("#answer")).to_contain_text("were on record by then.")
    page.wait_for_url(lambda url: "day=2026-09-13" in url and "known=2026-09-14" not in url)
    page.go_back()
    expect(page.locator("h1")).to_contain_text("On Sun 13 Sep 2026")


def test_without_scripts_it_is_a_plain_form(open_page: Open, lead: User) -> None:
    page = open_page(lead, java_script_enabled=False)
    page.goto(f"{BAKERY}/as-of/")
    expect(page.get_by_role("slider")).to_have_count(0)
    page.get_by_label("Which day do you ask about?").fill("2026-05-20")
    page.get_by_label("As known when which day ended?").fill("2026-05-21")
    page.get_by_role("button", name="Show the record").click()
    expect(page.locator("h1")).to_contain_text("On Wed 20 May 2026")


def test_days_that_cannot_be_are_refused_on_the_page(open_page: Open, look: Look, lead: User) -> None:
    page = open_page(lead)
    page.goto(f"{BAKERY}/interval/?first=2026-09-14&last=2026-09-01")
    expect(page.get_by_role("alert")).to_contain_text("The last day lies before the first.")
    look(page, "interval-error")


def test_two_days_are_compared_and_lead_to_a_dossier(open_page: Open, look: Look, lead: User) -> None:
    page = open_page(lead)
    page.goto(f"{BAKERY}/interval/?first=2026-05-01&last=2026-06-15")
    expect(page.get_by_role("table", name="What is another on the last day")).to_be_visible()
    look(page, "interval")
    page.get_by_role("link", name="Make a dossier of these days").click()
    expect(page.get_by_label("First day of the breach")).to_have_value("2026-05-01")


def test_an_empty_record_says_so(open_page: Open, look: Look, security_lead: User, member: Organisation) -> None:
    page = open_page(security_lead)
    page.goto(f"/organisations/{member.slug}/as-of/")
    expect(page.locator("h1")).to_contain_text("Nothing is recorded yet.")
    look(page, "as-of-empty")
