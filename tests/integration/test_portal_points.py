"""Exceptions, gaps, assessments, exercises, trainings and superseded evidence over HTTP: recorded, shown, refused."""

import html
import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.portal.programs.finding_forms import identifier_for
from charteroak.portal.programs.open_points import points_sentence
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry, LedgerPart
from charteroak.services.programs import status_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]

BACKUPS = "back-up-and-restore"
HOSTILE = "<script>alert(1)</script>\u202e{{ 7|add:7 }} %(day)s"
TODAY = connecticut_day(now())


def ahead(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


GAP = {
    "title": "A router without updates",
    "owner": "Lee Stone",
    "since": ahead(-40),
    "due": ahead(-10),
    "note": "Old.",
}
EXCEPTION = {
    "practice": BACKUPS,
    "factor": "cost-and-tools",
    "reason": "No offer below what we can pay.",
    "cost_low": "4000",
    "cost_high": "6500",
    "cost_source": "Offer of a firm",
    "approved_by": "Samuel Reed",
    "role": "owner",
    "since": ahead(-20),
    "expires": ahead(20),
}
ASSESSMENT = {
    "edition": "nist-800-171@r3",
    "requirement": "03.01.01",
    "result": "partly",
    "methods": ["examine", "test"],
    "assessor": "Pat Stone, Ridge IT",
    "day": ahead(-3),
}
EXERCISE = {
    "title": "Morning without the till",
    "scenario": "Ransomware on the till",
    "led_by": "Lee Stone",
    "participants": "6",
    "findings": "2",
    "day": ahead(-5),
    "note": "The list of phone numbers was old.",
}
TRAINING = {"title": "Spotting mails", "audience": "Everyone", "people": "9", "of": "11", "day": ahead(-6)}


def text_of(content: bytes) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", content.decode())).split())


def url(member: Organisation, name: str, *args: object) -> str:
    return reverse(f"programs:{name}", args=[member.slug, *args])


def body_of(entry: LedgerEntry) -> dict[str, Any]:
    parts = LedgerPart.objects.filter(organisation=entry.organisation, index=entry.index)
    return json.loads(bytes(entry.body or b"{}")) | {part.name: json.loads(bytes(part.value)) for part in parts}


def last_entry(member: Organisation) -> LedgerEntry:
    return LedgerEntry.objects.filter(organisation=member).order_by("-index")[0]


@pytest.fixture
def lead(client: Client, security_lead: User) -> Client:
    client.force_login(security_lead)
    return client


def test_a_gap_is_opened_ages_is_overdue_and_is_closed_with_what_shows_it(lead: Client, member: Organisation) -> None:
    page = text_of(lead.post(url(member, "open-gap"), GAP | {"practice": BACKUPS}, follow=True).content)
    assert "1 gap is open, 1 of them overdue, 0 exceptions are in effect." in page
    assert "Open for 40 days" in page
    assert "10 days ago" in page
    assert "Why was it open for 40 days after you knew of it?" in page
    assert "What kept Lee Stone from closing it in time?" in page
    gap = body_of(last_entry(member))["gap"]
    assert gap.startswith("a-router-without-updates-")
    evidence = {"practice": BACKUPS, "title": "New router", "occurred_from": ahead(-1), "note": "Bought."}
    lead.post(url(member, "record-evidence"), evidence)
    form = lead.get(url(member, "close-gap", gap)).content.decode()
    assert 'value="1"' in form
    answers = {"how": "Replaced", "day": ahead(-1), "evidence": ["1"]}
    page = text_of(lead.post(url(member, "close-gap", gap), answers, follow=True).content)
    assert "No gap is open and no exception is in effect." in page
    assert body_of(last_entry(member)) == {"gap": gap, "how": "Replaced", "evidence": [1]}
    assert lead.get(url(member, "close-gap", gap)).status_code == 404


def test_an_exception_shows_its_age_its_expiry_and_what_counsel_will_be_asked(
    lead: Client, member: Organisation
) -> None:
    page = text_of(lead.post(url(member, "accept-exception"), EXCEPTION, follow=True).content)
    assert "1 exception is in effect. The next one runs out on" in page
    assert "Runs out soon" in page
    assert "in 20 days" in page
    assert "4,000 to 6,500 USD (Offer of a firm)" in page
    assert "Was there no tool that you could pay for, and who looked?" in page
    assert "Could Samuel Reed, as owner, accept this for the organization?" in page
    assert "Why was it recorded 20 days after it was accepted?" in page
    body = body_of(last_entry(member))
    assert (body["cost"]["high"], body["factor"], body["practice"]) == (6500, "cost-and-tools", BACKUPS)


def test_an_exception_without_figures_says_that_none_are_on_record(lead: Client, member: Organisation) -> None:
    without = EXCEPTION | {"cost_low": "", "cost_high": "", "cost_source": ""}
    page = text_of(lead.post(url(member, "accept-exception"), without, follow=True).content)
    assert "No figure is on record, though the reason is cost." in page


def test_an_exception_may_be_about_a_requirement(lead: Client, member: Organisation) -> None:
    about = {"practice": "", "edition": "nist-800-171@r3", "requirement": "03.01.01"}
    assert lead.post(url(member, "accept-exception"), EXCEPTION | about).status_code == 302
    body = body_of(last_entry(member))
    assert (body["framework"], body["edition"], body["requirement"]) == ("nist-800-171", "r3", "03.01.01")
    assert "03.01.01 NIST" in text_of(lead.get(url(member, "gaps")).content)


def test_an_assessment_is_recorded_and_named(lead: Client, member: Organisation) -> None:
    page = text_of(lead.post(url(member, "assess-requirement"), ASSESSMENT, follow=True).content)
    assert "Requirement assessed" in page
    assert "Satisfied in part, by Pat Stone, Ridge IT" in page
    assert body_of(last_entry(member))["methods"] == ["examine", "test"]


def test_an_exercise_and_a_training_are_recorded_with_their_files(lead: Client, member: Organisation) -> None:
    minutes = SimpleUploadedFile("minutes.txt", b"who came")
    lead.post(url(member, "record-exercise"), EXERCISE | {"file": minutes})
    exercise = body_of(last_entry(member))
    assert (exercise["participants"], exercise["files"][0]["name"]) == (6, "minutes.txt")
    lead.post(url(member, "record-training"), TRAINING)
    assert (last_entry(member).kind, body_of(last_entry(member))["of"]) == ("training.completed", 11)
    page = text_of(lead.get(url(member, "evidence")).content)
    assert "Morning without the till: 6 took part, 2 findings" in page
    assert "Spotting mails: 9 of 11 people" in page


@pytest.mark.parametrize(
    ("precision", "words"), [("month", "March 2026"), ("year", "2026"), ("day", "Tue 17 Mar 2026")]
)
def test_what_is_known_by_the_month_or_year_alone_says_no_more(
    lead: Client, member: Organisation, precision: str, words: str
) -> None:
    answers = {"practice": BACKUPS, "title": "Restored", "note": "Done.", "occurred_from": "2026-03-17"}
    lead.post(url(member, "record-evidence"), answers | {"precision": precision})
    header = json.loads(bytes(last_entry(member).header))
    assert header["occurred"]["precision"] == precision
    page = text_of(lead.get(url(member, "entry", 0)).content)
    assert f"When it was so {words} (to the {precision}, as someone states it)" in page
    last = {"month": date(2026, 3, 31), "year": date(2026, 12, 31), "day": date(2026, 3, 17)}[precision]
    assert (f"{(TODAY - last).days} days later" in page) == (last < TODAY)


def test_superseded_evidence_says_what_took_its_place(lead: Client, member: Organisation) -> None:
    for title in ("Old list", "New list"):
        answers = {"practice": BACKUPS, "title": title, "note": "Done.", "occurred_from": ahead(-9)}
        lead.post(url(member, "record-evidence"), answers)
    page = lead.post(
        url(member, "supersede-evidence", 0), {"by": "1", "day": ahead(-1), "reason": "Newer."}, follow=True
    )
    assert "Superseded , by entry 2" in text_of(page.content)
    assert "Entry 1 takes the place of entry 0" in text_of(lead.get(url(member, "entry", 2)).content)
    absent = lead.post(url(member, "supersede-evidence", 0), {"by": "99", "day": ahead(-1), "reason": "x"})
    assert (absent.status_code, "There is no such entry; the newest is 2." in text_of(absent.content)) == (422, True)
    assert lead.get(url(member, "supersede-evidence", 2)).status_code == 404


REFUSED = (
    ("open-gap", GAP | {"title": ""}, "title", "Answer this question."),
    ("open-gap", GAP | {"since": ahead(2), "due": ""}, "since", "This day lies in the future."),
    ("open-gap", GAP | {"due": ahead(-60)}, "due", "It is due before it was opened."),
    ("open-gap", GAP | {"edition": "nist-800-171@r3"}, "requirement", "Say which requirement of this edition."),
    ("open-gap", GAP | {"requirement": "03.01.01"}, "edition", "Choose the edition of this requirement."),
    ("open-gap", GAP | {"edition": "nist-800-171@r3", "requirement": "99.99.99"}, "requirement", ""),
    ("open-gap", GAP | {"practice": "no-such"}, "practice", "Select a valid choice."),
    ("accept-exception", EXCEPTION | {"practice": ""}, "practice", "Choose a practice, or name a requirement."),
    ("accept-exception", EXCEPTION | {"factor": "luck"}, "factor", "Select a valid choice."),
    ("accept-exception", EXCEPTION | {"reason": " "}, "reason", "Answer this question."),
    ("accept-exception", EXCEPTION | {"cost_high": ""}, "cost_high", "Give both figures, or none."),
    ("accept-exception", EXCEPTION | {"cost_high": "1"}, "cost_high", "This is less than the lower figure."),
    ("accept-exception", EXCEPTION | {"cost_low": "-1"}, "cost_low", "greater than or equal to 0"),
    ("accept-exception", EXCEPTION | {"cost_low": "9" * 50}, "cost_low", "less than or equal to"),
    ("accept-exception", EXCEPTION | {"cost_source": ""}, "cost_source", "Say where the figures are from."),
    ("accept-exception", EXCEPTION | {"expires": ahead(-30)}, "expires", "It must expire after the day"),
    ("accept-exception", EXCEPTION | {"expires": "9999-12-31"}, "expires", "Let it expire within 366 days."),
    ("assess-requirement", ASSESSMENT | {"methods": []}, "methods", "Choose how it was assessed."),
    ("assess-requirement", ASSESSMENT | {"edition": ""}, "edition", "Answer this question."),
    ("assess-requirement", ASSESSMENT | {"requirement": "99.99.99"}, "requirement", ""),
    ("record-exercise", EXERCISE | {"participants": "0"}, "participants", "Give a number from 1"),
    ("record-exercise", EXERCISE | {"participants": "1.5"}, "participants", "Enter a whole number."),
    ("record-training", TRAINING | {"of": "3"}, "of", "More people came than there are."),
    ("record-training", TRAINING | {"day": "soon"}, "day", "Enter a valid date."),
)


@pytest.mark.parametrize(("name", "answers", "field", "words"), REFUSED)
def test_what_is_refused_stands_beside_its_field_and_nothing_is_recorded(
    lead: Client, member: Organisation, name: str, answers: dict[str, Any], field: str, words: str
) -> None:
    response = lead.post(url(member, name), answers)
    assert response.status_code == 422
    page = response.content.decode()
    beside = page.partition(f'id="id_{field}_error"')[2].partition("</p>")[0]
    assert beside
    assert words in text_of(beside.encode())
    assert not LedgerEntry.objects.exists()


def test_hostile_words_are_kept_as_written_and_never_acted_on(lead: Client, member: Organisation) -> None:
    lead.post(url(member, "open-gap"), GAP | {"title": HOSTILE, "owner": HOSTILE, "note": HOSTILE})
    lead.post(url(member, "accept-exception"), EXCEPTION | {"reason": HOSTILE, "approved_by": HOSTILE, "role": HOSTILE})
    pages = ("gaps", "evidence", "as-of", "interval")
    for address in (*(url(member, name) for name in pages), url(member, "entry", 0), url(member, "entry", 1), "/"):
        page = lead.get(address).content.decode()
        assert "<script>alert" not in page, address
    assert body_of(LedgerEntry.objects.get(index=0))["title"] == " ".join(HOSTILE.split())


def test_home_and_determination_lead_to_an_overdue_gap(lead: Client, member: Organisation) -> None:
    lead.post(url(member, "open-gap"), GAP)
    page = lead.get(url(member, "safe-harbor"))
    assert f'href="{url(member, "gaps")}"' in page.content.decode()
    assert "Close: A router without updates" in text_of(page.content)


def test_nothing_open_says_so(lead: Client, member: Organisation) -> None:
    page = text_of(lead.get(url(member, "gaps")).content)
    assert "No gap is open and no exception is in effect." in page
    assert points_sentence(status_of(member, as_of=date(2026, 1, 1))) in page


@pytest.mark.parametrize("title", ["", "!!!", "\u4e2d\u6587", "x" * 400, HOSTILE, "Ünder"])
def test_an_identifier_is_made_of_any_title(title: str) -> None:
    name = identifier_for(title)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert len(name) <= 64
    assert identifier_for(title) != name
