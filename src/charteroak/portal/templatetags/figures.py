"""Figures as people write them."""

from django import template

from charteroak.program.gap_plan import Range

register = template.Library()


@register.filter
def thousands(value: int) -> str:
    """A whole number with commas between the thousands."""
    return f"{value:,}"


@register.filter
def span(value: Range) -> str:
    """A range as its two ends with a dash, or one figure where both ends are the same."""
    return (
        thousands(value.low) if value.low == value.high else f"{thousands(value.low)}\N{EN DASH}{thousands(value.high)}"
    )
