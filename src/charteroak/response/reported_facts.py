"""What a report to the desk already answers of an incident's own record: one report, every clock.

Taken over is only what was answered in so many words. Whether data were seen, taken or readable are questions of the
law that no report asks; they stay open. A day without a time is read as its first minute, and so is an hour: no limit
is then shown later than it can be. A month or a year is too coarse for a clock; the discovery is asked for again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from charteroak.clock import format_instant
from charteroak.response.incident_report import IncidentReportRecord
from charteroak.response.report_fields import Counts, Ransom, Times
from charteroak.response.report_times import Moment

_FINE = frozenset({"second", "minute", "hour", "day"})
_SERVICES = frozenset({"911", "water", "power", "health", "police-fire"})
"""Services of the report on which people depend, as the duties mean it."""
PLAYBOOK_OF: Mapping[str, str] = {
    "ransomware": "ransomware",
    "account": "business-mail-compromise",
    "phishing": "phishing-wave",
    "fraud": "business-mail-compromise",
    "data": "data-theft",
    "service": "denial-of-service",
    "defacement": "defacement",
    "lost-device": "lost-device",
    "insider": "insider",
    "third-party": "third-party",
}
"""Ours: which playbook fits a kind of incident best. Kinds that say too little to choose by are left to the person."""
_FIRST_KIND = "ransomware"
"""Spreads while people read; whatever else the report names comes after it."""
_MOST_PLAYBOOKS = 2
"""More are too much to begin with; the person chooses others on the incident's page."""
_SCHOOL, _SCHOOL_PLAYBOOK = "public-school-district", "school"
_REPELLED = frozenset({"blocked", "unsuccessful"})
_EVENTS = (
    ("first_activity", "first-activity", "It began, as the report to the desk says."),
    ("contained", "contained", "It was contained, as the report to the desk says."),
    ("recovered", "recovered", "What was hit worked again, as the report to the desk says."),
)


@dataclass(frozen=True, slots=True)
class ReportedEvent:
    """Something that the report puts into the timeline."""

    kind: str
    what: str
    moment: Moment


@dataclass(frozen=True, slots=True)
class ReportedFacts:
    """What need not be asked again."""

    entity: Mapping[str, Any]
    incident: Mapping[str, Any]
    """Members of the duty-facts document, without the discovery."""
    discovered: datetime | None
    ransom_paid: Moment | None
    events: tuple[ReportedEvent, ...]
    fitting: tuple[str, ...] = ()
    """Playbooks that fit the kinds of incident, the most urgent first."""

    def playbooks(self, outcome: str) -> tuple[str, ...]:
        """What to follow first, by the outcome as it is said now; nothing for an attempt that was repelled."""
        return () if outcome in _REPELLED else self.fitting

    def document(self, discovered: datetime | None) -> dict[str, Any]:
        """The duty-facts document, with the discovery as the person who opens the record says it.

        A payment before the discovery cannot start a clock and is left out, to be asked for. One on the day of the
        discovery, or in its hour, is not before it: the discovery is then the earliest that it can have been.
        """
        incident = dict(self.incident)
        if discovered is not None:
            incident["discoveredAt"] = format_instant(discovered)
        paid = self.ransom_paid
        if paid is not None and (discovered is None or paid.latest >= discovered):
            earliest = paid.earliest if discovered is None else max(paid.earliest, discovered)
            incident["ransomPaidAt"] = format_instant(earliest)
        return {"entity": dict(self.entity), "incident": incident}


def facts_of_report(record: IncidentReportRecord) -> ReportedFacts:
    """What the record answers, as facts for the duties and events for the timeline."""
    counts = record.counts or Counts()
    ransom = record.ransom or Ransom(demanded="unknown")
    times = record.times or Times()
    entity = record.entity
    incident: dict[str, Any] = {"outcome": record.outcome}
    if isinstance(record.data_kinds, tuple):
        incident["dataKinds"] = list(record.data_kinds)
    if isinstance(counts.connecticut_residents, int):
        incident["residentsAffected"] = {"ct": counts.connecticut_residents}
    if isinstance(counts.people, int):
        incident["individualsAffected"] = counts.people
    if record.safety is not None and record.safety.affected == "yes" and _SERVICES & set(record.safety.services or ()):
        incident["criticalService"] = True
    sizes = {} if entity is None else {"employees": entity.employees, "enrolment": entity.students}
    said = ((kind, what, _fine(getattr(times, name))) for name, kind, what in _EVENTS)
    discovered, began = _earliest(record.noticed), _earliest(times.first_activity)
    if discovered is not None and began is not None:
        # Noticed on a day, begun at an hour of it: the report has their order, so the day's first minute is too early.
        discovered = max(discovered, began)
    return ReportedFacts(
        entity={name: size for name, size in sizes.items() if isinstance(size, int)},
        incident=incident,
        discovered=discovered,
        ransom_paid=_fine(ransom.paid_when) if ransom.paid == "yes" else None,
        events=tuple(ReportedEvent(kind, what, moment) for kind, what, moment in said if moment is not None),
        fitting=_playbooks(record),
    )


def severity_of_report(record: IncidentReportRecord) -> dict[str, list[str]]:
    """The answers about severity that a report gives in the words of NCISS; *not known* leaves the question open."""
    given = {
        "functionalImpact": record.functional_impact,
        "informationImpact": record.information_impact,
        "recoverability": record.recoverability,
        "location": record.location,
    }
    return {name: [answer] for name, answer in given.items() if answer is not None and answer != "unknown"}


def _playbooks(record: IncidentReportRecord) -> tuple[str, ...]:
    kinds = sorted(record.kinds or (), key=lambda kind: kind != _FIRST_KIND)
    fitting = list(dict.fromkeys(PLAYBOOK_OF[kind] for kind in kinds if kind in PLAYBOOK_OF))[:_MOST_PLAYBOOKS]
    is_school = record.entity is not None and record.entity.kind == _SCHOOL
    return (*fitting, *([_SCHOOL_PLAYBOOK] if fitting and is_school else []))


def _fine(value: Moment | str | None) -> Moment | None:
    return value if isinstance(value, Moment) and value.precision in _FINE else None


def _earliest(value: Moment | str | None) -> datetime | None:
    moment = _fine(value)
    return None if moment is None else moment.earliest
