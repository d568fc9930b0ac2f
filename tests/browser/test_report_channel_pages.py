"""A sheet of paper keyed by an analyst, and a file added to a report by whoever holds its receipt."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from charteroak.records.accounts.models import User
from charteroak.records.reports.models import Report
from charteroak.response.incident_report import parse_report, report_document
from charteroak.response.report_sheet import keys_of_document, make_sheet_number
from charteroak.services.filed_reports import Reporter
from charteroak.services.incident_reports import file_report

Look = Callable[[Page, str], None]
Open = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("data_directory", "desk")
RECORD = parse_report(
    {
        "outcome": "suspected",
        "narrative": "Two clerks were called.\nOne gave a code.",
        "noticed": "2026-03-01 09:15",
        "entity": {"name": "Town of Ashford", "town": "Ashford"},
        "language": "en",
    }
)


def test_an_analyst_keys_a_sheet_and_a_slip_is_named(open_page: Open, look: Look, analyst: User) -> None:
    page = open_page(analyst)
    page.goto("/desk/")
    page.get_by_role("link", name="Key a sheet of paper").click()
    look(page, "key-sheet")
    page.get_by_label("Number of the sheet").fill(make_sheet_number(b"sheet!"))
    for letter, keyed in keys_of_document(report_document(RECORD)).items():
        page.locator(f"#id_{letter}").fill(keyed.text)
        if keyed.check:
            page.locator(f"#id_{letter}-check").fill(keyed.check)
    page.locator("#id_D").fill("Town of Ahsford")
    page.get_by_role("button", name="Read it back").click()
    expect(page.locator("#id_D")).to_have_attribute("aria-invalid", "true")
    look(page, "key-sheet-slip")
    page.locator("#id_D").fill("Town of Ashford")
    page.get_by_role("button", name="Read it back").click()
    expect(page.locator("h1")).to_contain_text("Nothing is recorded yet")
    look(page, "keyed-sheet")
    page.get_by_role("button", name="It agrees with the sheet: file it").click()
    expect(page.locator("main")).to_contain_text("One gave a code.")
    assert Report.objects.get().channel == "sheet"


def test_a_file_goes_to_a_report_and_the_desk_reads_whence_it_came(
    open_page: Open, page: Page, look: Look, analyst: User
) -> None:
    report = file_report(RECORD, Reporter(), channel="web")
    page.goto("/report/attach/")
    page.get_by_label("Your receipt").fill(report.receipt)
    page.get_by_label("The file").set_input_files(
        {"name": "screen.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + bytes(64)}
    )
    page.get_by_role("button", name="Add the file").click()
    expect(page.locator("h1")).to_contain_text("The file is with the desk.")
    look(page, "attach")
    desk_page = open_page(analyst)
    desk_page.goto(f"/desk/reports/{report.pk}/")
    expect(desk_page.locator("main")).to_contain_text("screen.png")
    look(desk_page, "desk-report-files")
