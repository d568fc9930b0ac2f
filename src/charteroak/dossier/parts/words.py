"""Facts of the record in words and JSON values, the same in every part."""

from datetime import date
from typing import Any

from charteroak.clock import format_instant
from charteroak.program.bodies import HuntRun, NotUnderstood, body_document
from charteroak.program.recorded import RecordedFact
from charteroak.program.status import moment_text

_TITLE_MEMBERS = (
    "title", "name", "item", "hold", "gap", "exception", "practice", "framework", "campaign", "indicator", "version",
    "reportKind", "how", "basis", "action", "marking", "provider", "reason",
)  # fmt: skip
"""Members of a body that say to a person which entry this is; the first that is there."""

_TITLE_LENGTH = 120


def title_of(fact: RecordedFact) -> str:
    """What a person would call this entry, from its body where that is at hand."""
    if isinstance(fact.body, NotUnderstood):
        return "(body erased or withheld)" if fact.body.reason == "erased" else "(not understood by this release)"
    document = body_document(fact.body)
    if isinstance(fact.body, HuntRun):
        read, found = counted(fact.body.files, "file", "files"), counted(fact.body.matches, "match", "matches")
        return f"Own logs searched: {read} for {counted(fact.body.indicators, 'indicator', 'indicators')}, {found}"
    for member in _TITLE_MEMBERS:
        value = document.get(member)
        if isinstance(value, str) and value.strip():
            text = " ".join(value.split())
            return text if len(text) <= _TITLE_LENGTH else f"{text[:_TITLE_LENGTH]} ..."
    if isinstance(document.get("corrects"), int):
        return f"corrects entry {document['corrects']}"
    return "(no title)"


def entry_row(fact: RecordedFact, last: date) -> dict[str, Any]:
    """An entry with both its times: when it was so, how exactly and by whom that is known, and when it was recorded."""
    return {
        "entry": fact.index,
        "kind": fact.kind,
        "title": title_of(fact),
        "occurred": {
            "from": moment_text(fact.occurred_from),
            "to": None if fact.occurred_to is None else moment_text(fact.occurred_to),
            "precision": fact.precision,
            "source": fact.source,
        },
        "recorded": format_instant(fact.recorded),
        "late": fact.recorded_day > last,
        "actor": fact.actor,
        "withheld": list(fact.withheld),
    }


def day_text(day: date | None) -> str | None:
    """A day as an ISO date, or nothing."""
    return None if day is None else day.isoformat()


def counted(count: int, one: str, many: str) -> str:
    """``1 entry`` or ``3 entries``."""
    return f"{count} {one if count == 1 else many}"
