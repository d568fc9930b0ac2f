"""The written program as its documents stand on a day: adopted, approved, reviewed, described.

*Maintained* (part of element E8) is read from the record by one rule: on each day, the last adoption or review lies at
most 366 days back. That number is ours; the act names none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from charteroak.program.bodies import ProgramAdopted, ProgramApproved, ProgramDescribed, ProgramReviewed
from charteroak.program.history import in_force
from charteroak.program.recorded import RecordedFact

REVIEW_EVERY_DAYS = 366
"""A year, with the leap day."""


@dataclass(frozen=True, slots=True)
class ProgramOnDay:
    """The documents on one day."""

    adopted: RecordedFact | None
    approved: RecordedFact | None
    """The last approval of the version in force."""
    reviewed: RecordedFact | None
    """The last review of any version."""
    described: RecordedFact | None
    upkeep: RecordedFact | None
    """The last adoption or review, whichever is later."""
    upkeep_age_days: int | None

    @property
    def is_maintained(self) -> bool:
        """Whether the last adoption or review is at most ``REVIEW_EVERY_DAYS`` old."""
        return self.upkeep_age_days is not None and self.upkeep_age_days <= REVIEW_EVERY_DAYS


@dataclass(frozen=True, slots=True)
class WrittenProgram:
    """The standing facts about the program's documents, as known at the moment asked about."""

    adoptions: tuple[RecordedFact, ...]
    approvals: tuple[RecordedFact, ...]
    reviews: tuple[RecordedFact, ...]
    descriptions: tuple[RecordedFact, ...]

    @property
    def first_adoption(self) -> RecordedFact | None:
        """The earliest adoption on record."""
        return min(self.adoptions, key=lambda fact: fact.order, default=None)

    def on(self, day: date) -> ProgramOnDay:
        """The documents as they stand on a day."""
        adopted = in_force(self.adoptions, day)
        reviewed = _latest(self.reviews, day)
        upkeep = _latest((*self.adoptions, *self.reviews), day)
        return ProgramOnDay(
            adopted=adopted,
            approved=_latest((fact for fact in self.approvals if _is_of(fact, adopted)), day),
            reviewed=reviewed,
            described=in_force(self.descriptions, day),
            upkeep=upkeep,
            upkeep_age_days=None if upkeep is None else (day - upkeep.first_day).days,
        )

    def turning_days(self) -> set[date]:
        """Every day on which the documents may stand differently than the day before."""
        turning: set[date] = set()
        for fact in (*self.adoptions, *self.approvals, *self.reviews, *self.descriptions):
            turning.add(fact.first_day)
            if fact.last_day is not None:
                turning.add(fact.last_day + timedelta(days=1))
            turning.add(fact.first_day + timedelta(days=REVIEW_EVERY_DAYS + 1))
        return turning


def written_program(facts: Iterable[RecordedFact]) -> WrittenProgram:
    """The program's documents among some standing facts."""
    standing = tuple(facts)
    return WrittenProgram(
        adoptions=tuple(fact for fact in standing if isinstance(fact.body, ProgramAdopted)),
        approvals=tuple(fact for fact in standing if isinstance(fact.body, ProgramApproved)),
        reviews=tuple(fact for fact in standing if isinstance(fact.body, ProgramReviewed)),
        descriptions=tuple(fact for fact in standing if isinstance(fact.body, ProgramDescribed)),
    )


def _latest(facts: Iterable[RecordedFact], day: date) -> RecordedFact | None:
    return max((fact for fact in facts if fact.first_day <= day), key=lambda fact: fact.order, default=None)


def _is_of(approval: RecordedFact, adopted: RecordedFact | None) -> bool:
    if (
        adopted is None
        or not isinstance(approval.body, ProgramApproved)
        or not isinstance(adopted.body, ProgramAdopted)
    ):
        return False
    return approval.body.version == adopted.body.version
