"""Hostile bytes to the readers of files that are brought in: as a list, and inside the parts of office files.

The first byte says what the rest is. A mutated archive mostly fails its own checksums, so that the XML within a sound
one is mutated too.
"""

import io
import zipfile

import docx
from openpyxl import Workbook

from charteroak.program.imports.reading import read_file
from charteroak.program.imports.rows import MOST_ROWS
from harness import fuzz


def _workbook() -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["Control", "Status"])
    sheet.append(["PR.AA-01", "=1+1"])
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _document() -> bytes:
    document = docx.Document()
    document.add_heading("Access", 2)
    document.add_paragraph("Two steps.")
    document.add_table(rows=1, cols=2)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


PARTS = {
    b"S": ("a.xlsx", _workbook(), "xl/worksheets/sheet1.xml"),
    b"B": ("a.xlsx", _workbook(), "xl/workbook.xml"),
    b"D": ("a.docx", _document(), "word/document.xml"),
    b"R": ("a.docx", _document(), "word/_rels/document.xml.rels"),
}
WHOLE = {b"C": "a.csv", b"T": "a.md", b"X": "a.xlsx", b"W": "a.docx"}


def _part(kind: bytes) -> bytes:
    _name, data, member = PARTS[kind]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return kind + archive.read(member)


SEEDS = (
    b'CControl,Status\r\n"PR.AA-01","=1+1"\r\n',
    b"T# Program\n## Access\nTwo steps.\n3.1 Backups\n",
    b"X" + _workbook(),
    b"W" + _document(),
    *(_part(kind) for kind in PARTS),
)


def parse(data: bytes) -> None:
    """What is read has rows, and no more than a list has."""
    kind, rest = data[:1], data[1:]
    if kind in PARTS:
        name, base, member = PARTS[kind]
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(base)) as archive, zipfile.ZipFile(out, "w") as made:
            for each in archive.namelist():
                made.writestr(each, rest if each == member else archive.read(each))
        content = out.getvalue()
    else:
        name, content = WHOLE.get(kind, "a.csv"), rest
    assert 0 < len(read_file(name, content).rows) <= MOST_ROWS


if __name__ == "__main__":
    fuzz("imported_file", parse, SEEDS)
