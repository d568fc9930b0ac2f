"""Playbooks: what to do, by whom and how soon, for each kind of bad day.

Ours, in plain words for people who do this once in a lifetime; no standard's text. The phases follow NIST SP 800-61r3
(contain, eradicate, recover), with *preserve*, *tell* and *learn* as phases of their own because they are what is
forgotten. A playbook names the codes of duties that may follow; whether they do is
for ``charteroak.law.duties`` to say.
"""

import functools
import tomllib
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from importlib.resources import files
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from charteroak.errors import InputError

_FOLDER = files("charteroak.response") / "data" / "playbooks"
_Text = Annotated[str, Meta(min_length=1)]
_Id = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
_DAY_MINUTES = 24 * 60

ORDER = (
    "ransomware",
    "business-mail-compromise",
    "credentials-entered",
    "phishing-wave",
    "data-theft",
    "lost-device",
    "third-party",
    "insider",
    "defacement",
    "denial-of-service",
    "school",
    "water-911",
)
"""The packaged playbooks, those first that are needed most."""


class Phase(StrEnum):
    """What a step is for."""

    CONTAIN = "contain"
    PRESERVE = "preserve"
    TELL = "tell"
    ERADICATE = "eradicate"
    RECOVER = "recover"
    LEARN = "learn"


class Owner(StrEnum):
    """Who does a step; one person may be several of them."""

    LEAD = "lead"
    IT = "it"
    HEAD = "head"
    COUNSEL = "counsel"
    MONEY = "money"
    VOICE = "voice"


OWNER_TITLES: Mapping[Owner, str] = {
    Owner.LEAD: "Security lead",
    Owner.IT: "IT person or provider",
    Owner.HEAD: "Head of the organization",
    Owner.COUNSEL: "Counsel",
    Owner.MONEY: "Whoever pays the bills",
    Owner.VOICE: "Whoever speaks for you",
}
PHASE_TITLES: Mapping[Phase, str] = {
    Phase.CONTAIN: "Stop it",
    Phase.PRESERVE: "Keep proof",
    Phase.TELL: "Tell",
    Phase.ERADICATE: "Clean",
    Phase.RECOVER: "Get back",
    Phase.LEARN: "Learn",
}


class PlaybookError(InputError):
    """There is no such playbook, or its file cannot be used."""

    code: ClassVar[str] = "playbook.invalid"


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing to do."""

    id: _Id
    phase: Phase
    who: Owner
    within_minutes: Annotated[int, Meta(ge=5)]
    """Counted from the moment at which the incident was noticed; our advice, no limit of any law."""
    text: _Text

    @property
    def within(self) -> str:
        """The time in words: minutes, hours or days, whichever comes out whole."""
        for size, one, many in ((_DAY_MINUTES, "1 day", "days"), (60, "1 hour", "hours")):
            if self.within_minutes % size == 0:
                number = self.within_minutes // size
                return one if number == 1 else f"{number} {many}"
        return f"{self.within_minutes} minutes"


class Playbook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to do on one kind of bad day."""

    id: _Id
    title: _Text
    reviewed: date
    when: _Text
    """How to know that it is this one."""
    first: _Text
    """The one thing to do before anything else."""
    never: tuple[_Text, ...]
    keep: Annotated[tuple[_Text, ...], Meta(min_length=1)]
    """What to keep as proof."""
    tell: tuple[_Text, ...]
    """Codes of duties that may follow."""
    practices: tuple[_Id, ...]
    """Practices that make this day rarer or shorter."""
    steps: Annotated[tuple[Step, ...], Meta(min_length=3)]

    @property
    def in_time(self) -> tuple[Step, ...]:
        """The steps by when they are due; those of one time as the file has them."""
        return tuple(sorted(self.steps, key=lambda step: step.within_minutes))


def parse_playbook(text: str) -> Playbook:
    """A playbook from its TOML.

    Raises:
        PlaybookError: it is no playbook, or a step stands in it twice.
    """
    try:
        playbook = msgspec.convert(tomllib.loads(text), Playbook)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise PlaybookError(f"This is no playbook: {error}.", remedy="Mend its file.") from error
    if len({step.id for step in playbook.steps}) != len(playbook.steps):
        raise PlaybookError(f"A step of {playbook.id!r} stands in it twice.", remedy="Give each step its own id.")
    return playbook


@functools.cache
def load_playbooks() -> Mapping[str, Playbook]:
    """The packaged playbooks by id, in the order in which they are offered."""
    found = (parse_playbook((_FOLDER / f"{name}.toml").read_text(encoding="utf-8")) for name in ORDER)
    return {playbook.id: playbook for playbook in found}


def playbook_named(identifier: str) -> Playbook:
    """The packaged playbook of this id.

    Raises:
        PlaybookError: there is none.
    """
    try:
        return load_playbooks()[identifier]
    except KeyError as error:
        raise PlaybookError(
            f"There is no playbook {identifier[:60]!r}.", remedy=f"There are: {', '.join(load_playbooks())}."
        ) from error
