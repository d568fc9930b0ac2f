"""What a person decided about a file that was brought in, and what recording it would write.

A row becomes an answer only if it was given a practice and its status was given a meaning, and evidence only if the
person says that it shows the practice at work. Rows of one practice that disagree come to *partly*; a status that was
given no meaning answers nothing.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

import msgspec
from msgspec import Meta

from charteroak.errors import InputError
from charteroak.frameworks.catalog import EditionName
from charteroak.program.bodies import PracticeId
from charteroak.program.imports.rows import ReadFile, Row
from charteroak.program.imports.suggestions import rows_named
from charteroak.program.practices import load_practices

Answer: TypeAlias = Literal["yes", "partly", "no", "unknown"]
MOST_STATUSES = 40
"""Different words in a column of statuses. A column with more of them holds something else."""
MAPPING_LIMIT_BYTES = 1 << 20
"""Of a mapping as a file. With a table for each of 5,000 rows it stays below half of that."""
MOST_DOTS = 100
"""In a line of it. The time that ``tomllib`` takes for a dotted key grows with the square of its parts."""
NOTE_CHARACTERS = 4_500
"""Of a note that is made of rows; a body holds 5000."""


class MappingError(InputError):
    """A mapping cannot be read or recorded; nothing was recorded."""

    code: ClassVar[str] = "program.import.mapping"


class RowMapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a row is about, and whether it shows that at work."""

    practice: PracticeId
    shows: bool = False


class ImportMapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that was decided about a file."""

    edition: str = ""
    """Such as ``nist-csf@2.0``; empty where the list follows none that we know."""
    as_of: date | None = None
    """The day of which the file speaks."""
    status_column: Annotated[int, Meta(ge=1, le=60)] | None = None
    """Counted from 1."""
    statuses: Annotated[dict[str, Answer], Meta(max_length=MOST_STATUSES)] = {}
    """What each word of that column means."""
    rows: dict[str, RowMapping] = {}
    """By the number of the row."""

    @property
    def edition_name(self) -> EditionName | None:
        """The edition that the list follows."""
        framework, _, edition = self.edition.partition("@")
        return EditionName(framework, edition) if edition else None


@dataclass(frozen=True, slots=True)
class PlannedAnswer:
    """An answer to a practice's question, and the rows that it rests on."""

    practice: str
    answer: Answer
    note: str


@dataclass(frozen=True, slots=True)
class PlannedEvidence:
    """A row that shows a practice at work."""

    practice: str
    row: Row


@dataclass(frozen=True, slots=True)
class Plan:
    """What recording a mapping would write."""

    answers: tuple[PlannedAnswer, ...]
    evidence: tuple[PlannedEvidence, ...]
    assigned: int
    left: int
    """Rows that were given no practice: nothing is recorded about them."""


def parse_mapping(document: Mapping[str, Any]) -> ImportMapping:
    """A mapping from its JSON values.

    Raises:
        MappingError: it has another form.
    """
    try:
        return msgspec.convert(document, ImportMapping)
    except msgspec.ValidationError as error:
        raise MappingError(f"The mapping cannot be read: {error}.", remedy="Assign the rows anew.") from error


def mapping_document(mapping: ImportMapping) -> dict[str, Any]:
    """A mapping as JSON values."""
    return msgspec.json.decode(msgspec.json.encode(mapping), type=dict[str, Any])


def parse_mapping_file(text: str) -> ImportMapping:
    """A mapping from TOML, as ``charteroak program import --map`` reads it.

    Raises:
        MappingError: it is too large, is no TOML, or has another form.
    """
    remedy = "See docs/guided-start.md."
    if len(text.encode("utf-8", "surrogatepass")) > MAPPING_LIMIT_BYTES:
        raise MappingError(f"The mapping is larger than {MAPPING_LIMIT_BYTES >> 20} MB.", remedy=remedy)
    if any(line.count(".") > MOST_DOTS for line in text.split("\n")):
        raise MappingError(f"A line of the mapping has more than {MOST_DOTS} dots.", remedy=remedy)
    try:
        return parse_mapping(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"The mapping is no TOML: {error}.", remedy=remedy) from error
    except RecursionError as error:
        raise MappingError("The mapping is nested too deeply.", remedy=remedy) from error
    except ValueError as error:
        # What Python makes of a date or a number in TOML's form, such as one of thousands of digits.
        raise MappingError("The mapping holds a date or a number that cannot be read.", remedy=remedy) from error


def statuses_of(read: ReadFile, column: int) -> list[tuple[str, int]]:
    """The different words of a column with how often each stands there; nothing if they are too many for statuses."""
    found: dict[str, int] = {}
    for row in read.rows:
        word = status_of_row(row, column)
        found[word] = found.get(word, 0) + 1
        if len(found) > MOST_STATUSES:
            return []
    return sorted(found.items(), key=lambda pair: -pair[1])


def status_of_row(row: Row, column: int) -> str:
    """What stands in a row's column of statuses, as it is compared."""
    return " ".join(row.cells[column - 1].split())[:80] if 0 < column <= len(row.cells) else ""


def with_suggestions(read: ReadFile, mapping: ImportMapping) -> ImportMapping:
    """The mapping with every row that has none given the practice that its identifiers name first."""
    rows = dict(mapping.rows)
    for number, named in rows_named(read, mapping.edition_name).items():
        if str(number) not in rows:
            rows[str(number)] = RowMapping(practice=named[0])
    return msgspec.structs.replace(mapping, rows=rows)


def validate_mapping(read: ReadFile, mapping: ImportMapping, today: date) -> list[str]:
    """What keeps a mapping from being recorded, as sentences; none if it can be."""
    return list(_faults(read, mapping, today))


def _faults(read: ReadFile, mapping: ImportMapping, today: date) -> Iterator[str]:
    known, numbers = load_practices().asked, {str(row.number) for row in read.rows}
    for number, row in mapping.rows.items():
        if number not in numbers:
            yield f"There is no row {number}."
        if row.practice not in known:
            yield f"Row {number}: there is no practice {row.practice!r}."
    if not mapping.rows:
        yield "No row was given a practice yet."
    if mapping.as_of is None:
        yield "Say of which day the file speaks."
    elif mapping.as_of > today:
        yield "The day of which the file speaks lies in the future."
    if mapping.status_column is not None and mapping.status_column > len(read.columns):
        yield f"There is no column {mapping.status_column}."
    if mapping.rows and mapping.status_column is None and not any(row.shows for row in mapping.rows.values()):
        yield "Choose the column of statuses, or say which rows show a practice at work: otherwise nothing is said."


def plan_of(read: ReadFile, mapping: ImportMapping, source: str) -> Plan:
    """What recording the mapping would write; ``source`` names the file and its entry."""
    assigned = [(row, mapping.rows[str(row.number)]) for row in read.rows if str(row.number) in mapping.rows]
    by_practice: dict[str, list[tuple[Row, Answer]]] = {}
    for row, told in assigned:
        answer = _answer_of(row, mapping)
        if answer is not None:
            by_practice.setdefault(told.practice, []).append((row, answer))
    return Plan(
        answers=tuple(
            PlannedAnswer(practice, _together([answer for _, answer in rows]), _note(rows, mapping, source))
            for practice, rows in by_practice.items()
        ),
        evidence=tuple(PlannedEvidence(told.practice, row) for row, told in assigned if told.shows),
        assigned=len(assigned),
        left=len(read.rows) - len(assigned),
    )


def _answer_of(row: Row, mapping: ImportMapping) -> Answer | None:
    if mapping.status_column is None:
        return None
    return mapping.statuses.get(status_of_row(row, mapping.status_column))


def _together(answers: Sequence[Answer]) -> Answer:
    """One answer for rows of one practice: theirs where they agree, otherwise *partly*."""
    return answers[0] if len(set(answers)) == 1 else "partly"


def _note(rows: Sequence[tuple[Row, Answer]], mapping: ImportMapping, source: str) -> str:
    lines = [f"From {source}:"]
    for row, _ in rows:
        status = status_of_row(row, mapping.status_column or 0)
        text = row.text[:200]
        lines.append(f"{row.place}: {text}" if status in text else f"{row.place}: {text} ({status})")
    note = "\n".join(lines)
    return note if len(note) <= NOTE_CHARACTERS else f"{note[:NOTE_CHARACTERS]}\n... and more rows of the file."
