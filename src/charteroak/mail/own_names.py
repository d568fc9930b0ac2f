"""Names that an operator protects besides the packaged ones: his town, its schools, its suppliers.

The file ``protected.toml`` has the shape of the packaged list. It is read strictly, because a slip in it would either
miss a lure or accuse a neighbour: unknown keys, a domain that is none, a public suffix, a free mail service and a
missing owner or date are refused, with the place.

The same file says which vendors send phishing exercises for the operator. Only that makes a training mail of a message:
the mark that a vendor's product writes into it is anybody's to write.
"""

import datetime as dt
import tomllib
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from charteroak.errors import InputError
from charteroak.mail.domains import normal_host, registrable_domain, shared_services
from charteroak.mail.language import plain_text
from charteroak.mail.protected_name import ProtectedName, Training

MAX_NAMES = 500
MAX_TRAININGS = 20
MAX_FILE_BYTES = 256 << 10

Kind = Literal[
    "government", "town", "school", "university", "utility", "bank", "supplier", "health", "payroll", "technology"
]
_Word = Annotated[str, Meta(min_length=2, max_length=60)]
_Words = Annotated[tuple[_Word, ...], Meta(max_length=20)]
_Domain = Annotated[str, Meta(min_length=4, max_length=253)]


class OwnNamesError(InputError):
    """The operator's list of protected names cannot be used."""

    code: ClassVar[str] = "mail.own-names"


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    label: Annotated[str, Meta(min_length=2, max_length=80)]
    kind: Kind
    domains: Annotated[tuple[_Domain, ...], Meta(min_length=1, max_length=50)]
    words: _Words = ()
    exact: _Words = ()


class _Training(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    vendor: Annotated[str, Meta(min_length=2, max_length=80)]
    domains: Annotated[tuple[_Domain, ...], Meta(min_length=1, max_length=50)]
    receivers: Annotated[tuple[_Domain, ...], Meta(min_length=1, max_length=10)]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    owner: Annotated[str, Meta(min_length=2, max_length=200)]
    reviewed: dt.date
    names: Annotated[tuple[_Entry, ...], Meta(max_length=MAX_NAMES)] = ()
    trainings: Annotated[tuple[_Training, ...], Meta(max_length=MAX_TRAININGS)] = ()


def parse_own_names(data: bytes) -> tuple[ProtectedName, ...]:
    """The names of an operator's ``protected.toml``.

    Raises:
        OwnNamesError: it is too large, no TOML, has an unknown key, names no owner or date, or a domain or word in it
            cannot stand for one organisation. The message names the entry.
    """
    return tuple(_name_of(entry) for entry in _file_of(data).names)


def parse_trainings(data: bytes) -> tuple[Training, ...]:
    """The exercises of an operator's ``protected.toml``: who sends them from where, and which server confirms it.

    Raises:
        OwnNamesError: the file cannot be used, or a domain or server in it cannot be one.
    """
    return tuple(
        Training(
            entry.vendor,
            frozenset(_domain_of(entry.vendor, domain) for domain in entry.domains),
            frozenset(_receiver_of(entry.vendor, server) for server in entry.receivers),
        )
        for entry in _file_of(data).trainings
    )


def _file_of(data: bytes) -> _File:
    if len(data) > MAX_FILE_BYTES:
        raise OwnNamesError(f"The list of protected names is larger than {MAX_FILE_BYTES >> 10} KB.")
    try:
        return msgspec.convert(tomllib.loads(data.decode("utf-8")), _File)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise OwnNamesError(
            f"The list of protected names cannot be read: {error}.", remedy="docs/verdict.md shows a whole file."
        ) from error


def _name_of(entry: _Entry) -> ProtectedName:
    for word in (*entry.words, *entry.exact):
        if plain_text(word) != word or not word.isascii() or not word[0].isalnum():
            raise OwnNamesError(
                f'"{entry.label}": the word "{word}" is not in small letters without accents.',
                remedy="Write words as they are compared, such as oak hollow.",
            )
    domains = frozenset(_domain_of(entry.label, domain) for domain in entry.domains)
    return ProtectedName(entry.label, entry.kind, entry.words, entry.exact, domains)


def _domain_of(label: str, text: str) -> str:
    host = normal_host(text)
    if not host or not registrable_domain(host):
        raise OwnNamesError(
            f'"{label}": {text} is not a domain that somebody can own.', remedy="Write it as townofoakhollow.gov."
        )
    if shared_services().kind_of(host):
        raise OwnNamesError(
            f'"{label}": {host} belongs to a service that strangers share.',
            remedy="Name only domains under which your organisation alone writes.",
        )
    return host


def _receiver_of(vendor: str, text: str) -> str:
    host = normal_host(text)
    if not host or "." not in host:
        raise OwnNamesError(
            f'"{vendor}": {text} is not the name of a mail server.',
            remedy="Write the name at the beginning of its Authentication-Results, such as mx.townofoakhollow.gov.",
        )
    return host
