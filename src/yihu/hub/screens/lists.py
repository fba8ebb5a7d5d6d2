"""
List screens as data: columns and filters are declared, and one function shows, sorts, pages and exports them.

The state of a list is its address: `?q=…&sort=-name&size=50&page=2&col=name&col=office`. Nonsense in the address falls
back to the default. Counting stops at `COUNTED`, so that a list over 800,000 rows answers as fast as one over 800.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render

from yihu.hub.screens.exports import cut_row, respond_with_file
from yihu.hub.screens.pages import Empty, Page

PAGE_SIZES = (20, 50, 100, 200)
COUNTED = 10_000
EXPORTED = 50_000


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column.

    `value` takes a row and gives what is shown and exported; `sort` names the fields it orders by, none means it does
    not; `kind` is text, code, count, money (yuan), day, minute or mark; `link` gives the address behind the value, ""
    for none.
    """

    key: str
    title: str
    value: Callable[[Any], Any]
    kind: str = "text"
    sort: tuple[str, ...] = ()
    link: Callable[[Any], str] | None = None
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: `apply` narrows the rows by a non-empty value. `kind` is text, choice, flag or day."""

    name: str
    label: str
    apply: Callable[[QuerySet, Any], QuerySet]
    kind: str = "text"
    choices: Callable[[HttpRequest], Iterable[tuple[str, str]]] | None = None


@dataclass(frozen=True, slots=True)
class RowAct:
    """An act on one row, shown when `url` gives an address. With `post` it is a button that submits."""

    title: str
    url: Callable[[Any], str]
    post: bool = False


@dataclass(frozen=True, slots=True)
class PickAct:
    """One act on the rows that are ticked: their keys go to `url` as `row`; `outcome` says what will follow."""

    title: str
    url: Any
    outcome: str


@dataclass(frozen=True, slots=True)
class ListScreen:
    """A list: the rows come already bounded by what the reader may see."""

    columns: tuple[Column, ...]
    empty: Empty
    filters: tuple[Filter, ...] = ()
    sort: str = ""
    unit: str = "条"
    row_acts: tuple[RowAct, ...] = ()
    pick: PickAct | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One reading of a list's address."""

    values: dict[str, Any] = field(default_factory=dict)
    sort: str = ""
    size: int = PAGE_SIZES[0]
    page: int = 1
    columns: tuple[Column, ...] = ()

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size


def read_list(screen: ListScreen, query: QueryDict) -> Asked:
    """Read an address; what does not fit falls back to the default."""
    chosen = set(query.getlist("col"))
    columns = tuple(c for c in screen.columns if (c.key in chosen if chosen else c.shown))
    sortable = {c.key for c in screen.columns if c.sort}
    sort = query.get("sort", screen.sort)
    size = _whole(query.get("size"), PAGE_SIZES[0])
    values = {f.name: _value(f, query.get(f.name, "")) for f in screen.filters}
    return Asked(
        values={name: value for name, value in values.items() if value not in (None, "", False)},
        sort=sort if sort.removeprefix("-") in sortable else screen.sort,
        size=size if size in PAGE_SIZES else PAGE_SIZES[0],
        page=min(max(_whole(query.get("page"), 1), 1), COUNTED),
        columns=columns or tuple(c for c in screen.columns if c.shown),
    )


def narrowed(screen: ListScreen, rows: QuerySet, asked: Asked) -> QuerySet:
    """The rows as filtered and ordered; the primary key breaks ties, so that pages never overlap."""
    for one in screen.filters:
        if one.name in asked.values:
            rows = one.apply(rows, asked.values[one.name])
    column = next((c for c in screen.columns if c.sort and c.key == asked.sort.removeprefix("-")), None)
    if column is None:
        return rows
    sign = "-" if asked.sort.startswith("-") else ""
    return rows.order_by(*(f"{sign}{name}" for name in column.sort), "pk")


def respond_with_list(
    request: HttpRequest,
    page: Page,
    screen: ListScreen,
    rows: QuerySet,
    *,
    record_export: Callable[[str, int], object],
    template: str = "screens/list.html",
    context: dict[str, Any] | None = None,
) -> HttpResponseBase:
    """
    Show the list, or answer `?export=csv|xlsx` with what it shows as a file.

    :param record_export: called with the kind and the number of rows before a file leaves
    """
    asked = read_list(screen, request.GET)
    wanted = narrowed(screen, rows, asked)
    kind = request.GET.get("export", "")
    if kind in {"csv", "xlsx"}:
        found = list(wanted[: EXPORTED + 1])
        kept, cut = found[:EXPORTED], len(found) > EXPORTED
        record_export(kind, len(kept))
        cells = chain(_cells(asked.columns, kept), [cut_row(EXPORTED, screen.unit)] if cut else [])
        return respond_with_file(kind, page.title, [c.title for c in asked.columns], cells)
    return render(request, template, {"page": page, **listed(request, screen, wanted, asked), **(context or {})})


def listed(request: HttpRequest, screen: ListScreen, wanted: QuerySet, asked: Asked) -> dict[str, Any]:
    """Template context of `screens/rows.html`: one count (capped), one read; a second look only at very long lists."""
    total = wanted[: COUNTED + 1].count()
    rows = list(wanted[asked.offset : asked.offset + asked.size])
    return {
        "screen": screen,
        "asked": asked,
        "rows": [_shown(screen, asked.columns, row) for row in rows],
        "total": min(total, COUNTED),
        "more": total > COUNTED,
        "cut": EXPORTED if total > COUNTED and wanted.order_by()[EXPORTED : EXPORTED + 1].exists() else 0,
        "pages": -(-min(total, COUNTED) // asked.size),
        "sizes": PAGE_SIZES,
        "filters": [_control(f, request, asked) for f in screen.filters],
        "filtered": bool(asked.values),
    }


def _shown(screen: ListScreen, columns: Sequence[Column], row: Any) -> dict[str, Any]:
    cells = [
        {"title": c.title, "kind": c.kind, "value": c.value(row), "url": c.link(row) if c.link else ""} for c in columns
    ]
    acts = [{"title": a.title, "url": a.url(row), "post": a.post} for a in screen.row_acts]
    return {"key": row.pk, "cells": cells, "acts": [a for a in acts if a["url"]]}


def _control(one: Filter, request: HttpRequest, asked: Asked) -> dict[str, Any]:
    choices = list(one.choices(request)) if one.choices else []
    value = asked.values.get(one.name, "")
    return {"name": one.name, "label": one.label, "kind": one.kind, "choices": choices, "value": value}


def _cells(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[list[Any]]:
    for row in rows:
        yield [getattr(value, "text", value) for value in (c.value(row) for c in columns)]


def _value(one: Filter, text: str) -> Any:
    text = text.replace("\0", "").strip()[:100]
    if one.kind == "flag":
        return text == "1"
    if one.kind == "day":
        try:
            return forms.DateField(required=False).clean(text)
        except forms.ValidationError:
            return None
    return text


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else default
