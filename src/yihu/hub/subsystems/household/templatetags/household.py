"""Tags of the workbench's pages: risk marks, code names, an indicator's figure, links to source rows."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from yihu.hub.screens import figures
from yihu.hub.subsystems.household import compute
from yihu.hub.subsystems.household.choices import Lane, Level, Tie

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
def lane(value: str) -> str:
    """The Chinese name of a lane."""
    return Lane(value).label if value in Lane.values else value


@register.filter
def tie(value: str) -> str:
    """The Chinese name of a tie."""
    return Tie(value).label if value in Tie.values else value


@register.filter
def figure(value: float | None, unit: str) -> str:
    """An indicator's value as officers write it."""
    return compute.show_figure(value, unit)


@register.simple_tag
def source_of(household_id: str, row: Mapping[str, Any], table: str = "") -> str:
    """Address of the row as gathered."""
    place = {
        "table": table or row["source_table"],
        "batch": row["batch_id"],
        "file": row["source_file"],
        "row": row["source_row"],
    }
    return f"{reverse('household:source-row', args=[household_id])}?{urlencode(place)}"


@register.filter
def cell(row: Mapping[str, Any], key: str) -> Any:
    """A value of a row by its key."""
    return row.get(key)


@register.inclusion_tag("household/strip.html")
def strip(item: Mapping[str, Any]) -> dict[str, Any]:
    """An indicator's place among its peers as a small picture."""
    return {"item": item, "strip": item.get("strip")}


@register.filter
def evidence(value: str | None) -> str:
    """Why a registration belongs to its household, in one sentence."""
    return "；".join(compute.read_evidence(value)) or "本户最先采集的登记"


@register.filter
def absolute(value: int) -> int:
    """A depth without its sign."""
    return abs(value)
