"""One decision at a time, in microseconds: columns of constants are looked up by bisection, the rest are closures."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from yihu.kit.decisions.lattice import Column, column_of
from yihu.kit.decisions.tables import DecisionError, HitPolicy, Input, Rule, Table
from yihu.kit.feel import DATE, ExpressionError, Value, parse_unary_tests
from yihu.kit.feel.checking import type_of_value
from yihu.kit.feel.evaluation import Scope
from yihu.kit.feel.functions import FUNCTIONS
from yihu.kit.feel.types import Base
from yihu.kit.feel.values import equal

_KINDS: dict[Base, type] = {Base.NUMBER: Decimal, Base.TEXT: str, Base.BOOLEAN: bool, Base.DATE: dt.date}


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What a table says. `hits` are the numbers of the rules that give it, in the order that counts.

    `value`: for one output its value, for several a dict by name; a list of these for R, O and C; one number for the
    others; None when nothing hits and there is no default. `outputs` has one dict a hit.
    """

    value: object
    hits: tuple[int, ...]
    outputs: tuple[dict[str, Value], ...]
    defaulted: bool = False


class CompiledTable:
    """A table made ready; it holds no state of an evaluation and may be shared between threads."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._columns = [_compiled_column(table, index) for index in range(len(table.inputs))]
        self._days = _validity_column(table.rules)
        self._everything = (1 << len(table.rules)) - 1
        self._constant_outputs = [_constant_outputs(table, rule) for rule in table.rules]
        self._several = len(table.outputs) > 1

    def evaluate(self, inputs: Mapping[str, object], *, on: dt.date, without: Collection[str] = frozenset()) -> Outcome:
        """
        The outcome for these inputs by the rules in force on a day, but for those whose ids are in `without`.

        :raises DecisionError: DEC-R01 a value of the wrong kind, R02 outside the allowed ones, R03 several rules where
            one may hit, R04 rules of policy A disagree, R05 an expression ran out of bounds, R06 an output is no number
        """
        try:
            return self._outcome(Scope(inputs), on, without)
        except ExpressionError as error:
            raise DecisionError("DEC-R05", f"表“{self.table.name}”无法计算：{error}") from error

    def hits(self, inputs: Mapping[str, object], *, on: dt.date) -> tuple[int, ...]:
        """The numbers of all rules that hit, before the hit policy."""
        return tuple(index + 1 for index in _bits(self._matching(Scope(inputs), on)))

    def _outcome(self, scope: Scope, on: dt.date, without: Collection[str]) -> Outcome:
        found = _bits(self._matching(scope, on))
        if without:
            found = [index for index in found if self.table.rules[index].id not in without]
        policy = self.table.policy
        if not found:
            return self._without_hit(scope)
        if policy is HitPolicy.UNIQUE and len(found) > 1:
            numbers = tuple(index + 1 for index in found)
            raise DecisionError("DEC-R03", f"规则 {_listed(numbers)} 同时命中，而这张表只许一条命中。", numbers)
        if policy is HitPolicy.FIRST:
            found = found[:1]
        outputs = [self._constant_outputs[index] or self._outputs(index, scope) for index in found]
        return self._by_policy(found, outputs)

    def _matching(self, scope: Scope, on: dt.date) -> int:
        alive = self._days.rules_for(on) if self._days is not None else self._everything
        for column in self._columns:
            alive = column(scope, alive)
            if not alive:
                break
        return alive

    def _without_hit(self, scope: Scope) -> Outcome:
        policy = self.table.policy
        defaults = {o.name: o.default.closure(scope) for o in self.table.outputs if o.default is not None}
        if defaults:
            row = {output.name: defaults.get(output.name) for output in self.table.outputs}
            return Outcome(self._shape(row), (), (row,), defaulted=True)
        if policy is HitPolicy.COUNT:
            return Outcome(Decimal(0), (), ())
        return Outcome(None if policy.is_single or policy.is_number else [], (), ())

    def _outputs(self, index: int, scope: Scope) -> dict[str, Value]:
        rule = self.table.rules[index]
        pairs = zip(self.table.outputs, rule.outputs, strict=True)
        return {output.name: cell.closure(scope) for output, cell in pairs}

    def _shape(self, row: dict[str, Value]) -> object:
        return dict(row) if self._several else next(iter(row.values()))

    def _by_policy(self, found: list[int], outputs: list[dict[str, Value]]) -> Outcome:
        policy = self.table.policy
        if policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER):
            pairs = sorted(zip(found, outputs, strict=True), key=lambda pair: (self._rank(pair[1]), pair[0]))
            found, outputs = [index for index, _ in pairs], [row for _, row in pairs]
        if policy is HitPolicy.ANY:
            self._expect_same(found, outputs)
        if policy.is_single:
            return Outcome(self._shape(outputs[0]), (found[0] + 1,), (outputs[0],))
        hits = tuple(index + 1 for index in found)
        values = [self._shape(row) for row in outputs]
        value = _aggregated(policy, values, hits) if policy.is_number else values
        return Outcome(value, hits, tuple(outputs))

    def _rank(self, row: dict[str, Value]) -> tuple[int, ...]:
        ranks = []
        for output in self.table.outputs:
            value = row[output.name]
            places = [place for place, one in enumerate(output.ranking) if one == value and type(one) is type(value)]
            ranks.append(places[0] if places else len(output.ranking))
        return tuple(ranks)

    def _expect_same(self, found: list[int], outputs: list[dict[str, Value]]) -> None:
        for index, row in zip(found[1:], outputs[1:], strict=True):
            if any(equal(row[name], outputs[0][name]) is not True for name in row):
                numbers = (found[0] + 1, index + 1)
                raise DecisionError("DEC-R04", f"规则 {_listed(numbers)} 同时命中而结果不同。", numbers)


def _listed(numbers: Sequence[int]) -> str:
    return "、".join(map(str, numbers))


def _bits(mask: int) -> list[int]:
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found


def _aggregated(policy: HitPolicy, values: list[object], hits: tuple[int, ...]) -> Value:
    if policy is HitPolicy.COUNT:
        return Decimal(len(values))
    if not all(isinstance(value, Decimal) for value in values):
        raise DecisionError("DEC-R06", f"规则 {_listed(hits)} 的结果不都是数字，不能汇总。", hits)
    name = {HitPolicy.SUM: "sum", HitPolicy.MIN: "min", HitPolicy.MAX: "max"}[policy]
    return FUNCTIONS[name](values)


def _constant_outputs(table: Table, rule: Rule) -> dict[str, Value] | None:
    if any(cell.paths for cell in rule.outputs):
        return None
    pairs = zip(table.outputs, rule.outputs, strict=True)
    return {output.name: cell.evaluate({}) for output, cell in pairs}


def _compiled_column(table: Table, index: int) -> Callable[[Scope, int], int]:
    """A function from the rules alive to those whose test of this column passes."""
    column = table.inputs[index]
    cells = [rule.tests[index] for rule in table.rules]
    exact = column_of(cells, column.type, whole=column.whole)
    value_of = _checked_input(table, column)
    if exact is not None:
        return _looked_up(exact, value_of)

    def tried(scope: Scope, alive: int) -> int:
        scope.subject = value_of(scope)
        for place in _bits(alive):
            if cells[place].closure(scope) is not True:
                alive ^= 1 << place
        return alive

    return tried


def _looked_up(exact: Column, value_of: Callable[[Scope], Value]) -> Callable[[Scope, int], int]:
    rules_for = exact.rules_for
    return lambda scope, alive: alive & rules_for(value_of(scope))


def _checked_input(table: Table, column: Input) -> Callable[[Scope], Value]:
    closure, wanted, allowed = column.expression.closure, _KINDS.get(column.type.base), column.allowed

    def checked(scope: Scope) -> Value:
        value = closure(scope)
        if value is None:
            return None
        if wanted is not None and (
            not isinstance(value, wanted) or (column.whole and value != value.to_integral_value())  # type: ignore[union-attr]
        ):
            what = "整数" if column.whole else column.type
            raise DecisionError("DEC-R01", f"“{column.label}”要{what}，收到的是{type_of_value(value)}。")
        if allowed is not None and allowed.evaluate(value, scope.context) is not True:
            raise DecisionError("DEC-R02", f"“{column.label}”的值不在允许范围（{allowed}）。")
        return value

    return checked


def validity_tests(rules: Sequence[Rule]) -> list[str]:
    """The days of each rule as unary tests."""
    texts = []
    for rule in rules:
        low = f'>= date("{rule.valid_from}")' if rule.valid_from else ""
        high = f'< date("{rule.valid_to}")' if rule.valid_to else ""
        if low and high:
            texts.append(f'[date("{rule.valid_from}")..date("{rule.valid_to}"))')
        else:
            texts.append(low or high or "-")
    return texts


def _validity_column(rules: Sequence[Rule]) -> Column | None:
    if not any(rule.valid_from or rule.valid_to for rule in rules):
        return None
    return column_of([parse_unary_tests(text) for text in validity_tests(rules)], DATE)
