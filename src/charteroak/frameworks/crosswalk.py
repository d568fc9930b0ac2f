"""Crosswalks: what a named authority says about how two editions relate.

Only published rows are carried and none is ever chained: composing two published crosswalks makes pairs that no
authority stands behind. A *concept* row says that its authority relates two elements and states **no** set relation,
so it can never show that one requirement is met because another is.
"""

import functools
from enum import StrEnum
from importlib.resources import files

import msgspec

from charteroak.frameworks.catalog import EditionName
from charteroak.frameworks.errors import UnknownCrosswalkError

_MAPPINGS = files("charteroak.frameworks") / "data" / "mappings"


class Relation(StrEnum):
    """What a row states."""

    CONCEPT = "concept"
    """The authority relates the two elements and says no more."""
    MOVED_TO = "moved-to"
    """The source was withdrawn; its content stands under the target now."""
    INCORPORATED_INTO = "incorporated-into"
    """The source was withdrawn; the target took in some or all of it."""
    ADDRESSED_BY = "addressed-by"
    """The source was withdrawn; the authority says that the target addresses it."""
    CONTINUED = "continued"
    """The target bears the source's number in the next edition; its wording may be another."""
    SOURCE_CONTROL = "source-control"
    """The source was made from the target, and tailored."""
    EQUAL = "equal"
    """The authority says that both ask for the same (NIST IR 8477)."""
    SUPERSET = "superset"
    """The authority says that the source asks for all of the target, and more."""
    SUBSET = "subset"
    """The authority says that the source asks for a part of the target."""
    INTERSECTS = "intersects"
    """The authority says that the two have a part in common."""

    @property
    def set_relation(self) -> str | None:
        """The set relation that the row states, if it states one. No row that is carried today does."""
        return self.value if self in _SET_RELATIONS else None


_SET_RELATIONS = frozenset({Relation.EQUAL, Relation.SUPERSET, Relation.SUBSET, Relation.INTERSECTS})


class CrosswalkRow(msgspec.Struct, frozen=True, kw_only=True):
    """One published row, with the authority that stands behind it."""

    source: str
    target: str
    relation: Relation
    authority: str


class Crosswalk(msgspec.Struct, frozen=True, kw_only=True):
    """The published rows that lead from one edition to another."""

    source: EditionName
    target: EditionName
    rows: tuple[CrosswalkRow, ...]

    def from_source(self, identifier: str) -> tuple[CrosswalkRow, ...]:
        """The rows that start at an element."""
        return tuple(row for row in self.rows if row.source == identifier)


class _Edition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    framework: str
    edition: str


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    source: str
    target: str
    relation: Relation
    authority: int


class _CrosswalkFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    source: _Edition
    target: _Edition
    authorities: tuple[str, ...]
    rows: tuple[_Row, ...]


def carried_crosswalks() -> list[tuple[EditionName, EditionName]]:
    """From where to where a published crosswalk is carried."""
    pairs = []
    for file in _MAPPINGS.iterdir():
        if file.name.endswith(".json"):
            content = _read(file.name)
            pairs.append((content.source, content.target))
    return sorted(pairs)


def load_crosswalk(source: EditionName, target: EditionName) -> Crosswalk:
    """The published crosswalk from one edition to another, in the direction in which it was published.

    Raises:
        UnknownCrosswalkError: none is carried; the remedy names those that are.
    """
    if (source, target) not in carried_crosswalks():
        carried = "; ".join(f"{a} to {b}" for a, b in carried_crosswalks())
        raise UnknownCrosswalkError(
            f"No published crosswalk from {source} to {target} is carried.", remedy=f"Carried are: {carried}."
        )
    return _read(_file_name(source, target))


def _file_name(source: EditionName, target: EditionName) -> str:
    return f"{source.framework}-{source.edition}--{target.framework}-{target.edition}.json"


@functools.cache
def _read(name: str) -> Crosswalk:
    content = msgspec.json.decode((_MAPPINGS / name).read_bytes(), type=_CrosswalkFile)
    return Crosswalk(
        source=EditionName(content.source.framework, content.source.edition),
        target=EditionName(content.target.framework, content.target.edition),
        rows=tuple(
            CrosswalkRow(
                source=row.source,
                target=row.target,
                relation=row.relation,
                authority=content.authorities[row.authority],
            )
            for row in content.rows
        ),
    )
