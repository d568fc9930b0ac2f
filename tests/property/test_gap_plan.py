"""The proposed set is the best there is: held against every set of small instances."""

from itertools import combinations

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from charteroak.program.errors import PlanError
from charteroak.program.gap_plan import Range, Task, propose, trade_off

LIMITS = st.integers(0, 30)


@st.composite
def tasks(draw: st.DrawFn) -> list[Task]:
    """Up to eight tasks; each may need earlier ones, so that there is no circle."""
    made: list[Task] = []
    for place in range(draw(st.integers(0, 8))):
        names = [task.id for task in made]
        needs = draw(st.lists(st.sampled_from(names), max_size=2, unique=True)) if names else []
        low, more = draw(st.integers(0, 6)), draw(st.integers(0, 6))
        made.append(
            Task(
                id=f"t{place}",
                title=f"Task {place}",
                hours=Range(0, draw(st.integers(0, 9))),
                cost=Range(low, low + more),
                weight=draw(st.integers(0, 9)),
                needs=tuple(needs),
            )
        )
    return draw(st.permutations(made))


def worth(chosen: tuple[Task, ...], listed: list[Task]) -> tuple[int, int, int, int]:
    """What makes one set better than another, the greater the better."""
    place = {task.id: rank for rank, task in enumerate(listed, 1)}
    return (
        sum(task.weight for task in chosen),
        -sum(task.cost.high for task in chosen),
        -sum(task.hours.high for task in chosen),
        -sum(place[task.id] for task in chosen),
    )


def every_set(listed: list[Task], budget: int, hours: int) -> list[tuple[Task, ...]]:
    found = []
    for size in range(len(listed) + 1):
        for chosen in combinations(listed, size):
            names = {task.id for task in chosen}
            if (
                all(names >= set(task.needs) for task in chosen)
                and sum(task.cost.high for task in chosen) <= budget
                and sum(task.hours.high for task in chosen) <= hours
            ):
                found.append(chosen)
    return found


@settings(max_examples=examples(60), deadline=None)
@given(tasks(), LIMITS, LIMITS)
def test_no_set_within_the_limits_is_better(listed: list[Task], budget: int, hours: int) -> None:
    proposal = propose(listed, budget=budget, hours=hours)
    best = max(worth(chosen, listed) for chosen in every_set(listed, budget, hours))
    assert worth(proposal.chosen, listed) == best
    assert {task.id for task in proposal.chosen} | {left.task.id for left in proposal.left} == {t.id for t in listed}
    done: set[str] = set()
    for task in proposal.chosen:
        assert done >= set(task.needs)
        done.add(task.id)


@settings(max_examples=examples(40), deadline=None)
@given(tasks(), LIMITS, LIMITS, st.data())
def test_what_must_be_in_the_plan_is_in_it_or_the_plan_is_refused(
    listed: list[Task], budget: int, hours: int, data: st.DataObject
) -> None:
    must = set(data.draw(st.lists(st.sampled_from([task.id for task in listed]), max_size=2))) if listed else set()
    possible = [chosen for chosen in every_set(listed, budget, hours) if must <= {task.id for task in chosen}]
    if not possible:
        with pytest.raises(PlanError, match="What must be in the plan takes"):
            propose(listed, budget=budget, hours=hours, must=must)
        return
    proposal = propose(listed, budget=budget, hours=hours, must=must)
    assert worth(proposal.chosen, listed) == max(worth(chosen, listed) for chosen in possible)


@settings(max_examples=examples(25), deadline=None)
@given(tasks(), LIMITS)
def test_each_point_of_the_curve_is_the_best_for_its_cost_and_no_cheaper_set_is_as_good(
    listed: list[Task], hours: int
) -> None:
    for point in trade_off(listed, hours=hours, points=5):
        best = max(worth(chosen, listed) for chosen in every_set(listed, point.cost, hours))
        assert (point.benefit, -point.cost) == best[:2]


@settings(max_examples=examples(25), deadline=None)
@given(tasks(), LIMITS, LIMITS)
def test_the_same_question_has_the_same_answer(listed: list[Task], budget: int, hours: int) -> None:
    assert propose(listed, budget=budget, hours=hours) == propose(listed, budget=budget, hours=hours)
