"""Legal holidays of Connecticut and of the federal government, and business days between them.

Connecticut: Conn. Gen. Stat. § 1-4, with Lincoln's birthday and Good Friday. Federal: 5 U.S.C. 6103(a), without the
inauguration, which only some workers have. A holiday of a fixed date that falls on a Saturday is kept on the Friday
before, one on a Sunday on the Monday after. Proclaimed days (mourning, storms) are in no calendar and not here.
"""

import functools
from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum

from charteroak.clock import TimeFormatError

_MONDAY, _THURSDAY, _SATURDAY, _SUNDAY = 0, 3, 5, 6
_JUNETEENTH_FEDERAL, _JUNETEENTH_CONNECTICUT = 2021, 2022


class BusinessCalendar(StrEnum):
    """Whose holidays are no business days."""

    CONNECTICUT = "connecticut"
    FEDERAL = "federal"


def is_business_day(day: date, calendar: BusinessCalendar) -> bool:
    """Whether a day is neither a Saturday, nor a Sunday, nor a holiday as it is kept."""
    return day.weekday() < _SATURDAY and day not in holidays(day.year, calendar)


def add_business_days(day: date, count: int, calendar: BusinessCalendar) -> date:
    """The day so many business days later; the first day is not counted.

    Raises:
        TimeFormatError: that day lies outside the calendar.
    """
    try:
        while count > 0:
            day += timedelta(days=1)
            count -= is_business_day(day, calendar)
    except OverflowError as error:
        raise TimeFormatError("That day lies outside the calendar.") from error
    return day


@functools.cache
def holidays(year: int, calendar: BusinessCalendar) -> frozenset[date]:
    """The days of a year on which a holiday is kept; 1 January of the next year may be kept on 31 December."""
    is_connecticut = calendar is BusinessCalendar.CONNECTICUT
    fixed: list[tuple[int, int]] = [(1, 1), (7, 4), (11, 11), (12, 25)]
    if year >= (_JUNETEENTH_CONNECTICUT if is_connecticut else _JUNETEENTH_FEDERAL):
        fixed.append((6, 19))
    if is_connecticut:
        fixed.append((2, 12))
    kept = {_kept(date(year, month, day)) for month, day in fixed}
    if year < date.max.year:
        kept.add(_kept(date(year + 1, 1, 1)))
    kept |= {
        _nth(year, 1, _MONDAY, 3),
        _nth(year, 2, _MONDAY, 3),
        _last_monday_of_may(year),
        _nth(year, 9, _MONDAY, 1),
        _nth(year, 10, _MONDAY, 2),
        _nth(year, 11, _THURSDAY, 4),
    }
    if is_connecticut:
        kept.add(easter(year) - timedelta(days=2))
    return frozenset(day for day in kept if day.year == year)


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by the rule of Meeus, Jones and Butcher."""
    century, of_century = divmod(year, 100)
    leap_centuries, rest = divmod(century, 4)
    moon = (19 * (year % 19) + century - leap_centuries - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * rest + 2 * (of_century // 4) - moon - of_century % 4) % 7
    shift = (year % 19 + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def _kept(day: date) -> date:
    shift: dict[int, Callable[[date], date]] = {
        _SATURDAY: lambda d: d - timedelta(days=1),
        _SUNDAY: lambda d: d + timedelta(days=1),
    }
    return shift[day.weekday()](day) if day.weekday() in shift and day != date.min else day


def _nth(year: int, month: int, weekday: int, count: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (count - 1))


def _last_monday_of_may(year: int) -> date:
    last = date(year, 5, 31)
    return last - timedelta(days=last.weekday())
