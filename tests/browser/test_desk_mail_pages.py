"""A reported mail as an analyst looks at it: preview, two side by side, what can be handed on; wide and narrow."""

import base64
import io
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from charteroak.records.accounts.models import Organisation, User
from charteroak.records.reports.models import Report
from charteroak.services.reports import PhishReport, Reporter, file_phish_report

Look = Callable[[Page, str], None]
Open = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("data_directory", "desk")
MAIL = """\
Received: from mail-{number}.nutmeg-secure-login-service.example (unknown [203.0.113.7]) by mx.north-stonington.example; Sun, 01 Mar 2026 09:10:00 -0500
Received: from workstation ([198.51.100.23]) by mail-{number}.nutmeg-secure-login-service.example; Sun, 01 Mar 2026 09:12:00 -0500
ARC-Seal: i=1; a=rsa-sha256; cv=none; d=list.example; s=x; b=AAAA
DKIM-Signature: v=1; a=rsa-sha256; d=nutmeg-secure-login-service.example; s=k1; h=from; bh=AAAA; b=AAAA
Authentication-Results: mx.north-stonington.example; spf=fail smtp.mailfrom=nutmeg-secure-login-service.example
From: "Nutmeg Credit Union" <service@nutmeg-secure-login-service.example>
Reply-To: "Desk {number}" <answers-{number}@quiet-harbor-mail.example>
To: Clerk Bell <clerk.bell@north-stonington.example>
Subject: Your account is locked: {subject}
Date: Sun, 01 Mar 2026 09:11:58 -0500
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html; charset=utf-8

<style>p {{ color: red }}</style><h1>Nutmeg Credit Union</h1><table><tr><td><p>Dear clerk.bell@north-stonington.example,</p>
<p>verify your password <b>now</b>: <a href="https://nutmeg-secure-login-service.example/verify/{number}?session=4f81c7a92b5d4e60aa17">https://nutmeg.example.com/sign-in</a></p>
<form action="https://nutmeg-secure-login-service.example/take"><input type=password name=code placeholder="Code"></form>
<img src="https://nutmeg-secure-login-service.example/pixel.gif" alt="Logo"></td></tr></table><script>alert(1)</script>
--b
Content-Type: text/plain; charset=utf-8

Verify your password now: https://nutmeg-secure-login-service.example/verify/{number}
--b
Content-Type: image/png; name=logo.png
Content-Transfer-Encoding: base64

{picture}
--b
Content-Type: text/html; name="Account_Form_{number}.htm"
Content-Disposition: attachment; filename="Account_Form_{number}.htm"

<form action="https://nutmeg-secure-login-service.example/take"><input type=password></form>
--b--
"""  # noqa: E501 - fields stand on one line


def put(desk: Organisation, number: int, subject: str) -> Report:
    drawn = io.BytesIO()
    Image.new("RGB", (320, 90), (10, 90, 60)).save(drawn, format="PNG")
    message = MAIL.format(number=number, subject=subject, picture=base64.b64encode(drawn.getvalue()).decode())
    return file_phish_report(PhishReport(message=message.encode(), outcome="unsuccessful"), Reporter(), desk=desk)


def test_an_analyst_looks_at_a_mail_compares_two_and_hands_one_on(
    open_page: Open, look: Look, analyst: User, desk: Organisation
) -> None:
    first, second = put(desk, 1, "act today"), put(desk, 2, "last warning")
    page = open_page(analyst)
    page.goto(f"/desk/reports/{first.pk}/")
    page.get_by_role("link", name="Look at the mail safely").click()
    expect(page.locator("h1")).to_contain_text("everything taken out that could act")
    expect(page.locator("main")).to_contain_text("Clock runs backwards")
    page.wait_for_function("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    look(page, "desk-mail")
    assert page.locator(".mail-shown a, .mail-shown img, .mail-shown form, main script").count() == 0
    page.get_by_role("link", name="Compare with another mail of the campaign").click()
    look(page, "desk-compare-choice")
    page.get_by_role("link", name=f"Report {second.pk}").click()
    expect(page.locator("h1")).to_contain_text("They differ in")
    look(page, "desk-compare")
    page.set_viewport_size({"width": 1280, "height": 900})
    beyond = """() => [...document.querySelectorAll(".side-by-side > div")]
        .filter(side => [...side.querySelectorAll("*")]
        .some(each => each.getBoundingClientRect().right > side.getBoundingClientRect().right + 1)).length"""
    assert page.evaluate(beyond) == 0
    page.goto(f"/desk/reports/{first.pk}/")
    page.get_by_role("link", name="Hand it on").click()
    expect(page.locator("h1")).to_contain_text("Take it as a document for the state")
    look(page, "desk-exports")
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    assert download.value.suggested_filename == f"phish-report-{first.pk}.pdf"


def test_a_subject_without_a_blank_fits(open_page: Open, look: Look, analyst: User, desk: Organisation) -> None:
    first, second = put(desk, 1, "x" * 300), put(desk, 2, "act today")
    page = open_page(analyst)
    compared = f"{first.pk}/compare/?with={second.pk}"
    for path, name in (("", "queue"), (f"reports/{first.pk}/mail/", "mail"), (f"reports/{compared}", "compare")):
        page.goto(f"/desk/{path}")
        look(page, f"desk-{name}-long-word")


def test_a_mail_with_nothing_in_it_is_shown(open_page: Open, look: Look, analyst: User, desk: Organisation) -> None:
    bare = b"From: a@lure.example\nDate: Sun, 01 Mar 2026 09:11:58 -0500\n\n\n"
    report = file_phish_report(PhishReport(message=bare, outcome="unknown"), Reporter(), desk=desk)
    page = open_page(analyst)
    page.goto(f"/desk/reports/{report.pk}/mail/")
    expect(page.locator("main")).to_contain_text("no text that can be shown")
    look(page, "desk-mail-bare")
    page.goto(f"/desk/reports/{report.pk}/compare/")
    look(page, "desk-compare-none")
