"""The packaged notices: one file for each recipient, in our own words; what several say alike is in ``shared.toml``.

A notice in Spanish is a file of the same name that ends in ``.es.toml``; it has the same items.
"""

import functools
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from charteroak.response.notices.conditions import CONDITIONS
from charteroak.response.notices.errors import NoticeError
from charteroak.response.notices.fields import field_keys
from charteroak.response.notices.items import ItemId, TemplateItem
from charteroak.response.notices.particulars import DATA

PLACE = re.compile(r"\{([a-z_]+)\}")
_WORDS = {"text", "terms", "points"}
_NOT_NOTICES = {"shared", "particulars", "words"}


class NoticeTemplate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A notice as it is packaged."""

    id: ItemId
    order: int
    reviewed: date
    title: str
    """What stands on the notice."""
    recipient: str
    duties: tuple[str, ...] = ()
    """Rows of the table of duties that it serves, as ``code/part``; none for a contract or a choice."""
    language: Literal["en", "es"] = "en"
    to_people: bool = False
    """Written to the people concerned, so in plain words."""
    sending: Annotated[str, Meta(min_length=1)]
    """How it is sent; our summary, to be checked."""
    mail: str = ""
    """An address that may be put into a draft mail; empty where the recipient takes none."""
    attach: tuple[str, ...] = ()
    """Notices whose draft goes with it."""
    opening: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    signature: tuple[str, ...] = ()
    items: Annotated[tuple[TemplateItem, ...], Meta(min_length=1)]

    separate: bool = False
    """Whether its duties are told one by one, each by a way of its own: one sending does not serve them all."""

    @property
    def places(self) -> frozenset[str]:
        """Every place that it names."""
        return frozenset(place for text in self._texts() for place in PLACE.findall(text))

    def _texts(self) -> Iterator[str]:
        yield from (*self.opening, *self.closing)
        for item in self.items:
            yield from (*item.text, *item.points, *(value for _, value in item.terms))


def parse_template(text: str, shared: Mapping[str, Mapping[str, Any]]) -> NoticeTemplate:
    """A notice from its TOML; an item with ``use`` takes what it does not say itself from the shared one.

    Raises:
        NoticeError: it is no notice, or it names an item, a place or a condition that there is not.
    """
    try:
        table = tomllib.loads(text)
        table["items"] = [_merged(item, shared) for item in table.pop("item", [])]
        template = msgspec.convert(table, NoticeTemplate)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise NoticeError(f"This is no notice: {error}.", remedy="Mend its file.") from error
    ids = [item.id for item in template.items]
    if len(set(ids)) != len(ids):
        raise NoticeError(f"An item of {template.id!r} stands in it twice.")
    if unknown := template.places - field_keys():
        raise NoticeError(f"{template.id!r} names places that there are not: {', '.join(sorted(unknown))}.")
    if wrong := {item.when for item in template.items if item.when} - set(CONDITIONS):
        raise NoticeError(f"{template.id!r} names conditions that there are not: {', '.join(sorted(wrong))}.")
    return template


def _merged(item: Mapping[str, Any], shared: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    own = dict(item)
    used = own.pop("use", None)
    if used is None:
        return own
    if used not in shared:
        raise NoticeError(f"There is no shared item {used!r}.")
    taken = dict(shared[used])
    if _WORDS & own.keys():
        # Own words take the place of all the shared ones, or a sentence would stand beside its other form.
        taken = {key: value for key, value in taken.items() if key not in _WORDS}
    return {**taken, **own}


@functools.cache
def _load() -> Mapping[tuple[str, str], NoticeTemplate]:
    shared_table = tomllib.loads((DATA / "shared.toml").read_text(encoding="utf-8"))
    shared = {item["id"]: item for item in shared_table["item"]}
    found = [
        parse_template(file.read_text(encoding="utf-8"), shared)
        for file in DATA.iterdir()
        if file.name.endswith(".toml") and file.name.removesuffix(".toml") not in _NOT_NOTICES
    ]
    return {(each.id, each.language): each for each in sorted(found, key=lambda each: (each.order, each.id))}


def notice_templates() -> Mapping[str, NoticeTemplate]:
    """The packaged notices by id, in English, in the order in which they are offered."""
    return {template.id: template for (_, language), template in _load().items() if language == "en"}


def languages_of(identifier: str) -> tuple[str, ...]:
    """The languages in which a notice is packaged, English first."""
    return tuple(language for language in ("en", "es") if (identifier, language) in _load())


def notice_named(identifier: str, language: str = "en") -> NoticeTemplate:
    """The packaged notice of this id in a language.

    Raises:
        NoticeError: there is none.
    """
    try:
        return _load()[identifier, language]
    except KeyError as error:
        known = ", ".join(notice_templates())
        if identifier in notice_templates():
            raise NoticeError(
                f"The notice {identifier!r} is not written in that language.",
                remedy=f"It is written in: {', '.join(languages_of(identifier))}.",
            ) from error
        raise NoticeError(f"There is no notice {identifier[:60]!r}.", remedy=f"There are: {known}.") from error
