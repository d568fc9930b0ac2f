"""Files that are brought in: sound ones become rows, hostile ones are refused whole and in one clear sentence."""

import pytest
from hostile_office_files import (
    CONTROLS,
    csv_of,
    document_of,
    hostile_files,
    sheet_with,
    with_member,
    words_document,
    workbook_of,
)

from charteroak.program.imports.reading import read_file
from charteroak.program.imports.rows import CELL_CHARACTERS, ImportReadError

HOSTILE = hostile_files()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_one_sentence(name: str) -> None:
    file_name, make, says = HOSTILE[name]
    data = make()
    with pytest.raises(ImportReadError, match=says) as refused:
        read_file(file_name, data)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_list_as_csv_keeps_its_columns_rows_and_numbers(delimiter: str) -> None:
    read = read_file("controls.csv", csv_of(delimiter=delimiter))
    assert (read.shape, read.columns) == ("table", CONTROLS[0])
    assert [row.cells for row in read.rows] == list(CONTROLS[1:])
    assert [row.number for row in read.rows] == [2, 3, 4, 5, 6]


def test_a_workbook_gives_its_longest_sheet_and_names_the_others() -> None:
    read = read_file("controls.xlsx", workbook_of())
    assert read.columns == CONTROLS[0]
    assert read.rows[0].cells[:3] == CONTROLS[1]
    assert read.rows[0].place == "Controls, row 2"
    assert read.remarks == ("The longest sheet, Controls, was read. Not read: Notes.",)


def test_a_document_gives_its_headings_with_those_above_and_the_text_below() -> None:
    read = read_file("program.docx", document_of())
    assert read.shape == "sections"
    assert [row.place for row in read.rows] == [
        "Written security program",
        "Written security program > Access",
        "Written security program > Backups",
    ]
    assert "Mail | two steps" in read.rows[1].cells[1]


def test_plain_text_is_cut_at_its_headings_and_without_any_taken_as_a_whole() -> None:
    text = b"# Program\nIntro\n## Access\nTwo steps.\n3.1 Backups\nEvery night.\n"
    assert [row.cells[0] for row in read_file("p.md", text).rows] == ["Program", "Access", "3.1 Backups"]
    whole = read_file("p.txt", b"We are careful.\n")
    assert (whole.shape, len(whole.rows)) == ("whole", 1)


def test_a_pdf_is_kept_and_not_read() -> None:
    read = read_file("program.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    assert read.shape == "whole"
    assert "not read" in read.remarks[0]


def test_formulas_are_text_and_never_worked_out() -> None:
    evil = (("Control", "Status"), ("PR.AA-01", '=HYPERLINK("http://evil.example","x")'), ("PR.AA-05", "=1+1"))
    assert read_file("a.csv", csv_of(evil)).rows[0].cells[1].startswith("=HYPERLINK")
    # A workbook's formula that was never calculated has no saved value, and says nothing.
    assert read_file("a.xlsx", workbook_of(evil)).rows[1].cells[:2] == ("PR.AA-05", "")


def test_right_to_left_text_and_emoji_come_through_and_what_steers_a_page_does_not() -> None:
    rows = (("בקרה", "מצב"), ("PR.AA-01 🔐", "כן"), ("a\u202eb\u0007c", "x"))
    read = read_file("a.csv", csv_of(rows))
    assert read.columns == ("בקרה", "מצב")
    assert read.rows[0].cells[0] == "PR.AA-01 🔐"
    assert read.rows[1].cells[0] == "a b c"


@pytest.mark.parametrize(
    ("data", "says"),
    [("Contrôle,État\nx,y\n".encode("cp1252"), "Windows-1252"), ("Contrôle,État\nx,y\n".encode("utf-16"), "")],
)
def test_other_encodings_are_read_and_a_guess_is_said(data: bytes, says: str) -> None:
    read = read_file("a.csv", data)
    assert read.columns == ("Contrôle", "État")
    assert says in " ".join(read.remarks)


def test_a_long_cell_is_cut_where_it_is_shown() -> None:
    read = read_file("a.csv", csv_of((("a", "b"), ("x" * 5000, "y"))))
    assert len(read.rows[0].cells[0]) == CELL_CHARACTERS + 4


def test_a_sheet_that_claims_to_be_wide_is_read_as_far_as_a_list_goes() -> None:
    cells = "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>a</t></is></c><c r="XFD{n}" t="inlineStr"><is><t>b</t></is></c>'
        f'<c r="B{n}" t="inlineStr"><is><t>c</t></is></c></row>'
        for n in (1, 2)
    )
    assert read_file("a.xlsx", sheet_with(cells)).columns == ("a", "c")


def test_a_merged_cell_speaks_once_and_what_continues_it_is_not_followed() -> None:
    def cell(merge: str, text: str) -> str:
        return f"<w:tc><w:tcPr>{merge}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"

    top = cell('<w:vMerge w:val="restart"/>', "Mail") + cell("", "two steps")
    wide = cell('<w:gridSpan w:val="2"/><w:vMerge/>', "") + cell("", "a key")
    heading = '<w:p><w:pPr><w:pStyle w:val="h"/></w:pPr><w:r><w:t>Access</w:t></w:r></w:p>'
    style = '<w:style w:type="paragraph" w:styleId="h"><w:name w:val="heading 1"/></w:style>'
    body = f"{heading}<w:tbl><w:tr>{top}</w:tr><w:tr>{wide}</w:tr></w:tbl>"
    (section,) = read_file("a.docx", words_document(body, style)).rows
    assert section.cells == ("Access", "Mail | two steps\n| a key")


@pytest.mark.parametrize(("name", "titles"), [("heading 9", ["T"]), ("Heading 2", ["T"]), ("heading 10", [])])
def test_the_nine_headings_of_office_programs_are_headings_and_no_others(name: str, titles: list[str]) -> None:
    style = f'<w:style w:type="paragraph" w:styleId="h"><w:name w:val="{name}"/></w:style>'
    text = '<w:p><w:pPr><w:pStyle w:val="h"/></w:pPr><w:r><w:t>T</w:t></w:r></w:p>'
    read = read_file("a.docx", words_document(text, style))
    assert [row.cells[0] for row in read.rows if read.shape == "sections"] == titles


def test_a_paragraph_that_names_no_style_has_the_usual_one() -> None:
    style = '<w:style w:type="paragraph" w:default="1" w:styleId="h"><w:name w:val="heading 1"/></w:style>'
    text = '<w:p><w:r><w:t>T</w:t></w:r></w:p><w:p><w:pPr><w:pStyle w:val="gone"/></w:pPr><w:r><w:t>U</w:t></w:r></w:p>'
    assert [row.cells[0] for row in read_file("a.docx", words_document(text, style)).rows] == ["T", "U"]


def test_pictures_fonts_and_settings_of_a_printer_are_no_xml_and_keep_no_file_out() -> None:
    parts = {"a.png": b"\x89PNG\r\n<!DOCTYPE", "a.svg": b"<svg/>", "a.bin": b"\0\0<", "b.bin": b"", "a.ttf": b"\0\1\0"}
    data = document_of()
    for name, content in parts.items():
        data = with_member(data, f"word/media/{name}", content)
    assert read_file("a.docx", data).shape == "sections"
