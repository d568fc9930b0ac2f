"""The words of answers to reporters, as data in English and Spanish: verdicts, what to do, and whom to call."""

import functools
import tomllib
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

LANGUAGES = ("en", "es")

_FOLDER = files("charteroak.response") / "data" / "answers"
_File = TypeVar("_File")
_Text = Annotated[str, Meta(min_length=2, max_length=400)]


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text in each language."""

    en: _Text
    es: _Text

    def in_(self, language: str) -> str:
        """The text in a language; in English where there is no other."""
        return self.es if language == "es" else self.en


class SaidSteps(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same few steps in each language."""

    en: tuple[_Text, ...]
    es: tuple[_Text, ...]

    def in_(self, language: str) -> tuple[str, ...]:
        """The steps in a language; in English where there is no other."""
        return self.es if language == "es" else self.en


class Deed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a reporter did with a mail, what to do then, and whom to call.

    ``doubt`` is the heading for who is not sure of it: what to do then is the same.
    """

    id: str
    heading: Said
    steps: SaidSteps
    call: tuple[str, ...]
    doubt: Said | None = None


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to call. Of one that is ``variable`` the number is the operator's to enter."""

    id: str
    who: Said
    hint: Said
    number: str
    address: str
    source: _Text
    variable: bool
    as_of: date | None = None


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reviewed: date
    owner: str
    verdict: dict[str, Said]
    text: dict[str, Said]
    deed: tuple[Deed, ...]


class _Contacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reviewed: date
    contact: tuple[Contact, ...]


class Unread(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a part of a mail was not read: some kinds of defect in one sentence."""

    codes: tuple[str, ...]
    says: Said


class _Unread(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reviewed: date
    unread: tuple[Unread, ...]


def verdict_sentences() -> Mapping[str, Said]:
    """The first sentence of an answer, by verdict."""
    return _words().verdict


def texts() -> Mapping[str, Said]:
    """The other sentences, by name."""
    return _words().text


def deeds() -> tuple[Deed, ...]:
    """What reporters do with mail, the gravest first."""
    return _words().deed


def in_doubt(deed: str) -> str:
    """The identifier of a deed that the reporter is not sure of."""
    return f"maybe-{deed}"


def deed_ids() -> tuple[str, ...]:
    """The identifiers of deeds and of doubts about them, the gravest first."""
    return tuple(
        name for deed in deeds() for name in ((deed.id, in_doubt(deed.id)) if deed.doubt is not None else (deed.id,))
    )


def contacts() -> Mapping[str, Contact]:
    """Whom to call, by identifier."""
    return _contacts()


def unread() -> tuple[Unread, ...]:
    """Why parts of a mail are not read, by groups of defects."""
    return _unread()


@functools.cache
def _words() -> _Words:
    return _read("words", _Words)


@functools.cache
def _contacts() -> Mapping[str, Contact]:
    return {row.id: row for row in _read("contacts", _Contacts).contact}


@functools.cache
def _unread() -> tuple[Unread, ...]:
    return _read("unread", _Unread).unread


def _read(name: str, shape: type[_File]) -> _File:
    document = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return msgspec.convert(document, shape)
