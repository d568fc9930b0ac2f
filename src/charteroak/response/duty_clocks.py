"""The clocks of an incident: each duty's answer with its two ends as instants, how much has gone, and who was told.

The standard of the law comes first; an outer limit is the last moment that the law allows. A limit that is a day ends
with that day in Connecticut. How much of a limit has gone is a warning and never an allowance.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

import msgspec

from charteroak.clock import CONNECTICUT, format_instant, parse_instant
from charteroak.errors import SourceLocation
from charteroak.law.duties import DutyAnswer, DutyFacts, DutyStatus, duties_of
from charteroak.law.errors import FactsError

WARNINGS_FROM = (0.5, 0.8, 1.0)
"""Shares of an outer limit from which the page grows louder, and at which an alert is sent. Ours."""

_RESIDENTS = ("CT-BREACH-RES/residents", "CT-BREACH-CREDS/account-holders")
"""The duties whose recipients are residents, by whom the Attorney General's limit is measured."""


class ClockState(StrEnum):
    """What a person has to know of a duty, the most urgent first."""

    PASSED = "passed"
    """It is due, nobody is on record as told, and the outer limit has passed."""
    RUNNING = "running"
    AT_ONCE = "at-once"
    """It is due and the law names no outer limit."""
    UNKNOWN = "unknown"
    """A fact is missing to tell whether it is due."""
    ASKED = "asked"
    """It is requested or open to whoever wants to; nothing makes it due."""
    TOLD = "told"
    NOT_TRIGGERED = "not-triggered"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class DutyClock:
    """One duty towards one recipient, as a clock."""

    answer: DutyAnswer
    starts: datetime | None
    ends: datetime | None
    """The first instant at which the outer limit has passed."""
    told: datetime | None = None

    @property
    def key(self) -> str:
        """How entries, notices and alerts name this duty."""
        return f"{self.answer.duty.code}/{self.answer.duty.part}"

    @property
    def is_required(self) -> bool:
        """Whether a law asks for it."""
        return self.answer.duty.obligation == "required"

    @property
    def is_open(self) -> bool:
        """Whether a law asks for it, it is due, and nobody is on record as told."""
        return self.is_required and self.answer.status is DutyStatus.DUE and self.told is None

    def state(self, now: datetime) -> ClockState:
        """What there is to know of it at a moment."""
        status = self.answer.status
        if status is DutyStatus.DISABLED:
            return ClockState.DISABLED
        if self.told is not None:
            return ClockState.TOLD
        if status is not DutyStatus.DUE:
            return ClockState.UNKNOWN if status is DutyStatus.UNKNOWN else ClockState.NOT_TRIGGERED
        if not self.is_required:
            return ClockState.ASKED
        if self.ends is None:
            return ClockState.AT_ONCE
        return ClockState.PASSED if now >= self.ends else ClockState.RUNNING

    def share(self, now: datetime) -> float | None:
        """How much of the outer limit has gone; more than 1 once it has passed, nothing where there is none."""
        if self.starts is None or self.ends is None:
            return None
        length = (self.ends - self.starts).total_seconds()
        gone = (now - self.starts).total_seconds()
        return max(0.0, gone / length) if length > 0 else (1.0 if now >= self.ends else 0.0)

    def moment_at(self, share: float) -> datetime | None:
        """When a share of the outer limit has gone."""
        if self.starts is None or self.ends is None:
            return None
        return self.starts + max(timedelta(), self.ends - self.starts) * share

    def loudness(self, now: datetime) -> int:
        """How many of the shares of ``WARNINGS_FROM`` have gone, from 0 to 3."""
        share = self.share(now)
        return 0 if share is None else sum(share >= least for least in WARNINGS_FROM)


def clocks_of(facts: DutyFacts, told: Mapping[str, datetime] | None = None) -> tuple[DutyClock, ...]:
    """The clock of every duty of the table, in its order.

    ``told`` says by the duty's key since when somebody is on record as told. Residents who were told by the facts
    themselves (``residentsNotifiedAt``) were told.

    Raises:
        FactsError: a limit would lie outside the calendar.
    """
    known = dict(told or {})
    facts = facts_as_told(facts, known)
    residents = facts.moment("residentsNotifiedAt")
    if residents is not None:
        known.setdefault("CT-BREACH-RES/residents", residents)
    clocks = []
    for answer in duties_of(facts):
        starts = None if answer.starts_at is None else parse_instant(answer.starts_at)
        key = f"{answer.duty.code}/{answer.duty.part}"
        clocks.append(DutyClock(answer, starts, _end_of(answer.outer_limit), known.get(key)))
    return tuple(clocks)


def facts_as_told(facts: DutyFacts, told: Mapping[str, datetime]) -> DutyFacts:
    """The facts with the day on which residents were told, where it stands on record and not among the facts.

    The Attorney General is told not later than residents are (Conn. Gen. Stat. § 36a-701b(b)(2)(A)), whichever way it
    came on record that they were.
    """
    moments = [told[key] for key in _RESIDENTS if key in told]
    if not moments or facts.moment("residentsNotifiedAt") is not None:
        return facts
    incident = msgspec.structs.replace(facts.incident, residents_notified_at=format_instant(min(moments)))
    return msgspec.structs.replace(facts, incident=incident)


def most_urgent(clocks: Iterable[DutyClock], now: datetime) -> list[DutyClock]:
    """The open duties: passed ones first, then those due at once, then by how soon their outer limit ends."""
    return sorted((clock for clock in clocks if clock.is_open), key=lambda clock: _urgency(clock, now))


def undecided(clocks: Iterable[DutyClock]) -> list[DutyClock]:
    """The duties that a law asks for where a fact is missing to tell whether they are due; those with a limit first."""
    unknown = [
        clock
        for clock in clocks
        if clock.is_required and clock.answer.status is DutyStatus.UNKNOWN and clock.told is None
    ]
    return sorted(unknown, key=lambda clock: (clock.ends is None, clock.ends.timestamp() if clock.ends else 0.0))


@dataclass(frozen=True, slots=True)
class ClockChange:
    """What a correction of the facts did to one duty."""

    key: str
    to: str
    status_before: DutyStatus
    status_now: DutyStatus
    limit_before: date | datetime | None
    limit_now: date | datetime | None

    def to_json(self) -> dict[str, str | None]:
        """The change as JSON values."""
        return {
            "duty": self.key,
            "to": self.to,
            "statusBefore": self.status_before.value,
            "statusNow": self.status_now.value,
            "limitBefore": None if self.limit_before is None else self.limit_before.isoformat(),
            "limitNow": None if self.limit_now is None else self.limit_now.isoformat(),
        }


def changes_between(before: Sequence[DutyClock], now: Sequence[DutyClock]) -> list[ClockChange]:
    """Which duties a new set of facts answers otherwise, in the order of the table."""
    old = {clock.key: clock.answer for clock in before}
    return [
        ClockChange(
            key=clock.key,
            to=clock.answer.duty.to,
            status_before=old[clock.key].status,
            status_now=clock.answer.status,
            limit_before=old[clock.key].outer_limit,
            limit_now=clock.answer.outer_limit,
        )
        for clock in now
        if clock.key in old
        and (old[clock.key].status, old[clock.key].outer_limit) != (clock.answer.status, clock.answer.outer_limit)
    ]


def needs_identity_services(facts: DutyFacts) -> bool | None:
    """Whether 24 months of identity theft prevention are owed if residents have to be told (§ 36a-701b(b)(2)(B)).

    ``None``: which kinds of data were reached is not known.
    """
    kinds = facts.incident.data_kinds
    return None if kinds is None else not {"ssn", "tax-id"}.isdisjoint(kinds)


def _end_of(limit: date | datetime | None) -> datetime | None:
    if limit is None or isinstance(limit, datetime):
        return limit
    try:
        return datetime.combine(limit + timedelta(days=1), time(), CONNECTICUT)
    except OverflowError as error:
        raise FactsError(
            "A limit lies outside the calendar.", remedy="Check the moments.", location=SourceLocation()
        ) from error


def _urgency(clock: DutyClock, now: datetime) -> tuple[int, float]:
    state = clock.state(now)
    order = (ClockState.PASSED, ClockState.AT_ONCE, ClockState.RUNNING).index(state)
    moment = clock.ends or clock.starts
    return order, 0.0 if moment is None else moment.timestamp()
