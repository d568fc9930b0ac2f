"""A scenario: what happens to whom, when, and what a good answer to it would be (``docs/exercises.md``).

Written in TOML, ``format = 1``. Texts are plain text: markup, control characters and characters that turn text around
are refused, for the same words are read in browsers, terminals and print. The manner of an exercise (objectives,
injects, expected actions, hot wash, after-action report) is that of FEMA's Homeland Security Exercise and Evaluation
Program (HSEEP 2020); the scenarios are ours.
"""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from charteroak.errors import InputError, SourceLocation
from charteroak.response.bounded_toml import BoundedTOMLError, parse_toml

SCENARIO_LIMIT_BYTES = 256 << 10
"""Ten times the longest that we wrote; a scenario is read aloud in an afternoon."""
LONGEST_MINUTES = 24 * 60

Id = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\Z", max_length=64)]
Line = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(min_length=1, max_length=4000)]
Minutes = Annotated[int, Meta(ge=0, le=LONGEST_MINUTES)]


class ScenarioError(InputError):
    """A file is no scenario that can be played; the place and the first fault are named."""

    code: ClassVar[str] = "exercise.scenario"


class Channel(StrEnum):
    """How an inject reaches a player."""

    MAIL = "mail"
    PHONE = "phone"
    SCREEN = "screen"
    LOG = "log"
    MEDIA = "media"


CHANNEL_TITLES: dict[Channel, str] = {
    Channel.MAIL: "Mail",
    Channel.PHONE: "Phone call",
    Channel.SCREEN: "On the screen",
    Channel.LOG: "In a log",
    Channel.MEDIA: "In the news",
}


class Role(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part to be played; one person may take several, several people may take one."""

    id: Id
    title: Line
    what: Text
    team: Line | None = None
    """The town or firm of this role, where several play together."""


class Expected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a good answer to an inject does, and what it practises: a step of a playbook, a duty, or both."""

    id: Id
    text: Text
    by: Id
    """The role that should do it."""
    within_minutes: Annotated[int, Meta(ge=1, le=LONGEST_MINUTES)]
    step: Annotated[str, Meta(pattern=r"^[a-z0-9-]+/[a-z0-9-]+\Z")] | None = None
    duty: Line | None = None


class Option(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way to decide."""

    id: Id
    text: Line


class Choice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A decision that an inject asks for; later injects may depend on it."""

    ask: Line
    options: Annotated[tuple[Option, ...], Meta(min_length=2, max_length=6)]


class Condition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An inject comes only if an earlier one was decided so."""

    inject: Id
    chose: Id


class Inject(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One piece of news, for some roles, at its time on the exercise's clock."""

    id: Id
    at_minutes: Minutes
    to: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=20)]
    channel: Channel
    sender: Line
    title: Line
    text: Text
    expect: Annotated[tuple[Expected, ...], Meta(max_length=10)] = ()
    choice: Choice | None = None
    only_if: Condition | None = None


class Scenario(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole exercise as it can be played again and again."""

    format: Literal[1]
    id: Id
    title: Line
    audience: Literal["town", "school", "water", "dispatch", "several-towns", "business"]
    summary: Text
    reviewed: date
    minutes: Annotated[int, Meta(ge=5, le=LONGEST_MINUTES)]
    """How long it takes at the pace of a wall clock."""
    objectives: Annotated[tuple[Line, ...], Meta(min_length=1, max_length=12)]
    playbooks: Annotated[tuple[Id, ...], Meta(max_length=12)] = ()
    practices: Annotated[tuple[Id, ...], Meta(max_length=40)] = ()
    """Practices for which having played it is evidence."""
    requirements: Annotated[tuple[Line, ...], Meta(max_length=40)] = ()
    """Requirements of frameworks that it bears on, such as ``NIST CSF 2.0 RS.MA-01``."""
    roles: Annotated[tuple[Role, ...], Meta(min_length=1, max_length=20)]
    injects: Annotated[tuple[Inject, ...], Meta(min_length=1, max_length=200)]
    debrief: Annotated[tuple[Line, ...], Meta(min_length=1, max_length=20)]

    @property
    def in_time(self) -> tuple[Inject, ...]:
        """The injects by their time; those of one time as the file has them."""
        return tuple(sorted(self.injects, key=lambda inject: inject.at_minutes))

    @property
    def expected(self) -> tuple[tuple[Inject, Expected], ...]:
        """Every expected action with its inject, in the order of time."""
        return tuple((inject, each) for inject in self.in_time for each in inject.expect)

    def inject_named(self, identifier: str) -> Inject:
        """The inject of this id.

        Raises:
            ScenarioError: there is none.
        """
        for inject in self.injects:
            if inject.id == identifier:
                return inject
        raise ScenarioError(f"This scenario has no inject {identifier[:64]!r}.", remedy="Choose one that it has.")

    def role_named(self, identifier: str) -> Role:
        """The role of this id.

        Raises:
            ScenarioError: there is none.
        """
        for role in self.roles:
            if role.id == identifier:
                return role
        raise ScenarioError(f"This scenario has no role {identifier[:64]!r}.", remedy="Choose one that it has.")


def parse_scenario(data: bytes, name: str = "scenario") -> Scenario:
    """A scenario from its TOML, whole: every reference in it leads somewhere.

    Raises:
        ScenarioError: it is too large, no TOML, of another form, or cannot be played; with its place.
    """
    from charteroak.response.exercises.scenario_checks import first_fault  # noqa: PLC0415 - it needs this module's types

    if len(data) > SCENARIO_LIMIT_BYTES:
        raise ScenarioError(
            f"Larger than the {SCENARIO_LIMIT_BYTES >> 10} KB that a scenario may have.",
            remedy="Name the scenario itself.",
            location=SourceLocation(path=name),
        )
    try:
        scenario = msgspec.convert(parse_toml(data.decode("utf-8")), Scenario)
    except UnicodeDecodeError as error:
        raise ScenarioError(
            "This is no UTF-8 text.", remedy="Save it as UTF-8.", location=SourceLocation(path=name)
        ) from error
    except BoundedTOMLError as error:
        raise ScenarioError(
            f"This is no TOML: {error}.", remedy="Mend the file.", location=SourceLocation(path=name)
        ) from error
    except RecursionError as error:
        raise ScenarioError(
            "This is nested deeper than a scenario is.", remedy="Mend the file.", location=SourceLocation(path=name)
        ) from error
    except msgspec.ValidationError as error:
        fault, pointer = _told_apart(str(error))
        raise ScenarioError(
            f"{fault}.",
            remedy="docs/exercises.md lists every field.",
            location=SourceLocation(path=name, pointer=pointer),
        ) from error
    fault_found = first_fault(scenario)
    if fault_found is not None:
        raise ScenarioError(
            fault_found.what, remedy=fault_found.remedy, location=SourceLocation(path=name, pointer=fault_found.pointer)
        )
    return scenario


_PLACE = re.compile(r"(?P<fault>.*?)(?: - at `(?P<place>[^`]*)`)?\Z", re.DOTALL)


def _told_apart(message: str) -> tuple[str, str]:
    """What msgspec says and where, the place as a pointer: ``$.injects[3].at_minutes`` is ``/injects/3/at_minutes``."""
    found = _PLACE.fullmatch(message)
    if found is None:
        return message, ""
    place = (found["place"] or "").removeprefix("$").replace("[", ".").replace("]", "")
    return found["fault"], place.replace(".", "/")
