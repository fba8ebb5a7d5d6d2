"""A form of a draft through the templates of the real one."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from yihu.hub.centres.matters.catalogue.fields import APPLY, FormTree
from yihu.hub.centres.matters.catalogue.files import Files
from yihu.hub.centres.matters.catalogue.reading import Raw, taken, with_row, without_row
from yihu.hub.centres.matters.catalogue.schema import read_schema
from yihu.hub.centres.matters.forms.controls import Desk

MOST_VALUES = 2000


def preview_of(request: HttpRequest, files: Files, body: dict[str, Any]) -> str | None:
    """The form at a node with what was typed; None when the schema cannot be used at all."""
    schema, problems = read_schema(files["form.json"])
    if problems or not schema:
        return None
    form = FormTree(schema)
    node = body.get("node") if isinstance(body.get("node"), str) and body.get("node") else APPLY
    desk = Desk(form=form, raw=_raw(form, body.get("values")), node=str(node))
    return render_to_string("matters/design/preview.html", {"groups": desk.groups()}, request=request)


def _raw(form: FormTree, values: Any) -> Raw:
    pairs = [
        (name, value)
        for name, value in (one for one in (values if isinstance(values, list) else [])[:MOST_VALUES] if _is_pair(one))
    ]
    sent: dict[str, list[str]] = {}
    for name, value in pairs:
        sent.setdefault(name, []).append(value)
    added, removed = sent.pop("_add", [""])[-1], sent.pop("_remove", [""])[-1]
    raw = taken(sent.items())
    rows = {one.dotted: one for one in form.every_field() if one.kind == "rows"}
    if added in rows:
        raw = with_row(raw, added, int(rows[added].schema.get("maxItems", 200)))
    name, _, number = removed.rpartition(".")
    return without_row(raw, name, int(number)) if name in rows and number.isdigit() else raw


def _is_pair(one: Any) -> bool:
    return isinstance(one, list) and len(one) == 2 and all(isinstance(part, str) for part in one)
