"""What the record shows about each practice on a day: the answer in force, the evidence, and whether it is fresh.

Evidence counts from the day on which what it shows began; it grows old from the last day that it covers. A hunt
that read nothing shows nothing, and neither does an entry that is not understood here. Silence is measured, never
smoothed over.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from charteroak.program.bodies import EvidenceRecorded, HuntRun, NotUnderstood, PracticeAnswered, ReportFiled
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
    evidence: tuple[RecordedFact, ...]
    """Every item that had begun by then; oldest first."""
    newest: RecordedFact | None
    """Of these, the one that covers the latest day."""
    age_days: int | None
    """Days from the latest day covered by evidence to this day."""

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


@dataclass(frozen=True, slots=True)
class PracticeRecord:
    """The standing facts about one practice, oldest first; already those known at the moment asked about."""

    practice: Practice
    answers: tuple[RecordedFact, ...]
    evidence: tuple[RecordedFact, ...]

    def finding(self, day: date) -> Finding:
        """What the record shows on a day."""
        begun = tuple(fact for fact in self.evidence if fact.first_day <= day)
        newest = max(begun, key=lambda fact: (_covered_until(fact, day), fact.order), default=None)
        age = None if newest is None else (day - _covered_until(newest, day)).days
        return Finding(self.practice, day, in_force(self.answers, day), begun, newest, age)

    def turning_days(self) -> set[date]:
        """Every day on which the finding may become another than the day before."""
        turning: set[date] = set()
        for fact in self.answers:
            turning.add(fact.first_day)
            if fact.last_day is not None:
                turning.add(fact.last_day + timedelta(days=1))
        for fact in self.evidence:
            turning.add(fact.first_day)
            covered = fact.last_day or fact.first_day
            turning.add(covered + timedelta(days=1))
            turning.add(covered + timedelta(days=self.practice.freshness_days + 1))
        return turning


def practice_records(facts: Iterable[RecordedFact], practices: Mapping[str, Practice]) -> dict[str, PracticeRecord]:
    """The standing facts sorted by the practice they are about."""
    answers: dict[str, list[RecordedFact]] = {identifier: [] for identifier in practices}
    evidence: dict[str, list[RecordedFact]] = {identifier: [] for identifier in practices}
    shown_by: dict[str, list[str]] = {}
    for practice in practices.values():
        for kind in practice.operations:
            shown_by.setdefault(kind, []).append(practice.id)
    for fact in facts:
        if isinstance(fact.body, PracticeAnswered) and fact.body.practice in answers:
            answers[fact.body.practice].append(fact)
        elif isinstance(fact.body, EvidenceRecorded) and fact.body.practice in evidence:
            evidence[fact.body.practice].append(fact)
        elif _is_operation(fact):
            for identifier in shown_by.get(fact.kind, ()):
                evidence[identifier].append(fact)
    return {
        identifier: PracticeRecord(practice, _oldest_first(answers[identifier]), _oldest_first(evidence[identifier]))
        for identifier, practice in practices.items()
    }


def _oldest_first(facts: Iterable[RecordedFact]) -> tuple[RecordedFact, ...]:
    return tuple(sorted(facts, key=lambda fact: fact.order))


def _is_operation(fact: RecordedFact) -> bool:
    """Whether an entry shows a practice at work. A hunt that read nothing does not; of reports, those of mail do."""
    match fact.body:
        case NotUnderstood():
            return False
        case HuntRun(bytes=size):
            return size > 0
        case ReportFiled(report_kind=kind):
            return kind == "phish"
        case _:
            return True


def _covered_until(fact: RecordedFact, day: date) -> date:
    return min(fact.last_day or fact.first_day, day)
