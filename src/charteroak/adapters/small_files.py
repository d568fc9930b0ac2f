"""Reading a small file that an administrator wrote into the data directory."""

from pathlib import Path
from typing import ClassVar

from charteroak.errors import CouldNotError, SourceLocation


class SmallFileError(CouldNotError):
    """The file is there and cannot be read, or is far larger than such a file is."""

    code: ClassVar[str] = "data-directory.unreadable-file"


def read_small_file(path: Path, *, limit_bytes: int) -> bytes | None:
    """The bytes of a file, or ``None`` if there is none.

    Raises:
        SmallFileError: it cannot be read, or is larger than the limit.
    """
    place = SourceLocation(path=str(path))
    try:
        with path.open("rb") as file:
            data = file.read(limit_bytes + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SmallFileError(f"This file cannot be read: {error.strerror}.", location=place) from error
    if len(data) > limit_bytes:
        raise SmallFileError(f"This file is larger than {limit_bytes >> 20} MB.", location=place)
    return data
