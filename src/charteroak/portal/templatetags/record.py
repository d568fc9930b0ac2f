"""Tags for pages that show an organisation's record."""

from django import template

from charteroak.portal.programs import places

register = template.Library()


@register.simple_tag
def entry_url(slug: str, index: int) -> str:
    """The line of an entry in the evidence log."""
    return places.entry_url(slug, index)
