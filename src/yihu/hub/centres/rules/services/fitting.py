"""Inputs as callers have them (JSON: days and amounts as text) brought into the kinds that a table asks for."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from yihu.kit.decisions import Table
from yihu.kit.feel.types import Base

_NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def fitted(table: Table, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """A copy in which text that is a number or a day stands as one, where an input column asks for that."""
    found: dict[str, Any] = dict(inputs)
    for column in table.inputs:
        paths = column.expression.paths
        if len(paths) == 1 and str(column.expression) in paths and column.type.base in (Base.NUMBER, Base.DATE):
            _fit(found, next(iter(paths)).split("."), column.type.base)
    return found


def _fit(holder: dict[str, Any], path: list[str], kind: Base) -> None:
    name, rest = path[0], path[1:]
    value = holder.get(name)
    if rest:
        if isinstance(value, Mapping):
            holder[name] = dict(value)
            _fit(holder[name], rest, kind)
    elif isinstance(value, str):
        holder[name] = _read(value.strip(), kind)


def _read(text: str, kind: Base) -> object:
    if not text:
        return None
    if kind is Base.NUMBER:
        return Decimal(text) if text.isascii() and _NUMBER.fullmatch(text) else text
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else text
    except ValueError:
        return text
