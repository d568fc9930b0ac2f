"""When something happened, as people know it: how exactly, in which zone, and honest about the nights clocks change.

A clock time without an offset is read in its zone. Where the clocks went forward over it there was no such time; where
they went back there were two. Both are asked back instead of guessed. Times of a report lie between the first day of
2000 and the moment at which it is received: what a computer writes when it knows no time (1970, 9999) is no time.
"""

import calendar
import functools
import re
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar, Literal, TypeAlias, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from charteroak.errors import InputError

Precision: TypeAlias = Literal["second", "minute", "hour", "day", "month", "year"]
UNKNOWN: Literal["unknown"] = "unknown"
HOME_ZONE = "America/New_York"
EARLIEST_YEAR = 2000
ALLOWED_SKEW = timedelta(minutes=10)
"""How far the clock of who writes may run ahead of ours before a time counts as one in the future."""

_ZONE = re.compile(r"[A-Za-z]+(?:[_+-][A-Za-z0-9]+)*(?:/[A-Za-z0-9_+-]+){0,2}", re.ASCII)
_DAY = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?|(\d{4})", re.ASCII)
_CLOCK = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d)?(?:\.\d+)?([Zz]|[+-]\d\d:\d\d)?", re.ASCII)
_FORMS = 'Write 2026-03-01, or 2026-03-01T09:00 with the zone, or "unknown".'
_COARSE: tuple[Precision, ...] = ("day", "month", "year")


class ReportTimeError(InputError):
    """A time cannot be what it says; the message asks back what is needed."""

    code: ClassVar[str] = "report.time"


class AmbiguousTimeError(ReportTimeError):
    """A clock time came twice that night; ``options`` are the two instants that it can mean, the first one first."""

    code: ClassVar[str] = "report.time.twice"

    def __init__(self, message: str, *, options: tuple[str, str], remedy: str) -> None:
        super().__init__(message, remedy=remedy)
        self.options = options


class Moment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """A time as somebody knows it. Get one from ``parse_moment``, which writes each time in one form only."""

    at: str
    """RFC 3339 in the zone's own offset, or a day, a month or a year."""
    precision: Precision
    zone: str = HOME_ZONE

    @property
    def earliest(self) -> datetime:
        """The first instant that it can mean."""
        return self._span()[0]

    @property
    def latest(self) -> datetime:
        """The last instant that it can mean."""
        return self._span()[1]

    def _span(self) -> tuple[datetime, datetime]:
        tick = timedelta(microseconds=1)
        if self.precision not in _COARSE:
            start = datetime.fromisoformat(self.at).astimezone(UTC)
            width = {"second": timedelta(seconds=1), "minute": timedelta(minutes=1), "hour": timedelta(hours=1)}
            return start, start + width[self.precision] - tick
        year, month, day = (int(part) for part in (f"{self.at}-01-01").split("-")[:3])
        first = date(year, month, day)
        days = {"day": 1, "month": calendar.monthrange(year, month)[1], "year": 366 if calendar.isleap(year) else 365}
        zone = zone_named(self.zone)
        after = first + timedelta(days=days[self.precision])
        begin = datetime(first.year, first.month, first.day, tzinfo=zone).astimezone(UTC)
        return begin, datetime(after.year, after.month, after.day, tzinfo=zone).astimezone(UTC) - tick


@functools.lru_cache(maxsize=64)
def zone_named(name: str) -> ZoneInfo:
    """A zone of the time-zone database.

    Raises:
        ReportTimeError: there is none of this name.
    """
    try:
        if len(name) <= 64 and _ZONE.fullmatch(name):
            return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    raise ReportTimeError(f"{name[:64]!r} is no time zone.", remedy=f"Write {HOME_ZONE}, or another of the IANA names.")


def parse_moment(at: str, *, precision: str | None = None, zone: str | None = None) -> Moment:
    """A time as it was written, in its one form.

    Without ``precision`` the form of the text decides: a day, a month, a year, or a clock time to the minute (to the
    second where seconds are given and are not zero). Without ``zone`` it is Connecticut's.

    Raises:
        ReportTimeError: it is no time, there was no such time or there were two, or it lies before 2000 or in 9999.
    """
    name = zone or HOME_ZONE
    place = zone_named(name)
    text = at.strip()
    if precision is not None and precision not in get_args(Precision):
        raise ReportTimeError(
            f"{precision[:40]!r} is no precision.", remedy=f"Write one of {', '.join(get_args(Precision))}."
        )
    if match := _DAY.fullmatch(text):
        return _coarse(text, match, precision, name)
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise ReportTimeError(f"{text[:60]!r} is not a day or a time.", remedy=_FORMS)
    day, clock, seconds, offset = match.groups()
    _check_year(int(day[:4]), day)
    try:
        local = datetime.fromisoformat(f"{day}T{clock}{seconds or ':00'}")
    except ValueError as error:
        raise ReportTimeError(f"{text[:60]!r} is not a day or a time: {error}.", remedy=_FORMS) from error
    if offset is None:
        moment = _in_zone(local, place, name)
    else:
        moment = datetime.fromisoformat(f"{local.isoformat()}{offset.upper().replace('Z', '+00:00')}").astimezone(place)
    fine: Precision = "second" if local.second else "minute"
    exact: Precision = fine if precision is None else precision  # type: ignore[assignment] # checked above
    if exact in _COARSE:
        return parse_moment(moment.date().isoformat()[: {"day": 10, "month": 7, "year": 4}[exact]], zone=name)
    kept = moment if exact == "second" else moment.replace(second=0)
    if exact == "hour":
        kept = kept.replace(minute=0)
    return Moment(at=kept.isoformat(timespec="seconds"), precision=exact, zone=name)


def _coarse(text: str, match: re.Match[str], precision: str | None, zone: str) -> Moment:
    year, month, day, only_year = match.groups()
    form: Precision = "year" if only_year else "month" if day is None else "day"
    if precision is not None and precision != form:
        raise ReportTimeError(f"{text!r} says a {form}, and not a time to the {precision}.", remedy=_FORMS)
    _check_year(int(year or only_year), text)
    try:
        date(int(year or only_year), int(month or 1), int(day or 1))
    except ValueError as error:
        raise ReportTimeError(f"There is no {text}: {error}.", remedy=_FORMS) from error
    return Moment(at=text, precision=form, zone=zone)


def _check_year(year: int, text: str) -> None:
    if year == 1970:
        raise ReportTimeError(
            f"{text}: 1970 is what a computer writes when it does not know the time.", remedy='Write "unknown".'
        )
    if not EARLIEST_YEAR <= year < 9999:
        raise ReportTimeError(
            f"{text}: the year {year} is out of range.",
            remedy=f'Times since {EARLIEST_YEAR} are taken; else write "unknown".',
        )


def _in_zone(local: datetime, place: ZoneInfo, name: str) -> datetime:
    """A clock time in its zone, where there was exactly one."""
    first, second = (local.replace(tzinfo=place, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    shown = f"{local:%Y-%m-%d %H:%M}"
    if first.astimezone(UTC).astimezone(place).replace(tzinfo=None) != local:
        raise ReportTimeError(
            f"There was no {shown} in {name}: the clocks went forward over it.",
            remedy="Write the time an hour earlier or later, as it was on your clock.",
        )
    one, other = (moment.isoformat(timespec="minutes") for moment in (first, second))
    raise AmbiguousTimeError(
        f"{shown} came twice in {name}: the clocks went back that night.",
        options=(one, other),
        remedy=f"Write {one} for the first, {other} for the second.",
    )


def verify_not_future(moment: Moment, received: datetime) -> None:
    """Refuse a time that had not come when the report was received.

    Raises:
        ReportTimeError: it had not.
    """
    if moment.earliest > received + ALLOWED_SKEW:
        raise ReportTimeError(f"{moment.at} lies in the future.", remedy="Say when it was, not when it will be.")


def verify_order(earlier: Moment | str | None, later: Moment | str | None, said: str) -> None:
    """Refuse two times of which the second cannot come after the first, however little is known of either.

    Raises:
        ReportTimeError: they are reversed; ``said`` tells how.
    """
    if isinstance(earlier, Moment) and isinstance(later, Moment) and earlier.earliest > later.latest:
        raise ReportTimeError(
            f"{said} ({later.at}, after {earlier.at}).", remedy='Correct one of them, or write "unknown".'
        )
