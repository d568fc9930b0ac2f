"""Which practices and framework-only questions each requirement of an edition reaches, and at which strength.

This is a report on our own links, not on anybody's record: it shows what an answer could bear on, and where nothing
could. A requirement whose companion gives objectives is looked at objective by objective.
"""

import functools
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from charteroak.frameworks.catalog import Control, EditionName, carried_editions
from charteroak.program.links import (
    EditionLinks,
    LinkRelation,
    PracticeLink,
    edition_links,
    linked_editions,
    shipped_links,
)
from charteroak.program.objectives import objectives_of, outline_of
from charteroak.program.practices import Practice, load_practices


class Reached(StrEnum):
    """What a requirement reaches at best, from strongest to weakest."""

    SATISFIED_BY_PRACTICE = "practice-satisfies"
    """A practice is linked as doing all of it."""
    PRACTICE = "practice-contributes"
    """A practice does a part of it."""
    QUESTION = "question-only"
    """No practice does a part of it; a question that only this framework asks does."""
    RELATED = "related-only"
    """Practices or questions bear on it and could show nothing."""
    NOTHING = "nothing"
    """Nothing is linked to it."""


@dataclass(frozen=True, slots=True)
class ReachedRequirement:
    """One requirement with everything that is linked to it."""

    control: Control
    group: Control
    practices: tuple[PracticeLink, ...]
    questions: tuple[PracticeLink, ...]
    objectives: int
    """How many objectives its companion gives; none where it is asked about as a whole."""
    objectives_without: tuple[str, ...]
    """Those of them that nothing is linked to."""

    @property
    def reached(self) -> Reached:
        """What it reaches at best."""
        relations = {link.relation for link in self.practices}
        if LinkRelation.SATISFIES in relations:
            return Reached.SATISFIED_BY_PRACTICE
        if LinkRelation.CONTRIBUTES in relations:
            return Reached.PRACTICE
        if any(link.shows for link in self.questions):
            return Reached.QUESTION
        return Reached.RELATED if self.practices or self.questions else Reached.NOTHING

    @property
    def is_carried(self) -> bool:
        """Whether an answer can show something about it, objective by objective."""
        return self.reached not in {Reached.RELATED, Reached.NOTHING} and not self.objectives_without


@dataclass(frozen=True)
class EditionReach:
    """The requirements of an edition, or the objectives of a companion, with what is linked to each."""

    name: EditionName
    requirements: tuple[ReachedRequirement, ...]
    links: EditionLinks

    @property
    def reviewer(self) -> str:
        """Who set the links."""
        return self.links.reviewer

    @property
    def reviewed(self) -> date | None:
        """When they were last looked at."""
        return self.links.reviewed

    @cached_property
    def counts(self) -> Counter[Reached]:
        """How many requirements reach what at best."""
        return Counter(each.reached for each in self.requirements)

    @cached_property
    def not_carried(self) -> tuple[ReachedRequirement, ...]:
        """Those about which no answer could show anything, in whole or for one objective."""
        return tuple(each for each in self.requirements if not each.is_carried)

    @cached_property
    def practices(self) -> int:
        """How many practices have a part in the edition."""
        return len({link.practice for each in self.requirements for link in each.practices if link.shows})

    @cached_property
    def questions(self) -> int:
        """How many framework-only questions do."""
        return len({link.practice for each in self.requirements for link in each.questions if link.shows})


def edition_reach(name: EditionName, asked: Mapping[str, Practice]) -> EditionReach:
    """What every requirement of an edition reaches among what is asked.

    Raises:
        UnknownFrameworkError: no catalog of the edition is carried.
        LinkError: its file of links cannot be used.
    """
    links = edition_links(name, asked)
    outline = outline_of(name)
    objectives = objectives_of(name)
    below = None if objectives is None else edition_links(objectives.name, asked)
    found = []
    for leaf in outline.leaves:
        own = links.of(leaf.id)
        parts = () if objectives is None else objectives.by_requirement.get(leaf.id, ())
        found.append(
            ReachedRequirement(
                control=leaf,
                group=outline.groups[leaf.id],
                practices=tuple(link for link in own if not asked[link.practice].is_question),
                questions=tuple(link for link in own if asked[link.practice].is_question),
                objectives=len(parts),
                objectives_without=() if below is None else tuple(p for p in parts if not _shows(below.of(p))),
            )
        )
    return EditionReach(name, tuple(found), links)


@functools.cache
def parts_of_practices() -> Mapping[str, Mapping[EditionName, tuple[tuple[str, LinkRelation], ...]]]:
    """By practice and edition, the requirements that each has a part in, by the links that come with this release."""
    found: dict[str, dict[EditionName, list[tuple[str, LinkRelation]]]] = {}
    for name in linked_editions():
        links = shipped_links(name)
        for leaf in outline_of(name).leaves:
            for link in links.of(leaf.id):
                found.setdefault(link.practice, {}).setdefault(name, []).append((leaf.id, link.relation))
    return {practice: {name: tuple(parts) for name, parts in editions.items()} for practice, editions in found.items()}


def _shows(links: Iterable[PracticeLink]) -> bool:
    return any(link.shows for link in links)


@functools.cache
def shipped_reach(name: EditionName) -> EditionReach:
    """What an edition reaches among the practices and questions of this release.

    Raises:
        UnknownFrameworkError: no catalog of the edition is carried.
    """
    return edition_reach(name, load_practices().asked)


def carried_reach() -> list[EditionReach]:
    """The same of every carried edition, by framework and day of publication."""
    return [shipped_reach(name) for name in carried_editions()]
