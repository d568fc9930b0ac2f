"""The record at two points: the day asked about, and the moment of knowing. Between them lies what hindsight adds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from charteroak.portal.programs.state import Comparison, comparisons, state_sentence
from charteroak.program.status import ProgramStatus
from charteroak.records.accounts.models import Organisation
from charteroak.services.hindsight import COUNTED, ChangeDays, Hindsight, change_days, hindsight_of
from charteroak.services.programs import status_of

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
    hindsight: Hindsight
    differences: Sequence[Comparison]
    """What would be answered otherwise with everything recorded since."""
    strip: Strip

    @property
    def sentence(self) -> str:
        """What was known then, and how much was said later."""
        day = date_format(self.status.as_of, "D j M Y")
        opening = _("On %(day)s %(state)s.") % {"day": day, "state": state_sentence(self.status)}
        if not self.hindsight.known:
            opening = _("Nothing was on record yet.")
        later = self.hindsight.count
        if not later:
            return f"{opening} " + _("No later entry speaks about that day.")
        words = ngettext(
            "%(count)s later entry speaks about that day or the time before.",
            "%(count)s later entries speak about that day or the time before.",
            later,
        )
        if later >= COUNTED:
            words = _("At least %(count)s later entries speak about that day or the time before.")
        return f"{opening} {words % {'count': later}}"


def as_of(organisation: Organisation, day: date, known: date, today: date) -> AsOf:
    """The state on a day as known when another day ended."""
    then = status_of(organisation, as_of=day, known_at=known)
    now = then if known >= today else status_of(organisation, as_of=day)
    return AsOf(
        status=then,
        hindsight=hindsight_of(organisation, day, known),
        differences=[one for one in comparisons(then, now) if one.differs],
        strip=draw_strip(change_days(organisation), day, known, today),
    )


def draw_strip(changes: ChangeDays, day: date, known: date, today: date) -> Strip:
    """The days of the record on one line, from the first that it speaks of to today."""
    happened = [one for one in changes.happened if one <= today][-MAX_TICKS:]
    recorded = changes.recorded[-MAX_TICKS:]
    days = sorted({*happened, *recorded})
    begin = min([*days, day, known, today - timedelta(days=30)])
    length = max(1, (today - begin).days)

    def place(one: date) -> int:
        return min(STRIP_WIDTH, round((one - begin).days * STRIP_WIDTH / length))

    return Strip(
        begin=begin,
        end=today,
        happened=sorted({place(one) for one in happened}),
        recorded=sorted({place(one) for one in recorded}),
        days=days,
        day_at=place(day),
        known_at=place(known),
    )
