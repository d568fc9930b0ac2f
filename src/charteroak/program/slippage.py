"""What slipped: one record on two days, each as it was known then, and everything that stands worse on the later one.

The rules:

- An element *fell* where it was met and is no longer, or where it was open and is now not met. From *uncertain* to *for
  counsel* or back is no fall.
- Evidence *went stale* where a practice had fresh evidence on the earlier day and has none on the later one.
- A gap *became overdue*, an exception *ended*, a six-month clock came within 90 days or ran out, between the two days.
- A record *fell silent* where nothing was recorded for more than ``QUIET_AFTER_DAYS``, and that was not yet so before.

Where nothing had been recorded by the earlier day there is nothing to slip from. Both states are read by one release:
what a statute or a practice asks is that of today on both days, so that only the record can slip.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from charteroak.clock import parse_day
from charteroak.law import Determination, Status
from charteroak.program.findings import Finding, Freshness
from charteroak.program.recorded_gaps import RecordedGap
from charteroak.program.status import ProgramStatus

SLIPPED_WITHIN_DAYS = 7
"""A week, as a provider asks: which of my clients slipped this week?"""
QUIET_AFTER_DAYS = 31
"""A month without an entry: a program that is complied with leaves traces more often. Ours; no statute says so."""
CLOCK_DAYS = 90
"""As far ahead a six-month clock is named; the same number puts a determination at risk."""

_RANK: Mapping[Status, int] = {Status.MET: 2, Status.UNCERTAIN: 1, Status.COUNSEL: 1, Status.NOT_MET: 0}
_WORDS: Mapping[Status, str] = {
    Status.MET: "met",
    Status.UNCERTAIN: "uncertain",
    Status.COUNSEL: "for counsel",
    Status.NOT_MET: "not met",
}


class SlipKind(StrEnum):
    """In which way something slipped; the order is that in which it is told."""

    ELEMENT_FELL = "element-fell"
    CLOCK_RAN_OUT = "clock-ran-out"
    CLOCK_NEAR = "clock-near"
    GAP_OVERDUE = "gap-overdue"
    EVIDENCE_STALE = "evidence-stale"
    EXCEPTION_ENDED = "exception-ended"
    FELL_SILENT = "fell-silent"


_ORDER = {kind: place for place, kind in enumerate(SlipKind)}


@dataclass(frozen=True, slots=True)
class Slip:
    """One thing that stands worse than before."""

    kind: SlipKind
    subject: str
    """The element, practice, gap, exception or edition; empty where the whole record fell silent."""
    sentence: str
    entries: tuple[int, ...] = ()
    """What the statement rests on."""

    def to_json(self) -> dict[str, Any]:
        """The slip as JSON values."""
        return {
            "kind": str(self.kind),
            "subject": self.subject,
            "sentence": self.sentence,
            "entries": list(self.entries),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Slip":
        """The slip that ``to_json`` wrote."""
        kind, entries = SlipKind(document["kind"]), tuple(document["entries"])
        return cls(kind, document["subject"], document["sentence"], entries)


@dataclass(frozen=True, slots=True)
class RecordState:
    """A record on a day, as known at the end of that day, with what it would support then."""

    status: ProgramStatus
    facts: Mapping[str, Any]
    """The facts document of an imagined breach on that day."""
    determination: Determination
    last_recorded: date | None
    """The day of the newest entry known; ``None`` where there was none."""

    @property
    def day(self) -> date:
        """The day asked about."""
        return self.status.as_of


def what_slipped(before: RecordState, now: RecordState) -> tuple[Slip, ...]:
    """Everything that stands worse now than before, the gravest first."""
    return in_order((*slipped_in_law(before, now), *slipped_in_record(before, now)))


def slipped_in_law(before: RecordState, now: RecordState) -> list[Slip]:
    """What slipped in the eyes of the statute: elements, and the clocks on which conformity rests."""
    if before.last_recorded is None:
        return []
    return [
        *elements_fallen(before.determination, now.determination),
        *clocks_run_down(clocks_of(now.facts, now.determination), before.day, now.day),
    ]


def slipped_in_record(before: RecordState, now: RecordState) -> list[Slip]:
    """What slipped in the record itself, whatever a statute makes of it."""
    if before.last_recorded is None:
        return []
    return [
        *_overdue(before.status, now.status),
        *_stale(before.status, now.status),
        *_ended(before.status, now.status),
        *_fallen_silent(before, now),
    ]


def in_order(slips: Iterable[Slip]) -> tuple[Slip, ...]:
    """Slips in the order in which they are told."""
    return tuple(sorted(slips, key=lambda slip: (_ORDER[slip.kind], slip.subject)))


def elements_fallen(before: Determination, now: Determination) -> list[Slip]:
    """The elements whose answer is worse. What was assumed, for an imagined breach, is no answer."""
    then = {element.id: element.status for element in before.elements if not element.assumed}
    return [
        Slip(
            SlipKind.ELEMENT_FELL,
            element.id,
            f"{element.id} was {_WORDS[then[element.id]]} and is {_WORDS[element.status]}: {element.reason}",
            _entries(element.exhibits),
        )
        for element in now.elements
        if not element.assumed and element.id in then and _RANK[element.status] < _RANK[then[element.id]]
    ]


@dataclass(frozen=True, slots=True)
class Clock:
    """The six-month clock of an edition that an officer asserts, and its last day."""

    framework: str
    edition: str
    last_day: date
    entries: tuple[int, ...]

    @property
    def name(self) -> str:
        """The edition, as lists name it."""
        return f"{self.framework} {self.edition}"

    def to_json(self) -> dict[str, Any]:
        """The clock as JSON values."""
        return {
            "framework": self.framework,
            "edition": self.edition,
            "lastDay": self.last_day.isoformat(),
            "entries": list(self.entries),
        }


def clocks_of(facts: Mapping[str, Any], determination: Determination) -> list[Clock]:
    """The clocks of the editions that a facts document asserts, in full or in part; the first to end first.

    Of one framework the edition whose clock runs longest counts: whoever has moved to the next one has nothing to fear
    from the last one's.
    """
    asserted = {
        (row["framework"], row["edition"]): _entries(row["exhibits"][:1])
        for row in facts.get("conformity") or ()
        if row["status"] in {"conforms", "partly"}
    }
    longest: dict[str, tuple[date, Clock | None]] = {}
    for document in determination.edition_clocks:
        framework, edition = document["framework"], document["edition"]
        if (framework, edition) in asserted:
            text = document["sixMonthDate"]
            last = date.max if text is None else parse_day(text)
            clock = None if text is None else Clock(framework, edition, last, asserted[framework, edition])
            if framework not in longest or longest[framework][0] < last:
                longest[framework] = (last, clock)
    return sorted((clock for _, clock in longest.values() if clock is not None), key=lambda each: each.last_day)


def clocks_run_down(clocks: Iterable[Clock], before: date, now: date) -> list[Slip]:
    """The clocks that came within ``CLOCK_DAYS`` between two days, or ran out."""
    slips = []
    for clock in clocks:
        left, left_before = (clock.last_day - now).days, (clock.last_day - before).days
        if left < 0 <= left_before:
            words = f"The six months of {clock.name} ran out on {clock.last_day.isoformat()}."
            slips.append(Slip(SlipKind.CLOCK_RAN_OUT, clock.name, words, clock.entries))
        elif 0 <= left <= CLOCK_DAYS < left_before:
            words = f"The six months of {clock.name} end on {clock.last_day.isoformat()}."
            slips.append(Slip(SlipKind.CLOCK_NEAR, clock.name, words, clock.entries))
    return slips


def _entries(exhibits: Iterable[str]) -> tuple[int, ...]:
    return tuple(int(text.removeprefix("entry:")) for text in exhibits if text.startswith("entry:"))


def is_quiet(last_recorded: date | None, day: date) -> bool:
    """Whether nothing was recorded for more than a month before a day, or ever."""
    return last_recorded is None or (day - last_recorded).days > QUIET_AFTER_DAYS


def _fallen_silent(before: RecordState, now: RecordState) -> list[Slip]:
    last = now.last_recorded
    if last is None or not is_quiet(last, now.day) or is_quiet(before.last_recorded, before.day):
        return []
    words = f"Nothing was recorded since {last.isoformat()}, for {(now.day - last).days} days."
    return [Slip(SlipKind.FELL_SILENT, "", words)]


def _overdue(before: ProgramStatus, now: ProgramStatus) -> list[Slip]:
    late = {gap.body.gap for gap in before.recorded_gaps if gap.overdue_days}
    return [_overdue_slip(gap) for gap in now.recorded_gaps if gap.overdue_days and gap.body.gap not in late]


def _overdue_slip(gap: RecordedGap) -> Slip:
    due = "" if gap.body.due is None else f" since {gap.body.due.isoformat()}"
    who = f"{gap.body.owner} closes it" if gap.body.owner else "nobody was named to close it"
    words = f"The gap {gap.body.title!r} is overdue{due}; {who}."
    return Slip(SlipKind.GAP_OVERDUE, gap.body.gap, words, (gap.fact.index,))


def _stale(before: ProgramStatus, now: ProgramStatus) -> list[Slip]:
    return [
        _stale_slip(finding)
        for identifier, finding in now.findings.items()
        if finding.freshness is not Freshness.FRESH
        and identifier in before.findings
        and before.findings[identifier].freshness is Freshness.FRESH
    ]


def _stale_slip(finding: Finding) -> Slip:
    practice = finding.practice
    if finding.age_days is None:
        words = f"{practice.title}: the evidence that was fresh counts no more."
    else:
        words = (
            f"{practice.title}: the newest evidence is {finding.age_days} days old; "
            f"{practice.freshness_days} are allowed."
        )
    newest = () if finding.newest is None else (finding.newest.index,)
    return Slip(SlipKind.EVIDENCE_STALE, practice.id, words, newest)


def _ended(before: ProgramStatus, now: ProgramStatus) -> list[Slip]:
    standing = {each.body.exception for each in now.exceptions}
    return [
        Slip(
            SlipKind.EXCEPTION_ENDED,
            each.body.exception,
            f"The exception {each.body.exception}, accepted until {each.body.expires.isoformat()}, has no effect now.",
            (each.fact.index,),
        )
        for each in before.exceptions
        if each.body.exception not in standing
    ]
