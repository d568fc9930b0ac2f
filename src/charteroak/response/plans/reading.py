"""Reading a plan, and refusing what it cannot mean: roles twice, deputies in a circle, a level that nobody decides.

``parse_plan`` raises with the place; ``validate_plan`` lists everything at once, for a person who mends it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from charteroak.errors import SourceLocation
from charteroak.response.bounded_toml import BoundedTOMLError, parse_toml
from charteroak.response.plans.errors import PlanError
from charteroak.response.plans.phones import is_dialable
from charteroak.response.plans.plan import FORMAT, Person, Plan, Role
from charteroak.response.playbooks import load_playbooks

PLAN_LIMIT_BYTES = 600_000
"""Of a plan as JSON: some hundred pages."""


@dataclass(frozen=True, slots=True)
class PlanFault:
    """Something that a plan cannot mean, and where it stands."""

    pointer: str
    message: str
    remedy: str = ""


def parse_plan(document: Any) -> Plan:
    """A plan from JSON values.

    Raises:
        PlanError: it is of another form or contradicts itself; the place is named.
    """
    if isinstance(document, dict) and document.get("format", FORMAT) != FORMAT:
        raise PlanError(
            f"This plan has the format {str(document['format'])[:40]!r}; this release reads {FORMAT}.",
            remedy="Use a newer release of Charter Oak.",
            location=SourceLocation(pointer="/format"),
        )
    try:
        plan = msgspec.convert(document, Plan)
        size = len(msgspec.json.encode(plan))
    except msgspec.ValidationError as error:
        problem, _, path = str(error).partition(" - at ")
        raise PlanError(
            f"This is no plan: {problem.rstrip('.')}.", location=SourceLocation(pointer=_pointer(path))
        ) from error
    except UnicodeEncodeError as error:
        raise PlanError("The plan holds half a character, which no text can hold.", remedy="Take it out.") from error
    if size > PLAN_LIMIT_BYTES:
        raise PlanError(
            f"The plan holds {size:,} bytes; {PLAN_LIMIT_BYTES:,} are allowed.",
            remedy="Keep long lists in a file beside it.",
        )
    for fault in validate_plan(plan):
        raise PlanError(fault.message, remedy=fault.remedy, location=SourceLocation(pointer=fault.pointer))
    return plan


def parse_plan_text(content: bytes | str) -> Plan:
    """A plan from its TOML or JSON.

    Raises:
        PlanError: it is neither, or no plan.
    """
    try:
        text = content if isinstance(content, str) else content.decode("utf-8-sig")
        document = msgspec.json.decode(text) if text.lstrip().startswith("{") else parse_toml(text)
    except (msgspec.DecodeError, BoundedTOMLError, UnicodeDecodeError, RecursionError) as error:
        raise PlanError(f"This is neither TOML nor JSON: {error}.") from error
    return parse_plan(document)


def plan_document(plan: Plan) -> dict[str, Any]:
    """The plan as JSON values."""
    return msgspec.json.decode(msgspec.json.encode(plan), type=dict[str, Any])


def validate_plan(plan: Plan) -> list[PlanFault]:
    """Everything that the plan cannot mean, in its order; nothing for a plan that only lacks things."""
    return [
        *_twice("roles", "role", (role.id for role in plan.roles)),
        *_titles_twice(plan.roles),
        *_deputies(plan),
        *_numbers(plan),
        *_twice("contacts", "contact", (contact.id for contact in plan.contacts)),
        *_twice("levels", "level", (str(level.number) for level in plan.levels)),
        *_names(plan),
        *_twice("runbooks", "playbook", plan.runbooks),
        *_twice("systems", "system", (" ".join(system.name.split()).casefold() for system in plan.systems)),
        *_hidden(plan),
    ]


def _twice(member: str, what: str, ids: Iterable[str]) -> Iterator[PlanFault]:
    listed = list(ids)
    for identifier, number in Counter(listed).items():
        if number > 1:
            at = len(listed) - 1 - listed[::-1].index(identifier)
            yield PlanFault(f"/{member}/{at}", f"The {what} {identifier!r} stands there {number} times.", "Keep one.")


def _titles_twice(roles: tuple[Role, ...]) -> Iterator[PlanFault]:
    named: dict[str, str] = {}
    for at, role in enumerate(roles):
        title = " ".join(role.title.split()).casefold()
        if title in named and named[title] != role.id:
            yield PlanFault(
                f"/roles/{at}/title", f"Two roles are called {role.title!r}.", "Call one of them otherwise."
            )
        named.setdefault(title, role.id)


def _deputies(plan: Plan) -> Iterator[PlanFault]:
    known = {role.id: role for role in plan.roles}
    told: set[str] = set()
    for at, role in enumerate(plan.roles):
        place = f"/roles/{at}/deputy"
        if role.deputy is not None and role.deputy not in known:
            yield PlanFault(place, f"No role is called {role.deputy!r}, which stands in for {role.title!r}.")
            continue
        line = [role.id]
        while (following := known[line[-1]].deputy) in known and following not in line:
            line.append(following)
        if following == role.id and not told & set(line):
            told |= set(line)
            names = ", then ".join(known[each].title for each in [*line, role.id])
            yield PlanFault(
                place,
                f"The deputies go in a circle: {names}.",
                "Name somebody outside the circle, so that one is left when these are away.",
            )


def _numbers(plan: Plan) -> Iterator[PlanFault]:
    for at, role in enumerate(plan.roles):
        for member, person in (("holder", role.holder), ("deputyPerson", role.deputy_person)):
            for name, number in _of_person(person):
                if number and not is_dialable(number):
                    yield _not_dialable(f"/roles/{at}/{member}/{name}", number)
    for at, contact in enumerate(plan.contacts):
        for name, number in (("number", contact.number), ("afterHours", contact.after_hours)):
            if number and not is_dialable(number):
                yield _not_dialable(f"/contacts/{at}/{name}", number)


def _of_person(person: Person) -> tuple[tuple[str, str], ...]:
    return ("phone", person.phone), ("afterHours", person.after_hours)


def _not_dialable(pointer: str, number: str) -> PlanFault:
    return PlanFault(
        pointer,
        f"{number[:60]!r} is no telephone number.",
        "Write it as 860-555-0134, +1 860 555 0134 ext. 12 or 1-844-SAY-CISA.",
    )


def _names(plan: Plan) -> Iterator[PlanFault]:
    roles, contacts = {role.id for role in plan.roles}, {contact.id for contact in plan.contacts}
    for at, level in enumerate(plan.levels):
        if level.decides is not None and level.decides not in roles:
            yield PlanFault(f"/levels/{at}/decides", f"No role is called {level.decides!r}, which decides at a level.")
        for unknown in sorted(set(level.tell) - contacts):
            yield PlanFault(f"/levels/{at}/tell", f"No contact is called {unknown!r}, whom a level tells.")
    if plan.communications.approves is not None and plan.communications.approves not in roles:
        yield PlanFault(
            "/communications/approves", f"No role is called {plan.communications.approves!r}, which lets words out."
        )
    for at, name in enumerate(plan.runbooks):
        if name not in load_playbooks():
            yield PlanFault(
                f"/runbooks/{at}", f"There is no playbook {name!r}.", f"There are: {', '.join(load_playbooks())}."
            )


def _hidden(plan: Plan) -> Iterator[PlanFault]:
    if b"\\u0000" in msgspec.json.encode(plan):
        yield PlanFault("", "The plan holds a character that no text can hold (U+0000).", "Take it out.")


def _pointer(path: str) -> str:
    """A JSON pointer from the decoder's path: ``$.roles[0].id`` is ``/roles/0/id``."""
    return path.strip("`").removeprefix("$").replace("[", "/").replace("]", "").replace(".", "/")
