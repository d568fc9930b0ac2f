"""Any file that may be brought in, told by its bytes and never by its name alone.

CSV and text are read here, workbooks by ``openpyxl`` and documents by ``python-docx`` after ``office_archives`` has
looked at them. No formula is worked out, no link is followed. A PDF is kept and not read.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import PurePath

from charteroak.program.imports.office_archives import open_archive
from charteroak.program.imports.office_files import read_document, read_workbook
from charteroak.program.imports.rows import (
    FILE_LIMIT_BYTES,
    MOST_COLUMNS,
    MOST_ROWS,
    ImportReadError,
    ReadFile,
    Row,
    clipped,
    refuse_characters,
    table_of,
)
from charteroak.program.imports.sections import Heading, sections_of

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENDINGS = {
    "xlsx": frozenset({".xlsx"}),
    "docx": frozenset({".docx"}),
    "pdf": frozenset({".pdf"}),
    "text": frozenset({".csv", ".tsv", ".txt", ".md", ".markdown"}),
}
"""The endings that fit each content."""
_TABLES = frozenset({".csv", ".tsv"})
_DELIMITERS = ",;\t|"
_HEADING = re.compile(r"^(?:(#{1,6})\s+(\S.{0,200})|((?:\d{1,2}\.){1,4}\d{0,2})\s+(\S.{0,120}))$")


def read_file(name: str, data: bytes) -> ReadFile:
    """A file as rows or sections.

    Raises:
        ImportReadError: it is empty, too large, damaged, protected, holds macros, or is not what its name says.
    """
    if not data.strip():
        raise ImportReadError("The file is empty.", place=name)
    if len(data) > FILE_LIMIT_BYTES:
        raise ImportReadError(
            f"It is larger than {FILE_LIMIT_BYTES >> 20} MB.", remedy="Leave out pictures, or save the list as CSV."
        )
    content, ending = _content_of(data), PurePath(name.lower()).suffix
    if content not in _ENDINGS:
        raise ImportReadError(
            "This kind of file is not read here.", remedy="Bring in CSV, XLSX, DOCX, PDF, or plain text."
        )
    if ending not in _ENDINGS[content]:
        raise ImportReadError(
            f"It is called {ending or 'nothing in particular'} and is something else.",
            remedy=f"Give it the ending that it should have: {', '.join(sorted(_ENDINGS[content]))}.",
        )
    match content:
        case "xlsx":
            return read_workbook(data)
        case "docx":
            return read_document(data)
        case "pdf":
            remark = (
                "A PDF is kept as it is and not read. Assign it as a whole, or bring in the document it was made from."
            )
            return _whole("charteroak pdf 1", remark)
        case _:
            text, remarks = _text_of(data)
            return _table(text, remarks) if ending in _TABLES else _text(text, remarks)


def _content_of(data: bytes) -> str:
    if data.startswith(b"PK\x03\x04"):
        with open_archive(data) as archive:
            names = set(archive.namelist())
        if "xl/workbook.xml" in names:
            return "xlsx"
        return "docx" if "word/document.xml" in names else "zip"
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(_OLE):
        raise ImportReadError(
            "It is protected by a password, or in a format from before 2007.",
            remedy="Save a copy as .docx or .xlsx without a password.",
        )
    is_wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    return "text" if is_wide or b"\0" not in data[:65_536] else "bytes"


def _text_of(data: bytes) -> tuple[str, tuple[str, ...]]:
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            guessed = encoding == "cp1252"
            remark = "It is not UTF-8; it was read as Windows-1252. Look whether accents came through."
            return text, (remark,) if guessed else ()
    raise ImportReadError("Its text cannot be read.", remedy="Save it as UTF-8.")


def _table(text: str, remarks: tuple[str, ...]) -> ReadFile:
    first = text.lstrip("\n\r").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    return table_of(list(_csv_rows(text, delimiter)), "charteroak csv 1", remarks)


def _csv_rows(text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    count = characters = 0
    try:
        for number, cells in enumerate(reader, start=1):
            refuse_shape(number, len(cells))
            if any(cell.strip() for cell in cells):
                count += 1
                texts = tuple(clipped(cell) for cell in cells)
                characters += sum(map(len, texts))
                refuse_characters(characters)
                yield Row(number, f"row {number}", texts)
    except csv.Error as error:
        raise ImportReadError(
            f"Row {count + 1} cannot be read: {error}.", remedy="Save it as CSV once more, with quotes around texts."
        ) from error


def refuse_shape(rows: int, columns: int) -> None:
    """Refuse a table that is larger than any list of controls.

    Raises:
        ImportReadError: it is.
    """
    if rows > MOST_ROWS:
        raise ImportReadError(f"It has more than {MOST_ROWS} rows.", remedy="Bring in the part that lists controls.")
    if columns > MOST_COLUMNS:
        raise ImportReadError(f"It has more than {MOST_COLUMNS} columns.", remedy="Leave out columns.")


def _text(text: str, remarks: tuple[str, ...]) -> ReadFile:
    lines: list[Heading | str] = []
    for line in text.splitlines():
        found = _HEADING.match(line.strip())
        if found is None:
            lines.append(line)
        elif found[1]:
            lines.append(Heading(len(found[1]), found[2]))
        else:
            lines.append(Heading(found[3].strip(".").count(".") + 1, f"{found[3]} {found[4]}"))
    rows = sections_of(lines)
    if not rows:
        return _whole("charteroak text 1", "No headings were found in it. Assign it as a whole.", remarks)
    return ReadFile("charteroak text 1", "sections", ("Section", "Text"), rows, remarks)


def _whole(reader: str, remark: str, remarks: Sequence[str] = ()) -> ReadFile:
    row = Row(1, "the whole document", ("The whole document",))
    return ReadFile(reader, "whole", ("Document",), (row,), (*remarks, remark))
