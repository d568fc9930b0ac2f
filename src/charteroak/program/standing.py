"""Where one client stands today, in a row of a portfolio: the answers, the counts, the clocks, and what slipped.

It has two parts that are made apart. The part of the record follows from the entries and the practices alone; the part
of the law follows from the facts document, so that a new edition of a framework needs no entry to be read again. A
standing is a summary of a determination and of a status, and decides nothing.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from charteroak.canonical import canonical_digest
from charteroak.law import Determination
from charteroak.program.findings import Freshness
from charteroak.program.gaps import Gap, next_step, open_gaps
from charteroak.program.slippage import (
    CLOCK_DAYS,
    RecordState,
    Slip,
    clocks_of,
    clocks_run_down,
    elements_fallen,
    in_order,
    slipped_in_record,
)
from charteroak.program.status import ProgramStatus


@dataclass(frozen=True)
class Standing:
    """A client's standing on a day. ``record`` and ``law`` are JSON values, as they are kept."""

    day: date
    record: Mapping[str, Any]
    law: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """The standing as JSON values."""
        return {"day": self.day.isoformat(), "record": dict(self.record), "law": dict(self.law)}

    @property
    def digest(self) -> str:
        """The digest of the standing; two that are equal have the same."""
        return canonical_digest(self.to_json())

    @cached_property
    def slips(self) -> tuple[Slip, ...]:
        """What slipped within the week, the gravest first."""
        return in_order(Slip.from_json(each) for each in (*self.law["slips"], *self.record["slips"]))

    @property
    def outcome(self) -> str:
        """What the elements come to, for an imagined breach."""
        return str(self.law["outcome"])

    @property
    def counts(self) -> Counter[str]:
        """How many elements have each answer; the assumed ones are left out."""
        return Counter(self.law["elements"].values())

    @property
    def next_gap(self) -> Gap | None:
        """What to close first."""
        gap = self.record["nextGap"]
        if gap is None:
            return None
        return Gap(
            gap["code"], gap["title"], gap["detail"], tuple(gap["elements"]), gap["wouldChange"], gap["practice"]
        )

    @property
    def first_clock(self) -> date | None:
        """The last day of the clock that ends first, of those within ``CLOCK_DAYS``."""
        days = [date.fromisoformat(clock["lastDay"]) for clock in self.law["clocks"]]
        return min(days, default=None)


def record_part(before: RecordState, now: RecordState) -> dict[str, Any]:
    """What the record alone says: counts, the next step, what it would cost, and what slipped in it."""
    status = now.status
    gaps = open_gaps(status)
    return {
        "lastRecorded": None if now.last_recorded is None else now.last_recorded.isoformat(),
        "shown": sum(finding.is_shown for finding in status.wanted),
        "practices": len(status.wanted),
        "stale": sum(finding.freshness is Freshness.STALE for finding in status.findings.values()),
        "openGaps": len(status.recorded_gaps),
        "overdueGaps": sum(bool(gap.overdue_days) for gap in status.recorded_gaps),
        "exceptions": len(status.exceptions),
        "lacking": len(gaps),
        "nextStep": next_step(gaps),
        "nextGap": gaps[0].to_json() if gaps else None,
        "cost": cost_to_close(gaps, status),
        "slips": [slip.to_json() for slip in in_order(slipped_in_record(before, now))],
    }


def law_part(
    before: tuple[date, Mapping[str, Any] | None, Determination | None],
    now: tuple[date, Mapping[str, Any], Determination],
) -> dict[str, Any]:
    """What a statute makes of it: the answers, the clocks, and what slipped in them.

    Each state is a day, its facts document and the determination of that. There is nothing to slip from where the
    earlier facts are ``None``, because nothing had been recorded.
    """
    day, facts, determination = now
    clocks = clocks_of(facts, determination)
    slips = []
    if before[2] is not None:
        slips = [*elements_fallen(before[2], determination), *clocks_run_down(clocks, before[0], day)]
    return {
        "outcome": str(determination.outcome),
        "elements": {element.id: str(element.status) for element in determination.elements if not element.assumed},
        "clocks": [clock.to_json() for clock in clocks if 0 <= (clock.last_day - day).days <= CLOCK_DAYS],
        "slips": [slip.to_json() for slip in in_order(slips)],
    }


def cost_to_close(gaps: tuple[Gap, ...], status: ProgramStatus) -> dict[str, int] | None:
    """What the practices that are not shown cost in the first year: ranges of dollars and of hours; ``None``: unknown.

    A sum of estimates for an organization of about 25 people: the order of size, and no offer.
    """
    open_practices = {gap.practice for gap in gaps if gap.practice is not None and gap.code.startswith("practice.")}
    practices = [status.findings[name].practice for name in sorted(open_practices) if name in status.findings]
    cost = {
        "low": sum(practice.cost.low for practice in practices),
        "high": sum(practice.cost.high for practice in practices),
        "hoursLow": sum(practice.effort_hours.low for practice in practices),
        "hoursHigh": sum(practice.effort_hours.high for practice in practices),
    }
    return cost if any(cost.values()) else None
