"""Tags for pages that show an organisation's record."""

from collections.abc import Mapping

from django import template

from charteroak.portal.programs import places

register = template.Library()


@register.simple_tag
def entry_url(slug: str, index: int) -> str:
    """The page of an entry."""
    return places.entry_url(slug, index)


@register.filter
def tombstone(sha256: str, erased: Mapping[str, int] | str) -> int | None:
    """The entry that says that a file was erased; nothing for a file that is there."""
    return erased.get(sha256) if isinstance(erased, Mapping) else None


@register.filter
def other_type(sha256: str, contradicted: Mapping[str, str] | str) -> str:
    """The type that a file's content shows, where its name promises another; nothing otherwise."""
    return contradicted.get(sha256, "") if isinstance(contradicted, Mapping) else ""
