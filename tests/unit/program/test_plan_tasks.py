"""From a record to tasks: states, shares of effort, needs, weights with reasons, and gaps on record."""

from datetime import date
from typing import Any

import pytest

from charteroak.program.burn_down import burn_down
from charteroak.program.gap_plan import Task, propose
from charteroak.program.plan_tasks import plan_tasks
from charteroak.program.plan_weights import load_weights
from charteroak.program.practices import load_practices
from charteroak.program.status import program_status

DAY = date(2026, 3, 1)


def tasks(history: Any, **asked: Any) -> dict[str, Task]:
    made = plan_tasks(program_status(history.facts, DAY), **asked)
    return {task.id: task for task in made}


def test_every_theme_of_the_practices_has_a_weight_with_a_reason() -> None:
    weights = load_weights()
    assert set(weights.theme) == {practice.theme for practice in load_practices().by_id.values()}
    assert all(weight.reason.endswith(".") for weight in weights.theme.values())


def test_without_a_program_the_practices_where_everyone_starts_are_the_tasks(history: Any) -> None:
    found = tasks(history)
    assert set(load_practices().starting) <= set(found)
    assert all(task.weight > 0 and task.reasons for task in found.values())


def test_every_practice_can_be_planned_and_no_need_runs_in_a_circle(history: Any) -> None:
    found = tasks(history, every_practice=True)
    assert set(found) == set(load_practices().by_id)
    proposal = propose(found.values(), budget=10_000_000, hours=100_000)
    assert len(proposal.chosen) == len(found)
    assert proposal.left == ()


@pytest.mark.parametrize(
    ("answer", "evidence", "state"),
    [
        (None, None, "unanswered"),
        ("no", None, "no"),
        ("partly", None, "partly"),
        ("yes", None, "no-evidence"),
        ("yes", "2020-01-01", "stale-evidence"),
        ("yes", "2026-02-20", None),
    ],
)
def test_the_state_decides_what_is_left_to_do(
    history: Any, answer: str | None, evidence: str | None, state: str | None
) -> None:
    practice = load_practices().by_id["back-up-and-restore"]
    if answer is not None:
        history.answer(practice.id, answer, "2026-01-01")
    if evidence is not None:
        history.evidence(practice.id, evidence)
    task = tasks(history).get(practice.id)
    assert (task.state if task is not None else None) == state
    if task is not None and state is not None:
        share = load_weights().state[state].effort
        assert task.hours.high == -(-practice.effort_hours.high * share // 100)
        assert ("E12" in task.opens) == (answer in {"no", "partly"})
        assert "OH8" in task.opens


def test_a_need_that_is_not_done_becomes_a_task_and_one_that_is_done_does_not_stand_in_the_way(history: Any) -> None:
    history.adopt("2026-01-01", practices=("back-up-and-restore",))
    assert tasks(history)["back-up-and-restore"].needs == ("know-your-equipment",)
    assert "know-your-equipment" in tasks(history)
    history.answer("know-your-equipment", "yes", "2026-01-01")
    history.evidence("know-your-equipment", "2026-02-20")
    assert list(tasks(history)) == ["back-up-and-restore"]
    assert tasks(history)["back-up-and-restore"].needs == ()


def test_a_gap_on_record_adds_to_its_practice_or_stands_alone_without_invented_figures(history: Any) -> None:
    plain = tasks(history)["two-step-sign-in"].weight
    gap = {"gap": "g1", "title": "No second step", "owner": "Lee", "due": "2026-02-01", "practice": "two-step-sign-in"}
    history.add("gap.opened", gap, occurred="2026-01-01")
    history.add("gap.opened", {"gap": "g2", "title": "Old server", "owner": "Lee"}, occurred="2026-01-01")
    found = tasks(history)
    recorded = load_weights().recorded
    assert found["two-step-sign-in"].weight == plain + recorded["ungraded"].points + recorded["overdue"].points
    alone = found["gap-g2"]
    assert (alone.cost.high, alone.hours.high, alone.source) == (0, 0, "nobody has estimated it")


def test_a_burn_down_counts_the_open_gaps_of_each_day(history: Any) -> None:
    for name, opened, closed in (
        ("a", "2026-01-10", "2026-02-10"),
        ("b", "2026-02-01", None),
        ("c", "2025-12-01", None),
    ):
        history.add("gap.opened", {"gap": name, "title": name, "owner": "Lee"}, occurred=opened)
        if closed is not None:
            history.add("gap.closed", {"gap": name, "how": "Done."}, occurred=closed)
    counts = burn_down(history.facts, first=date(2026, 1, 1), last=DAY)
    assert [(count.day.isoformat(), count.open, count.opened, count.closed) for count in counts] == [
        ("2026-01-01", 1, 1, 0),
        ("2026-01-10", 2, 1, 0),
        ("2026-02-01", 3, 1, 0),
        ("2026-02-10", 2, 0, 1),
    ]


def test_a_record_without_gaps_burns_down_from_nothing(history: Any) -> None:
    assert [count.open for count in burn_down(history.facts, first=DAY, last=DAY)] == [0]
