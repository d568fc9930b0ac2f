"""Workbooks and documents of office programs, once ``office_archives`` has let them through.

A workbook is streamed and only the values that were saved in it are taken; a document gives its headings, the text
below them, and the rows of its tables.
"""

import warnings
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from charteroak.program.imports.rows import (
    CELL_CHARACTERS,
    MOST_COLUMNS,
    MOST_ROWS,
    ImportReadError,
    ReadFile,
    Row,
    clipped,
    table_of,
)
from charteroak.program.imports.sections import Heading, sections_of

MOST_SHEETS = 40
MOST_PLACES = 20_000
"""Rows that a sheet may number, empty ones among them: a single cell in the last row of a sheet makes a million."""
MOST_BLOCKS = 50_000
"""Paragraphs and tables of a document."""
_WORDS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DAMAGED = "The file is damaged, or written by a program that does not keep to the format."


def read_workbook(data: bytes) -> ReadFile:
    """The first sheet with a list in it; the others are named in a remark.

    Raises:
        ImportReadError: it cannot be opened, holds no list, or one that is too long.
    """
    from openpyxl import load_workbook  # noqa: PLC0415 - heavy, and needed here alone

    # It warns of everything that it leaves out (styles, extensions); none of that is read here.
    warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")
    try:
        workbook = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
        tables = list(_tables(workbook.worksheets))
    except ImportReadError:
        raise
    except Exception as error:
        # The library raises whatever its parsers and its own code raise; all of it means that the file is not sound.
        raise ImportReadError(_DAMAGED, remedy="Save it once more, or save the list as CSV.") from error
    rest = [title for title, rows in tables if rows]
    chosen = max(tables, key=lambda table: len(table[1]), default=("", []))
    remarks: tuple[str, ...] = ()
    if len(rest) > 1:
        others = ", ".join(title for title in rest if title != chosen[0])
        remarks = (f"The longest sheet, {chosen[0]}, was read. Not read: {others}.",)
    return table_of(chosen[1], "charteroak xlsx 1", remarks)


def _tables(sheets: Sequence[Any]) -> Iterator[tuple[str, list[Row]]]:
    if len(sheets) > MOST_SHEETS:
        raise ImportReadError(f"It has more than {MOST_SHEETS} sheets.", remedy="Leave the list alone in it.")
    return ((sheet.title, list(_sheet_rows(sheet))) for sheet in sheets)


def _sheet_rows(sheet: Any) -> Iterator[Row]:
    sheet.reset_dimensions()
    filled = 0
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), start=1):
        if number > MOST_PLACES:
            raise ImportReadError(
                f"The sheet {sheet.title} goes on beyond row {MOST_PLACES}.", remedy="Save it as CSV."
            )
        if cells.count(None) == len(cells):
            continue
        texts = tuple("" if cell is None else clipped(_said(cell)) for cell in cells)
        if any(texts):
            filled += 1
            if filled > MOST_ROWS:
                raise ImportReadError(
                    f"The sheet {sheet.title} has more than {MOST_ROWS} rows.",
                    remedy="Bring in the part that lists controls.",
                )
            yield Row(number, f"{sheet.title}, row {number}", texts)


def _said(value: Any) -> str:
    """A saved value as text."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time().isoformat() == "00:00:00" else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)[: CELL_CHARACTERS + 1]


def read_document(data: bytes) -> ReadFile:
    """The sections of a document below its headings; the rows of its tables follow where there are any.

    Raises:
        ImportReadError: it cannot be opened, or is longer than any written program.
    """
    import docx  # noqa: PLC0415 - heavy, and needed here alone

    try:
        document = docx.Document(BytesIO(data))
        _refuse_wide_cells(document)
        parts = list(_document_parts(document))
    except ImportReadError:
        raise
    except Exception as error:
        # As with workbooks: whatever the library or its XML parser raises means that the file is not sound.
        raise ImportReadError(_DAMAGED, remedy="Save it once more, or bring in a PDF.") from error
    rows = sections_of(parts)
    if not rows:
        whole = Row(1, "the whole document", ("The whole document",))
        remark = "No headings were found in it. Assign it as a whole, or give its headings a heading's style."
        return ReadFile("charteroak docx 1", "whole", ("Document",), (whole,), (remark,))
    return ReadFile("charteroak docx 1", "sections", ("Section", "Text"), rows)


def _refuse_wide_cells(document: Any) -> None:
    """A cell that claims to span a million columns would be handed out a million times."""
    for span in document.element.body.iter(f"{_WORDS}gridSpan"):
        if int(span.get(f"{_WORDS}val", "1")) > MOST_COLUMNS:
            raise ImportReadError(f"A table in it has more than {MOST_COLUMNS} columns.")


def _document_parts(document: Any) -> Iterator[Heading | str]:
    for number, block in enumerate(document.iter_inner_content(), start=1):
        if number > MOST_BLOCKS:
            raise ImportReadError(f"It has more than {MOST_BLOCKS} paragraphs.")
        if hasattr(block, "rows"):
            for row in block.rows[:MOST_ROWS]:
                yield " | ".join(" ".join(cell.text.split()) for cell in row.cells[:MOST_COLUMNS])
            continue
        style = (block.style.name if block.style is not None else "") or ""
        if style.startswith("Heading ") and style[8:].isdecimal() and block.text.strip():
            yield Heading(int(style[8:]), block.text)
        else:
            yield block.text
