"""What a reader hands to the matcher: bytes to search, and where each of them stands in the log."""

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Protocol

from charteroak.detection.limits import LINE_BYTES


@dataclass(slots=True)
class ReadTally:
    """What reading one log came to."""

    bytes: int = 0
    lines: int = 0
    searched_as_text: int = 0
    """Lines of a structured log that did not have its structure."""
    long_lines: list[int] = field(default_factory=list)
    """Lines that are longer than any record."""
    problems: list[str] = field(default_factory=list)
    """Why else the log was not, or not wholly, read as what it is."""

    def add(self, following: "ReadTally") -> None:
        """Count in the next part of the same log, whose lines were counted from 1."""
        self.long_lines += [self.lines + line for line in following.long_lines]
        self.bytes += following.bytes
        self.lines += following.lines
        self.searched_as_text += following.searched_as_text
        self.problems += following.problems

    @property
    def reasons(self) -> list[str]:
        """Why a search of the log cannot be complete; none if it is."""
        if not self.long_lines:
            return self.problems
        shown = ", ".join(f"{line:,}" for line in self.long_lines[:5]) + (", ..." if len(self.long_lines) > 5 else "")
        told = (
            f"Longer than {LINE_BYTES >> 20} MB: line {shown}. "
            "It was searched in pieces as plain text, its fields were not read. Check that this is a log."
        )
        return [told, *self.problems]


class Batch(Protocol):
    """Bytes to search. ``locate`` is asked in ascending order, and only about offsets that are ``owned``."""

    @property
    def data(self) -> bytes:
        """The bytes; no match crosses two of their lines."""

    @property
    def owned(self) -> range:
        """Where a match of this batch begins; what begins elsewhere is context and belongs to another batch."""

    def locate(self, start: int) -> tuple[int, str | None]:
        """The line, counted from 1, and the field in which an offset stands."""


class TextBatch:
    """Lines as they stand in the file."""

    def __init__(self, data: bytes, line: int, owned: range | None = None) -> None:
        self.data = data
        self.owned = range(len(data)) if owned is None else owned
        self._line = line
        self._counted = 0

    def locate(self, start: int) -> tuple[int, str | None]:
        """The line of an offset; a text has no fields."""
        self._line += self.data.count(b"\n", self._counted, start)
        self._counted = start
        return self._line, None


class CellBatch:
    """Decoded values of fields, one after another, with a line break between them."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._starts: list[int] = []
        self._places: list[tuple[int, str | None]] = []
        self._length = 0
        self._data: bytes | None = None

    def __len__(self) -> int:
        return len(self._places)

    def add(self, text: str, line: int, field_name: str | None) -> None:
        """One value and its place."""
        part = text.encode("utf-8", "surrogatepass")
        self._parts.append(part)
        self._starts.append(self._length)
        self._places.append((line, field_name))
        self._length += len(part) + 1

    @property
    def data(self) -> bytes:
        """All values."""
        if self._data is None:
            self._data = b"\n".join(self._parts)
        return self._data

    @property
    def owned(self) -> range:
        """Everything."""
        return range(self._length)

    def locate(self, start: int) -> tuple[int, str | None]:
        """The line and the field of the value that an offset stands in."""
        return self._places[bisect_right(self._starts, start) - 1]
