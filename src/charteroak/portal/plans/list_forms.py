"""Forms of the parts of a plan that are lists: roles, contacts, levels, systems. Works without a script.

Each row has its questions; below the rows stand empty ones for what is added. A row whose name is emptied is gone. A
place of the plan such as ``/roles/3/holder/phone`` is told beside the question it came from, also where rows before it
were taken away.
"""

import re
from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec
from django import forms
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import ManyChoices
from charteroak.portal.plans.fields import Line, NumberField, Words
from charteroak.portal.plans.part_forms import PartForm, role_choices
from charteroak.portal.programs.description_forms import Section
from charteroak.portal.programs.forms import DateInput
from charteroak.response.plans.plan import (
    CONTACTS,
    LONGEST_HOURS,
    ROLES,
    SYSTEMS,
    Contact,
    Person,
    Plan,
    Role,
    System,
)

_NOT_OF_ID = re.compile(r"[^a-z0-9]+")


class RowsForm(PartForm):
    """A list of rows, each with the same questions; ``spare`` empty ones follow."""

    member: ClassVar[str]
    spare: ClassVar[int] = 2
    most: ClassVar[int]
    naming: ClassVar[str]
    """The question whose answer makes a row."""
    heading_of_new: ClassVar[Any] = _("One more")

    def build(self) -> None:
        """The questions of each row."""
        self.kept: list[int] = []
        rows = getattr(self.plan, self.member)
        self.rows = len(rows)
        self.count = min(self.most, self.rows + self.spare)
        for at in range(self.count):
            for name, field in self.questions(at).items():
                self.ask(self.name(at, name), field)

    def questions(self, at: int) -> dict[str, forms.Field]:
        """The questions of one row, by name."""
        raise NotImplementedError

    def values(self, at: int) -> dict[str, Any]:
        """What the plan says in one row."""
        raise NotImplementedError

    def row(self, plan: Plan, at: int, said: dict[str, Any]) -> Any:
        """What becomes of a row; ``at`` is its place in the plan, which an added one does not have."""
        raise NotImplementedError

    def heading(self, at: int) -> Any:
        """What stands above a row."""
        raise NotImplementedError

    def name(self, at: int, name: str) -> str:
        """The form's name of a question."""
        return f"{self.member}_{at}_{name}"

    def initial_values(self) -> dict[str, Any]:
        """What the plan says already."""
        return {self.name(at, name): value for at in range(self.rows) for name, value in self.values(at).items()}

    def changed(self, plan: Plan) -> Plan:
        """The plan with the rows that have a name, in their order."""
        made = []
        self.kept = []
        for at in range(self.count):
            said = {name: self.cleaned_data[self.name(at, name)] for name in self.questions(at)}
            if said[self.naming]:
                made.append(self.row(plan, at, said))
                self.kept.append(at)
        return msgspec.structs.replace(plan, **{self.member: tuple(made)})

    def field_at(self, pointer: str) -> str | None:
        """The question that a place belongs to; the row's name where the place is the row itself."""
        parts = pointer.strip("/").split("/")
        if len(parts) < 2 or parts[0] != self.member or not parts[1].isdecimal() or int(parts[1]) >= len(self.kept):
            return None
        at = self.kept[int(parts[1])]
        wanted = self.name(at, _words("_".join(parts[2:])))
        return wanted if wanted in self.fields else self.name(at, self.naming)

    def sections(self) -> Iterator[Section]:
        """One section for each row."""
        for at in range(self.count):
            fields = [self[self.name(at, name)] for name in self.questions(at)]
            heading = self.heading(at) if at < self.rows else self.heading_of_new
            yield Section(heading, "", fields, in_pairs=True)


class RolesForm(RowsForm):
    """Who does what, how they are reached, who stands in."""

    member = "roles"
    most = ROLES
    naming = "title"
    heading_of_new = _("Another role")

    def questions(self, at: int) -> dict[str, forms.Field]:
        """Of one role."""
        own = self.plan.roles[at].id if at < self.rows else None
        others = [choice for choice in role_choices(self.plan) if choice[0] != own]
        return {
            "title": Line(label=_("Role")),
            "holder_name": Line(label=_("Who?")),
            "holder_phone": NumberField(label=_("Telephone")),
            "holder_after_hours": NumberField(label=_("At night")),
            "holder_mail": Line(label=_("Mail")),
            "deputy": forms.ChoiceField(label=_("Stands in: whoever is"), choices=others, required=False),
            "deputy_person_name": Line(label=_("Or somebody else")),
            "deputy_person_phone": NumberField(label=_("Their telephone")),
            "does": Words(label=_("What does this role do?"), rows=3),
        }

    def values(self, at: int) -> dict[str, Any]:
        """Of one role."""
        role = self.plan.roles[at]
        return {
            "title": role.title,
            "holder_name": role.holder.name,
            "holder_phone": role.holder.phone,
            "holder_after_hours": role.holder.after_hours,
            "holder_mail": role.holder.mail,
            "deputy": role.deputy or "",
            "deputy_person_name": role.deputy_person.name,
            "deputy_person_phone": role.deputy_person.phone,
            "does": role.does,
        }

    def row(self, plan: Plan, at: int, said: dict[str, Any]) -> Role:
        """Of one role; its id stays, for levels name it."""
        before = self.plan.roles[at] if at < self.rows else None
        taken = {role.id for role in (*plan.roles, *self.plan.roles)}
        return Role(
            id=before.id if before is not None else new_id(said["title"], taken, at),
            title=said["title"],
            does=said["does"],
            ics=before.ics if before is not None else "",
            holder=Person(
                name=said["holder_name"],
                phone=said["holder_phone"],
                after_hours=said["holder_after_hours"],
                mail=said["holder_mail"],
            ),
            deputy=said["deputy"] or None,
            deputy_person=Person(name=said["deputy_person_name"], phone=said["deputy_person_phone"]),
        )

    def heading(self, at: int) -> str:
        """The role's title."""
        return self.plan.roles[at].title


class ContactsForm(RowsForm):
    """Whom to call outside; calling a number and writing down the day takes its mark away."""

    member = "contacts"
    most = CONTACTS
    naming = "who"
    heading_of_new = _("Somebody else")

    def questions(self, at: int) -> dict[str, forms.Field]:  # noqa: ARG002 - every row has the same ones
        """Of one contact."""
        return {
            "who": Line(label=_("Who?")),
            "number": NumberField(label=_("Telephone")),
            "after_hours": NumberField(label=_("At night")),
            "address": Line(label=_("Mail or place of a form")),
            "reference": Line(label=_("Your number there"), help_text=_("A policy or customer number.")),
            "as_of": forms.DateField(label=_("On which day was it checked?"), widget=DateInput, required=False),
            "verify": forms.BooleanField(label=_("To be verified before use"), required=False),
            "purpose": Words(label=_("For what?"), rows=2),
        }

    def values(self, at: int) -> dict[str, Any]:
        """Of one contact."""
        contact = self.plan.contacts[at]
        return {
            name: getattr(contact, name)
            for name in ("who", "number", "after_hours", "address", "reference", "as_of", "verify", "purpose")
        }

    def row(self, plan: Plan, at: int, said: dict[str, Any]) -> Contact:
        """Of one contact; its id stays, for levels name it."""
        before = self.plan.contacts[at] if at < self.rows else None
        taken = {contact.id for contact in (*plan.contacts, *self.plan.contacts)}
        identifier = before.id if before is not None else new_id(said["who"], taken, at)
        return Contact(id=identifier, source=before.source if before is not None else "", **said)

    def heading(self, at: int) -> str:
        """Who it is."""
        return self.plan.contacts[at].short


class LevelsForm(RowsForm):
    """What each level means here, who decides, who is told; levels are neither added nor taken away."""

    member = "levels"
    spare = 0
    most = 6
    naming = "name"

    def questions(self, at: int) -> dict[str, forms.Field]:  # noqa: ARG002 - every row has the same ones
        """Of one level."""
        contacts = [(contact.id, contact.short) for contact in self.plan.contacts]
        return {
            "name": Line(label=_("Name"), required=True),
            "decides": forms.ChoiceField(label=_("Who decides?"), choices=role_choices(self.plan), required=False),
            "meaning": Words(label=_("What does it mean here?"), rows=3),
            "how_soon": Line(label=_("How soon are people told?")),
            "in_force": Line(label=_("Which plan is in force?")),
            "tell": forms.MultipleChoiceField(
                label=_("Who is told?"), choices=contacts, widget=ManyChoices, required=False
            ),
        }

    def values(self, at: int) -> dict[str, Any]:
        """Of one level."""
        level = self.plan.levels[at]
        return {
            "name": level.name,
            "decides": level.decides or "",
            "meaning": level.meaning,
            "how_soon": level.how_soon,
            "in_force": level.in_force,
            "tell": list(level.tell),
        }

    def row(self, plan: Plan, at: int, said: dict[str, Any]) -> Any:  # noqa: ARG002 - levels are the plan's own
        """Of one level."""
        changed = {**said, "decides": said["decides"] or None, "tell": tuple(said["tell"])}
        return msgspec.structs.replace(self.plan.levels[at], **changed)

    def heading(self, at: int) -> str:
        """Number and name."""
        level = self.plan.levels[at]
        return translated("Level %(number)s, %(name)s") % {"number": level.number, "name": level.name}


class SystemsForm(RowsForm):
    """What comes back, in the order of the numbers."""

    member = "systems"
    spare = 3
    most = SYSTEMS
    naming = "name"
    heading_of_new = _("Another system")

    def questions(self, at: int) -> dict[str, forms.Field]:  # noqa: ARG002 - every row has the same ones
        """Of one system."""

        def hours() -> dict[str, Any]:
            return {
                "min_value": 0,
                "max_value": LONGEST_HOURS,
                "required": False,
                "widget": forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
            }

        return {
            "name": Line(label=_("System")),
            "why": Line(label=_("Why does it matter?")),
            "rto_hours": forms.IntegerField(label=_("Back within how many hours?"), **hours()),
            "rpo_hours": forms.IntegerField(label=_("How many hours of work may be lost?"), **hours()),
            "by_hand": Line(label=_("What do people do meanwhile?")),
            "backup": Line(label=_("Where are the copies?")),
            "owner": Line(label=_("Who looks after it?")),
        }

    def values(self, at: int) -> dict[str, Any]:
        """Of one system."""
        return msgspec.structs.asdict(self.plan.systems[at])

    def row(self, plan: Plan, at: int, said: dict[str, Any]) -> System:  # noqa: ARG002 - a system has no id
        """Of one system."""
        return System(**said)

    def heading(self, at: int) -> str:
        """Its place and name."""
        return f"{at + 1}. {self.plan.systems[at].name}"


def new_id(title: str, taken: set[str], at: int) -> str:
    """An id for something that was added: of its name where that has letters, else of its place; never one twice."""
    wanted = _NOT_OF_ID.sub("-", title.casefold()).strip("-")[:50].strip("-") or f"added-{at}"
    return wanted if wanted not in taken else f"{wanted}-{at}"


def _words(name: str) -> str:
    """``holder_afterHours`` as the form names it."""
    return re.sub(r"([A-Z])", lambda letter: f"_{letter[1].lower()}", name)
