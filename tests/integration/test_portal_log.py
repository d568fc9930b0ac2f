"""The evidence log and the page of each entry over HTTP: both times, ties both ways, filters, paging, proofs."""

import html
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from charteroak.ledger.errors import LogError
from charteroak.ledger.proof import parse_proof
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry, LedgerPart, ProjectionState
from charteroak.services.checkpoints import make_checkpoint
from charteroak.services.evidence_log import LINES, LogQuestion, log_page
from charteroak.services.programs import Recorder, record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]

BACKUPS, SUPPLIERS = "back-up-and-restore", "check-suppliers"
HOSTILE = "<script>alert(1)</script>\u202e{{ 7|add:7 }}"


def text_of(content: bytes) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", content.decode())).split())


def url(member: Organisation, name: str, *args: object) -> str:
    return reverse(f"programs:{name}", args=[member.slug, *args])


@pytest.fixture
def write(member: Organisation) -> Callable[..., int]:
    """Records made-up facts on made-up days, and gives the number of each entry."""
    member.is_fictional = True
    member.save()

    def one(kind: str, occurred: str = "2026-03-02", recorded: str = "2026-03-02", **body: object) -> int:
        moment = datetime.fromisoformat(f"{recorded}T15:00").replace(tzinfo=UTC)
        return record(member, kind, body, Recorder("system", recorded=moment), occurred_from=occurred).index

    return one


@pytest.fixture
def lead(client: Client, security_lead: User) -> Client:
    client.force_login(security_lead)
    return client


@pytest.fixture
def kept(member: Organisation, write: Callable[..., int]) -> Organisation:
    """Two answers, evidence in time and late, a correction, and evidence that another item took the place of."""
    write("practice.answered", practice=BACKUPS, answer="yes", note="Every Friday.")
    write("evidence.recorded", practice=BACKUPS, title="Order book restored", note=HOSTILE)
    write("practice.answered", practice=SUPPLIERS, answer="no")
    write("evidence.recorded", "2026-03-10", "2026-06-10", practice=BACKUPS, title="Old list")
    write("correction.made", "2026-06-11", "2026-06-11", corrects=2, reason="Wrong firm.")
    write("evidence.superseded", "2026-06-12", "2026-06-12", supersedes=1, by=3, reason="A better one.")
    return member


def indexes(page: bytes) -> list[int]:
    return [int(found) for found in re.findall(rb'id="entry-(\d+)"', page)]


def test_the_log_shows_both_times_and_labels_what_is_late(lead: Client, kept: Organisation) -> None:
    page = lead.get(url(kept, "evidence"))
    assert indexes(page.content) == [5, 4, 3, 2, 1, 0]
    text = text_of(page.content)
    assert "6 entries are recorded; no outsider has seen any of it yet." in text
    assert "as this software saw it" in text
    assert "92 days later Late" in text or "92 days later" in text
    assert "<script>alert" not in page.content.decode()


def test_what_was_done_to_an_entry_is_linked_both_ways(lead: Client, kept: Organisation) -> None:
    text = text_of(lead.get(url(kept, "evidence")).content)
    assert "Corrected , by entry 4 : it counts no more." in text
    assert "Superseded , by entry 5" in text
    corrected = lead.get(url(kept, "entry", 2)).content.decode()
    assert url(kept, "entry", 4) in corrected
    correction = lead.get(url(kept, "entry", 4)).content.decode()
    assert url(kept, "entry", 2) in correction
    superseding = text_of(lead.get(url(kept, "entry", 5)).content)
    assert "Supersedes entry 1" in superseding
    assert "Rests on entry 3" in superseding


def test_a_correction_that_was_itself_corrected_does_not_stand(
    lead: Client, kept: Organisation, write: Callable[..., int]
) -> None:
    write("correction.made", "2026-06-13", "2026-06-13", corrects=4, reason="It was the right firm.")
    text = text_of(lead.get(url(kept, "entry", 2)).content)
    assert "it counts no more" not in text
    assert "it counts no more" in text_of(lead.get(url(kept, "entry", 4)).content)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"kind": "practice.answered"}, [2, 0]),
        ({"practice": BACKUPS}, [3, 1, 0]),
        ({"practice": SUPPLIERS, "kind": "practice.answered"}, [2]),
        ({"first": "2026-03-10"}, [5, 4, 3]),
        ({"last": "2026-03-09"}, [2, 1, 0]),
        ({"first": "2026-03-10", "last": "2026-03-10"}, [3]),
        ({"words": "ORDER"}, [1]),
        ({"words": "friday"}, [0]),
        ({"words": "note"}, []),
        ({"words": "list", "kind": "evidence.recorded"}, [3]),
        ({"words": "no such words"}, []),
        ({"words": ""}, [5, 4, 3, 2, 1, 0]),
    ],
)
def test_entries_are_found_by_practice_kind_days_and_words(
    lead: Client, kept: Organisation, asked: dict[str, str], expected: list[int]
) -> None:
    by_rows = lead.get(url(kept, "evidence"), asked)
    assert indexes(by_rows.content) == expected
    ProjectionState.objects.filter(organisation=kept).delete()
    by_entries = lead.get(url(kept, "evidence"), asked)
    assert indexes(by_entries.content) == expected
    if not expected:
        assert "No entry fits" in text_of(by_rows.content)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"kind": "no.such"}, "Select a valid choice."),
        ({"practice": "no-such"}, "Select a valid choice."),
        ({"first": "2026-03-10", "last": "2026-03-09"}, "The last day lies before the first."),
        ({"first": "soon"}, "Enter a valid date."),
        ({"last": "9999-12-31"}, "This day lies in the future."),
        ({"words": "x" * 201}, "at most 200 characters"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(
    lead: Client, kept: Organisation, asked: dict[str, str], words: str
) -> None:
    page = lead.get(url(kept, "evidence"), asked)
    assert page.status_code == 422
    assert words in text_of(page.content)


def test_pages_follow_each_other_without_gap_or_double(
    lead: Client, member: Organisation, write: Callable[..., int]
) -> None:
    for number in range(2 * LINES + 7):
        write("practice.answered", practice=BACKUPS, answer="yes" if number % 3 else "no")
    seen, address = [], url(member, "evidence")
    while address:
        page = lead.get(address)
        seen.append(indexes(page.content))
        older = re.search(r'<a href="([^"]+)">Older entries', page.content.decode())
        address = url(member, "evidence") + html.unescape(older[1]) if older else ""
    assert [index for page in seen for index in page] == list(range(2 * LINES + 6, -1, -1))
    assert [len(page) for page in seen] == [LINES, LINES, 7]
    back = lead.get(url(member, "evidence"), {"after": seen[2][0]})
    assert indexes(back.content) == seen[1]
    assert indexes(lead.get(url(member, "evidence"), {"after": seen[1][0]}).content) == seen[0]


@pytest.mark.parametrize("place", ["-1", "9" * 30, "x", "²", "1.5", ""])
def test_places_that_are_none_show_the_first_page(lead: Client, kept: Organisation, place: str) -> None:
    for name in ("before", "after", "entry"):
        page = lead.get(url(kept, "evidence"), {name: place})
        assert (page.status_code, indexes(page.content)) == (200, [5, 4, 3, 2, 1, 0])


def test_a_page_far_down_costs_no_more_than_the_first(
    lead: Client, member: Organisation, write: Callable[..., int]
) -> None:
    for _number in range(3 * LINES):
        write("practice.answered", practice=BACKUPS, answer="yes")
    costs = []
    for before in (3 * LINES, LINES + 1):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            lead.get(url(member, "evidence"), {"before": before})
        costs.append(len(queries))
        assert not any("COUNT(" in query["sql"] and "ledgerentry" in query["sql"] for query in queries)
    assert costs[0] == costs[1] < 40


def test_a_search_for_words_says_how_far_it_looked(
    kept: Organisation, monkeypatch: pytest.MonkeyPatch, lead: Client
) -> None:
    monkeypatch.setattr("charteroak.services.evidence_log.STRETCH_OF_TEXT", 3)
    page = lead.get(url(kept, "evidence"), {"words": "friday"})
    text = text_of(page.content)
    assert "None was found back to entry 3; older ones were not looked at yet." in text
    assert "Look further back" in text
    further = lead.get(url(kept, "evidence"), {"words": "friday", "before": 3})
    assert indexes(further.content) == [0]


def test_an_entrys_page_says_what_it_says_and_what_rests_on_it(lead: Client, kept: Organisation) -> None:
    page = lead.get(url(kept, "entry", 0))
    text = text_of(page.content)
    assert "Practice answered: Back up, and try to restore: Yes." in text
    assert "Every Friday." in text
    assert "private part" in text
    assert "Is the answer in force to Back up, and try to restore" in text
    header = bytes(LedgerEntry.objects.get(organisation=kept, index=0).header)
    assert html.escape(header.decode()) in page.content.decode()
    assert lead.get(url(kept, "entry-header", 0)).content == header


def test_a_proof_is_given_once_a_checkpoint_stands_over_the_entry(lead: Client, kept: Organisation) -> None:
    assert "Not yet. It waits for the next one." in text_of(lead.get(url(kept, "entry", 3)).content)
    assert lead.get(url(kept, "entry-proof", 3)).status_code == 404
    make_checkpoint(kept)
    proof = lead.get(url(kept, "entry-proof", 3))
    assert parse_proof(proof.content).index == 3
    assert proof.headers["Content-Disposition"].endswith('-3.tlog-proof"')


def test_a_part_that_is_not_at_hand_is_shown_by_its_digest(lead: Client, kept: Organisation) -> None:
    LedgerPart.objects.filter(organisation=kept, index=0, name="note").update(value=None, salt=None)
    page = text_of(lead.get(url(kept, "entry", 0)).content)
    assert "Withheld or erased" in page
    assert "Every Friday." not in page
    private = json.loads(bytes(LedgerEntry.objects.get(organisation=kept, index=0).header))["private"]
    assert private["note"] in page
    assert "Withheld : note" in text_of(lead.get(url(kept, "evidence")).content)


def test_an_erased_body_leaves_a_tombstone(lead: Client, kept: Organisation) -> None:
    LedgerEntry.objects.filter(organisation=kept, index=0).update(body=None, salt=None)
    LedgerPart.objects.filter(organisation=kept, index=0).update(value=None, salt=None)
    page = text_of(lead.get(url(kept, "entry", 0)).content)
    assert "What it said was erased" in page
    assert "tombstone" in page


def test_an_altered_entry_is_named_and_not_shown(lead: Client, kept: Organisation) -> None:
    row = LedgerEntry.objects.get(organisation=kept, index=1)
    row.body = bytes(row.body or b"").replace(b"Order", b"Older")
    row.save()
    for name, *args in (("evidence",), ("entry", 1)):
        page = lead.get(url(kept, name, *args))
        assert page.status_code == 500
        assert "Older" not in page.content.decode()
        assert "ntry 1" in text_of(page.content)
    assert lead.get(url(kept, "entry", 0)).status_code == 200


def test_an_entry_taken_out_is_missed(kept: Organisation) -> None:
    make_checkpoint(kept)
    LedgerEntry.objects.filter(organisation=kept, index__gte=5).delete()
    with pytest.raises(LogError, match="a signed checkpoint has"):
        log_page(kept, LogQuestion())
