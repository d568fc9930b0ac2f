"""Ledger entries as recorded facts: no entry is dropped, and days are Connecticut days."""

from datetime import UTC, date, datetime

import pytest

from charteroak.canonical import canonical_json
from charteroak.ledger.entry import Entry, EntryHeader, body_commitment, header_bytes
from charteroak.program.bodies import NotUnderstood, PracticeAnswered
from charteroak.program.recorded import parse_day_or_instant, read_fact

SALT = b"s" * 32


def entry(
    body: bytes | None, *, kind: str = "practice.answered", occurred: str = "2026-03-01", to: str | None = None
) -> Entry:
    header = EntryHeader(
        kind=kind,
        body_version=1,
        organisation="elm-hollow-bakery",
        index=4,
        actor="system",
        occurred_from=occurred,
        occurred_to=to,
        recorded="2026-03-02T03:30:00Z",
        body_sha256=body_commitment(SALT, body or b"").hex(),
    )
    return Entry(header, header_bytes(header), body, SALT)


ANSWER = canonical_json({"practice": "train-everyone", "answer": "yes", "note": ""})


def test_an_entry_is_read_with_both_of_its_times() -> None:
    fact = read_fact(entry(ANSWER))
    assert isinstance(fact.body, PracticeAnswered)
    assert fact.reference == "entry:4"
    assert fact.first_day == date(2026, 3, 1)
    assert fact.recorded_day == date(2026, 3, 1), "half past three UTC is the evening before in Connecticut"


def test_a_state_without_end_still_holds_and_an_event_is_over() -> None:
    state = read_fact(entry(ANSWER))
    event = read_fact(entry(b'{"practice":"train-everyone","title":"x"}', kind="evidence.recorded"))
    assert state.last_day is None
    assert event.last_day == date(2026, 3, 1)
    assert state.covers(date(2030, 1, 1))
    assert not event.covers(date(2026, 3, 2))


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        (None, "practice.answered", "erased"),
        (b'{"practice":1}', "practice.answered", "malformed"),
        (b"\xff", "practice.answered", "malformed"),
        (b"{}", "moon.landed", "unknown-kind"),
    ],
)
def test_a_body_that_cannot_be_read_is_kept_as_not_understood(body: bytes | None, kind: str, reason: str) -> None:
    fact = read_fact(entry(body, kind=kind))
    assert isinstance(fact.body, NotUnderstood)
    assert fact.body.reason == reason


def test_of_two_on_one_day_an_instant_comes_after_a_bare_day() -> None:
    assert read_fact(entry(ANSWER)).order < read_fact(entry(ANSWER, occurred="2026-03-01T15:00:00Z")).order


def test_days_and_instants_are_told_apart() -> None:
    assert parse_day_or_instant("2026-03-01") == date(2026, 3, 1)
    assert parse_day_or_instant("2026-03-01T09:00:00-05:00") == datetime(2026, 3, 1, 14, tzinfo=UTC)
