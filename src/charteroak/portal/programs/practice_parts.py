"""Where a practice counts: the requirements that it has a part in, edition by edition, the strongest part first."""

from collections.abc import Sequence
from dataclasses import dataclass

from charteroak.frameworks.catalog import Control, EditionName, load_catalog
from charteroak.law.editions import load_frameworks
from charteroak.portal.programs.choices import RELATIONS, Words
from charteroak.portal.programs.wording import edition_label
from charteroak.program.links import LinkRelation
from charteroak.program.practices import Practice
from charteroak.program.reach import parts_of_practices


@dataclass(frozen=True, slots=True)
class RelationPart:
    """Requirements of one edition that the practice has the same part in."""

    relation: Words
    controls: Sequence[Control]


@dataclass(frozen=True, slots=True)
class EditionPart:
    """The part of a practice in one edition."""

    name: EditionName
    label: str
    shown: int
    """Of how many requirements it can show something."""
    related: int
    """On how many more it bears."""
    relations: Sequence[RelationPart]


def edition_parts(practice: Practice) -> tuple[list[EditionPart], list[EditionPart]]:
    """The part in the newest carried edition of each framework, in the order of the act; then in older editions."""
    parts = parts_of_practices().get(practice.id, {})
    order = list(load_frameworks())
    newest: dict[str, EditionName] = {}
    for name in sorted(parts, key=lambda name: load_catalog(*name).published):
        newest[name.framework] = name
    names = sorted(parts, key=lambda name: (order.index(name.framework), name.edition))
    every = [_part(name, parts[name]) for name in names]
    return (
        [part for part in every if part.name in newest.values()],
        [part for part in every if part.name not in newest.values()],
    )


def _part(name: EditionName, parts: Sequence[tuple[str, LinkRelation]]) -> EditionPart:
    catalog = load_catalog(*name)
    by_relation = {
        relation: [catalog.control(identifier) for identifier, each in parts if each is relation]
        for relation in LinkRelation
    }
    related = len(by_relation[LinkRelation.RELATED])
    return EditionPart(
        name=name,
        label=edition_label(*name),
        shown=len(parts) - related,
        related=related,
        relations=[RelationPart(RELATIONS[key], controls) for key, controls in by_relation.items() if controls],
    )
