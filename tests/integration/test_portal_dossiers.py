"""The pages of one dossier, of redacted copies and of the answers for insurers."""

import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from charteroak.dossier.verification import verify_dossier
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.programs.models import DossierRecord
from charteroak.services import dossiers, programs

pytestmark = pytest.mark.django_db(transaction=True)

DAYS = {"breach_from": "2026-03-01", "breach_to": "2026-03-20"}
SECRET = "the name of a patient"


@pytest.fixture
def lead(client: Client, security_lead: User) -> Client:
    client.force_login(security_lead)
    return client


@pytest.fixture
def recorded(member: Organisation) -> Organisation:
    """A member with one answer and one piece of evidence, whose note must not get out."""
    member.is_fictional = True
    member.save()
    at = programs.Recorder("system", recorded=datetime(2026, 3, 2, 12, tzinfo=UTC))
    body = {"practice": "back-up-and-restore", "answer": "yes", "note": ""}
    programs.record(member, "practice.answered", body, at, occurred_from="2026-02-01")
    upload = programs.UploadedFile("restored.txt", "text/plain", io.BytesIO(b"restored\n"))
    evidence = programs.NewEvidence(
        practice="back-up-and-restore",
        title="Restored the till",
        occurred_from=date(2026, 3, 1),
        note=SECRET,
        files=[upload],
    )
    programs.record_evidence(member, evidence, at)
    return member


def page(client: Client, name: str, organisation: Organisation, *arguments: object) -> str:
    response = client.get(reverse(name, args=[organisation.slug, *arguments]))
    assert response.status_code == 200
    return response.content.decode()


def test_a_dossiers_page_shows_its_parts_and_digests(lead: Client, recorded: Organisation) -> None:
    lead.post(reverse("programs:dossiers", args=[recorded.slug]), DAYS)
    record = DossierRecord.objects.get()

    text = page(lead, "dossiers:dossier", recorded, record.pk)
    assert "It holds the whole record; nothing is withheld." in text
    for words in (record.manifest_sha256[:8], "14 Software identity", "No outsider has seen this ledger yet"):
        assert words in text
    assert reverse("dossiers:dossier", args=[recorded.slug, record.pk]) in page(lead, "programs:dossiers", recorded)


def test_a_redacted_copy_is_made_from_the_form_and_withholds_what_was_named(
    lead: Client, recorded: Organisation, tmp_path: object
) -> None:
    index = recorded.ledger_entries.get(kind="evidence.recorded").index
    answers = DAYS | {"withhold": f"{index}/note\n", "reason": "Names a patient", "basis": "HIPAA"}
    response = lead.post(reverse("dossiers:redacted", args=[recorded.slug]), answers)

    record = DossierRecord.objects.get()
    assert response.status_code == 302
    assert record.contents["redacted"] is True
    text = page(lead, "dossiers:dossier", recorded, record.pk)
    for words in ("A redacted copy: 1 thing is withheld", "Names a patient", "HIPAA"):
        assert words in text
    copy = tmp_path / "copy.zip"  # type: ignore[operator]
    with copy.open("xb") as file:
        dossiers.copy_dossier(record, file)
    report = verify_dossier(copy)
    assert report.entries.withheld_parts == 1
    with zipfile.ZipFile(copy) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert SECRET.encode() not in everything
    assert b"Restored the till" in everything


@pytest.mark.parametrize(
    ("withhold", "words"),
    [
        ("twelve", "names no entry, part or file"),
        ("999", "There is no entry 999"),
        ("0/secret", "has no private part"),
        ("ab" * 32, "No entry names a file"),
        ("", "Answer this question."),
    ],
)
def test_what_cannot_be_withheld_is_said_beside_its_field(
    lead: Client, recorded: Organisation, withhold: str, words: str
) -> None:
    """A slip of the pen must not hand out what was to be withheld."""
    answers = DAYS | {"withhold": withhold, "reason": "x"}
    response = lead.post(reverse("dossiers:redacted", args=[recorded.slug]), answers)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not DossierRecord.objects.exists()


def test_answers_for_insurers_are_shown_and_downloaded(lead: Client, recorded: Organisation) -> None:
    address = reverse("dossiers:insurers", args=[recorded.slug])
    text = lead.get(address, {"as_of": "2026-03-20"}).content.decode()
    assert "Of 20 questions the record answers 1 with yes" in text
    assert "Restored the till" in text

    response = lead.post(address, {"as_of": "2026-03-20"})
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert int(response["Content-Length"]) == len(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = {name.rpartition("/")[2] for name in archive.namelist()}
        assert {"answers.pdf", "answers.csv", "answers.json", "MANIFEST.sha256"} <= names
    again = lead.post(address, {"as_of": "2026-03-20"})
    assert b"".join(again.streaming_content) == content  # type: ignore[attr-defined]


@pytest.mark.parametrize("day", ["2999-01-01", "soon"])
def test_a_day_that_cannot_be_asked_about_is_refused(lead: Client, recorded: Organisation, day: str) -> None:
    address = reverse("dossiers:insurers", args=[recorded.slug])
    assert lead.get(address, {"as_of": day}).status_code == 422
    assert lead.post(address, {"as_of": day}).status_code == 422


def test_pages_of_an_organisation_without_a_record_say_so(lead: Client, member: Organisation) -> None:
    for name in ("dossiers:redacted", "dossiers:insurers"):
        assert "yet" in page(lead, name, member)
