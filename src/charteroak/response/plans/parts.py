"""The parts of a plan that people change one at a time, and a mark of each by which a change meanwhile is noticed."""

import hashlib
from collections.abc import Mapping

from charteroak.canonical import canonical_json
from charteroak.response.plans.errors import PlanError
from charteroak.response.plans.plan import Plan, PlanKind
from charteroak.response.plans.reading import plan_document

MEMBERS: Mapping[str, tuple[str, ...]] = {
    "scope": ("title", "covers", "authority"),
    "roles": ("roles",),
    "contacts": ("contacts",),
    "levels": ("levels",),
    "phases": ("phases",),
    "runbooks": ("runbooks",),
    "communications": ("communications",),
    "systems": ("systems",),
    "disruption": ("disruption",),
    "upkeep": ("upkeep",),
}
"""The members of the plan that each part changes."""


def parts_of(kind: PlanKind) -> tuple[str, ...]:
    """The parts that a plan of this kind has, in the order in which people write them."""
    without = {"disruption"} if kind == "cirp" else {"phases", "runbooks"}
    return tuple(part for part in MEMBERS if part not in without)


def part_mark(plan: Plan, part: str) -> str:
    """A mark of what a part says: the same mark, the same words.

    Raises:
        PlanError: a plan has no such part.
    """
    if part not in MEMBERS:
        raise PlanError(f"A plan has no part {part[:40]!r}.", remedy=f"There are: {', '.join(MEMBERS)}.")
    document = plan_document(plan)
    said = canonical_json({member: document[member] for member in MEMBERS[part]})
    return hashlib.sha256(said).hexdigest()[:16]
