"""What a report says as a whole, after all that was added to it and corrected in it.

A supplement or final report changes what it answers and adds to the story; a correction changes what it answers, the
story as well. What stood before is in the versions and never lost.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from charteroak.response.incident_report import IncidentReportRecord

ALWAYS_SAID = frozenset({"outcome", "disclosure", "report_type"})


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that a version gave or changed: its name in the record."""

    name: str
    is_new: bool


def folded(first: IncidentReportRecord, later: Iterable[tuple[IncidentReportRecord, bool]]) -> IncidentReportRecord:
    """The report as it stands; each later record comes with whether it corrects."""
    whole = first
    for record, corrects in later:
        changes = {
            name: value
            for name in record.__struct_fields__
            if name not in {"report_type", "narrative"} and (value := getattr(record, name)) is not None
        }
        story = record.narrative if corrects else "\n\n".join(filter(None, (whole.narrative, record.narrative)))
        whole = msgspec.structs.replace(whole, **changes, narrative=story or whole.narrative)
    return whole


def changes_between(before: IncidentReportRecord, version: IncidentReportRecord) -> Sequence[Change]:
    """What a later version answers that was not answered before, or was answered otherwise."""
    found = []
    for name in version.__struct_fields__:
        value, old = getattr(version, name), getattr(before, name)
        if name != "report_type" and value not in (None, "") and value != old:
            found.append(Change(name, is_new=old in (None, "")))
    return found
