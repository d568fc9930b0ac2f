"""A sheet of assessment results as CSV: a template with what was found last, and what comes back filled in.

A sheet is taken whole or not at all. Everything that is wrong with it is named by its line, the first twenty of them.
A row without a result was not assessed this time and is passed over.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, get_args

from charteroak.clock import TimeFormatError, parse_day
from charteroak.errors import InputError, SourceLocation
from charteroak.frameworks.catalog import EditionName
from charteroak.program.assessed_editions import AssessedEdition, Part
from charteroak.program.bodies import AssessmentMethod, AssessmentResult, RequirementShown
from charteroak.program.objectives import objectives_of, outline_of
from charteroak.program.tables import render_csv

SHEET_COLUMNS = (
    "requirement", "objective", "text", "last result", "last day", "result", "methods", "assessor", "day", "evidence",
    "note",
)  # fmt: skip
_NEEDED = ("requirement", "result", "assessor", "day")
SHEET_LIMIT_BYTES = 4 << 20
MOST_ROWS = 5_000
LINES_NAMED = 20
_MOST_LINE, _MOST_NOTE, _MOST_EVIDENCE = 300, 5000, 100


class SheetError(InputError):
    """A sheet of results cannot be taken; nothing of it was recorded."""

    code: ClassVar[str] = "assessment.sheet"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One result of a sheet, with its line."""

    line: int
    body: RequirementShown
    day: date


def render_sheet(edition: AssessedEdition) -> bytes:
    """The template: a row for each objective, or for each requirement without any, with what was found last."""
    return render_csv(
        SHEET_COLUMNS, (_template_row(each.control.id, part) for each in edition.requirements for part in each.parts)
    )


def _template_row(requirement: str, part: Part) -> Mapping[str, str]:
    found = part.body
    return {
        "requirement": requirement,
        "objective": part.objective or "",
        "text": part.control.title,
        "last result": "" if found is None else found.result,
        "last day": "" if part.fact is None else part.fact.first_day.isoformat(),
    }


def parse_sheet(data: bytes, name: EditionName) -> tuple[SheetRow, ...]:
    """The results in a sheet about an edition, in its order.

    Raises:
        SheetError: it is no such sheet; the lines at fault are named.
    """
    rows, problems = [], []
    seen: dict[tuple[str, str], int] = {}
    known = _Known(name)
    for line, row in _lines(data):
        if not row["result"]:
            continue
        wrong = list(known.problems(row))
        subject = row["requirement"], row["objective"]
        if subject in seen:
            wrong.append(f"{subject[1] or subject[0]} stands in line {seen[subject]} already")
        seen[subject] = line
        if wrong:
            problems.append((line, "; ".join(wrong)))
        else:
            rows.append(SheetRow(line, _body(name, row), parse_day(row["day"])))
    if problems:
        raise refused(problems)
    if not rows:
        raise SheetError("No row of the sheet has a result.", remedy="Fill in the column result and send it again.")
    return tuple(rows)


def refused(problems: list[tuple[int, str]]) -> SheetError:
    """Everything that is wrong with a sheet as one error; the place is that of the first line."""
    told = "; ".join(f"line {line}: {what}" for line, what in problems[:LINES_NAMED])
    more = f"; and {len(problems) - LINES_NAMED} more lines" if len(problems) > LINES_NAMED else ""
    return SheetError(
        f"Nothing was recorded. {told[0].upper()}{told[1:]}{more}.",
        remedy="Mend these lines and send the whole sheet again.",
        location=SourceLocation(line=problems[0][0]),
    )


def _lines(data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows with the numbers of their lines, each cell on one line without blanks around it."""
    if len(data) > SHEET_LIMIT_BYTES:
        raise SheetError(f"The sheet is larger than {SHEET_LIMIT_BYTES >> 20} MB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise SheetError(
            "The sheet is not UTF-8 text.",
            remedy="Save it as CSV UTF-8 from the spreadsheet.",
            location=SourceLocation(line=line),
        ) from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=_delimiter(text))
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        missing = [column for column in _NEEDED if column not in header]
        unknown = [column[:40] for column in header if column and column not in SHEET_COLUMNS]
        if missing or unknown or len(set(header)) != len(header):
            wrong = f"the columns {', '.join(missing)} are missing" if missing else "columns stand twice"
            wrong = f"there is no column {', '.join(map(repr, unknown[:5]))}" if unknown and not missing else wrong
            raise SheetError(
                f"This is no sheet of results: {wrong}.",
                remedy="Download the template and fill that in.",
                location=SourceLocation(line=1),
            )
        before = reader.line_num
        for count, cells in enumerate(reader):
            line, before = before + 1, reader.line_num
            if count >= MOST_ROWS:
                raise SheetError(f"The sheet has more than {MOST_ROWS} rows.", location=SourceLocation(line=line))
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(header):
                raise SheetError(
                    f"There are {len(cells)} cells under {len(header)} columns.",
                    location=SourceLocation(line=line),
                )
            row = dict.fromkeys(SHEET_COLUMNS, "") | dict(zip(header, cells, strict=False))
            yield line, {key: _plain(value, keep_lines=key == "note") for key, value in row.items()}
    except csv.Error as error:
        raise SheetError(
            f"Not readable as CSV: {error}.", location=SourceLocation(line=max(1, reader.line_num))
        ) from error


def _delimiter(text: str) -> str:
    """A comma, or the semicolon that spreadsheets of some countries write."""
    first = text.partition("\n")[0]
    return ";" if first.count(";") > first.count(",") else ","


def _plain(cell: str, *, keep_lines: bool) -> str:
    """A cell without blanks around it, and without the apostrophe that the template put before a formula."""
    text = cell.replace("\r\n", "\n").strip() if keep_lines else " ".join(cell.split())
    return text[1:] if text[:1] == "'" and text[1:2] in {"=", "+", "-", "@"} else text


class _Known:
    """What may stand in a row about one edition."""

    def __init__(self, name: EditionName) -> None:
        self._name = name
        self._requirements = {leaf.id for leaf in outline_of(name).leaves}
        objectives = objectives_of(name)
        self._objectives = {} if objectives is None else objectives.by_requirement

    def problems(self, row: Mapping[str, str]) -> Iterator[str]:
        requirement, objective = row["requirement"], row["objective"]
        if requirement not in self._requirements:
            yield f"{self._name} has no requirement {requirement[:60]!r}"
        elif objective and objective not in self._objectives.get(requirement, ()):
            yield f"{requirement} has no objective {objective[:60]!r}"
        if row["result"] not in get_args(AssessmentResult):
            yield f"{row['result'][:40]!r} is no result; use {', '.join(get_args(AssessmentResult))}"
        unknown = [method for method in _split(row["methods"]) if method not in get_args(AssessmentMethod)]
        if unknown:
            yield f"{unknown[0][:40]!r} is no method; use {', '.join(get_args(AssessmentMethod))}"
        elif row["result"] != "unknown" and not _split(row["methods"]):
            yield "the methods are missing"
        if not row["assessor"]:
            yield "the assessor is missing"
        try:
            parse_day(row["day"])
        except TimeFormatError:
            yield f"{row['day'][:40]!r} is no day such as 2026-03-01"
        entries = _split(row["evidence"])
        if len(entries) > _MOST_EVIDENCE or not all(_is_number(each) for each in entries):
            yield "evidence holds something else than numbers of entries"
        if len(row["assessor"]) > _MOST_LINE or len(row["note"]) > _MOST_NOTE:
            yield "the assessor or the note is too long"


def _body(name: EditionName, row: Mapping[str, str]) -> RequirementShown:
    return RequirementShown(
        framework=name.framework,
        edition=name.edition,
        requirement=row["requirement"],
        objective=row["objective"] or None,
        result=row["result"],  # type: ignore[arg-type] # checked among the results
        methods=tuple(dict.fromkeys(_split(row["methods"]))),  # type: ignore[arg-type] # checked among the methods
        assessor=row["assessor"],
        evidence=tuple(dict.fromkeys(int(each) for each in _split(row["evidence"]))),
        note=row["note"],
    )


def _split(cell: str) -> list[str]:
    return [part for part in cell.replace(",", " ").replace(";", " ").replace("+", " ").split() if part]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 15
