"""Filters of the data page."""

from django import template
from django.template.defaultfilters import filesizeformat

register = template.Library()


@register.filter
def seconds(value: float | None) -> str:
    """A duration as 12.3 秒 or 4 分 05 秒."""
    if value is None:
        return "—"
    if value < 60:
        return f"{value:.1f} 秒"
    return f"{int(value) // 60} 分 {int(value) % 60:02d} 秒"


@register.filter
def size(value: int) -> str:
    """Bytes as KB, MB or GB."""
    return filesizeformat(value).replace("\xa0", " ")
