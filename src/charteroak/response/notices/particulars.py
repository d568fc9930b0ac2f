"""What notices need beyond the facts that the law reads: asked once for an incident, used by every notice.

An answer that is absent is not known. *None* and *0* are answers. A text of a person is kept as it was typed.
"""

import functools
import tomllib
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from importlib.resources import files
from typing import Any, TypeAlias

import msgspec

from charteroak.clock import TimeFormatError, parse_day
from charteroak.response.notices.errors import ParticularError

Particulars: TypeAlias = Mapping[str, str]
"""Answers by key, as ``parse_particulars`` gives them; days are ISO dates, counts are digits."""

DATA = files("charteroak.response") / "data" / "notices"
LINE_LIMIT = 300
TEXT_LIMIT = 20_000
_COUNT_DIGITS = 15
_FIRST_DAY = date(1990, 1, 1)


class ParticularKind(StrEnum):
    """What kind of answer it is."""

    LINE = "line"
    TEXT = "text"
    DAY = "day"
    COUNT = "count"


class ParticularGroup(StrEnum):
    """What the answer is about."""

    WHO = "who"
    WHAT = "what"
    DONE = "done"
    PEOPLE = "people"
    OTHERS = "others"


class Particular(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question; ``label`` names its answer where it is a blank."""

    key: str
    group: ParticularGroup
    kind: ParticularKind
    label: str
    label_es: str
    help: str = ""

    def label_in(self, language: str) -> str:
        """The name of the answer in a notice's language."""
        return self.label_es if language == "es" else self.label


@functools.cache
def load_particulars() -> Mapping[str, Particular]:
    """The packaged questions by key, in the order in which they are asked."""
    table = tomllib.loads((DATA / "particulars.toml").read_text(encoding="utf-8"))
    return {each.key: each for each in msgspec.convert(table["particular"], tuple[Particular, ...])}


def parse_particulars(values: Mapping[str, Any]) -> Particulars:
    """Answers that can be used; empty ones are left out, for they are not known.

    Raises:
        ParticularError: a key is not known, a text is too long or holds a NUL, a day is no day, a number is no number,
            or the last day comes before the first.
    """
    known, parsed = load_particulars(), {}
    for key, value in values.items():
        if key not in known:
            raise ParticularError(f"There is no question {key[:60]!r}.", field=key[:60])
        if value is None or not str(value).strip():
            continue
        if not isinstance(value, str | date) and not (isinstance(value, int) and not isinstance(value, bool)):
            raise ParticularError("This is no text.", field=key)
        parsed[key] = _parsed(known[key], str(value).strip())
    first, last = parsed.get("breach_from"), parsed.get("breach_to")
    if first is not None and last is not None and last < first:
        raise ParticularError("The last day comes before the first.", field="breach_to", remedy="Check both days.")
    return {key: parsed[key] for key in known if key in parsed}


def _parsed(particular: Particular, text: str) -> str:
    key, kind = particular.key, particular.kind
    limit = TEXT_LIMIT if kind is ParticularKind.TEXT else LINE_LIMIT
    if len(text) > limit or "\0" in text:
        raise ParticularError(
            f"It has {len(text):,} characters, or some that are no text; up to {limit:,} are kept.",
            field=key,
            remedy="Shorten it, and keep the rest as evidence.",
        )
    if kind is ParticularKind.LINE:
        return " ".join(text.split())
    if kind is ParticularKind.DAY:
        return _day(key, text)
    if kind is ParticularKind.COUNT:
        if not (text.isascii() and text.isdigit() and len(text) <= _COUNT_DIGITS):
            raise ParticularError("This is no whole number.", field=key, remedy="Write digits only, such as 24.")
        return str(int(text))
    return text


def _day(key: str, text: str) -> str:
    try:
        day = parse_day(text)
    except TimeFormatError as error:
        raise ParticularError(error.message, field=key, remedy=error.remedy) from error
    if not _FIRST_DAY <= day <= date(2200, 1, 1):
        raise ParticularError(f"{day} cannot be meant.", field=key, remedy="Check the year.")
    return day.isoformat()
