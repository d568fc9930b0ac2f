"""One thing that a notice has to say: what is asked, the words for it, and whether they are whole."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

ItemId = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class ItemState(StrEnum):
    """Where an item stands in a draft."""

    FILLED = "filled"
    BLANK = "blank"
    """A fact is missing; the draft shows where."""
    COUNSEL = "counsel"
    """A person has to decide, and nobody has yet."""
    NOT_NEEDED = "not-needed"


class TemplateItem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An item as its template has it. Places stand in braces; a person's own words follow ours."""

    id: ItemId
    asks: str
    """What has to be said, in our words."""
    basis: str = ""
    """Where that is asked; empty where it is our advice."""
    heading: str = ""
    when: str = ""
    text: tuple[str, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()
    points: tuple[str, ...] = ()
    """A list below the text."""
    counsel: str = ""
    """A question that no record answers. Until somebody writes own words there is a blank."""
    remark: str = ""
    """For whoever prepares the notice; it stands in the checklist alone."""


class NoticeItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item of a draft as the checklist shows it."""

    id: str
    asks: str
    basis: str
    heading: str
    state: ItemState
    because: str
    """From where it is filled, what is missing, or what is to be decided."""
    missing: tuple[str, ...] = ()
    remark: str = ""
    has_own_words: bool = False
