"""An exercise in two browsers and a third that leads it: the code, the news, a decision, the report, the evidence."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from charteroak.records.accounts.models import Organisation, User
from charteroak.records.exercises.models import ExerciseSpace
from charteroak.records.incidents.models import Incident
from charteroak.records.ledger.models import LedgerEntry

Look = Callable[[Page, str], None]
pytestmark = pytest.mark.usefixtures("data_directory", "transactional_db")


def come_in(page: Page, code: str, name: str, part: str) -> None:
    page.goto("/exercises/")
    page.get_by_label("What is the code?").fill(code)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("What is your name?").fill(name)
    page.get_by_label(part).check()
    page.get_by_role("button", name="Join").click()
    expect(page.locator("h1")).to_contain_text("You are in.")


def test_two_people_play_an_exercise_that_a_third_leads(
    open_page: Callable[..., Page],
    look: Look,
    member: Organisation,
    security_lead: User,
) -> None:
    lead = open_page(security_lead)
    lead.goto(f"/organisations/{member.slug}/exercises/")
    look(lead, "exercises-empty")
    lead.get_by_role("link", name="Set up an exercise").click()
    lead.get_by_label("What do you call this exercise?").fill("Fall exercise")
    lead.get_by_label("The new account number").check()
    look(lead, "exercise-new")
    lead.get_by_role("button", name="Set up the exercise").click()
    look(lead, "exercise-board-gathering")
    space = ExerciseSpace.objects.get()
    ana, bo = open_page(), open_page()
    ana.goto("/exercises/")
    look(ana, "exercise-enter")
    come_in(ana, space.join_code, "Ana", "Finance director")
    come_in(bo, space.join_code, "Bo", "IT person or provider")
    lead.reload()
    lead.get_by_role("button", name="Start the clock").click()
    ana.get_by_role("link", name="Look for news").click()
    expect(ana.get_by_role("heading", name="Where is our money?")).to_be_visible()
    look(ana, "exercise-screen")
    ana.get_by_role("link", name="Say what you do about it").click()
    ana.get_by_label("What do you do?").fill("I call the fraud line of the bank.")
    look(ana, "exercise-act")
    ana.get_by_role("button", name="Keep it").click()
    bo.get_by_role("link", name="Look for news").click()
    expect(bo.get_by_text("Nothing has come for you yet.")).to_be_visible()

    lead.reload()
    expect(lead.get_by_text("I call the fraud line of the bank.")).to_be_visible()
    lead.get_by_role("button", name=re.compile("Calls the fraud line")).click()
    for _ in range(2):
        lead.get_by_role("button", name="Go to the next inject").click()
    bo.get_by_role("link", name="Look for news").click()
    bo.get_by_role("link", name="Decide, or say what you do").click()
    bo.get_by_label("Delete the rule and reset the password now.").check()
    bo.get_by_role("button", name="Keep it").click()
    expect(bo.get_by_text("Delete the rule and reset the password now.")).to_be_visible()
    lead.reload()
    look(lead, "exercise-board")

    lead.get_by_role("button", name="End the exercise").click()
    expect(lead.locator("h1")).to_contain_text("1 of 3 expected actions were seen in time")
    bo.get_by_role("link", name="Look for news").click()
    bo.get_by_role("link", name="Answer the hot wash").click()
    bo.get_by_label("Who calls the bank when the finance director is on vacation?").fill("Nobody knew.")
    look(bo, "exercise-hot-wash")
    bo.get_by_role("button", name="Send the answers").click()
    lead.get_by_label("What will you mend?").fill("A second person who may call the bank")
    lead.get_by_label("Who does it?").fill("Ana")
    lead.get_by_role("button", name="Add it").click()
    look(lead, "exercise-report")
    lead.get_by_role("button", name="File it as evidence").click()
    expect(lead.get_by_text("Filed as evidence that an exercise was played:")).to_be_visible()
    assert [entry.kind for entry in LedgerEntry.objects.all()] == ["exercise.held"]
    assert not Incident.objects.exists()
    lead.goto(f"/organisations/{member.slug}/exercises/")
    look(lead, "exercises")
