"""A campaign's page in a real browser: looked at wide and narrow, and split by an analyst."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from charteroak.adapters.system_clock import now
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.reports.models import Campaign, Report
from charteroak.services.reports import PhishReport, Reporter, file_phish_report

Look = Callable[[Page, str], None]
Open = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("data_directory")

MAIL = """\
Received: from mail.example.net (mail.example.net [203.0.113.7]) by mx.example.org; Sun, 01 Mar 2026 09:12:00 -0500
From: "Nutmeg Credit Union" <service@{sender}.example.net>
To: clerk@example.org
Subject: {subject}
Date: Sun, 01 Mar 2026 09:11:58 -0500
Message-ID: <{number}@example.net>
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<p>Verify your password now: <a href="http://login-nutmeg.example.net/verify/{number}">https://nutmeg.example.com</a></p>
"""


@pytest.fixture
def campaign(desk: Organisation) -> Campaign:
    desk.is_fictional = True
    desk.save(update_fields=["is_fictional"])
    for number in range(7):
        mail = MAIL.format(
            number=number,
            sender=f"mailer{number % 3}",
            subject=("Your account is locked", "Account locked: verify", "Your account needs you")[number % 3],
        )
        file_phish_report(
            PhishReport(message=mail.encode(), outcome="unsuccessful"),
            Reporter(),
            desk=desk,
            received=now() - timedelta(days=9 - number - number % 2),
        )
    return Campaign.objects.get()


def test_a_campaign_is_looked_at_and_split(open_page: Open, look: Look, campaign: Campaign, analyst: User) -> None:
    page = open_page(analyst)
    page.goto(f"/desk/campaigns/{campaign.pk}/")
    look(page, "campaign")
    expect(page.get_by_role("heading", name="Who sends what to where")).to_be_visible()
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 900})
    wide = (
        "[...document.querySelectorAll('.drawing, .table')].filter(e => e.getBoundingClientRect().right > innerWidth)"
    )
    assert page.evaluate(f"{wide}.map(element => element.outerHTML.slice(0, 80))") == []
    expect(page.get_by_text("Some reports do not belong to it")).to_be_hidden()
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_text("Some reports do not belong to it").click()
    last = Report.objects.order_by("-pk")[0]
    page.get_by_label(f"Report {last.pk}:").check()
    page.get_by_label("Why").first.fill("It is our own test.")
    page.get_by_role("button", name="Keep them apart").click()
    expect(page.get_by_text("Decision 1 is recorded.")).to_be_visible()
    page.get_by_text("Take a decision back").click()
    look(page, "campaign-decided")
