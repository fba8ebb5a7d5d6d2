"""
The part 变更历史 of a detail screen: who changed what and when, field by field, read from the events PostgreSQL kept.

Values are said as people read them: choices by their words, references by the name of what they refer to, personal
numbers in free text masked.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import timezone

from yihu.hub.base.history import SNAPSHOT, Kept, kept_models
from yihu.kit.masks import veil

LATEST = 200
ROWS = 2_000
ACTS = {"insert": "新增", "update": "修改", "delete": "删除"}
# Codes of ten digits look like a telephone number to `veil`.
CODES = frozenset({"code", "username", "division_code"})
NOTHING = "空"


@dataclass(frozen=True, slots=True)
class Line:
    """One field; `before` is "" when the row was new, `after` when it was removed."""

    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of one row. `who` is a person or the reason of a job; `request` the number on the page of the act."""

    at: datetime
    who: str
    post: str
    request: str
    act: str
    thing: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class History:
    """The latest changes, newest first; `more` when there are older ones."""

    entries: tuple[Entry, ...]
    more: bool


def history_of(things: Iterable[models.QuerySet[Any]]) -> History:
    """
    The changes of the rows of one or several tables, two or three queries a table.

    :param things: rows of models that keep history, already within the reader's reach
    """
    found: list[Entry] = []
    more = False
    for rows in things:
        kept = kept_models()[rows.model]
        events = _events_of(kept, rows)
        more = more or len(events) > LATEST
        # Several changes of one transaction have one time: the sort below keeps their order.
        found += reversed(list(_entries(kept, rows.model, events[:LATEST])))
    found.sort(key=lambda e: e.at, reverse=True)
    return History(tuple(found[:LATEST]), more or len(found) > LATEST)


def _events_of(kept: Kept, rows: models.QuerySet[Any]) -> list[Any]:
    ids = list(rows.order_by("-pk").values_list("pk", flat=True)[:ROWS])
    return list(kept.event.objects.filter(pgh_obj_id__in=ids).order_by("-pgh_id")[: LATEST + 1])


def _entries(kept: Kept, model: type[models.Model], events: Sequence[Any]) -> Iterator[Entry]:
    before = _with_before(kept, events)
    fields = [f for f in model._meta.concrete_fields if _is_shown(f, kept)]
    names = _names(fields, [e for pair in before for e in pair if e])
    for event, older in before:
        lines = tuple(_lines(kept, fields, names, event, older))
        if event.pgh_label == SNAPSHOT or not lines:
            continue
        context = event.pgh_context or {}
        yield Entry(
            at=event.pgh_created_at,
            who=context.get("name") or context.get("system") or "未记名（直接改动数据库）",
            post=context.get("post", ""),
            request=context.get("request", ""),
            act=ACTS[event.pgh_label],
            thing=str(model._meta.verbose_name),
            lines=lines,
        )


def _is_shown(field: models.Field, kept: Kept) -> bool:
    is_kept = any(f.name == field.name for f in kept.event._meta.fields)
    return is_kept and not field.primary_key and field.name not in kept.hidden


def _with_before(kept: Kept, events: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Each event with the one before it of the same row."""
    if not events:
        return []
    oldest = events[-1].pgh_id
    earlier = (
        kept.event.objects.filter(pgh_obj_id__in={e.pgh_obj_id for e in events}, pgh_id__lt=oldest)
        .order_by("pgh_obj_id", "-pgh_id")
        .distinct("pgh_obj_id")
    )
    last = {e.pgh_obj_id: e for e in earlier}
    pairs = []
    for event in reversed(events):
        pairs.append((event, last.get(event.pgh_obj_id)))
        last[event.pgh_obj_id] = event
    return pairs


def _names(fields: Sequence[models.Field], events: Iterable[Any]) -> dict[tuple[type, Any], str]:
    """What references refer to, by model and key."""
    wanted: dict[Any, set[Any]] = defaultdict(set)
    for event in events:
        for field in fields:
            if field.is_relation and (key := getattr(event, field.attname)) is not None:
                wanted[field.related_model].add(key)
    return {
        (model, pk): str(row)
        for model, keys in wanted.items()
        for pk, row in model._default_manager.in_bulk(keys).items()
    }


def _lines(
    kept: Kept, fields: Sequence[models.Field], names: dict[tuple[type, Any], str], event: Any, older: Any
) -> Iterator[Line]:
    for field in fields:
        new = getattr(event, field.attname)
        old = getattr(older, field.attname) if older is not None else None
        said_new, said_old = (_say(kept, field, names, value) for value in (new, old))
        title = str(field.verbose_name)
        if event.pgh_label == "update":
            if new != old:
                yield Line(title, said_old or NOTHING, said_new or NOTHING)
        elif said_new:
            yield Line(title, said_new, "") if event.pgh_label == "delete" else Line(title, "", said_new)


def _say(kept: Kept, field: models.Field, names: dict[tuple[type, Any], str], value: Any) -> str:
    if value is None or value == "" or value == []:
        return ""
    if field.name in kept.words:
        return kept.words[field.name](value)
    if field.is_relation:
        return names.get((field.related_model, value), "已删除")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return _plain(field, value)


def _plain(field: models.Field, value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "、".join(str(one) for one in value)
    return str(value) if field.name in CODES else str(veil(str(value)))
