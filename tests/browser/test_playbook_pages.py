"""Playbooks on a telephone at three in the morning, and at a desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

Look = Callable[[Page, str], None]
pytestmark = pytest.mark.usefixtures("data_directory", "transactional_db")


def test_anyone_finds_what_to_do_first_and_prints_the_card(page: Page, look: Look) -> None:
    page.goto("/playbooks/")
    look(page, "playbooks")
    page.get_by_role("link", name="Files are locked and someone wants money").click()
    expect(page.locator("h1")).to_contain_text("Take the machines that show it off the network.")
    look(page, "playbook")
    with page.expect_download() as card:
        page.get_by_role("link", name="Card to print (PDF)").click()
    assert card.value.suggested_filename == "card-ransomware.pdf"


def test_anyone_reads_how_severe_an_incident_is_and_by_whose_numbers(page: Page, look: Look) -> None:
    page.goto("/playbooks/")
    page.get_by_role("link", name="How severe is it? Worked examples").click()
    expect(page.locator("h1")).to_contain_text("How severe is an incident?")
    page.get_by_text("numbers in which our profile differs").click()
    page.get_by_text("A stranger reads one mailbox of a town").last.click()
    look(page, "severity-examples")
