"""A syntax tree back to text. Parsing what was printed gives the same tree (property-tested)."""

import datetime as dt
from decimal import Decimal

from yihu.kit.feel import nodes
from yihu.kit.feel.nodes import Node
from yihu.kit.feel.parser import COMPARISON, POSTFIX, POWERS, PREFIX
from yihu.kit.feel.values import text_of

_ESCAPES = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_ATOM = POSTFIX + 1


def shown(node: Node) -> str:
    """FEEL text of `node`, with the brackets that it needs and no others."""
    if isinstance(node, nodes.Tests):
        return _tests(node)
    return _at(node, 0)


def literal(value: nodes.Constant) -> str:
    """FEEL text of a constant; a day is written as a call of `date`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return text_of(value)
    if isinstance(value, dt.date):
        return f'date("{value.isoformat()}")'
    return f'"{value.translate(_ESCAPES)}"'


def _tests(cell: nodes.Tests) -> str:
    if not cell.tests:
        return "-"
    inside = ", ".join(_cell_test(test) for test in cell.tests)
    return f"not({inside})" if cell.negated else inside


def _cell_test(test: Node) -> str:
    text = _test(test)
    return f"({text})" if text.startswith("not(") else text


def _test(test: Node) -> str:
    if isinstance(test, nodes.Compared):
        return f"{test.sign} {_at(test.operand, COMPARISON + 1)}"
    if isinstance(test, nodes.Range):
        opening, closing = "[" if test.low_closed else "(", "]" if test.high_closed else ")"
        return f"{opening}{_at(test.low, COMPARISON + 1)}..{_at(test.high, COMPARISON + 1)}{closing}"
    return _at(test, 0)


def _at(node: Node, floor: int) -> str:
    """Text of `node` where what binds more loosely than `floor` needs brackets."""
    text, power = _text(node)
    return f"({text})" if power < floor else text


def _text(node: Node) -> tuple[str, int]:
    match node:
        case nodes.Literal(value=value):
            negative = isinstance(value, Decimal) and value.is_signed() and bool(value)
            return literal(value), PREFIX if negative else _ATOM
        case nodes.Name(name=name):
            return name, _ATOM
        case nodes.Subject():
            return "?", _ATOM
        case nodes.Items(items=items):
            return f"[{', '.join(_at(item, 0) for item in items)}]", _ATOM
        case nodes.Call(function=function, arguments=arguments):
            return f"{function}({', '.join(_at(argument, 0) for argument in arguments)})", _ATOM
        case nodes.Path(base=base, part=part):
            return f"{_at(base, POSTFIX)}.{part}", POSTFIX
        case nodes.Negate(operand=operand):
            return f"-{_at(operand, PREFIX)}", PREFIX
    return _operators(node)


def _operators(node: Node) -> tuple[str, int]:
    match node:
        case nodes.Binary(sign=sign, left=left, right=right):
            power = POWERS[sign]
            floor = power + 1 if power == COMPARISON else power
            return f"{_at(left, floor)} {sign} {_at(right, power + 1)}", power
        case nodes.Between(value=value, low=low, high=high):
            parts = [_at(part, COMPARISON + 1) for part in (value, low, high)]
            return f"{parts[0]} between {parts[1]} and {parts[2]}", COMPARISON
        case nodes.In(value=value, tests=tests):
            return f"{_at(value, COMPARISON + 1)} in ({', '.join(map(_test, tests))})", COMPARISON
        case nodes.If(condition=condition, one=one, other=other):
            return f"if {_at(condition, 0)} then {_at(one, 0)} else {_at(other, 0)}", 0
        case nodes.Quantified(kind=kind, variable=variable, source=source, condition=condition):
            return f"{kind} {variable} in {_at(source, 0)} satisfies {_at(condition, 0)}", 0
    return _test(node), 0
