"""Indicators in lines and in CSV.

One a line: blank lines and lines that begin with ``#`` are skipped; ``#`` after a space begins a comment, too (a
URL's fragment has no space before it). CSV is recognised by a header that names a column we know; a header behind a
``#``, as some public feeds write it, counts.
"""

import csv
import io
from collections.abc import Iterator

from charteroak.detection.errors import IndicatorFileError
from charteroak.detection.indicators import Listed, type_word
from charteroak.errors import SourceLocation

_VALUE_COLUMNS = ("indicator", "value", "ioc", "iocvalue", "indicatorvalue", "observable", "observablevalue")
_TYPE_COLUMNS = ("type", "indicatortype", "ioctype", "observabletype", "valuetype")
_FOREIGN_KINDS = (
    *("asn", "bitcoin", "btc", "certificate", "comment", "cookie", "cve", "file", "filename", "filepath", "imphash"),
    *("ja3", "ja3s", "ja4", "mac", "macaddress", "mutex", "path", "pattern", "pipe", "port", "process", "regkey"),
    *("registry", "registrykey", "service", "sigma", "snort", "ssdeep", "subject", "text", "tlsh", "useragent"),
    *("vulnerability", "yara"),
)
"""Kinds that are no names, addresses or digests. Any other word in the column of types (``phishing``, ``C2``) is taken
for a remark, and the kind is inferred from the value."""

_DELIMITERS = (",", ";", "\t", "|")
_HEADER_CHARACTERS = 10_000
"""Far more than the names of all columns; below what ``csv`` takes as one cell."""


def listed_in_text(text: str, path: str) -> Iterator[Listed]:
    """The values of a plain list or of CSV with a header."""
    header = _find_header(text)
    return _plain(text, path) if header is None else _rows(text, path, *header)


def _plain(text: str, path: str) -> Iterator[Listed]:
    for number, line in enumerate(text.split("\n"), start=1):
        value = line.partition(" #")[0].partition("\t#")[0].strip()
        if value and not value.startswith("#"):
            yield Listed(value, SourceLocation(path, number))


def _column_word(cell: str) -> str:
    return "".join(character for character in cell.lower() if character.isalnum())


def _header_cells(line: str, delimiter: str) -> list[str]:
    """The cells of a line that may be a header; none if it is no row, or longer than any header."""
    if len(line) > _HEADER_CHARACTERS:
        return []
    try:
        return next(csv.reader([line.strip("# \r")], delimiter=delimiter), [])
    except csv.Error:
        return []


def _find_header(text: str) -> tuple[int, str] | None:
    """The line number of the header and its delimiter, if the text has one that names a column we know.

    What stands behind a ``#`` is a header only if the first line of data has as many cells; else it is a comment.
    """
    lines = text.split("\n")
    commented: list[tuple[int, str, int]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        for delimiter in _DELIMITERS:
            cells = _header_cells(line, delimiter)
            words = [_column_word(cell) for cell in cells]
            is_data = any("." in cell or "/" in cell for cell in cells)
            if is_data or not any(word in _VALUE_COLUMNS or type_word(word) for word in words):
                continue
            if not line.startswith("#"):
                return number, delimiter
            if len(cells) > 1:
                commented.append((number, delimiter, len(cells)))
        if not line.startswith("#"):
            fitting = (c for c in reversed(commented) if len(_header_cells(line, c[1])) == c[2])
            return next(((header, delimiter) for header, delimiter, _ in fitting), None)
    return None


def _rows(text: str, path: str, header_line: int, delimiter: str) -> Iterator[Listed]:
    lines = text.split("\n")
    names = [_column_word(cell) for cell in _header_cells(lines[header_line - 1], delimiter)]
    value_columns = [i for i, name in enumerate(names) if name in _VALUE_COLUMNS][:1]
    typed_columns: list[tuple[int, str | None]] = (
        [] if value_columns else [(i, name) for i, name in enumerate(names) if type_word(name)]
    )
    type_column = next((i for i, name in enumerate(names) if name in _TYPE_COLUMNS), None)
    reader = csv.reader(io.StringIO("\n".join(lines[header_line:])), delimiter=delimiter, skipinitialspace=True)
    number = header_line
    try:
        for row in reader:
            first, number = number + 1, header_line + reader.line_num
            if not any(row) or row[0].startswith("#"):
                continue
            place = SourceLocation(path, first)
            kind = _kind(row[type_column]) if type_column is not None and type_column < len(row) else None
            if any(column >= len(row) for column in value_columns):
                yield Listed(delimiter.join(row), place, problem="The row ends before the column of the value.")
                continue
            columns = [(column, kind) for column in value_columns] or typed_columns
            for column, column_kind in columns:
                yield from _cell(row, column, column_kind, place)
    except csv.Error as error:
        raise IndicatorFileError(
            f"Not CSV: {error}.", remedy="Correct the line.", location=SourceLocation(path, number + 1)
        ) from error


def _kind(cell: str) -> str | None:
    kind = cell.strip()
    is_known = kind.endswith(":port") or type_word(kind) is not None
    return kind if is_known or _column_word(kind) in _FOREIGN_KINDS else None


def _cell(row: list[str], column: int, kind: str | None, place: SourceLocation) -> Iterator[Listed]:
    value = row[column].strip() if column < len(row) else ""
    if kind is not None and kind.endswith(":port"):
        # ThreatFox and its like list "ip:port"; a log's line names the two apart as often as together.
        value, kind = value.rpartition(":")[0] or value, kind.removesuffix(":port")
    if value:
        yield Listed(value, place, kind)
