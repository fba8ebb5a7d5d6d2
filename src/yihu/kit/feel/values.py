"""Values at run time: None, bool, Decimal, str, date, list, and groups of fields as they came in.

Numbers are computed with 34 significant digits, rounded half up; what cannot be represented is null. Comparison follows
DMN 1.3 tables 42 and 44: between kinds it is null, and null equals only null.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal

from yihu.kit.feel.errors import MAX_DATA_DEPTH, MAX_DIGITS, ExpressionError

Value = None | bool | Decimal | str | dt.date | list[object] | Mapping[str, object]

ARITHMETIC = Context(prec=MAX_DIGITS, rounding=ROUND_HALF_UP, Emin=-6143, Emax=6144, traps=[])


def taken_in(value: object) -> Value:
    """A value of the outside as one of ours: int and float become Decimal (of what is shown), tuples lists.

    Raises ExpressionError FEEL-R02 for what has no place here, a datetime for example: give its date.
    """
    if value is None or isinstance(value, bool | str | Mapping | list):
        return value
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return taken_in(Decimal(repr(value)))
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    if isinstance(value, tuple):
        return list(value)
    raise ExpressionError(
        "FEEL-R02", f"规则不能处理这种值（{type(value).__name__}），请换成数字、文字、是否、日期或列表。"
    )


def represented(number: Decimal) -> Decimal | None:
    """A result of arithmetic, or null when it is no number (division by zero, overflow)."""
    return number if number.is_finite() else None


def kind_of(value: Value) -> type:
    """What is compared with what: bool, Decimal, str, date, list, Mapping or NoneType."""
    for kind in (bool, Decimal, str, dt.date, list):
        if isinstance(value, kind):
            return kind
    return Mapping if isinstance(value, Mapping) else type(None)


def equal(one: Value, other: Value, depth: int = 0) -> bool | None:
    """Three-valued equality; lists element by element; groups of fields cannot be compared and give null."""
    if one is None or other is None:
        return one is other
    kind = kind_of(one)
    if kind is not kind_of(other) or kind is Mapping:
        return None
    if isinstance(one, list) and isinstance(other, list):
        return _equal_lists(one, other, depth)
    return one == other


def _equal_lists(one: list[object], other: list[object], depth: int) -> bool | None:
    if depth > MAX_DATA_DEPTH:
        raise ExpressionError("FEEL-R03", f"列表套得太深：最多 {MAX_DATA_DEPTH} 层。")
    if len(one) != len(other):
        return False
    unsure = False
    for left, right in zip(one, other, strict=True):
        same = equal(taken_in(left), taken_in(right), depth + 1)
        if same is False:
            return False
        unsure = unsure or same is None
    return None if unsure else True


def ordered(one: Value, other: Value) -> int | None:
    """-1, 0 or 1; null for null, for different kinds and for kinds without an order."""
    if isinstance(one, bool) or isinstance(other, bool):
        return None
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return (one > other) - (one < other)
    if isinstance(one, str) and isinstance(other, str):
        return (one > other) - (one < other)
    if isinstance(one, dt.date) and isinstance(other, dt.date):
        return (one > other) - (one < other)
    return None


def both(one: bool | None, other: bool | None) -> bool | None:
    """Kleene's and."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def either(one: bool | None, other: bool | None) -> bool | None:
    """Kleene's or."""
    if one is True or other is True:
        return True
    return None if one is None or other is None else False


def text_of(number: Decimal) -> str:
    """A number as people write it: no exponent, no minus before zero."""
    return "0" if not number and number.is_signed() else f"{number:f}"
