"""Silence in a practice's record: the days on which its newest evidence was older than the practice allows.

A practice that wants evidence every 90 days and got some after 200 was silent for 110 days, and evidence that should
have come was missed twice. Evidence that is recorded later about days that lie back closes the silence on the first
axis; that it was recorded late is for the log to say.
"""

from dataclasses import dataclass
from datetime import date

from charteroak.program.findings import Freshness, PracticeRecord
from charteroak.program.stretches import stretches


@dataclass(frozen=True, slots=True)
class Silence:
    """Days, both inclusive, without evidence that was young enough."""

    first: date
    last: date
    missed: int
    """How often evidence should have come and did not."""
    is_from_the_start: bool
    """Whether nothing had ever shown the practice before."""

    @property
    def days(self) -> int:
        """Its length."""
        return (self.last - self.first).days + 1


def silences(record: PracticeRecord, first: date, last: date) -> tuple[Silence, ...]:
    """Every silence of a practice between two days, both inclusive, in order."""
    allowed = record.practice.freshness_days
    found = []
    for stretch in stretches(first, last, record.turning_days(), lambda day: record.finding(day).freshness):
        if stretch.answer is not Freshness.FRESH:
            days = (stretch.last - stretch.first).days + 1
            missed = -(-days // allowed)
            found.append(Silence(stretch.first, stretch.last, missed, stretch.answer is Freshness.NONE))
    return tuple(found)
