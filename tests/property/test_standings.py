"""A kept standing that claims to be today's is the one that a fresh evaluation of the whole ledger gives.

Random histories are written through the services; between the entries the row is refreshed, or not. The fresh answer
is made from every entry, by the fold of ``charteroak.program`` alone.
"""

import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from charteroak.law import determine
from charteroak.law.facts import parse_facts
from charteroak.program.assembly import prospective_facts
from charteroak.program.recorded import RecordedFact, read_fact
from charteroak.program.slippage import RecordState, what_slipped
from charteroak.program.status import program_status
from charteroak.records.accounts.models import Organisation
from charteroak.records.programs.models import ProgramStanding
from charteroak.services import standings
from charteroak.services.ledger import append_entry, read_entries
from charteroak.services.standings import StandingError, check_standing, evaluate_law, refresh, standing_of

pytestmark = pytest.mark.django_db

RELAXED = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
EPOCH = date(2026, 1, 1)
PRACTICES = ("train-everyone", "search-your-logs")
# One row an entry: kind, a choice of three, days since the last recording, how long before the recording it began, and
# how many entries back it reaches.
ROWS = st.lists(
    st.tuples(
        st.sampled_from(
            (
                "practice.answered", "evidence.recorded", "correction.made", "evidence.superseded",
                "exception.accepted", "gap.opened", "gap.closed", "training.completed", "edition.adopted",
                "program.adopted", "organisation.described",
            )
        ),
        st.integers(0, 2),
        st.integers(0, 9),
        st.integers(0, 50),
        st.integers(1, 5),
    ),
    min_size=1,
    max_size=12,
)  # fmt: skip
Row = tuple[str, int, int, int, int]
EVENTS = st.lists(st.tuples(st.sampled_from(range(3)), st.integers(0, 20)), min_size=1, max_size=4)
"""What happens to the row: nothing, a refresh, or a refresh of the law's part; and how many days later."""


def whole_state(facts: list[RecordedFact], asked: date, known_at: date | None) -> RecordState:
    known = [fact for fact in facts if known_at is None or fact.recorded_day <= known_at]
    document = prospective_facts(known, as_of=asked)
    return RecordState(
        status=program_status(known, asked, listed=10_000),
        facts=document,
        determination=determine(parse_facts(document)),
        last_recorded=max((fact.recorded_day for fact in known), default=None),
    )


def day(number: int) -> date:
    return EPOCH + timedelta(days=number)


def body_of(row: Row, index: int, begun: int) -> Mapping[str, Any]:
    kind, choice, _, lag, reach = row
    practice, name, target = PRACTICES[reach % 2], f"one-{choice}", max(0, index - reach)
    due = day(begun + lag).isoformat()
    bodies: dict[str, dict[str, Any]] = {
        "practice.answered": {"practice": practice, "answer": ("yes", "partly", "no")[choice]},
        "evidence.recorded": {"practice": practice, "title": "Shown"},
        "correction.made": {"corrects": target, "reason": "Wrong."},
        "evidence.superseded": {"supersedes": target, "by": None, "reason": "Old."},
        "exception.accepted": {
            "exception": name, "practice": practice, "factor": "cost-and-tools", "reason": "Dear.",
            "approvedBy": "A", "role": "owner", "expires": due,
        },
        "gap.opened": {"gap": name, "title": "Gap", "owner": "A", "due": due},
        "gap.closed": {"gap": name, "how": "Done", "evidence": []},
        "training.completed": {"title": "Taught", "audience": "All", "people": choice},
        "edition.adopted": {
            "framework": "nist-csf", "edition": ("1.1", "2.0", "2.0")[choice], "status": "conforms",
            "from": day(begun).isoformat(), "assertedBy": "A",
        },
        "program.adopted": {
            "title": "P", "version": f"{index}", "documentSha256": "0" * 64, "by": "A", "practices": [practice],
        },
        "organisation.described": {"name": name, "kind": "llc", "employees": choice},
    }  # fmt: skip
    return bodies[kind]


def write(organisation: Organisation, rows: list[Row], start: int) -> None:
    recorded = 0
    for index, row in enumerate(rows, start=start):
        kind, _, gap, lag, _ = row
        recorded += gap
        begun = max(0, recorded - lag)
        append_entry(
            organisation,
            actor="system",
            kind=kind,
            occurred_from=day(begun).isoformat(),
            body=body_of(row, index, begun),
            recorded=datetime(2026, 1, 1, 17, tzinfo=UTC) + timedelta(days=recorded),
        )


@settings(max_examples=examples(25), deadline=None, suppress_health_check=RELAXED)
@given(ROWS, ROWS, EVENTS)
def test_a_row_that_is_current_is_a_fresh_evaluation_of_the_whole_ledger(
    first: list[Row], then: list[Row], events: list[tuple[int, int]]
) -> None:
    with transaction.atomic():
        slug = f"of-{secrets.token_hex(6)}"
        created = datetime(2026, 1, 1, tzinfo=UTC)
        organisation = Organisation.objects.create(
            slug=slug, name=slug, part="member", kind="llc", is_fictional=True, created=created
        )
        write(organisation, first, 0)
        asked = EPOCH + timedelta(days=30)
        for number, (event, days) in enumerate(events):
            asked += timedelta(days=days)
            if number == 1:
                write(organisation, then, len(first))
            if event == 1:
                refresh(organisation, asked)
            if event == 2:
                ProgramStanding.objects.filter(organisation=organisation).update(law_version="of another release")
                refresh(organisation, asked)
        row = refresh(organisation, asked)

        facts = [read_fact(entry) for entry in read_entries(organisation)]
        week_ago = asked - timedelta(days=7)
        now, before = whole_state(facts, asked, None), whole_state(facts, week_ago, week_ago)
        standing = standing_of(row)
        assert standing.slips == what_slipped(before, now)
        assert standing.outcome == str(now.determination.outcome)
        assert standing.law["elements"] == {
            each.id: str(each.status) for each in now.determination.elements if not each.assumed
        }
        assert standing.record["openGaps"] == len(now.status.recorded_gaps)
        assert row.facts == now.facts
        assert evaluate_law(row).standing == standing
        assert check_standing(organisation)
        transaction.set_rollback(True)


def test_a_row_is_stale_after_an_entry_a_day_and_a_new_edition(
    add_organisation: type[Organisation], monkeypatch: pytest.MonkeyPatch
) -> None:
    organisation = add_organisation("elm", is_fictional=True)
    write(organisation, [("practice.answered", 0, 1, 0, 2)], 0)
    asked = EPOCH + timedelta(days=30)
    made = refresh(organisation, asked).evaluated
    assert refresh(organisation, asked).evaluated == made

    write(organisation, [("practice.answered", 2, 2, 0, 2)], 1)
    assert not check_standing(organisation)
    after_entry = refresh(organisation, asked)
    assert after_entry.evaluated > made
    assert refresh(organisation, asked + timedelta(days=1)).day == asked + timedelta(days=1)

    monkeypatch.setattr(standings, "law_version", lambda: "f" * 64)
    read = []
    monkeypatch.setattr(standings, "evaluate", lambda *_: read.append(1))
    assert refresh(organisation, asked + timedelta(days=1)).law_version == "f" * 64
    assert not read, "a new edition makes no entry be read again"


@pytest.mark.parametrize("column", ["record", "law", "facts", "slips", "outcome"])
def test_a_row_that_was_altered_is_named(add_organisation: type[Organisation], column: str) -> None:
    organisation = add_organisation("elm", is_fictional=True)
    write(organisation, [("practice.answered", 0, 1, 0, 2)], 0)
    row = refresh(organisation, EPOCH + timedelta(days=30))
    assert check_standing(organisation)
    altered = {"slips": 3, "outcome": "at-risk"}.get(column) or {**getattr(row, column), "outcome": "at-risk"}
    ProgramStanding.objects.filter(pk=row.pk).update(**{column: altered})
    with pytest.raises(StandingError, match="not what its ledger makes of it"):
        check_standing(organisation)
