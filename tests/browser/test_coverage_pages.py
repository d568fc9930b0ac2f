"""How far the record covers the frameworks, as a person reads it: the list, a short edition, and a long one by part."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from charteroak.program.bodies import RequirementAssessed
from charteroak.records.accounts.models import Organisation, User
from charteroak.services.assessments import assess_requirement
from charteroak.services.programs import recorder_for
from charteroak.services.sample_state import load_sample_state

Look = Callable[[Page, str], None]
Open = Callable[..., Page]
pytestmark = [pytest.mark.usefixtures("data_directory"), pytest.mark.django_db(transaction=True)]

BAKERY = "/organisations/elm-hollow-bakery"


@pytest.fixture
def lead() -> User:
    """The bakery's lead, and an assessment of three objectives."""
    load_sample_state(with_reports=False)
    user = User.objects.get(username="maria.delgado@elm-hollow-bakery.example")
    bakery = Organisation.objects.get(slug="elm-hollow-bakery")
    for requirement, objective, result in [
        ("03.05.03", "A.03.05.03.01", "satisfied"),
        ("03.05.03", "A.03.05.03.02", "partly"),
        ("03.05.11", "A.03.05.11", "satisfied"),
    ]:
        found = RequirementAssessed(
            framework="nist-800-171",
            edition="r3",
            requirement=requirement,
            objective=objective,
            result=result,
            methods=("test",),
            assessor="Nutmeg Assessors",
        )
        assess_requirement(bakery, found, date(2026, 10, 1), recorder_for(user))
    return user


def test_each_framework_says_how_far_the_record_reaches(open_page: Open, look: Look, lead: User) -> None:
    page = open_page(lead)
    page.goto(f"{BAKERY}/practices/")
    page.get_by_role("navigation", name="Program").get_by_role("link", name="Coverage").click()
    expect(page.locator("h1")).to_contain_text("The record speaks of 2 framework editions.")
    look(page, "coverages")
    page.get_by_role("link", name="NIST SP 800-171 r3").click()
    expect(page.locator("h1")).to_contain_text(re.compile(r"The record covers 1 of 97 requirements; \d+ in part"))
    page.get_by_role("link", name="03.05", exact=True).click()
    expect(page.locator('[id="03.05.03"]').locator("..")).to_contain_text("1 of 2 objectives open")
    page.locator('[id="03.05.03"]').locator("..").get_by_text("1 of 2 objectives open").click()
    look(page, "edition-coverage")
    page.get_by_role("link", name="Show only what is open").click()
    expect(page.locator('[id="03.05.11"]')).to_have_count(0)

    # A long edition is read part by part.
    page.goto(f"{BAKERY}/frameworks/nist-800-53/5.2.0/")
    expect(page.locator("h1")).to_contain_text(re.compile(r"The record covers \d+ of 1014 requirements"))
    expect(page.get_by_role("heading", name="AC Access Control")).to_be_visible()
    page.get_by_role("link", name="On to AT").click()
    expect(page.get_by_role("heading", name="AT Awareness and Training")).to_be_visible()
    look(page, "edition-coverage-by-part")
