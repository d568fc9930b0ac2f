"""What a reader makes of a file, the limits of all readers, and the errors in which they end.

The limits stand in front of the libraries that open a file. A file beyond one is refused whole: a list of which only
the beginning was read would look complete.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from charteroak.errors import InputError, SourceLocation

FILE_LIMIT_BYTES = 16 << 20
"""A control list or a written program stays far below; pictures in it make up most of its size."""
MOST_ROWS = 5_000
"""The largest catalog, NIST SP 800-53A, has 1,749 objectives."""
MOST_COLUMNS = 60
CELL_CHARACTERS = 2_000
"""Of a cell or section so much is shown and recorded; the file keeps all of it."""
FILE_CHARACTERS = 8_000_000
"""Of all cells and sections as they are shown. A workbook names one string from any number of cells, so that a small
file can hold more. NIST SP 800-53 with every discussion has fewer than two million."""


class ImportReadError(InputError):
    """A file cannot be read as a list or a document; nothing was kept."""

    code: ClassVar[str] = "program.import.unreadable"

    def __init__(self, message: str, *, remedy: str = "", place: str = "") -> None:
        super().__init__(message, remedy=remedy, location=SourceLocation(path=place) if place else None)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list or a section of a document. ``number`` counts as the file does, from 1."""

    number: int
    place: str
    """Where it stands, for a person: ``Sheet1, row 4``, or the headings above and of a section."""
    cells: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of it on one line."""
        return " ".join(" ".join(cell.split()) for cell in self.cells if cell.strip())


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file as read: a table with columns, the sections of a document, or one row for a file that is kept unread."""

    reader: str
    shape: Literal["table", "sections", "whole"]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    remarks: tuple[str, ...] = ()
    """What the person should know: an encoding that was guessed, text that was cut."""

    def row(self, number: int) -> Row | None:
        """The row of this number."""
        return next((row for row in self.rows if row.number == number), None)


def clipped(text: str) -> str:
    """A cell's text as it is shown: no control characters, no text beyond the limit, formulas left as mere text."""
    if len(text) <= CELL_CHARACTERS and text.isprintable():
        return text.strip()
    kept = "".join(c if c.isprintable() or c == "\n" else " " for c in text[: CELL_CHARACTERS + 1])
    return kept.strip() if len(text) <= CELL_CHARACTERS else f"{kept[:CELL_CHARACTERS].strip()} ..."


def refuse_characters(characters: int) -> None:
    """Refuse a file with more text than any list or written program has.

    Raises:
        ImportReadError: it has.
    """
    if characters > FILE_CHARACTERS:
        raise ImportReadError(
            f"It has more than {FILE_CHARACTERS:,} characters.", remedy="Bring in the part that lists controls."
        )


def table_of(rows: list[Row], reader: str, remarks: tuple[str, ...]) -> ReadFile:
    """A table whose columns are named by its first row with two filled cells.

    Raises:
        ImportReadError: there is nothing below such a row.
    """
    head = next((place for place, row in enumerate(rows) if sum(bool(cell) for cell in row.cells) > 1), None)
    if head is None or not rows[head + 1 :]:
        raise ImportReadError("No list was found in it.", remedy="It needs a row of column names, and rows below it.")
    width = max(_width(row) for row in rows[head:])
    names, *listed = (Row(row.number, row.place, row.cells[:width]) for row in rows[head:])
    columns = tuple(cell or f"Column {number}" for number, cell in enumerate(names.cells, start=1))
    return ReadFile(reader, "table", columns, tuple(listed), remarks)


def _width(row: Row) -> int:
    """Columns up to the last one with something in it."""
    return max((number for number, cell in enumerate(row.cells, start=1) if cell), default=0)
