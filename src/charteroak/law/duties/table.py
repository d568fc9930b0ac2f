"""The table of duties: dated data, one row for each recipient."""

import functools
import tomllib
from datetime import date
from importlib.resources import files
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from charteroak.law.duties.facts import StartEvent
from charteroak.law.holidays import BusinessCalendar

Obligation: TypeAlias = Literal["required", "requested", "voluntary"]
Unit: TypeAlias = Literal["hours", "calendar-days", "business-days"]
_Text = Annotated[str, Meta(min_length=1)]


class Duty(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one law asks of whom, towards one recipient."""

    code: _Text
    part: _Text
    """The recipient in a word, which tells the rows of one code apart."""
    law: _Text
    citation: _Text
    who: _Text
    to: _Text
    trigger: _Text
    standard: _Text
    """The law's own words on time, which come before any limit."""
    start: StartEvent
    obligation: Obligation
    law_status: Literal["in-force", "proposed", "unknown", "lapsed"]
    confidence: Literal["high", "medium", "low"]
    limit: int | None = None
    unit: Unit | None = None
    calendar: BusinessCalendar | None = None
    delayable: bool = False
    """Whether a request of law enforcement holds the notice back."""
    content: tuple[str, ...] = ()
    note: str = ""


class DutyTable(msgspec.Struct, frozen=True, kw_only=True):
    """All rows, and when they were last reviewed."""

    duties: tuple[Duty, ...]
    last_reviewed_on: date


class _Provenance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    compiled_on: date
    last_reviewed_on: date
    method: _Text
    licence: _Text


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    provenance: _Provenance
    duty: tuple[Duty, ...]


@functools.cache
def load_duties() -> DutyTable:
    """The packaged table."""
    text = (files("charteroak.law") / "data" / "duties" / "us-ct.toml").read_text(encoding="utf-8")
    content = msgspec.convert(tomllib.loads(text), _File)
    return DutyTable(duties=content.duty, last_reviewed_on=content.provenance.last_reviewed_on)
