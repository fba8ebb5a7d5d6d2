"""How things with days are shown: since when, until when, and what that means today."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from yihu.hub.screens.lists import Column, Filter
from yihu.hub.screens.pages import Mark

STATES = (("now", "有效"), ("later", "尚未生效"), ("past", "已失效"))


def state_of(row: Any) -> Mark:
    """有效 with the last day when one is set, 尚未生效, 已失效."""
    day = timezone.localdate()
    if row.valid_from > day:
        return Mark(f"{row.valid_from} 起", "wait")
    if row.valid_to is not None and row.valid_to <= day:
        return Mark("已失效")
    return Mark("有效" if row.valid_to is None else f"有效至 {_last_day(row.valid_to)}", "on")


def days_of(prefix: str = "", pick: Callable[[Any], Any] = lambda row: row) -> tuple[Column, ...]:
    """Columns of the days and of what they mean today. The last day is shown, not the first without effect."""
    return (
        Column("state", "状态", lambda row: state_of(pick(row)), kind="mark"),
        Column("from", "生效日", lambda row: pick(row).valid_from, kind="day", sort=(f"{prefix}valid_from",)),
        Column("until", "最后一日", lambda row: last_day(pick(row)), kind="day", sort=(f"{prefix}valid_to",)),
    )


def last_day(row: Any) -> date | None:
    """The last day in effect; None is open."""
    return None if row.valid_to is None else _last_day(row.valid_to)


def by_state(prefix: str = "") -> Filter:
    """The filter by what the days mean today."""
    return Filter("state", "状态", lambda rows, state: _narrowed(rows, state, prefix), "choice", _states)


def _states(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    return STATES


def _narrowed(rows: QuerySet, state: str, prefix: str) -> QuerySet:
    day = timezone.localdate()
    begun, over = Q(**{f"{prefix}valid_from__lte": day}), Q(**{f"{prefix}valid_to__lte": day})
    return rows.filter({"now": begun & ~over, "later": ~begun, "past": over}.get(state, Q()))


def _last_day(valid_to: date) -> date:
    return date.fromordinal(valid_to.toordinal() - 1)
