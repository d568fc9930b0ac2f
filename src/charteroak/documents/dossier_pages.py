"""The human part of a dossier: a first page that could be the only one read, then the parts that it rests on."""

from collections.abc import Iterator

from charteroak.documents.blocks import (
    AnyBlock,
    Document,
    Heading,
    Items,
    Mono,
    Note,
    PageBreak,
    Strong,
    Terms,
    paragraph,
)
from charteroak.documents.dossier_determination import determination_blocks
from charteroak.documents.dossier_document import DossierDocument, ElementRow
from charteroak.documents.dossier_record import record_blocks
from charteroak.documents.dossier_timeline import timeline_blocks
from charteroak.documents.wording import NOT_LEGAL_ADVICE, OUTCOME_WORDS, count, day, moment, short_day, terms

_CLAIM = (
    "The log's key signed exactly these entries, in this order, and nothing in this folder has changed since. Each "
    "entry has two times: when something was so, and when it was recorded. This document says, element by element, "
    "what the record supported and what it did not."
)
_NOT_SHOWN = (
    "Digests, signatures and time-stamps show that a record is unchanged and since when, never that it is true: that "
    "needs people who saw it and copies that others hold. Times of recording are of the installation's own clock. What "
    "was recorded after the last outside anchor could have been made anew by whoever held the log's key."
)
FICTION = "MADE-UP SAMPLE ORGANIZATION. NOTHING IN THIS DOCUMENT HAPPENED."


def render_dossier(document: DossierDocument) -> bytes:
    """The PDF. The same document gives the same bytes.

    Raises:
        InputError: there is more than one document may hold.
        DocumentNotMadeError: the typesetter refused.
    """
    from charteroak.documents.typesetting import render_document  # noqa: PLC0415 - Typst is heavy and rarely needed

    return render_document(dossier_pages(document))


def dossier_pages(document: DossierDocument) -> Document:
    """The document as blocks."""
    interval = document.interval
    return Document(
        title=f"Dossier of {document.organisation.name}",
        subtitle=f"The record over the breach interval, {day(interval.first)} to {day(interval.last)}",
        dated=interval.known_at,
        running=f"Dossier, {short_day(interval.first)} to {short_day(interval.last)}, {document.organisation.name}",
        footer=footer_of(document),
        banner=FICTION if document.organisation.is_fictional else "",
        body=tuple(_blocks(document)),
    )


def footer_of(document: DossierDocument) -> str:
    """Which record this is: the log, its size and its root."""
    record = document.record
    return f"Root {record.root[:16]}, {count(record.size, 'entry', 'entries')} of the log {record.origin}"


def _blocks(document: DossierDocument) -> Iterator[AnyBlock]:
    yield from _first_page(document)
    yield PageBreak()
    yield from determination_blocks(document)
    yield from timeline_blocks(document)
    yield from record_blocks(document)


def _first_page(document: DossierDocument) -> Iterator[AnyBlock]:
    interval, record = document.interval, document.record
    days = count((interval.last - interval.first).days + 1, "day")
    yield Terms(
        terms(
            ("Outcome", (Strong(f"{_sentence(OUTCOME_WORDS[document.outcome])}"),)),
            ("In numbers", _tally(document.elements)),
            ("At the breach", _other_reading(document)),
            (
                "Interval",
                f"{day(interval.first)} to {day(interval.last)}, {days}, both included. {interval.note}".strip(),
            ),
            ("Known at", f"{moment(interval.known_at)}. The answers rest on nothing recorded after it."),
            ("Law", f"{_law(document)}, read on {day(document.statute.reviewed_on)}"),
            ("Record", f"{count(record.size, 'entry', 'entries')} of the log {record.origin}"),
            ("Root hash", (Mono(record.root),)),
            ("Outside anchor", record.last_anchor or "None. See below what that means."),
            ("Late", _late(len(document.late))),
            ("Withheld", _withheld(len(document.withheld))),
            ("Made by", record.software),
        )
    )
    yield Heading("What is claimed")
    yield paragraph(_CLAIM)
    yield Heading("How to check it")
    yield Items(
        (
            (
                "Compare the SHA-256 of ",
                Mono("MANIFEST.sha256"),
                " and ",
                Mono("verify.sh"),
                ", and the log's key, with those that you were given apart from this folder.",
            ),
            (
                "Run ",
                Mono("sh verify.sh"),
                " in the folder, or follow ",
                Mono("VERIFY.md"),
                " by hand, with public tools.",
            ),
            ("Open any entry that this document names: its header, body and proof stand in the folder by number.",),
        ),
        ordered=True,
    )
    yield Heading("What it does not show")
    yield paragraph(_NOT_SHOWN)
    yield Note("Not legal advice.", (NOT_LEGAL_ADVICE,))


def _law(document: DossierDocument) -> str:
    """Name and citation, each once."""
    name, citation = document.statute.name, document.statute.citation
    return name if citation in name else f"{name}, {citation}"


def _tally(elements: tuple[ElementRow, ...]) -> str:
    """``9 met, 2 uncertain (E7, E8)``: only what is not met is named."""
    parts = []
    for status, words in (
        ("met", "met"),
        ("not-met", "not met"),
        ("uncertain", "uncertain"),
        ("counsel", "for counsel"),
    ):
        names = [element.id for element in elements if element.whole.status == status and not element.assumed]
        if names:
            parts.append(f"{len(names)} {words}" + ("" if status == "met" else f" ({', '.join(names)})"))
    assumed = sum(element.assumed for element in elements)
    if assumed:
        parts.append(f"{assumed} assumed")
    return f"Of {count(len(elements), 'element')}: {', '.join(parts)}." if parts else ""


def _other_reading(document: DossierDocument) -> str:
    words = OUTCOME_WORDS[document.outcome_at_breach]
    same = "The same: " if document.outcome == document.outcome_at_breach else ""
    return _sentence(f"{same}{words}, with conformity asked for on {day(document.interval.first)} alone")


def _late(number: int) -> str:
    if number == 0:
        return "No entry about the interval or before was recorded after it."
    verb = "was" if number == 1 else "were"
    return f"{count(number, 'entry', 'entries')} about the interval or before {verb} recorded after it; each is named."


def _withheld(number: int) -> str:
    return "Nothing." if number == 0 else f"{count(number, 'part')} of the record; each is named with the reason."


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
