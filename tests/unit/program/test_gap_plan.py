"""A plan under limits: what is refused, what is said of what stays open, and how a curve climbs."""

from typing import Any

import pytest

from charteroak.program.errors import PlanError
from charteroak.program.gap_plan import Range, Task, WhyLeft, propose, trade_off


def task(name: str, weight: int = 1, cost: int = 1, hours: int = 1, needs: tuple[str, ...] = (), **more: Any) -> Task:
    return Task(name, name.title(), Range(0, hours), Range(0, cost), weight, needs=needs, **more)


def names(tasks: tuple[Task, ...]) -> list[str]:
    return [one.id for one in tasks]


def test_with_no_budget_only_what_costs_nothing_is_proposed() -> None:
    proposal = propose([task("free", cost=0), task("dear", weight=9, cost=5)], budget=0, hours=10)
    assert names(proposal.chosen) == ["free"]
    assert proposal.left[0].why is WhyLeft.BUDGET


def test_with_no_hours_nothing_that_takes_any_is_proposed() -> None:
    proposal = propose([task("quick", hours=1)], budget=10, hours=0)
    assert (proposal.chosen, proposal.left[0].why) == ((), WhyLeft.HOURS)


def test_without_tasks_there_is_an_empty_plan() -> None:
    proposal = propose([], budget=10, hours=10)
    assert (proposal.chosen, proposal.left, proposal.benefit) == ((), (), 0)


def test_a_cheap_need_is_taken_for_what_it_makes_possible() -> None:
    tasks = [task("roof", weight=9, needs=("wall",)), task("wall", weight=0), task("door", weight=3, cost=2)]
    proposal = propose(tasks, budget=2, hours=10)
    assert names(proposal.chosen) == ["wall", "roof"]


def test_what_waits_for_something_left_open_says_for_what() -> None:
    proposal = propose([task("roof", weight=9, needs=("wall",)), task("wall", cost=50)], budget=5, hours=10)
    left = {one.task.id: one for one in proposal.left}
    assert left["roof"].why is WhyLeft.NEEDS
    assert left["roof"].waits_for == ("wall",)
    assert left["wall"].why is WhyLeft.BUDGET


def test_what_helps_nothing_is_left() -> None:
    assert propose([task("idle", weight=0)], budget=5, hours=5).left[0].why is WhyLeft.NO_WEIGHT


def test_of_equal_sets_the_cheaper_then_the_quicker_then_the_earlier_is_taken() -> None:
    assert names(propose([task("a", cost=2), task("b")], budget=2, hours=1).chosen) == ["b"]
    assert names(propose([task("a", hours=2), task("b")], budget=1, hours=2).chosen) == ["b"]
    assert names(propose([task("a"), task("b")], budget=1, hours=9).chosen) == ["a"]


@pytest.mark.parametrize(
    ("tasks", "limits", "said"),
    [
        ([], {"budget": -1, "hours": 0}, "not below zero"),
        ([], {"budget": 0, "hours": -1}, "not below zero"),
        ([task("a"), task("a")], {}, "share a name"),
        ([task("a", needs=("none",))], {}, "a needs none, which is no task"),
        ([task("a", weight=-1)], {}, "figures of a cannot be used"),
        ([Task("a", "A", Range(0, 1), Range(5, 1), 1)], {}, "figures of a cannot be used"),
        ([task("a", needs=("a",))], {}, "a needs a"),
        ([task("a", needs=("b",)), task("b", needs=("c",)), task("c", needs=("a",))], {}, "a needs b needs c needs a"),
    ],
)
def test_what_cannot_be_planned_is_refused_and_named(tasks: list[Task], limits: dict[str, int], said: str) -> None:
    with pytest.raises(PlanError, match=said):
        propose(tasks, **{"budget": 9, "hours": 9, **limits})


def test_what_must_be_in_the_plan_and_does_not_fit_is_named_with_what_it_takes() -> None:
    tasks = [task("roof", cost=1000, hours=4, needs=("wall",)), task("wall", cost=500, hours=3)]
    with pytest.raises(PlanError, match=r"takes up to \$1,500 and 7 hours"):
        propose(tasks, budget=1499, hours=9, must=["roof"])
    assert names(propose(tasks, budget=1500, hours=7, must=["roof"]).chosen) == ["wall", "roof"]
    with pytest.raises(PlanError, match="cellar is no task"):
        propose(tasks, budget=1, hours=1, must=["cellar"])


def test_the_curve_begins_with_nothing_and_climbs_to_everything() -> None:
    tasks = [task("free", cost=0), task("a", weight=5, cost=10), task("b", weight=2, cost=10)]
    curve = trade_off(tasks, hours=99, points=5)
    assert [(point.cost, point.benefit) for point in curve] == [(0, 1), (10, 6), (20, 8)]


def test_the_hours_hold_the_curve_down() -> None:
    tasks = [task("a", weight=5, cost=10, hours=5), task("b", weight=2, cost=10, hours=5)]
    assert trade_off(tasks, hours=5)[-1].benefit == 5


def test_a_hundred_and_sixty_tasks_are_solved_in_time() -> None:
    tasks = [
        task(f"t{n}", weight=n * 7 % 23, cost=n * 131 % 997, hours=n * 17 % 29, needs=(f"t{n - 3}",) if n > 2 else ())
        for n in range(160)
    ]
    proposal = propose(tasks, budget=20_000, hours=600)
    assert proposal.cost.high <= 20_000
    assert proposal.to_json()["benefit"] == proposal.benefit
