"""Which practices have a part in which requirement, in our own judgement, one file for each edition.

A file is read when its edition is asked about and not before: NIST SP 800-53A alone has 1,749 objectives. Where an
edition is assessed by objectives the links stand at the objectives, and its requirements get theirs from them. An
edition whose elements bear another edition's identifiers takes its links from there (``SAME_IDENTIFIERS``): the same
number, not a copy. None of the links is taken from a crosswalk.
"""

import functools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

from charteroak.frameworks.catalog import Control, EditionName, load_catalog
from charteroak.program.bodies import Line
from charteroak.program.errors import LinkError
from charteroak.program.objectives import COMPANIONS, objectives_of, outline_of

if TYPE_CHECKING:
    from charteroak.program.practices import Practice

_FOLDER = files("charteroak.program") / "data" / "links"

SAME_IDENTIFIERS: Mapping[EditionName, EditionName] = {
    EditionName("nist-800-53", "5.1.1"): EditionName("nist-800-53", "5.2.0"),
    EditionName("nist-800-53", "r5"): EditionName("nist-800-53", "5.2.0"),
    EditionName("fedramp", "rev5"): EditionName("nist-800-53", "5.2.0"),
    EditionName("cis-controls", "8"): EditionName("cis-controls", "8.1"),
}
"""Editions whose elements are another's, by identifier: releases of one catalog, and what FedRAMP chose from it."""


_VALUE, _FREQUENCY = "[", "[frequency]"
"""How the catalogs of NIST write a value that is left to the organisation."""


class LinkRelation(StrEnum):
    """How much of a requirement a practice does."""

    SATISFIES = "satisfies"
    """All of it."""
    CONTRIBUTES = "contributes"
    """A part of it."""
    RELATED = "related"
    """It bears on it and shows nothing by itself."""


class Link(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A practice's part in one requirement or objective of one edition."""

    framework: Line
    edition: Line
    id: Line
    relation: LinkRelation


@dataclass(frozen=True, slots=True)
class PracticeLink:
    """A practice that has a part in the requirement asked about."""

    practice: str
    relation: LinkRelation

    @property
    def shows(self) -> bool:
        """Whether the practice can show anything about it. A related one bears on it and shows nothing."""
        return self.relation is not LinkRelation.RELATED


@dataclass(frozen=True)
class EditionLinks:
    """The practices behind an edition's elements, and who says so."""

    name: EditionName
    by_id: Mapping[str, tuple[PracticeLink, ...]]
    reviewer: str = ""
    reviewed: date | None = None
    basis: str = ""

    def of(self, identifier: str) -> tuple[PracticeLink, ...]:
        """The practices behind one element; none if it has none."""
        return self.by_id.get(identifier, ())

    @cached_property
    def practices(self) -> frozenset[str]:
        """The practices that can show something about the edition."""
        return frozenset(link.practice for links in self.by_id.values() for link in links if link.shows)


class _Parts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    satisfies: tuple[Line, ...] = ()
    contributes: tuple[Line, ...] = ()
    related: tuple[Line, ...] = ()

    def links(self) -> tuple[PracticeLink, ...]:
        return (
            *(PracticeLink(practice, LinkRelation.SATISFIES) for practice in self.satisfies),
            *(PracticeLink(practice, LinkRelation.CONTRIBUTES) for practice in self.contributes),
            *(PracticeLink(practice, LinkRelation.RELATED) for practice in self.related),
        )


class _LinksFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    framework: Line
    edition: Line
    reviewer: Line
    reviewed: date
    basis: str
    parameters: Line | None = None
    """The question that carries each element whose wording leaves a value to the organisation."""
    frequencies: Line | None = None
    """The same, where that value is how often; the wording has it as a frequency in brackets."""
    otherwise: dict[str, Line] = {}
    """The question that carries what has no key of its own, by how its identifier begins."""
    requirements: dict[str, _Parts]

    def carried(self, control: Control) -> tuple[PracticeLink, ...]:
        """The links to an element by the words of its title: a value or a frequency of the organisation's own."""
        questions = []
        if self.frequencies is not None and _FREQUENCY in control.title:
            questions.append(self.frequencies)
        if self.parameters is not None and _VALUE in control.title.replace(_FREQUENCY, ""):
            questions.append(self.parameters)
        return tuple(PracticeLink(question, LinkRelation.CONTRIBUTES) for question in questions)

    def remaining(self, identifier: str) -> tuple[PracticeLink, ...]:
        """The link to an element that has no key of its own."""
        begins = [begin for begin in self.otherwise if identifier.startswith(begin)]
        if not begins:
            return ()
        return (PracticeLink(self.otherwise[max(begins, key=len)], LinkRelation.CONTRIBUTES),)


@functools.cache
def linked_editions() -> tuple[EditionName, ...]:
    """The editions that come with links, by framework and edition; objectives count with the edition they assess."""
    own = _with_files()
    assessed = {name for name, companion in COMPANIONS.items() if companion in own}
    derived = {name for name, base in SAME_IDENTIFIERS.items() if base in own}
    return tuple(sorted(name for name in {*own, *assessed, *derived} if outline_of(name).is_assessable))


def has_part(practice: "Practice", name: EditionName, identifier: str | None = None) -> bool:
    """Whether a practice can show something about an edition, or about one requirement of it.

    Cheap enough to be asked for every day of an interval.
    """
    if any(
        (link.framework, link.edition) == name
        and link.relation is not LinkRelation.RELATED
        and identifier in {None, link.id}
        for link in practice.links
    ):
        return True
    links = shipped_links(name)
    if identifier is None:
        return practice.id in links.practices
    return any(link.practice == practice.id and link.shows for link in links.of(identifier))


def edition_links(name: EditionName, practices: Mapping[str, "Practice"]) -> EditionLinks:
    """The links of some practices to an edition: those that come with this release, and those they bring themselves.

    Raises:
        UnknownFrameworkError: no catalog of the edition is carried.
    """
    shipped = shipped_links(name)
    brought = [(practice.id, link) for practice in practices.values() for link in practice.links]
    if not brought and practices.keys() >= shipped.practices:
        return shipped
    by_id = {key: tuple(link for link in links if link.practice in practices) for key, links in shipped.by_id.items()}
    for practice, link in brought:
        if (link.framework, link.edition) == name:
            by_id[link.id] = (*by_id.get(link.id, ()), PracticeLink(practice, link.relation))
    return EditionLinks(name, by_id, shipped.reviewer, shipped.reviewed, shipped.basis)


@functools.cache
def _with_files() -> frozenset[EditionName]:
    return frozenset(_name_of(file.name) for file in _FOLDER.iterdir() if file.name.endswith(".toml"))


def shipped_links(name: EditionName) -> EditionLinks:
    """The links to an edition that come with this release; empty where none do, or where no such edition is carried.

    Raises:
        LinkError: its file names an element that the catalog does not hold, or is no file of links.
    """
    known = name in _with_files() or name in SAME_IDENTIFIERS or name in COMPANIONS
    return _shipped(name) if known else EditionLinks(name, {})


@functools.cache
def _shipped(name: EditionName) -> EditionLinks:
    own = _read(name)
    base = SAME_IDENTIFIERS.get(name)
    if base is not None:
        known = {control.id for control in load_catalog(*name).active()}
        links = shipped_links(base)
        by_id = {key: _united((value, own.of(key))) for key, value in links.by_id.items() if key in known}
        return EditionLinks(name, by_id, links.reviewer, links.reviewed, f"By identifier, from {base}: {links.basis}")
    objectives = objectives_of(name)
    if objectives is None:
        return own
    below = shipped_links(objectives.name)
    gathered = {
        requirement: _gathered([below.of(each) for each in identifiers])
        for requirement, identifiers in objectives.by_requirement.items()
    }
    by_id = {key: _united((gathered.get(key, ()), own.of(key))) for key in {*gathered, *own.by_id}}
    return EditionLinks(
        name, by_id, own.reviewer or below.reviewer, own.reviewed or below.reviewed, own.basis or below.basis
    )


def _read(name: EditionName) -> EditionLinks:
    if name not in _with_files():
        return EditionLinks(name, {})
    file = _FOLDER / f"{name.framework}-{name.edition}.toml"
    try:
        content = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), _LinksFile)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise LinkError(f"The links to {name} cannot be read: {error}", remedy="Mend the file of links.") from error
    return EditionLinks(name, _expanded(name, content), content.reviewer, content.reviewed, content.basis)


def _expanded(name: EditionName, content: _LinksFile) -> dict[str, tuple[PracticeLink, ...]]:
    """Each element with the links of its own key; else of the longest prefix with a star; else of its parent's key."""
    keyed = {key: parts.links() for key, parts in content.requirements.items()}
    objectives = objectives_of(name)
    below = frozenset() if objectives is None else objectives.by_requirement.keys()
    prefixes = sorted((key[:-1] for key in keyed if key.endswith("*")), key=len, reverse=True)
    found: dict[str, tuple[PracticeLink, ...]] = {}
    same: dict[tuple[PracticeLink, ...], tuple[PracticeLink, ...]] = {}
    used: set[str] = set()
    outline = outline_of(name)
    for leaf in outline.leaves:
        starred = next((f"{prefix}*" for prefix in prefixes if leaf.id.startswith(prefix)), None)
        # An objective is a part of what stands above it; an enhancement of a control is a thing of its own.
        above = None if outline.is_assessable else leaf.parent
        key = next((key for key in (leaf.id, starred, above) if key is not None and key in keyed), None)
        # What has objectives gets its links from them.
        rest = () if leaf.id in below else content.remaining(leaf.id)
        links = rest if key is None else keyed[key]
        used |= set() if key is None else {key}
        if every := _united((links, content.carried(leaf))):
            found[leaf.id] = same.setdefault(every, every)
    unused = sorted(set(keyed) - used)
    if unused:
        raise LinkError(
            f"Links to {name} name what is no requirement or objective of it: {', '.join(unused[:5])}.",
            remedy="Name elements in force, as `charteroak frameworks show` lists them.",
        )
    return found


def _gathered(objectives: list[tuple[PracticeLink, ...]]) -> tuple[PracticeLink, ...]:
    """What practices do for a requirement, from what they do for its objectives: all of it only if all of each."""
    every = _united(objectives)
    return tuple(
        link
        if link.relation is not LinkRelation.SATISFIES or all(link in each for each in objectives)
        else PracticeLink(link.practice, LinkRelation.CONTRIBUTES)
        for link in every
    )


_STRENGTH = (LinkRelation.RELATED, LinkRelation.CONTRIBUTES, LinkRelation.SATISFIES)


def _united(groups: Iterable[tuple[PracticeLink, ...]]) -> tuple[PracticeLink, ...]:
    strongest: dict[str, PracticeLink] = {}
    for link in (link for group in groups for link in group):
        rival = strongest.get(link.practice)
        if rival is None or _STRENGTH.index(rival.relation) < _STRENGTH.index(link.relation):
            strongest[link.practice] = link
    return tuple(strongest.values())


def _name_of(file_name: str) -> EditionName:
    """The edition of a file of links: its framework stands before the last hyphen."""
    framework, _hyphen, edition = file_name.removesuffix(".toml").rpartition("-")
    return EditionName(framework, edition)
