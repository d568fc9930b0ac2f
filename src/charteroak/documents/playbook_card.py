"""A playbook on one sheet of paper, to hang where the machines are: it has to be readable when nothing else works."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import zip_longest

from msgspec import Struct

from charteroak.documents.blocks import Blank, Column, Document, Note, Strong, Table, Texts


class CardStep(Struct, frozen=True, kw_only=True):
    """A line of the card."""

    within: str
    who: str
    what: str
    text: str


class PlaybookCard(Struct, frozen=True, kw_only=True):
    """Everything that the card says. Names and numbers are blanks, for a card must not go stale in a data base."""

    title: str
    when: str
    first: str
    never: tuple[str, ...]
    keep: tuple[str, ...]
    steps: tuple[CardStep, ...]
    reviewed: datetime
    people: tuple[str, ...]
    """Whose telephone numbers belong on it."""


def render_card(card: PlaybookCard) -> bytes:
    """The PDF.

    Raises:
        InputError: there is more than one document may hold.
        DocumentNotMadeError: the typesetter refused.
    """
    from charteroak.documents.typesetting import render_document  # noqa: PLC0415 - Typst is heavy and rarely needed

    return render_document(card_pages(card))


def card_pages(card: PlaybookCard) -> Document:
    """The card as blocks."""
    return Document(
        title=card.title,
        subtitle=card.when,
        running=card.title,
        dated=card.reviewed,
        footer="Our advice in plain words; no law's text and no legal advice",
        body=(
            Note("First.", (Strong(card.first),)),
            Table(
                "What to do, counted from the moment you noticed",
                (Column("Within", 0.75), Column("Who", 1.15), Column("What", 4.6)),
                tuple(((step.within,), (step.who,), (Strong(f"{step.what}. "), step.text)) for step in card.steps),
                empty="nothing",
            ),
            Table(
                "What not to do, and what to keep",
                (Column("Do not", 1.0), Column("Keep as proof", 1.0)),
                tuple(((left,), (right,)) for left, right in zip_longest(card.never, card.keep, fillvalue="")),
                empty="nothing",
            ),
            Table(
                "Whom to call, by hand",
                (Column("Who", 1.4), Column("Number", 1.6), Column("Who else", 1.4), Column("Their number", 1.6)),
                tuple(_in_two(card.people)),
                empty="nobody",
            ),
        ),
    )


def _in_two(people: Sequence[str]) -> Iterator[tuple[Texts, ...]]:
    """Two people on each line, so that the card stays one sheet."""
    number: Texts = (Blank("telephone"),)
    for left, right in zip_longest(people[::2], people[1::2]):
        yield ((left,), number, *(((right,), number) if right is not None else (("",), ("",))))
