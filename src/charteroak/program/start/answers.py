"""What a person said in the guided start, section by section. A section nobody saved is ``None``.

Answers are kept as a draft until somebody finishes the start; they are no ledger entries. Every answer may be missing:
``None`` and an empty choice mean *not known* and never *no*.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta

from charteroak.program.bodies import Count, Line, OptionalLine, OrganisationKind, PracticeId, Text
from charteroak.program.errors import StartError

Ownership: TypeAlias = Literal["own", "others", "both"]
Runner: TypeAlias = Literal["us", "provider", "cloud", "none"]
"""Who runs a system: people of the organisation, an outside firm, an online service; or there is none."""
PracticeAnswer: TypeAlias = Literal["yes", "partly", "no", "unknown"]
Code = Annotated[str, Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*\\Z", max_length=64)]
"""An identifier of the start's vocabulary; one that this release does not know is passed over."""
Codes = Annotated[tuple[Code, ...], Meta(max_length=64)]
MOST_STORES = 40
"""More places than a small organisation tells apart; the rest belongs into an inventory."""


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """A part of the answers that is saved at once."""


class About(Section, frozen=True, kw_only=True):
    """What kind of organisation it is."""

    kind: OrganisationKind
    people: Count | None = None
    sector: Code | None = None
    towns: OptionalLine = ""


class Obligations(Section, frozen=True, kw_only=True):
    """Who regulates it, with whom it has contracts, and whether it takes cards."""

    regulated: Codes = ()
    """Empty: nobody said. ``none`` alone: none of them."""
    contracts: Codes = ()
    takes_cards: bool | None = None


class Store(Section, frozen=True, kw_only=True):
    """One place where information about people is kept."""

    place: Line
    kinds: Codes = ()
    people: Count | None = None
    unreadable: bool | None = None
    """Encrypted, redacted or otherwise unreadable to whoever takes it."""
    owned: Ownership | None = None


class Systems(Section, frozen=True, kw_only=True):
    """Who runs which kind of system, and what the firms and services are called."""

    runs: dict[Code, Runner | None] = {}
    firms: OptionalLine = ""


class People(Section, frozen=True, kw_only=True):
    """Who leads, who approves, and who helps from outside."""

    leads: OptionalLine = ""
    approves: OptionalLine = ""
    provider: OptionalLine = ""
    counsel: OptionalLine = ""
    insurer: OptionalLine = ""


class Choice(Section, frozen=True, kw_only=True):
    """The framework that the person means to aim for. An intent, never conformity."""

    framework: Line
    edition: Line
    proposed: Line
    """The framework that was proposed to them."""
    reason: Text = ""


class FirstAnswer(Section, frozen=True, kw_only=True):
    """The answer to one of the first practices."""

    answer: PracticeAnswer
    note: Text = ""


class StartAnswers(Section, frozen=True, kw_only=True):
    """Everything said so far."""

    about: About | None = None
    obligations: Obligations | None = None
    stores: Annotated[tuple[Store, ...], Meta(max_length=MOST_STORES)] = ()
    stores_complete: bool = False
    """The person said that these are all the stores they can think of."""
    systems: Systems | None = None
    people: People | None = None
    choice: Choice | None = None
    practices: dict[PracticeId, FirstAnswer] = {}


def parse_answers(document: Mapping[str, Any]) -> StartAnswers:
    """The answers from their JSON values.

    Raises:
        StartError: they do not have the form of answers.
    """
    try:
        return msgspec.convert(document, StartAnswers)
    except msgspec.ValidationError as error:
        raise StartError(
            f"The answers of the start cannot be read: {error}.", remedy="Begin the start again."
        ) from error


def answers_document(answers: StartAnswers) -> dict[str, Any]:
    """The answers as JSON values."""
    return msgspec.json.decode(msgspec.json.encode(answers), type=dict[str, Any])
