"""Part 11: what is on record about discovery, reports and notices, beside the outer limits of C.G.S. 36a-701b.

The limits are those of the table of duties (``charteroak.law.duties``), counted here from the last day of the
interval, taken as the day of discovery.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from charteroak.dossier.contents import PartDocument
from charteroak.dossier.parts.record_over_interval import RecordOverInterval
from charteroak.dossier.parts.words import counted, entry_row
from charteroak.law.duties import Duty, load_duties
from charteroak.program.bodies import ReportFiled
from charteroak.program.recorded import RecordedFact

CITATION = "C.G.S. 36a-701b, as amended by Public Act 21-59"
"""The one statute whose outer limits are counted here: it is the one that every Connecticut organization meets."""

_TITLES = {
    "CT-BREACH-RES": "Tell the Connecticut residents concerned",
    "CT-BREACH-AG": "Tell the Attorney General",
    "CT-IDTHEFT": "Offer identity-theft prevention services for 24 months",
}
_NOTES = {
    "CT-BREACH-RES": (
        "Without unreasonable delay; the day named is the outer limit and not the due day. Shorter if federal law "
        "says so."
    ),
    "CT-BREACH-AG": "Not later than the residents are told, so that it ends with their notice if that comes earlier.",
    "CT-IDTHEFT": (
        "Only where Social Security numbers or taxpayer identification numbers were breached; with the notice."
    ),
}

OTHER_DUTIES = (
    "Other duties are not computed in this dossier; 'charteroak duties' names more of them with their clocks. Federal "
    "and sector law (such as HIPAA, GLBA and the FTC's Safeguards Rule), insurance law, contracts and insurance "
    "policies, state contracts, schools and student data, and other states' laws may each have clocks of their own, "
    "some of hours or days. Ask counsel at once."
)


@dataclass(frozen=True, slots=True)
class DutyLine:
    """A duty of the one statute whose outer limits are computed here."""

    duty: str
    citation: str
    outer_limit: date | None
    note: str


def duty_lines(record: RecordOverInterval) -> list[DutyLine]:
    """The outer limits, counted from the last day of the interval as the day of discovery."""
    return [
        DutyLine(_TITLES[duty.code], duty.citation, outer_limit(duty, record.last), _NOTES[duty.code])
        for duty in load_duties().duties
        if duty.code in _TITLES
    ]


def outer_limit(duty: Duty, discovered: date) -> date | None:
    """The last day of a duty that counts calendar days (the day of discovery is not counted), None for any other."""
    return discovered + timedelta(days=duty.limit) if duty.limit and duty.unit == "calendar-days" else None


def reports_on_record(record: RecordOverInterval) -> list[RecordedFact]:
    """The reports that the record knows of, from the first day of the interval on."""
    return [f for f in record.known_now.standing if isinstance(f.body, ReportFiled) and f.first_day >= record.first]


def duties_part(record: RecordOverInterval) -> PartDocument:
    """Part 11. Discovery and reports with their times as recorded; no notice to residents is a kind of entry yet."""
    reports = [_report(fact, record) for fact in reports_on_record(record)]
    lines = duty_lines(record)
    first = next(line.outer_limit for line in lines if line.outer_limit is not None)
    return PartDocument(
        "11",
        "Breach-duty clock log",
        f"{counted(len(reports), 'report is', 'reports are')} on record since the first day of the interval. The outer "
        f"limit of {CITATION} is {first.isoformat()}, if the last day of the "
        "interval is the day of discovery.",
        {
            "discovery": {
                "day": record.last.isoformat(),
                "source": "the last day of the interval, as given by whoever asked for this dossier",
            },
            "outerLimits": [
                {
                    "duty": line.duty,
                    "citation": line.citation,
                    "outerLimit": None if line.outer_limit is None else line.outer_limit.isoformat(),
                    "note": line.note,
                }
                for line in lines
            ],
            "reportsOnRecord": reports or "none",
            "noticesOnRecord": (
                "none: this release has no kind of entry for a notice to residents or to the Attorney General; a "
                "notice that was sent can stand among the evidence (part 08)"
            ),
            "otherDuties": OTHER_DUTIES,
        },
        is_empty=not reports,
    )


def _report(fact: RecordedFact, record: RecordOverInterval) -> dict[str, Any]:
    body = fact.body
    detail = (
        {"report": body.report, "reportKind": body.report_kind, "outcome": body.outcome, "channel": body.channel}
        if isinstance(body, ReportFiled)
        else {}
    )
    return {**entry_row(fact, record.last), **detail}
