"""Figures as people write them."""

from django import template

register = template.Library()


@register.filter
def thousands(value: int) -> str:
    """A whole number with commas between the thousands."""
    return f"{value:,}"
