"""Every duty's answer for an entity and an incident.

The day on which a clock starts is not counted, and a limit never rolls to another day. Where the law counts days, the
limit is a Connecticut day; where it counts hours, an instant, and hours are elapsed hours, whatever the clocks on the
wall do in between.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from charteroak.clock import CONNECTICUT, TimeFormatError, connecticut_day
from charteroak.errors import SourceLocation
from charteroak.law.duties.facts import DutyFacts
from charteroak.law.duties.table import Duty, load_duties
from charteroak.law.duties.triggers import TRIGGERS
from charteroak.law.errors import FactsError
from charteroak.law.holidays import BusinessCalendar, add_business_days

_LATE_HHS_PEOPLE = 500
_DAYS_AFTER_YEAR = 60
_YEARLY_LOGS = {("HIPAA-BREACH", "hhs"), ("FTC-HBNR", "ftc")}


class DutyStatus(StrEnum):
    """Where a duty stands."""

    DUE = "due"
    NOT_TRIGGERED = "not-triggered"
    UNKNOWN = "unknown"
    """A fact is missing; the reason says which."""
    DISABLED = "disabled"
    """The law is not in force, or nobody knows whether it is; the reason says why."""


@dataclass(frozen=True, slots=True)
class DutyAnswer:
    """One duty towards one recipient. A limit of an unknown duty is the one that holds if it is triggered."""

    duty: Duty
    status: DutyStatus
    reason: str
    starts_at: str | None = None
    outer_limit: date | datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """The answer as JSON values."""
        duty, limit = self.duty, self.outer_limit
        return {
            "code": duty.code,
            "law": duty.law,
            "who": duty.who,
            "to": duty.to,
            "obligation": duty.obligation,
            "trigger": duty.trigger,
            "startsAt": self.starts_at,
            "startEvent": duty.start,
            "standard": duty.standard,
            "outerLimit": None if limit is None else limit.isoformat(),
            "unit": duty.unit,
            "status": self.status.value,
            "reason": self.reason,
            "citation": duty.citation,
            "content": list(duty.content),
            "note": duty.note,
            "confidence": duty.confidence,
        }


def duties_of(facts: DutyFacts) -> tuple[DutyAnswer, ...]:
    """The answer of every duty of the table, in its order.

    Raises:
        FactsError: a limit would lie outside the calendar.
    """
    return tuple(_answer(duty, facts) for duty in load_duties().duties)


def _answer(duty: Duty, facts: DutyFacts) -> DutyAnswer:
    if duty.law_status != "in-force":
        return DutyAnswer(duty, DutyStatus.DISABLED, duty.note or "This is not in force.")
    conditions = TRIGGERS[duty.code, duty.part](facts)
    for condition in conditions:
        if condition.holds is False:
            return DutyAnswer(duty, DutyStatus.NOT_TRIGGERED, condition.if_not)
    unknown = [condition.if_unknown for condition in conditions if condition.holds is None]
    starts_at = facts.text_of(duty.start)
    if starts_at is None and _has_clock(duty, facts) and not unknown:
        unknown = [f"Say when the clock started ({duty.start})."]
    limit, remark = _limit(duty, facts)
    if unknown:
        return DutyAnswer(duty, DutyStatus.UNKNOWN, _joined(*unknown, remark), starts_at, limit)
    return DutyAnswer(duty, DutyStatus.DUE, _joined(f"{duty.trigger}.", remark, _deemed(duty, facts)), starts_at, limit)


def _deemed(duty: Duty, facts: DutyFacts) -> str:
    """Section 36a-701b(g): whoever follows HIPAA's rule is deemed to follow this one, under two conditions."""
    regimes = set(facts.entity.regulated_by or ())
    if duty.code != "CT-BREACH-RES" or not regimes & {"hipaa-covered-entity", "hipaa-business-associate"}:
        return ""
    return (
        "Following HIPAA's notice rule counts here if the Attorney General is told when residents are and the "
        "24 months of services are given."
    )


def _has_clock(duty: Duty, facts: DutyFacts) -> bool:
    if (duty.code, duty.part) == ("CT-BREACH-AG", "attorney-general") and facts.moment("residentsNotifiedAt"):
        return False
    return _length(duty, facts) is not None


def _length(duty: Duty, facts: DutyFacts) -> int | None:
    return facts.entity.contract_hours if duty.code == "CT-CONTRACTOR" else duty.limit


def _limit(duty: Duty, facts: DutyFacts) -> tuple[date | datetime | None, str]:
    """The last moment, and a sentence where it is another than the table's."""
    start = facts.moment(duty.start)
    if duty.code == "CT-BREACH-AG" and (told := facts.moment("residentsNotifiedAt")) is not None:
        return connecticut_day(told), "Residents were told; the Attorney General is to know by then."
    length = _length(duty, facts)
    if start is None or length is None:
        return None, ""
    try:
        limit, remark = _counted(duty, facts, start, length)
        return _delayed(duty, facts, limit, remark)
    except (OverflowError, TimeFormatError) as error:
        raise FactsError(
            "A limit lies outside the calendar.",
            remedy="Check the moment.",
            location=SourceLocation(pointer=f"/incident/{duty.start}"),
        ) from error


def _counted(duty: Duty, facts: DutyFacts, start: datetime, length: int) -> tuple[date | datetime, str]:
    if duty.unit == "hours":
        return _hours(duty, facts, start, length)
    day = connecticut_day(start)
    if duty.unit == "business-days":
        return add_business_days(day, length, duty.calendar or BusinessCalendar.FEDERAL), ""
    if (duty.code, duty.part) in _YEARLY_LOGS:
        return _yearly_log(facts, day, length)
    return day + timedelta(days=length), ""


def _hours(duty: Duty, facts: DutyFacts, start: datetime, length: int) -> tuple[date | datetime, str]:
    is_attempt = facts.incident.outcome in {"unsuccessful", "blocked"}
    if (duty.code, duty.part) == ("NERC/DOE", "e-isac") and is_attempt:
        return connecticut_day(start) + timedelta(days=1), "An attempt is reported by the end of the next day."
    return (start + timedelta(hours=length)).astimezone(CONNECTICUT), ""


def _yearly_log(facts: DutyFacts, day: date, length: int) -> tuple[date, str]:
    people = facts.incident.individuals_affected
    if people is not None and people < _LATE_HHS_PEOPLE:
        return date(day.year, 12, 31) + timedelta(days=_DAYS_AFTER_YEAR), "Fewer than 500 people: in the yearly log."
    remark = "" if people is not None else "How many people are affected is not known; this is the earlier limit."
    return day + timedelta(days=length), remark


def _delayed(duty: Duty, facts: DutyFacts, limit: date | datetime, remark: str) -> tuple[date | datetime, str]:
    """A limit that a request of law enforcement holds back; never one that is earlier than the law's own."""
    until = facts.moment("lawEnforcementDelayUntil")
    if until is None or not duty.delayable or isinstance(limit, datetime):
        return limit, remark
    held = f"Law enforcement asked for delay until {connecticut_day(until)}; how long it lasts is for counsel."
    return max(limit, connecticut_day(until)), _joined(remark, held)


def _joined(*sentences: str) -> str:
    return " ".join(dict.fromkeys(sentence for sentence in sentences if sentence))
