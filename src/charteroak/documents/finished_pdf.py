"""Two changes to the tags and streams of the PDF that Typst wrote, which Typst's Python binding cannot be asked for.

Row headers: Typst can mark them, but only behind a switch that its Python binding does not have. So in each row of a
table's body the first ``TD`` becomes a ``TH`` with ``Scope Row``, and the other cells drop their explicit list of
headers, which would leave the new one out; with a scope on every header, a reader finds both (ISO 32000-1, 14.8.5.7;
ISO 14289-1, 7.5).

Ends of streams: PDF/A asks that ``Length`` counts the bytes before the end of line that precedes ``endstream`` (ISO
19005-2, 6.1.7.1). Typst ends each stream with LF. Where the data happen to end with CR, the two read as one end of
line and the length is one too many; there the end is written as CR LF.

Everything else stays byte for byte. A PDF of another form than Typst 0.15 writes is refused, never guessed.
"""

import re
from itertools import pairwise

from charteroak.documents.errors import DocumentNotMadeError

_TAIL = re.compile(
    rb"xref\r?\n0 (\d+)\r?\n((?:\d{10} \d{5} [nf][ \r\n]{2})+)(trailer\r?\n<<.*>>\r?\n)"
    rb"startxref\r?\n(\d+)\r?\n%%EOF\r?\n?\Z",
    re.DOTALL,
)
_OBJECT = re.compile(rb"(\d+) 0 obj\r?\n")
_ROW = re.compile(rb"<</Type/StructElem/S/TR/P (\d+) 0 R/K\[([0-9 R]*)\]")
_CELL = b"<</Type/StructElem/S/TD/"
_HEADERS = re.compile(rb"/Headers\[[^\[\]]*\]")
_TABLE_ATTRIBUTES = b"<</O/Table"
_AMBIGUOUS_END = re.compile(rb"\r\n(endstream\n+endobj\n+)\Z")


def finish_pdf(pdf: bytes) -> bytes:
    """The PDF with a header for each row and with streams whose end nobody can misread.

    Raises:
        DocumentNotMadeError: the PDF is of another form than expected.
    """
    head, objects, trailer = _parts(pdf)
    for content in list(objects.values()):
        row = _ROW.match(content)
        if row is not None and b"/S/TBody" in objects.get(int(row[1]), b""):
            _mark_row(objects, [int(number) for number in re.findall(rb"(\d+) 0 R", row[2])])
    for number, content in objects.items():
        objects[number] = _AMBIGUOUS_END.sub(rb"\r\r\n\1", content)
    return _joined(head, objects, trailer)


def _mark_row(objects: dict[int, bytes], cells: list[int]) -> None:
    for n, cell in enumerate(cells):
        objects[cell] = _as_header(objects[cell]) if n == 0 else _HEADERS.sub(b"", objects[cell], count=1)


def _as_header(cell: bytes) -> bytes:
    if not cell.startswith(_CELL) or cell.count(_TABLE_ATTRIBUTES) != 1:
        raise DocumentNotMadeError("A table cell is not marked as expected.")
    plain = _HEADERS.sub(b"", cell, count=1)
    return plain.replace(_CELL, b"<</Type/StructElem/S/TH/", 1).replace(
        _TABLE_ATTRIBUTES, _TABLE_ATTRIBUTES + b"/Scope/Row", 1
    )


def _parts(pdf: bytes) -> tuple[bytes, dict[int, bytes], bytes]:
    """What stands before the objects, each object's content by number in the order of the file, and the trailer."""
    start = pdf.rfind(b"\nxref") + 1
    tail = _TAIL.match(pdf, start)
    if start == 0 or tail is None or int(tail[4]) != start:
        raise DocumentNotMadeError("The PDF has no table of objects as expected.")
    entries = tail[2]
    places = sorted(int(entries[n : n + 10]) for n in range(20, len(entries), 20) if entries[n + 17 : n + 18] == b"n")
    objects = {}
    for place, following in pairwise([*places, start]):
        opening = _OBJECT.match(pdf, place)
        if opening is None:
            raise DocumentNotMadeError("An object of the PDF is not where its table says.")
        objects[int(opening[1])] = pdf[opening.end() : following]
    if len(objects) != int(tail[1]) - 1 or not places:
        raise DocumentNotMadeError("The PDF has unused objects, which were not expected.")
    return pdf[: places[0]], objects, tail[3]


def _joined(head: bytes, objects: dict[int, bytes], trailer: bytes) -> bytes:
    out = bytearray(head)
    places = {}
    for number, content in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + content
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % places[number] for number in sorted(places))
    out += trailer + b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)
