"""One incident on one sheet: its number, what to do next, whom to tell by when, whom to call. For when screens fail."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import zip_longest

from msgspec import Struct

from charteroak.documents.after_action import EXERCISE_BANNER
from charteroak.documents.blocks import AnyBlock, Blank, Column, Document, Items, Note, Strong, Table, Text, Texts
from charteroak.documents.showable_text import showable_line
from charteroak.documents.wording import moment

TASKS_SHOWN, LIMITS_SHOWN, PEOPLE_SHOWN, NEVER_SHOWN = 6, 3, 6, 2
"""What one sheet holds."""
_TEXT_CHARACTERS = 120
_NAME_CHARACTERS = 28


class CardTask(Struct, frozen=True, kw_only=True):
    """A thing to do, with its clock time."""

    due: str
    who: str
    text: str


class CardLimit(Struct, frozen=True, kw_only=True):
    """Somebody who must be told: the law's own words first, then its outer limit."""

    to: str
    standard: str
    limit: str


class CardPerson(Struct, frozen=True, kw_only=True):
    """Whom to call; without a number there is a blank to write on."""

    title: str
    name: str = ""
    phone: str = ""


class IncidentCard(Struct, frozen=True, kw_only=True):
    """Everything that the sheet says."""

    number: str
    title: str
    organisation: str
    level: str
    noticed: str
    tasks: tuple[CardTask, ...]
    more_tasks: int
    limits: tuple[CardLimit, ...]
    more_limits: int
    people: tuple[CardPerson, ...]
    never: tuple[str, ...]
    made: datetime
    is_exercise: bool = False


def render_incident_card(card: IncidentCard) -> bytes:
    """The PDF.

    Raises:
        InputError: there is more than one document may hold.
        DocumentNotMadeError: the typesetter refused.
    """
    from charteroak.documents.typesetting import render_document  # noqa: PLC0415 - Typst is heavy and rarely needed

    return render_document(incident_card_pages(card))


def incident_card_pages(card: IncidentCard) -> Document:
    """The sheet as blocks."""
    return Document(
        title=f"{card.number}: {_line(card.title, 60)}",
        subtitle=f"{_line(card.organisation)}. {card.level}. Noticed {card.noticed}",
        running=card.number,
        dated=card.made,
        footer=f"As of {moment(card.made)}. No legal advice; what a law limits, counsel confirms",
        banner=EXERCISE_BANNER if card.is_exercise else "",
        body=tuple(_blocks(card)),
    )


def _blocks(card: IncidentCard) -> Iterator[AnyBlock]:
    more = f"; {card.more_tasks} more are on the list" if card.more_tasks else ""
    yield Table(
        f"What to do, in this order{more}",
        (Column("By", 1.35), Column("Who", 1.35), Column("What", 3.8)),
        tuple(((each.due,), (_line(each.who, _NAME_CHARACTERS),), (_line(each.text),)) for each in card.tasks),
        empty="Nothing is open",
    )
    if card.never:
        yield Note("Do not", (" ".join(_line(each) for each in card.never),))
    left = f"; {card.more_limits} more are open" if card.more_limits else ""
    yield Table(
        f"Whom to tell{left}",
        (Column("Who", 1.5), Column("The law says", 2.0), Column("Outer limit", 1.3)),
        tuple(((each.to,), (Strong(each.standard),), (each.limit,)) for each in card.limits),
        empty="No duty is known to be open",
    )
    yield Table(
        "Whom to call",
        (Column("Who", 1.3), Column("Name and number", 1.7), Column("Who else", 1.3), Column("Name and number", 1.7)),
        tuple(_in_two(card.people)),
        empty="nobody",
    )
    yield Items((("Write down who did what and when. It goes into the timeline later.",),))


def _in_two(people: Sequence[CardPerson]) -> Iterator[tuple[Texts, ...]]:
    """Two people on each line, so that the card stays one sheet."""
    for left, right in zip_longest(people[::2], people[1::2]):
        yield (*_person(left), *(_person(right) if right is not None else (("",), ("",))))


def _person(person: CardPerson) -> tuple[Texts, Texts]:
    known = ", ".join(_line(part, _NAME_CHARACTERS) for part in (person.name, person.phone) if part)
    text: Text = known or Blank("name and telephone")
    return (person.title,), (text,)


def _line(text: str, most: int = _TEXT_CHARACTERS) -> str:
    """One line of at most so many letters: a sheet has an end."""
    line = showable_line(" ".join(text.split()))
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
