"""The incident's pages at both widths, light and dark, without a script: from nothing to a limit that is near."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from charteroak.adapters.system_clock import now
from charteroak.clock import format_instant
from charteroak.records.accounts.models import Organisation, User
from charteroak.services.incident_alerts import link_of, run_alerts, unacknowledged
from charteroak.services.incidents import NewIncident, open_incident
from charteroak.services.programs import Recorder

Look = Callable[[Page, str], None]
Open = Callable[..., Page]
pytestmark = [pytest.mark.usefixtures("data_directory"), pytest.mark.django_db(transaction=True)]

BASE = "/organisations/elm-hollow-bakery/incidents/"


def test_an_incident_is_opened_described_and_read(open_page: Open, look: Look, security_lead: User) -> None:
    lead = open_page(security_lead)
    lead.goto(BASE)
    look(lead, "incidents-none")
    lead.get_by_role("link", name="Open an incident").click()
    look(lead, "incidents-open")
    lead.get_by_label("What happened, in a few words?").fill("Mail of the shop opened")
    lead.get_by_role("button", name="Open the incident").click()
    expect(lead.locator("h1")).to_contain_text("Nothing is known to be due yet")
    look(lead, "incident-new")
    lead.get_by_role("link", name="Say what you know").click()
    look(lead, "incident-facts")
    lead.goto(f"{lead.url}when/")
    lead.get_by_label("Day").nth(1).fill("1970-01-01")
    lead.get_by_label("Time").nth(1).fill("00:00")
    lead.get_by_role("button", name="Record this").click()
    expect(lead.get_by_role("alert")).to_contain_text("1970 is too long ago")
    look(lead, "incident-when-error")


def test_a_limit_that_is_near_is_told_acknowledged_and_put_into_a_calendar(
    open_page: Open, look: Look, member: Organisation, security_lead: User
) -> None:
    discovered = format_instant((now() - timedelta(days=50)).replace(microsecond=0))
    known = {
        "discoveredAt": discovered, "access": True, "encrypted": False, "dataKinds": ["name", "ssn"],
        "residentsAffected": {"ct": 40},
    }  # fmt: skip
    facts = {"entity": {"dataRole": "owner"}, "incident": known}
    incident = open_incident(member, NewIncident("Server of the shop", "successful", facts), Recorder("system"))
    run_alerts(now(), None)
    lead = open_page(security_lead)
    for address, name in (
        ("", "incidents"), (f"{incident.number}/", "incident"), (f"{incident.number}/duties/", "incident-duties"),
        (f"{incident.number}/alerts/", "incident-alerts"), (f"{incident.number}/facts/history/", "incident-history"),
        (f"{incident.number}/facts/data/", "incident-data"), (f"{incident.number}/facts/finding/", "incident-finding"),
        (f"{incident.number}/close/", "incident-close"), (f"{incident.number}/opened-in-error/", "incident-in-error"),
        ("on-call/", "incidents-on-call"), ("calendar/", "incidents-calendar"),
    ):  # fmt: skip
        lead.goto(f"{BASE}{address}")
        look(lead, name)
    delivery = unacknowledged(member)[0].deliveries.get()
    stranger = open_page()
    stranger.goto(f"/alerts/{link_of(delivery)}/")
    look(stranger, "alert-by-link")
    stranger.get_by_role("button", name="Acknowledge").click()
    expect(stranger.locator("h1")).to_contain_text("Acknowledged.")


@pytest.mark.usefixtures("desk")
def test_a_report_to_the_desk_leads_to_the_record_with_its_clocks(
    open_page: Open, look: Look, security_lead: User
) -> None:
    lead = open_page(security_lead, java_script_enabled=False)
    lead.goto("/report/incident/")
    lead.get_by_label("It succeeded").check()
    lead.get_by_label("What happened, in a sentence or two?").fill("Files are locked. A note asks for money.")
    lead.get_by_label("Day").fill("2026-03-06")
    lead.get_by_label("Time").fill("07:10")
    lead.get_by_label("What kind of incident is it?").select_option("ransomware")
    lead.get_by_role("button", name="Continue").click()
    lead.get_by_role("button", name="File the report").click()
    expect(lead.locator("main")).to_contain_text("Who else must be told?")
    lead.get_by_role("link", name="Open your own record").click()
    expect(lead.locator("main")).to_contain_text("Not asked again")
    expect(lead.get_by_label("What happened, in a few words?")).to_have_value("Files are locked")
    opening = open_page(security_lead)
    opening.goto(lead.url)
    look(opening, "incident-from-report")
    lead.get_by_role("button", name="Open the incident").click()
    expect(lead.locator("main")).to_contain_text("Do this now")
    told = open_page(security_lead)
    told.goto(f"{lead.url}reports/")
    look(told, "incident-reports")
