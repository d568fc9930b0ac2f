"""What shows a practice, how old it may be, and how silence is counted."""

import itertools
from datetime import date
from typing import Any

import pytest

from charteroak.program.findings import Freshness, practice_records

HUNT = {"indicators": 9, "engine": "local", "files": 2, "bytes": 100, "lines": 4, "matches": 0, "couldNotRead": []}


def finding(history: Any, practices: Any, practice: str, day: str) -> Any:
    return practice_records(history.facts, practices.by_id)[practice].finding(date.fromisoformat(day))


def test_a_question_nobody_answered_is_unknown(history: Any, practices: Any) -> None:
    found = finding(history, practices, "lock", "2026-03-01")
    assert (found.answer, found.freshness, found.gap_days) == ("unknown", Freshness.NONE, None)


@pytest.mark.parametrize(
    ("day", "freshness", "gap"),
    [
        ("2026-01-01", Freshness.FRESH, 0),
        ("2026-04-11", Freshness.FRESH, 0),
        ("2026-04-12", Freshness.STALE, 1),
        ("2026-05-01", Freshness.STALE, 20),
    ],
)
def test_evidence_is_fresh_up_to_its_last_allowed_day_and_silence_is_counted_from_there(
    history: Any, practices: Any, day: str, freshness: Freshness, gap: int
) -> None:
    history.evidence("lock", "2026-01-01")
    found = finding(history, practices, "lock", day)
    assert (found.freshness, found.gap_days) == (freshness, gap)


def test_evidence_of_a_period_grows_old_from_its_last_day_and_counts_inside_it(history: Any, practices: Any) -> None:
    history.evidence("lock", "2026-01-01", to="2026-03-31")
    assert finding(history, practices, "lock", "2026-02-01").age_days == 0
    assert finding(history, practices, "lock", "2026-04-10").age_days == 10


def test_evidence_that_begins_later_plays_no_part(history: Any, practices: Any) -> None:
    history.evidence("lock", "2026-03-01")
    assert finding(history, practices, "lock", "2026-02-28").freshness is Freshness.NONE


def test_a_hunt_shows_the_practice_that_it_is_an_operation_of(history: Any, practices: Any) -> None:
    history.add("hunt.run", HUNT, occurred="2026-03-01")
    assert finding(history, practices, "train", "2026-03-02").freshness is Freshness.FRESH
    assert finding(history, practices, "lock", "2026-03-02").freshness is Freshness.NONE


def test_a_hunt_that_read_nothing_shows_nothing(history: Any, practices: Any) -> None:
    history.add("hunt.run", HUNT | {"files": 2, "bytes": 0, "lines": 0}, occurred="2026-03-01")
    assert finding(history, practices, "train", "2026-03-02").freshness is Freshness.NONE


def test_an_operation_that_is_not_understood_shows_nothing(history: Any, practices: Any) -> None:
    history.add("hunt.run", {"later": "fields"}, occurred="2026-03-01", version=2)
    assert finding(history, practices, "train", "2026-03-02").freshness is Freshness.NONE


@pytest.mark.parametrize("answer", ["no", "partly", "unknown"])
def test_only_a_yes_with_fresh_evidence_is_shown(history: Any, practices: Any, answer: str) -> None:
    history.evidence("lock", "2026-03-01")
    assert not finding(history, practices, "lock", "2026-03-02").is_shown
    history.answer("lock", answer, "2026-03-01")
    assert not finding(history, practices, "lock", "2026-03-02").is_shown
    history.answer("lock", "yes", "2026-03-02")
    found = finding(history, practices, "lock", "2026-03-02")
    assert found.is_shown
    assert found.exhibits == ("entry:2", "entry:0")


def test_every_day_on_which_a_finding_changes_is_a_turning_day(history: Any, practices: Any) -> None:
    history.answer("lock", "yes", "2026-01-10")
    history.answer("lock", "no", "2026-03-01", to="2026-03-04")
    history.evidence("lock", "2026-01-15", to="2026-01-20")
    history.evidence("lock", "2026-04-20")
    record = practice_records(history.facts, practices.by_id)["lock"]
    turning = record.turning_days()

    def seen(day: date) -> Any:
        found = record.finding(day)
        return found.answer, found.freshness, found.exhibits

    days = [date.fromordinal(n) for n in range(date(2026, 1, 1).toordinal(), date(2026, 9, 1).toordinal())]
    for before, day in itertools.pairwise(days):
        assert seen(before) == seen(day) or day in turning, day
