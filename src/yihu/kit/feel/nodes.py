"""The syntax tree. `position` is where a node begins in the text; two trees are equal whatever their positions."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

Constant = Decimal | str | bool | dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Any part of an expression."""

    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, a text, true, false or null."""

    value: Constant


@dataclass(frozen=True, slots=True)
class Items(Node):
    """A list written out."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A variable: of the context, or bound by `some` and `every`."""

    name: str


@dataclass(frozen=True, slots=True)
class Subject(Node):
    """`?`: the value that a unary test is about."""


@dataclass(frozen=True, slots=True)
class Path(Node):
    """`base.part`; of a list, the part of each element."""

    base: Node
    part: str


@dataclass(frozen=True, slots=True)
class Negate(Node):
    """`-operand`."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """`left sign right` for arithmetic, comparison, `and` and `or`."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`value between low and high`, both ends included."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Compared(Node):
    """A test `< operand`; only among tests."""

    sign: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Range(Node):
    """A test `[low..high)`; only among tests."""

    low: Node
    high: Node
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class In(Node):
    """`value in (test, test)`."""

    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class If(Node):
    """`if condition then one else other`."""

    condition: Node
    one: Node
    other: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`some variable in source satisfies condition`, or `every`."""

    kind: str
    variable: str
    source: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A built-in function with its arguments."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Tests(Node):
    """The whole of a decision table's input cell: no test at all is `-`."""

    tests: tuple[Node, ...]
    negated: bool = False


def children(node: Node) -> tuple[Node, ...]:
    """The parts of `node`, left to right."""
    match node:
        case Items(items=parts) | Call(arguments=parts) | Tests(tests=parts):
            return parts
        case Path(base=part) | Negate(operand=part) | Compared(operand=part):
            return (part,)
        case Binary(left=left, right=right):
            return (left, right)
        case Between(value=value, low=low, high=high):
            return (value, low, high)
        case Range(low=low, high=high):
            return (low, high)
        case In(value=value, tests=tests):
            return (value, *tests)
        case If(condition=condition, one=one, other=other):
            return (condition, one, other)
        case Quantified(source=source, condition=condition):
            return (source, condition)
    return ()
