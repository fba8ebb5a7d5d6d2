"""Tags of the workbench's pages: lanes, ties, links to source rows."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from yihu.hub.subsystems.household import compute
from yihu.hub.subsystems.household.choices import Lane, Tie

register = template.Library()


@register.filter
def lane(value: str) -> str:
    """The Chinese name of a lane."""
    return Lane(value).label if value in Lane.values else value


@register.filter
def tie(value: str) -> str:
    """The Chinese name of a tie."""
    return Tie(value).label if value in Tie.values else value


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
def evidence(value: str | None) -> str:
    """Why a registration belongs to its household, in one sentence."""
    return "；".join(compute.read_evidence(value)) or "本户最先采集的登记"


@register.filter
def absolute(value: int) -> int:
    """A depth without its sign."""
    return abs(value)
