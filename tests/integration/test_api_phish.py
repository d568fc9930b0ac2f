"""Suspicious mail over the API: one report however often it is sent, and each refusal a problem document."""

import base64
import io
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from outlook_files import compound_file, outlook_message

from charteroak.mail.handed_in import HandedIn, messages_of_file
from charteroak.portal.api import phish
from charteroak.records.reports.models import Report
from charteroak.services.request_limits import READINGS, REPORTS, Caller, TooManyRequestsError, count_request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory", "desk")]
PASSWORD = "correct horse battery staple"
MAIL = (
    b"From: Payroll <pay@lure.example>\r\nTo: lee@example.org\r\nSubject: Suspended\r\n"
    b"Date: Mon, 2 Nov 2026 09:00:00 -0500\r\nMessage-ID: <1@lure.example>\r\n\r\n"
    b"Verify at http://login.lure.example/ now.\r\n"
)


@pytest.fixture
def desk(add_organisation: Any) -> Any:
    return add_organisation("state-desk", part="desk")


def send(client: Client, data: Any = MAIL, kind: str = "message/rfc822", **headers: str) -> Any:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    if isinstance(data, dict):
        return client.post("/api/v1/phish", data, headers={"Idempotency-Key": "k" * 32} | names)
    return client.post("/api/v1/phish", data, content_type=kind, headers={"Idempotency-Key": "k" * 32} | names)


def test_a_mail_is_filed_once_however_often_it_is_sent(client: Client) -> None:
    first, again = send(client), send(client)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    (row,) = Report.objects.all()
    (told,) = first.json()["reports"]
    assert (told["receipt"], told["sha256"], row.channel) == (row.receipt, row.message_sha256, "api")
    assert (row.outcome, row.disclosure, row.organisation) == ("unknown", "desk-only", None)


def test_whoever_signs_in_reports_for_their_member(client: Client, add_organisation: Any, add_person: Any) -> None:
    member = add_organisation("ashford")
    person = add_person("Mara", member)
    proof = base64.b64encode(f"{person.username}:{PASSWORD}".encode()).decode()
    sent = send(client, Authorization=f"Basic {proof}", Report_Outcome="blocked", Report_Disclosure="named")
    assert sent.status_code == 201
    row = Report.objects.get()
    assert (row.organisation, row.outcome, row.disclosure) == (member, "blocked", "named")


def test_an_outlook_file_a_zip_and_a_form_are_taken(client: Client) -> None:
    outlook = compound_file(outlook_message(headers=MAIL.partition(b"\r\n\r\n")[0].decode(), text="Verify now"))
    assert send(client, outlook, "application/vnd.ms-outlook").status_code == 201
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.eml", MAIL.replace(b"Suspended", b"One"))
        archive.writestr("b.eml", MAIL.replace(b"Suspended", b"Two"))
    assert len(send(client, made.getvalue(), "application/zip").json()["reports"]) == 2
    files = [SimpleUploadedFile(f"{n}.eml", MAIL.replace(b"Suspended", str(n).encode())) for n in range(3)]
    sent = send(client, {"message": files, "outcome": "suspected", "note": "Came at noon."})
    assert (sent.status_code, len(sent.json()["reports"])) == (201, 3)
    assert Report.objects.filter(outcome="suspected").count() == 3


@pytest.mark.parametrize(
    ("data", "kind", "status", "code"),
    [
        (b"no mail at all", "message/rfc822", 422, "report.invalid"),
        (b" \r\n", "message/rfc822", 422, "report.invalid"),
        (MAIL, "text/plain", 415, "api.request"),
        (b"x" * ((25 << 20) + 1), "message/rfc822", 413, "api.request"),
        (b"PK\x03\x04broken", "application/zip", 422, "mail.input"),
        (b"--x", "multipart/form-data; boundary=x", 422, "api.request"),
        (b"--x", "multipart/form-data", 400, "api.request"),
    ],
    ids=["no mail", "blank", "type", "large", "zip", "no file", "no boundary"],
)
def test_a_refusal_is_a_problem_document_and_records_nothing(
    client: Client, data: bytes, kind: str, status: int, code: str
) -> None:
    refused = send(client, data, kind)
    assert (refused.status_code, refused["Content-Type"]) == (status, "application/problem+json")
    assert refused.json()["code"] == code
    assert not Report.objects.exists()


def test_a_strangers_mail_is_not_read_where_too_many_came_and_a_members_is(
    client: Client, monkeypatch: pytest.MonkeyPatch, add_organisation: Any, add_person: Any
) -> None:
    read: list[bytes] = []

    def reading(data: bytes) -> list[HandedIn]:
        read.append(data)
        return list(messages_of_file(data))

    monkeypatch.setattr(phish, "messages_of_file", reading)
    monkeypatch.setattr(phish, "READINGS", replace(READINGS, by_network=2))
    assert [send(client, b"no mail at all").status_code for _ in range(3)] == [422, 422, 429]
    assert len(read) == 2
    person = add_person("Mara", add_organisation("ashford"))
    proof = base64.b64encode(f"{person.username}:{PASSWORD}".encode()).decode()
    assert send(client, Authorization=f"Basic {proof}").status_code == 201


def test_a_large_mail_counts_for_each_megabyte_before_it_is_read(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phish, "READINGS", replace(READINGS, by_network=3))
    monkeypatch.setattr(phish, "messages_of_file", None)
    assert send(client, MAIL + b"x" * (3 << 20)).status_code == 429


def test_nothing_is_unpacked_while_reports_are_full(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    full = Caller("127.0.0.1")
    count_request(REPORTS, full, cost=REPORTS.by_network)
    with pytest.raises(TooManyRequestsError):
        count_request(REPORTS, full)
    monkeypatch.setattr(phish, "messages_of_file", None)
    refused = send(client)
    assert (refused.status_code, refused.json()["code"]) == (429, "requests.too-many")
    assert int(refused["Retry-After"]) > 0


def test_64_mb_are_refused_in_one_sentence_before_they_are_read(client: Client) -> None:
    refused = client.post("/api/v1/phish", b"x", content_type="message/rfc822", CONTENT_LENGTH=str(64 << 20))
    assert (refused.status_code, refused.json()["title"]) == (413, "A mail has at most 25 MB.")


def test_one_bad_file_of_several_records_none(client: Client) -> None:
    files = [SimpleUploadedFile("a.eml", MAIL), SimpleUploadedFile("b.eml", b"no mail")]
    refused = send(client, {"message": files})
    assert (refused.status_code, Report.objects.count()) == (422, 0)
    assert "Mail 2 of 2" in refused.json()["title"]


def test_unknown_answers_are_refused(client: Client) -> None:
    assert send(client, Report_Outcome="perhaps").status_code == 422
    assert send(client, Report_Disclosure="everybody").status_code == 422
    assert not Report.objects.exists()
