"""The map of fields: what the state's form asks of a phish, as data that somebody can correct without a release.

The true form was not to be had, and the map says so. An operator's own map has the same shape and is read strictly.
"""

import datetime as dt
from functools import cache
from importlib.resources import files
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from charteroak.errors import InputError
from charteroak.response.bounded_toml import BoundedTOMLError, parse_toml

MAX_FILE_BYTES = 128 << 10

Value = Literal[
    "",
    "reporter.organization",
    "reporter.name",
    "reporter.contact",
    "reporter.technicalContact",
    "report.disclosure",
    "report.received",
    "report.outcome",
    "report.deeds",
    "report.note",
    "mail.subject",
    "mail.sender",
    "mail.date",
    "mail.sha256",
    "analysis.verdict",
    "analysis.sophisticated",
    "campaign",
]
"""What can be printed into a field; nothing: it is filled in by hand."""

_Line = Annotated[str, Meta(min_length=1, max_length=300)]
_Text = Annotated[str, Meta(min_length=1, max_length=1000)]


class FieldMapError(InputError):
    """An operator's map of fields cannot be used."""

    code: ClassVar[str] = "phish.field-map"


class Provenance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which form the map is of, whether somebody compared it with that form, whose it is, and what it rests on."""

    form: _Line
    verified: bool
    owner: _Line
    reviewed: dt.date
    basis: _Text
    notice: _Text


class FormField(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question of the form; ``ask`` says what belongs into it where it stays blank."""

    label: _Line
    ask: _Line
    value: Value = ""


class FormSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Questions under one title."""

    title: _Line
    fields: Annotated[tuple[FormField, ...], Meta(min_length=1, max_length=40)]


class FieldMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole form."""

    provenance: Provenance
    sections: Annotated[tuple[FormSection, ...], Meta(min_length=1, max_length=20)]


def parse_field_map(data: bytes) -> FieldMap:
    """A map of fields.

    Raises:
        FieldMapError: it is too large, no TOML, has an unknown key or value, or leaves its provenance out.
    """
    if len(data) > MAX_FILE_BYTES:
        raise FieldMapError(f"The map of the form's fields is larger than {MAX_FILE_BYTES >> 10} KB.")
    try:
        return msgspec.convert(parse_toml(data.decode("utf-8")), FieldMap)
    except (UnicodeDecodeError, BoundedTOMLError, msgspec.ValidationError) as error:
        raise FieldMapError(
            f"The map of the form's fields cannot be read: {error}.",
            remedy="docs/phish-papers.md tells its shape; the packaged one is field-map.toml.",
        ) from error


@cache
def load_field_map(language: str = "en") -> FieldMap:
    """The packaged map, in English or Spanish."""
    name = "field-map.es.toml" if language == "es" else "field-map.toml"
    source = files("charteroak.response") / "data" / "phish_paper" / name
    return parse_field_map(source.read_bytes())
