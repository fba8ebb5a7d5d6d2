"""How values and outcomes are said to people."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from yihu.kit.decisions.lattice import is_constant, value_of
from yihu.kit.decisions.tables import Table
from yihu.kit.feel import Expression, UnaryTests, nodes
from yihu.kit.feel.printer import shown
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


_SIGNS = {"<": "小于", "<=": "不超过", ">": "大于", ">=": "不低于", "=": "", "!=": "不是"}


def cell_text(cell: UnaryTests) -> str:
    """An input cell in Chinese: `[1..10)` as 不低于 1、小于 10; `-` as 不限; what is no constant stays FEEL."""
    if not cell.tree.tests:
        return "不限"
    told = " 或 ".join(_test_text(test) for test in cell.tree.tests)
    return f"除 {told} 以外" if cell.tree.negated else told


def expression_text(expression: Expression) -> str:
    """An output cell in Chinese: a constant as it is said, a formula as FEEL."""
    return said_with_commas(value_of(expression.tree)) if is_constant(expression.tree) else str(expression)


def said_with_commas(value: object) -> str:
    """As `said`, with thousands separated."""
    if isinstance(value, Decimal):
        return f"{value:,f}"
    return said(value)


def _test_text(test: nodes.Node) -> str:
    if isinstance(test, nodes.Compared) and is_constant(test.operand):
        return f"{_SIGNS[test.sign]} {_constant(test.operand)}".strip()
    if isinstance(test, nodes.Range) and is_constant(test.low) and is_constant(test.high):
        low = "不低于" if test.low_closed else "大于"
        high = "不超过" if test.high_closed else "小于"
        return f"{low} {_constant(test.low)}、{high} {_constant(test.high)}"
    if is_constant(test):
        return _constant(test)
    return shown(test)


def _constant(node: nodes.Node) -> str:
    return said_with_commas(value_of(node))
