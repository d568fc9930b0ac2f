"""The hunt on Apache Spark: the same ``search_log`` as everywhere, called by ``mapInArrow`` for each part of each log.

Each row that goes out names a part of a log; the rows that come back are its matches, and its tally last. Put together
in order they are what the local engine says, byte for byte. Workers need this package and must see the logs under the
same paths.
"""

import io
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from charteroak.detection.errors import DetectionInputError, LogReadError
from charteroak.detection.hunt import HuntSummary, Match, search_log
from charteroak.detection.indicators import Indicator
from charteroak.detection.matcher import Matcher
from charteroak.detection.readers.batches import ReadTally
from charteroak.detection.readers.forms import LogForm
from charteroak.detection.readers.log_files import STANDARD_INPUT, LogFile
from charteroak.detection.splits import split_log
from charteroak.errors import SourceLocation

if TYPE_CHECKING:
    from pyarrow import RecordBatch
    from pyspark.sql import SparkSession

_NAMED_ERROR = re.compile(r"[\w.]*(?:Error|Exception): ")
_PARTS = "part int, path string, named boolean, start long, end long, form string"
_FOUND = "part int, line long, field string, indicator int, value string, tally string"
_ROWS_A_BATCH = 4096


def hunt_on_spark(
    logs: Sequence[LogFile], indicators: Sequence[Indicator], summary: HuntSummary, session: "SparkSession"
) -> Iterator[Match]:
    """Search logs on a Spark cluster, or on this machine if that is where the session runs.

    Raises:
        DetectionInputError: standard input was named, which workers cannot read.
        LogReadError: Spark did not finish the job.
    """
    from pyspark import StorageLevel  # noqa: PLC0415 - an optional dependency; whoever has a session has it
    from pyspark.errors import PySparkException  # noqa: PLC0415

    if any(log.path == STANDARD_INPUT for log in logs):
        raise DetectionInputError(
            "Spark cannot search standard input.",
            remedy="Name a file, or use --engine local.",
            location=SourceLocation(path=STANDARD_INPUT),
        )
    parts = [(log, part) for log in logs for part in split_log(log)]
    rows = [
        (number, os.path.abspath(part.path), part.named, part.start, part.end, part.form)  # noqa: PTH100 - bytes stay
        for number, (_, part) in enumerate(parts)
    ]
    try:
        frame = session.createDataFrame(rows, _PARTS).repartitionByRange(len(rows), "part").sortWithinPartitions("part")
        # Kept on the workers' disks: all parts are searched at once, and their matches then fetched in order.
        found = frame.mapInArrow(_searching(tuple(indicators)), _FOUND).persist(StorageLevel.DISK_ONLY)
        found.count()
        yield from _joined(found.toLocalIterator(), parts, indicators, summary)
        found.unpersist()
    except PySparkException as error:
        raise LogReadError(f"Spark did not finish: {_reason(str(error))}.") from error


def _reason(text: str) -> str:
    """The line that says what happened, out of a traceback of two languages."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next((line for line in reversed(lines) if _NAMED_ERROR.match(line)), lines[0] if lines else "unknown")


def _searching(indicators: tuple[Indicator, ...]) -> "Callable[[Iterator[RecordBatch]], Iterator[RecordBatch]]":
    """The function that Spark sends to its workers."""

    def search(batches: "Iterator[RecordBatch]") -> "Iterator[RecordBatch]":
        for batch in batches:
            for row in batch.to_pylist():
                yield from _as_batches(_search_part(row, _matcher(indicators)))

    return search


@lru_cache(maxsize=1)
def _matcher(indicators: tuple[Indicator, ...]) -> Matcher:
    """Compiled once in each worker process."""
    return Matcher(indicators)


def _search_part(row: dict[str, Any], matcher: Matcher) -> Iterator[tuple[Any, ...]]:
    form = None if row["form"] is None else LogForm(row["form"])
    log = LogFile(row["path"], row["named"], row["start"], row["end"], form)
    places = {indicator: place for place, indicator in enumerate(matcher.indicators)}
    tally = ReadTally()
    for match in search_log(log, matcher, tally, stdin=io.BytesIO()):
        yield row["part"], match.line, match.field, places[match.indicator], match.value, None
    yield row["part"], None, None, None, None, json.dumps(asdict(tally))


def _as_batches(rows: Iterator[tuple[Any, ...]]) -> "Iterator[RecordBatch]":
    import pyarrow as pa  # noqa: PLC0415 - there where Spark is

    types = [pa.int32(), pa.int64(), pa.string(), pa.int32(), pa.string(), pa.string()]
    names = [column.partition(" ")[0] for column in _FOUND.split(", ")]
    schema = pa.schema(list(zip(names, types, strict=True)))
    while ready := list(islice(rows, _ROWS_A_BATCH)):
        columns = [pa.array(column, field.type) for column, field in zip(zip(*ready, strict=True), schema, strict=True)]
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _joined(
    rows: Iterator[Any], parts: Sequence[tuple[LogFile, LogFile]], indicators: Sequence[Indicator], summary: HuntSummary
) -> Iterator[Match]:
    """Matches of parts in order, their lines counted from the beginning of the log; each whole log into the summary."""
    whole, matches = ReadTally(), 0
    for row in rows:
        log = parts[row.part][0]
        if row.tally is None:
            matches += 1
            yield Match(log.shown, whole.lines + row.line, row.field, indicators[row.indicator], row.value)
            continue
        whole.add(ReadTally(**json.loads(row.tally)))
        is_last_part = row.part + 1 == len(parts) or parts[row.part + 1][0] is not log
        if is_last_part:
            summary.add(log, whole, matches)
            whole, matches = ReadTally(), 0
