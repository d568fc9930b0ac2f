"""The collectors' pages over HTTP: a drop handed in, silence shown, a proposed gap accepted, the rest refused."""

import html
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.gaps import action_plan_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]

TODAY = connecticut_day(now())
HEAD = "job,started,finished,result,restored_tested\n"
HOSTILE = "<script>alert(1)</script>\u202e{{ 7|add:7 }} %(day)s"


def ago(hours: float) -> str:
    return (now() - timedelta(hours=hours)).isoformat(timespec="seconds")


def log(result: str = "success", job: str = "files") -> SimpleUploadedFile:
    row = f'"{job}",{ago(3)},{ago(2)},{result},yes\n'
    return SimpleUploadedFile("backup.csv", (HEAD + row).encode(), "text/csv")


def text_of(content: bytes) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", content.decode())).split())


def url(member: Organisation, name: str, *args: object) -> str:
    return reverse(f"collecting:{name}", args=[member.slug, *args])


@pytest.fixture
def lead(client: Client, security_lead: User) -> Client:
    client.force_login(security_lead)
    return client


def test_without_a_source_the_page_says_how_to_begin_and_what_is_seen_anyway(
    lead: Client, member: Organisation
) -> None:
    page = text_of(lead.get(url(member, "overview")).content)
    assert "No other tool hands in anything yet." in page
    assert "Own logs searched Search your logs for known trouble None" in page
    assert "Whether one copy is out of reach of your network." in page


def test_a_good_drop_is_told_with_what_it_shows(lead: Client, member: Organisation) -> None:
    said = {"kind": "backup-log", "file": log(), "subject": "The file server"}
    page = text_of(lead.post(url(member, "hand-in"), said, follow=True).content)
    assert "It shows: Back up, and try to restore." in page
    assert "1 source is expected, 0 are silent, 0 gaps are proposed." in page
    age = (connecticut_day(now()) - connecticut_day(now() - timedelta(hours=2))).days
    assert f"{age} day{'s' if age != 1 else ''} old" in page
    assert "1 runs of 1 jobs, 0 failed; the last run of each job succeeded." in page


def test_results_that_could_not_be_read_are_counted_on_the_page(lead: Client, member: Organisation) -> None:
    end = int((now() - timedelta(hours=1)).timestamp())
    report = (
        '<NessusClientData_v2><Report><ReportHost name="h"><HostProperties>'
        f'<tag name="HOST_END_TIMESTAMP">{end}</tag></HostProperties><ReportItem severity="0"/>'
        + '<ReportItem severity="Critical"/>' * 30
        + "</ReportHost></Report></NessusClientData_v2>"
    )
    said = {"kind": "nessus", "file": SimpleUploadedFile("scan.nessus", report.encode())}
    page = text_of(lead.post(url(member, "hand-in"), said, follow=True).content)
    assert "Could not be read 30 things in the file" in page
    assert "Could not tell : No critical hole was found open" in page
    assert "It shows" not in page


def test_a_bad_drop_proposes_a_gap_that_a_person_accepts(lead: Client, member: Organisation) -> None:
    said = {"kind": "backup-log", "file": log("failed"), "subject": "The file server"}
    page = text_of(lead.post(url(member, "hand-in"), said, follow=True).content)
    assert "It is on record and does not show: Back up, and try to restore." in page
    assert "1 gap is proposed" in page
    assert action_plan_of(member, TODAY).items == ()
    address = url(member, "accept", "backup-log-backups-succeeded")
    form = lead.get(address)
    assert b"The file server" in form.content
    answers = {"title": "Backups fail", "severity": "high", "owner": "Lee Stone", "since": TODAY.isoformat()}
    page = text_of(lead.post(address, answers, follow=True).content)
    assert "1 gap is open" in page
    (item,) = action_plan_of(member, TODAY).items
    drop = LedgerEntry.objects.filter(organisation=member, kind="evidence.recorded").get()
    assert (item.gap.body.gap, item.gap.found_by) == ("backup-log-backups-succeeded", drop.index)
    assert lead.get(address).status_code == 404
    assert "0 gaps are proposed" in text_of(lead.get(url(member, "overview")).content)


def test_a_drop_that_cannot_be_read_is_named_by_its_line(lead: Client, member: Organisation) -> None:
    bad = SimpleUploadedFile("backup.csv", (HEAD + "files,yesterday,,success,yes\n").encode())
    answer = lead.post(url(member, "hand-in"), {"kind": "backup-log", "file": bad})
    assert answer.status_code == 422
    assert "Line 2: started 'yesterday' is no time with a zone" in text_of(answer.content)
    unsigned = SimpleUploadedFile("drop.txt", b"charteroak drop v1\n")
    answer = lead.post(url(member, "hand-in"), {"kind": "signed-drop", "file": unsigned})
    assert "No key is registered for signed drops." in text_of(answer.content)
    assert LedgerEntry.objects.filter(organisation=member).count() == 0


def test_a_source_is_registered_is_silent_and_ends(lead: Client, member: Organisation) -> None:
    long_ago = (TODAY - timedelta(days=20)).isoformat()
    said = {"collector": "backup-log", "name": "till", "subject": "The till", "by": "Lee Stone", "since": long_ago}
    page = text_of(lead.post(url(member, "register"), said, follow=True).content)
    assert "1 source is expected, 1 is silent, 1 gap is proposed." in page
    assert "Nothing came yet" in page
    assert "13 days late" in page
    assert "Nothing came from till for 20 days: The till" in page
    refused = lead.post(url(member, "register"), said | {"collector": "signed-drop", "key": "mine"})
    assert "This is no Ed25519 verifier key" in text_of(refused.content)
    end = {"by": "Lee Stone", "day": TODAY.isoformat()}
    page = text_of(lead.post(url(member, "end", "till"), end, follow=True).content)
    assert "No other tool hands in anything yet." in page
    assert lead.get(url(member, "end", "till")).status_code == 404


def test_a_domain_that_is_not_registered_is_not_looked_at(lead: Client, member: Organisation) -> None:
    answer = lead.post(url(member, "look"), {"domain": "bakery.example"})
    assert answer.status_code == 422
    assert "Select a valid choice" in text_of(answer.content)


def test_a_strangers_words_are_shown_as_words(lead: Client, member: Organisation) -> None:
    job = HOSTILE.replace('"', "")
    said = {"kind": "backup-log", "file": log("failed", job), "subject": HOSTILE}
    assert lead.post(url(member, "hand-in"), said).status_code == 302
    for address in (url(member, "overview"), url(member, "accept", "backup-log-backups-succeeded")):
        content = lead.get(address).content
        assert b"<script>alert(1)" not in content
        assert b"14 %(day)s" not in content
    entry = LedgerEntry.objects.filter(organisation=member, kind="evidence.recorded").get()
    shown = lead.get(reverse("programs:entry", args=[member.slug, entry.index]))
    assert shown.status_code == 200
    assert b"<script>alert(1)" not in shown.content
