"""Workbooks and documents of office programs, once ``office_archives`` has let them through.

A workbook is streamed and only the values that were saved in it are taken; a document gives its headings, the text
below them, and the rows of its tables.
"""

import re
import warnings
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from io import BytesIO
from itertools import islice
from typing import Any

from charteroak.program.imports.rows import (
    CELL_CHARACTERS,
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

MOST_SHEETS = 40
MOST_PLACES = 20_000
"""Rows that a sheet may number, empty ones among them: a single cell in the last row of a sheet makes a million."""
MOST_BLOCKS = 50_000
"""Paragraphs and tables of a document."""
MOST_CELLS = 100_000
"""Of all tables of a document."""
MOST_STYLES = 10_000
"""Documents that were pasted together over years have some thousands."""
_WORDS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BLOCKS = (f"{_WORDS}p", f"{_WORDS}tbl")
_HEADING_STYLE = re.compile("[Hh]eading ([1-9])")
"""The nine that are built in have these names in every language."""
_ON = frozenset({"1", "true", "on"})
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
    # Two sheets may name one part, which would be read once for each.
    parts = [getattr(sheet, "_worksheet_path", None) for sheet in sheets]
    if len(set(parts)) < len(parts):
        raise ImportReadError("Several of its sheets are one and the same.", remedy="Save the list as CSV.")
    characters = 0
    for sheet in sheets:
        rows: list[Row] = []
        for row in _sheet_rows(sheet):
            characters += sum(map(len, row.cells))
            refuse_characters(characters)
            rows.append(row)
        yield sheet.title, rows


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
        _refuse_shape(document)
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


def _refuse_shape(document: Any) -> None:
    """Refuse before anything is read what would take a library or a person longer than a written program does."""
    body = document.element.body
    if sum(1 for _ in islice(body.iter(f"{_WORDS}tc"), MOST_CELLS + 1)) > MOST_CELLS:
        raise ImportReadError(f"Its tables have more than {MOST_CELLS} cells.", remedy="Bring in the list as CSV.")
    for span in body.iter(f"{_WORDS}gridSpan"):
        if int(span.get(f"{_WORDS}val", "1")) > MOST_COLUMNS:
            raise ImportReadError(f"A table in it has more than {MOST_COLUMNS} columns.")


def _document_parts(document: Any) -> Iterator[Heading | str]:
    """Headings, paragraphs and rows of tables, in their order.

    The elements are read as they stand. The library's objects would look up the style of each paragraph among all
    styles, and for each merged cell walk up to the one that it continues.
    """
    levels, usual = _heading_levels(document.styles.element)
    for number, block in enumerate(document.element.body.iterchildren(*_BLOCKS), start=1):
        if number > MOST_BLOCKS:
            raise ImportReadError(f"It has more than {MOST_BLOCKS} paragraphs.")
        if block.tag == f"{_WORDS}tbl":
            for row in block.iterchildren(f"{_WORDS}tr"):
                yield " | ".join(_cell_text(cell) for cell in row.iterchildren(f"{_WORDS}tc"))
            continue
        text: str = block.text
        level = levels.get(block.style, usual) if block.style else usual
        yield Heading(level, text) if level and text.strip() else text


def _cell_text(cell: Any) -> str:
    """What stands in a cell itself. One that is merged with the cell above says nothing of its own."""
    return " ".join(" ".join(paragraph.text.split()) for paragraph in cell.iterchildren(f"{_WORDS}p")).strip()


def _heading_levels(styles: Any) -> tuple[dict[str, int], int]:
    """The level of heading of each paragraph style by its identifier, and of a paragraph that names none; 0 is none.

    Raises:
        ImportReadError: there are more styles than any office program writes.
    """
    levels: dict[str, int] = {}
    usual = 0
    for number, style in enumerate(styles.iterchildren(f"{_WORDS}style"), start=1):
        if number > MOST_STYLES:
            raise ImportReadError(f"It has more than {MOST_STYLES} styles.", remedy="Copy its text to a new document.")
        if style.get(f"{_WORDS}type", "paragraph") != "paragraph":
            continue
        name = style.find(f"{_WORDS}name")
        found = _HEADING_STYLE.fullmatch("" if name is None else name.get(f"{_WORDS}val", ""))
        level = int(found[1]) if found else 0
        levels.setdefault(style.get(f"{_WORDS}styleId", ""), level)
        if style.get(f"{_WORDS}default") in _ON:
            usual = level
    return levels, usual
