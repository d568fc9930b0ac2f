"""The hunt: every listed indicator in every log, with its place.

``search_log`` is the whole of it for one log; the local engine calls it file by file, Spark calls the same function.
Matches come as they are found. What could not be read is in the summary, and then no answer is complete.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO

from charteroak.detection.errors import LogReadError
from charteroak.detection.indicators import Indicator
from charteroak.detection.matcher import Matcher
from charteroak.detection.readers.batches import Batch, ReadTally
from charteroak.detection.readers.csv_rows import read_csv
from charteroak.detection.readers.forms import LogForm
from charteroak.detection.readers.json_lines import read_json_lines
from charteroak.detection.readers.lines import Block, cut_lines
from charteroak.detection.readers.log_files import LogFile, OpenLog, open_log


@dataclass(frozen=True, slots=True)
class Match:
    """One indicator, found in one place. ``value`` is the text that matched, ``field`` is None in plain text."""

    path: str
    line: int
    field: str | None
    indicator: Indicator
    value: str

    def as_document(self) -> dict[str, object]:
        """The JSON form."""
        return {
            "path": self.path,
            "line": self.line,
            "field": self.field,
            "indicator": self.indicator.listed,
            "type": self.indicator.type.value,
            "value": self.value,
        }


@dataclass(slots=True)
class HuntSummary:
    """What a hunt came to. It is complete once the matches have been taken to the end."""

    files: int = 0
    bytes: int = 0
    lines: int = 0
    matches: int = 0
    searched_as_text: int = 0
    could_not_read: list[tuple[str, str]] = field(default_factory=list)

    def add(self, log: LogFile, tally: ReadTally, matches: int) -> None:
        """Count one log in."""
        self.files += 1
        self.bytes += tally.bytes
        self.lines += tally.lines
        self.matches += matches
        self.searched_as_text += tally.searched_as_text
        self.could_not_read += [(log.shown, reason) for reason in tally.reasons]


def _ignore(_read: int) -> None:
    """Nobody asked for progress."""


def hunt(
    logs: Iterable[LogFile],
    matcher: Matcher,
    summary: HuntSummary,
    *,
    stdin: IO[bytes],
    on_read: Callable[[int], None] = _ignore,
) -> Iterator[Match]:
    """Search logs one after another. ``on_read`` is told how many stored bytes each read took."""
    for log in logs:
        tally = ReadTally()
        matches = 0
        for match in search_log(log, matcher, tally, stdin=stdin, on_read=on_read):
            matches += 1
            yield match
        summary.add(log, tally, matches)


def search_log(
    log: LogFile,
    matcher: Matcher,
    tally: ReadTally,
    *,
    stdin: IO[bytes],
    on_read: Callable[[int], None] = _ignore,
) -> Iterator[Match]:
    """The matches of one log. Where it cannot be read on, the reason is in the tally and what was found stands."""
    shown, indicators = log.shown, matcher.indicators
    try:
        with open_log(log, stdin, tally, on_read) as opened:
            if opened.recognised.problem:
                tally.problems.append(opened.recognised.problem)
            for batch in _batches(opened, matcher, tally):
                data, owned = batch.data, batch.owned
                for start, end, number in matcher.match(data):
                    if start in owned:
                        line, field_name = batch.locate(start)
                        yield Match(
                            shown, line, field_name, indicators[number], data[start:end].decode("utf-8", "replace")
                        )
    except LogReadError as error:
        tally.problems.append(error.message)


def _batches(opened: OpenLog, matcher: Matcher, tally: ReadTally) -> Iterator[Batch]:
    if opened.file is not None:
        # evtx is the one reader with a library of its own: it is loaded when the first event log is met.
        from charteroak.detection.readers.event_log import read_event_log  # noqa: PLC0415 - see above

        return read_json_lines(read_event_log(opened.file, tally), matcher, tally)
    blocks: Iterator[Block] = cut_lines(opened.chunks, tally)
    if opened.recognised.form is LogForm.JSON_LINES:
        return read_json_lines(blocks, matcher, tally)
    if opened.recognised.form is LogForm.CSV:
        return read_csv(blocks, matcher, tally)
    return (block.as_text() for block in blocks)
