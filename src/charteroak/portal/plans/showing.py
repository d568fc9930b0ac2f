"""A plan as pages show it: people with numbers to press, levels with who decides, contacts with their age."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from charteroak.response.plans.phones import dial_link
from charteroak.response.plans.plan import Contact, Level, Person, Plan, PlanKind, Role
from charteroak.response.playbooks import Playbook, load_playbooks

TITLES: dict[PlanKind, str | Promise] = {
    "cirp": _("Incident response plan"),
    "cdrp": _("Disruption response plan"),
}
PART_TITLES: dict[str, str | Promise] = {
    "scope": _("Purpose and force"),
    "roles": _("Who does what"),
    "contacts": _("Whom to call outside"),
    "levels": _("Levels"),
    "phases": _("Phases, in your words"),
    "runbooks": _("Playbooks"),
    "communications": _("How you talk"),
    "systems": _("What comes back first"),
    "disruption": _("Activation, region, mutual aid"),
    "upkeep": _("Upkeep"),
}


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written, and as a telephone dials it."""

    text: str
    link: str
    note: str | Promise = ""


@dataclass(frozen=True, slots=True)
class ShownPerson:
    """Somebody with the numbers under which they are reached."""

    name: str
    numbers: Sequence[Number]
    mail: str = ""


@dataclass(frozen=True, slots=True)
class ShownRole:
    """A role, who has it, who stands in."""

    role: Role
    holder: ShownPerson
    deputy: ShownPerson


@dataclass(frozen=True, slots=True)
class ShownContact:
    """Somebody outside, and how old the knowledge is."""

    contact: Contact
    numbers: Sequence[Number]


@dataclass(frozen=True, slots=True)
class ShownLevel:
    """A level with who decides, by name, and who is told."""

    level: Level
    decides: ShownRole | None
    told: Sequence[ShownContact]


def shown_roles(plan: Plan) -> list[ShownRole]:
    """Every role of a plan."""
    return [shown_role(plan, role) for role in plan.roles]


def shown_role(plan: Plan, role: Role) -> ShownRole:
    """A role with its people."""
    return ShownRole(role, _person(role.holder), _person(plan.stands_in(role)))


def shown_contacts(plan: Plan) -> list[ShownContact]:
    """Everybody outside whom a plan names."""
    return [_contact(contact) for contact in plan.contacts]


def shown_level(plan: Plan, level: Level) -> ShownLevel:
    """A level with names and numbers."""
    decides = plan.role(level.decides)
    told = [_contact(contact) for contact in plan.contacts if contact.id in level.tell]
    return ShownLevel(level, None if decides is None else shown_role(plan, decides), told)


def chosen_playbooks(plan: Plan) -> list[Playbook]:
    """The playbooks of a plan, in the order in which they are offered."""
    return [book for name, book in load_playbooks().items() if name in plan.runbooks]


def _person(person: Person) -> ShownPerson:
    numbers = [
        Number(text, dial_link(text), note)
        for text, note in ((person.phone, ""), (person.after_hours, _("after hours")))
        if text
    ]
    return ShownPerson(person.name, numbers, person.mail)


def _contact(contact: Contact) -> ShownContact:
    numbers = [
        Number(text, dial_link(text), note)
        for text, note in ((contact.number, ""), (contact.after_hours, _("after hours")))
        if text
    ]
    return ShownContact(contact, numbers)
