"""The homes of the roles, empty and with something in them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from charteroak.records.accounts.models import Organisation, User

Look = Callable[[Page, str], None]
Open = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("data_directory")


def test_security_leads_home(open_page: Open, look: Look, security_lead: User) -> None:
    page = open_page(security_lead)
    page.goto("/")
    expect(page.locator("h1")).to_contain_text("If you were breached today")
    look(page, "home-lead-empty")


def test_providers_home_with_the_longest_town_name(
    open_page: Open, look: Look, provider: Organisation, provider_person: User, add_organisation: type[Organisation]
) -> None:
    town = add_organisation("town-of-north-stonington", kind="municipality", is_fictional=True)
    town.providers.add(provider)
    page = open_page(provider_person)
    page.goto("/")
    expect(page.locator("h1")).to_contain_text("2 of 2 clients recorded nothing for a month")
    look(page, "home-provider")


def test_home_of_someone_without_an_organisation(open_page: Open, look: Look, add_person: type[User]) -> None:
    page = open_page(add_person("Nobody"))
    page.goto("/")
    look(page, "home-nobody")
