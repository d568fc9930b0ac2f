"""Reporting over HTTP, as a browser without JavaScript does it: with and without an account, good and bad input."""

import json
import random
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.reports.models import Report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory", "desk")]

MAIL = b"""\
Received: from mail.example.net (mail.example.net [203.0.113.7]) by mx.example.org; Sun, 01 Mar 2026 09:12:00 -0500
From: "Nutmeg Credit Union" <service@login-nutmeg.example.net>
To: clerk@example.org
Subject: Your account is locked
Date: Sun, 01 Mar 2026 09:11:58 -0500
Message-ID: <1@login-nutmeg.example.net>
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<p>Verify your password now: <a href="http://login-nutmeg.example.net/verify">https://nutmeg.example.com</a></p>
"""
ANSWERS = {
    "link": "yes",
    "password": "no",
    "file": "no",
    "disclosure": "desk-only",
    "name": "Dana Reed",
    "contact": "860-555-0100",
}
INCIDENT = {
    "outcome": "blocked",
    "summary": "The mail filter kept a file back.",
    "detected_0": "2026-03-01",
    "detected_1": "09:30",
    "category": "malware",
    "technical_contact": "Dana Reed, 860-555-0100",
    "help_wanted": "none",
}


def mail_file(content: bytes = MAIL, name: str = "mail.eml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="message/rfc822")


def text_of(body: bytes) -> str:
    return re.sub(r"\s+", " ", body.decode())


def test_mail_is_reported_without_an_account_and_the_receipt_shown(client: Client, desk: Organisation) -> None:
    response = client.post("/report/mail/", ANSWERS | {"message": mail_file()}, follow=True)
    report = Report.objects.get()
    page = text_of(response.content)
    assert response.redirect_chain == [("/report/filed/", 302)]
    assert report.receipt in page
    assert report.message_sha256 in page
    assert "You opened a link" in page
    assert report.outcome == "suspected"
    assert LedgerEntry.objects.get().organisation == desk


def test_source_can_be_pasted_instead_of_a_file(client: Client) -> None:
    response = client.post("/report/mail/", ANSWERS | {"source": MAIL.decode()})
    assert response.status_code == 302
    assert Report.objects.get().summary == "Your account is locked"


def test_a_second_mail_that_is_pasted_beside_a_file_is_reported_as_well(client: Client) -> None:
    other = MAIL.replace(b"Your account is locked", b"Your parcel waits").decode()
    response = client.post("/report/mail/", ANSWERS | {"message": mail_file(), "source": other}, follow=True)
    assert set(Report.objects.values_list("summary", flat=True)) == {"Your account is locked", "Your parcel waits"}
    page = text_of(response.content)
    assert all(report.receipt in page for report in Report.objects.all())


def test_the_same_mail_as_a_file_and_pasted_is_one_report(client: Client) -> None:
    again = MAIL.decode().replace("\n", "\r\n")
    client.post("/report/mail/", ANSWERS | {"message": mail_file(), "source": again})
    assert Report.objects.get().summary == "Your account is locked"


def test_what_the_mail_holds_is_shown_defanged_and_escaped(client: Client) -> None:
    hostile = MAIL.replace(b"Your account is locked", b"<script>alert(1)</script>")
    page = client.post("/report/mail/", ANSWERS | {"message": mail_file(hostile)}, follow=True).content.decode()
    assert "<script>alert" not in page
    assert "http://login-nutmeg" not in page
    assert 'href="http' not in page


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The mail is empty."),
        (b" \n\n ", "The mail is empty."),
        (random.Random(7).randbytes(4096), "This is not a mail message"),  # noqa: S311 - noise, no secret
    ],
    ids=["empty-file", "blank-file", "binary-noise"],
)
def test_file_that_is_no_mail_is_refused_beside_its_field_and_what_was_typed_is_kept(
    client: Client, content: bytes, sentence: str
) -> None:
    response = client.post("/report/mail/", ANSWERS | {"message": mail_file(content), "note": "Came twice."})
    page = text_of(response.content)
    assert response.status_code == 422
    assert sentence in page
    assert "Dana Reed" in page
    assert "Came twice." in page
    assert not Report.objects.exists()
    assert not LedgerEntry.objects.exists()


def test_file_that_is_too_large_is_refused_before_it_is_read(client: Client) -> None:
    large = mail_file(MAIL + b"a" * (25 << 20))
    response = client.post("/report/mail/", ANSWERS | {"message": large})
    assert response.status_code == 422
    assert "larger than 25 MB" in text_of(response.content)
    assert not Report.objects.exists()


def test_pasted_text_of_more_than_a_megabyte_gets_a_page_that_says_what_to_do(client: Client) -> None:
    response = client.post("/report/mail/", ANSWERS | {"source": "a" * (2 << 20)})
    assert response.status_code == 400
    assert "choose a file instead" in text_of(response.content)


def test_neither_file_nor_source_is_an_error_at_the_top_and_beside_the_field(client: Client) -> None:
    page = text_of(client.post("/report/mail/", ANSWERS).content)
    assert page.count("Choose the file of the mail, or paste its text.") == 2


def test_anonymous_report_keeps_no_name(client: Client) -> None:
    client.post("/report/mail/", ANSWERS | {"disclosure": "anonymous", "message": mail_file()})
    report = Report.objects.get()
    assert "Dana" not in str(report.details)
    assert (report.organisation, report.filed_by) == (None, None)


def test_member_reports_for_their_organisation_and_is_not_asked_for_a_name(
    client: Client, security_lead: User, member: Organisation
) -> None:
    client.force_login(security_lead)
    assert 'name="contact"' not in client.get("/report/mail/").content.decode()
    client.post(
        "/report/mail/",
        {"link": "no", "password": "no", "file": "no", "disclosure": "desk-only", "message": mail_file()},
    )
    report = Report.objects.get()
    assert (report.organisation, report.filed_by) == (member, security_lead)
    assert LedgerEntry.objects.filter(organisation=member, kind="report.filed").count() == 1


def test_provider_chooses_the_client_for_which_it_reports(
    client: Client, provider_person: User, provider: Organisation, add_organisation: type[Organisation]
) -> None:
    other = add_organisation("north-stonington", kind="municipality")
    other.providers.add(provider)
    client.force_login(provider_person)
    data = {"link": "no", "password": "no", "file": "no", "disclosure": "desk-only", "organisation": other.slug}
    client.post("/report/mail/", data | {"message": mail_file()})
    assert Report.objects.get().organisation == other


def test_organisation_of_others_cannot_be_reported_for(
    client: Client, security_lead: User, add_organisation: type[Organisation], member: Organisation
) -> None:
    add_organisation("other-town")
    client.force_login(security_lead)
    data = {"link": "no", "password": "no", "file": "no", "disclosure": "desk-only", "organisation": "other-town"}
    client.post("/report/mail/", data | {"message": mail_file()})
    assert Report.objects.get().organisation == member


def test_incident_takes_two_steps_and_keeps_the_answers_between_them(client: Client) -> None:
    second = client.post("/report/incident/", INCIDENT | {"step": "what"})
    page = second.content.decode()
    assert second.status_code == 200
    assert "Step 2 of 2" in page
    assert 'type="hidden" name="summary" value="The mail filter kept a file back."' in page
    assert not Report.objects.exists()
    done = client.post("/report/incident/", INCIDENT | {"step": "who", "disclosure": "desk-only"}, follow=True)
    report = Report.objects.get()
    assert report.receipt in done.content.decode()
    assert json.loads(bytes(report.versions.get().record)) == {
        "outcome": "blocked",
        "narrative": "The mail filter kept a file back.",
        "disclosure": "desk-only",
        "noticed": {"at": "2026-03-01T09:30:00-05:00", "precision": "minute", "zone": "America/New_York"},
        "kinds": ["malware"],
        "technicalContact": "Dana Reed, 860-555-0100",
        "helpWanted": "none",
        "language": "en",
    }


def test_incident_needs_an_outcome_and_a_sentence(client: Client) -> None:
    response = client.post("/report/incident/", {"step": "what", "category": "fraud"})
    page = text_of(response.content)
    assert response.status_code == 422
    assert "2 answers need another look" in page
    assert 'value="fraud" selected' in page


def test_answers_before_can_be_changed(client: Client) -> None:
    page = client.post("/report/incident/", INCIDENT | {"step": "back", "disclosure": "named"}).content.decode()
    assert "Step 1 of 2" in page
    assert "The mail filter kept a file back." in page
    assert "need another look" not in page


def test_second_step_with_a_changed_first_one_goes_back_to_it(client: Client) -> None:
    response = client.post("/report/incident/", INCIDENT | {"step": "who", "disclosure": "named", "outcome": "magic"})
    assert "Step 1 of 2" in response.content.decode()
    assert not Report.objects.exists()


def test_incident_noticed_in_the_future_is_refused_at_its_question(client: Client) -> None:
    future = INCIDENT | {"detected_0": "2999-01-01", "step": "who", "disclosure": "desk-only"}
    page = text_of(client.post("/report/incident/", future).content)
    assert "Step 1 of 2" in page
    assert "lies in the future" in page
    assert not Report.objects.exists()


def test_receipt_shows_the_status_and_the_answer_and_no_subject_and_no_name(client: Client) -> None:
    client.post("/report/mail/", ANSWERS | {"message": mail_file()})
    receipt = Report.objects.get().receipt
    typed = {"receipt": receipt.lower().replace("-", " ")}
    page = text_of(Client().post("/report/status/", typed, follow=True).content)
    assert "Your report is with the desk." in page
    assert "What to do now, in two minutes" in page
    assert "You opened a link" in page
    assert "Your account is locked" not in page
    assert "Dana" not in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("7QK3", "This is not a receipt code."),
        ("AAAA-AAAA-AAAA-AAAB", "One character of this receipt code is wrong."),
    ],
)
def test_receipt_that_was_copied_wrongly_is_told_apart(client: Client, typed: str, sentence: str) -> None:
    response = client.post("/report/status/", {"receipt": typed})
    assert response.status_code == 422
    assert sentence in text_of(response.content)


def test_receipt_page_belongs_to_who_has_just_filed(client: Client) -> None:
    client.post("/report/mail/", ANSWERS | {"message": mail_file()})
    assert client.get("/report/filed/").status_code == 200
    assert Client().get("/report/filed/").headers["Location"] == "/report/status/"


def test_without_a_desk_nothing_is_recorded_and_the_page_says_where_to_turn(client: Client, desk: Organisation) -> None:
    desk.delete()
    response = client.post("/report/mail/", ANSWERS | {"message": mail_file()})
    assert response.status_code == 503
    assert "There is no desk here to report to." in text_of(response.content)
    assert not Report.objects.exists()
