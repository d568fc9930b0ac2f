"""Moments and days: parsing, rendering and calendar sums. Nothing here reads the wall clock.

Statutes count calendar days in Connecticut; ledgers and feeds count instants in UTC.
"""

import calendar
import functools
import re
from datetime import UTC, date, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from charteroak.errors import InputError

CONNECTICUT = ZoneInfo("America/New_York")

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT_REMEDY = "Write 2026-03-01T09:00:00-05:00."


class TimeFormatError(InputError):
    """A text is not the date or instant it should be."""

    code: ClassVar[str] = "clock.format"


class SkippedTimeError(TimeFormatError):
    """A time of day that the clocks jumped over on that day in spring."""

    code: ClassVar[str] = "clock.skipped"


class DoubledTimeError(TimeFormatError):
    """A time of day that came twice on that day in autumn, and nothing says which is meant."""

    code: ClassVar[str] = "clock.doubled"


# A header is read with its moments more than once, and one day stands in many entries.
@functools.lru_cache(maxsize=4096)
def parse_instant(text: str) -> datetime:
    """An RFC 3339 section 5.6 date-time, as an aware UTC datetime; digits beyond microseconds are dropped.

    Raises:
        TimeFormatError: it is another form of ISO 8601, lacks the offset, or names a leap second.
    """
    if not _INSTANT.fullmatch(text):
        raise TimeFormatError(f"{text!r} is not an RFC 3339 time with an offset.", remedy=_INSTANT_REMEDY)
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise TimeFormatError(f"{text!r} names no instant: {error}.", remedy=_INSTANT_REMEDY) from error


def format_instant(moment: datetime) -> str:
    """RFC 3339 in UTC with a Z; microseconds only where there are any.

    Raises:
        TimeFormatError: the datetime has no offset.
    """
    if moment.tzinfo is None:
        raise TimeFormatError("A time without an offset names no instant.")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


@functools.lru_cache(maxsize=4096)
def parse_day(text: str) -> date:
    """An ISO calendar date, YYYY-MM-DD.

    Raises:
        TimeFormatError: it is written otherwise, or there is no such day.
    """
    if not _DAY.fullmatch(text):
        raise _no_date(text)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _no_date(text) from error


def _no_date(text: str) -> TimeFormatError:
    return TimeFormatError(f"{text!r} is not a date.", remedy="Write 2026-03-01.")


def connecticut_day(moment: datetime) -> date:
    """The calendar day in Connecticut on which an instant falls.

    Raises:
        TimeFormatError: the datetime has no offset, or that day lies outside the calendar.
    """
    if moment.tzinfo is None:
        raise TimeFormatError("A time without an offset names no instant.")
    try:
        return moment.astimezone(CONNECTICUT).date()
    except OverflowError as error:
        raise TimeFormatError("That moment lies outside the calendar.") from error


def connecticut_instant(local: datetime, *, is_second: bool | None = None) -> datetime:
    """The instant at which clocks in Connecticut showed a day and time.

    ``is_second`` says which is meant where an hour came twice: the one before the clocks were put back, or the other.

    Raises:
        SkippedTimeError: the clocks never showed it.
        DoubledTimeError: they showed it twice, and ``is_second`` is not given.
        TimeFormatError: it lies outside the calendar.
    """
    first, second = (local.replace(tzinfo=CONNECTICUT, fold=fold) for fold in (0, 1))
    try:
        if first.utcoffset() == second.utcoffset():
            return first.astimezone(UTC)
        if first.astimezone(UTC).astimezone(CONNECTICUT).replace(tzinfo=None, fold=0) != local.replace(fold=0):
            raise SkippedTimeError(f"The clocks were put forward that night: {local:%H:%M} never came.")
        if is_second is None:
            raise DoubledTimeError(f"The clocks were put back that night: {local:%H:%M} came twice.")
        return (second if is_second else first).astimezone(UTC)
    except OverflowError as error:
        raise TimeFormatError("That moment lies outside the calendar.") from error


def add_months(day: date, months: int) -> date:
    """The same day so many calendar months later, clamped to the month's end (31 August + 6 = 28 or 29 February).

    Raises:
        TimeFormatError: that day lies outside the calendar.
    """
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    if not date.min.year <= year <= date.max.year:
        raise TimeFormatError(f"{months} months from {day} lies outside the calendar.")
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
