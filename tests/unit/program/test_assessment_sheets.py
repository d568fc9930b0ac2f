"""Sheets of results: the template comes back as it went, and whatever is wrong is named by its line."""

import pytest

from charteroak.clock import parse_day
from charteroak.frameworks.catalog import EditionName
from charteroak.program.assessed_editions import assessed_edition
from charteroak.program.assessment_sheets import MOST_ROWS, SheetError, parse_sheet, render_sheet

R3 = EditionName("nist-800-171", "r3")
HEAD = "requirement,objective,result,methods,assessor,day,evidence,note\n"
GOOD = '03.01.01,A.03.01.01.a.01,satisfied,"examine, test",Pat Stone,2026-03-01,"3 4",Seen\n'


def sheet(*rows: str, head: str = HEAD) -> bytes:
    return (head + "".join(rows)).encode()


def test_a_filled_in_row_is_a_finding_with_its_methods_evidence_and_day() -> None:
    (row,) = parse_sheet(sheet(GOOD), R3)
    assert (row.line, row.day, row.body.result) == (2, parse_day("2026-03-01"), "satisfied")
    assert row.body.methods == ("examine", "test")
    assert row.body.evidence == (3, 4)
    assert row.body.objective == "A.03.01.01.a.01"


def test_the_template_has_every_objective_and_nothing_of_it_is_a_result() -> None:
    template = render_sheet(assessed_edition(R3, [], (), parse_day("2026-03-01")))
    assert template.count(b"\r\n") > 400
    with pytest.raises(SheetError, match="No row"):
        parse_sheet(template, R3)


def test_rows_without_a_result_are_passed_over_and_lines_are_counted_as_an_editor_does() -> None:
    empty = "03.01.02,,,,,,,\n"
    rows = parse_sheet(sheet(empty, GOOD.replace("Seen", '"two\nlines"'), GOOD.replace("a.01", "a.02")), R3)
    assert [row.line for row in rows] == [3, 5]
    assert rows[0].body.note == "two\nlines"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("03.99.99,,satisfied,test,Pat,2026-03-01,,\n", "no requirement '03.99.99'"),
        ("03.01.01,A.1,satisfied,test,Pat,2026-03-01,,\n", "no objective 'A.1'"),
        ("03.01.01,,fine,test,Pat,2026-03-01,,\n", "'fine' is no result"),
        ("03.01.01,,satisfied,guess,Pat,2026-03-01,,\n", "'guess' is no method"),
        ("03.01.01,,satisfied,,Pat,2026-03-01,,\n", "methods are missing"),
        ("03.01.01,,satisfied,test,,2026-03-01,,\n", "assessor is missing"),
        ("03.01.01,,satisfied,test,Pat,01/03/2026,,\n", "'01/03/2026' is no day"),
        ("03.01.01,,satisfied,test,Pat,2026-02-30,,\n", "'2026-02-30' is no day"),
        ("03.01.01,,satisfied,test,Pat,2026-03-01,abc,\n", "numbers of entries"),
        ("03.01.01,,satisfied,test,Pat,2026-03-01,\N{SUPERSCRIPT TWO},\n", "numbers of entries"),
        ("03.01.01,,satisfied,test," + "x" * 301 + ",2026-03-01,,\n", "too long"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line_and_nothing_is_taken(row: str, told: str) -> None:
    with pytest.raises(SheetError) as refused:
        parse_sheet(sheet(GOOD, row), R3)
    assert told in str(refused.value)
    assert "ine 3" in str(refused.value)
    assert refused.value.message.startswith("Nothing was recorded.")


def test_every_bad_line_is_named_at_once() -> None:
    bad = "03.99.99,,satisfied,test,Pat,2026-03-01,,\n"
    with pytest.raises(SheetError) as refused:
        parse_sheet(sheet(bad, GOOD, bad), R3)
    assert "line 2" in refused.value.message.lower()
    assert "line 4" in refused.value.message


def test_one_objective_twice_is_refused() -> None:
    with pytest.raises(SheetError, match="stands in line 2 already"):
        parse_sheet(sheet(GOOD, GOOD), R3)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff\xfe\x00", b"result\n", HEAD.replace("day", "day,day").encode(), b"a,b\n1,2\n",
        HEAD.encode() + b'"03.01.01,,satisfied', HEAD.encode() + b"x" * 200_000, b"\x00" * 100,
        HEAD.encode() + b"a," * 50 + b"\n", (HEAD + "03.01.01,,,,,,,\n" * (MOST_ROWS + 1)).encode(),
        HEAD.encode() + b" " * (4 << 20), HEAD.replace("note", "surprise").encode(),
    ],
    ids=["empty", "no utf-8", "one column", "column twice", "other columns", "open quote", "one long cell", "zeros",
         "too many cells", "too many rows", "too large", "unknown column"],
)  # fmt: skip
def test_hostile_sheets_end_in_one_clear_line(data: bytes) -> None:
    with pytest.raises(SheetError):
        parse_sheet(data, R3)


def test_semicolons_and_a_byte_order_mark_are_what_some_spreadsheets_write() -> None:
    text = HEAD.replace(",", ";") + "03.01.01;;partly;test;Pat;2026-03-01;;\n"
    assert len(parse_sheet(b"\xef\xbb\xbf" + text.encode(), R3)) == 1
