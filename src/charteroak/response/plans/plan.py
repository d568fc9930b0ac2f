"""What a plan holds. Every text may be empty: an empty one is a blank in the document, and an open point.

The form of this document has a version of its own (``FORMAT``): a plan that a later release wrote is refused by name,
never read in part.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

PlanKind: TypeAlias = Literal["cirp", "cdrp"]
PLAN_TITLES: Mapping[PlanKind, str] = {
    "cirp": "Cyber incident response plan",
    "cdrp": "Cyber disruption response plan",
}
FORMAT: Literal[1] = 1
LINE_LIMIT, NARRATIVE_LIMIT = 300, 30_000
ROLES, CONTACTS, SYSTEMS, RUNBOOKS = 30, 60, 60, 30
"""How many of each a plan holds at most; more is a telephone book, which belongs into a file of its own."""
LONGEST_HOURS = 8_760
"""A year: nobody plans to have something back later."""
REGIONS: Mapping[int, str] = {number: f"DEMHS Region {number}" for number in range(1, 6)}
"""The five regions of the Division of Emergency Management and Homeland Security (portal.ct.gov/demhs)."""

Line = Annotated[str, Meta(max_length=LINE_LIMIT)]
Narrative = Annotated[str, Meta(max_length=NARRATIVE_LIMIT)]
Id = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\Z", max_length=64)]
Hours = Annotated[int, Meta(ge=0, le=LONGEST_HOURS)]


class PlanPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """A named part of a plan."""


class Person(PlanPart, frozen=True, kw_only=True):
    """Somebody with the numbers under which they are reached, by day and by night."""

    name: Line = ""
    phone: Line = ""
    after_hours: Line = ""
    mail: Line = ""


class Role(PlanPart, frozen=True, kw_only=True):
    """What somebody does on the day, who it is, and who stands in for them."""

    id: Id
    title: Annotated[str, Meta(min_length=1, max_length=LINE_LIMIT)]
    does: Narrative = ""
    ics: Line = ""
    """The position of the Incident Command System that comes closest."""
    holder: Person = Person()
    deputy: Id | None = None
    """The role whose holder stands in."""
    deputy_person: Person = Person()
    """Somebody who stands in and holds no role."""


class Contact(PlanPart, frozen=True, kw_only=True):
    """Somebody outside, and how old the knowledge of their number is."""

    id: Id
    who: Annotated[str, Meta(min_length=1, max_length=LINE_LIMIT)]
    purpose: Narrative = ""
    number: Line = ""
    after_hours: Line = ""
    address: Line = ""
    """A mail address or the place of a form."""
    reference: Line = ""
    """A policy, customer or member number that they ask for."""
    as_of: date | None = None
    source: Line = ""
    verify: bool = False
    """Whether to check it before use."""

    @property
    def short(self) -> str:
        """What people call it: what stands before the first comma or colon."""
        return self.who.replace(":", ",").partition(",")[0].strip() or self.who


class Level(PlanPart, frozen=True, kw_only=True):
    """What a level means here, who decides at it, who is told how soon, and which plan is in force."""

    number: Annotated[int, Meta(ge=0, le=5)]
    name: Annotated[str, Meta(min_length=1, max_length=LINE_LIMIT)]
    meaning: Narrative = ""
    decides: Id | None = None
    tell: Annotated[tuple[Id, ...], Meta(max_length=CONTACTS)] = ()
    how_soon: Line = ""
    in_force: Line = ""


class Communications(PlanPart, frozen=True, kw_only=True):
    """How people talk while mail and telephones may be down or overheard, and who says what outside."""

    meeting: Line = ""
    """Where and how everybody meets."""
    first_channel: Line = ""
    second_channel: Line = ""
    rhythm: Line = ""
    approves: Id | None = None
    """The role that lets a public statement out."""
    holding_statement: Narrative = ""
    staff: Narrative = ""


class System(PlanPart, frozen=True, kw_only=True):
    """Something to bring back, in the order of the list."""

    name: Annotated[str, Meta(min_length=1, max_length=LINE_LIMIT)]
    why: Line = ""
    rto_hours: Hours | None = None
    """Recovery time objective: back within so many hours."""
    rpo_hours: Hours | None = None
    """Recovery point objective: at most so many hours of work are lost."""
    by_hand: Line = ""
    """What people do meanwhile."""
    backup: Line = ""
    owner: Line = ""


class Disruption(PlanPart, frozen=True, kw_only=True):
    """What only a disruption plan holds."""

    region: Annotated[int, Meta(ge=1, le=5)] | None = None
    operations_center: Line = ""
    essential_services: Narrative = ""
    mutual_aid: Narrative = ""
    activation: Narrative = ""
    """Who may activate it, and when."""
    stand_down: Narrative = ""


class Upkeep(PlanPart, frozen=True, kw_only=True):
    """How the plan stays true."""

    reviewer: Line = ""
    every_months: Annotated[int, Meta(ge=1, le=36)] | None = None
    kept_at: Line = ""
    exercises: Line = ""


class Plan(PlanPart, frozen=True, kw_only=True):
    """The whole plan."""

    format: Literal[1] = 1
    kind: PlanKind
    title: Annotated[str, Meta(min_length=1, max_length=LINE_LIMIT)]
    covers: Narrative = ""
    authority: Narrative = ""
    """Who gave the plan its force, and which agreements stand beside it."""
    roles: Annotated[tuple[Role, ...], Meta(max_length=ROLES)] = ()
    contacts: Annotated[tuple[Contact, ...], Meta(max_length=CONTACTS)] = ()
    levels: tuple[Level, ...] = ()
    phases: Mapping[Id, Narrative] = {}
    """The organisation's own words, by phase."""
    runbooks: Annotated[tuple[Id, ...], Meta(max_length=RUNBOOKS)] = ()
    communications: Communications = Communications()
    systems: Annotated[tuple[System, ...], Meta(max_length=SYSTEMS)] = ()
    disruption: Disruption = Disruption()
    upkeep: Upkeep = Upkeep()

    def role(self, identifier: str | None) -> Role | None:
        """The role of this id, if the plan has it."""
        return next((role for role in self.roles if role.id == identifier), None)

    def contact(self, identifier: str) -> Contact | None:
        """The contact of this id, if the plan has it."""
        return next((contact for contact in self.contacts if contact.id == identifier), None)

    def level(self, number: int) -> Level | None:
        """The level of this number, if the plan has it."""
        return next((level for level in self.levels if level.number == number), None)

    def stands_in(self, role: Role) -> Person:
        """Who stands in for a role's holder; an empty person where nobody was named."""
        other = self.role(role.deputy)
        return other.holder if other is not None and other.holder.name else role.deputy_person
