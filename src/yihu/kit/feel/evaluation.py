"""Syntax trees to closures. A closure takes the scope of one evaluation and gives a value; it calls nothing else."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal

from yihu.kit.feel import nodes
from yihu.kit.feel.errors import MAX_STEPS, ExpressionError
from yihu.kit.feel.functions import FUNCTIONS
from yihu.kit.feel.nodes import Node
from yihu.kit.feel.values import ARITHMETIC, Value, both, either, equal, ordered, represented, taken_in


class Scope:
    """One evaluation: the context, the subject of a test, bound variables, and the steps that are left."""

    __slots__ = ("bound", "context", "steps", "subject")

    def __init__(self, context: Mapping[str, object], subject: Value = None) -> None:
        self.context = context
        self.subject = subject
        self.bound: dict[str, Value] = {}
        self.steps = MAX_STEPS

    def spend(self, count: int) -> None:
        """Pay for looking at `count` elements; raises ExpressionError FEEL-R01 when the budget is spent."""
        self.steps -= count
        if self.steps < 0:
            raise ExpressionError("FEEL-R01", f"计算量超过上限（{MAX_STEPS} 步），请缩短列表或简化表达式。")


Closure = Callable[[Scope], Value]
Truth = bool | None


def compiled(node: Node, bound: frozenset[str] = frozenset()) -> Closure:
    """The closure of `node`, within the variables `bound` by `some` and `every` around it."""
    match node:
        case nodes.Literal(value=value):
            return lambda scope: value
        case nodes.Name(name=name):
            if name in bound:
                return lambda scope: scope.bound[name]
            return lambda scope: taken_in(scope.context.get(name))
        case nodes.Subject():
            return lambda scope: scope.subject
        case nodes.Binary():
            return _binary(node, bound)
        case nodes.Quantified():
            return _quantified(node, bound)
        case nodes.Between() | nodes.In():
            return _membership(node, bound)
    return _of_parts(node, [compiled(child, bound) for child in nodes.children(node)])


def _of_parts(node: Node, parts: list[Closure]) -> Closure:
    """Nodes whose value follows from the values of their parts alone."""
    match node:
        case nodes.Items():
            return lambda scope: [part(scope) for part in parts]
        case nodes.Path(part=name):
            return _path(parts[0], name)
        case nodes.Negate():
            return _negate(parts[0])
        case nodes.If():
            return _if(*parts)
        case nodes.Call(function=function):
            return _call(function, parts)
    raise AssertionError(type(node))


def compiled_test(test: Node, bound: frozenset[str] = frozenset()) -> Callable[[Scope, Value], Truth]:
    """Whether a value passes one test: a comparison, a range, a value or list of values, or a condition on `?`."""
    match test:
        case nodes.Compared(sign=sign, operand=operand):
            compare, right = _COMPARISONS[sign], compiled(operand, bound)
            return lambda scope, value: compare(value, right(scope))
        case nodes.Range():
            return _range(test, bound)
    inner = compiled(test, bound)
    if _asks_subject(test):
        return lambda scope, value: _truth(inner(scope))
    return lambda scope, value: _is_or_holds(scope, value, inner(scope))


def compiled_tests(cell: nodes.Tests) -> Callable[[Scope], Truth]:
    """Whether the subject of the scope passes the cell; null when that is not known."""
    tests = [compiled_test(test) for test in cell.tests]

    def passes(scope: Scope) -> Truth:
        found: Truth = False
        for test in tests:
            found = either(found, test(scope, scope.subject))
            if found:
                break
        if cell.negated:
            return None if found is None else not found
        return found

    return passes if tests else lambda scope: True


def _asks_subject(node: Node) -> bool:
    return isinstance(node, nodes.Subject) or any(map(_asks_subject, nodes.children(node)))


def _truth(value: Value) -> Truth:
    return value if isinstance(value, bool) else None


def _is_or_holds(scope: Scope, value: Value, found: Value) -> Truth:
    if not isinstance(found, list) or isinstance(value, list):
        return equal(value, found)
    scope.spend(len(found))
    result: Truth = False
    for element in found:
        result = either(result, equal(value, taken_in(element)))
        if result:
            break
    return result


def _range(test: nodes.Range, bound: frozenset[str]) -> Callable[[Scope, Value], Truth]:
    low, high = compiled(test.low, bound), compiled(test.high, bound)
    above, below = _COMPARISONS[">=" if test.low_closed else ">"], _COMPARISONS["<=" if test.high_closed else "<"]
    return lambda scope, value: both(above(value, low(scope)), below(value, high(scope)))


def _path(base: Closure, part: str) -> Closure:
    def found(scope: Scope) -> Value:
        value = base(scope)
        if isinstance(value, Mapping):
            return taken_in(value.get(part))
        if isinstance(value, list):
            scope.spend(len(value))
            return [_part(taken_in(element), part) for element in value]
        return _part(value, part)

    return found


def _part(value: Value, part: str) -> Value:
    if isinstance(value, Mapping):
        return taken_in(value.get(part))
    if isinstance(value, dt.date):
        numbers = {"year": value.year, "month": value.month, "day": value.day, "weekday": value.isoweekday()}
        return Decimal(numbers[part]) if part in numbers else None
    return None


def _negate(operand: Closure) -> Closure:
    def negated(scope: Scope) -> Value:
        value = operand(scope)
        return value.copy_negate() if isinstance(value, Decimal) else None

    return negated


def _if(condition: Closure, one: Closure, other: Closure) -> Closure:
    return lambda scope: one(scope) if condition(scope) is True else other(scope)


_ARITHMETIC = {
    "+": ARITHMETIC.add,
    "-": ARITHMETIC.subtract,
    "*": ARITHMETIC.multiply,
    "/": ARITHMETIC.divide,
    "**": ARITHMETIC.power,
}


def _different(one: Value, other: Value) -> Truth:
    same = equal(one, other)
    return None if same is None else not same


def _by_order(wanted: frozenset[int]) -> Callable[[Value, Value], Truth]:
    def compare(one: Value, other: Value) -> Truth:
        order = ordered(one, other)
        return None if order is None else order in wanted

    return compare


_COMPARISONS: dict[str, Callable[[Value, Value], Truth]] = {
    "=": equal,
    "!=": _different,
    "<": _by_order(frozenset({-1})),
    "<=": _by_order(frozenset({-1, 0})),
    ">": _by_order(frozenset({1})),
    ">=": _by_order(frozenset({1, 0})),
}


def _binary(node: nodes.Binary, bound: frozenset[str]) -> Closure:
    left, right = compiled(node.left, bound), compiled(node.right, bound)
    if node.sign in _COMPARISONS:
        return _comparison(_COMPARISONS[node.sign], left, right)
    if node.sign == "and":
        return lambda scope: False if (one := _truth(left(scope))) is False else both(one, _truth(right(scope)))
    if node.sign == "or":
        return lambda scope: True if (one := _truth(left(scope))) is True else either(one, _truth(right(scope)))
    return _arithmetic(node.sign, left, right)


def _comparison(compare: Callable[[Value, Value], Truth], left: Closure, right: Closure) -> Closure:
    def compared(scope: Scope) -> Value:
        one, other = left(scope), right(scope)
        if isinstance(one, list):
            scope.spend(len(one))
        return compare(one, other)

    return compared


def _arithmetic(sign: str, left: Closure, right: Closure) -> Closure:
    compute = _ARITHMETIC[sign]

    def result(scope: Scope) -> Value:
        one, other = left(scope), right(scope)
        if isinstance(one, Decimal) and isinstance(other, Decimal):
            return represented(compute(one, other))
        if sign == "+" and isinstance(one, str) and isinstance(other, str):
            scope.spend((len(one) + len(other)) // 64)
            return one + other
        return None

    return result


def _call(name: str, arguments: list[Closure]) -> Closure:
    function = FUNCTIONS[name]

    def called(scope: Scope) -> Value:
        values = [argument(scope) for argument in arguments]
        for value in values:
            if isinstance(value, list):
                scope.spend(len(value))
            elif isinstance(value, str):
                scope.spend(len(value) // 64)
        return function(*values)

    return called


def _quantified(node: nodes.Quantified, bound: frozenset[str]) -> Closure:
    source, name = compiled(node.source, bound), node.variable
    condition = compiled(node.condition, bound | {name})
    cost = 1 + _size(node.condition)
    decisive = node.kind == "some"

    def found(scope: Scope) -> Value:
        values = source(scope)
        if values is None:
            return None
        before = scope.bound
        result: Truth = not decisive
        for value in values if isinstance(values, list) else [values]:
            scope.spend(cost)
            scope.bound = {**before, name: taken_in(value)}
            truth = _truth(condition(scope))
            result = either(result, truth) if decisive else both(result, truth)
            if result is decisive:
                break
        scope.bound = before
        return result

    return found


def _size(node: Node) -> int:
    return 1 + sum(map(_size, nodes.children(node)))


def _membership(node: Node, bound: frozenset[str]) -> Closure:
    if isinstance(node, nodes.Between):
        value, low, high = (compiled(part, bound) for part in (node.value, node.low, node.high))
        above, below = _COMPARISONS[">="], _COMPARISONS["<="]

        def between(scope: Scope) -> Value:
            found = value(scope)
            return both(above(found, low(scope)), below(found, high(scope)))

        return between
    assert isinstance(node, nodes.In)  # noqa: S101 - the only other kind that comes here
    subject, tests = compiled(node.value, bound), [compiled_test(test, bound) for test in node.tests]

    def within(scope: Scope) -> Value:
        found = subject(scope)
        result: Truth = False
        for test in tests:
            result = either(result, test(scope, found))
            if result:
                break
        return result

    return within
