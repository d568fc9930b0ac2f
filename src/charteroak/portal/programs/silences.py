"""Silence about a practice: for how long nothing was recorded that shows it, in words and as a bar."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from charteroak.program.findings import Finding, Freshness

DAY = timedelta(days=1)
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


@dataclass(frozen=True, slots=True)
class Silence:
    """Days on which the newest evidence was older than the practice allows."""

    first: date
    last: date
    lasts: bool
    """Whether it has not ended yet."""

    @property
    def days(self) -> int:
        """How many days it lasted, or has lasted."""
        return (self.last - self.first).days + 1


def silences(finding: Finding) -> list[Silence]:
    """The silences between the items of evidence at hand, and the one that lasts; the newest first."""
    allowed = timedelta(days=finding.practice.freshness_days)
    found: list[Silence] = []
    covered: date | None = None
    for fact in finding.evidence:
        if covered is not None and fact.first_day > covered + DAY:
            found.append(Silence(covered + DAY, fact.first_day - DAY, lasts=False))
        until = (fact.last_day or fact.first_day) + allowed
        covered = until if covered is None else max(covered, until)
    if covered is not None and finding.day > covered:
        found.append(Silence(covered + DAY, finding.day, lasts=True))
    return found[::-1][:SILENCES_SHOWN]
