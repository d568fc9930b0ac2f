"""A plan for closing gaps: the best set under a budget and a date, the curve, and recording what was chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.db import transaction

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.errors import InputError
from charteroak.program.bodies import GapOpened
from charteroak.program.burn_down import OpenCount, burn_down
from charteroak.program.gap_plan import CurvePoint, Proposal, Task, propose, trade_off
from charteroak.program.plan_tasks import plan_tasks
from charteroak.program.plan_weights import load_weights
from charteroak.program.practices import Practice, load_practices
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.evidence_log import newest_of_kinds
from charteroak.services.gaps import open_gap
from charteroak.services.programs import Recorder, require_keeper, status_of

MAX_BUDGET = 100_000_000
MAX_HOURS_PER_WEEK = 10_000
MOST_ENTRIES = 2000
"""Of each kind, the newest that a burn-down reads."""


class PlanQuestionError(InputError):
    """A plan was asked for with limits that cannot be used; ``field`` names the form field."""

    code: ClassVar[str] = "program.plan-question"

    def __init__(self, message: str, *, field: str, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.field = field


@dataclass(frozen=True, slots=True)
class PlanQuestion:
    """A budget in dollars, a day, the hours a week until then, and which gaps are looked at.

    ``loss`` is the user's own range in dollars of what a breach could cost; there is none by default, and it is only
    set beside what the plan costs.
    """

    budget: int
    by: date
    hours_per_week: int
    every_practice: bool = False
    must: tuple[str, ...] = ()
    loss: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class GapPlan:
    """The proposal with its question, everything that is open, and the curve."""

    question: PlanQuestion
    today: date
    tasks: tuple[Task, ...]
    proposal: Proposal
    curve: tuple[CurvePoint, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing stays open."""
        return not self.proposal.left

    def to_json(self) -> dict[str, Any]:
        """The document of ``charteroak program plan --json``."""
        weights = load_weights().provenance
        return {
            "on": self.today.isoformat(),
            "by": self.question.by.isoformat(),
            "hoursPerWeek": self.question.hours_per_week,
            **self.proposal.to_json(),
            "curve": [{"cost": p.cost, "benefit": p.benefit, "tasks": p.tasks} for p in self.curve],
            "lossSetByUser": None if self.question.loss is None else list(self.question.loss),
            "weights": {"reviewer": weights.reviewer, "reviewed": weights.reviewed.isoformat(), "basis": weights.basis},
            "notLegalAdvice": True,
        }


def plan_gaps(organisation: Organisation, question: PlanQuestion) -> GapPlan:
    """The best set of today's gaps under the limits, with the curve of what other budgets would buy.

    Raises:
        PlanQuestionError: a limit cannot be used.
        PlanError: what must be in the plan does not fit, or is no open task.
        LogError: an entry that the record rests on is missing or was altered.
    """
    today = connecticut_day(now())
    hours = _hours(question, today)
    tasks = plan_tasks(status_of(organisation, as_of=today), every_practice=question.every_practice)
    return GapPlan(
        question=question,
        today=today,
        tasks=tasks,
        proposal=propose(tasks, budget=question.budget, hours=hours, must=question.must),
        curve=trade_off(tasks, hours=hours),
    )


def _hours(question: PlanQuestion, today: date) -> int:
    if not 0 <= question.budget <= MAX_BUDGET:
        raise PlanQuestionError(f"Give a budget from $0 to ${MAX_BUDGET:,}.", field="budget")
    if not 0 <= question.hours_per_week <= MAX_HOURS_PER_WEEK:
        raise PlanQuestionError(f"Give from 0 to {MAX_HOURS_PER_WEEK:,} hours a week.", field="hours_per_week")
    if question.by <= today:
        raise PlanQuestionError("This day has to lie in the future.", field="by")
    if question.by.year > today.year + 10:
        raise PlanQuestionError("This day is more than ten years away.", field="by", remedy="Check the year.")
    if question.loss is not None and not 0 <= question.loss[0] <= question.loss[1]:
        raise PlanQuestionError("The range of a loss runs from low to high.", field="loss_high")
    return (question.by - today).days * question.hours_per_week // 7


def record_plan(
    organisation: Organisation, chosen: Sequence[str], owner: str, due: date, recorder: Recorder
) -> list[LedgerEntry]:
    """Record the chosen practices as gaps with an owner and a day. One that is on record already is left as it is.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: a field cannot be used; nothing was recorded.
        PlanQuestionError: nothing was chosen, nobody is named, or a name is no practice.
    """
    require_keeper(organisation, recorder)
    today = connecticut_day(recorder.moment)
    practices = load_practices()
    if not chosen:
        raise PlanQuestionError("Choose at least one task.", field="chosen")
    if not owner.strip():
        raise PlanQuestionError("Say who closes these gaps.", field="owner")
    unknown = [name for name in chosen if name not in practices.asked]
    if unknown:
        raise PlanQuestionError("Choose tasks from the list.", field="chosen")
    known = {gap.body.practice for gap in status_of(organisation, as_of=today).recorded_gaps}
    with transaction.atomic():
        return [
            open_gap(organisation, _as_gap(practices.practice(name), owner, due, today), today, recorder)
            for name in dict.fromkeys(chosen)
            if name not in known
        ]


def _as_gap(practice: Practice, owner: str, due: date, today: date) -> GapOpened:
    return GapOpened(
        gap=f"plan-{practice.id}"[:57].rstrip("-") + f"-{today:%y%m%d}",
        title=practice.title,
        practice=practice.id,
        owner=owner,
        due=due,
        note="Chosen from a gap plan.",
    )


def burn_down_of(organisation: Organisation, first: date, last: date) -> tuple[OpenCount, ...]:
    """How many gaps were open on each day, by the record as it stands now."""
    entries = newest_of_kinds(organisation, ("gap.opened", "gap.closed", "correction.made"), MOST_ENTRIES)
    return burn_down((entry.fact for entry in reversed(entries)), first=first, last=last)
