"""The picture of an interval: what was on record when it ended above the line, what was recorded later below it.

The picture is the one of the documents (``charteroak.documents.timeline_svg``); its table stands below it on the page.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.safestring import SafeString, mark_safe

from charteroak.clock import add_months
from charteroak.documents.timeline import Event, IntervalPicture, Side
from charteroak.documents.timeline_svg import draw_interval
from charteroak.portal.programs.wording import log_line
from charteroak.program.history import Change, Timing
from charteroak.program.recorded import RecordedFact


def picture_of(changes: Sequence[Change], first: date, last: date) -> SafeString:
    """The changes of an interval as an ``svg`` element. Every text in it is escaped where it is drawn."""
    picture = IntervalPicture(first, last, tuple(_event(change) for change in changes))
    return mark_safe(draw_interval(picture))  # noqa: S308 - made by our own drawing, which escapes each text


def _event(change: Change) -> Event:
    fact, line = change.fact, log_line(change.fact)
    begin, end = possible_days(fact)
    return Event(
        entry=fact.index,
        label=f"{line.kind}: {line.text}",
        first=begin,
        last=end,
        recorded=fact.recorded_day,
        side=Side.LATE if change.timing is Timing.LATE else Side.KNOWN,
        is_uncertain=fact.occurred_to is None and begin != end,
    )


def possible_days(fact: RecordedFact) -> tuple[date, date]:
    """The first and the last day of what an entry tells of; of a moment known by month or year alone, all of it."""
    first = fact.first_day
    if fact.occurred_to is not None:
        return first, fact.last_day or first
    match fact.precision:
        case "month":
            begin = first.replace(day=1)
            return begin, add_months(begin, 1) - timedelta(days=1)
        case "year":
            return first.replace(month=1, day=1), first.replace(month=12, day=31)
        case _:
            return first, first
