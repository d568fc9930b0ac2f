"""The ground of a referral in words, for every page that shows one."""

from django import template
from django.utils.functional import Promise

from charteroak.portal.incidents.referral_forms import BASES

register = template.Library()


@register.filter
def ground(basis: str) -> str | Promise:
    """By what right the packet is handed over; a word that this release does not know stands as it is."""
    return dict(BASES).get(basis, basis)
