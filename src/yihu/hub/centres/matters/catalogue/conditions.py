"""FEEL in a bundle: what `when`, `require` and `x-compute` may read, their types, and their values."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from yihu.hub.centres.matters.catalogue.fields import FormField, FormTree
from yihu.hub.centres.matters.catalogue.problems import Problem
from yihu.hub.centres.matters.catalogue.spec import MatterSpec
from yihu.kit.feel import (
    ANY,
    BOOLEAN,
    DATE,
    NUMBER,
    TEXT,
    Expression,
    ExpressionError,
    Type,
    fields_of,
    list_of,
    parse_expression,
)

OF_KIND = {"integer": NUMBER, "number": NUMBER, "money": NUMBER, "boolean": BOOLEAN, "date": DATE}


@lru_cache(2048)
def parsed(text: str) -> Expression:
    """:raises ExpressionError: it is no expression"""
    return parse_expression(text)


def types_of(form: FormTree) -> dict[str, Type]:
    """The one variable `form`, with every field that there can be."""
    return {"form": _group(form, form.every_field(), ())}


def _group(form: FormTree, every: Sequence[FormField], path: tuple[str, ...]) -> Type:
    inside = [f for f in every if f.path[:-1] == path]
    return fields_of({f.name: _type(form, every, f) for f in inside}, open=False)


def _type(form: FormTree, every: Sequence[FormField], field: FormField) -> Type:
    if field.kind == "group":
        return _group(form, every, field.path)
    if field.kind == "rows":
        return list_of(_group(form, every, field.path))
    if field.kind == "choices":
        return list_of(ANY)
    if field.kind == "choice":
        return TEXT if field.schema.get("type", "string") == "string" else ANY
    return OF_KIND.get(field.kind, TEXT)


def examine_conditions(spec: MatterSpec, form: FormTree) -> Iterator[Problem]:
    """Every expression of `matter.yaml` and `form.json` that cannot be used, and why."""
    types = types_of(form)
    asked = [("matter.yaml", f"materials.{m.code}.when", m.when, True) for m in spec.materials if m.when]
    asked += [("matter.yaml", f"checks.{c.code}.require", c.require, True) for c in spec.checks]
    computed = [f for f in form.every_field() if "x-compute" in f.schema]
    asked += [("form.json", f"{f.dotted}.x-compute", str(f.schema["x-compute"]), False) for f in computed]
    for file, place, text, wants_truth in asked:
        try:
            found = parsed(text).check(types)
        except ExpressionError as error:
            yield Problem("MTR-E01", file, place, f"{error}")
            continue
        if wants_truth and found not in (BOOLEAN, ANY):
            yield Problem("MTR-E01", file, place, f"结果应为是或否，现为{found}")


def context_of(form: FormTree, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data as expressions read them: money and numbers exact, days as days."""
    return {"form": _values(form, form.fields_for(data), data)}


def _values(form: FormTree, fields: Sequence[FormField], data: Mapping[str, Any]) -> dict[str, Any]:
    return {f.name: _value(form, f, data[f.name]) for f in fields if f.name in data}


def _value(form: FormTree, field: FormField, value: Any) -> Any:
    if field.kind == "group" and isinstance(value, Mapping):
        return _values(form, field.children, value)
    if field.kind == "rows" and isinstance(value, list):
        return [_values(form, form.row_fields(field, row), row) for row in value if isinstance(row, Mapping)]
    if field.kind in {"money", "number", "integer"}:
        return exact(value)
    if field.kind == "date" and isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return value


def exact(value: Any) -> Decimal | None:
    """A number as Decimal; None for what is none."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() and not isinstance(value, bool) else None


def is_true(text: str, context: Mapping[str, Any]) -> bool | None:
    """What a condition says; None when it cannot be said, e.g. because a field is empty."""
    try:
        found = parsed(text).evaluate(context)
    except ExpressionError:
        return None
    return found if isinstance(found, bool) else None


def computed_value(field: FormField, context: Mapping[str, Any]) -> Any:
    """The value of an `x-compute` field as the form keeps it; None when it cannot be computed."""
    try:
        found = parsed(str(field.schema["x-compute"])).evaluate(context)
    except ExpressionError:
        return None
    return as_kept(field.kind, found)


def as_kept(kind: str, value: Any) -> Any:
    """An exact value as JSON keeps it: money as text with two places, numbers as numbers, days as text."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, Decimal):
        if kind == "money":
            return f"{value.quantize(Decimal('0.01'))}"
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if isinstance(value, str | list) else None


def process_data(form: FormTree, data: Mapping[str, Any]) -> dict[str, Any]:
    """
    What the process may know of the form: money as numbers, personal numbers left out.

    A condition compares numbers; up to thirteen digits with two places a JSON number is exact.
    """
    return _plain(form, form.fields_for(data), data)


def _plain(form: FormTree, fields: Sequence[FormField], data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        f.name: _plain_value(form, f, data[f.name])
        for f in fields
        if f.name in data and f.personal in {"", "name"}
    }  # fmt: skip


def _plain_value(form: FormTree, field: FormField, value: Any) -> Any:
    if field.kind == "group" and isinstance(value, Mapping):
        return _plain(form, field.children, value)
    if field.kind == "rows" and isinstance(value, list):
        return [_plain(form, form.row_fields(field, row), row) for row in value if isinstance(row, Mapping)]
    return as_kept("number", exact(value)) if field.kind == "money" else value
