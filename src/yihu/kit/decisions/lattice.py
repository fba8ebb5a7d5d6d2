"""
The classes of a column: sets of values that every test of the column treats alike, each with one value to stand for it.

For tests made of constants only (`< 5`, `[1..10)`, `"a", "b"`, `not(…)`, `-`) the classes are exact: numbers and days
fall apart at the constants, texts into those named and all others. Evaluation looks a value's class up and has all
rules at once; analysis walks the classes instead of the values.
"""

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

from yihu.kit.feel import UnaryTests, nodes
from yihu.kit.feel.evaluation import Scope, compiled
from yihu.kit.feel.printer import literal
from yihu.kit.feel.types import Base, Type

_ONE_DAY = dt.timedelta(days=1)
_CONSTANT_FUNCTIONS = frozenset({"date"})
Ordered = Decimal | dt.date
_EXACT = Context(prec=100)


@dataclass(frozen=True, slots=True)
class Segment:
    """One class: `example` stands for it, `text` is the test that describes it, `rules` has a bit for each rule."""

    example: object
    text: str
    rules: int


@dataclass(frozen=True, slots=True)
class Column:
    """The classes of one input; `cuts` are the constants between which numbers or days fall."""

    kind: Base
    cuts: tuple[Ordered, ...]
    segments: tuple[Segment, ...]
    unknown: Segment
    named: dict[object, Segment]
    other: Segment | None

    def rules_for(self, value: object) -> int:
        """The bits of the rules whose test of this column `value` passes."""
        if value is None:
            return self.unknown.rules
        if self.named:
            found = self.named.get(value, self.other)
            return found.rules if found is not None else 0
        if self.kind in (Base.NUMBER, Base.DATE):
            place: int = bisect_left(self.cuts, value)  # type: ignore[call-overload]
            on = int(place < len(self.cuts) and self.cuts[place] == value)
            return self.segments[2 * place + on].rules
        return self.other.rules if self.other is not None else 0

    def classes(self) -> Iterator[Segment]:
        """All classes of values that exist; null is not among them."""
        yield from (segment for segment in self.segments if segment.example is not None)
        yield from self.named.values()
        if self.other is not None:
            yield self.other


def constants_of(tests: UnaryTests) -> list[object] | None:
    """The constants that a cell compares with, or None when something else decides it."""
    found: list[object] = []
    for test in tests.tree.tests:
        parts = [test.low, test.high] if isinstance(test, nodes.Range) else [test]
        for part in parts:
            operand = part.operand if isinstance(part, nodes.Compared) else part
            values = operand.items if isinstance(operand, nodes.Items) and operand is part else (operand,)
            if not all(map(is_constant, values)):
                return None
            found += [value_of(value) for value in values]
    return found


def is_constant(node: nodes.Node) -> bool:
    """A literal, or `date` of literals."""
    if isinstance(node, nodes.Call):
        return node.function in _CONSTANT_FUNCTIONS and all(map(is_constant, node.arguments))
    return isinstance(node, nodes.Literal)


def value_of(node: nodes.Node) -> object:
    """The value of a constant."""
    return compiled(node)(Scope({}))


def column_of(cells: Sequence[UnaryTests], kind: Type, *, whole: bool = False) -> Column | None:
    """
    The classes of a column, or None when a cell is not made of constants or orders texts.

    Rule i has bit i. A cell of another kind than the column's gives its bit nowhere, as evaluation does.
    """
    constants: list[object] = []
    for cell in cells:
        found = constants_of(cell)
        if found is None:
            return None
        constants += found
    marked = _Marker(cells)
    if kind.base in (Base.NUMBER, Base.DATE):
        return _ordered_column(kind.base, constants, marked, whole)
    if kind.base is Base.BOOLEAN:
        return Column(kind.base, (), (), marked(None, "null"), {v: marked(v, literal(v)) for v in (True, False)}, None)
    if kind.base is Base.TEXT and not any(map(_orders, cells)):
        return _named_column(constants, marked)
    return None


class _Marker:
    """Makes segments, asking each cell once whether the example passes."""

    def __init__(self, cells: Sequence[UnaryTests]) -> None:
        self.bits: dict[str, int] = {}
        self.cells: dict[str, UnaryTests] = {}
        for index, cell in enumerate(cells):
            self.bits[cell.text] = self.bits.get(cell.text, 0) | 1 << index
            self.cells[cell.text] = cell

    def __call__(self, example: object, text: str) -> Segment:
        rules = 0
        for key, cell in self.cells.items():
            if cell.evaluate(example) is True:
                rules |= self.bits[key]
        return Segment(example, text, rules)


def _orders(cell: UnaryTests) -> bool:
    return any(
        isinstance(test, nodes.Range) or (isinstance(test, nodes.Compared) and test.sign not in ("=", "!="))
        for test in cell.tree.tests
    )


def _named_column(constants: Sequence[object], marked: _Marker) -> Column:
    names = sorted({value for value in constants if isinstance(value, str)})
    other = "其他"
    while other in names:
        other += "…"
    known = ", ".join(map(literal, names))
    return Column(
        Base.TEXT,
        (),
        (),
        marked(None, "null"),
        {name: marked(name, literal(name)) for name in names},
        marked(other, f"not({known})" if known else "-"),
    )


def _ordered_column(kind: Base, constants: Sequence[object], marked: _Marker, whole: bool) -> Column:
    wanted = Decimal if kind is Base.NUMBER else dt.date
    cuts = tuple(sorted({value for value in constants if isinstance(value, wanted)}))
    segments: list[Segment] = []
    for place in range(len(cuts) + 1):
        low, high = (cuts[place - 1] if place else None), (cuts[place] if place < len(cuts) else None)
        example = between(kind, low, high, whole=whole)
        text = _span_text(low, high)
        segments.append(Segment(None, text, 0) if example is None else marked(example, text))
        if high is not None:
            segments.append(marked(high, literal(high)))
    return Column(kind, cuts, tuple(segments), marked(None, "null"), {}, None)


def between(kind: Base, low: Ordered | None, high: Ordered | None, *, whole: bool) -> Ordered | None:
    """A value strictly between two constants (an open end is None), or None when there is none."""
    if kind is Base.DATE:
        return _day_between(low, high)
    first, last = (bound if isinstance(bound, Decimal) else None for bound in (low, high))
    if first is None and last is None:
        return Decimal(0)
    if whole:
        return _whole_between(first, last)
    if first is None:
        return _EXACT.subtract(last, Decimal(1)) if last is not None else None
    if last is None:
        return _EXACT.add(first, Decimal(1))
    return _EXACT.divide(_EXACT.add(first, last), Decimal(2))


def _whole_between(low: Decimal | None, high: Decimal | None) -> Decimal | None:
    if low is not None:
        from_low = _EXACT.add(low.to_integral_value(rounding=ROUND_FLOOR), Decimal(1))
        return from_low if high is None or from_low < high else None
    assert high is not None  # noqa: S101 - one of the two is given
    return _EXACT.subtract(high.to_integral_value(rounding=ROUND_CEILING), Decimal(1))


def _day_between(low: object, high: object) -> dt.date | None:
    if isinstance(low, dt.date):
        day = low + _ONE_DAY if low < dt.date.max else None
        return day if day is not None and (not isinstance(high, dt.date) or day < high) else None
    if isinstance(high, dt.date):
        return high - _ONE_DAY if high > dt.date.min else None
    return dt.date(2026, 1, 1)


def _span_text(low: Ordered | None, high: Ordered | None) -> str:
    if low is None and high is None:
        return "-"
    if low is None:
        return f"< {literal(high)}"
    return f"> {literal(low)}" if high is None else f"({literal(low)}..{literal(high)})"
