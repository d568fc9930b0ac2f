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
