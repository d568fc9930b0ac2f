"""The common practices: what to do, why, what would show it, and which requirements it has a part in.

A practice is answered once, with evidence, and counts wherever it honestly can. Its links are ours, at the strength
they state; none of them is taken from a crosswalk.
"""

import functools
import tomllib
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from importlib.resources import files
from typing import Annotated

import msgspec
from msgspec import Meta

from charteroak.program.bodies import Line, PracticeId
from charteroak.program.errors import QuestionError


class SafeguardKind(StrEnum):
    """The three kinds of safeguard that the act names (element E9)."""

    ADMINISTRATIVE = "administrative"
    TECHNICAL = "technical"
    PHYSICAL = "physical"


class LinkRelation(StrEnum):
    """How much of a requirement a practice does."""

    SATISFIES = "satisfies"
    """All of it."""
    CONTRIBUTES = "contributes"
    """A part of it."""
    RELATED = "related"
    """It bears on it and shows nothing by itself."""


class Link(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A practice's part in one requirement of one edition."""

    framework: Line
    edition: Line
    id: Line
    relation: LinkRelation


class Practice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One practice, in words for people who are no specialists."""

    id: PracticeId
    title: Line
    kind: SafeguardKind
    question: Line
    do: str
    why: str
    shows: Annotated[tuple[str, ...], Meta(min_length=1)]
    small_way: str
    freshness_days: Annotated[int, Meta(ge=1)]
    operations: tuple[str, ...] = ()
    links: Annotated[tuple[Link, ...], Meta(min_length=1)]


class _PracticesFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    reviewer: Line
    reviewed: date
    practices: tuple[Practice, ...]


class PracticeSet(msgspec.Struct, frozen=True, kw_only=True):
    """The practices of this release, who reviewed them, and when."""

    reviewer: str
    reviewed: date
    by_id: Mapping[str, Practice]

    def practice(self, identifier: str) -> Practice:
        """The practice with this identifier.

        Raises:
            QuestionError: there is none.
        """
        try:
            return self.by_id[identifier]
        except KeyError as error:
            raise QuestionError(
                f"There is no practice {identifier!r}.", remedy=f"There are: {', '.join(self.by_id)}."
            ) from error


@functools.cache
def load_practices() -> PracticeSet:
    """The practices that come with this release."""
    text = (files("charteroak.program") / "data" / "practices.toml").read_text(encoding="utf-8")
    content = msgspec.convert(tomllib.loads(text), _PracticesFile)
    return PracticeSet(
        reviewer=content.reviewer,
        reviewed=content.reviewed,
        by_id={practice.id: practice for practice in content.practices},
    )
