"""Catalogs: one edition of one framework as a tree of controls.

Framework and edition names are those of the facts document (``nist-csf`` ``2.0``). A withdrawn control stays in its
catalog as a tombstone, because records of past years point to it; counts leave it out.
"""

import functools
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

import msgspec

from charteroak.frameworks.errors import UnknownControlError, UnknownFrameworkError

_DATA = files("charteroak.frameworks") / "data"
_MAPPINGS_FOLDER = "mappings"


class EditionName(NamedTuple):
    """A framework and one of its editions, as the facts document spells them."""

    framework: str
    edition: str

    def __str__(self) -> str:
        return f"{self.framework}@{self.edition}"


class Control(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One element of a catalog, of the kind that its publisher calls it: a function, a family, a requirement.

    Where the publisher's wording is licensed the title may be empty.
    """

    id: str
    title: str
    kind: str
    parent: str | None
    withdrawn: bool = False
    successors: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    """The publisher's own: baselines, implementation groups, basic or derived, required or addressable, methods."""


class _CatalogFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    framework: str
    edition: str
    title: str
    publisher: str
    published: date
    controls: tuple[Control, ...]


class Catalog:
    """One edition of one framework. Immutable; get it from ``load_catalog``."""

    def __init__(self, content: _CatalogFile, provenance: Mapping[str, str]) -> None:
        self.name = EditionName(content.framework, content.edition)
        self.title = content.title
        self.publisher = content.publisher
        self.published = content.published
        self.controls = content.controls
        self.provenance = provenance
        self._by_id = {control.id: control for control in content.controls}

    def control(self, identifier: str) -> Control:
        """The control with this identifier, withdrawn or not.

        Raises:
            UnknownControlError: the catalog has none.
        """
        try:
            return self._by_id[identifier]
        except KeyError as error:
            raise UnknownControlError(
                f"{identifier!r} is not in {self.name}.",
                remedy=f"See `charteroak frameworks show {self.name}`.",
            ) from error

    @property
    def is_without_wording(self) -> bool:
        """Whether elements in force stand here by identifier alone, because their wording is licensed."""
        return any(not control.title for control in self.active())

    def __contains__(self, identifier: str) -> bool:
        return identifier in self._by_id

    def active(self, kind: str | None = None) -> Iterator[Control]:
        """The controls in force, in the publisher's order."""
        return (c for c in self.controls if not c.withdrawn and (kind is None or c.kind == kind))

    def counts(self) -> dict[str, int]:
        """How many controls in force there are of each kind."""
        return dict(Counter(control.kind for control in self.active()))

    def labelled(self, label: str) -> Iterator[Control]:
        """The controls in force that bear a label, such as those of one baseline."""
        return (control for control in self.active() if label in control.labels)

    def withdrawn_counts(self) -> dict[str, int]:
        """How many tombstones there are of each kind."""
        return dict(Counter(control.kind for control in self.controls if control.withdrawn))


@functools.cache
def _folders() -> dict[EditionName, tuple[Traversable, Mapping[str, str]]]:
    found: dict[EditionName, tuple[Traversable, Mapping[str, str]]] = {}
    for publisher in _DATA.iterdir():
        if publisher.name == _MAPPINGS_FOLDER or not publisher.is_dir():
            continue
        for framework in publisher.iterdir():
            for edition in framework.iterdir():
                provenance = tomllib.loads((edition / "provenance.toml").read_text(encoding="utf-8"))
                found[EditionName(provenance["framework"], provenance["edition"])] = (edition, provenance)
    return found


def carried_editions() -> list[EditionName]:
    """Every edition whose catalog is carried: by framework, then by date of publication."""
    return sorted(_folders(), key=lambda name: (name.framework, load_catalog(*name).published))


def newest_edition(framework: str) -> EditionName:
    """The carried edition of a framework that was published last.

    Raises:
        UnknownFrameworkError: none is carried.
    """
    editions = [name for name in carried_editions() if name.framework == framework]
    if not editions:
        carried = ", ".join(sorted({name.framework for name in _folders()}))
        raise UnknownFrameworkError(f"No framework {framework!r} is carried.", remedy=f"Carried are: {carried}.")
    return editions[-1]


def parse_edition_name(text: str) -> EditionName:
    """``nist-csf@2.0``, or ``nist-csf`` for its newest carried edition.

    Raises:
        UnknownFrameworkError: it is not carried.
    """
    framework, at, edition = text.strip().partition("@")
    return load_catalog(framework, edition).name if at else newest_edition(framework)


@functools.cache
def load_catalog(framework: str, edition: str) -> Catalog:
    """The catalog of one edition.

    Raises:
        UnknownFrameworkError: it is not carried; the remedy lists the editions that are.
    """
    name = EditionName(framework, edition)
    if name not in _folders():
        editions = sorted(known.edition for known in _folders() if known.framework == framework)
        remedy = f"Carried editions: {', '.join(editions)}." if editions else "See `charteroak frameworks list`."
        raise UnknownFrameworkError(f"No catalog of {name} is carried.", remedy=remedy)
    folder, provenance = _folders()[name]
    content = msgspec.json.decode((folder / "catalog.json").read_bytes(), type=_CatalogFile)
    return Catalog(content, provenance)
