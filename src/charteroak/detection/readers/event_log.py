"""Windows event logs (EVTX), through the ``evtx`` library: each record as one line of JSON.

A record's line is its place in the file, counted from 1; its fields are the library's JSON paths
(``Event.EventData.CommandLine``). The library skips what a cut-off file lacks without a word, so the file's header and
the marks of its chunks are checked here ([MS-EVEN6] and the layout documented by libevtx).
"""

import struct
from collections.abc import Iterator
from typing import IO

from evtx import PyEvtxParser

from charteroak.detection.errors import LogReadError
from charteroak.detection.limits import EVENT_LOG_ERRORS, READ_BYTES
from charteroak.detection.readers.batches import ReadTally
from charteroak.detection.readers.lines import Block

_CHUNK_MAGIC = b"ElfChnk\x00"
_HEADER_BYTES = 4096
_CHUNK_BYTES = 65536
_CHUNK_COUNT = struct.Struct("<H")
_CHUNK_COUNT_OFFSET = 42


def read_event_log(file: IO[bytes], tally: ReadTally) -> Iterator[Block]:
    """The records of an event log as blocks of JSON lines. What is missing or damaged is named in the tally.

    Raises:
        LogReadError: it is no event log.
    """
    _check_layout(file, tally)
    failures: list[str] = []
    ready: list[bytes] = []
    line, ready_bytes = 1, 0
    for record in _records(file, failures):
        ready.append(record)
        ready_bytes += len(record) + 1
        if ready_bytes >= READ_BYTES:
            yield Block(b"\n".join(ready), line)
            line += len(ready)
            ready, ready_bytes = [], 0
    if ready:
        yield Block(b"\n".join(ready), line)
    tally.lines += line - 1 + len(ready)
    if failures:
        more = "" if len(failures) < EVENT_LOG_ERRORS else "; the rest was given up"
        tally.problems.append(f"{len(failures)} records or chunks could not be read ({failures[0]}){more}.")


def _records(file: IO[bytes], failures: list[str]) -> Iterator[bytes]:
    """Each record's JSON, an empty line in place of one that cannot be read."""
    try:
        # One thread: a search of many files is spread over processes, not within one file.
        records = PyEvtxParser(file, number_of_threads=1).records_json()
    except (OSError, RuntimeError, ValueError) as error:
        raise LogReadError(f"Not an event log that can be read: {_first_line(error)}.") from error
    while len(failures) < EVENT_LOG_ERRORS:
        try:
            record = next(records, None)
        except (OSError, RuntimeError, ValueError) as error:
            failures.append(_first_line(error))
            yield b""
            continue
        if record is None:
            return
        yield record["data"].encode("utf-8", "replace")


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200].rstrip(". ")


def _check_layout(file: IO[bytes], tally: ReadTally) -> None:
    header = file.read(_HEADER_BYTES)
    size = file.seek(0, 2)
    if len(header) == _HEADER_BYTES:
        (chunks,) = _CHUNK_COUNT.unpack_from(header, _CHUNK_COUNT_OFFSET)
        whole, odd = divmod(size - _HEADER_BYTES, _CHUNK_BYTES)
        if whole < chunks or odd:
            tally.problems.append(f"Cut off: {whole} whole chunks of {max(chunks, whole + bool(odd))} are there.")
        damaged = [str(i + 1) for i in range(min(chunks, whole)) if _chunk_mark(file, i) != _CHUNK_MAGIC]
        if damaged:
            tally.problems.append(f"Chunks without their mark, not read: {', '.join(damaged[:20])}.")
    file.seek(0)


def _chunk_mark(file: IO[bytes], index: int) -> bytes:
    file.seek(_HEADER_BYTES + index * _CHUNK_BYTES)
    return file.read(len(_CHUNK_MAGIC))
