"""The choice of tasks as an integer program, solved exactly with HiGHS (MIT licence).

The most weight first; then the least cost; the fewest hours; the tasks that stand earliest. Neighboring aims are one
objective where the numbers are small enough, else one solve follows another with what was found before held fixed. All
numbers are whole, so that a gap below one proves the best. One thread and one seed: the same
question has the same answer.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from charteroak.program.errors import PlanError

TIME_LIMIT_SECONDS = 20.0
LARGEST_SUM = 20_000_000
"""Far below where sums of whole numbers as doubles, and the solver's tolerances, stop telling one from the next."""


@dataclass(frozen=True, slots=True)
class Model:
    """Tasks by place, what each gives and takes, and which needs which."""

    names: tuple[str, ...]
    weights: tuple[int, ...]
    costs: tuple[int, ...]
    hours: tuple[int, ...]
    needs: tuple[tuple[int, int], ...]
    hours_limit: int


def solve(model: Model, budget: int, must: frozenset[str], *, break_every_tie: bool = True) -> frozenset[str]:
    """The names of the best set. Without breaking every tie, of those with the most weight one that costs least.

    Raises:
        PlanError: the solver did not prove a best set within its time; none is given then.
    """
    if not model.names:
        return frozenset()
    rows: list[tuple[Sequence[int], float, float]] = [
        (model.costs, 0, budget),
        (model.hours, 0, model.hours_limit),
    ]
    ranks = tuple(range(1, len(model.names) + 1))
    aims = [model.weights, _shrunk(model.costs, -1)]
    if break_every_tie:
        aims += [_shrunk(model.hours, -1), tuple(-rank for rank in ranks)]
    chosen: tuple[int, ...] = ()
    for aim in _joined(aims):
        chosen = _best(model, rows, must, aim)
        total = sum(aim[place] for place in chosen)
        rows.append((aim, total, total))
    return frozenset(model.names[place] for place in chosen)


def _shrunk(values: Sequence[int], sign: int) -> tuple[int, ...]:
    """The values divided by what divides them all; their order as sums is the same."""
    divisor = math.gcd(*values) or 1
    return tuple(sign * value // divisor for value in values)


def _joined(aims: Iterable[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Aims in their order of rank, neighbors made one where the numbers stay small enough to be told apart for sure."""
    joined: list[tuple[int, ...]] = []
    for aim in aims:
        reach = sum(abs(value) for value in aim) + 1
        if joined and reach * (sum(abs(value) for value in joined[-1]) + 1) <= LARGEST_SUM:
            joined[-1] = tuple(first * reach + second for first, second in zip(joined[-1], aim, strict=True))
        else:
            joined.append(aim)
    return joined


def _best(
    model: Model, rows: Sequence[tuple[Sequence[int], float, float]], must: frozenset[str], objective: Sequence[int]
) -> tuple[int, ...]:
    """The places of a set that makes the objective greatest."""
    import highspy  # noqa: PLC0415 - heavy, and needed by the gap plan alone

    library: Any = highspy  # Not all of its functions say what they take.
    highs = library.Highs()
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", 0),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.5),
        ("time_limit", TIME_LIMIT_SECONDS),
    ):
        highs.setOptionValue(option, value)
    count = len(model.names)
    for place, name in enumerate(model.names):
        highs.addVar(1.0 if name in must else 0.0, 1.0)
        highs.changeColCost(place, float(objective[place]))
        highs.changeColIntegrality(place, highspy.HighsVarType.kInteger)
    for coefficients, low, high in rows:
        used = [place for place in range(count) if coefficients[place]]
        highs.addRow(float(low), float(high), len(used), used, [float(coefficients[place]) for place in used])
    for task, need in model.needs:
        highs.addRow(-highspy.kHighsInf, 0.0, 2, [task, need], [1.0, -1.0])
    highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
    highs.run()
    _refuse_unproven(highs, highspy)
    values = highs.getSolution().col_value
    return tuple(place for place in range(count) if values[place] > 0.5)


def _refuse_unproven(highs: Any, highspy: Any) -> None:
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        status = highs.modelStatusToString(highs.getModelStatus())
        raise PlanError(
            f"No best set was proven ({status}), so none is given.", remedy="Ask with a smaller list of tasks."
        )
