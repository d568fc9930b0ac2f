"""The picture of an interval: what was on record when it ended above the line, what was recorded later below it.

The picture is the one of the documents (``charteroak.documents.timeline_svg``); its table stands below it on the page.
"""

from collections.abc import Sequence
from datetime import date

from django.utils.safestring import SafeString

from charteroak.documents.timeline import Event, IntervalPicture, Side
from charteroak.documents.timeline_svg import draw_interval
from charteroak.portal.drawn import drawn
from charteroak.portal.programs.wording import log_line, possible_days
from charteroak.program.history import Change, Timing


def picture_of(changes: Sequence[Change], first: date, last: date) -> SafeString:
    """The changes of an interval as an ``svg`` element. Every text in it is escaped where it is drawn."""
    picture = IntervalPicture(first, last, tuple(_event(change) for change in changes))
    return drawn(draw_interval(picture))


def _event(change: Change) -> Event:
    fact, line = change.fact, log_line(change.fact)
    begin, end = possible_days(fact)
    return Event(
        entry=fact.index,
        label=line.text or str(line.kind),
        first=begin,
        last=end,
        recorded=fact.recorded_day,
        side=Side.LATE if change.timing is Timing.LATE else Side.KNOWN,
        is_uncertain=fact.occurred_to is None and begin != end,
    )
