"""What the other side may point to: entries of the record itself that speak against the organisation.

The act takes its bar away where a failure of controls came of gross negligence or of wilful or wanton conduct. Nobody
but a court can say so; but the record that supports an organisation can hurt it too, and its own people and counsel
should see that first. Nothing here is a finding. Days are those of the last day asked about, from what was known then.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from charteroak.program.assessments import assessments_on
from charteroak.program.bodies import ExceptionAccepted, RequirementAssessed
from charteroak.program.exceptions import accepted_exceptions
from charteroak.program.findings import PracticeRecord, practice_records
from charteroak.program.history import KnownAt, knowledge
from charteroak.program.poam import PlanItem, action_plan
from charteroak.program.practices import PracticeSet, load_practices
from charteroak.program.recorded import RecordedFact
from charteroak.program.recorded_gaps import gaps_open_on
from charteroak.program.silences import silences

OLD_AFTER_DAYS = 30
"""A grave gap that nobody owns is listed from this age on."""
LOOKED_BACK_DAYS = 366
"""How far before the interval a silence is looked for."""


class ContraryKind(StrEnum):
    """What sort of entry it is, the one that hurts most first."""

    UNOWNED_GAP = "unowned-gap"
    OVERDUE_GAP = "overdue-gap"
    FAILED_ASSESSMENT = "failed-assessment"
    EXPIRED_EXCEPTION = "expired-exception"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class ContraryItem:
    """One thing on record. ``days`` is its age, or for how long it has been overdue, expired or silent."""

    kind: ContraryKind
    what: str
    since: date
    days: int
    entries: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The item as JSON values."""
        return {
            "kind": self.kind.value,
            "what": self.what,
            "since": self.since.isoformat(),
            "days": self.days,
            "entries": list(self.entries),
        }


def contrary_evidence(
    facts: Iterable[RecordedFact],
    *,
    first: date,
    last: date,
    known_at: KnownAt = None,
    practices: PracticeSet | None = None,
) -> tuple[ContraryItem, ...]:
    """What speaks against the organisation on the last day of an interval, by kind and the longest first."""
    begun = tuple(fact for fact in knowledge(facts, known_at).standing if fact.first_day <= last)
    found = [*_gaps(begun, last), *_assessments(begun, last), *_expired(begun, last)]
    found += _silences(practice_records(begun, (practices or load_practices()).asked), first, last)
    order = list(ContraryKind)
    return tuple(sorted(found, key=lambda item: (order.index(item.kind), -item.days, item.what)))


def _gaps(begun: tuple[RecordedFact, ...], last: date) -> Iterable[ContraryItem]:
    for item in action_plan(gaps_open_on(begun, last), last).items:
        body, opened = item.gap.body, item.gap.opened_on
        if not item.owner and _is_grave(item) and item.gap.age_days >= OLD_AFTER_DAYS:
            what = f"The gap “{body.title}” ({item.severity or 'severity not said'}) had no owner"
            yield ContraryItem(ContraryKind.UNOWNED_GAP, what, opened, item.gap.age_days, (item.gap.fact.reference,))
        if item.is_overdue and body.due is not None:
            what = f"The gap “{body.title}” was to be closed by {body.due.isoformat()} and was open"
            yield ContraryItem(
                ContraryKind.OVERDUE_GAP, what, body.due, item.gap.overdue_days or 0, (item.gap.fact.reference,)
            )


def _is_grave(item: PlanItem) -> bool:
    """Critical or high, or of a severity that nobody said."""
    return item.severity in {"critical", "high", None}


def _assessments(begun: tuple[RecordedFact, ...], last: date) -> Iterable[ContraryItem]:
    recorded = tuple(fact for fact in begun if isinstance(fact.body, RequirementAssessed))
    for fact in assessments_on(recorded, last):
        body = fact.body
        if isinstance(body, RequirementAssessed) and body.result in {"partly", "not-satisfied"}:
            result = "satisfied in part only" if body.result == "partly" else "not satisfied"
            what = f"{body.framework} {body.edition} {body.requirement} was found {result}, and nothing later says more"
            since = fact.first_day
            yield ContraryItem(ContraryKind.FAILED_ASSESSMENT, what, since, (last - since).days, (fact.reference,))


def _expired(begun: tuple[RecordedFact, ...], last: date) -> Iterable[ContraryItem]:
    newest: dict[str, RecordedFact] = {}
    for each in accepted_exceptions(begun):
        rival = newest.get(each.body.exception)
        if rival is None or rival.order < each.fact.order:
            newest[each.body.exception] = each.fact
    for fact in newest.values():
        body = fact.body
        if isinstance(body, ExceptionAccepted) and body.expires <= last:
            what = f"The exception {body.exception} expired and was not prolonged"
            yield ContraryItem(
                ContraryKind.EXPIRED_EXCEPTION, what, body.expires, (last - body.expires).days, (fact.reference,)
            )


def _silences(records: Mapping[str, PracticeRecord], first: date, last: date) -> Iterable[ContraryItem]:
    """Practices that were said to be done and of which nothing showed it for longer than they allow, at the end."""
    for record in records.values():
        answered = record.answered(last)
        if answered is None or record.finding(last).answer not in {"yes", "partly"}:
            continue
        begin = max(answered.first_day, first - timedelta(days=LOOKED_BACK_DAYS))
        for silence in silences(record, begin, last):
            if silence.last < first or silence.days <= record.practice.freshness_days:
                continue
            newest = record.finding(silence.first).newest
            entries = (answered.reference,) if newest is None else (answered.reference, newest.reference)
            what = (
                f"“{record.practice.title}” was said to be done, and nothing newer than "
                f"{record.practice.freshness_days} days showed it"
            )
            yield ContraryItem(ContraryKind.SILENCE, what, silence.first, silence.days, entries)
