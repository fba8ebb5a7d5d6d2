"""
Between what a browser sends and what a form keeps.

A browser sends flat texts by dotted names (`handover.0.what`). They are kept as they are (`Raw`), so that nothing typed
is lost when a condition hides a field; `data_of` makes of them what the form's schema speaks of.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from yihu.hub.centres.matters.catalogue.conditions import as_kept, computed_value, context_of, exact
from yihu.hub.centres.matters.catalogue.fields import FormField, FormTree

Raw = dict[str, Any]
ROUNDS, LONGEST, MOST_NAMES = 6, 4100, 4000
NAME = re.compile(r"[a-z_][A-Za-z0-9_]*(\.(\d{1,3}|[A-Za-z_][A-Za-z0-9_]*)){0,8}")


def taken(pairs: Iterable[tuple[str, list[str]]]) -> Raw:
    """What may be kept of a posted form: names of fields, texts of bounded length, no NUL."""
    found: Raw = {}
    for name, values in pairs:
        if NAME.fullmatch(name) and len(found) < MOST_NAMES:
            texts = [value.replace("\0", "").replace("\r\n", "\n")[:LONGEST] for value in values[:200]]
            found[name] = texts if len(texts) != 1 else texts[0]
    return found


def data_of(form: FormTree, raw: Raw) -> dict[str, Any]:
    """
    The fields that apply, with their values; what cannot be read as its type stays text, for the check to name.

    Which fields apply hangs on the values: it is read again until nothing changes.
    """
    data: dict[str, Any] = {}
    for _ in range(ROUNDS):
        found = _object(form, form.fields_for(data), raw, "")
        if found == data:
            break
        data = found
    return with_computed(form, data)


def with_computed(form: FormTree, data: dict[str, Any]) -> dict[str, Any]:
    """The data with every computed field computed anew."""
    done = dict(data)
    for field in form.fields_for(done):
        if "x-compute" in field.schema:
            value = computed_value(field, context_of(form, done))
            done.pop(field.name, None)
            if value is not None:
                done[field.name] = value
    return done


def _object(form: FormTree, fields: Iterable[FormField], raw: Raw, prefix: str) -> dict[str, Any]:
    found = {}
    for field in fields:
        value = _value(form, field, raw, prefix + field.name)
        if value is not None:
            found[field.name] = value
    return found


def _value(form: FormTree, field: FormField, raw: Raw, name: str) -> Any:
    if field.kind == "group":
        return _object(form, field.children, raw, f"{name}.") or None
    if field.kind == "rows":
        rows = [_row(form, field, raw, f"{name}.{at}.") for at in row_numbers(raw, name)]
        return rows or None
    text = raw.get(name)
    if field.kind == "choices":
        return [typed(field, one) for one in _texts(text)] or None
    if isinstance(text, list):
        text = text[-1] if text else None
    return None if text is None else typed(field, text)


def _row(form: FormTree, field: FormField, raw: Raw, prefix: str) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for _ in range(ROUNDS):
        found = _object(form, form.row_fields(field, row), raw, prefix)
        if found == row:
            break
        row = found
    return row


def row_numbers(raw: Raw, name: str) -> list[int]:
    """The rows that were sent of a repeating group; an empty row counts by its marker `name.0`."""
    head = f"{name}."
    numbers = {key[len(head) :].split(".", 1)[0] for key in raw if key.startswith(head)}
    return sorted(int(n) for n in numbers if n.isdigit())


def _texts(value: Any) -> list[str]:
    texts = value if isinstance(value, list) else [] if value is None else [value]
    return [text for text in texts if isinstance(text, str) and text.strip()]


def _number(text: str) -> Any:
    value = exact(text.replace(",", "").replace("，", "").strip())
    return text if value is None or abs(value) > Decimal(10) ** 15 else value


def _money(field: FormField, text: str) -> Any:
    value = _number(text)
    if isinstance(value, str):
        return text
    return f"{value:.2f}" if value == value.quantize(Decimal("0.01")) else str(value)


def _integer(field: FormField, text: str) -> Any:
    value = _number(text)
    return value if isinstance(value, str) else as_kept("number", value)


READ: dict[str, Callable[[FormField, str], Any]] = {
    "integer": _integer,
    "number": _integer,
    "money": _money,
    "boolean": lambda field, text: text in {"true", "on", "1"},
    # Completed while one types: the code is the first word.
    "code": lambda field, text: text.split()[0],
    "person": lambda field, text: text.split()[0],
    "office": lambda field, text: text.split()[0],
    "taxpayer": lambda field, text: text.split()[0],
    "area": lambda field, text: text.strip("\n "),
}


def typed(field: FormField, text: Any) -> Any:
    """One value by the field's kind; None for an empty one."""
    if not isinstance(text, str):
        return text
    if field.kind in {"choice", "choices"}:
        return next((value for value, _ in field.choices if _as_text(value) == text), text or None)
    if not text.strip():
        return None
    read = READ.get(field.kind)
    return read(field, text) if read else text.strip()


def raw_of(form: FormTree, data: Mapping[str, Any]) -> Raw:
    """The texts that would give these data: for filling a form in beforehand."""
    found: Raw = {}
    _flatten(data, "", found)
    return found


def _flatten(value: Any, name: str, found: Raw) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _flatten(inner, f"{name}.{key}" if name else key, found)
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for at, row in enumerate(value):
            found[f"{name}.{at}"] = ""
            _flatten(row, f"{name}.{at}", found)
    elif isinstance(value, list):
        found[name] = [_as_text(one) for one in value]
    elif value is not None:
        found[name] = _as_text(value)


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def with_row(raw: Raw, name: str, most: int) -> Raw:
    """One more row at the end of a repeating group."""
    rows = row_numbers(raw, name)
    if len(rows) >= most:
        return raw
    return {**raw, f"{name}.{rows[-1] + 1 if rows else 0}": ""}


def without_row(raw: Raw, name: str, at: int) -> Raw:
    """The group without one row; the later ones move up."""
    kept: Raw = {key: value for key, value in raw.items() if not key.startswith(f"{name}.")}
    for new, old in enumerate(n for n in row_numbers(raw, name) if n != at):
        head = f"{name}.{old}"
        for key, value in raw.items():
            if key == head or key.startswith(f"{head}."):
                kept[f"{name}.{new}{key[len(head) :]}"] = value
    return kept
