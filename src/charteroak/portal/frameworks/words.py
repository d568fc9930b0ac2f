"""How frameworks are spoken of on pages: kinds of elements, relations of practices, sections of a control's text."""

from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from charteroak.frameworks.catalog import Catalog
from charteroak.oscal.wording import Passage
from charteroak.program.links import LinkRelation

_KINDS: dict[str, tuple[str, str]] = {
    "annex": ("annex", "annexes"),
    "appendix": ("appendix", "appendices"),
    "category": ("category", "categories"),
    "family": ("family", "families"),
    "subcategory": ("subcategory", "subcategories"),
}
SECTIONS: dict[str, str | Promise] = {
    "statement": _("What it asks"),
    "guidance": _("What the publisher adds"),
    "example": _("Examples"),
    "objective": _("What an assessor determines"),
    "method": _("How it is assessed"),
    "other": _("Also in the text"),
}
RELATIONS: dict[LinkRelation, str | Promise] = {
    LinkRelation.SATISFIES: _("does all of it"),
    LinkRelation.CONTRIBUTES: _("does a part of it"),
    LinkRelation.RELATED: _("is related, and shows nothing about it"),
}


def spoken_counts(catalog: Catalog) -> str:
    """How many elements of each kind are in force."""
    return ", ".join(f"{number} {_spoken_kind(kind, number)}" for kind, number in catalog.counts().items())


def _spoken_kind(kind: str, number: int) -> str:
    word = kind.replace("-", " ")
    one, many = _KINDS.get(kind, (word, f"{word}s"))
    return ngettext(one, many, number)


def sections_of(passages: tuple[Passage, ...]) -> list[tuple[str | Promise, list[Passage]]]:
    """The passages of a control under their headings, in the order of the page."""
    found = {
        section: list(group)
        for section, group in groupby(
            sorted(passages, key=lambda each: list(SECTIONS).index(each.section)), key=lambda each: each.section
        )
    }
    return [(SECTIONS[section], group) for section, group in found.items()]
