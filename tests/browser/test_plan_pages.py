"""Plans from the short form to the number to press, and the papers of an incident, at both widths."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.records.accounts.models import Organisation, User
from charteroak.services.incident_severity import assess_incident
from charteroak.services.incidents import NewIncident, open_incident
from charteroak.services.programs import Recorder

Look = Callable[[Page, str], None]
Open = Callable[..., Page]
pytestmark = [pytest.mark.usefixtures("data_directory"), pytest.mark.django_db(transaction=True)]
HERE = "/organisations/elm-hollow-bakery"


def test_a_plan_goes_from_ten_minutes_to_the_incident(
    open_page: Open, look: Look, security_lead: User, member: Organisation
) -> None:
    lead = open_page(security_lead)
    lead.goto(f"{HERE}/plans/")
    expect(lead.locator("h1")).to_contain_text("No plan is adopted.")
    look(lead, "plans-empty")
    lead.goto(f"{HERE}/plans/cdrp/start/")
    lead.get_by_label("Who leads on a bad day?").fill("June Whitlock")
    lead.get_by_label("Telephone of the lead").fill("ask Joe")
    lead.get_by_role("button", name="Make the plan").click()
    expect(lead.get_by_role("alert")).to_contain_text("One answer needs another look")
    look(lead, "plan-start-error")
    lead.get_by_label("Telephone of the lead").fill("860-555-0121")
    lead.get_by_role("button", name="Make the plan").click()
    expect(lead.locator("h1")).to_contain_text("points are open")
    look(lead, "plan-draft")
    for part in ("roles", "levels"):
        lead.goto(f"{HERE}/plans/cdrp/draft/{part}/")
        look(lead, f"plan-part-{part}")
    lead.goto(f"{HERE}/plans/cdrp/adopt/")
    lead.get_by_label("Who adopted it?").fill("Ruth Ames")
    lead.get_by_label("In which office?").fill("Owner")
    lead.get_by_label("On which day?").fill(connecticut_day(now()).isoformat())
    look(lead, "plan-adopt")
    # The plan is set in four forms; on a busy machine that takes its time.
    lead.get_by_role("button", name="Adopt this version").click()
    expect(lead.locator("h1")).to_contain_text("Version 1.0 is in force.")
    lead.get_by_role("link", name="Activate it").click()
    lead.get_by_label("3 High").check()
    lead.get_by_label("Who decided it?").fill("Ruth Ames")
    lead.get_by_label("Why?").fill("The ovens do not answer.")
    look(lead, "plan-activate")
    lead.get_by_role("button", name="Activate the plan").click()
    expect(lead.locator("h1")).to_contain_text("Active at level 3.")
    look(lead, "plan-active")
    lead.goto(f"{HERE}/plans/cdrp/versions/")
    look(lead, "plan-versions")
    incident = open_incident(member, NewIncident("The ovens do not answer", "successful"), Recorder("system"))
    assess_incident(incident, {"functionalImpact": ["denial_noncritical"]}, Recorder("system"))
    for page in ("plan", "papers", "after-action"):
        lead.goto(f"{HERE}/incidents/{incident.number}/{page}/")
        look(lead, f"incident-{page}")
