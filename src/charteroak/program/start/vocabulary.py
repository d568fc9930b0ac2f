"""The words of the guided start: what it asks about, from data that comes with this release."""

import functools
import tomllib
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from importlib.resources import files
from typing import TypeVar

import msgspec

T = TypeVar("T")


class Word(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that can be chosen, and the flags that choosing it raises."""

    id: str
    label: str
    said: str = ""
    """How it is told again where the label leans on the one before it."""
    flags: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    """The sectors that are asked about it; empty: all."""


class Vocabulary(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The choices of the start's forms."""

    reviewer: str
    reviewed: date
    sectors: tuple[Word, ...]
    regulated: tuple[Word, ...]
    contracts: tuple[Word, ...]
    systems: tuple[Word, ...]

    def systems_for(self, sector: str | None) -> tuple[Word, ...]:
        """The systems that an organisation of this sector is asked about."""
        return tuple(word for word in self.systems if not word.only or sector in word.only)


class Rule(StrEnum):
    """How the act's definitions read a kind of information."""

    NAME = "name"
    PERSONAL_WITH_NAME = "personal-with-name"
    PERSONAL_WITH_CODE = "personal-with-code"
    PERSONAL_ALONE = "personal-alone"
    RESTRICTED = "restricted"
    RESTRICTED_DEPENDS = "restricted-depends"
    PUBLIC = "public"
    NOTHING = "nothing"
    UNSURE = "unsure"


class InformationKind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of information in plain words, with the rule that reads it."""

    id: str
    group: str
    label: str
    noun: str
    rule: Rule


class InformationKinds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every kind that the start knows, and where the two definitions stand."""

    reviewer: str
    reviewed: date
    personal_citation: str
    restricted_citation: str
    public_citation: str
    owned_citation: str
    caution: str
    kinds: tuple[InformationKind, ...]

    @property
    def by_id(self) -> Mapping[str, InformationKind]:
        """The kinds by their identifiers."""
        return {kind.id: kind for kind in self.kinds}


def load_start_data(name: str, form: type[T]) -> T:
    """A packaged table of the start, as a structure."""
    text = (files("charteroak.program") / "data" / "start" / f"{name}.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), form)


@functools.cache
def load_vocabulary() -> Vocabulary:
    """The choices of the start's forms."""
    return load_start_data("vocabulary", Vocabulary)


@functools.cache
def load_information_kinds() -> InformationKinds:
    """The kinds of information that the classifier reads."""
    return load_start_data("information", InformationKinds)
