"""What a scenario must hold together beyond its form, and the texts it may not carry."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from charteroak.law.duties.table import load_duties
from charteroak.response.exercises.scenario import Scenario
from charteroak.response.playbooks import load_playbooks

_MARKUP = re.compile(r"<[a-zA-Z!/?][^>\n]{0,200}>?")
_ALLOWED_CONTROLS = frozenset("\n\t")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, where it stands, and what to do."""

    pointer: str
    what: str
    remedy: str


def first_fault(scenario: Scenario) -> Fault | None:
    """The first thing that keeps a scenario from being played, if there is one."""
    return next(iter(validate_scenario(scenario)), None)


def validate_scenario(scenario: Scenario, practices: Iterable[str] = ()) -> list[Fault]:
    """Everything that is wrong; practices are checked where the known ones are handed in."""
    return [
        *_texts(msgspec.to_builtins(scenario), ""),
        *_twice(scenario),
        *_times(scenario),
        *_unknown_roles(scenario),
        *_conditions(scenario),
        *_foreign_names(scenario, frozenset(practices)),
    ]


def _texts(value: Any, pointer: str) -> Iterator[Fault]:
    match value:
        case str():
            yield from _text(value, pointer)
        case dict():
            for key, each in value.items():
                yield from _texts(each, f"{pointer}/{key}")
        case list() | tuple():
            for index, each in enumerate(value):
                yield from _texts(each, f"{pointer}/{index}")


def _text(text: str, pointer: str) -> Iterator[Fault]:
    for character in text:
        if unicodedata.category(character) in {"Cc", "Cf", "Cs"} and character not in _ALLOWED_CONTROLS:
            yield Fault(
                pointer,
                f"A character that is not shown stands in this text (U+{ord(character):04X}).",
                "Take it out; it may turn words around.",
            )
            return
    found = _MARKUP.search(text)
    if found:
        yield Fault(pointer, f"This looks like markup: {found[0][:40]!r}.", "Write plain text.")
    if not text.strip():
        yield Fault(pointer, "This text is empty.", "Write something, or leave the field out.")


def _twice(scenario: Scenario) -> Iterator[Fault]:
    groups: list[tuple[str, str, list[str]]] = [
        ("/roles", "role", [role.id for role in scenario.roles]),
        ("/injects", "inject", [inject.id for inject in scenario.injects]),
        ("/injects", "expected action", [each.id for inject in scenario.injects for each in inject.expect]),
    ]
    groups += [
        (f"/injects/{index}/choice", "option", [option.id for option in inject.choice.options])
        for index, inject in enumerate(scenario.injects)
        if inject.choice
    ]
    for pointer, what, names in groups:
        seen: set[str] = set()
        for name in names:
            if name in seen:
                yield Fault(pointer, f"The {what} {name!r} stands here twice.", f"Give each {what} an id of its own.")
            seen.add(name)


def _times(scenario: Scenario) -> Iterator[Fault]:
    for index, inject in enumerate(scenario.injects):
        if inject.at_minutes > scenario.minutes:
            yield Fault(
                f"/injects/{index}/at_minutes",
                f"This inject comes after the end ({scenario.minutes} minutes).",
                "Bring it forward, or make the exercise longer.",
            )


def _unknown_roles(scenario: Scenario) -> Iterator[Fault]:
    known = {role.id for role in scenario.roles}
    remedy = f"There are: {', '.join(role.id for role in scenario.roles)}."
    for index, inject in enumerate(scenario.injects):
        for role in inject.to:
            if role not in known:
                yield Fault(f"/injects/{index}/to", f"There is no role {role!r}.", remedy)
        for place, each in enumerate(inject.expect):
            if each.by not in known:
                yield Fault(f"/injects/{index}/expect/{place}/by", f"There is no role {each.by!r}.", remedy)


def _conditions(scenario: Scenario) -> Iterator[Fault]:
    injects = {inject.id: inject for inject in scenario.injects}
    for index, inject in enumerate(scenario.injects):
        condition, pointer = inject.only_if, f"/injects/{index}/only_if"
        if condition is None:
            continue
        asked = injects.get(condition.inject)
        if asked is None:
            yield Fault(pointer, f"There is no inject {condition.inject!r}.", "Name one that asks for a decision.")
        elif asked.choice is None or condition.chose not in {option.id for option in asked.choice.options}:
            yield Fault(pointer, f"{asked.id!r} offers no {condition.chose!r}.", "Name one of its options.")
        elif _returns(inject.id, injects):
            yield Fault(pointer, f"{inject.id!r} waits for itself.", "Let it depend on an earlier inject.")
        elif asked.at_minutes > inject.at_minutes:
            yield Fault(pointer, f"It depends on {asked.id!r}, which comes later.", "Put the question first.")


def _returns(start: str, injects: dict[str, Any]) -> bool:
    """Whether the conditions from here lead back here; a ring elsewhere is told at its own injects."""
    seen: set[str] = set()
    at = start
    while at in injects and injects[at].only_if is not None and at not in seen:
        seen.add(at)
        at = injects[at].only_if.inject
    return at == start


def _foreign_names(scenario: Scenario, practices: frozenset[str]) -> Iterator[Fault]:
    books = load_playbooks()
    duties = {duty.code for duty in load_duties().duties}
    for index, name in enumerate(scenario.playbooks):
        if name not in books:
            yield Fault(f"/playbooks/{index}", f"There is no playbook {name!r}.", f"There are: {', '.join(books)}.")
    if practices:
        for index, name in enumerate(scenario.practices):
            if name not in practices:
                yield Fault(f"/practices/{index}", f"There is no practice {name!r}.", "See charteroak program.")
    for index, inject in enumerate(scenario.injects):
        for place, each in enumerate(inject.expect):
            pointer = f"/injects/{index}/expect/{place}"
            if each.duty is not None and each.duty not in duties:
                yield Fault(f"{pointer}/duty", f"There is no duty {each.duty!r}.", "See charteroak duties.")
            if each.step is not None:
                book, _, step = each.step.partition("/")
                if book not in books or step not in {known.id for known in books[book].steps}:
                    yield Fault(
                        f"{pointer}/step", f"There is no step {each.step!r}.", "See charteroak incident playbooks."
                    )
