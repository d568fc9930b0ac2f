"""Gaps that the organisation itself found and wrote down: which are open on a day, since when, and who closes them.

They are the organisation's own words. What the record lacks, whether or not anybody wrote it down, is ``gaps``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from charteroak.program.bodies import GapClosed, GapOpened, GapPlanned, Milestone, Severity
from charteroak.program.recorded import RecordedFact


@dataclass(frozen=True, slots=True)
class RecordedGap:
    """One gap on one day, by the entry that opened it last."""

    fact: RecordedFact
    body: GapOpened
    day: date

    @property
    def opened_on(self) -> date:
        """Since when it has been open: where its plan was changed, not since then but since it was found."""
        since = self.body.since if isinstance(self.body, GapPlanned) else None
        return self.fact.first_day if since is None else min(since, self.fact.first_day)

    @property
    def age_days(self) -> int:
        """For how many days it has been open."""
        return (self.day - self.opened_on).days

    @property
    def severity(self) -> Severity | None:
        """How bad it is, where somebody said so."""
        return self.body.severity if isinstance(self.body, GapPlanned) else None

    @property
    def milestones(self) -> tuple[Milestone, ...]:
        """The steps on the way to closing it, by their days."""
        steps = self.body.milestones if isinstance(self.body, GapPlanned) else ()
        return tuple(sorted(steps, key=lambda step: step.due))

    @property
    def found_by(self) -> int | None:
        """The entry that led to it, such as a scanner's report."""
        return self.body.found_by if isinstance(self.body, GapPlanned) else None

    @property
    def overdue_days(self) -> int | None:
        """By how many days it is overdue; 0 before its day, ``None`` where none was set."""
        return None if self.body.due is None else max(0, (self.day - self.body.due).days)


def gaps_open_on(facts: Iterable[RecordedFact], day: date) -> tuple[RecordedGap, ...]:
    """The gaps among some standing facts that are open on a day, by name. One closed on the day is closed on it."""
    newest: dict[str, RecordedFact] = {}
    for fact in facts:
        if isinstance(fact.body, GapOpened | GapClosed) and fact.first_day <= day:
            rival = newest.get(fact.body.gap)
            if rival is None or rival.order < fact.order:
                newest[fact.body.gap] = fact
    return tuple(
        RecordedGap(fact, fact.body, day) for _, fact in sorted(newest.items()) if isinstance(fact.body, GapOpened)
    )
