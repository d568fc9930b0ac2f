"""Answers from a few selected entries are those of the whole ledger: random histories in a database.

Three readers answer the same questions: the services, by way of the projections; the fold of ``charteroak.program``
over every entry; and a naive replay below that shares no code with either.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from charteroak.program import status as statuses
from charteroak.program.assembly import breach_facts
from charteroak.program.history import changes_between
from charteroak.program.recorded import RecordedFact, read_fact
from charteroak.program.status import program_status
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry, LedgerFact, LedgerPart, LedgerRelation
from charteroak.services import selection
from charteroak.services.ledger import append_entry, read_entries, stored_entries
from charteroak.services.programs import status_of
from charteroak.services.projections import project_again, rebuild_projections, verify_projections
from charteroak.services.selected import changes_of, facts_between

pytestmark = [pytest.mark.django_db(transaction=False)]

EPOCH = date(2026, 1, 1)
LAST_DAY = 100
PRACTICES = ("train-everyone", "search-your-logs", "gone-practice")
KINDS = (
    "practice.answered", "evidence.recorded", "correction.made", "evidence.superseded", "exception.accepted",
    "gap.opened", "gap.closed", "hunt.run", "training.completed", "edition.adopted", "program.adopted",
    "program.approved", "program.reviewed", "requirement.assessed", "organisation.described",
)  # fmt: skip


def day(number: int) -> date:
    return EPOCH + timedelta(days=number)


# One row an entry: kind, practice, a choice of three, days since the last recording, how long before the recording it
# began, how long it lasted (None: it has no end), how many entries back it reaches, and whether its notes are withheld
# (1) or its whole body is erased (2) afterwards.
ROWS = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.sampled_from(PRACTICES),
        st.integers(0, 2),
        st.integers(0, 12),
        st.integers(0, 60),
        st.none() | st.integers(0, 40),
        st.integers(-1, 5),
        st.sampled_from([0, 0, 0, 0, 1, 2]),
    ),
    min_size=1,
    max_size=16,
)
Row = tuple[str, str, int, int, int, int | None, int, int]
DAYS = st.integers(0, LAST_DAY).map(day)
HOW = st.integers(0, 2)
"""Whether the moment of knowledge is a day, left out, or an instant."""


def body_of(row: Row, index: int, start: int) -> dict[str, Any]:
    kind, practice, choice, _, lag, length, reach, _ = row
    name = f"one-{choice}"
    target = max(0, index - reach)
    edition = {"framework": "nist-csf", "edition": "2.0"}
    officer = {"asserted": "A. Person"}["asserted"]
    bodies: dict[str, dict[str, Any]] = {
        "practice.answered": {"practice": practice, "answer": ("yes", "partly", "no")[choice], "note": "Said."},
        "evidence.recorded": {"practice": practice, "title": "Shown", "note": "Seen."},
        "correction.made": {"corrects": target, "reason": "Wrong."},
        "evidence.superseded": {"supersedes": target, "by": None, "reason": "Old."},
        "exception.accepted": {
            "exception": name,
            "practice": practice,
            "factor": "cost-and-tools",
            "reason": "Dear.",
            "approvedBy": officer,
            "role": "owner",
            "expires": day(start + (length or 0)).isoformat(),
        },
        "gap.opened": {"gap": name, "title": "Gap", "owner": officer, "note": "Found."},
        "gap.closed": {"gap": name, "how": "Done", "evidence": [target]},
        "hunt.run": {"indicators": 1, "engine": "local", "files": 1, "bytes": choice, "lines": 1, "matches": 0},
        "training.completed": {"title": "Taught", "audience": "All", "people": choice},
        "edition.adopted": {
            **edition,
            "status": ("conforms", "partly", "does-not")[choice],
            "from": day(max(0, start - lag)).isoformat(),
            "to": None if length is None else day(start + length).isoformat(),
            "assertedBy": officer,
        },
        "program.adopted": {
            "title": "P",
            "version": name,
            "documentSha256": "0" * 64,
            "by": officer,
            "practices": list(PRACTICES[:1]),
        },
        "program.approved": {"version": name, "by": officer, "role": "owner"},
        "program.reviewed": {"version": name, "by": officer, "outcome": "no-change"},
        "requirement.assessed": {
            **edition,
            "requirement": f"PR.AA-0{1 + choice}",
            "result": ("satisfied", "partly", "not-satisfied")[reach % 3],
            "assessor": officer,
        },
        "organisation.described": {"name": name, "kind": "llc", "employees": choice},
    }
    return bodies[kind]


def keep(organisation: Organisation, rows: list[Row]) -> None:
    """Write the history through the services, then withhold and erase what it says."""
    recorded = 0
    for index, row in enumerate(rows):
        kind, _, _, gap, lag, length, _, _ = row
        recorded = min(LAST_DAY, recorded + gap)
        start = max(0, recorded - lag)
        end = None if length is None else min(recorded, start + length)
        append_entry(
            organisation,
            actor="system",
            kind=kind,
            occurred_from=day(start).isoformat(),
            occurred_to=None if end is None else day(end).isoformat(),
            body=body_of(row, index, start),
            recorded=datetime(2026, 1, 1, 17, tzinfo=UTC) + timedelta(days=recorded),
        )
    for index, row in enumerate(rows):
        if row[-1] == 1:
            LedgerPart.objects.filter(organisation=organisation, index=index).update(value=None, salt=None)
        if row[-1] == 2:
            LedgerEntry.objects.filter(organisation=organisation, index=index).update(body=None, salt=None)
            erased = [entry for entry in stored_entries(organisation) if entry.header.index == index]
            project_again(organisation, erased)


@contextmanager
def kept(rows: list[Row]) -> Iterator[tuple[Organisation, list[RecordedFact]]]:
    """An organisation with this history, and every fact of it; gone afterwards."""
    with transaction.atomic():
        slug = f"of-{secrets.token_hex(6)}"
        organisation = Organisation.objects.create(
            slug=slug,
            name=slug,
            part=Organisation.Part.MEMBER,
            kind="llc",
            is_fictional=True,
            created=datetime(2026, 1, 1, tzinfo=UTC),
        )
        keep(organisation, rows)
        yield organisation, [read_fact(entry) for entry in read_entries(organisation)]
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def short_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists so short that random histories outgrow them."""
    for module in (statuses, selection):
        monkeypatch.setattr(module, "LISTED", 2)
        monkeypatch.setattr(module, "EVIDENCE_LISTED", 2)
        monkeypatch.setattr(module, "COUNTED", 4)
        monkeypatch.setattr(module, "EVIDENCE_COUNTED", 4)


def replay(facts: list[RecordedFact], asked: date, known: date) -> dict[str, Any]:
    """The answer worked out the slow way, from the headers and bodies alone."""
    ledger = [fact for fact in facts if fact.recorded.date() <= known]

    def says(fact: RecordedFact, name: str) -> Any:
        return getattr(fact.body, name, None)

    def is_corrected(index: int) -> bool:
        return any(
            fact.kind == "correction.made"
            and says(fact, "corrects") == index
            and fact.index > index
            and not is_corrected(fact.index)
            for fact in ledger
        )

    standing = sorted(
        (fact for fact in ledger if not is_corrected(fact.index) and fact.occurred_from <= asked),
        key=lambda fact: (fact.occurred_from, fact.index),
    )
    superseded = {
        says(fact, "supersedes")
        for fact in standing
        if fact.kind == "evidence.superseded" and (says(fact, "supersedes") or 0) < fact.index
    }
    answers: dict[str, str] = {}
    evidence: dict[str, list[int]] = {practice: [] for practice in PRACTICES[:2]}
    exceptions: dict[str, date] = {}
    gaps: dict[str, bool] = {}
    for fact in standing:
        if fact.kind == "practice.answered" and says(fact, "answer"):
            if fact.occurred_to is None or asked <= fact.occurred_to:
                answers[says(fact, "practice")] = says(fact, "answer")
        elif fact.kind == "exception.accepted" and says(fact, "expires"):
            exceptions[says(fact, "exception")] = says(fact, "expires")
        elif fact.kind in {"gap.opened", "gap.closed"} and says(fact, "gap"):
            gaps[says(fact, "gap")] = fact.kind == "gap.opened"
        elif fact.index in superseded:
            continue
        elif fact.kind == "evidence.recorded" and says(fact, "practice") in evidence:
            evidence[says(fact, "practice")].append(fact.index)
        elif fact.kind == "hunt.run" and says(fact, "bytes"):
            evidence["search-your-logs"].append(fact.index)
        elif fact.kind == "training.completed" and says(fact, "people"):
            evidence["train-everyone"].append(fact.index)
    return {
        "answers": {practice: answers.get(practice, "unknown") for practice in PRACTICES[:2]},
        "evidence": {practice: indexes[-2:] for practice, indexes in evidence.items()},
        "left out": {practice: max(0, min(4, len(indexes)) - 2) for practice, indexes in evidence.items()},
        "exceptions": sorted(name for name, expires in exceptions.items() if asked < expires)[:2],
        "gaps": sorted(name for name, is_open in gaps.items() if is_open)[:2],
    }


def answered(organisation: Organisation, asked: date, known: date) -> dict[str, Any]:
    """The same answer from the services."""
    document = status_of(organisation, as_of=asked, known_at=known).to_json()
    practices = {row["id"]: row for row in document["practices"] if row["id"] in PRACTICES}
    return {
        "answers": {name: row["answer"] for name, row in practices.items()},
        "evidence": {name: [entry["entry"] for entry in row["evidence"]] for name, row in practices.items()},
        "left out": {name: row["evidenceLeftOut"] for name, row in practices.items()},
        "exceptions": [entry["body"]["exception"] for entry in document["exceptions"]],
        "gaps": [entry["body"]["gap"] for entry in document["recordedGaps"]],
    }


def holds(rows: list[Row], asked: date, other: date, known: date, how: int) -> None:
    first, last = sorted((asked, other))
    instant = datetime(2026, 1, 1, 17, tzinfo=UTC) + timedelta(days=(known - EPOCH).days)
    moment = (known, None, instant)[how]
    with kept(rows) as (organisation, facts):
        assert answered(organisation, asked, known) == replay(facts, asked, known)
        whole = program_status(facts, asked, moment).to_json()
        assert status_of(organisation, as_of=asked, known_at=moment).to_json() == whole
        selected = facts_between(organisation, first, last, moment)
        assert breach_facts(selected, first=first, last=last, known_at=moment) == breach_facts(
            facts, first=first, last=last, known_at=moment
        )
        changes = changes_of(organisation, first, last, moment, listed=3)
        assert changes.changes == changes_between(facts, first, last, moment)[-3:]
        before = [fact for fact in facts if fact.recorded_day <= known]
        assert status_of(organisation, as_of=asked, known_at=known).to_json() == (
            program_status(before, asked, known).to_json()
        )


def dumped(organisation: Organisation) -> bytes:
    """Every projection row as bytes, without the key that the database gives it."""
    rows = [
        list(model.objects.filter(organisation=organisation).order_by(*order).values_list(*columns))
        for model, order, columns in (
            (LedgerFact, ("index",), selection_columns(LedgerFact)),
            (LedgerRelation, ("index", "relation", "target"), selection_columns(LedgerRelation)),
        )
    ]
    return repr(rows).encode()


def selection_columns(model: type[LedgerFact] | type[LedgerRelation]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if field.name != "id"]


RELAXED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=examples(30), deadline=None, suppress_health_check=RELAXED)
@given(ROWS, DAYS, DAYS, DAYS, HOW)
def test_an_answer_from_selected_entries_is_that_of_the_whole_ledger(
    rows: list[Row], asked: date, other: date, known: date, how: int
) -> None:
    holds(rows, asked, other, known, how)


@pytest.mark.slow
@settings(max_examples=examples(1000), deadline=None, suppress_health_check=RELAXED)
@given(ROWS, DAYS, DAYS, DAYS, HOW)
def test_a_thousand_answers_from_selected_entries_are_those_of_the_whole_ledger(
    rows: list[Row], asked: date, other: date, known: date, how: int
) -> None:
    holds(rows, asked, other, known, how)


@settings(max_examples=20, deadline=None, suppress_health_check=RELAXED)
@given(ROWS)
def test_rebuilt_projections_are_byte_for_byte_those_that_were_written(rows: list[Row]) -> None:
    with kept(rows) as (organisation, _):
        written = dumped(organisation)
        verify_projections(organisation, read_entries(organisation))

        rebuild_projections(organisation, read_entries(organisation))

        assert dumped(organisation) == written
