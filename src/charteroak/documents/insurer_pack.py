"""The same record in the shape in which an insurance application asks: question, answer, since when, what shows it.

The questions are our own words; no insurer's form is copied. An answer says what the record holds, never more.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal, TypeAlias

from charteroak.documents.blocks import (
    AnyBlock,
    Column,
    Document,
    Heading,
    Mono,
    Note,
    Strong,
    Table,
    Terms,
    Text,
    Texts,
    paragraph,
)
from charteroak.documents.dossier_document import Part, RecordState, Subject
from charteroak.documents.wording import count, day, entries, joined, moment, short_day, terms, when

InsurerAnswer: TypeAlias = Literal["yes", "partly", "no", "not-on-record"]
ANSWER_WORDS = {"yes": "Yes", "partly": "Partly", "no": "No", "not-on-record": "Not on record"}
_HOW_TO_READ = (
    "Yes: the record holds a current answer, and something that shows it. Partly: it holds one and names what is "
    "missing. No: it says that this is not done. Not on record: nobody recorded an answer; that is no yes. Age is "
    "counted from the newest item that shows it."
)


class InsurerRow(Part, frozen=True, kw_only=True):
    """One question with what the record holds."""

    number: int
    question: str
    answer: InsurerAnswer
    since: date | None = None
    practices: tuple[str, ...] = ()
    """Identifiers; they are for programs and stand in no printed row."""
    newest: str = ""
    """The title of the newest item that shows it."""
    sha256: str = ""
    age_days: int | None = None
    entries: tuple[int, ...] = ()


class InsurerDocument(Part, frozen=True, kw_only=True):
    """Everything that the pack's PDF says."""

    organisation: Subject
    as_of: date
    known_at: datetime
    rows: tuple[InsurerRow, ...]
    record: RecordState
    note: str = ""
    """What the reader should know of these answers, in a sentence or two."""


def render_insurer(document: InsurerDocument) -> bytes:
    """The PDF. The same document gives the same bytes.

    Raises:
        InputError: there is more than one document may hold.
        DocumentNotMadeError: the typesetter refused.
    """
    from charteroak.documents.typesetting import render_document  # noqa: PLC0415 - Typst is heavy and rarely needed

    return render_document(insurer_pages(document))


def insurer_pages(document: InsurerDocument) -> Document:
    """The pack as blocks."""
    record = document.record
    return Document(
        title=f"Security answers of {document.organisation.name}",
        subtitle=f"For an insurance application, as of {day(document.as_of)}",
        dated=document.known_at,
        running=f"Security answers, as of {short_day(document.as_of)}, {document.organisation.name}",
        footer=f"Root {record.root[:16]}, {count(record.size, 'entry', 'entries')} of the log {record.origin}",
        banner="MADE-UP SAMPLE: NOTHING IN IT HAPPENED" if document.organisation.is_fictional else "",
        body=tuple(_blocks(document)),
    )


def _blocks(document: InsurerDocument) -> Iterator[AnyBlock]:
    record = document.record
    yield Terms(
        terms(
            ("In numbers", (Strong(_tally(document.rows)),)),
            ("As of", f"{day(document.as_of)}, with what had been recorded by {moment(document.known_at)}"),
            ("Record", f"{count(record.size, 'entry', 'entries')} of the log {record.origin}"),
            ("Root hash", (Mono(record.root),)),
            ("Outside anchor", record.last_anchor or "None."),
            ("Made by", record.software),
        )
    )
    yield Heading("How to read the answers")
    yield paragraph(_HOW_TO_READ)
    if document.note:
        yield paragraph(document.note)
    yield Heading("Questions and answers")
    yield Table(
        "What is asked, and what the record holds",
        (
            Column("Question", 2.8),
            Column("Answer", 1),
            Column("Since", 1.1),
            Column("Newest item that shows it", 2.4),
            Column("Age", 0.8),
        ),
        tuple(_row(row) for row in document.rows),
        "No question was asked.",
    )
    yield Note(
        "No warranty, no certificate.",
        (
            (
                "This says what a record holds. It is no statement that a framework is met, no promise, and no legal "
                "advice. Whoever signs an application answers for it: read each row against the entries it names."
            ),
        ),
    )


def _row(row: InsurerRow) -> tuple[Texts, ...]:
    digest: tuple[Text, ...] = (" ", Mono(row.sha256[:12])) if row.sha256 else ()
    return (
        (Strong(f"{row.number}. "), row.question),
        (ANSWER_WORDS[row.answer],),
        (when(row.since) or "not on record",),
        (joined(row.newest or "nothing", entries(row.entries), by="; "), *digest),
        ("" if row.age_days is None else count(row.age_days, "day"),),
    )


def _tally(rows: tuple[InsurerRow, ...]) -> str:
    parts = []
    for answer, words in ANSWER_WORDS.items():
        number = sum(row.answer == answer for row in rows)
        if number:
            parts.append(f"{number} {words.lower()}")
    return f"Of {count(len(rows), 'question')}: {', '.join(parts) or 'none answered'}."
