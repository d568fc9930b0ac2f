"""Pages of notices over HTTP: files to take away, forms that refuse, what is not yours."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from charteroak.records.accounts.models import Organisation, User
from charteroak.records.incidents.models import Incident
from charteroak.records.notices.models import NoticeSending
from charteroak.services.incidents import NewIncident, open_incident
from charteroak.services.notices import answers_of, newest_version
from charteroak.services.programs import Recorder

pytestmark = pytest.mark.django_db
Add = Callable[..., Any]
REFUSED = 422


@pytest.fixture
def incident(add_organisation: Add) -> Incident:
    town: Organisation = add_organisation(slug="cedar-landing", kind="municipality")
    facts = {"entity": {"dataRole": "owner"}, "incident": {"dataKinds": ["name", "ssn"]}}
    return open_incident(town, NewIncident("Mailbox", "successful", facts), Recorder(actor="system"))


@pytest.fixture
def client(add_person: Add, incident: Incident) -> Client:
    lead: User = add_person("Lead", incident.organisation)
    browser = Client()
    browser.force_login(lead)
    return browser


def address(incident: Incident, rest: str = "") -> str:
    return f"/organisations/cedar-landing/incidents/{incident.number}/notices/{rest}"


@pytest.mark.parametrize(
    ("file", "media_type", "magic"),
    [
        ("file.pdf", "application/pdf", b"%PDF"),
        ("file.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK"),
        ("file.txt", "text/plain; charset=utf-8", b"Draft"),
        ("file.eml", "message/rfc822", b"Subject"),
        ("file.pdf?checklist=yes", "application/pdf", b"%PDF"),
        ("file.txt?language=es", "text/plain; charset=utf-8", b"Draft"),
    ],
)
def test_a_draft_is_taken_away_as_a_file(
    client: Client, incident: Incident, file: str, media_type: str, magic: bytes
) -> None:
    answer = client.get(address(incident, f"of/residents/{file}"))
    assert answer.status_code == 200
    assert answer["Content-Type"] == media_type
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{incident.number}-residents')
    assert answer.content.startswith(magic)


@pytest.mark.parametrize(
    "rest",
    [
        "of/nobody/",
        "of/residents/file.exe",
        "of/hhs/?language=es",
        "of/residents/?language=..%2F",
        "answers/nothing/",
        "sent/987654/withdraw/",
    ],
)
def test_what_is_not_there_is_not_found(client: Client, incident: Incident, rest: str) -> None:
    assert client.get(address(incident, rest)).status_code == 404


def test_own_words_are_shown_as_typed_and_never_as_markup(client: Client, incident: Incident) -> None:
    typed = "<script>alert(1)</script> {{ x }} \N{RIGHT-TO-LEFT OVERRIDE}gpj"
    sent = client.post(address(incident, "of/residents/words/"), {"words-questions": typed})
    assert sent.status_code == 302
    version = newest_version(incident, "residents", "en")
    assert version is not None
    assert version.words == {"questions": typed}
    page = client.get(address(incident, "of/residents/")).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page
    assert "[U+202E]" in page


def test_an_answer_that_cannot_be_used_is_refused_beside_its_field(client: Client, incident: Incident) -> None:
    data = {"breach_from": "2026-03-02", "breach_to": "2026-03-01", "what_happened": "Kept in the form."}
    answer = client.post(address(incident, "answers/what/"), data)
    assert answer.status_code == REFUSED
    assert "The last day comes before the first." in answer.content.decode()
    assert "Kept in the form." in answer.content.decode()
    assert answers_of(incident) == {}


def test_a_sending_without_its_file_is_refused_and_one_with_it_shows_its_digest(
    client: Client, incident: Incident
) -> None:
    data: dict[str, Any] = {
        "sent_day": "2026-11-21", "sent_time": "09:00", "to": "Attorney General", "how": "Form", "what": "file",
    }  # fmt: skip
    where = address(incident, "of/attorney-general/sent/")
    refused = client.post(where, data)
    assert refused.status_code == REFUSED
    assert "Add the file" in refused.content.decode()
    assert not NoticeSending.objects.exists()
    letter = b"exactly this"
    taken = client.post(where, data | {"document": SimpleUploadedFile("a.txt", letter)})
    assert taken.status_code == 302
    page = client.get(address(incident, "of/attorney-general/")).content.decode()
    assert hashlib.sha256(letter).hexdigest() in page
    again = client.post(where, data | {"document": SimpleUploadedFile("a.txt", letter)})
    assert again.status_code == 302
    assert NoticeSending.objects.count() == 1


def test_delay_that_is_asked_for_without_saying_how_is_refused(client: Client, incident: Incident) -> None:
    data = {"answer": "yes", "by": "State Police", "day": "2026-11-20"}
    answer = client.post(address(incident, "delay/"), data)
    assert answer.status_code == REFUSED
    assert "Say whether the request is in writing." in answer.content.decode()


def test_counsel_reads_and_drafts_and_cannot_say_that_it_was_sent(add_person: Add, incident: Incident) -> None:
    browser = Client()
    browser.force_login(add_person("Counsel", incident.organisation, role="counsel"))
    assert browser.get(address(incident)).status_code == 200
    assert browser.get(address(incident, "of/residents/words/")).status_code == 200
    assert browser.get(address(incident, "of/residents/sent/")).status_code == 404
    assert browser.get(address(incident, "delay/")).status_code == 404


def test_a_stranger_finds_nothing(add_organisation: Add, add_person: Add, incident: Incident) -> None:
    browser = Client()
    browser.force_login(add_person("Stranger", add_organisation(slug="elsewhere")))
    for rest in ("", "of/residents/", "of/residents/file.pdf", "answers/what/", "of/residents/words/"):
        assert browser.get(address(incident, rest)).status_code == 404
