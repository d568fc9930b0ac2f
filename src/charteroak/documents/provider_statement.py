"""A provider's statement of what it did for a client, as a printed document. It certifies nothing and nobody."""

from collections.abc import Iterator
from datetime import date, datetime

from charteroak.documents.blocks import AnyBlock, Column, Document, Heading, Items, Mono, Note, Table, Terms, paragraph
from charteroak.documents.dossier_document import Part
from charteroak.documents.wording import count, day, entries, moment, short_day, terms

NOT_A_CERTIFICATE = (
    "This says what a provider did, as the client's record shows it. It is no certificate: it does not say that the "
    "client meets a framework or a statute, nobody at the State of Connecticut has certified or endorsed it, and it is "
    "no legal advice."
)


class StatementRow(Part, frozen=True, kw_only=True):
    """Work of one kind, with the entries that show it."""

    title: str
    entries: tuple[int, ...]
    sha256: str


class StatementDocument(Part, frozen=True, kw_only=True):
    """Everything that the statement says."""

    provider: str
    client: str
    first: date
    last: date
    stated_by: str
    role: str
    stated: datetime
    origin: str
    """Of the client's log."""
    size: int
    root: str
    provider_keys: tuple[str, ...]
    rows: tuple[StatementRow, ...]
    is_fictional: bool


def render_statement(document: StatementDocument) -> bytes:
    """The PDF. The same document gives the same bytes.

    Raises:
        InputError: there is more than one document may hold.
        DocumentNotMadeError: the typesetter refused.
    """
    from charteroak.documents.typesetting import render_document  # noqa: PLC0415 - Typst is heavy and rarely needed

    return render_document(statement_pages(document))


def statement_pages(document: StatementDocument) -> Document:
    """The statement as blocks."""
    return Document(
        title=f"What {document.provider} did for {document.client}",
        subtitle=f"A provider's statement for {short_day(document.first)} to {short_day(document.last)}",
        dated=document.stated,
        running=f"Provider statement, {document.client}, {short_day(document.first)} to {short_day(document.last)}",
        footer=f"Root {document.root[:16]}, {count(document.size, 'entry', 'entries')} of the log {document.origin}",
        banner="MADE-UP SAMPLE: NOTHING IN IT HAPPENED" if document.is_fictional else "",
        body=tuple(_blocks(document)),
    )


def _blocks(document: StatementDocument) -> Iterator[AnyBlock]:
    yield Note("No certificate.", (NOT_A_CERTIFICATE,))
    yield Terms(
        terms(
            ("Provider", document.provider),
            ("Client", document.client),
            ("Period", f"{day(document.first)} to {day(document.last)}, both days included"),
            ("Stated by", f"{document.stated_by}, {document.role}"),
            ("Stated", moment(document.stated)),
            ("Client's record", f"{count(document.size, 'entry', 'entries')} of the log {document.origin}"),
            ("Root hash", (Mono(document.root),)),
        )
    )
    yield Heading("What the record shows")
    yield paragraph(
        "Entries of the client's own log that people of the provider recorded, about the period. Whether the work was "
        "enough, or good, an entry does not say."
    )
    yield Table(
        "Work, with the entries that show it",
        (Column("Work", 2.4), Column("Entries", 0.8), Column("Which", 2.2), Column("Digest of their leaves", 2)),
        tuple(
            ((row.title,), (str(len(row.entries)),), (entries(row.entries),), (Mono(row.sha256[:24]),))
            for row in document.rows
        ),
        "The client's record shows no work of this provider in the period.",
    )
    yield Heading("How to check it")
    yield Items(
        (
            ("The keys of the provider's own log sign the note beside this document. VERIFY.txt has the steps.",),
            ("A line of the note has the SHA-256 of this PDF.",),
            ("Each digest is made of the leaf hashes of the entries named; a dossier of the client proves them.",),
        ),
        ordered=True,
    )
    yield Terms(terms(*((f"Key {number}", (Mono(key),)) for number, key in enumerate(document.provider_keys, start=1))))
