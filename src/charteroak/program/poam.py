"""The plan of action and milestones on a day: every open gap with its severity, owner, day, steps and age.

It is the organisation's own list of what is missing (``gap.opened``, ``gap.closed``), aged and put in order of work.
Ages count from the day on which a gap was first open, however often its plan was changed since. A gap without a
severity counts as none of the four: nothing is assumed about it, and how many there are is said.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from charteroak.program.bodies import Milestone, Severity
from charteroak.program.recorded_gaps import RecordedGap

SEVERITIES: tuple[Severity, ...] = ("critical", "high", "moderate", "low")
"""The gravest first."""
POAM_COLUMNS = (
    "gap", "title", "severity", "owner", "due", "opened", "ageDays", "age", "overdueDays", "milestones", "practice",
    "framework", "edition", "requirement", "foundBy", "entry",
)  # fmt: skip
"""The columns of the table as CSV, in this order."""


class AgeBand(StrEnum):
    """How long a gap has been open, in days."""

    UNDER_30 = "under-30"
    FROM_30 = "30-to-59"
    FROM_60 = "60-to-89"
    FROM_90 = "90-to-179"
    FROM_180 = "180-or-more"


_BANDS = ((180, AgeBand.FROM_180), (90, AgeBand.FROM_90), (60, AgeBand.FROM_60), (30, AgeBand.FROM_30))


def age_band(days: int) -> AgeBand:
    """The band of an age."""
    return next((band for least, band in _BANDS if days >= least), AgeBand.UNDER_30)


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One open gap on the day of the plan."""

    gap: RecordedGap

    @property
    def severity(self) -> Severity | None:
        """How bad it is; ``None`` where nobody said."""
        return self.gap.severity

    @property
    def owner(self) -> str:
        """Who closes it; empty where nobody does."""
        return self.gap.body.owner

    @property
    def band(self) -> AgeBand:
        """How long it has been open."""
        return age_band(self.gap.age_days)

    @property
    def is_overdue(self) -> bool:
        """Whether its own day has passed."""
        return bool(self.gap.overdue_days)

    @property
    def missed(self) -> tuple[Milestone, ...]:
        """The steps whose day has passed while the gap is still open."""
        return tuple(step for step in self.gap.milestones if step.due < self.gap.day)

    @property
    def is_critical_and_unowned(self) -> bool:
        """The case that hurts most in court: known to be critical, and nobody's."""
        return self.severity == "critical" and not self.owner

    def to_json(self) -> dict[str, Any]:
        """The item as JSON values."""
        body, gap = self.gap.body, self.gap
        return {
            "gap": body.gap,
            "title": body.title,
            "severity": self.severity,
            "owner": self.owner or None,
            "due": None if body.due is None else body.due.isoformat(),
            "opened": gap.opened_on.isoformat(),
            "ageDays": gap.age_days,
            "age": self.band.value,
            "overdueDays": gap.overdue_days,
            "milestones": [{"what": step.what, "due": step.due.isoformat()} for step in gap.milestones],
            "missedMilestones": len(self.missed),
            "practice": body.practice,
            "framework": body.framework,
            "edition": body.edition,
            "requirement": body.requirement,
            "foundBy": gap.found_by,
            "entry": gap.fact.index,
        }


@dataclass(frozen=True, slots=True)
class ActionPlan:
    """Every gap that is open on a day, in order of work."""

    day: date
    items: tuple[PlanItem, ...]

    @property
    def overdue(self) -> tuple[PlanItem, ...]:
        """Those whose day has passed."""
        return tuple(item for item in self.items if item.is_overdue)

    @property
    def critical_and_unowned(self) -> tuple[PlanItem, ...]:
        """Those that are critical and nobody's, the oldest first."""
        found = (item for item in self.items if item.is_critical_and_unowned)
        return tuple(sorted(found, key=lambda item: -item.gap.age_days))

    @property
    def without_day(self) -> tuple[PlanItem, ...]:
        """Those for which no day was set."""
        return tuple(item for item in self.items if item.gap.body.due is None)

    @property
    def ungraded(self) -> tuple[PlanItem, ...]:
        """Those of which nobody said how bad they are."""
        return tuple(item for item in self.items if item.severity is None)

    def by_age(self) -> dict[AgeBand, int]:
        """How many there are of each age; every band, also an empty one."""
        ages = dict.fromkeys(AgeBand, 0)
        for item in self.items:
            ages[item.band] += 1
        return ages

    def by_age_and_severity(self) -> dict[AgeBand, dict[Severity | None, int]]:
        """The same, by severity within each band."""
        counts: dict[AgeBand, dict[Severity | None, int]] = {
            band: dict.fromkeys((*SEVERITIES, None), 0) for band in AgeBand
        }
        for item in self.items:
            counts[item.band][item.severity] += 1
        return counts

    def to_json(self) -> dict[str, Any]:
        """The document of ``charteroak program poam --json``."""
        return {
            "asOf": self.day.isoformat(),
            "open": len(self.items),
            "byAge": {band.value: count for band, count in self.by_age().items()},
            "overdue": [item.gap.body.gap for item in self.overdue],
            "criticalAndUnowned": [item.gap.body.gap for item in self.critical_and_unowned],
            "withoutDay": [item.gap.body.gap for item in self.without_day],
            "withoutSeverity": len(self.ungraded),
            "items": [item.to_json() for item in self.items],
            "notLegalAdvice": True,
        }


def action_plan(gaps: Iterable[RecordedGap], day: date) -> ActionPlan:
    """The plan of some gaps that are open on a day.

    First what is critical and nobody's; then by severity, the ungraded after *moderate*; within it what is overdue
    longest, then the oldest, then by name.
    """
    return ActionPlan(day, tuple(sorted((PlanItem(gap) for gap in gaps), key=_order)))


def _order(item: PlanItem) -> tuple[bool, float, int, int, str]:
    rank = {"critical": 0.0, "high": 1.0, "moderate": 2.0, None: 2.5, "low": 3.0}[item.severity]
    return (
        not item.is_critical_and_unowned,
        rank,
        -(item.gap.overdue_days or 0),
        -item.gap.age_days,
        item.gap.body.gap,
    )


def poam_rows(plan: ActionPlan) -> list[dict[str, Any]]:
    """The plan as rows of a table, the steps of each gap in one cell."""
    return [
        item.to_json()
        | {"milestones": "; ".join(f"{step.due.isoformat()} {step.what}" for step in item.gap.milestones)}
        for item in plan.items
    ]
