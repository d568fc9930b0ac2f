"""From the matches of a search in one log to events that a person may take: first and last seen, by indicator and host.

Nothing is taken by itself. The clock of a source may be wrong; what a person states of it (*forty seconds behind*) is
added to each moment and kept beside the time as written. Bounded: so many matches are dated, so many proposals made,
and what is beyond that is said.
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from charteroak.clock import format_instant
from charteroak.detection.errors import LogReadError
from charteroak.detection.hunt import Match, search_log
from charteroak.detection.indicators import Indicator
from charteroak.detection.log_times import LineFacts, LogTime, line_facts
from charteroak.detection.matcher import Matcher
from charteroak.detection.readers.batches import ReadTally
from charteroak.detection.readers.lines import Block, cut_lines
from charteroak.detection.readers.log_files import LogFile, open_log
from charteroak.observables import ObservableError, defang, parse_observable

MATCHES_DATED = 50_000
"""Matches whose lines are read a second time, for their times; all are counted."""
PROPOSALS_LIMIT = 200
"""More nobody ticks."""
SKEW_LIMIT_SECONDS = 7 * 24 * 3600
"""A clock that is wrong by more than a week is no clock."""


@dataclass(slots=True)
class Seen:
    """One indicator on one host in one log."""

    indicator: Indicator
    host: str
    count: int = 0
    first: tuple[LogTime, int] | None = None
    last: tuple[LogTime, int] | None = None

    @property
    def events(self) -> int:
        """How many events it makes: a first and a last one, or only one."""
        return 1 if self.first is None or self.last is None or self.first[1] == self.last[1] else 2

    def add(self, time: LogTime, line: int) -> None:
        """One more line."""
        self.count += 1
        if self.first is None or time.earliest < self.first[0].earliest:
            self.first = time, line
        if self.last is None or time.latest > self.last[0].latest:
            self.last = time, line


@dataclass(slots=True)
class LogReadingResult:
    """What one log came to."""

    lines: int = 0
    matches: int = 0
    without_time: int = 0
    absurd: int = 0
    backwards: int = 0
    """How often the time of a matching line lies before that of the matching line above it."""
    not_dated: int = 0
    could_not_read: list[str] = field(default_factory=list)
    seen: dict[tuple[Indicator, str], Seen] = field(default_factory=dict)

    @property
    def summary(self) -> dict[str, Any]:
        """What is kept about the reading."""
        return {
            "lines": self.lines,
            "matches": self.matches,
            "withoutTime": self.without_time,
            "absurdTimes": self.absurd,
            "backwards": self.backwards,
            "notDated": self.not_dated,
            "leftOut": max(0, sum(each.events for each in self.seen.values()) - PROPOSALS_LIMIT),
            "couldNotRead": self.could_not_read,
        }


def read_log(log: LogFile, matcher: Matcher, zone: ZoneInfo, read_at: datetime) -> LogReadingResult:
    """Search a log and date what was found. What cannot be read or dated is counted and never an error."""
    result, tally = LogReadingResult(), ReadTally()
    wanted: dict[int, list[Match]] = {}
    for match in search_log(log, matcher, tally, stdin=io.BytesIO()):
        result.matches += 1
        if result.matches <= MATCHES_DATED:
            wanted.setdefault(match.line, []).append(match)
    result.lines, result.could_not_read = tally.lines, tally.reasons
    result.not_dated = max(0, result.matches - MATCHES_DATED)
    before: datetime | None = None
    dated = set()
    for line, data in _lines_of(log, wanted):
        dated.add(line)
        facts = line_facts(data, zone, read_at)
        _add(result, wanted[line], line, facts)
        if facts.time is not None:
            result.backwards += before is not None and facts.time.latest < before
            before = facts.time.earliest
    result.without_time += sum(len(matches) for line, matches in wanted.items() if line not in dated)
    return result


def proposals_of(result: LogReadingResult, skew_seconds: int) -> list[dict[str, Any]]:
    """The events that may be taken, in the order of time; each with its place, its raw time and the corrected one."""
    found: list[dict[str, Any]] = []
    for seen in result.seen.values():
        if seen.first is None or seen.last is None:
            continue
        if seen.events == 1:
            found.append(_proposal("only", seen, seen.first, skew_seconds))
        else:
            found.append(_proposal("first", seen, seen.first, skew_seconds))
            found.append(_proposal("last", seen, seen.last, skew_seconds))
    found.sort(key=lambda each: (each["earliest"], each["indicator"], each["host"]))
    return [{"number": number, **each} for number, each in enumerate(found[:PROPOSALS_LIMIT], start=1)]


def _add(result: LogReadingResult, matches: list[Match], line: int, facts: LineFacts) -> None:
    if facts.time is None:
        result.absurd += len(matches) if facts.is_absurd else 0
        result.without_time += 0 if facts.is_absurd else len(matches)
        return
    for indicator in dict.fromkeys(match.indicator for match in matches):
        seen = result.seen.setdefault((indicator, facts.host), Seen(indicator, facts.host))
        seen.add(facts.time, line)


def _proposal(which: str, seen: Seen, place: tuple[LogTime, int], skew_seconds: int) -> dict[str, Any]:
    time, line = place
    shift = timedelta(seconds=skew_seconds)
    return {
        "which": which,
        "indicator": seen.indicator.listed,
        "type": seen.indicator.type.value,
        "host": seen.host,
        "count": seen.count,
        "line": line,
        "raw": time.raw,
        "hasZone": time.has_zone,
        "hasYear": time.has_year,
        "earliest": format_instant(time.earliest + shift),
        "latest": format_instant(time.latest + shift),
    }


def _lines_of(log: LogFile, wanted: Mapping[int, object]) -> Iterator[tuple[int, bytes]]:
    """The wanted lines of a log, read a second time; what breaks off here was told by the search already."""
    if not wanted:
        return
    tally, last = ReadTally(), max(wanted)
    with open_log(log, io.BytesIO(), tally, lambda _read: None) as opened:
        blocks: Iterator[Block]
        if opened.file is not None:
            from charteroak.detection.readers.event_log import read_event_log  # noqa: PLC0415 - evtx, only if met

            blocks = read_event_log(opened.file, tally)
        else:
            blocks = cut_lines(opened.chunks, tally)
        try:
            yield from _wanted(blocks, wanted, last)
        except LogReadError:
            return  # the search met the same damage and told of it


def _wanted(blocks: Iterator[Block], wanted: Mapping[int, object], last: int) -> Iterator[tuple[int, bytes]]:
    for block in blocks:
        if block.line > last:
            return
        if block.owned is None:
            for offset, data in enumerate(block.data.split(b"\n")):
                if block.line + offset in wanted:
                    yield block.line + offset, data


def proposal_in_words(proposal: Mapping[str, Any], file_name: str) -> str:
    """A proposal as the sentence that would stand in the timeline, defanged."""
    where = f" on {proposal['host']}" if proposal["host"] else ""
    said = f"{_defanged(proposal['indicator'])} in {file_name}{where}"
    if proposal["which"] == "only":
        return f"Seen: {said}"
    word = "First" if proposal["which"] == "first" else "Last"
    return f"{word} seen: {said} ({proposal['count']:,} lines)"


def _defanged(listed: str) -> str:
    try:
        return defang(parse_observable(listed))
    except ObservableError:
        return listed.replace(".", "[.]").replace("@", "[@]")
