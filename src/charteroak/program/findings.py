"""What the record shows about each practice on a day: the answer in force, the evidence, and whether it is fresh.

Evidence counts from the day on which what it shows began; it grows old from the last day that it covers. From the day
on which it was superseded it shows nothing more. A hunt that read nothing shows nothing, and neither does an entry that
is not understood here. Silence is measured, never smoothed over.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import accumulate

from charteroak.program.bodies import (
    Collection,
    EvidenceCollected,
    EvidenceRecorded,
    EvidenceSuperseded,
    ExerciseHeld,
    HuntRun,
    NotUnderstood,
    PracticeAnswered,
    ReportFiled,
    TrainingCompleted,
)
from charteroak.program.history import in_force
from charteroak.program.practices import Practice
from charteroak.program.recorded import RecordedFact


class Freshness(StrEnum):
    """How the newest evidence stands to the age that the practice allows."""

    FRESH = "fresh"
    STALE = "stale"
    NONE = "none"
    """There is no evidence at all."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One practice on one day."""

    practice: Practice
    day: date
    answered: RecordedFact | None
    newest: RecordedFact | None
    """Of the evidence that had begun by then, the item that lasts longest."""
    age_days: int | None
    """Days from the latest day covered by evidence to this day."""
    record: "PracticeRecord"

    @property
    def evidence(self) -> tuple[RecordedFact, ...]:
        """Every item that had begun by then; oldest first."""
        return self.record.begun(self.day)

    @property
    def answer(self) -> str:
        """``yes``, ``partly``, ``no`` or ``unknown``; a question nobody answered is unknown."""
        body = self.answered.body if self.answered is not None else None
        return body.answer if isinstance(body, PracticeAnswered) else "unknown"

    @property
    def freshness(self) -> Freshness:
        """Whether the newest evidence is young enough."""
        if self.age_days is None:
            return Freshness.NONE
        return Freshness.FRESH if self.age_days <= self.practice.freshness_days else Freshness.STALE

    @property
    def gap_days(self) -> int | None:
        """For how many days the record has been silent beyond what the practice allows; ``None`` without evidence."""
        return None if self.age_days is None else max(0, self.age_days - self.practice.freshness_days)

    @property
    def is_shown(self) -> bool:
        """Answered yes, with fresh evidence."""
        return self.answer == "yes" and self.freshness is Freshness.FRESH

    @property
    def exhibits(self) -> tuple[str, ...]:
        """The answer and the newest evidence, as entry references."""
        return tuple(fact.reference for fact in (self.answered, self.newest) if fact is not None)


@dataclass(frozen=True)
class PracticeRecord:
    """The standing facts about one practice, oldest first; already those known at the moment asked about.

    A finding is looked up by bisection, so that a long interval with much evidence stays cheap.
    """

    practice: Practice
    answers: tuple[RecordedFact, ...]
    evidence: tuple[RecordedFact, ...]
    superseded_on: Mapping[int, date] = field(default_factory=dict)
    """For each item of evidence that was superseded, by index, the first day on which it shows nothing more."""

    @cached_property
    def _first_days(self) -> tuple[date, ...]:
        return tuple(fact.first_day for fact in self._lasting)

    @cached_property
    def _lasting(self) -> tuple[RecordedFact, ...]:
        return tuple(fact for fact in self.evidence if fact.index not in self.superseded_on)

    @cached_property
    def _superseded(self) -> tuple[RecordedFact, ...]:
        return tuple(fact for fact in self.evidence if fact.index in self.superseded_on)

    @cached_property
    def _newest(self) -> tuple[RecordedFact, ...]:
        """For each lasting item of evidence, which one up to it lasts longest."""
        return tuple(accumulate(self._lasting, lambda best, fact: max(best, fact, key=_end_and_order)))

    def begun(self, day: date) -> tuple[RecordedFact, ...]:
        """The evidence that had begun by a day and was not superseded on it; oldest first."""
        lasting = self._lasting[: bisect_right(self._first_days, day)]
        return _oldest_first((*lasting, *self._still_shown(day))) if self._superseded else lasting

    def _still_shown(self, day: date) -> list[RecordedFact]:
        return [f for f in self._superseded if f.first_day <= day < self.superseded_on[f.index]]

    def answered(self, day: date) -> RecordedFact | None:
        """The answer in force on a day."""
        return in_force(self.answers, day)

    def finding(self, day: date) -> Finding:
        """What the record shows on a day."""
        count = bisect_right(self._first_days, day)
        candidates = (*self._newest[max(0, count - 1) : count], *self._still_shown(day))
        newest = max(candidates, key=_end_and_order, default=None)
        age = None if newest is None else max(0, (day - _end(newest)).days)
        return Finding(self.practice, day, self.answered(day), newest, age, self)

    def answer_days(self) -> set[date]:
        """Every day on which the answer may become another than the day before."""
        turning = {fact.first_day for fact in self.answers}
        return turning | {fact.last_day + timedelta(days=1) for fact in self.answers if fact.last_day is not None}

    def turning_days(self) -> set[date]:
        """Every day on which the finding may become another than the day before."""
        turning = self.answer_days()
        for fact in self.evidence:
            turning.add(fact.first_day)
            turning.add(_end(fact) + timedelta(days=self.practice.freshness_days + 1))
        return turning | {self.superseded_on[fact.index] for fact in self._superseded}


def practice_records(facts: Iterable[RecordedFact], practices: Mapping[str, Practice]) -> dict[str, PracticeRecord]:
    """The standing facts sorted by the practice they are about."""
    answers: dict[str, list[RecordedFact]] = {identifier: [] for identifier in practices}
    evidence: dict[str, list[RecordedFact]] = {identifier: [] for identifier in practices}
    shown_by = practices_shown_by(practices)
    superseded_on: dict[int, date] = {}
    for fact in facts:
        if isinstance(fact.body, EvidenceSuperseded) and fact.body.supersedes < fact.index:
            day = superseded_on.get(fact.body.supersedes, fact.first_day)
            superseded_on[fact.body.supersedes] = min(day, fact.first_day)
        if isinstance(fact.body, PracticeAnswered) and fact.body.practice in answers:
            answers[fact.body.practice].append(fact)
        elif isinstance(fact.body, EvidenceRecorded):
            if fact.body.practice in evidence and shows_work(fact):
                evidence[fact.body.practice].append(fact)
        elif shows_work(fact):
            for identifier in shown_by.get(fact.kind, ()):
                evidence[identifier].append(fact)
    return {
        identifier: PracticeRecord(
            practice,
            _oldest_first(answers[identifier]),
            _oldest_first(evidence[identifier]),
            {fact.index: superseded_on[fact.index] for fact in evidence[identifier] if fact.index in superseded_on},
        )
        for identifier, practice in practices.items()
    }


def practices_shown_by(practices: Mapping[str, Practice]) -> dict[str, list[str]]:
    """For each kind of operation, the practices that it shows."""
    shown_by: dict[str, list[str]] = {}
    for practice in practices.values():
        for kind in practice.operations:
            shown_by.setdefault(kind, []).append(practice.id)
    return shown_by


def _oldest_first(facts: Iterable[RecordedFact]) -> tuple[RecordedFact, ...]:
    return tuple(sorted(facts, key=lambda fact: fact.order))


def shows_work(fact: RecordedFact) -> bool:
    """Whether an entry shows a practice at work. Of reports, those of mail do.

    A hunt that read nothing shows nothing, and neither does an exercise or a training that nobody came to, or a drop of
    a collector that found the practice not followed.
    """
    match fact.body:
        case NotUnderstood():
            return False
        case EvidenceCollected(collected=Collection(shows=shows)):
            return shows
        case HuntRun(bytes=size):
            return size > 0
        case ExerciseHeld(participants=people) | TrainingCompleted(people=people):
            return people > 0
        case ReportFiled(report_kind=kind):
            return kind == "phish"
        case _:
            return True


def _end(fact: RecordedFact) -> date:
    return fact.last_day or fact.first_day


def _end_and_order(fact: RecordedFact) -> tuple[date, tuple[datetime, int]]:
    return _end(fact), fact.order
