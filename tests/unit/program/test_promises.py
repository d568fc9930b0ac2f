"""What a program promises: what its adoption names, else the sixteen where everyone starts, however large the set."""

from datetime import date
from typing import Any

from charteroak.program.assembly import breach_facts
from charteroak.program.gaps import in_order_of_work, open_gaps
from charteroak.program.practices import load_practices
from charteroak.program.status import program_status

SHIPPED = load_practices()
DAY = date(2026, 6, 1)


def test_an_adoption_without_a_list_promises_the_starting_practices_and_not_all(history: Any) -> None:
    history.adopt("2026-01-05", practices=())
    status = program_status(history.facts, DAY)
    assert status.promised == SHIPPED.starting
    asked = {gap.practice for gap in open_gaps(status) if gap.code == "practice.unanswered"}
    assert asked == set(SHIPPED.starting)


def test_the_starting_practices_shown_are_the_program_complied_with_whatever_else_is_unanswered(history: Any) -> None:
    history.adopt("2026-01-05", practices=())
    for practice in SHIPPED.starting:
        history.answer(practice, "yes", "2026-01-05")
        history.evidence(practice, "2026-05-31")
    facts = breach_facts(history.facts, first=DAY, last=DAY)
    assert [row["status"] for row in facts["program"]["compliedWith"]] == ["yes"]


def test_without_a_program_the_record_asks_for_where_everyone_starts(history: Any) -> None:
    history.answer("filter-mail", "no", "2026-01-05")
    status = program_status(history.facts, DAY)
    assert status.promised == ()
    assert [finding.practice.id for finding in status.wanted] == list(SHIPPED.starting)
    assert [finding.practice.id for finding in status.spoken_of] == ["filter-mail"]
    assert "filter-mail" not in {gap.practice for gap in open_gaps(status)}


def test_a_promise_of_everything_lists_first_what_helps_most(history: Any) -> None:
    history.adopt("2026-01-05", practices=tuple(reversed(tuple(SHIPPED.by_id))))
    gaps = [gap.practice for gap in open_gaps(program_status(history.facts, DAY)) if gap.practice]
    assert len(gaps) == len(SHIPPED.by_id)
    assert gaps[:16] == list(SHIPPED.starting)
    needed = sum(gaps[16] in practice.needs for practice in SHIPPED.by_id.values())
    assert needed >= sum(gaps[-1] in practice.needs for practice in SHIPPED.by_id.values())
    assert needed > 3


def test_the_order_of_work_keeps_every_promise_once() -> None:
    names = ["filter-mail", "train-everyone", "limit-rights", "name-who-leads"]
    ordered = in_order_of_work(names, SHIPPED)
    assert sorted(ordered) == sorted(names)
    assert ordered[:2] == ["name-who-leads", "train-everyone"]


def test_a_framework_only_question_can_be_promised_and_is_then_asked_for(history: Any) -> None:
    history.adopt("2026-01-05", practices=("hipaa-scope",))
    gaps = open_gaps(program_status(history.facts, DAY))
    assert [gap.practice for gap in gaps if gap.code == "practice.unanswered"] == ["hipaa-scope"]
