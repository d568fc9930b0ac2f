"""What ships with the product for plans, as data: roles, contacts, who is told at which level, phases."""

import functools
import tomllib
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from typing import TypeVar

import msgspec

from charteroak.response.disruption_levels import load_levels
from charteroak.response.plans.plan import Contact, Id, Level, Line, Narrative, PlanKind, Role

_FOLDER = files("charteroak.response") / "data" / "plans"
_File = TypeVar("_File")


class _Shipped(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of a packaged file."""


class ShippedRole(_Shipped, frozen=True, kw_only=True):
    """A role that a new plan has."""

    id: Id
    title: Line
    does: Narrative
    ics: Line
    plans: tuple[PlanKind, ...]

    @property
    def role(self) -> Role:
        """The role, held by nobody yet."""
        return Role(id=self.id, title=self.title, does=self.does, ics=self.ics)


class ShippedContact(_Shipped, frozen=True, kw_only=True):
    """Somebody outside whom a new plan names."""

    id: Id
    who: Line
    purpose: Narrative
    number: Line
    address: Line
    source: Line
    verify: bool
    plans: tuple[PlanKind, ...]
    as_of: date | None = None

    @property
    def contact(self) -> Contact:
        """The contact as a plan keeps it."""
        return Contact(
            id=self.id,
            who=self.who,
            purpose=self.purpose,
            number=self.number,
            address=self.address,
            as_of=self.as_of,
            source=self.source,
            verify=self.verify,
        )


class ShippedLevel(_Shipped, frozen=True, kw_only=True):
    """Who decides at a level, and who is told."""

    number: int
    decides: Id
    tell: tuple[Id, ...]
    how_soon: Line


class Phase(_Shipped, frozen=True, kw_only=True):
    """A phase of the response; ``csf`` are functions and categories of NIST CSF 2.0."""

    id: Id
    title: Line
    csf: tuple[str, ...]
    lead: str
    steps: tuple[str, ...]


class _Roles(_Shipped, frozen=True, kw_only=True):
    role: tuple[ShippedRole, ...]


class _Contacts(_Shipped, frozen=True, kw_only=True):
    reviewed: date
    contact: tuple[ShippedContact, ...]


class _Levels(_Shipped, frozen=True, kw_only=True):
    level: tuple[ShippedLevel, ...]


class _Phases(_Shipped, frozen=True, kw_only=True):
    source: str
    phase: tuple[Phase, ...]


def shipped_roles(kind: PlanKind) -> tuple[Role, ...]:
    """The roles of a new plan of this kind."""
    return tuple(row.role for row in _read("roles", _Roles).role if kind in row.plans)


def shipped_contacts(kind: PlanKind) -> tuple[Contact, ...]:
    """The contacts of a new plan of this kind."""
    return tuple(row.contact for row in _read("contacts", _Contacts).contact if kind in row.plans)


def shipped_levels(kind: PlanKind) -> tuple[Level, ...]:
    """The levels of a new plan: names and meanings of the table of levels, with who decides and who is told."""
    told = {row.number: row for row in _read("levels", _Levels).level}
    known = [contact.id for contact in shipped_contacts(kind)]
    return tuple(
        Level(
            number=level.number,
            name=level.name,
            meaning=f"{level.meaning.rstrip('.')}.",
            decides=told[level.number].decides,
            tell=tuple(each for each in known if each in told[level.number].tell),
            how_soon=told[level.number].how_soon,
            in_force=level.plan,
        )
        for level in load_levels().level
    )


@functools.cache
def load_phases() -> Mapping[str, Phase]:
    """The phases by id, in their order."""
    return {phase.id: phase for phase in _read("phases", _Phases).phase}


def phases_source() -> Line:
    """What the order of the phases follows, and whose the words are."""
    return _read("phases", _Phases).source


def _read(name: str, kind: type[_File]) -> _File:
    return msgspec.convert(tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8")), kind)
