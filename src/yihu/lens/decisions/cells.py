"""One cell as a boolean column. Null is as FEEL has it: equal to nothing but null, unknown to comparisons."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any

import ibis

from yihu.kit.decisions.lattice import is_constant, value_of
from yihu.kit.decisions.tables import Input
from yihu.kit.feel import UnaryTests, nodes
from yihu.kit.feel.types import Base

MAX_WHOLE_DIGITS, MAX_SCALE = 18, 12
_COMPARE = {"<": lt, "<=": le, ">": gt, ">=": ge}


class NotColumnarError(ValueError):
    """The table cannot be computed in columns; `code` is stable, the message Chinese."""

    def __init__(self, code: str, message_zh: str) -> None:
        super().__init__(f"{message_zh}（{code}）")
        self.code = code
        self.message_zh = message_zh


def typed(source: Any, columns: Mapping[str, str], column: Input) -> Any:
    """The column of `source` that an input reads; refused when there is none or it is of another kind."""
    name = columns.get(column.label, "")
    if name not in source.columns:
        raise NotColumnarError("DEC-B03", f"“{column.label}”没有对应的数据列。")
    found = source[name]
    kind = found.type()
    fits = {
        Base.NUMBER: kind.is_numeric() and not kind.is_boolean(),
        Base.TEXT: kind.is_string(),
        Base.BOOLEAN: kind.is_boolean(),
        Base.DATE: kind.is_date(),
    }
    if not fits.get(column.type.base, False):
        raise NotColumnarError("DEC-B03", f"“{column.label}”要{column.type}，数据列 {name} 是另一种（{kind}）。")
    return found


def passes(value: Any, cell: UnaryTests, column: Input) -> Any:
    """
    Whether the column passes a cell, three-valued.

    :raises NotColumnarError: DEC-B01
    """
    if not cell.tree.tests:
        return ibis.literal(True)
    tests = ibis.or_(*[_test(value, test, column) for test in cell.tree.tests])
    return ~tests if cell.tree.negated else tests


def _test(value: Any, test: nodes.Node, column: Input) -> Any:
    if isinstance(test, nodes.Range):
        low = _compared(value, ">=" if test.low_closed else ">", test.low, column)
        return low & _compared(value, "<=" if test.high_closed else "<", test.high, column)
    if isinstance(test, nodes.Compared):
        return _compared(value, test.sign, test.operand, column)
    if isinstance(test, nodes.Items):
        return (
            ibis.or_(*[_compared(value, "=", item, column) for item in test.items])
            if test.items
            else ibis.literal(False)
        )
    return _compared(value, "=", test, column)


def _compared(value: Any, sign: str, operand: nodes.Node, column: Input) -> Any:
    if not is_constant(operand):
        raise NotColumnarError("DEC-B01", f"“{column.label}”列有的格不是常数，不能成批计算。")
    constant = value_of(operand)
    if sign in ("=", "!="):
        same = value.isnull() if constant is None else ibis.coalesce(value == _literal(constant, column), False)
        return same if sign == "=" else ~same
    if constant is None:
        return ibis.null("boolean")
    return _COMPARE[sign](value, _literal(constant, column))


def _literal(constant: object, column: Input) -> Any:
    if isinstance(constant, Decimal):
        return _number(constant, column)
    if isinstance(constant, bool | str | dt.date):
        return ibis.literal(constant)
    raise NotColumnarError("DEC-B01", f"“{column.label}”列有的格不是常数，不能成批计算。")


def _number(constant: Decimal, column: Input) -> Any:
    """A decimal literal as narrow as it can be, so that comparing it with DECIMAL(18,2) stays exact."""
    scale = max(0, -int(constant.as_tuple().exponent))
    whole = max(1, constant.adjusted() + 1)
    if whole > MAX_WHOLE_DIGITS or scale > MAX_SCALE:
        raise NotColumnarError("DEC-B01", f"“{column.label}”列的常数 {constant} 位数太多，不能成批计算。")
    return ibis.literal(constant, f"decimal({whole + scale}, {scale})")
