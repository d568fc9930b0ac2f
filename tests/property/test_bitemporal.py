"""No later fact leaks into an earlier answer: 1,000 random histories against an independent replay.

The replay below shares no code with ``charteroak.program``: it walks the ledger entry by entry, paints days one by one,
and settles corrections by recursion.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from charteroak.program.assembly import breach_facts
from charteroak.program.bodies import decode_body
from charteroak.program.findings import practice_records
from charteroak.program.history import as_of, changes_between, knowledge
from charteroak.program.practices import load_practices
from charteroak.program.recorded import RecordedFact
from charteroak.program.status import program_status

EPOCH = date(2026, 1, 1)
PRACTICES = ("train-everyone", "patch-on-time")
SHIPPED = {practice: load_practices().by_id[practice] for practice in PRACTICES}
LAST_DAY = 120


def day(number: int) -> date:
    return EPOCH + timedelta(days=number)


# One row an entry: kind, practice, answer, days since the last recording, how long before the recording it began, how
# long it lasted (None: it has no end), and for a correction how many entries back it reaches (0 or less: nowhere).
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["practice.answered", "evidence.recorded", "correction.made"]),
        st.sampled_from(PRACTICES),
        st.sampled_from(["yes", "no"]),
        st.integers(0, 25),
        st.integers(0, 60),
        st.none() | st.integers(0, 60),
        st.integers(-3, 3),
    ),
    min_size=1,
    max_size=14,
)
Row = tuple[str, str, str, int, int, int | None, int]


def ledger_of(rows: list[Row]) -> list[RecordedFact]:
    """A ledger: recorded in order, about days up to the moment of recording, often long before it."""
    facts: list[RecordedFact] = []
    recorded = 0
    for index, (kind, practice, answer, gap, lag, length, reach) in enumerate(rows):
        recorded = min(LAST_DAY, recorded + gap)
        is_correction = kind == "correction.made"
        start = recorded if is_correction else max(0, recorded - lag)
        end = None if is_correction or length is None else min(recorded, start + length)
        bodies: dict[str, dict[str, Any]] = {
            "practice.answered": {"practice": practice, "answer": answer},
            "evidence.recorded": {"practice": practice, "title": "Shown"},
            "correction.made": {"corrects": max(0, index - reach), "reason": "Wrong."},
        }
        facts.append(
            RecordedFact(
                index=index,
                kind=kind,
                body_version=1,
                actor="system",
                occurred_from=day(start),
                occurred_to=None if end is None else day(end),
                recorded=datetime(2026, 1, 1, 17, tzinfo=UTC) + timedelta(days=recorded),
                body=decode_body(kind, 1, bodies[kind]),
            )
        )
    return facts


LEDGERS = ROWS.map(ledger_of)


def replay(facts: list[RecordedFact], asked: date, known: date) -> dict[str, Any]:
    """The answer worked out the slow way."""
    ledger = [fact for fact in facts if fact.recorded.date() <= known]

    def is_corrected(index: int) -> bool:
        return any(
            fact.kind == "correction.made"
            and fact.body.corrects == index  # type: ignore[union-attr]
            and fact.index > index
            and not is_corrected(fact.index)
            for fact in ledger
        )

    answers: dict[str, dict[date, str]] = {practice: {} for practice in PRACTICES}
    evidence: dict[str, list[int]] = {practice: [] for practice in PRACTICES}
    standing = [fact for fact in ledger if not is_corrected(fact.index)]
    for fact in sorted(standing, key=lambda fact: (fact.occurred_from, fact.index)):
        if fact.kind == "practice.answered":
            painted = fact.occurred_from
            while painted <= (fact.occurred_to or asked):
                answers[fact.body.practice][painted] = fact.body.answer  # type: ignore[union-attr]
                painted += timedelta(days=1)
        elif fact.kind == "evidence.recorded" and fact.occurred_from <= asked:
            evidence[fact.body.practice].append(fact.index)  # type: ignore[union-attr]
    return {practice: (answers[practice].get(asked, "unknown"), sorted(evidence[practice])) for practice in PRACTICES}


def answered(facts: list[RecordedFact], asked: date, known: date) -> dict[str, Any]:
    """The same answer from the code that ``program_status`` stands on."""
    records = practice_records(as_of(facts, asked, known), SHIPPED)
    findings = {practice: record.finding(asked) for practice, record in records.items()}
    return {
        practice: (finding.answer, sorted(fact.index for fact in finding.evidence))
        for practice, finding in findings.items()
    }


DAYS = st.integers(0, LAST_DAY).map(day)


@settings(max_examples=examples(1000), deadline=None)
@given(LEDGERS, DAYS, DAYS)
def test_an_answer_equals_an_independent_replay(facts: list[RecordedFact], asked: date, known: date) -> None:
    assert answered(facts, asked, known) == replay(facts, asked, known)


@settings(max_examples=examples(100), deadline=None)
@given(LEDGERS, DAYS, DAYS)
def test_what_was_recorded_later_changes_no_earlier_status_and_no_facts_document(
    facts: list[RecordedFact], asked: date, known: date
) -> None:
    before = [fact for fact in facts if fact.recorded_day <= known]
    assert program_status(facts, asked, known).to_json() == program_status(before, asked, known).to_json()
    documents = [breach_facts(some, first=EPOCH, last=asked, known_at=known) for some in (facts, before)]
    assert documents[0] == documents[1]


@settings(max_examples=examples(200), deadline=None)
@given(LEDGERS, DAYS, DAYS)
def test_what_began_later_changes_no_earlier_answer(facts: list[RecordedFact], asked: date, known: date) -> None:
    before = [fact for fact in facts if fact.first_day <= asked or fact.kind == "correction.made"]
    assert answered(facts, asked, known) == answered(before, asked, known)


@settings(max_examples=examples(200), deadline=None)
@given(LEDGERS, DAYS, DAYS, DAYS)
def test_every_late_entry_about_an_interval_is_named(
    facts: list[RecordedFact], one: date, other: date, known: date
) -> None:
    first, last = sorted((one, other))
    listed = {change.fact.index: change.timing for change in changes_between(facts, first, last, known)}
    for fact in knowledge(facts, known).facts:
        is_about = fact.first_day <= last
        assert (listed.get(fact.index) == "late") == (is_about and fact.recorded_day > last)
