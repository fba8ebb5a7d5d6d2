"""Tags of the risk pages."""

from django import template

register = template.Library()


@register.filter
def size(value: float) -> float:
    """A contribution without its sign, for the length of its bar."""
    return abs(value)


@register.filter
def points(value: float) -> str:
    """A part of a chance as percentage points with its sign: 0.034 is "+3.4"."""
    told = f"{100 * value:+.1f}"
    return "0.0" if float(told) == 0 else told
