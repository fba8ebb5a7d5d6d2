"""Tags of every page that shows taxpayers: risk marks, code names, figures, a place among peers."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from yihu.hub.registers.snapshots import compute
from yihu.hub.registers.snapshots.choices import Level
from yihu.hub.screens import figures

register = template.Library()


@register.simple_tag
def risk(level: str | None) -> SafeString | str:
    """A risk level as shape, colour and word."""
    if level not in Level.values:
        return figures.BLANK
    return format_html('<span class="risk risk-{}">{}</span>', level.lower(), Level(level).label)


@register.filter
def code(value: str | None, table: str) -> str:
    """The Chinese name of a code."""
    return compute.code_name(table, value)


@register.filter
def figure(value: float | None, unit: str) -> str:
    """An indicator's value as officers write it."""
    return compute.show_figure(value, unit)


@register.filter
def cell(row: Mapping[str, Any], key: str) -> Any:
    """A value of a row by its key."""
    return row.get(key)


@register.inclusion_tag("snapshots/strip.html")
def strip(item: Mapping[str, Any]) -> dict[str, Any]:
    """An indicator's place among its peers as a small picture."""
    return {"item": item, "strip": item.get("strip")}
