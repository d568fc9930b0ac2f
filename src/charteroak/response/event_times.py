"""From what a person says of a moment to the two ends between which it lies, on the clocks of a zone.

A day is all of its hours, an hour all of its minutes. A clock time that came twice, on the night when clocks go back,
is both of its hours: nobody has to know which. One that never came is refused. Moments that
a machine writes for *no time* (1970, 9999) are refused by the service that records events.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from charteroak.errors import InputError

ZONES = (
    "America/New_York",
    "UTC",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Halifax",
    "America/Puerto_Rico",
    "Europe/London",
    "Europe/Berlin",
    "Asia/Kolkata",
)
"""Those offered first: here, the one of servers, those of neighbors and providers."""
YEARS = range(2000, 2100)
_LENGTHS = {"second": timedelta(seconds=1), "minute": timedelta(minutes=1), "hour": timedelta(hours=1)}
_TICK = timedelta(seconds=1)


class EventTimeError(InputError):
    """There was no such moment. ``field`` names the part of what was said."""

    code: ClassVar[str] = "event.time"

    def __init__(self, message: str, *, field: str, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.field = field


def zone_of(name: str) -> ZoneInfo:
    """A zone of the time-zone database.

    Raises:
        EventTimeError: there is none of this name.
    """
    try:
        if name and len(name) <= 64 and not name.startswith(("/", ".")):
            return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    raise EventTimeError(
        f"There is no time zone {name[:64]!r}.", field="zone", remedy="Name one such as America/New_York or UTC."
    )


def span_of(day: date, clock: time | None, zone: str, precision: str = "minute") -> tuple[datetime, datetime]:
    """The first and the last second that a moment can mean, in UTC; without a clock time it is the whole day.

    Raises:
        EventTimeError: there was no such time in the zone, there is no such zone, or the year is absurd.
    """
    place = zone_of(zone)
    if day.year not in YEARS:
        raise EventTimeError(
            f"The year {day.year} is out of range.", field="day", remedy=f"Give one from {YEARS[0]} to {YEARS[-1]}."
        )
    if clock is None or precision == "day":
        begin = _both(datetime.combine(day, time()), place)[0]
        end = _both(datetime.combine(day + timedelta(days=1), time()), place)[0]
        return begin, end - _TICK
    kept = clock.replace(microsecond=0, tzinfo=None, second=clock.second if precision == "second" else 0)
    if precision == "hour":
        kept = kept.replace(minute=0)
    first, last = _both(datetime.combine(day, kept), place)
    if precision != "hour" and not _came(first, datetime.combine(day, kept), place):
        raise EventTimeError(
            f"{kept:%H:%M} never came on {day} in {zone}: the clocks were put forward over it.",
            field="clock",
            remedy="Write the time an hour earlier or later.",
        )
    return first, last + _LENGTHS[precision] - _TICK


def widened(said: tuple[datetime, datetime], until: tuple[datetime, datetime] | None) -> tuple[datetime, datetime]:
    """From the beginning of the one to the end of the other.

    Raises:
        EventTimeError: it would end before it began.
    """
    if until is None:
        return said
    if until[1] < said[0]:
        raise EventTimeError("It would end before it began.", field="until_day", remedy="Exchange the two moments.")
    return said[0], until[1]


def _both(local: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants that a clock time can mean, the earlier first; one and the same on all but two nights a year."""
    found = sorted(local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return found[0], found[1]


def _came(instant: datetime, local: datetime, zone: ZoneInfo) -> bool:
    return instant.astimezone(zone).replace(tzinfo=None) == local
