"""Filters for pages that show a reported mail."""

from django import template
from django.utils.safestring import SafeString

from charteroak.portal import drawn
from charteroak.services.mail_preview import ShownText

register = template.Library()


@register.filter
def harmless(part: ShownText) -> SafeString:
    """The markup of an HTML part with everything taken out that could act, load or be clicked."""
    return drawn.harmless(part)
