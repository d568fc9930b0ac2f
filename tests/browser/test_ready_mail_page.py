"""When reports cannot be taken, a reporter at 320 pixels without JavaScript leaves with a mail that says all."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from charteroak.services.request_limits import REPORTS, Caller, TooManyRequestsError, count_request

Open = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("data_directory", "desk")
WORDS = "Two servers at town hall show a note that asks for money."


def _report_at_a_closed_door(page: Page) -> None:
    page.goto("/report/incident/")
    page.get_by_label("It succeeded").check()
    page.get_by_label("What happened, in a sentence or two?").fill(WORDS)
    stranger = Caller("127.0.0.1")
    count_request(REPORTS, stranger, cost=REPORTS.by_network)
    with pytest.raises(TooManyRequestsError):
        count_request(REPORTS, stranger)
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("h1")).to_contain_text("nothing was recorded")


def test_what_was_typed_leaves_as_a_draft(open_page: Open) -> None:
    page = open_page(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    _report_at_a_closed_door(page)
    expect(page.get_by_label("The text of the mail")).to_contain_text(WORDS)
    assert (page.get_by_role("link", name="Open it in your mail program").get_attribute("href") or "").startswith(
        "mailto:ctic@ct.gov?subject="
    )
    with page.expect_download() as download:
        page.get_by_role("link", name="Save it as a mail draft").click()
    assert download.value.suggested_filename == "incident-report.eml"
    assert WORDS in Path(download.value.path()).read_text(encoding="utf-8")


def test_the_page_of_the_ready_mail_is_fit_to_be_shown(open_page: Open, look: Callable[[Page, str], None]) -> None:
    page = open_page()
    _report_at_a_closed_door(page)
    look(page, "ready-mail")
