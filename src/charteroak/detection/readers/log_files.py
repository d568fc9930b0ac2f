"""Which files a search reads, and opening one: unpacked, in UTF-8, recognised."""

import codecs
import io
import os
import select
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import IO

from charteroak.detection.errors import LogPathError, LogReadError
from charteroak.detection.limits import EVENT_LOG_IN_MEMORY_BYTES, READ_BYTES, SNIFF_BYTES
from charteroak.detection.readers.batches import ReadTally
from charteroak.detection.readers.forms import LogForm, Recognised, recognise
from charteroak.detection.readers.unpack import unpack
from charteroak.errors import SourceLocation

STANDARD_INPUT = "-"
PIPE_SECONDS = 5
"""How long a named pipe may be without a writer. One with a silent writer is waited for, as any stream is."""
_UTF8_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class LogFile:
    """A file to read, or the whole lines of one between two offsets, whose form is known then.

    ``named``: a person named it, so that finding nothing in it to read is worth a word.
    """

    path: str
    named: bool = True
    start: int = 0
    end: int | None = None
    form: LogForm | None = None

    @property
    def shown(self) -> str:
        """The path as it can be printed, whatever bytes it has."""
        return _shown(self.path)

    @property
    def size(self) -> int:
        """Its size in bytes as it is stored, 0 where that is not known."""
        try:
            return 0 if self.path == STANDARD_INPUT else Path(self.path).stat().st_size
        except OSError:
            return 0


@dataclass(slots=True)
class OpenLog:
    """An open log. ``chunks`` is its unpacked text in UTF-8; ``file`` is there instead for what has to be seekable."""

    recognised: Recognised
    chunks: Iterator[bytes]
    file: IO[bytes] | None = None


@dataclass(slots=True)
class FoundLogs:
    """The files behind the named paths. ``passed_over`` are no files; what could not be listed may hide some."""

    files: list[LogFile] = field(default_factory=list)
    passed_over: list[tuple[str, str]] = field(default_factory=list)
    could_not_list: list[tuple[str, str]] = field(default_factory=list)


def find_logs(paths: Sequence[str]) -> FoundLogs:
    """The files behind the named paths, those of a directory in order of name; links to directories are not followed.

    Raises:
        LogPathError: a path is not there, is a device, or is a directory without any file.
    """
    found = FoundLogs()
    for path in paths:
        if path == STANDARD_INPUT or not _is_directory(path):
            found.files.append(LogFile(path))
            continue
        before = len(found.files), len(found.could_not_list)
        _walk(path, found)
        if before == (len(found.files), len(found.could_not_list)):
            raise LogPathError(
                "There is no file in this directory.", remedy="Name a log.", location=SourceLocation(path=path)
            )
    return found


def _is_directory(path: str) -> bool:
    place = SourceLocation(path=path)
    if not path:
        raise LogPathError("A path is empty.", remedy="Name a log, a directory of logs, or - for input.")
    try:
        mode = Path(path).stat().st_mode
    except OSError as error:
        reason = (
            "There is no such file" if isinstance(error, FileNotFoundError) else f"Cannot be opened: {error.strerror}"
        )
        raise LogPathError(f"{reason}.", remedy="Check the path.", location=place) from error
    except ValueError as error:
        raise LogPathError("This is no path.", remedy="Check the path.", location=place) from error
    if stat.S_ISBLK(mode) or stat.S_ISCHR(mode) or stat.S_ISSOCK(mode):
        raise LogPathError("This is a device, not a file.", remedy="Name a log, or - for input.", location=place)
    return stat.S_ISDIR(mode)


def _walk(top: str, found: FoundLogs) -> None:
    def note(error: OSError) -> None:
        found.could_not_list.append((_shown(str(error.filename)), f"Cannot be listed: {error.strerror}."))

    for directory, folders, names in os.walk(top, onerror=note):
        folders.sort()
        # Path would rewrite what a person typed (./logs) and so what the matches show.
        start = directory if directory.endswith(os.sep) else directory + os.sep
        for folder in folders:
            if Path(start + folder).is_symlink():
                found.passed_over.append((_shown(start + folder), "A link to a directory is not followed."))
        for name in sorted(names):
            if Path(start + name).is_file():
                found.files.append(LogFile(start + name, named=False))
            else:
                found.passed_over.append((_shown(start + name), "This is not a regular file."))


def _shown(path: str) -> str:
    return os.fsencode(path).decode("utf-8", "backslashreplace")


@contextmanager
def open_log(log: LogFile, stdin: IO[bytes], tally: ReadTally, on_read: Callable[[int], None]) -> Iterator[OpenLog]:
    """Open a log, unpack it, bring it to UTF-8 and recognise it.

    The tally counts unpacked bytes; ``on_read`` is told how many stored bytes each read took.

    Raises:
        LogReadError: it cannot be opened; the same comes out of ``chunks`` where it cannot be read on.
    """
    with ExitStack() as stack:
        raw = stdin if log.path == STANDARD_INPUT else stack.enter_context(_opened(log.path))
        if log.form is not None:
            raw.seek(log.start)
            chunks = _counted(_read(raw, on_read, limit=None if log.end is None else log.end - log.start), tally)
            yield OpenLog(Recognised(log.form), _in_utf8(chunks, None))
            return
        chunks, head = _peeked(_read(raw, on_read))
        chunks, head = _peeked(_counted(unpack(chunks, head), tally))
        recognised = recognise(head, log.path, whole=len(head) < SNIFF_BYTES)
        if not head and log.named:
            recognised = replace(recognised, problem="It is empty: nothing was searched.")
        if recognised.form is LogForm.EVENT_LOG:
            yield OpenLog(recognised, iter(()), stack.enter_context(_seekable(chunks, tally)))
        else:
            yield OpenLog(recognised, _in_utf8(chunks, recognised.encoding))


def _opened(path: str) -> IO[bytes]:
    try:
        if stat.S_ISFIFO(Path(path).stat().st_mode):
            return _Pipe(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
        return Path(path).open("rb", buffering=0)
    except OSError as error:
        raise LogReadError(f"Cannot be opened: {error.strerror}.") from error


class _Pipe(io.FileIO):
    """A named pipe. Opening one waits for a writer, for ever if there is none; this waits for its first bytes."""

    _has_begun = False

    def read(self, size: int | None = -1, /) -> bytes:
        """As of any stream.

        Raises:
            LogReadError: nobody wrote into it and nobody is about to.
        """
        if not self._has_begun:
            # Without blocking: b"" says that there is no writer, None that there is one who has yet to write.
            first = super().read(size)
            if first == b"":
                poll = select.poll()
                poll.register(self, select.POLLIN)
                poll.poll(PIPE_SECONDS * 1000)
                first = super().read(size)
            if first == b"":
                raise LogReadError(f"Nobody wrote into this pipe within {PIPE_SECONDS} seconds.")
            os.set_blocking(self.fileno(), True)
            self._has_begun = True
            if first is not None:
                return first
        return super().read(size)


def _read(raw: IO[bytes], on_read: Callable[[int], None], limit: int | None = None) -> Iterator[bytes]:
    left = limit
    while left is None or left > 0:
        try:
            chunk = raw.read(READ_BYTES if left is None else min(READ_BYTES, left))
        except OSError as error:
            raise LogReadError(f"Cannot be read: {error.strerror}.") from error
        if not chunk:
            return
        left = None if left is None else left - len(chunk)
        on_read(len(chunk))
        yield chunk


def _counted(chunks: Iterable[bytes], tally: ReadTally) -> Iterator[bytes]:
    for chunk in chunks:
        tally.bytes += len(chunk)
        yield chunk


def _peeked(chunks: Iterator[bytes]) -> tuple[Iterator[bytes], bytes]:
    """The same stream, and its first bytes as far as it is judged by them; damage comes up only when it is read."""
    taken: list[bytes] = []
    failure: list[LogReadError] = []
    size = 0
    try:
        while size < SNIFF_BYTES and (chunk := next(chunks, None)) is not None:
            taken.append(chunk)
            size += len(chunk)
    except LogReadError as error:
        failure.append(error)
    return chain(taken, _failing(failure), chunks), b"".join(taken)[:SNIFF_BYTES]


def _failing(failure: list[LogReadError]) -> Iterator[bytes]:
    yield from ()
    if failure:
        raise failure[0]


def _in_utf8(chunks: Iterator[bytes], encoding: str | None) -> Iterator[bytes]:
    if encoding is None:
        first = next(chunks, b"")
        yield first.removeprefix(_UTF8_MARK)
        yield from chunks
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for chunk in chunks:
        yield decoder.decode(chunk).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


@contextmanager
def _seekable(chunks: Iterator[bytes], tally: ReadTally) -> Iterator[IO[bytes]]:
    """The stream in memory or, where it is large, in a temporary file; how far it could be read, if it broke off."""
    with tempfile.SpooledTemporaryFile(max_size=EVENT_LOG_IN_MEMORY_BYTES) as file:
        try:
            for chunk in chunks:
                file.write(chunk)
        except LogReadError as error:
            tally.problems.append(error.message)
        file.seek(0)
        yield file
