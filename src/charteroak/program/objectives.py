"""What of an edition is assessed: its requirements, and the objectives that a companion document gives for them.

NIST SP 800-53A and 800-171A say what an assessor determines about each control and requirement. An objective is asked
for wherever the companion that is carried has one; a requirement without objectives is asked about as a whole. Of
800-53, 590 controls stand outside every baseline of 800-53B: the copy of 800-53A that is carried has none of theirs.
Of 800-171 only revision 3 has its companion here; revision 2 is asked about requirement by requirement.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from charteroak.frameworks.catalog import Catalog, Control, EditionName, load_catalog

COMPANIONS: Mapping[EditionName, EditionName] = {
    EditionName("nist-800-53", "5.2.0"): EditionName("nist-800-53a", "5.1.1"),
    EditionName("nist-800-53", "5.1.1"): EditionName("nist-800-53a", "5.1.1"),
    EditionName("nist-800-53", "r5"): EditionName("nist-800-53a", "5.1.1"),
    EditionName("fedramp", "rev5"): EditionName("nist-800-53a", "5.1.1"),
    EditionName("nist-800-171", "r3"): EditionName("nist-800-171a", "r3"),
}
"""The edition whose objectives answer for each edition's requirements; FedRAMP's controls are those of 800-53."""

REQUIREMENT_KINDS: Mapping[str, frozenset[str]] = {
    "nist-csf": frozenset({"subcategory"}),
    "nist-800-171": frozenset({"requirement"}),
    "nist-800-53": frozenset({"control", "enhancement"}),
    "fedramp": frozenset({"control", "enhancement"}),
    "cis-controls": frozenset({"safeguard"}),
    "iso-27001": frozenset({"control", "clause"}),
    "pci-dss": frozenset({"requirement"}),
    "hipaa": frozenset({"standard", "specification"}),
    "glba": frozenset({"element"}),
}
"""Which kinds of element are asked about; functions, families and headings only hold others."""
_OBJECTIVE = "objective"
_GROUP_KINDS: Mapping[str, frozenset[str]] = {
    "nist-csf": frozenset({"function"}),
    "pci-dss": frozenset({"principal-requirement", "appendix"}),
    "iso-27001": frozenset({"theme"}),
}
"""Where requirements are not grouped by what stands at the top."""


@dataclass(frozen=True, slots=True)
class Objectives:
    """The objectives of a companion, by the requirement that they assess."""

    name: EditionName
    by_requirement: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Outline:
    """The elements of an edition that are asked about, in the publisher's order."""

    name: EditionName
    leaves: tuple[Control, ...]
    groups: Mapping[str, Control]
    """For each of them the function, family or heading that it stands under; itself where it stands alone."""

    @property
    def is_assessable(self) -> bool:
        """Whether these are requirements of an edition, and not a companion's objectives."""
        return self.name.framework in REQUIREMENT_KINDS


@functools.cache
def outline_of(name: EditionName) -> Outline:
    """What of an edition is asked about: its requirements, or a companion's objectives.

    An element that others of its kind stand under (a clause of ISO/IEC 27001 with its own parts, a requirement of
    PCI DSS with sub-items) is asked about only through them, save where an edition counts it itself.

    Raises:
        UnknownFrameworkError: no catalog of the edition is carried.
    """
    catalog = load_catalog(*name)
    kinds = REQUIREMENT_KINDS.get(name.framework, frozenset({_OBJECTIVE}))
    asked = [control for control in catalog.active() if control.kind in kinds]
    holders = {control.parent for control in asked if control.kind == "clause"}
    leaves = tuple(control for control in asked if control.kind != "clause" or control.id not in holders)
    return Outline(name, leaves, {leaf.id: _top(catalog, leaf) for leaf in leaves})


@functools.cache
def objectives_of(name: EditionName) -> Objectives | None:
    """The objectives by which an edition's requirements are assessed; ``None`` where its companion is not carried."""
    companion = COMPANIONS.get(name)
    if companion is None:
        return None
    asked = {leaf.id for leaf in outline_of(name).leaves}
    found: dict[str, tuple[str, ...]] = {}
    for objective in outline_of(companion).leaves:
        if objective.parent is not None and objective.parent in asked:
            found[objective.parent] = (*found.get(objective.parent, ()), objective.id)
    return Objectives(companion, found)


def _top(catalog: Catalog, leaf: Control) -> Control:
    """The function, family or heading that holds this element."""
    kinds = _GROUP_KINDS.get(catalog.name.framework, frozenset())
    holder = leaf
    while holder.parent is not None and holder.kind not in kinds and holder.parent in catalog:
        holder = catalog.control(holder.parent)
    return holder
