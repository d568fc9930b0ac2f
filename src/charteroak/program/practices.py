"""The common practices and the questions that one framework alone asks: what to do, why, what would show it.

A practice is answered once, with evidence, and counts wherever it honestly can. Which requirements it has a part in
stands apart, in ``charteroak.program.links``. A framework-only question is answered and evidenced like a practice; it
asks for what no other framework shares, such as a scope, a value of one's own, or how often.
"""

import functools
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from importlib.resources import files
from itertools import chain
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from charteroak.program.bodies import Line, PracticeId
from charteroak.program.errors import PracticeFileError, QuestionError
from charteroak.program.links import Link, LinkRelation

__all__ = [
    "Cost",
    "Effort",
    "Link",
    "LinkRelation",
    "Practice",
    "PracticeSet",
    "SafeguardKind",
    "Theme",
    "load_practices",
]

Content = TypeVar("Content")


class SafeguardKind(StrEnum):
    """The three kinds of safeguard that the act names (element E9)."""

    ADMINISTRATIVE = "administrative"
    TECHNICAL = "technical"
    PHYSICAL = "physical"


class Effort(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hours of work in the first year, in an organization of about 25 people."""

    low: Annotated[int, Meta(ge=0)] = 0
    high: Annotated[int, Meta(ge=0)] = 0


class Cost(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Dollars in the first year beyond that work, in an organization of about 25 people; whose estimate it is."""

    low: Annotated[int, Meta(ge=0)] = 0
    high: Annotated[int, Meta(ge=0)] = 0
    source: Line = "our estimate"
    as_of: date = date(2026, 11, 22)


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
    links: tuple[Link, ...] = ()
    """Of a practice made elsewhere; what the shipped ones have a part in stands in ``charteroak.program.links``."""
    theme: str = ""
    framework: str = ""
    """Of a framework-only question, the framework that alone asks it."""
    effort_hours: Effort = Effort()
    cost: Cost = Cost()
    needs: tuple[PracticeId, ...] = ()
    """Practices that should stand first."""

    @property
    def is_question(self) -> bool:
        """Whether one framework alone asks it."""
        return bool(self.framework)


class Theme(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A group of practices, in the words of a small town or shop."""

    id: PracticeId
    title: Line
    about: Line


class PracticeSet(msgspec.Struct, frozen=True, kw_only=True):
    """The practices of this release, who reviewed them, and when."""

    reviewer: str
    reviewed: date
    by_id: Mapping[str, Practice]
    """The common practices, by theme."""
    questions: Mapping[str, Practice] = msgspec.field(default_factory=dict)
    """What one framework alone asks."""
    themes: Mapping[str, Theme] = msgspec.field(default_factory=dict)
    """In the order in which they should be read."""
    starting: tuple[str, ...] = ()
    """Where everyone starts; what a program promises whose adoption names no practices."""

    @property
    def asked(self) -> Mapping[str, Practice]:
        """Everything that can be answered: the practices, then the framework-only questions."""
        return {**self.by_id, **self.questions}

    @property
    def promised_without_list(self) -> tuple[str, ...]:
        """What a program promises whose adoption names no practices; all of a set that has no starting ones."""
        return self.starting or tuple(self.by_id)

    def of_theme(self, theme: str) -> tuple[Practice, ...]:
        """The practices of one theme."""
        return tuple(practice for practice in self.by_id.values() if practice.theme == theme)

    def practice(self, identifier: str) -> Practice:
        """The practice or framework-only question with this identifier.

        Raises:
            QuestionError: there is none.
        """
        found = self.by_id.get(identifier) or self.questions.get(identifier)
        if found is None:
            raise QuestionError(f"There is no practice {identifier!r}.", remedy=_remedy(identifier, self.asked))
        return found


class _SetFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    reviewer: Line
    reviewed: date
    starting: tuple[PracticeId, ...]
    themes: tuple[Theme, ...]


class _ThemeFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    practices: tuple[Practice, ...]


class _QuestionsFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    questions: tuple[Practice, ...]


@functools.cache
def load_practices() -> PracticeSet:
    """The practices and the framework-only questions that come with this release.

    Raises:
        PracticeFileError: a file of them cannot be read, names one twice, or speaks of one that there is not.
    """
    head = _read("practices.toml", _SetFile)
    themed = {theme.id: _read(f"practices/{theme.id}.toml", _ThemeFile).practices for theme in head.themes}
    practices = _by_id(chain.from_iterable(_placed(each, theme) for theme, each in themed.items()))
    questions = _by_id(_read("framework_questions.toml", _QuestionsFile).questions)
    loaded = PracticeSet(
        reviewer=head.reviewer,
        reviewed=head.reviewed,
        by_id=practices,
        questions=questions,
        themes={theme.id: theme for theme in head.themes},
        starting=head.starting,
    )
    _check(loaded)
    return loaded


def _read(name: str, shape: type[Content]) -> Content:
    file = files("charteroak.program").joinpath("data", *name.split("/"))
    try:
        content: Any = tomllib.loads(file.read_text(encoding="utf-8"))
        return msgspec.convert(content, shape)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise PracticeFileError(f"{name} cannot be read: {error}", remedy="Mend the file of practices.") from error


def _placed(practices: Iterable[Practice], theme: str) -> Iterable[Practice]:
    return (msgspec.structs.replace(practice, theme=theme) for practice in practices)


def _by_id(practices: Iterable[Practice]) -> dict[str, Practice]:
    found: dict[str, Practice] = {}
    for practice in practices:
        if practice.id in found:
            raise PracticeFileError(f"{practice.id!r} stands twice.", remedy="Give one of them another identifier.")
        found[practice.id] = practice
    return found


def _check(loaded: PracticeSet) -> None:
    both = loaded.by_id.keys() & loaded.questions.keys()
    if both:
        raise PracticeFileError(f"{min(both)!r} is a practice and a question.", remedy="Rename the question.")
    named = {*loaded.starting, *(need for practice in loaded.asked.values() for need in practice.needs)}
    unknown = named - loaded.by_id.keys()
    if unknown:
        raise PracticeFileError(f"There is no practice {min(unknown)!r} to start with.", remedy="Name one that is.")
    bare = [question.id for question in loaded.questions.values() if not question.is_question]
    if bare:
        raise PracticeFileError(f"{bare[0]!r} names no framework.", remedy="Say which framework alone asks it.")


def _remedy(identifier: str, asked: Mapping[str, Practice]) -> str:
    first = identifier.partition("-")[0]
    near = [each for each in asked if first and first in each][:5] or list(asked)[:3]
    return f"There are {len(asked)}, such as {', '.join(near)}; `charteroak program status` lists them."
