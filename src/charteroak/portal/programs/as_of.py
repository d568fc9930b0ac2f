"""The record at two points: the day asked about, and the moment of knowing. Between them lies what hindsight adds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from charteroak.portal.programs.state import Comparison, comparisons, state_sentence
from charteroak.program.recorded import RecordedFact
from charteroak.program.status import ProgramStatus, program_status

MAX_TICKS = 2000
"""Days marked on the slider; the newest, where there are more."""
STRIP_WIDTH = 1000


@dataclass(frozen=True, slots=True)
class Strip:
    """The days on which something happened, and those on which something was recorded, as places from 0 to 1000."""

    begin: date
    end: date
    happened: Sequence[int]
    recorded: Sequence[int]
    days: Sequence[date]
    """Every day that is marked, in order."""
    day_at: int
    known_at: int


@dataclass(frozen=True, slots=True)
class AsOf:
    """The state on a day as known at the end of another, and what was recorded after that."""

    status: ProgramStatus
    known: int
    """Entries on record by then."""
    later: Sequence[RecordedFact]
    """Entries recorded since that speak about the day asked about, or an earlier one."""
    differences: Sequence[Comparison]
    """What would be answered otherwise with everything recorded since."""
    strip: Strip

    @property
    def sentence(self) -> str:
        """What was known then, and how much was said later."""
        day = date_format(self.status.as_of, "D j M Y")
        opening = _("On %(day)s %(state)s.") % {"day": day, "state": state_sentence(self.status)}
        if not self.known:
            opening = _("Nothing was on record yet.")
        later = len(self.later)
        if not later:
            return f"{opening} " + _("No later entry speaks about that day.")
        words = ngettext(
            "%(count)s later entry speaks about that day or the time before.",
            "%(count)s later entries speak about that day or the time before.",
            later,
        )
        return f"{opening} {words % {'count': later}}"


def as_of(facts: Sequence[RecordedFact], day: date, known: date, today: date) -> AsOf:
    """The state on a day as known when another day ended, from the whole record."""
    then = program_status(facts, day, known)
    now = program_status(facts, day)
    later = [fact for fact in facts if fact.recorded_day > known and fact.first_day <= day]
    return AsOf(
        status=then,
        known=sum(fact.recorded_day <= known for fact in facts),
        later=later,
        differences=[one for one in comparisons(then, now) if one.differs],
        strip=draw_strip(facts, day, known, today),
    )


def draw_strip(facts: Sequence[RecordedFact], day: date, known: date, today: date) -> Strip:
    """The days of the record on one line, from the first that it speaks of to today."""
    happened = sorted({fact.first_day for fact in facts if fact.first_day <= today})[-MAX_TICKS:]
    recorded = sorted({fact.recorded_day for fact in facts})[-MAX_TICKS:]
    days = sorted({*happened, *recorded})
    begin = min([*days, day, known, today - timedelta(days=30)])
    length = max(1, (today - begin).days)

    def place(one: date) -> int:
        return round((one - begin).days * STRIP_WIDTH / length)

    return Strip(
        begin=begin,
        end=today,
        happened=sorted({place(one) for one in happened}),
        recorded=sorted({place(one) for one in recorded}),
        days=days,
        day_at=place(day),
        known_at=place(known),
    )
