"""Reading and making what a person names on the command line, and printing answers.

Limits stand in front of every read: a document that should be a few kilobytes is refused at a few megabytes, so that
a device, a directory or a one-gigabyte line ends in one clear sentence.
"""

import codecs
import errno
import json
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

from charteroak.canonical import CanonicalError, parse_json
from charteroak.cli.printable import escaped_json
from charteroak.errors import InputError, SourceLocation

DOCUMENT_LIMIT_BYTES = 4 << 20
"""A facts or answers document written by a person stays far below this."""


class FileInputError(InputError):
    """A file named on the command line cannot be used."""

    code: ClassVar[str] = "input.file"


def existing_file(path: Path) -> Path:
    """The path, if it is a regular file that is there.

    Raises:
        FileInputError: it is absent, a directory or a device.
    """
    place = SourceLocation(path=str(path))
    try:
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        raise FileInputError("There is no such file.", remedy="Check the path.", location=place) from error
    except OSError as error:
        raise FileInputError(
            f"Cannot be opened: {error.strerror}.", remedy="Check its owner and its mode.", location=place
        ) from error
    except ValueError as error:
        raise FileInputError("This is no path.", remedy="Check the path.", location=place) from error
    if stat.S_ISDIR(mode):
        raise FileInputError("This is a directory.", remedy="Name a file.", location=place)
    if not stat.S_ISREG(mode):
        raise FileInputError("This is not a regular file.", remedy="Name a file.", location=place)
    return path


def read_document(path: Path, *, limit_bytes: int = DOCUMENT_LIMIT_BYTES) -> bytes:
    """The bytes of a small document; ``-`` is standard input.

    Raises:
        FileInputError: it is absent, empty, a directory, unreadable or larger than the limit.
    """
    place = SourceLocation(path=str(path))
    too_large = FileInputError(
        f"Larger than the {limit_bytes >> 20} MB that such a document may have.",
        remedy="Name the document itself.",
        location=place,
    )
    try:
        if str(path) == "-":
            data = sys.stdin.buffer.read(limit_bytes + 1)
        elif existing_file(path).stat().st_size > limit_bytes:
            raise too_large
        else:
            with path.open("rb") as file:
                data = file.read(limit_bytes + 1)
    except OSError as error:
        raise FileInputError(
            f"Cannot be read: {error.strerror}.", remedy="Check its owner and its mode.", location=place
        ) from error
    if len(data) > limit_bytes:
        raise too_large
    if not data.strip():
        raise FileInputError("The file is empty.", remedy="Name a file with content.", location=place)
    return data


def read_json(path: Path) -> Any:
    """The JSON value in a small document; ``-`` is standard input.

    Raises:
        FileInputError: it cannot be read, or is no JSON.
    """
    try:
        return parse_json(read_document(path))
    except CanonicalError as error:
        raise FileInputError(error.message, remedy=error.remedy, location=SourceLocation(path=str(path))) from error


def read_json_object(path: Path) -> dict[str, Any]:
    """The JSON object in a small document; ``-`` is standard input.

    Raises:
        FileInputError: it cannot be read, is no JSON, or is no object.
    """
    document = read_json(path)
    if not isinstance(document, dict):
        raise FileInputError(
            "A JSON object is needed here.", remedy="Write { ... }.", location=SourceLocation(path=str(path))
        )
    return document


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that is not there yet, open for writing; it is gone again if what fills it fails.

    Raises:
        FileInputError: something of this name is there already, also a link that leads nowhere, or it cannot be made.
    """
    place = SourceLocation(path=str(path))
    if str(path) == "-":
        raise FileInputError("This cannot be written to standard output.", remedy="Name a new file.", location=place)
    try:
        file = path.open("xb")
    except FileExistsError as error:
        raise FileInputError("This file is there already.", remedy="Name a new file.", location=place) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "this is no path"
        raise FileInputError(
            f"Cannot be written: {reason}.", remedy="Name a place that you may write to.", location=place
        ) from error
    try:
        with file:
            yield file
    except BaseException as error:
        if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT} and error.filename is None:
            error.filename = str(path)  # a full disk does not say which of them
        path.unlink(missing_ok=True)
        raise


def print_json(document: Any) -> None:
    """One JSON document on standard output, readable by people and programs."""
    sys.stdout.write(_as_json(document, indent=2))


def print_json_line(document: Any) -> None:
    """One line of JSON Lines on standard output."""
    sys.stdout.write(_as_json(document, separators=(",", ":")))


def _as_json(document: Any, **style: Any) -> str:
    """A document and a line's end, valid wherever they are printed: what an encoding lacks becomes a JSON escape.

    So does what would steer a terminal, and what UTF-8 has no form for: names of files can hold bytes that are no text.
    """
    is_unicode = codecs.lookup(sys.stdout.encoding or "utf-8").name == "utf-8"
    return escaped_json(json.dumps(document, ensure_ascii=not is_unicode, **style)) + "\n"
