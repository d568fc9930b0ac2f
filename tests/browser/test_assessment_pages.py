"""The assessor's pages and the plan of action, at both widths, light and dark."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.program.bodies import GapPlanned, Milestone
from charteroak.records.accounts.models import Organisation, User
from charteroak.services.gaps import open_gap
from charteroak.services.programs import recorder_for

Look = Callable[[Page, str], None]
Open = Callable[..., Page]
pytestmark = [pytest.mark.usefixtures("data_directory"), pytest.mark.django_db(transaction=True)]

PROGRAM = "/organisations/elm-hollow-bakery"
TODAY = connecticut_day(now())


def test_a_requirement_is_walked_through_and_the_edition_says_how_far_it_is(
    open_page: Open, look: Look, security_lead: User
) -> None:
    lead = open_page(security_lead)
    lead.goto(f"{PROGRAM}/assessments/")
    look(lead, "assessments")
    lead.goto(f"{PROGRAM}/assessments/nist-800-171/r3/of/03.01.01/")
    lead.get_by_label("Who assessed it?").fill("Pat Stone")
    first = lead.get_by_role("group", name="A.03.01.01.a.01")
    first.get_by_label("What was found").select_option("satisfied")
    lead.get_by_role("button", name="Record the results").click()
    expect(lead.get_by_role("alert").first).to_contain_text("One answer needs another look")
    look(lead, "assessment-error")
    first.get_by_label("Examine").check()
    lead.get_by_role("button", name="Record the results").click()
    expect(lead.locator("main")).to_contain_text("Recorded 1 result.")
    lead.goto(f"{PROGRAM}/assessments/nist-800-171/r3/of/03.01.01/")
    look(lead, "assessment-walk")
    lead.goto(f"{PROGRAM}/assessments/nist-800-171/r3/")
    look(lead, "assessment-edition")


def test_the_plan_of_action_shows_ages_and_who_closes_what(
    open_page: Open, look: Look, member: Organisation, security_lead: User
) -> None:
    lead = open_page(security_lead)
    lead.goto(f"{PROGRAM}/gaps/plan/")
    look(lead, "plan-empty")
    recorder = recorder_for(security_lead)
    steps = (Milestone(what="Ask for an offer", due=TODAY - timedelta(days=3)),)
    for gap, age in (
        (GapPlanned(gap="till", title="The till gets no updates", severity="critical", milestones=steps), 210),
        (GapPlanned(gap="keys", title="No second factor for the bank", severity="high", owner="Lee Stone"), 95),
        (GapPlanned(gap="list", title="No list of suppliers", owner="Lee Stone", due=TODAY - timedelta(days=2)), 20),
    ):
        open_gap(member, gap, TODAY - timedelta(days=age), recorder)
    lead.goto(f"{PROGRAM}/gaps/plan/")
    expect(lead.locator("h1")).to_contain_text("One is critical and nobody's: The till gets no updates.")
    look(lead, "plan")
    lead.get_by_role("link", name="Change the plan").first.click()
    lead.get_by_label("Who closes it?").fill("Maria Delgado")
    look(lead, "plan-change")
    lead.get_by_role("button", name="Record the plan").click()
    expect(lead.locator("h1")).to_contain_text("3 gaps are open, 1 is overdue.")
