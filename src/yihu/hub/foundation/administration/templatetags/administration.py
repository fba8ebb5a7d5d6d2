"""Template filters of the workbench."""

from datetime import date, timedelta

from django import template

register = template.Library()


@register.filter
def last_day(valid_to: date | None) -> date | None:
    """The last day in effect of a half-open span."""
    return valid_to - timedelta(days=1) if valid_to else None
