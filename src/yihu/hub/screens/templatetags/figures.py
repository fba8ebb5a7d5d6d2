"""Template filters of `screens.figures`, and query strings that keep the other filters."""

from typing import Any

from django import template
from django.http import QueryDict

from yihu.hub.screens import figures

register = template.Library()

for _name in ("money", "short_money", "in_wan", "count", "percent", "decimal_places", "day", "minute"):
    register.filter(_name, getattr(figures, _name))
for _name in ("masked_id", "masked_phone", "veiled", "with_unit"):
    register.filter(_name, getattr(figures, _name))


@register.simple_tag(takes_context=True)
def query_with(context: dict[str, Any], **changes: object) -> str:
    """The current query string with some parameters replaced; None or "" removes one."""
    query: QueryDict = context["request"].GET.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value not in (None, ""):
            query[key] = str(value)
    return "?" + query.urlencode()
