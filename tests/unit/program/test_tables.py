"""No table that leaves the product begins a cell with a formula, whichever separator the spreadsheet was told of."""

import csv
import io
import re

import pytest

from charteroak.dossier.insurer_pack import COLUMNS as INSURER_COLUMNS
from charteroak.intel.exports import CSV_COLUMNS, neutral_cell
from charteroak.program.assessment_sheets import SHEET_COLUMNS
from charteroak.program.custody import CUSTODY_COLUMNS
from charteroak.program.poam import POAM_COLUMNS
from charteroak.program.provided_services import SERVICES
from charteroak.program.tables import render_csv

BEGINS = ("=1+1", "+1", "-1+1", "@SUM(A1)", "\tx", "\rx", "\nx", "\uff1d1", "\uff0b1", "\uff0d1", "\uff201")
BEFORE = ("", '"', '""', " ", ' "', '" ', "\0", "\t", "\r", "\n", "\x01", "\xa0", "\ufeff", "\u200b", "\u3000")
HOSTILE = [before + begin for before in BEFORE for begin in BEGINS]
WITHIN = [f"a{part}{cell}" for part in (";", "\t", "\n", "\r\n", '";"', ';"', "\n\n", "; ") for cell in HOSTILE]
EXPORTS = {
    "insurer pack": INSURER_COLUMNS,
    "plan of action": POAM_COLUMNS,
    "custody": CUSTODY_COLUMNS,
    "assessment sheet": SHEET_COLUMNS,
    "privilege log": ("item", "date", "form", "author", "recipients", "privilege", "subject"),
}
A_FORMULA = re.compile('[\\s"\\x00-\\x1f\xa0\u200b\ufeff]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\\t\\r\\n]')


def cells(table: bytes, separator: str) -> list[str]:
    text = io.StringIO(table.decode("utf-8-sig"), newline="")
    return [cell for row in csv.reader(text, delimiter=separator) for cell in row]


@pytest.mark.parametrize("export", EXPORTS)
def test_no_column_of_any_export_lets_a_formula_begin_a_cell(export: str) -> None:
    columns = EXPORTS[export]
    table = render_csv(columns, [dict.fromkeys(columns, cell) for cell in HOSTILE])
    found = cells(table, ",")
    assert len(found) == len(columns) * (len(HOSTILE) + 1)
    assert [cell for cell in found if A_FORMULA.match(cell)] == []


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_spreadsheet_that_was_told_of_another_separator_finds_no_formula_either(separator: str) -> None:
    table = render_csv(["a", "b"], [{"a": cell, "b": cell} for cell in [*HOSTILE, *WITHIN]])
    runs = re.compile('[\\s"]*[=+\\-@\uff1d\uff0b\uff0d\uff20]')
    assert [cell for cell in cells(table, separator) if runs.match(cell)] == []


@pytest.mark.parametrize("cell", ["", "a=b", "5-10", "x@bakery.example", "1; 2", "a\nb", "'quoted'", "2026-03-01"])
def test_what_is_no_formula_stays_as_it_is(cell: str) -> None:
    assert cells(render_csv(["a"], [{"a": cell, "b": ""}, {"a": "z"}]), ",") == ["a", cell, "z"]


@pytest.mark.parametrize("column", CSV_COLUMNS)
def test_no_cell_of_the_indicators_is_a_formula(column: str) -> None:
    assert column == neutral_cell(column)
    assert [cell for cell in HOSTILE if A_FORMULA.match(neutral_cell(cell))] == []


def test_the_list_of_a_statements_entries_holds_names_and_numbers_alone() -> None:
    assert all(re.fullmatch(r"[a-z]+\.[a-z]+", kind) for kind in SERVICES)
