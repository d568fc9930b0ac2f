"""What makes a reported mail sophisticated, as the desk and the organisation that reported it see it."""

import pytest
from django.test import Client

from charteroak.records.accounts.models import Organisation, User
from charteroak.records.reports.models import Report
from charteroak.services.phish_triage import is_lure_known, triage_of
from charteroak.services.reports import PhishReport, Reporter, file_phish_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory", "desk")]

MAIL = """\
Received: from mail.example.net (mail.example.net [203.0.113.7]) by mx.example.org; Sun, 01 Mar 2026 09:12:00 -0500
From: "Payroll" <payroll@login-nutmeg.example.net>
To: clerk@example.org
Subject: Your direct deposit, {number}
Date: Sun, 01 Mar 2026 09:11:58 -0500
Message-ID: <{number}@login-nutmeg.example.net>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html; charset=utf-8

<p>Update your bank details for payroll within 24 hours or your salary will be lost: verify your password at
<a href="http://login-nutmeg.example.net/verify/{number}">https://nutmeg.example.com</a></p>
--b
Content-Type: application/octet-stream; name="form.pdf.exe"
Content-Disposition: attachment; filename="form.pdf.exe"
Content-Transfer-Encoding: base64

TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAA=
--b--
"""


def filed(number: int, reporter: Reporter | None = None) -> Report:
    report = PhishReport(message=MAIL.format(number=number).encode(), outcome="unsuccessful")
    return file_phish_report(report, reporter or Reporter())


def kinds(report: Report) -> set[str]:
    return {reason.kind.value for reason in triage_of(report)}


def test_first_report_of_a_lure_is_new_and_the_next_of_its_campaign_is_not() -> None:
    first, second = filed(1), filed(2)
    first.refresh_from_db()
    assert second.campaign is not None
    assert second.campaign == first.campaign
    assert (is_lure_known(first), is_lure_known(second)) == (False, True)
    assert kinds(first) >= {"new-lure", "malware", "payment-change"}
    assert "new-lure" not in kinds(second)


def test_every_reason_says_what_showed_it_in_the_readers_language() -> None:
    report = filed(1)
    english, spanish = (
        {each.kind: each.explanation for each in triage_of(report, language=code)} for code in ("en", "es")
    )
    assert english.keys() == spanish.keys()
    assert {kind for kind in english if english[kind] == spanish[kind]} <= {"new-lure"}


def test_desk_sees_the_reasons_on_the_report(client: Client, analyst: User) -> None:
    client.force_login(analyst)
    page = client.get(f"/desk/reports/{filed(1).pk}/").content.decode()
    for words in ("More than a mass mailing", "It carries something that runs", "A new lure"):
        assert words in page


def test_organisation_that_reported_sees_them_with_its_receipt_and_a_stranger_does_not(
    client: Client, security_lead: User, member: Organisation
) -> None:
    receipt = filed(1, Reporter(user=security_lead, organisation=member)).receipt
    strange = client.post("/report/status/", {"receipt": receipt}, follow=True).content.decode()
    assert "A new lure" not in strange
    client.force_login(security_lead)
    own = client.post("/report/status/", {"receipt": receipt}, follow=True).content.decode()
    assert "A new lure" in own
    assert "It carries something that runs" in own


def test_anonymous_report_is_a_strangers_even_to_who_sent_it(client: Client, security_lead: User) -> None:
    client.force_login(security_lead)
    message = PhishReport(message=MAIL.format(number=1).encode(), outcome="unknown", disclosure="anonymous")
    receipt = file_phish_report(message, Reporter(user=security_lead)).receipt
    page = client.post("/report/status/", {"receipt": receipt}, follow=True).content.decode()
    assert "What to do now" in page
    assert "A new lure" not in page
