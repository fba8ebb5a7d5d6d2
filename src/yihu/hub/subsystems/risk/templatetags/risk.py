"""Tags of the risk pages."""

from django import template

register = template.Library()


@register.filter
def size(value: float) -> float:
    """A contribution without its sign, for the length of its bar."""
    return abs(value)
