"""What a report to the desk already answers of the notices to everybody else: asked once, drafted for each.

Some answers stand in no draft before a person has looked at them, and are proposed only: words for analysts, which do
not belong into letters to the people concerned; who reports, who told it to the desk; and who was told, for a report
asks for police, bank and insurer in one question, and notices ask for authorities alone. What would have to be cut is
left out: nothing of a report is shortened.
"""

from collections.abc import Mapping

from charteroak.response.incident_report import IncidentReportRecord
from charteroak.response.notices.particulars import (
    LINE_LIMIT,
    TEXT_LIMIT,
    ParticularKind,
    Particulars,
    load_particulars,
)
from charteroak.response.report_fields import Informed, Person
from charteroak.response.report_times import Moment

PROPOSED_ONLY = frozenset({"what_happened", "what_was_done", "reporter_name", "reporter_contact", "police_told"})
"""A person looks at them and keeps them."""
NAMES_PEOPLE = frozenset({"reporter_name", "reporter_contact", "technical_contact"})
"""Said to the desk, which alone may know who reported; a technical contact often is who reports. Taken over for nobody
but the reporter."""
_FOUND_BY: Mapping[str, str] = {
    "staff": "by our own people",
    "user": "by someone who uses the system",
    "antivirus": "by antivirus or an endpoint program",
    "monitoring": "by monitoring",
    "provider": "by our provider",
    "supplier": "by a supplier",
    "police": "by the police or another authority",
    "attacker": "the attacker said so",
    "public": "by the public or the press",
    "audit": "by an audit",
}
_HELP: Mapping[str, str] = {
    "none": "none",
    "advice": "advice, please call us",
    "urgent": "urgent: we need help now",
    "on-site": "help on site",
    "state-police": "the State Police",
}
_FINE = frozenset({"second", "minute", "hour", "day"})


def particulars_of_report(record: IncidentReportRecord) -> Particulars:
    """Answers of the report by the keys of the notices; what is not known is absent."""
    times, actor = record.times, record.actor
    person = record.reporter or Person()
    said = {
        "address": record.entity.address if record.entity else None,
        "reporter_name": _joined(", ", person.name, person.role),
        "reporter_contact": _joined(", ", person.phone, person.email),
        "technical_contact": record.technical_contact,
        "what_happened": record.narrative,
        "how_happened": record.unauthorized_access,
        "breach_from": _day(times.first_activity if times else None),
        "how_discovered": _FOUND_BY.get(record.detection or ""),
        "systems": _joined("; ", *(each.function for each in record.systems or ())),
        "source_identity": actor.identity if actor else None,
        "indicators": _joined("\n", *(record.indicators or ())),
        "what_was_done": record.response_taken,
        "police_told": _joined("; ", *(_told(each) for each in record.informed or ())),
        "help_wanted": _HELP.get(record.help_wanted or ""),
    }
    known = load_particulars()
    limits = {ParticularKind.TEXT: TEXT_LIMIT}
    return {
        key: value
        for key, value in said.items()
        if value and value != "unknown" and len(value) <= limits.get(known[key].kind, LINE_LIMIT)
    }


def _told(informed: Informed) -> str:
    return _joined(", ", informed.who, _day(informed.when), informed.reference) or ""


def _joined(between: str, *parts: str | None) -> str | None:
    return between.join(part for part in parts if part and part != "unknown") or None


def _day(value: Moment | str | None) -> str | None:
    return value.at[:10] if isinstance(value, Moment) and value.precision in _FINE else None
