"""Part 10: every late entry by name, and those back-filled long after the day of which they tell."""

from typing import Any

from charteroak.dossier.contents import PartDocument
from charteroak.dossier.parts.record_over_interval import RecordOverInterval
from charteroak.dossier.parts.words import counted, entry_row
from charteroak.program.recorded import RecordedFact

BACK_FILLED_DAYS = 7
"""Recorded more days than this after it was over, an entry is listed as back-filled. The number is ours."""


def late_part(record: RecordOverInterval) -> PartDocument:
    """Part 10. What was recorded after the interval about it or before; then what was back-filled while it ran."""
    late = [{**entry_row(fact, record.last), "daysAfterTheInterval": record.days_late(fact)} for fact in record.late]
    back_filled = [
        {**entry_row(fact, record.last), "lagDays": lag_days(fact)}
        for fact in record.facts
        if fact.recorded_day <= record.last and lag_days(fact) > BACK_FILLED_DAYS
    ]
    lead = (
        f"{counted(len(late), 'entry', 'entries')} about the interval or before, recorded after it. They are part of "
        "the record and are named here so that nobody takes them for what was on record at the time."
        if late
        else "No entry about the interval or before was recorded after it."
    )
    document: dict[str, Any] = {
        "recordedAfterTheInterval": late or "none",
        "backFilled": back_filled or "none",
        "rule": (
            f"Back-filled: recorded more than {BACK_FILLED_DAYS} days after what it tells of was over, but before the "
            "interval ended. Lateness goes to weight; what it means is for counsel and the court."
        ),
    }
    return PartDocument("10", "Late and back-filled entries", lead, document, is_empty=not late and not back_filled)


def lag_days(fact: RecordedFact) -> int:
    """How many days after it was over (or, for what still holds, had begun) it was recorded."""
    return max(0, (fact.recorded_day - (fact.last_day or fact.first_day)).days)
