"""What practices show about the requirements of an edition: only through links that state their strength.

No percentage is made of this, and no requirement counts as met because many practices touch it. One under an accepted
exception is for counsel, whatever its practices show.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from charteroak.frameworks.catalog import Control, EditionName, load_catalog
from charteroak.program.exceptions import AcceptedException
from charteroak.program.findings import Finding, Freshness
from charteroak.program.practices import LinkRelation, Practice

_LEAF_KINDS = frozenset({"subcategory", "requirement"})
"""What practices are linked to; functions, categories and families only hold others."""


class RequirementState(IntEnum):
    """From weakest to strongest; a requirement has the weakest state among its practices."""

    NO = 0
    """A practice that it rests on is answered no."""
    PARTLY = 1
    """... is answered partly."""
    UNKNOWN = 2
    """... is not answered."""
    NO_FRESH_EVIDENCE = 3
    """... is answered yes, without evidence that is fresh."""
    SUPPORTED_IN_PART = 4
    """Every practice is answered yes with fresh evidence, and each does only a part of the requirement."""
    SUPPORTED = 5
    """... and one of them does all of it."""
    COUNSEL = 6
    """An exception to it, or to a practice that it rests on, was accepted: that is never met, and for counsel."""

    @property
    def word(self) -> str:
        """The state as it stands in JSON."""
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True, slots=True)
class RequirementStatus:
    """One requirement that practices have a part in."""

    control: Control
    state: RequirementState
    practices: tuple[str, ...]
    exceptions: tuple[str, ...] = ()
    """The accepted exceptions that touch it, by name."""


@dataclass(frozen=True, slots=True)
class EditionCoverage:
    """An edition's requirements that practices touch, and how many no practice asks about."""

    name: EditionName
    touched: tuple[RequirementStatus, ...]
    not_asked: int


def linked_editions(practices: Iterable[Practice]) -> list[EditionName]:
    """The editions that practices are linked to."""
    return sorted({EditionName(link.framework, link.edition) for practice in practices for link in practice.links})


def coverage(
    name: EditionName, findings: Mapping[str, Finding], exceptions: Sequence[AcceptedException] = ()
) -> EditionCoverage:
    """What the findings show about an edition. *Related* links show nothing and are left out."""
    touching: dict[str, list[tuple[Finding, LinkRelation]]] = {}
    for finding in findings.values():
        for link in finding.practice.links:
            if (link.framework, link.edition) == name and link.relation is not LinkRelation.RELATED:
                touching.setdefault(link.id, []).append((finding, link.relation))
    leaves = [control for control in load_catalog(*name).active() if control.kind in _LEAF_KINDS]
    touched = tuple(
        _requirement(name, control, touching[control.id], exceptions) for control in leaves if control.id in touching
    )
    return EditionCoverage(name, touched, len(leaves) - len(touched))


def _requirement(
    name: EditionName,
    control: Control,
    parts: list[tuple[Finding, LinkRelation]],
    exceptions: Sequence[AcceptedException],
) -> RequirementStatus:
    practices = tuple(finding.practice.id for finding, _ in parts)
    touching = tuple(
        each.body.exception
        for each in exceptions
        if each.touches_requirement(name, control.id) or each.body.practice in practices
    )
    return RequirementStatus(control, RequirementState.COUNSEL if touching else _state(parts), practices, touching)


def _state(parts: list[tuple[Finding, LinkRelation]]) -> RequirementState:
    weakest = min(_part_state(finding) for finding, _ in parts)
    does_all = any(relation is LinkRelation.SATISFIES for _, relation in parts)
    if weakest is RequirementState.SUPPORTED_IN_PART and does_all:
        return RequirementState.SUPPORTED
    return weakest


def _part_state(finding: Finding) -> RequirementState:
    if finding.answer != "yes":
        return {
            "no": RequirementState.NO,
            "partly": RequirementState.PARTLY,
            "unknown": RequirementState.UNKNOWN,
        }[finding.answer]
    if finding.freshness is Freshness.FRESH:
        return RequirementState.SUPPORTED_IN_PART
    return RequirementState.NO_FRESH_EVIDENCE
