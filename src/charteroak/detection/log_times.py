"""When and where a line of a log was written, as the line itself says; in every form that our readers meet.

RFC 3339 and its relatives with a blank, RFC 3164 (no year, no zone), the Common Log Format, month/day/year, seconds or
milliseconds since 1970, and the usual names of JSON fields. A time without a zone is read in the zone that a person
states for the log; where clocks went back, it is both of its hours. A time without a year is the last such one. What
lies before 2000 or after the day on which it is read is no time: clocks that lost their battery say 1970.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

LINE_BYTES_LOOKED_AT = 16 << 10
"""A time stands at a line's beginning or in a named field; what lies farther is content."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
"""How far a source's clock may run ahead."""
RAW_CHARACTERS = 64
HOST_CHARACTERS = 64

_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: place for place, name in enumerate(_MONTH_NAMES, start=1)}
_MONTH = "(?P<mon>" + "|".join(name.capitalize() for name in _MONTHS) + ")"
_CLOCK = r"(?P<h>\d\d):(?P<m>\d\d)(?::(?P<s>\d\d))?(?:[.,]\d{1,9})?"
_SHORT_CLOCK = r"(?P<h>\d{1,2}):(?P<m>\d\d)(?::(?P<s>\d\d))?"
_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        r"(?<!\d)(?P<y>\d{4})-(?P<mo>\d\d)-(?P<d>\d\d)[T ]" + _CLOCK + r"(?: ?(?P<z>Z|UTC|[+-]\d\d:?\d\d))?",
        r"(?<!\d)(?P<d>\d\d)/" + _MONTH + r"/(?P<y>\d{4}):" + _CLOCK + r"(?: (?P<z>[+-]\d{4}))?",
        r"(?<!\d)(?P<mo>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})[ ,]{1,2}" + _SHORT_CLOCK + r"(?: ?(?P<half>[AP]M))?",
        r"(?<![A-Za-z])" + _MONTH + r" {1,2}(?P<d>\d{1,2})(?: (?P<y>\d{4}))? " + _CLOCK,
    )
)
_SINCE_1970 = re.compile(r"^\W{0,8}(?P<n>\d{10}(?:\d{3})?)(?!\d)(?:\.\d{1,9})?", re.ASCII)
_SYSLOG_HOST = re.compile(r"^ (?P<host>[A-Za-z0-9][A-Za-z0-9._-]{0,63}) [^ ]{1,64}", re.ASCII)
_RSYSLOG_HOST = re.compile(r"^ (?P<host>[A-Za-z0-9][A-Za-z0-9._-]{0,63}) [\w./-]{1,64}(?:\[\d+\])?: ", re.ASCII)
_SYSLOG_START = re.compile(r"^(?:<\d{1,3}>(?:\d )?)?$", re.ASCII)
_TIME_FIELDS = (
    "@timestamp", "timestamp", "time", "ts", "datetime", "date", "eventtime", "event_time", "timegenerated",
    "timecreated", "systemtime", "created", "_time", "isodate", "start",
)  # fmt: skip
_HOST_FIELDS = (
    "computer", "hostname", "host", "computer_name", "computername", "device", "machine", "src_host", "dvchost", "name",
)  # fmt: skip
_FIELDS_LOOKED_AT = 400


@dataclass(frozen=True, slots=True)
class LogTime:
    """A moment as a line says it, between two ends; ``raw`` is what stands there."""

    earliest: datetime
    latest: datetime
    raw: str
    has_zone: bool
    has_year: bool


@dataclass(frozen=True, slots=True)
class LineFacts:
    """When and on which host; ``is_absurd`` where a time stands there that cannot be one."""

    time: LogTime | None
    host: str
    is_absurd: bool = False


def line_facts(line: bytes, zone: ZoneInfo, read_at: datetime) -> LineFacts:
    """What a line says of itself. Never raises, whatever the bytes."""
    head = line[:LINE_BYTES_LOOKED_AT]
    if head.lstrip()[:1] == b"{" and len(line) <= LINE_BYTES_LOOKED_AT * 4:
        fields = _fields(line)
        if fields is not None:
            return _of_fields(fields, zone, read_at)
    return _of_text(head.decode("utf-8", "replace"), zone, read_at)


def _of_text(text: str, zone: ZoneInfo, read_at: datetime) -> LineFacts:
    found = [match for form in _FORMS if (match := form.search(text)) is not None]
    if not found:
        match = _SINCE_1970.match(text)
        if match is None:
            return LineFacts(None, "")
        time = _since_1970(match["n"], read_at)
        return LineFacts(time, "", is_absurd=time is None)
    first = min(found, key=lambda match: match.start())
    time = _moment(first, zone, read_at)
    return LineFacts(time, _syslog_host(text, first), is_absurd=time is None)


def _of_fields(fields: Mapping[str, Any], zone: ZoneInfo, read_at: datetime) -> LineFacts:
    named = list(_walk(fields))
    host = next((_cut(str(value)) for want in _HOST_FIELDS for name, value in named if name == want and value), "")
    is_absurd = False
    for want in _TIME_FIELDS:
        for name, value in named:
            if name != want or isinstance(value, bool):
                continue
            time = _of_value(value, zone, read_at)
            if time is not None:
                return LineFacts(time, host)
            is_absurd = True
    return LineFacts(None, host, is_absurd=is_absurd)


def _of_value(value: object, zone: ZoneInfo, read_at: datetime) -> LogTime | None:
    if isinstance(value, int | float):
        try:
            return _since_1970(str(int(value)), read_at)
        except (ValueError, OverflowError):
            return None
    if isinstance(value, str):
        text = value[: RAW_CHARACTERS * 2]
        if text.isascii() and text.isdigit():
            return _since_1970(text, read_at)
        return _of_text(text, zone, read_at).time
    return None


def _moment(match: re.Match[str], zone: ZoneInfo, read_at: datetime) -> LogTime | None:
    parts = match.groupdict()
    month = _MONTHS[parts["mon"].lower()] if parts.get("mon") else int(parts["mo"])
    hour = int(parts["h"])
    if parts.get("half"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if parts["half"] == "PM" else 0)
    rest = month, int(parts["d"]), hour, int(parts["m"]), min(int(parts["s"] or 0), 59)
    years = [int(parts["y"])] if parts.get("y") else range(read_at.year + 1, read_at.year - 9, -1)
    raw = " ".join(match.group().split())[:RAW_CHARACTERS]
    width = timedelta(0) if parts["s"] else timedelta(seconds=59)
    for year in years:
        ends = _ends(year, rest, parts.get("z"), zone)
        if ends is not None and EARLIEST <= ends[0] <= read_at + AHEAD:
            has_zone = bool(parts.get("z"))
            return LogTime(ends[0], ends[1] + width, raw, has_zone=has_zone, has_year=bool(parts.get("y")))
    return None


def _ends(
    year: int, rest: tuple[int, int, int, int, int], offset: str | None, zone: ZoneInfo
) -> tuple[datetime, datetime] | None:
    try:
        local = datetime(year, *rest)  # noqa: DTZ001 - the offset or the zone is added below
        if offset is not None:
            sign = -1 if offset[0] == "-" else 1
            digits = offset[1:].replace(":", "") if offset[0] in "+-" else "0000"
            shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:])) * sign
            exact = (local - shift).replace(tzinfo=UTC)
            return exact, exact
        both = sorted(local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    except (ValueError, OverflowError):
        return None
    return both[0], both[1]


def _since_1970(digits: str, read_at: datetime) -> LogTime | None:
    if len(digits) not in {10, 13}:
        return None
    seconds, millis = int(digits[:10]), int(digits[10:] or 0)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds, milliseconds=millis)
    if not EARLIEST <= moment <= read_at + AHEAD:
        return None
    return LogTime(moment, moment, digits, has_zone=True, has_year=True)


def _syslog_host(text: str, match: re.Match[str]) -> str:
    """The word after the time, where the line begins as syslog does (RFC 3164, 4.1.2; RFC 5424, 6.2.4)."""
    is_syslog = match.groupdict().get("mon") is not None and "/" not in match.group()
    if not (is_syslog or "T" in match.group()) or not _SYSLOG_START.match(text[: match.start()]):
        return ""
    form = _SYSLOG_HOST if is_syslog or match.start() else _RSYSLOG_HOST
    found = form.match(text[match.end() : match.end() + 160])
    return "" if found is None else _cut(found["host"])


def _fields(line: bytes) -> Mapping[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _walk(fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Names in lower case with their plain values, those near the top first; a bounded number of them."""
    waiting: list[Mapping[str, Any]] = [fields]
    seen = 0
    while waiting:
        here = waiting.pop(0)
        for name, value in here.items():
            seen += 1
            if seen > _FIELDS_LOOKED_AT:
                return
            if isinstance(value, dict):
                waiting.append(value)
            elif isinstance(value, str | int | float):
                yield name.lower(), value


def _cut(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text[:HOST_CHARACTERS])
