"""The pages of what is knowingly open, and of things that were done once, at both widths, light and dark."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.records.accounts.models import User

Look = Callable[[Page, str], None]
Open = Callable[..., Page]
pytestmark = [pytest.mark.usefixtures("data_directory"), pytest.mark.django_db(transaction=True)]

PROGRAM = "/organisations/elm-hollow-bakery"


def ahead(days: int) -> str:
    return (connecticut_day(now()) + timedelta(days=days)).isoformat()


def test_a_gap_and_an_exception_are_recorded_seen_and_ended(open_page: Open, look: Look, security_lead: User) -> None:
    lead = open_page(security_lead)
    lead.goto(f"{PROGRAM}/gaps/")
    expect(lead.locator("h1")).to_contain_text("No gap is open and no exception is in effect.")
    look(lead, "gaps-empty")
    lead.get_by_role("link", name="Record a gap").click()
    lead.get_by_role("button", name="Record the gap").click()
    expect(lead.get_by_role("alert")).to_contain_text("One answer needs another look")
    look(lead, "gap-error")
    lead.get_by_label("What is missing?").fill("A router that gets no more updates")
    lead.get_by_label("Which practice does it concern?").select_option("patch-on-time")
    lead.get_by_label("Who closes it?").fill("Maria Delgado")
    lead.get_by_label("By which day?").fill(ahead(-3))
    lead.get_by_label("Since which day has it been open?").fill(ahead(-60))
    lead.get_by_role("button", name="Record the gap").click()
    expect(lead.get_by_text("Overdue", exact=True)).to_be_visible()

    lead.get_by_role("link", name="Record an exception").click()
    lead.get_by_label("Which practice does it concern?").select_option("check-suppliers")
    lead.get_by_label("The cost and availability of tools").check()
    lead.get_by_label("Why is it not met, and what is done instead?").fill("Seven firms; three have answered.")
    lead.get_by_label("Who accepted it?").fill("Samuel Reed")
    lead.get_by_label("In which office?").fill("owner")
    lead.get_by_label("Since which day?").fill(ahead(-20))
    lead.get_by_label("Until which day?").fill(ahead(14))
    look(lead, "exception")
    lead.get_by_role("button", name="Record the exception").click()
    expect(lead.locator("h1")).to_contain_text("1 gap is open, 1 of them overdue, 1 exception is in effect.")
    expect(lead.get_by_text("No figure is on record, though the reason is cost.")).to_be_visible()
    look(lead, "gaps")
    lead.goto(f"{PROGRAM}/as-of/")
    expect(lead.get_by_role("cell", name=re.compile("Exception in effect"))).to_be_visible()

    lead.goto(f"{PROGRAM}/gaps/")
    lead.get_by_role("link", name="Record that it is closed").click()
    lead.get_by_label("How was it closed?").fill("Replaced")
    look(lead, "gap-close")
    lead.get_by_role("button", name="Record that it is closed").click()
    expect(lead.locator("h1")).to_contain_text("0 gaps are open, 1 exception is in effect.")


def test_an_exercise_is_recorded_and_an_old_item_superseded(open_page: Open, look: Look, security_lead: User) -> None:
    lead = open_page(security_lead)
    lead.goto(f"{PROGRAM}/evidence/exercises/new/")
    lead.get_by_label("What was the exercise?").fill("Morning without the till")
    lead.get_by_label("What was played through?").fill("Ransomware on the till")
    lead.get_by_label("Who led it?").fill("Lee Stone")
    lead.get_by_label("How many people took part?").fill("6")
    lead.get_by_label("How many things were found").fill("2")
    lead.get_by_label("On which day?").fill("2026-04-14")
    lead.get_by_label("How exactly do you know the day?").select_option("month")
    look(lead, "exercise")
    lead.get_by_role("button", name="Record the exercise").click()
    expect(lead.locator("main")).to_contain_text("April 2026 (to the month, as someone states it)")

    lead.goto(f"{PROGRAM}/evidence/new/?practice=know-your-equipment")
    lead.get_by_label("What is it?").fill("List of equipment")
    lead.get_by_label("On which day was it so?").fill("2025-11-20")
    lead.get_by_label("What was done, in your words").fill("Room by room.")
    lead.get_by_role("button", name="Record the evidence").click()
    lead.get_by_role("link", name="Say what took its place").click()
    lead.get_by_label("Why does it show nothing more?").fill("We moved.")
    look(lead, "supersede")
    lead.get_by_role("button", name="Record that it is superseded").click()
    expect(lead.locator("main")).to_contain_text("Superseded, by entry 2")
    look(lead, "entry-superseded")
    lead.goto(f"{PROGRAM}/evidence/")
    look(lead, "evidence-log-of-few")
    lead.goto(f"{PROGRAM}/practices/know-your-equipment/")
    expect(lead.get_by_role("heading", name="Silences on record")).to_be_visible()
    look(lead, "practice-silent")
    lead.goto(f"{PROGRAM}/practices/")
    look(lead, "practices-silent")
