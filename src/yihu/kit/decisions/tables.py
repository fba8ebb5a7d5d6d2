"""A decision table as data, after DMN 1.3 chapter 8."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from yihu.kit.feel import ANY, Expression, Type, UnaryTests, fields_of

MAX_RULES = 2_000
MAX_COLUMNS = 40


class HitPolicy(StrEnum):
    """Which of the rules that hit give the result; the value is the letter of DMN 1.3 §8.2.10."""

    UNIQUE = "U"
    ANY = "A"
    PRIORITY = "P"
    FIRST = "F"
    RULE_ORDER = "R"
    OUTPUT_ORDER = "O"
    COLLECT = "C"
    SUM = "C+"
    COUNT = "C#"
    MIN = "C<"
    MAX = "C>"

    @property
    def is_single(self) -> bool:
        """Whether at most one rule gives the result."""
        return self in (HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.PRIORITY, HitPolicy.FIRST)

    @property
    def is_number(self) -> bool:
        """Whether the result is one number computed from all hits."""
        return self in (HitPolicy.SUM, HitPolicy.COUNT, HitPolicy.MIN, HitPolicy.MAX)


POLICY_NAMES = {
    HitPolicy.UNIQUE: "唯一命中",
    HitPolicy.ANY: "任一命中（结果须一致）",
    HitPolicy.PRIORITY: "按结果优先级",
    HitPolicy.FIRST: "取第一条命中",
    HitPolicy.RULE_ORDER: "全部命中，按规则次序",
    HitPolicy.OUTPUT_ORDER: "全部命中，按结果优先级",
    HitPolicy.COLLECT: "汇集全部命中",
    HitPolicy.SUM: "汇总求和",
    HitPolicy.COUNT: "汇总计数",
    HitPolicy.MIN: "汇总取最小",
    HitPolicy.MAX: "汇总取最大",
}


class DecisionError(ValueError):
    """Why a table cannot be evaluated for these inputs. `code` is stable, the message is Chinese."""

    def __init__(self, code: str, message_zh: str, rules: tuple[int, ...] = ()) -> None:
        super().__init__(f"{message_zh}（{code}）")
        self.code = code
        self.message_zh = message_zh
        self.rules = rules


@dataclass(frozen=True, slots=True)
class Input:
    """An input column. `type` is that of its values, `whole` says that numbers are whole ones."""

    label: str
    expression: Expression
    type: Type = ANY
    whole: bool = False
    allowed: UnaryTests | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """An output column. `ranking` are its allowed values, the first being the most important."""

    name: str
    label: str
    type: Type = ANY
    ranking: tuple[object, ...] = ()
    default: Expression | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row, counted from 1. In force on days `[valid_from, valid_to)`; an open end is None."""

    number: int
    id: str
    tests: tuple[UnaryTests, ...]
    outputs: tuple[Expression, ...]
    clause: str = ""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    def in_force(self, day: dt.date) -> bool:
        """Whether the rule holds on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Table:
    """A whole decision table."""

    id: str
    name: str
    policy: HitPolicy
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...] = field(default=())

    @property
    def types(self) -> dict[str, Type]:
        """Types of the variables that the input columns read, for checking cells."""
        found: dict[str, Type] = {}
        for column in self.inputs:
            for path in column.expression.paths:
                name, dot, _ = path.partition(".")
                plain = path == column.expression.text.strip() and not dot
                found[name] = column.type if plain else found.get(name, fields_of({}, open=True) if dot else ANY)
        return found
