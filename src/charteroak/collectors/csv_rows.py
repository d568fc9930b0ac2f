"""Tables that other tools write, as CSV (RFC 4180): bounded, by column name, with the number of each line."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

from charteroak.clock import TimeFormatError, parse_day, parse_instant
from charteroak.collectors.collected import EARLIEST, CollectorInputError, shown
from charteroak.errors import SourceLocation

TABLE_LIMIT_BYTES = 16 << 20
MOST_ROWS = 200_000


def read_rows(
    data: bytes, needed: Sequence[str], optional: Sequence[str] = (), *, first_line: int = 1
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The rows of a table with their lines; cells without blanks around them, columns by name in any order.

    Other columns are passed over. ``first_line`` is that of the header, where the table stands inside something else.

    Raises:
        CollectorInputError: it is too large, is no UTF-8, is no CSV, or lacks a column; a line at fault is named.
    """
    if len(data) > TABLE_LIMIT_BYTES:
        raise CollectorInputError(f"The table is larger than {TABLE_LIMIT_BYTES >> 20} MB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = first_line + data[: error.start].count(b"\n")
        raise CollectorInputError(
            "The table is not UTF-8 text.", remedy="Write it as CSV UTF-8.", location=SourceLocation(line=line)
        ) from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        missing = [column for column in needed if column not in header]
        doubled = [column for column in (*needed, *optional) if header.count(column) > 1]
        if missing or doubled:
            wrong = f"The column {(missing or doubled)[0]!r} {'is missing' if missing else 'stands twice'}."
            raise CollectorInputError(
                wrong,
                remedy=f"The first line names the columns {', '.join((*needed, *optional))}.",
                location=SourceLocation(line=first_line),
            )
        names = {column: header.index(column) for column in (*needed, *optional) if column in header}
        before = reader.line_num
        for count, cells in enumerate(reader):
            line, before = first_line + before, reader.line_num
            if count >= MOST_ROWS:
                raise CollectorInputError(f"There are more than {MOST_ROWS} rows.", location=SourceLocation(line=line))
            if any(cell.strip() for cell in cells):
                row = dict.fromkeys((*needed, *optional), "")
                row |= {name: cells[place].strip() for name, place in names.items() if place < len(cells)}
                yield line, row
    except csv.Error as error:
        line = first_line + max(0, reader.line_num - 1)
        raise CollectorInputError(f"Not readable as CSV: {error}.", location=SourceLocation(line=line)) from error


def instant_in(text: str, column: str, latest: datetime) -> datetime | str:
    """A time with its offset from UTC, or what is wrong with it."""
    try:
        moment = parse_instant(text)
    except TimeFormatError:
        return f"{column} {shown(text, 40)!r} is no time with a zone, such as 2026-03-01T02:00:00-05:00"
    return _absurd(moment.date(), column, text) or (moment if moment <= latest else _future(column, text))


def day_in(text: str, column: str, latest: date) -> date | str:
    """A day, or a time with its offset as a day in UTC; or what is wrong with it."""
    try:
        day = parse_instant(text).astimezone(UTC).date() if "T" in text.upper() else parse_day(text)
    except TimeFormatError:
        return f"{column} {shown(text, 40)!r} is no day such as 2026-03-01, nor a time with a zone"
    return _absurd(day, column, text) or (day if day <= latest else _future(column, text))


def _absurd(day: date, column: str, text: str) -> str:
    return f"{column} {shown(text, 40)!r} lies before {EARLIEST.year}" if day < EARLIEST else ""


def _future(column: str, text: str) -> str:
    return f"{column} {shown(text, 40)!r} lies in the future"
