"""Reading what a person names on the command line, and printing answers.

Limits stand in front of every read: a document that should be a few kilobytes is refused at a few megabytes, so that
a device, a directory or a one-gigabyte line ends in one clear sentence.
"""

import json
import stat
import sys
from pathlib import Path
from typing import Any, ClassVar

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
        raise FileInputError(f"Cannot be opened: {error.strerror}.", location=place) from error
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
    try:
        if str(path) == "-":
            data = sys.stdin.buffer.read(limit_bytes + 1)
        else:
            with existing_file(path).open("rb") as file:
                data = file.read(limit_bytes + 1)
    except OSError as error:
        raise FileInputError(f"Cannot be read: {error.strerror}.", location=place) from error
    if len(data) > limit_bytes:
        raise FileInputError(
            f"Larger than the {limit_bytes // (1 << 20)} MB that such a document may have.", location=place
        )
    if not data.strip():
        raise FileInputError("The file is empty.", remedy="Name a file with content.", location=place)
    return data


def print_json(document: Any) -> None:
    """One JSON document on standard output, readable by people and programs."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def print_json_line(document: Any) -> None:
    """One line of JSON Lines on standard output."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n")
