"""Large plain logs in parts that begin and end with whole lines, so that several machines can search one file.

A part's lines are counted from 1; whoever puts the parts together adds the lines of those before it. Packed logs, event
logs, tables (a quoted cell may span lines) and UTF-16 are read from their beginning and so stay whole.
"""

import io
from dataclasses import replace
from pathlib import Path

from charteroak.detection.errors import LogReadError
from charteroak.detection.limits import LINE_BYTES, READ_BYTES, SPLIT_BYTES
from charteroak.detection.readers.batches import ReadTally
from charteroak.detection.readers.forms import LogForm
from charteroak.detection.readers.log_files import LogFile, open_log

_SPLITTABLE = {LogForm.TEXT, LogForm.JSON_LINES}


def split_log(log: LogFile) -> list[LogFile]:
    """The parts of a log, in order; the log itself where it is small or cannot be parted."""
    size = log.size
    if size <= SPLIT_BYTES:
        return [log]
    tally = ReadTally()
    read: list[int] = []
    try:
        with open_log(log, io.BytesIO(), tally, read.append) as opened:
            recognised = opened.recognised
        cuts = _cuts(log.path, size)
    except (LogReadError, OSError):
        return [log]  # Reading it will say why it cannot be read.
    is_packed = tally.bytes != sum(read)
    if is_packed or recognised.problem or recognised.encoding or recognised.form not in _SPLITTABLE:
        return [log]
    return [
        replace(log, start=start, end=end, form=recognised.form)
        for start, end in zip([0, *cuts], [*cuts, size], strict=True)
    ]


def _cuts(path: str, size: int) -> list[int]:
    """Offsets of line beginnings, each the first after a multiple of the size of a part."""
    cuts: list[int] = []
    with Path(path).open("rb") as file:
        for wanted in range(SPLIT_BYTES, size, SPLIT_BYTES):
            cut = _line_start(file, wanted)
            if cut is not None and cut < size and cut > (cuts[-1] if cuts else 0):
                cuts.append(cut)
    return cuts


def _line_start(file: io.BufferedReader, wanted: int) -> int | None:
    """The first line beginning at or after an offset; None if none comes within the longest line."""
    position = wanted - 1
    file.seek(position)
    while position < wanted + LINE_BYTES:
        chunk = file.read(READ_BYTES)
        if not chunk:
            return None
        found = chunk.find(b"\n")
        if found >= 0:
            return position + found + 1
        position += len(chunk)
    return None
