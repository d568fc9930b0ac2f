"""Files that somebody might bring in, each named after what is wrong with it; and sound ones beside them."""

import io
import random
import zipfile
from collections.abc import Callable, Sequence

import docx
from openpyxl import Workbook

CONTROLS = (
    ("Control", "What we do", "Status"),
    ("PR.AA-01", "Accounts are given and closed by the office manager", "Implemented"),
    ("PR.DS-11", "Backups every night, restored twice a year", "Partial"),
    ("ID.AM-01", "List of computers", "Not implemented"),
    ("PR.AA-05", "Rights are looked at each quarter", "Implemented"),
    ("", "Coffee machine is descaled", "n/a"),
)
WORKBOOK = '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'


def csv_of(rows: Sequence[Sequence[str]] = CONTROLS, delimiter: str = ",") -> bytes:
    quoted = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    return "\r\n".join(quoted).encode()


def workbook_of(rows: Sequence[Sequence[object]] = CONTROLS, *, title: str = "Controls") -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    workbook.create_sheet("Notes").append(["only", "a line"])
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def document_of() -> bytes:
    document = docx.Document()
    document.add_heading("Written security program", 1)
    document.add_paragraph("Adopted by the board.")
    document.add_heading("Access", 2)
    document.add_paragraph("Everyone signs in with two steps. Follows PR.AA-03.")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Mail", "two steps"
    document.add_heading("Backups", 2)
    document.add_paragraph("Every night.")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def archive_of(members: dict[str, bytes], *, flag: int = 0) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    data = bytearray(out.getvalue())
    if flag:
        for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            at = data.find(signature)
            while at >= 0:
                data[at + offset] |= flag
                at = data.find(signature, at + 4)
    return bytes(data)


def with_member(base: bytes, name: str, data: bytes) -> bytes:
    """A sound file in which one member was put or put in place of another."""
    with zipfile.ZipFile(io.BytesIO(base)) as archive:
        members = {each: archive.read(each) for each in archive.namelist()}
    return archive_of(members | {name: data})


def sheet_with(cells: str) -> bytes:
    """A workbook whose first sheet is what stands here."""
    xml = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{cells}</sheetData></worksheet>"
    )
    return with_member(workbook_of(), "xl/worksheets/sheet1.xml", xml.encode())


def billion_laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    xml = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY l0 "ha">{entities}]><worksheet>&l9;</worksheet>'
    return with_member(workbook_of(), "xl/worksheets/sheet1.xml", xml.encode())


def broken_stream() -> bytes:
    """A document in whose first packed part some bytes were turned."""
    data = bytearray(document_of())
    at = data.find(b"PK\x03\x04") + 60
    data[at : at + 40] = bytes(byte ^ 0xFF for byte in data[at : at + 40])
    return bytes(data)


def renamed_part(base: bytes, old: str, new: str, content: bytes) -> bytes:
    """A sound file in which one part has another ending, is found under it, and holds what is given."""
    with zipfile.ZipFile(io.BytesIO(base)) as archive:
        members = {each: archive.read(each) for each in archive.namelist()}
    folder, _, name = old.rpartition("/")
    for each in list(members):
        if each == "[Content_Types].xml" or each.endswith(".rels"):
            members[each] = members[each].replace(name.encode(), new.encode())
        if each == f"{folder}/_rels/{name}.rels":
            members[f"{folder}/_rels/{new}.rels"] = members[each]
    return archive_of(members | {f"{folder}/{new}": content})


def words_document(body: str, styles: str = "") -> bytes:
    """A document with what stands here as its body, and as its styles."""
    word = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    document = with_member(
        document_of(), "word/document.xml", f"<w:document {word}><w:body>{body}</w:body></w:document>".encode()
    )
    return with_member(document, "word/styles.xml", f"<w:styles {word}>{styles}</w:styles>".encode())


def with_shared_strings(base: bytes, part: str, data: bytes) -> bytes:
    """A workbook with a table of shared strings under any name."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    with zipfile.ZipFile(io.BytesIO(base)) as archive:
        types = archive.read("[Content_Types].xml").decode()
    types = types.replace("</Types>", f'<Override PartName="/{part}" ContentType="{kind}"/></Types>')
    return with_member(with_member(base, "[Content_Types].xml", types.encode()), part, data)


def one_string_many_times(rows: int) -> bytes:
    """A small workbook with sixty columns whose cells all name one long shared string."""
    row = "<row>" + '<c t="s"><v>1</v></c>' * 60 + "</row>"
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    shared = f'<sst xmlns="{namespace}"><si><t>a</t></si><si><t>{"PR.AA-01 " * 222}</t></si></sst>'
    return with_shared_strings(sheet_with(row * rows), "xl/sharedStrings.xml", shared.encode())


def same_sheet_twice() -> bytes:
    """A workbook whose second sheet names the part of the first."""
    base = workbook_of()
    with zipfile.ZipFile(io.BytesIO(base)) as archive:
        links = archive.read("xl/_rels/workbook.xml.rels")
    return with_member(base, "xl/_rels/workbook.xml.rels", links.replace(b"sheet2.xml", b"sheet1.xml"))


def packed_by_lzma() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("word/document.xml", "<w/>")
    return out.getvalue()


def long_strings() -> bytes:
    return b"<sst>" + (random.Random(1).randbytes(20_000) + b" " * 1_000_000) * 25  # noqa: S311 - filling, no secret


def hostile_files() -> dict[str, tuple[str, Callable[[], bytes], str]]:
    """Each hostile file: its name, what makes its bytes, and what the refusal says."""
    wide = '<w:gridSpan w:val="90000000"/>'
    document = document_of()
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        text = archive.read("word/document.xml").decode()
    spanned = text.replace("<w:tcPr>", f"<w:tcPr>{wide}", 1).encode()
    external = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'
    in_utf_16 = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE r [<!ENTITY x "y">]><r/>'.encode("utf-16")
    in_utf_7 = b'<?xml version="1.0" encoding="UTF-7"?><r/>'
    last = '<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    part = "docProps/app.xml"
    declares = "declares a document type"
    bomb = b" " * (20 << 20)
    entity = b'<!DOCTYPE w [<!ENTITY x "y">]><w/>'
    spaced = b" " * 100 + entity
    far_encoding = b'<?xml version="1.0"' + b" " * 500 + b'encoding="UTF-7"?><r/>'
    in_ebcdic = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x "y">]><r/>'.encode("cp037")
    return {
        "zip-bomb": ("a.xlsx", lambda: archive_of({"xl/workbook.xml": b"<x/>", "x.xml": bomb}), "unpacks to far more"),
        "many-parts": (
            "a.xlsx", lambda: archive_of({f"{n}.xml": b"<x/>" for n in range(2001)}), "more than 2000 parts"
        ),
        "huge-part": (
            "a.docx", lambda: archive_of({"word/document.xml": bytes(range(256)) * (25 << 12)}),
            "unpacks|larger than",
        ),
        "xml-bomb": ("a.xlsx", billion_laughs, declares),
        "foreign-entity": ("a.docx", lambda: with_member(document, part, external.encode()), declares),
        "entity-in-utf-16": ("a.docx", lambda: with_member(document, part, in_utf_16), declares),
        "entity-in-utf-7": ("a.docx", lambda: with_member(document, part, in_utf_7), "unusual encoding"),
        "entity-under-another-ending": (
            "a.docx", lambda: renamed_part(document, "word/document.xml", "document.bin", entity), declares
        ),
        "entity-among-pictures": (
            "a.xlsx", lambda: with_member(workbook_of(), "xl/media/a.png", entity), declares
        ),
        "entity-behind-spaces": ("a.docx", lambda: with_member(document, "word/a.bin", spaced), declares),
        "entity-in-ebcdic": ("a.docx", lambda: with_member(document, "word/a.bin", in_ebcdic), "unusual encoding"),
        "encoding-far-behind": ("a.docx", lambda: with_member(document, part, far_encoding), "unusual encoding"),
        "huge-part-under-another-ending": (
            "a.xlsx", lambda: with_shared_strings(workbook_of(), "xl/sharedStrings.dat", long_strings()),
            "larger than 24 MB",
        ),
        "one-string-many-times": ("a.xlsx", lambda: one_string_many_times(70), "more than 8,000,000 characters"),
        "same-sheet-twice": ("a.xlsx", same_sheet_twice, "one and the same"),
        "many-styles": ("a.docx", lambda: words_document("", "<w:style/>" * 10_001), "more than 10000 styles"),
        "many-cells": (
            "a.docx", lambda: words_document("<w:tbl><w:tr>" + "<w:tc/>" * 100_001 + "</w:tr></w:tbl>"),
            "more than 100000 cells",
        ),
        "macros": ("a.docx", lambda: with_member(document, "word/vbaProject.bin", b"macro"), "holds macros"),
        "password-zip": ("a.xlsx", lambda: archive_of({"xl/workbook.xml": b"<x/>"}, flag=1), "protected by a password"),
        "password-ole": (
            "a.xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "protected by a password"
        ),
        "broken-stream": ("a.docx", broken_stream, "damaged"),
        "packed-by-lzma": ("a.docx", packed_by_lzma, "as no office program packs"),
        "cut-off": ("a.xlsx", lambda: workbook_of()[:-300], "damaged"),
        "no-sheet": ("a.xlsx", lambda: archive_of({"xl/workbook.xml": WORKBOOK.encode()}), "damaged"),
        "million-places": ("a.xlsx", lambda: sheet_with(last), "beyond row 20000"),
        "million-lines": ("a.csv", lambda: b"a,b\n" * 1_000_000, "more than 5000 rows"),
        "thousand-columns": ("a.csv", lambda: b"," * 1000 + b"\nx,y\n", "more than 60 columns"),
        "huge-cell": ("a.csv", lambda: b'a,b\n"' + b"x" * 200_000 + b'",y\n', "field larger than"),
        "open-quote": ("a.csv", lambda: b'a,b\n"x,y\n', "Row 2 cannot be read"),
        "wide-table": ("a.docx", lambda: with_member(document, "word/document.xml", spanned), "more than 60 columns"),
        "workbook-called-csv": ("a.csv", workbook_of, "is something else"),
        "csv-called-workbook": ("a.xlsx", csv_of, "is something else"),
        "program-called-csv": ("a.csv", lambda: b"MZ\0\0\x90\0" * 200, "not read here"),
        "plain-zip": ("a.zip", lambda: archive_of({"a.txt": b"x"}), "not read here"),
        "nothing": ("a.csv", lambda: b" \r\n", "empty"),
        "no-list": ("a.csv", lambda: b"only\none\ncolumn\n", "No list was found"),
        "too-large": ("a.txt", lambda: b"x" * ((16 << 20) + 1), "larger than 16 MB"),
    }  # fmt: skip
