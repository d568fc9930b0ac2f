"""What the record keeps beside an entry so that an answer need not read every entry: its subject, its days, its ties.

A projection is a pure function of the entry as it is at hand; it decides nothing. It serves to find the few entries
that can matter to a question, and the answer is then made from those entries themselves (``charteroak.program``).
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from charteroak.program.bodies import (
    BODY_VERSIONS,
    Collection,
    CollectorRegistered,
    ContentErased,
    CorrectionMade,
    CustodyHandedOn,
    CustodyPassed,
    EditionAdopted,
    EvidenceCollected,
    EvidenceRecorded,
    EvidenceSuperseded,
    ExceptionAccepted,
    GapClosed,
    GapOpened,
    HoldLifted,
    HoldSet,
    IndicatorReleased,
    NotUnderstood,
    PracticeAnswered,
    ProgramApproved,
    RequirementAssessed,
    RequirementShown,
)
from charteroak.program.findings import shows_work
from charteroak.program.recorded import RecordedFact

NOT_UNDERSTOOD = "?"
"""The subject of an entry whose body cannot be read here. No subject of another entry is spelled so."""
SHOWS_NOTHING = "-"
"""The subject of an operation that shows nothing, such as a hunt that read no byte."""
MAX_SUBJECT = 200

PROJECTION_VERSION = (
    "1-"
    + hashlib.sha256(
        " ".join(f"{kind}/{version}" for kind in sorted(BODY_VERSIONS) for version in BODY_VERSIONS[kind]).encode()
    ).hexdigest()[:16]
)
"""Which rules made a projection. A release that reads more kinds has another one, and makes the rows again."""


@dataclass(frozen=True, slots=True)
class Projection:
    """One entry as the record finds it again."""

    index: int
    kind: str
    subject: str
    first_day: date
    last_day: date | None
    """As ``RecordedFact`` has it: ``None`` for a state that still holds."""
    end_day: date
    """The last day that it covers, which for a state without end is its first."""
    began: datetime
    """When it began, to the instant; with the index it is the order of ``RecordedFact``."""
    holds_from: date
    holds_to: date | None
    """The days on which it may be in force, as its body says where its body does."""
    recorded: datetime
    recorded_day: date
    span: int
    """How many bits the number of days from the first to the end has: entries of like length stand together."""
    lag: int
    """The same of the days from the first to the one on which it was recorded; 0 where it was recorded at once."""
    relations: tuple[tuple[str, int], ...]
    """What it does to earlier entries: a word and an index."""


def project(fact: RecordedFact) -> Projection:
    """The projection of one fact."""
    end = fact.last_day or fact.first_day
    holds_from, holds_to = _holds(fact)
    return Projection(
        index=fact.index,
        kind=fact.kind,
        subject=subject_of(fact),
        first_day=fact.first_day,
        last_day=fact.last_day,
        end_day=end,
        began=fact.order[0],
        holds_from=holds_from,
        holds_to=holds_to,
        recorded=fact.recorded,
        recorded_day=fact.recorded_day,
        span=max(0, (end - fact.first_day).days).bit_length(),
        lag=max(0, (fact.recorded_day - fact.first_day).days).bit_length(),
        relations=tuple(sorted({(word, target) for word, target in _relations(fact) if target < fact.index})),
    )


def subject_of(fact: RecordedFact) -> str:
    """What an entry is about, among the entries of its kind."""
    match fact.body:
        case NotUnderstood():
            return NOT_UNDERSTOOD
        case EvidenceRecorded(practice=name) if not shows_work(fact):
            return not_shown(name)
        case PracticeAnswered(practice=name) | EvidenceRecorded(practice=name):
            return name
        case EditionAdopted(framework=framework, edition=edition):
            return _joined(framework, edition)
        case RequirementAssessed(framework=framework, edition=edition, requirement=name, objective=objective):
            return _joined(framework, edition, name, objective or "")
        case ExceptionAccepted(exception=name) | GapOpened(gap=name) | GapClosed(gap=name):
            return name
        case CollectorRegistered(name=name):
            return name
        case HoldSet(hold=name) | HoldLifted(hold=name):
            return name
        case ProgramApproved(version=name):
            return _joined(name)
        case IndicatorReleased(indicator=name):
            return _joined(name)
        case _:
            return "" if shows_work(fact) else SHOWS_NOTHING


def not_shown(practice: str) -> str:
    """The subject of an item of evidence which itself says that a practice was not followed."""
    return _joined(SHOWS_NOTHING, practice)


def _joined(*names: str) -> str:
    """Names as one subject: with a blank in it, so that no identifier is spelled like it; a long one by its digest."""
    text = " ".join(("=", *names))
    return text if len(text) <= MAX_SUBJECT else f"= sha256 {hashlib.sha256(text.encode()).hexdigest()}"


def _holds(fact: RecordedFact) -> tuple[date, date | None]:
    match fact.body:
        case EditionAdopted(from_=first, to=last):
            return first, last
        case ExceptionAccepted(expires=expires):
            return fact.first_day, expires - timedelta(days=1) if expires > date.min else expires
        case _:
            return fact.first_day, fact.last_day


def _relations(fact: RecordedFact) -> Iterator[tuple[str, int]]:
    match fact.body:
        case CorrectionMade(corrects=target):
            yield "corrects", target
        case EvidenceSuperseded(supersedes=target, by=by):
            yield "supersedes", target
            if by is not None:
                yield "rests-on", by
        case GapClosed(evidence=targets):
            yield from (("rests-on", target) for target in targets)
        case RequirementShown(evidence=targets):
            yield from (("rests-on", target) for target in targets)
        case EvidenceCollected(collected=Collection(source=target)):
            yield "rests-on", target
        case ContentErased(entries=targets, parts=parts):
            yield from (("erases", target) for target in targets)
            yield from (("erases", int(part.partition("/")[0])) for part in parts)
        case CustodyPassed(offer=int() as target) | CustodyHandedOn(offer=int() as target):
            yield "answers", target
