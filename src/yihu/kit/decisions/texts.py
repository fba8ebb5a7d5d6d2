"""How values and outcomes are said to people."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from yihu.kit.decisions.tables import Table
from yihu.kit.feel.values import text_of

NOTHING = "（无结果）"


def said(value: object) -> str:
    """A value as a reader sees it."""
    if value is None:
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return text_of(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "、".join(map(said, value))
    return str(value)


def row_text(table: Table, row: Mapping[str, object]) -> str:
    """The outputs of one rule: the value alone, or `label：value` of several."""
    if len(table.outputs) == 1:
        return said(row[table.outputs[0].name])
    return "；".join(f"{output.label}：{said(row[output.name])}" for output in table.outputs)


def outcome_text(table: Table, outputs: tuple[Mapping[str, object], ...], value: object) -> str:
    """A whole outcome; a number is said as it is, several rows are joined."""
    if table.policy.is_number:
        return NOTHING if value is None else said(value)
    return "、".join(row_text(table, row) for row in outputs) if outputs else NOTHING
