"""The homes of the roles, empty and with something in them."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from charteroak.records.accounts.models import Organisation, User
from charteroak.services import portfolio
from charteroak.services.programs import NewEvidence, record_evidence, recorder_for

Look = Callable[[Page, str], None]
Open = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("data_directory")


@pytest.fixture(autouse=True)
def time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine, what can be worked out anew is."""
    monkeypatch.setattr(portfolio, "RENEWAL_SECONDS", 60)


def test_security_leads_home(open_page: Open, look: Look, security_lead: User) -> None:
    page = open_page(security_lead)
    page.goto("/")
    expect(page.locator("h1")).to_contain_text("Nothing is on record yet.")
    look(page, "home-lead-empty")


def test_providers_home_with_the_longest_town_name(
    open_page: Open, look: Look, provider: Organisation, provider_person: User, add_organisation: type[Organisation]
) -> None:
    town = add_organisation("town-of-north-stonington", kind="municipality", is_fictional=True)
    town.providers.add(provider)
    page = open_page(provider_person)
    page.goto("/")
    expect(page.locator("h1")).to_contain_text(
        "None of your 2 clients slipped this week; 2 recorded nothing for a month."
    )
    look(page, "home-provider")


def test_providers_home_with_no_client(
    open_page: Open, look: Look, add_organisation: type[Organisation], add_person: type[User]
) -> None:
    page = open_page(add_person("Pat", add_organisation("ridge-it", part="provider"), "provider"))
    page.goto("/")
    expect(page.locator("h1")).to_contain_text("No client is with you yet.")
    look(page, "home-provider-empty")


def test_providers_home_with_more_than_a_page_of_clients(
    open_page: Open, look: Look, provider: Organisation, provider_person: User, add_organisation: type[Organisation]
) -> None:
    for number in range(60):
        add_organisation(f"client-{number:02}", is_fictional=True).providers.add(provider)
    page = open_page(provider_person)
    page.goto("/")
    page.get_by_label("Name").fill("client 5")
    page.get_by_role("button", name="Show these").click()
    expect(page.locator("table.portfolio caption")).to_contain_text("of 61 clients")
    page.goto("/?order=name")
    look(page, "home-provider-many")
    page.get_by_role("link", name="Clients after").click()
    expect(page.locator("table.portfolio caption")).to_contain_text("page 2 of 2")


def test_home_of_someone_without_an_organisation(open_page: Open, look: Look, add_person: type[User]) -> None:
    page = open_page(add_person("Nobody"))
    page.goto("/")
    look(page, "home-nobody")


def test_provider_pages_of_a_client(
    open_page: Open,
    look: Look,
    provider: Organisation,
    provider_person: User,
    security_lead: User,
    member: Organisation,
) -> None:
    lead = open_page(security_lead)
    lead.goto(f"/organisations/{member.slug}/provider/")
    expect(lead.locator("h1")).to_contain_text(f"{provider.name} keeps this record with {member.name}.")
    look(lead, "provider-overview-empty")
    lead.goto(f"/organisations/{member.slug}/provider/end/")
    look(lead, "provider-end")
    evidence = NewEvidence("train-everyone", "Mail for everyone", date(2026, 2, 5), note="Eleven came.")
    record_evidence(member, evidence, recorder_for(provider_person))
    page = open_page(provider_person)
    page.goto(f"/organisations/{member.slug}/provider/statements/new/")
    look(page, "provider-state")
    page.get_by_label("From which day?").fill("2026-01-01")
    page.get_by_label("To which day?").fill("2026-03-31")
    page.get_by_label("In which role?").fill("owner")
    page.get_by_role("button", name="Sign and record it").click()
    expect(page.get_by_role("row")).to_have_count(2)
    look(page, "provider-overview")
