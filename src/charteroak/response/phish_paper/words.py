"""The words of the paper, in the language of whoever keeps it: data in English and Spanish.

What leaves the desk is written in English, as the state's form is; a reporter's own copy is in their language.
"""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from typing import Annotated

import msgspec
from msgspec import Meta

from charteroak.clock import CONNECTICUT
from charteroak.response.incident_papers.picture import when

LANGUAGES = ("en", "es")
_DAYS = ("lun", "mar", "mié", "jue", "vie", "sáb", "dom")
_MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
_PLACES = ("attached message", "attachment", "body")
_Text = Annotated[str, Meta(min_length=2, max_length=300)]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text in each language."""

    en: _Text
    es: _Text


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reviewed: date
    owner: str
    text: dict[str, Words]
    verdict: dict[str, Words]
    signature: dict[str, Words]
    outcome: dict[str, Words]
    disclosure: dict[str, Words]
    deed: dict[str, Words]
    place: dict[str, Words]
    kind: dict[str, Words]


@dataclass(frozen=True, slots=True)
class PaperWords:
    """The words in one language."""

    language: str

    def __call__(self, name: str, **blanks: str) -> str:
        """A text with its blanks filled."""
        return self._in(_words().text[name]).format(**blanks)

    def verdict(self, code: str) -> str:
        """A verdict; one that is not known here as it was kept."""
        return self._said(_words().verdict, code) or code

    def signature(self, code: str) -> str:
        """What checking a signature came to."""
        return self._in(_words().signature[code])

    def outcome(self, code: str) -> str:
        """Whether it succeeded; empty for what is not known here."""
        return self._said(_words().outcome, code)

    def disclosure(self, code: str) -> str:
        """Who may know who reported; empty for what is not known here."""
        return self._said(_words().disclosure, code)

    def deed(self, code: str) -> str:
        """What the reporter did; empty for what is not known here."""
        return self._said(_words().deed, code)

    def place(self, code: str) -> str:
        """Where something stood in a mail (``body link``); English shows it as it was kept."""
        if self.language == "en":
            return code
        around = next((place for place in _PLACES if code.startswith(f"{place} ")), "")
        role = code.removeprefix(around).strip()
        said = self._said(_words().place, role.lower()) or role
        return f"{said} ({self._in(_words().place[around])})" if around else said

    def kind(self, code: str) -> str:
        """What kind of address it is; one that is not known here as it was kept."""
        return self._said(_words().kind, code) or code

    def moment(self, moment: datetime) -> str:
        """``Sun 22 Nov 2026, 14:05 EST``, Connecticut's time with its zone."""
        if self.language == "en":
            return when(moment)
        local = moment.astimezone(CONNECTICUT)
        day = f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year}"
        return f"{day}, {local:%H:%M} {local.tzname()}"

    def _said(self, table: Mapping[str, Words], code: str) -> str:
        return self._in(table[code]) if code in table else ""

    def _in(self, words: Words) -> str:
        return words.es if self.language == "es" else words.en


def deeds_in_order() -> tuple[str, ...]:
    """What reporters do with a mail, in the order in which the paper tells it."""
    return tuple(_words().deed)


def disclosure_levels() -> tuple[str, ...]:
    """Who may know who reported, by code."""
    return tuple(_words().disclosure)


@functools.cache
def _words() -> _File:
    source = files("charteroak.response") / "data" / "phish_paper" / "words.toml"
    return msgspec.convert(tomllib.loads(source.read_text(encoding="utf-8")), _File)
