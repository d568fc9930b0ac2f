"""Moments and days: parsing, rendering and calendar sums. Nothing here reads the wall clock.

Statutes count calendar days in Connecticut; ledgers and feeds count instants in UTC.
"""

import calendar
from datetime import UTC, date, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from charteroak.errors import InputError

CONNECTICUT = ZoneInfo("America/New_York")


class TimeFormatError(InputError):
    """A text is not the date or instant it should be."""

    code: ClassVar[str] = "clock.format"


def parse_instant(text: str) -> datetime:
    """An RFC 3339 instant, as an aware UTC datetime. A text without an offset is refused."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise TimeFormatError(
            f"{text!r} is not an RFC 3339 time.", remedy="Write 2026-03-01T09:00:00-05:00."
        ) from error
    if moment.tzinfo is None or "T" not in text.upper():
        raise TimeFormatError(f"{text!r} lacks a time or an offset.", remedy="Write 2026-03-01T09:00:00-05:00.")
    return moment.astimezone(UTC)


def format_instant(moment: datetime) -> str:
    """RFC 3339 in UTC with a Z; microseconds only where there are any.

    Raises:
        TimeFormatError: the datetime has no offset.
    """
    if moment.tzinfo is None:
        raise TimeFormatError("A time without an offset names no instant.")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_day(text: str) -> date:
    """An ISO calendar date, YYYY-MM-DD."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a calendar day has no zone
    except ValueError as error:
        raise TimeFormatError(f"{text!r} is not a date.", remedy="Write 2026-03-01.") from error


def connecticut_day(moment: datetime) -> date:
    """The calendar day in Connecticut on which an instant falls."""
    return moment.astimezone(CONNECTICUT).date()


def add_months(day: date, months: int) -> date:
    """The same day so many calendar months later, clamped to the month's end (31 August + 6 = 28 or 29 February)."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
