"""CSV with a header (RFC 4180): every cell of a row that may hold a match, with its column's name.

The header is searched, too, since a table without one has data there. A row is read only if one of its lines shows a
candidate; in blocks with quotation marks all rows are walked through, because a quoted cell may span lines. The line
reported is the one in which the match stands. A row that is no CSV, or stays open for too long, is searched as text
and counted.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from charteroak.detection.limits import CSV_ROW_BYTES
from charteroak.detection.matcher import Matcher
from charteroak.detection.readers.batches import Batch, CellBatch, ReadTally
from charteroak.detection.readers.lines import Block, lines_at

_DELIMITERS = ",\t;|"


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str
    suspected: bool


class _RowOpenError(Exception):
    """The lines at hand end within a quoted cell."""


class _Feed(Iterator[str]):
    """Lines for ``csv.reader``, which takes as many as one row needs; those taken are kept until the row is done."""

    def __init__(self, lines: Iterable[_Line], *, ends_here: bool) -> None:
        self._lines = iter(lines)
        self._ends_here = ends_here
        self._ahead: _Line | None = None
        self.taken: list[_Line] = []

    def plain(self) -> _Line | None:
        """The next line, taken, if it has no quotation mark and so is a row of its own."""
        self._ahead = self._ahead or next(self._lines, None)
        if self._ahead is None or '"' in self._ahead.text:
            return None
        line, self._ahead = self._ahead, None
        return line

    def __next__(self) -> str:
        line = self._ahead or next(self._lines, None)
        self._ahead = None
        if line is None:
            raise StopIteration if self._ends_here or not self.taken else _RowOpenError
        self.taken.append(line)
        return line.text + "\n"


def read_csv(blocks: Iterable[Block], matcher: Matcher, tally: ReadTally) -> Iterator[Batch]:
    """The cells of the rows that may hold a match."""
    table = _Table(tally)
    for block in blocks:
        cells = CellBatch()
        if block.owned is not None:
            table.close(cells)
            yield block.as_text()
        elif table.is_between_rows and b'"' not in block.data:
            for number, raw in lines_at(block, matcher.candidate_places(block.data)):
                table.add_plain(cells, number, _text(raw))
        else:
            table.read(cells, _lines(block, matcher), ends_here=False)
        if len(cells):
            yield cells
    cells = CellBatch()
    table.close(cells)
    if len(cells):
        yield cells


def _text(raw: bytes) -> str:
    # A carriage return within a line is a space to the matcher and a fault to ``csv``.
    return raw.decode("utf-8", "replace").removesuffix("\r").replace("\r", " ")


def _lines(block: Block, matcher: Matcher) -> Iterator[_Line]:
    places = {*matcher.candidate_places(block.data), *matcher.places_csv_hides(block.data)}
    suspected = {number for number, _ in lines_at(block, places)}
    lines = block.data.removesuffix(b"\n").split(b"\n")
    return (_Line(number, _text(raw), number in suspected) for number, raw in enumerate(lines, start=block.line))


class _Table:
    """The state of a table between blocks: its header, and the lines of a row that is not closed yet."""

    def __init__(self, tally: ReadTally) -> None:
        self._tally = tally
        self._delimiter = ""
        self._names: list[str] = []
        self._open: list[_Line] = []

    @property
    def is_between_rows(self) -> bool:
        """Whether the header is known and no row is open."""
        return bool(self._names) and not self._open

    def add_plain(self, cells: CellBatch, number: int, text: str) -> None:
        """A row on a line without quotation marks."""
        self._add(cells, number, text.split(self._delimiter))

    def read(self, cells: CellBatch, lines: Iterable[_Line], *, ends_here: bool) -> None:
        """Walk through rows; the last one may stay open for the lines to come."""
        waiting = [*self._open, *lines]
        if not waiting:
            return
        self._delimiter = self._delimiter or max(_DELIMITERS, key=waiting[0].text.count)
        self._open = []
        feed = _Feed(waiting, ends_here=ends_here)
        rows = csv.reader(feed, delimiter=self._delimiter)
        while True:
            while (line := feed.plain()) is not None:
                self._names = self._names or line.text.split(self._delimiter)
                if line.suspected:
                    self.add_plain(cells, line.number, line.text)
            feed.taken = []
            try:
                row = next(rows, None)
            except _RowOpenError:
                if sum(len(line.text) for line in feed.taken) <= CSV_ROW_BYTES:
                    self._open = feed.taken
                    return
                self._add_as_text(cells, feed.taken)
                return
            except csv.Error:
                self._add_as_text(cells, feed.taken)
                continue
            if row is None:
                return
            self._names = self._names or row or [""]
            if any(line.suspected for line in feed.taken):
                self._add(cells, feed.taken[0].number, row)

    def close(self, cells: CellBatch) -> None:
        """The table ends here, also within a row."""
        self.read(cells, (), ends_here=True)

    def _add(self, cells: CellBatch, number: int, row: list[str]) -> None:
        for column, cell in enumerate(row):
            name = self._names[column] if column < len(self._names) else ""
            for offset, text in enumerate(cell.split("\n")):
                cells.add(text, number + offset, name or f"column {column + 1}")
            number += cell.count("\n")

    def _add_as_text(self, cells: CellBatch, lines: list[_Line]) -> None:
        self._tally.searched_as_text += len(lines)
        for line in lines:
            cells.add(line.text, line.number, None)
