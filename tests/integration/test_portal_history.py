"""The record's past over HTTP: a day as known at a moment, and two days compared. Nothing later leaks into either."""

import html
import re
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.portal.programs.as_of import as_of
from charteroak.records.accounts.models import Organisation, User
from charteroak.services.programs import Recorder, record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]

BACKUPS, SUPPLIERS = "back-up-and-restore", "check-suppliers"


def text_of(content: bytes) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", content.decode())).split())


@pytest.fixture
def kept(member: Organisation) -> Organisation:
    """Backups answered in time; suppliers answered in June about February; a plan that was corrected in July."""
    member.is_fictional = True
    member.save()

    def at(month: int, day: int) -> Recorder:
        return Recorder("system", recorded=datetime(2026, month, day, 15, tzinfo=UTC))

    def write(kind: str, recorder: Recorder, occurred: str, **body: object) -> None:
        record(member, kind, body, recorder, occurred_from=occurred)

    version = {"title": "Program", "version": "1.0", "documentSha256": "0" * 64, "by": "Board"}
    write("program.adopted", at(1, 5), "2026-01-05", **version)
    write("practice.answered", at(2, 3), "2026-02-03", practice=BACKUPS, answer="yes")
    write("practice.answered", at(6, 8), "2026-02-10", practice=SUPPLIERS, answer="yes")
    write("practice.answered", at(6, 9), "2026-06-09", practice=BACKUPS, answer="no")
    write("correction.made", at(7, 1), "2026-07-01", corrects=0, reason="It was a draft.")
    return member


@pytest.fixture
def lead(client: Client, security_lead: User) -> Client:
    client.force_login(security_lead)
    return client


def ask(client: Client, member: Organisation, page: str, **days: str) -> str:
    response = client.get(reverse(f"programs:{page}", args=[member.slug]), days)
    assert response.status_code == 200
    return text_of(response.content)


def test_what_was_recorded_later_plays_no_part_in_the_answer_and_is_named_below_it(
    lead: Client, kept: Organisation
) -> None:
    page = ask(lead, kept, "as-of", day="2026-03-01", known="2026-03-01")
    assert "On Sun 1 Mar 2026 version 1.0 was in force and 0 of 16 practices were shown." in page
    assert "1 later entry speaks about that day or the time before." in page
    answer, later = page.split("What was recorded later These entries")
    assert "Check those who work for you Not known" in answer
    assert "Back up, and try to restore Yes" in answer
    assert "With them the answer would be another" in later
    assert "Version in force: Program, version 1.0 would become None" in later
    assert "Check those who work for you: Not known" in later
    assert "118 days later" in later


def test_the_same_day_known_later_is_answered_otherwise(lead: Client, kept: Organisation) -> None:
    page = ask(lead, kept, "as-of", day="2026-03-01", known="2026-06-30")
    assert "Check those who work for you Yes" in page
    assert "version 1.0 was in force" in page
    corrected = ask(lead, kept, "as-of", day="2026-03-01", known="2026-07-01")
    assert "no written program was in force" in corrected


def test_a_day_alone_is_asked_about_as_it_was_known_when_it_ended(lead: Client, kept: Organisation) -> None:
    assert ask(lead, kept, "as-of", day="2026-03-01") == ask(lead, kept, "as-of", day="2026-03-01", known="2026-03-01")


def test_before_the_first_entry_nothing_was_known(lead: Client, kept: Organisation) -> None:
    page = ask(lead, kept, "as-of", day="2026-01-01", known="2026-01-01")
    assert "Nothing was on record yet. No later entry speaks about that day." in page


def test_without_a_question_it_is_today_and_the_page_gives_its_own_address(lead: Client, kept: Organisation) -> None:
    response = lead.get(reverse("programs:as-of", args=[kept.slug]))
    today = connecticut_day(now()).isoformat()
    assert f"?day={today}&amp;known={today}" in response.content.decode()
    assert "this is the whole record as it stands" in text_of(response.content)


@pytest.mark.parametrize(
    ("page", "days", "words"),
    [
        ("as-of", {"day": "2026-02-30", "known": "2026-02-01"}, "Enter a valid date."),
        ("as-of", {"day": "2026-02-03", "known": ""}, "Answer this question."),
        ("as-of", {"known": "2026-02-03"}, "Answer this question."),
        ("as-of", {"day": "2926-02-03"}, "This day lies in the future."),
        ("as-of", {"day": "0026-02-03"}, "The year 26 is too long ago."),
        ("interval", {"first": "2026-02-03", "last": "2026-02-02"}, "The last day lies before the first."),
        ("interval", {"first": "2026-02-03"}, "Answer this question."),
        ("interval", {"first": "2026-02-03", "last": "9999-12-31"}, "This day lies in the future."),
    ],
)
def test_days_that_cannot_be_asked_about_are_said_to_be_so(
    lead: Client, kept: Organisation, page: str, days: dict[str, str], words: str
) -> None:
    response = lead.get(reverse(f"programs:{page}", args=[kept.slug]), days)
    assert response.status_code == 422
    assert words in text_of(response.content)
    assert "These days cannot be asked about." in text_of(response.content)


def test_two_days_are_compared_each_as_known_when_it_ended(lead: Client, kept: Organisation) -> None:
    page = ask(lead, kept, "interval", first="2026-06-01", last="2026-06-30")
    assert "2 entries bear on the days from 1 Jun 2026 to 30 Jun 2026; none was recorded later." in page
    state, changes = page.split("Every change")
    assert "Check those who work for you Practices Not known" in state
    assert "Back up, and try to restore Practices Yes" in state
    assert "In the interval, about the time before" in changes
    assert "In time" in changes
    assert "After the interval" not in changes
    assert "It was a draft." not in changes


def test_what_was_recorded_after_the_interval_is_labelled_late(lead: Client, kept: Organisation) -> None:
    page = ask(lead, kept, "interval", first="2026-02-01", last="2026-02-28")
    assert "1 was recorded later." in page
    assert "After the interval" in page
    assert "Check those who work for you" in page.split("Every change")[1]


def test_an_interval_leads_to_its_determination_and_to_its_dossier(lead: Client, kept: Organisation) -> None:
    days = {"first": "2026-02-01", "last": "2026-02-28"}
    page = lead.get(reverse("programs:interval", args=[kept.slug]), days).content.decode()
    query = "?breach_from=2026-02-01&amp;breach_to=2026-02-28"
    assert reverse("programs:safe-harbor", args=[kept.slug]) + query in page
    dossiers = reverse("programs:dossiers", args=[kept.slug])
    assert dossiers + query in page
    form = lead.get(dossiers, {"breach_from": "2026-02-01", "breach_to": "2026-02-28"}).content.decode()
    assert 'value="2026-02-01"' in form
    assert 'value="2026-02-28"' in form


def test_an_empty_record_leads_to_its_first_step(lead: Client, member: Organisation) -> None:
    for page in ("as-of", "interval"):
        answer = ask(lead, member, page)
        assert "Nothing is recorded yet." in answer
        assert "Describe the organization" in answer


def test_marks_stand_inside_the_strip_whatever_day_is_asked_about(kept: Organisation) -> None:
    today = date(2026, 11, 21)
    for day, known in ((date(1900, 1, 1), today), (today, date(1900, 1, 1)), (date(2026, 3, 1), date(2026, 3, 1))):
        strip = as_of(kept, day, known, today).strip
        assert all(0 <= place <= 1000 for place in (*strip.happened, *strip.recorded, strip.day_at, strip.known_at))
