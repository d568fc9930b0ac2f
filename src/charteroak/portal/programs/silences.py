"""Silence about a practice: for how long nothing was recorded that shows it, in words and as a bar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from charteroak.program.findings import Finding, Freshness, practice_records
from charteroak.program.practices import Practice
from charteroak.program.recorded import RecordedFact
from charteroak.program.silences import Silence, silences

SILENCES_SHOWN = 10


def silence(finding: Finding, *, is_promised: bool) -> str:
    """For how long the record has been silent, and by how much that is too long."""
    age, beyond = finding.age_days or 0, finding.gap_days or 0
    words = ngettext("no evidence for %(days)s day", "no evidence for %(days)s days", age) % {"days": age}
    if is_promised:
        return _("%(silence)s, %(days)s beyond what you promised") % {"silence": words, "days": beyond}
    return _("%(silence)s, %(days)s beyond what it allows") % {"silence": words, "days": beyond}


def age(finding: Finding, *, is_promised: bool) -> str:
    """How old the newest evidence is, or for how long there has been none."""
    match finding.freshness:
        case Freshness.NONE:
            days = finding.practice.freshness_days
            return ngettext("wanted every %(days)s day", "wanted every %(days)s days", days) % {"days": days}
        case Freshness.FRESH:
            days = finding.age_days or 0
            return ngettext("%(days)s day old", "%(days)s days old", days) % {"days": days}
        case Freshness.STALE:
            return silence(finding, is_promised=is_promised)


@dataclass(frozen=True, slots=True)
class Bar:
    """The time since the newest evidence, in hundredths of the bar: what is allowed, and what is beyond it."""

    within: int
    beyond: int
    allowed: int


def bar_of(finding: Finding) -> Bar | None:
    """The silence as a bar, as long as what is allowed or as the silence itself; ``None`` without any evidence."""
    if finding.age_days is None:
        return None
    allowed, days = finding.practice.freshness_days, finding.age_days
    full = max(allowed, days, 1)
    within = round(100 * min(days, allowed) / full)
    return Bar(within, round(100 * max(0, days - allowed) / full), round(100 * allowed / full))


def silences_of(facts: Sequence[RecordedFact], practice: Practice, today: date) -> list[Silence]:
    """The silences in the record of a practice since the first of some standing facts; the newest first."""
    record = practice_records(facts, {practice.id: practice})[practice.id]
    begin = min((fact.first_day for fact in (*record.answers, *record.evidence)), default=None)
    return [] if begin is None or begin > today else list(silences(record, begin, today))[::-1][:SILENCES_SHOWN]
