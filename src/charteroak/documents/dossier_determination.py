"""The determination as people read it: each element with its answer, at both ends, and what changed in between."""

from collections.abc import Iterator

from charteroak.documents.blocks import Answer, AnyBlock, Heading, Items, paragraph
from charteroak.documents.dossier_document import DossierDocument, ElementAnswer, ElementChange, ElementRow
from charteroak.documents.wording import STATUS_WORDS, short_day, terms, without_pointers

_HOW_TO_READ = (
    "The act asks each question below; each has to be answered with yes for its bar to apply. Met: the record supports "
    "it. Not met: the record speaks against it. Uncertain: a fact is missing or contradicts another. For counsel: the "
    "law is open, or judgment is needed. The answer for the interval is the worst of its days. An exhibit names an "
    "entry of the log. A person is named by the first digits of an identifier, of which the entry has all."
)


def determination_blocks(document: DossierDocument) -> Iterator[AnyBlock]:
    """A heading, how to read what follows, and an answer for each element."""
    yield Heading("Determination")
    yield paragraph(_HOW_TO_READ)
    if document.statute.protects:
        yield paragraph(document.statute.protects)
    for element in document.elements:
        yield _answer(element, document)
    yield Heading("What the other side may point to", level=2)
    if not document.contrary:
        yield paragraph("Nothing of that kind is on record. That is no finding that there is nothing.")
        return
    yield paragraph("Entries of the record itself. Whether any of them amounts to anything is for the court.")
    yield Items(
        tuple(
            (f"{row.what}: since {short_day(row.since)}, {row.days} days ({', '.join(map(_exhibit, row.entries))}).",)
            for row in document.contrary
        )
    )


def _answer(element: ElementRow, document: DossierDocument) -> Answer:
    whole = element.whole
    return Answer(
        name=element.id,
        question=element.question,
        status=whole.status,
        word=f"{STATUS_WORDS[whole.status]}{', assumed' if element.assumed else ''}",
        terms=terms(
            ("Why", without_pointers(whole.reason)),
            (f"On {short_day(document.interval.first)}", _endpoint(element.at_first, whole)),
            *((f"From {short_day(change.day)}", _change(change)) for change in element.changes),
            (f"On {short_day(document.interval.last)}", _endpoint(element.at_last, whole)),
            ("Exhibits", "; ".join(_exhibit(exhibit) for exhibit in whole.exhibits)),
            ("Law", element.citation),
            ("Would change it", " ".join(element.would_change)),
        ),
    )


def _change(change: ElementChange) -> str:
    after, before = STATUS_WORDS[change.after], STATUS_WORDS[change.before].lower()
    return f"{after}, before that {before}. {without_pointers(change.reason)}"


def _endpoint(answer: ElementAnswer, whole: ElementAnswer) -> str:
    """The answer of one day; its reason only where that is another."""
    word = STATUS_WORDS[answer.status]
    if answer.reason == whole.reason:
        return f"{word}, for the same reason." if answer.reason else f"{word}."
    return f"{word}. {without_pointers(answer.reason)}"


def _exhibit(exhibit: str) -> str:
    kind, colon, number = exhibit.partition(":")
    return f"entry {number}" if (kind, colon) == ("entry", ":") and number.isdecimal() else exhibit
