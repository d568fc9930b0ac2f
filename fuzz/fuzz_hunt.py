"""Hostile event logs and tables, which are not told by their first bytes alone, and the same text cut in two ways.

What ``fuzz_log`` does for whole files, this does for the two readers with the most state; besides, where a text is cut
into chunks never changes what is found in it.
"""

import io
from collections.abc import Iterator
from pathlib import Path

from charteroak.detection.hunt import search_log
from charteroak.detection.indicators import parse_indicator
from charteroak.detection.matcher import Matcher
from charteroak.detection.readers.batches import Batch, ReadTally
from charteroak.detection.readers.csv_rows import read_csv
from charteroak.detection.readers.lines import cut_lines
from charteroak.detection.readers.log_files import LogFile
from harness import fuzz

EVENT_LOG = (Path(__file__).parent.parent / "tests" / "assets" / "logs" / "planted.evtx").read_bytes()
SEEDS = (
    EVENT_LOG,
    EVENT_LOG[:8192],
    b'time,host,note\n1,login.oak-parcel.example,"a ""b"",\n203.0.113.9"\n2,x,y\n',
    b"host\tnote\noak-parcel.example\t2001:db8::9\n" * 20,
    b"oak-parcel.example. [2001:db8::9]:443 http://oak-parcel.example/a ann@oak-parcel.example 203.0.113.9\n",
)
LISTED = (
    "oak-parcel.example",
    "203.0.113.0/24",
    "2001:db8::9",
    "http://oak-parcel.example/a",
    "ann@oak-parcel.example",
)
MATCHER = Matcher([parse_indicator(listed) for listed in (*LISTED, "d41d8cd98f00b204e9800998ecf8427e")])


def places(batches: Iterator[Batch]) -> list[tuple[int, str | None, bytes, int]]:
    """Line, field, value and indicator of each match."""
    return [
        (*batch.locate(start), batch.data[start:end], number)
        for batch in batches
        for start, end, number in MATCHER.match(batch.data)
        if start in batch.owned
    ]


def parse(data: bytes) -> None:
    """The search ends; the tables and the text say the same however they are cut."""
    for match in search_log(LogFile("-"), MATCHER, ReadTally(), stdin=io.BytesIO(data)):
        assert match.line >= 1
    middle = len(data) // 2
    for chunks in ([data], [data[:middle], data[middle:]]):
        tally = ReadTally()
        rows = places(read_csv(cut_lines(chunks, tally), MATCHER, tally))
        text = places(block.as_text() for block in cut_lines(chunks, ReadTally()))
        if chunks[0] is data:
            whole = rows, text
        assert (rows, text) == whole
        assert all(1 <= line <= tally.lines for line, *_ in rows)


if __name__ == "__main__":
    fuzz("hunt", parse, SEEDS)
