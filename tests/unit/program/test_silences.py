"""Silence is measured in days and in evidence that should have come."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from charteroak.program.bodies import EvidenceRecorded
from charteroak.program.findings import Freshness, PracticeRecord
from charteroak.program.practices import load_practices
from charteroak.program.recorded import RecordedFact
from charteroak.program.silences import Silence, silences

PRACTICE = load_practices().by_id["back-up-and-restore"]
ALLOWED = PRACTICE.freshness_days
START = date(2026, 1, 1)


def evidence(index: int, day: date) -> RecordedFact:
    body = EvidenceRecorded(practice=PRACTICE.id, title="Test restore")
    recorded = datetime(2026, 12, 1, tzinfo=UTC)
    return RecordedFact(index, "evidence.recorded", 1, "system", day, day, recorded, body)


def record(*days: date) -> PracticeRecord:
    return PracticeRecord(PRACTICE, (), tuple(evidence(index, day) for index, day in enumerate(sorted(days))))


def test_without_any_evidence_the_whole_time_is_silent_from_the_start() -> None:
    last = START + timedelta(days=ALLOWED * 2)
    assert silences(record(), START, last) == (Silence(START, last, 3, is_from_the_start=True),)


def test_evidence_that_came_in_time_leaves_no_silence() -> None:
    assert silences(record(START, START + timedelta(days=ALLOWED)), START, START + timedelta(days=ALLOWED)) == ()


def test_silence_begins_the_day_after_the_evidence_is_too_old_and_ends_before_the_next() -> None:
    after = START + timedelta(days=ALLOWED + 11)
    found = silences(record(START, after), START, after)
    first, last = START + timedelta(days=ALLOWED + 1), after - timedelta(days=1)
    assert found == (Silence(first, last, 1, is_from_the_start=False),)
    assert found[0].days == 10


def test_missed_jobs_are_counted() -> None:
    after = START + timedelta(days=ALLOWED * 3 + 1)
    [found] = silences(record(START, after), START, after)
    assert found.missed == 2


@given(st.sets(st.integers(0, 900), max_size=8), st.integers(0, 900), st.integers(0, 900))
def test_silences_are_the_days_that_are_not_fresh_one_by_one(offsets: set[int], first: int, last: int) -> None:
    practice = record(*(START + timedelta(days=offset) for offset in offsets))
    begin, end = START + timedelta(days=min(first, last)), START + timedelta(days=max(first, last))
    silent = {each.first + timedelta(days=n) for each in silences(practice, begin, end) for n in range(each.days)}
    every = [begin + timedelta(days=n) for n in range((end - begin).days + 1)]
    assert silent == {day for day in every if practice.finding(day).freshness is not Freshness.FRESH}
