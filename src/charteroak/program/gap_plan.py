"""The best set of gaps to close under a budget and a number of hours, proven best by an exact solver.

Each gap is a task with hours, a cost range, what it needs first, and a weight: our published measure of how much
closing it helps (``data/weights.toml``), never an estimate of anybody's loss. The set with the greatest sum of weights
is sought whose costs and hours stay within the limits and in which nothing is chosen before what it needs. Among equal
sets the cheaper one is taken, then the quicker, then the one whose tasks stand earlier in the list. The limits are held
against the *high* end of each range, so that a plan that fits does so even if every estimate is at its worst.

HiGHS finds the set; sums and needs are then checked again in whole numbers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from charteroak.program.errors import PlanError
from charteroak.program.plan_solver import Model, solve


@dataclass(frozen=True, slots=True)
class Range:
    """From a low to a high figure, in whole hours or dollars."""

    low: int
    high: int

    def to_json(self) -> list[int]:
        """Both ends."""
        return [self.low, self.high]


@dataclass(frozen=True, slots=True)
class Task:
    """One gap, with what closing it takes, what must stand first, and what it helps."""

    id: str
    title: str
    hours: Range
    cost: Range
    weight: int
    reasons: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    """Elements of statutes and requirements of frameworks that it bears on."""
    source: str = ""
    as_of: date | None = None
    state: str = ""

    def to_json(self) -> dict[str, Any]:
        """The task as JSON values."""
        return {
            "id": self.id,
            "title": self.title,
            "state": self.state,
            "hours": self.hours.to_json(),
            "cost": self.cost.to_json(),
            "source": self.source,
            "asOf": None if self.as_of is None else self.as_of.isoformat(),
            "weight": self.weight,
            "reasons": list(self.reasons),
            "needs": list(self.needs),
            "opens": list(self.opens),
        }


class WhyLeft(StrEnum):
    """Why a task stays open under the limits."""

    NEEDS = "needs"
    BUDGET = "budget"
    HOURS = "hours"
    NO_WEIGHT = "no-weight"


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """A task that is not in the set, why not, and what it waits for."""

    task: Task
    why: WhyLeft
    waits_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """The best set, in an order in which it can be done, and what stays open."""

    budget: int
    hours: int
    chosen: tuple[Task, ...]
    left: tuple[LeftOpen, ...]

    @property
    def benefit(self) -> int:
        """The sum of the chosen weights."""
        return sum(task.weight for task in self.chosen)

    @property
    def cost(self) -> Range:
        """What the set costs."""
        return Range(sum(task.cost.low for task in self.chosen), sum(task.cost.high for task in self.chosen))

    @property
    def effort(self) -> Range:
        """The hours that the set takes."""
        return Range(sum(task.hours.low for task in self.chosen), sum(task.hours.high for task in self.chosen))

    def to_json(self) -> dict[str, Any]:
        """The proposal as JSON values."""
        return {
            "limits": {"budget": self.budget, "hours": self.hours},
            "benefit": self.benefit,
            "cost": self.cost.to_json(),
            "hours": self.effort.to_json(),
            "chosen": [task.to_json() for task in self.chosen],
            "left": [
                {"id": left.task.id, "title": left.task.title, "why": left.why.value, "waitsFor": list(left.waits_for)}
                for left in self.left
            ],
        }


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The best that can be had for a cost: no cheaper set helps as much."""

    cost: int
    benefit: int
    tasks: int


def propose(tasks: Iterable[Task], *, budget: int, hours: int, must: Iterable[str] = ()) -> Proposal:
    """The best set of tasks under a budget in dollars and a number of hours.

    ``must`` names tasks that have to be in it, with everything they need.

    Raises:
        PlanError: a limit is negative; two tasks share a name; a need or a ``must`` names no task; needs run in a
            circle (it is named); or what must be in it does not fit (what it takes is named).
    """
    listed = tuple(tasks)
    by_id = _checked(listed, budget, hours)
    wanted = _with_needs(must, by_id)
    _refuse_too_much(wanted, by_id, budget, hours)
    chosen = solve(_model(listed, hours), budget, frozenset(wanted))
    _verify(chosen, by_id, budget, hours)
    ordered = tuple(by_id[name] for name in _in_order(by_id) if name in chosen)
    return Proposal(budget, hours, ordered, tuple(_left(listed, chosen, budget, hours)))


def trade_off(tasks: Iterable[Task], *, hours: int, points: int = 12) -> tuple[CurvePoint, ...]:
    """What more money would buy: budgets from nothing to what the hours let one spend, each solved exactly.

    Each point stands at the least cost of its benefit, so that the curve climbs where a step really is.

    Raises:
        PlanError: as for ``propose``.
    """
    listed = tuple(tasks)
    by_id = _checked(listed, 0, hours)
    model = _model(listed, hours)
    unlimited = sum(task.cost.high for task in listed)
    top = sum(by_id[name].cost.high for name in solve(model, unlimited, frozenset(), break_every_tie=False))
    found: dict[int, CurvePoint] = {}
    for budget in sorted({top * step // max(1, points - 1) for step in range(points)}):
        chosen = solve(model, budget, frozenset(), break_every_tie=False)
        _verify(chosen, by_id, budget, hours)
        cost = sum(by_id[name].cost.high for name in chosen)
        point = CurvePoint(cost, sum(by_id[name].weight for name in chosen), len(chosen))
        found.setdefault(cost, point)
    return tuple(found[cost] for cost in sorted(found))


def _model(tasks: Sequence[Task], hours: int) -> Model:
    place = {task.id: index for index, task in enumerate(tasks)}
    return Model(
        names=tuple(place),
        weights=tuple(task.weight for task in tasks),
        costs=tuple(task.cost.high for task in tasks),
        hours=tuple(task.hours.high for task in tasks),
        needs=tuple((place[task.id], place[need]) for task in tasks for need in task.needs),
        hours_limit=hours,
    )


def _checked(tasks: Sequence[Task], budget: int, hours: int) -> dict[str, Task]:
    if budget < 0 or hours < 0:
        raise PlanError("A budget and a number of hours are not below zero.", remedy="Give 0 or more.")
    by_id = {task.id: task for task in tasks}
    if len(by_id) != len(tasks):
        raise PlanError("Two tasks share a name.", remedy="Give each task a name of its own.")
    for task in tasks:
        if min(task.cost.low, task.hours.low, task.weight) < 0 or task.cost.high < task.cost.low:
            raise PlanError(
                f"The figures of {task.id} cannot be used.", remedy="Give ranges from low to high, from 0 on."
            )
        for need in task.needs:
            if need not in by_id:
                raise PlanError(f"{task.id} needs {need}, which is no task.", remedy="Name a task, or leave it out.")
    _in_order(by_id)
    return by_id


def _in_order(by_id: Mapping[str, Task]) -> list[str]:
    """The tasks in an order in which each comes after what it needs, else as listed.

    Raises:
        PlanError: needs run in a circle.
    """
    done: dict[str, bool] = {}
    order: list[str] = []
    for start in by_id:
        path: list[tuple[str, int]] = [(start, 0)] if start not in done else []
        while path:
            name, at = path.pop()
            done[name] = False
            needs = by_id[name].needs
            if at == len(needs):
                done[name] = True
                order.append(name)
                continue
            path.append((name, at + 1))
            need = needs[at]
            if done.get(need) is False:
                circle = [step for step, _ in path]
                raise PlanError(
                    f"These need each other: {' needs '.join([*circle[circle.index(need) :], need])}.",
                    remedy="Take one of the needs out.",
                )
            if need not in done:
                path.append((need, 0))
    return order


def _with_needs(names: Iterable[str], by_id: Mapping[str, Task]) -> set[str]:
    wanted: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in by_id:
            raise PlanError(f"{name} is no task of this plan.", remedy="Name one of its open tasks.")
        if name not in wanted:
            wanted.add(name)
            waiting.extend(by_id[name].needs)
    return wanted


def _refuse_too_much(wanted: Iterable[str], by_id: Mapping[str, Task], budget: int, hours: int) -> None:
    tasks = [by_id[name] for name in wanted]
    cost, effort = sum(task.cost.high for task in tasks), sum(task.hours.high for task in tasks)
    if cost > budget or effort > hours:
        raise PlanError(
            f"What must be in the plan takes up to ${cost:,} and {effort} hours, "
            f"and the limits are ${budget:,} and {hours} hours.",
            remedy="Raise the limits, or ask for less.",
        )


def _verify(chosen: frozenset[str], by_id: Mapping[str, Task], budget: int, hours: int) -> None:
    """Hold the solver's set against the limits and the needs in whole numbers.

    Raises:
        PlanError: it does not hold; nothing is proposed.
    """
    tasks = [by_id[name] for name in chosen]
    fits = sum(task.cost.high for task in tasks) <= budget and sum(task.hours.high for task in tasks) <= hours
    if not fits or any(need not in chosen for task in tasks for need in task.needs):
        raise PlanError("The solver's answer does not hold, so none is given.", remedy="Report this with the limits.")


def _left(tasks: Sequence[Task], chosen: frozenset[str], budget: int, hours: int) -> Iterable[LeftOpen]:
    spent = sum(task.cost.high for task in tasks if task.id in chosen)
    worked = sum(task.hours.high for task in tasks if task.id in chosen)
    for task in tasks:
        if task.id in chosen:
            continue
        missing = tuple(need for need in task.needs if need not in chosen)
        if task.weight == 0:
            yield LeftOpen(task, WhyLeft.NO_WEIGHT)
        elif missing:
            yield LeftOpen(task, WhyLeft.NEEDS, missing)
        elif spent + task.cost.high > budget:
            yield LeftOpen(task, WhyLeft.BUDGET)
        elif worked + task.hours.high > hours:
            yield LeftOpen(task, WhyLeft.HOURS)
