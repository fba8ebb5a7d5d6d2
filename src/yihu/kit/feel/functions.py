"""What the built-in functions do. A wrong kind of argument gives null, as DMN 1.3 §10.3.4 has it."""

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Decimal

from yihu.kit.feel.values import ARITHMETIC, Value, equal, ordered, represented, taken_in, text_of

Function = Callable[..., Value]
MAX_SCALE = 33
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"[+-]?\d{1,34}(\.\d{1,34})?")


def _number(value: Value) -> Decimal | None:
    return value if isinstance(value, Decimal) else None


def _whole(value: Value, limit: int = 10**7) -> int | None:
    if isinstance(value, Decimal) and abs(value) <= limit and value == value.to_integral_value():
        return int(value)
    return None


def _rounding(mode: str) -> Function:
    context = ARITHMETIC.copy()
    context.rounding = mode

    def rounded(value: Value, scale: Value = Decimal(0)) -> Value:
        number, places = _number(value), _whole(scale, MAX_SCALE)
        if number is None or places is None:
            return None
        return represented(number.quantize(Decimal(1).scaleb(-places), context=context))

    return rounded


def _absolute(value: Value) -> Value:
    return value.copy_abs() if isinstance(value, Decimal) else None


def _modulo(dividend: Value, divisor: Value) -> Value:
    """Dividend - divisor x floor(dividend / divisor): the sign is the divisor's."""
    if not isinstance(dividend, Decimal) or not isinstance(divisor, Decimal) or not divisor:
        return None
    rest = ARITHMETIC.remainder(dividend, divisor)
    if rest.is_finite() and rest and rest.is_signed() != divisor.is_signed():
        rest = ARITHMETIC.add(rest, divisor)
    return represented(rest)


def _to_number(value: Value) -> Value:
    if not isinstance(value, str) or not _NUMBER.fullmatch(value.strip()) or not value.isascii():
        return None
    return Decimal(value.strip())


def _elements(arguments: Sequence[Value]) -> list[Value]:
    """Arguments of a function that takes one list, or the elements themselves; one value is a list of one."""
    if len(arguments) == 1 and isinstance(arguments[0], list):
        return [taken_in(element) for element in arguments[0]]
    return list(arguments)


def _numbers(arguments: Sequence[Value]) -> list[Decimal] | None:
    elements = _elements(arguments)
    numbers = [element for element in elements if isinstance(element, Decimal)]
    return numbers if numbers and len(numbers) == len(elements) else None


def _sum(*arguments: Value) -> Value:
    numbers = _numbers(arguments)
    if numbers is None:
        return None
    total = numbers[0]
    for number in numbers[1:]:
        total = ARITHMETIC.add(total, number)
    return represented(total)


def _mean(*arguments: Value) -> Value:
    numbers, total = _numbers(arguments), _sum(*arguments)
    if numbers is None or not isinstance(total, Decimal):
        return None
    return represented(ARITHMETIC.divide(total, Decimal(len(numbers))))


def _extreme(sign: int) -> Function:
    def found(*arguments: Value) -> Value:
        elements = _elements(arguments)
        if not elements or ordered(elements[0], elements[0]) is None:
            return None
        best = elements[0]
        for element in elements[1:]:
            order = ordered(element, best)
            if order is None:
                return None
            best = element if order == sign else best
        return best

    return found


def _count(value: Value) -> Value:
    if value is None:
        return None
    return Decimal(len(value)) if isinstance(value, list) else Decimal(1)


def _quantified(decisive: bool) -> Function:
    def found(*arguments: Value) -> Value:
        elements = _elements(arguments)
        if decisive in [element for element in elements if isinstance(element, bool)]:
            return decisive
        return (not decisive) if all(isinstance(element, bool) for element in elements) else None

    return found


def _listed(value: Value) -> list[object]:
    return value if isinstance(value, list) else [value]


def _list_contains(value: Value, wanted: Value) -> Value:
    if value is None:
        return None
    return any(equal(taken_in(element), wanted) is True for element in _listed(value))


def _distinct(value: Value) -> Value:
    """Of plain values only; lists within the list give null, since telling them apart would cost the square."""
    if value is None:
        return None
    kept: dict[tuple[type, object], object] = {}
    for element in map(taken_in, _listed(value)):
        if not isinstance(element, bool | Decimal | str | dt.date | None):
            return None
        kept.setdefault((type(element), element), element)
    return list(kept.values())


def _concatenate(*arguments: Value) -> Value:
    if None in [*arguments]:
        return None
    return [element for argument in arguments for element in _listed(argument)]


def _to_text(value: Value) -> Value:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return text_of(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return value if isinstance(value, str) else None


def _substring(text: Value, start: Value, length: Value = Decimal(10**7)) -> Value:
    """Counted from 1, or from the end with negative numbers."""
    first, count = _whole(start), _whole(length)
    if not isinstance(text, str) or not first or count is None or count < 1:
        return None
    begin = first - 1 if first > 0 else max(0, len(text) + first)
    return text[begin : begin + count]


def _of_texts(compute: Callable[[str, str], Value]) -> Function:
    return lambda one, other: compute(one, other) if isinstance(one, str) and isinstance(other, str) else None


def _of_text(compute: Callable[[str], Value]) -> Function:
    return lambda one: compute(one) if isinstance(one, str) else None


def _date(first: Value, month: Value = None, day: Value = None) -> Value:
    if month is None and day is None:
        if isinstance(first, str):
            return _day_of_text(first)
        return first if isinstance(first, dt.date) else None
    parts = [_whole(first), _whole(month), _whole(day)]
    return _day_of(*[part or 0 for part in parts])


def _day_of_text(text: str) -> Value:
    if not text.isascii() or not _DAY.fullmatch(text):
        return None
    return _day_of(int(text[:4]), int(text[5:7]), int(text[8:]))


def _day_of(year: int, month: int, day: int) -> Value:
    try:
        return dt.date(year, month, day)
    except (ValueError, OverflowError):
        return None


def _of_day(compute: Callable[[dt.date], int]) -> Function:
    return lambda day: Decimal(compute(day)) if isinstance(day, dt.date) else None


def whole_months(first: dt.date, last: dt.date) -> int:
    """Whole months from `first` to `last`; 31 January to 28 February is none. Negative when `last` is earlier."""
    if last < first:
        return -whole_months(last, first)
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)


def _between_days(compute: Callable[[dt.date, dt.date], int]) -> Function:
    def found(first: Value, last: Value) -> Value:
        if isinstance(first, dt.date) and isinstance(last, dt.date):
            return Decimal(compute(first, last))
        return None

    return found


def _whole_years(first: dt.date, last: dt.date) -> int:
    months = whole_months(first, last)
    return months // 12 if months >= 0 else -(-months // 12)


def _add_days(day: Value, count: Value) -> Value:
    number = _whole(count)
    if not isinstance(day, dt.date) or number is None:
        return None
    try:
        return day + dt.timedelta(days=number)
    except OverflowError:
        return None


def _add_months(day: Value, count: Value) -> Value:
    number = _whole(count)
    if not isinstance(day, dt.date) or number is None:
        return None
    months = day.year * 12 + day.month - 1 + number
    year, month = divmod(months, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        return None
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


FUNCTIONS: dict[str, Function] = {
    "not": lambda value: (not value) if isinstance(value, bool) else None,
    "abs": _absolute,
    "floor": lambda value: _rounding(ROUND_FLOOR)(value),
    "ceiling": lambda value: _rounding(ROUND_CEILING)(value),
    "round": _rounding(ROUND_HALF_UP),
    "round half up": _rounding(ROUND_HALF_UP),
    "round up": _rounding(ROUND_UP),
    "round down": _rounding(ROUND_DOWN),
    "modulo": _modulo,
    "number": _to_number,
    "sum": _sum,
    "count": _count,
    "mean": _mean,
    "min": _extreme(-1),
    "max": _extreme(1),
    "all": _quantified(False),
    "any": _quantified(True),
    "list contains": _list_contains,
    "distinct values": _distinct,
    "concatenate": _concatenate,
    "string": _to_text,
    "string length": _of_text(lambda text: Decimal(len(text))),
    "substring": _substring,
    "contains": _of_texts(lambda text, part: part in text),
    "starts with": _of_texts(lambda text, part: text.startswith(part)),
    "ends with": _of_texts(lambda text, part: text.endswith(part)),
    "substring before": _of_texts(lambda text, part: text.partition(part)[0] if part and part in text else ""),
    "substring after": _of_texts(
        lambda text, part: (text.partition(part)[2] if part in text else "") if part else text
    ),
    "upper case": _of_text(str.upper),
    "lower case": _of_text(str.lower),
    "date": _date,
    "year": _of_day(lambda day: day.year),
    "month": _of_day(lambda day: day.month),
    "day": _of_day(lambda day: day.day),
    "days between": _between_days(lambda first, last: (last - first).days),
    "months between": _between_days(whole_months),
    "years between": _between_days(_whole_years),
    "add days": _add_days,
    "add months": _add_months,
}
