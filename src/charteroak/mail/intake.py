"""Messages from where people keep them: files, mailboxes, Maildirs, folders and a stream.

A source that is named and cannot be used is refused before anything is read (``MailInputError``). Inside a mailbox or
folder nothing is skipped silently: what cannot be read comes out as an item with a ``problem``. Mailboxes are streamed;
memory holds one message at a time.

Formats: a single message (RFC 5322), mbox (RFC 4155, separated by lines that begin ``From ``), Maildir, and a plain
folder of ``.eml``, ``.msg`` and ``.mbox`` files. Outlook's ``.msg`` is handed on as it is; the analysis says that it
cannot be read.
"""

import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, ClassVar

from charteroak.errors import InputError, SourceLocation
from charteroak.mail import limits
from charteroak.mail.defects import Defect, DefectKind

_CHUNK_BYTES = 1 << 20
_SEPARATOR = re.compile(rb"From \S{1,320} .{5,200}\d{4}")
_SUFFIXES = {".eml", ".msg", ".mbox"}
STANDARD_INPUT = "-"


class MailInputError(InputError):
    """A named source of mail cannot be used; nothing of it was read."""

    code: ClassVar[str] = "mail.input"


@dataclass(frozen=True, slots=True)
class MailItem:
    """One message to analyse: where it was found, its bytes, and what went wrong if they could not be had."""

    path: str
    data: bytes
    problem: Defect | None = None


def read_sources(paths: Sequence[str], standard_input: BinaryIO) -> Iterator[MailItem]:
    """The messages of every source in turn; ``-`` is standard input.

    Raises:
        MailInputError: at once, before the first message, if a source is absent, empty, a device, too large, or a
            directory without mail.
    """
    for path in paths:
        if path != STANDARD_INPUT:
            _check(Path(path))
    if paths.count(STANDARD_INPUT) > 1:
        raise MailInputError("Standard input is named more than once.", remedy="Name it once.")
    return _read_all(paths, standard_input)


def _read_all(paths: Sequence[str], standard_input: BinaryIO) -> Iterator[MailItem]:
    for path in paths:
        if path == STANDARD_INPUT:
            yield from _read_stream(standard_input, STANDARD_INPUT)
        elif Path(path).is_dir():
            yield from _read_folder(Path(path))
        else:
            yield from _read_file(Path(path))


def _check(path: Path) -> None:
    place = SourceLocation(path=str(path))
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            has_mail = next(_folder_files(path), None) is not None
        elif stat.S_ISREG(status.st_mode):
            has_mail = status.st_size > 0
            with path.open("rb"):
                pass
        else:
            raise MailInputError("This is not a regular file.", remedy="Pipe it in and name '-'.", location=place)
    except FileNotFoundError as error:
        raise MailInputError("There is no such file.", remedy="Check the path.", location=place) from error
    except OSError as error:
        raise MailInputError(f"Cannot be opened: {error.strerror}.", location=place) from error
    except ValueError as error:
        raise MailInputError("This is no path.", remedy="Check the path.", location=place) from error
    if not has_mail and stat.S_ISDIR(status.st_mode):
        raise MailInputError(
            "This directory holds no mail: it is no Maildir and has no .eml, .msg or .mbox file.",
            remedy="Name a message file, a mailbox or a folder of messages.",
            location=place,
        )
    if not has_mail:
        raise MailInputError("The file is empty.", remedy="Name a file with a message.", location=place)
    if stat.S_ISREG(status.st_mode) and status.st_size > limits.MAX_FILE_BYTES and not _is_mailbox(path):
        raise MailInputError(
            f"Larger than the {limits.MAX_FILE_BYTES >> 20} MB that a message may have.",
            remedy="Name a single message.",
            location=place,
        )


def _is_mailbox(path: Path) -> bool:
    if path.suffix.lower() == ".eml":
        return False
    with path.open("rb") as file:
        return file.read(5) == b"From "


def _maildir_folders(folder: Path) -> list[Path]:
    return [folder / name for name in ("cur", "new") if (folder / name).is_dir()]


def _folder_files(folder: Path, depth: int = 0) -> Iterator[Path]:
    """The message files below a folder in order of name; links are not followed."""
    maildir = _maildir_folders(folder)
    if maildir:
        for part in maildir:
            yield from sorted(entry for entry in part.iterdir() if entry.is_file() and not entry.is_symlink())
        for entry in sorted(folder.iterdir()):
            # Folders of a Maildir stand beside its messages (Maildir++); "tmp" holds what is still being delivered.
            is_folder = entry.is_dir() and not entry.is_symlink() and entry.name not in {"cur", "new", "tmp"}
            if is_folder and depth < limits.MAX_FOLDER_DEPTH:
                yield from _folder_files(entry, depth + 1)
        return
    for entry in sorted(folder.iterdir()):
        if entry.is_symlink():
            continue
        if entry.is_dir() and depth < limits.MAX_FOLDER_DEPTH:
            yield from _folder_files(entry, depth + 1)
        elif entry.is_file() and entry.suffix.lower() in _SUFFIXES:
            yield entry


def _read_folder(folder: Path) -> Iterator[MailItem]:
    count = 0
    files = _folder_files(folder)
    while True:
        try:
            path = next(files, None)
        except OSError as error:
            yield MailItem(str(folder), b"", Defect(DefectKind.UNREADABLE_FILE, detail=f"({error.strerror})"))
            return
        if path is None:
            return
        count += 1
        if count > limits.MAX_MAILBOX_MESSAGES:
            yield MailItem(str(folder), b"", Defect(DefectKind.TOO_MANY_MESSAGES))
            return
        yield from _read_file(path)


def _read_file(path: Path) -> Iterator[MailItem]:
    try:
        if _is_mailbox(path):
            with path.open("rb") as file:
                yield from _read_mailbox(file, b"", str(path))
            return
        with path.open("rb") as file:
            data = file.read(limits.MAX_FILE_BYTES + 1)
    except OSError as error:
        yield MailItem(str(path), b"", Defect(DefectKind.UNREADABLE_FILE, detail=f"({error.strerror})"))
        return
    if len(data) > limits.MAX_FILE_BYTES:
        yield MailItem(str(path), b"", Defect(DefectKind.FILE_TOO_LARGE))
    else:
        yield MailItem(str(path), data)


def _read_stream(stream: BinaryIO, name: str) -> Iterator[MailItem]:
    place = SourceLocation(path="standard input")
    try:
        head = stream.read(5)
        if head == b"From ":
            yield from _read_mailbox(stream, head, name)
            return
        data = head + stream.read(limits.MAX_FILE_BYTES + 1)
    except OSError as error:
        raise MailInputError(f"Cannot be read: {error.strerror}.", location=place) from error
    if not data.strip():
        raise MailInputError("There is nothing in it.", remedy="Pipe a message in.", location=place)
    if len(data) > limits.MAX_FILE_BYTES:
        raise MailInputError(
            f"Larger than the {limits.MAX_FILE_BYTES >> 20} MB that a message may have.",
            remedy="Pipe in a single message.",
            location=place,
        )
    yield MailItem(name, data)


def _read_mailbox(stream: BinaryIO, head: bytes, name: str) -> Iterator[MailItem]:
    """Split a mailbox at lines ``From <sender> <date>`` that follow a blank line."""
    for count, data in enumerate(split_mailbox(stream, head), start=1):
        if count > limits.MAX_MAILBOX_MESSAGES:
            yield MailItem(name, b"", Defect(DefectKind.TOO_MANY_MESSAGES))
            return
        yield MailItem(f"{name}#{count}", data)


def split_mailbox(stream: BinaryIO, buffer: bytes = b"") -> Iterator[bytes]:
    """The messages of a mailbox in turn, each cut where it is longer than is read."""
    pieces: list[bytes] = []
    kept = 0

    def keep(piece: bytes) -> None:
        nonlocal kept
        # One byte more than is read, so that the analysis sees and says that the message was cut.
        room = limits.MAX_MESSAGE_BYTES + 1 - kept
        pieces.append(piece[:room])
        kept += len(pieces[-1])

    while True:
        chunk = stream.read(_CHUNK_BYTES)
        buffer += chunk
        position = 0
        while (start := _next_separator(buffer, position)) >= 0 and (chunk == b"" or _has_whole_line(buffer, start)):
            keep(buffer[position:start])
            yield b"".join(pieces)
            pieces.clear()
            kept = 0
            position = start
        # A separator may straddle two chunks: hold back as much as one can need.
        held = 0 if chunk == b"" else limits.MAX_SEPARATOR_LINE_BYTES + 3
        cut = max(position, len(buffer) - held)
        keep(buffer[position:cut])
        buffer = buffer[cut:]
        if chunk == b"":
            yield b"".join(pieces)
            return


def _has_whole_line(buffer: bytes, start: int) -> bool:
    return len(buffer) - start > limits.MAX_SEPARATOR_LINE_BYTES


def _next_separator(buffer: bytes, position: int) -> int:
    """Where the next message begins, or -1; the first one's own separator does not count."""
    while True:
        found = buffer.find(b"\nFrom ", position)
        if found < 0:
            return -1
        is_after_blank = buffer[max(0, found - 2) : found].endswith((b"\n", b"\n\r"))
        if is_after_blank and _SEPARATOR.match(buffer, found + 1) is not None:
            return found + 1
        position = found + 1
