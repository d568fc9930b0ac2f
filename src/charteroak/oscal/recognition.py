"""Which edition of ours a catalog is the full text of, by its identifiers; our own are never changed by it.

A catalog is taken for an edition if it has every element of it that is in force, under the identifier that the
publisher gives it in OSCAL. Of several editions the one with most elements is meant, then the newest: a catalog of
SP 800-53 5.0.1 lacks what 5.1.1 added, so it is the first issue. A baseline or an extract is no edition.
"""

from dataclasses import dataclass

from charteroak.frameworks.catalog import Catalog, EditionName, carried_editions, load_catalog
from charteroak.oscal.catalogs import control_ids
from charteroak.oscal.document import Document
from charteroak.oscal.identifiers import control_id

TEXT_EDITIONS = frozenset(
    {
        EditionName("nist-800-53", "r5"),
        EditionName("nist-800-53", "5.1.1"),
        EditionName("nist-800-53", "5.2.0"),
        EditionName("nist-800-171", "r3"),
        EditionName("nist-csf", "2.0"),
    }
)
"""Editions whose full text NIST publishes as an OSCAL catalog. FedRAMP's baselines are of 800-53's controls."""
_GROUP_KINDS = frozenset({"family", "function"})
"""Groups in OSCAL, and no controls."""


@dataclass(frozen=True, slots=True)
class Recognized:
    """The edition that a catalog is the text of, and our identifier for each of its controls that has one."""

    name: EditionName
    ours: dict[str, str]


def recognized(document: Document) -> Recognized | None:
    """The edition that a catalog is the full text of, if it is one of ours."""
    there = set(control_ids(document))
    found = []
    for name in carried_editions():
        if name in TEXT_EDITIONS:
            catalog = load_catalog(*name)
            ours = _identifiers(catalog)
            wanted = {key for key, ours_id in ours.items() if not catalog.control(ours_id).withdrawn}
            if wanted and wanted <= there:
                found.append((len(wanted), catalog.published, name, ours))
    if not found:
        return None
    _, _, name, ours = max(found, key=lambda each: each[:2])
    return Recognized(name, {key: value for key, value in ours.items() if key in there})


def _identifiers(catalog: Catalog) -> dict[str, str]:
    return {control_id(catalog.name, each.id): each.id for each in catalog.controls if each.kind not in _GROUP_KINDS}
