"""The loop in a real browser: someone reports, the desk releases, a member receives."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from charteroak.intel.audiences import Audience
from charteroak.portal.reports.receipt_cookie import COOKIE
from charteroak.records.accounts.models import Organisation, User
from charteroak.services.sharing import NewCollection, open_collection
from charteroak.tlp import TLPLabel

Look = Callable[[Page, str], None]
Open = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("data_directory", "desk")

MAIL = """\
Received: from mail.example.net (mail.example.net [203.0.113.7]) by mx.example.org; Sun, 01 Mar 2026 09:12:00 -0500
From: "Nutmeg Credit Union" <service@login-nutmeg.example.net>
To: clerk@example.org
Subject: Your account is locked, case {number}
Date: Sun, 01 Mar 2026 09:11:58 -0500
Message-ID: <{number}@login-nutmeg.example.net>
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<p>Verify your password now: <a href="http://login-nutmeg.example.net/verify/{number}">https://nutmeg.example.com</a></p>
"""


@pytest.fixture
def mail_file(tmp_path: Path) -> Path:
    path = tmp_path / "mail.eml"
    path.write_text(MAIL.format(number=1), encoding="utf-8")
    return path


def say_what_was_done(page: Page, **answers: str) -> None:
    for question in ("link", "password", "file"):
        page.locator(f"input[name={question}][value={answers.get(question, 'no')}]").check()


def report_mail(page: Page, path: Path) -> None:
    page.goto("/report/mail/")
    page.get_by_label("The mail as a file").set_input_files(path)
    say_what_was_done(page, password="yes")
    page.get_by_role("button", name="File the report").click()
    expect(page.locator(".receipt")).to_be_visible()


def test_reporting_a_mail_on_a_telephone_without_javascript(open_page: Open, mail_file: Path) -> None:
    page = open_page(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page.goto("/")
    page.get_by_role("link", name="Report a suspicious mail").click()
    page.get_by_label("The mail as a file").set_input_files(mail_file)
    say_what_was_done(page)
    page.get_by_role("button", name="File the report").click()
    expect(page.locator(".receipt")).to_be_visible()


def test_report_pages_and_receipt(page: Page, look: Look, mail_file: Path) -> None:
    page.goto("/report/mail/")
    look(page, "report-mail")
    page.get_by_role("button", name="File the report").click()
    expect(page.get_by_role("alert")).to_be_focused()
    look(page, "report-mail-error")
    report_mail(page, mail_file)
    look(page, "report-filed")
    receipt = page.locator(".receipt").inner_text()
    page.get_by_role("link", name="Look up a receipt").click()
    look(page, "report-status-form")
    page.get_by_label("Your receipt").fill(receipt.lower())
    page.get_by_role("button", name="Show the report").click()
    expect(page.locator("h1")).to_contain_text("This mail")
    expect(page.locator("main")).to_contain_text("Your report is with the desk")
    look(page, "report-status")


def test_incident_in_two_steps(page: Page, look: Look) -> None:
    page.goto("/report/incident/")
    look(page, "incident-1")
    page.get_by_label("A safeguard blocked it").check()
    page.get_by_label("What happened, in a sentence or two?").fill("The mail filter kept a file back.")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("main")).to_contain_text("Step 2 of 2")
    look(page, "incident-2")
    page.get_by_role("button", name="Change the answers before").click()
    expect(page.get_by_label("A safeguard blocked it")).to_be_checked()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="File the report").click()
    expect(page.locator(".receipt")).to_be_visible()
    look(page, "incident-filed")


def test_words_that_come_too_late_wait_for_the_receipt(open_page: Open, look: Look) -> None:
    page = open_page()
    page.goto("/report/incident/")
    page.get_by_label("It succeeded").check()
    page.get_by_label("What happened, in a sentence or two?").fill("The mayor's mailbox sent invoices.")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="File the report").click()
    receipt = page.locator(".receipt").inner_text()
    page.goto("/report/mine/withdraw/")
    page.locator("[name=reason]").fill("It was a drill.")
    page.context.clear_cookies(name=COOKIE)
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("main")).to_contain_text("Nothing was saved yet")
    look(page, "receipt-again")
    page.get_by_label("Your receipt").fill(receipt)
    page.get_by_role("button", name="Send it now").click()
    expect(page.locator("main")).to_contain_text("The report is taken back.")


def test_report_pages_in_spanish(open_page: Open, look: Look, mail_file: Path) -> None:
    page = open_page(locale="es-US")
    page.goto("/")
    expect(page.locator("h1")).to_contain_text("correo sospechoso")
    look(page, "home-citizen-es")
    page.goto("/report/mail/")
    look(page, "report-mail-es")
    page.get_by_label("El correo como archivo").set_input_files(mail_file)
    say_what_was_done(page)
    page.get_by_role("button", name="Presentar el informe").click()
    expect(page.locator(".receipt")).to_be_visible()
    look(page, "report-filed-es")


def test_what_the_desk_releases_reaches_members_who_download_it(
    open_page: Open, look: Look, mail_file: Path, desk: Organisation, analyst: User, security_lead: User
) -> None:
    new = NewCollection(
        title="Members", alias="members", audience=Audience.MEMBERS_AND_PROVIDERS, tlp_ceiling=TLPLabel.AMBER
    )
    open_collection(desk, new)
    reporter = open_page()
    report_mail(reporter, mail_file)
    mail_file.write_text(MAIL.format(number=2), encoding="utf-8")
    report_mail(reporter, mail_file)

    page = open_page(analyst)
    page.goto("/")
    expect(page.locator("h1")).to_contain_text("2 reports wait for your first look")
    page.get_by_role("link", name="Campaign").first.click()
    page.get_by_role("button", name="Confirm the campaign").click()
    expect(page.locator("h1")).to_contain_text("the desk has confirmed it")
    page.get_by_role("link", name="case 2").click()
    page.get_by_role("link", name="Propose indicators").click()
    page.get_by_label("domain: login-nutmeg").check()
    page.get_by_role("button", name="Propose the indicators").click()
    look(page, "indicators")
    page.get_by_role("link", name="login-nutmeg").first.click()
    expect(page.locator("h1")).to_contain_text("The gate would let this out")
    look(page, "release")
    page.get_by_role("button", name="Release it").click()
    expect(page.get_by_role("status")).to_contain_text("Released to Members")
    look(page, "released")

    member = open_page(security_lead)
    member.goto("/intelligence/")
    expect(member.locator("h1")).to_contain_text("1 indicator is open to you")
    look(member, "intelligence")
    with member.expect_download() as download:
        member.get_by_role("link", name="Download as STIX 2.1").click()
    assert download.value.suggested_filename.startswith("members-")


def test_desk_with_nothing_in_it(open_page: Open, look: Look, analyst: User, security_lead: User) -> None:
    page = open_page(analyst)
    for path, name in (("/desk/", "desk-empty"), ("/desk/indicators/", "indicators-empty")):
        page.goto(path)
        look(page, name)
    member = open_page(security_lead)
    member.goto("/intelligence/")
    look(member, "intelligence-empty")
