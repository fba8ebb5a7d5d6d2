"""
A decision table over millions of rows at once: the same rules as `kit.decisions`, as columns of one Ibis expression.

What can be said in columns is tests made of constants and outputs made of constants; anything else is refused by name,
so that nobody takes an approximation for the answer. Equality with one-at-a-time evaluation is property-tested.
"""

import datetime as dt
from collections.abc import Mapping
from functools import reduce
from operator import add
from typing import Any

import ibis

from yihu.kit.decisions.tables import HitPolicy, Rule, Table
from yihu.kit.decisions.texts import NOTHING, row_text
from yihu.kit.feel import Value
from yihu.lens.decisions.cells import NotColumnarError, passes, typed

__all__ = ["NotColumnarError", "in_columns"]

_REFUSED = "（不能得出唯一结果）"


def in_columns(table: Table, source: Any, columns: Mapping[str, str], *, on: dt.date) -> Any:
    """
    `source` with the columns of the outcome beside its own.

    `dec_rule` the number of the rule that decides (0 none; the first of several), `dec_hits` all rules that hit as a
    list, `dec_refused` whether one-at-a-time evaluation would refuse (U with several hits, A that disagree, a value
    that is not allowed or not whole), `dec_outcome` the outcome in words, and for C+ C# C< C> `dec_value` the number.

    :param columns: by label of the input column, the column of `source` it reads
    :raises NotColumnarError: DEC-B01 a test, B02 an output, B03 a column that is missing or of another kind
    """
    rules = [rule for rule in table.rules if rule.in_force(on)]
    outputs = {rule.number: _constant_outputs(table, rule) for rule in rules}
    values = {column.label: typed(source, columns, column) for column in table.inputs}
    flagged = source.mutate(
        **{f"dec_r{rule.number}": _rule(table, rule, values) for rule in rules},
        dec_unfit=_unfit(table, values),
    )
    return _decided(table, flagged, _in_order(table, rules, outputs), outputs)


def _rule(table: Table, rule: Rule, values: Mapping[str, Any]) -> Any:
    tests = [
        passes(values[column.label], test, column)
        for column, test in zip(table.inputs, rule.tests, strict=True)
        if test.tree.tests
    ]
    return ibis.coalesce(ibis.and_(*tests), False) if tests else ibis.literal(True)


def _unfit(table: Table, values: Mapping[str, Any]) -> Any:
    wrong = []
    for column in table.inputs:
        value = values[column.label]
        if column.allowed is not None:
            wrong.append(value.notnull() & ~ibis.coalesce(passes(value, column.allowed, column), False))
        if column.whole:
            wrong.append(ibis.coalesce(value != value.floor(), False))
    return ibis.or_(*wrong) if wrong else ibis.literal(False)


def _constant_outputs(table: Table, rule: Rule) -> dict[str, Value]:
    if any(cell.paths for cell in rule.outputs):
        raise NotColumnarError("DEC-B02", f"规则 {rule.number} 的结果由数据算出，不能成批计算。")
    return {output.name: cell.evaluate({}) for output, cell in zip(table.outputs, rule.outputs, strict=True)}


def _in_order(table: Table, rules: list[Rule], outputs: Mapping[int, dict[str, Value]]) -> list[int]:
    """Rule numbers in the order in which a hit counts."""
    if table.policy not in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER):
        return [rule.number for rule in rules]

    def rank(number: int) -> tuple[object, ...]:
        ranks = []
        for output in table.outputs:
            value = outputs[number][output.name]
            same = [at for at, one in enumerate(output.ranking) if one == value and type(one) is type(value)]
            ranks.append(same[0] if same else len(output.ranking))
        return (*ranks, number)

    return sorted((rule.number for rule in rules), key=rank)


def _decided(table: Table, flagged: Any, order: list[int], outputs: Mapping[int, dict[str, Value]]) -> Any:
    hit = {number: flagged[f"dec_r{number}"] for number in order}
    counted = reduce(add, (one.cast("int32") for one in hit.values()), ibis.literal(0, "int32"))
    first = _first([(hit[number], ibis.literal(number, "int32")) for number in order], ibis.literal(0, "int32"))
    taken = ibis.array([ibis.ifelse(hit[number], number, None).cast("int32") for number in order]) if order else None
    hits = taken.filter(lambda one: one.notnull()) if taken is not None else ibis.literal([], "array<int32>")
    staged = flagged.mutate(dec_rule=first, dec_count=counted, dec_hits=hits)
    refused = staged.dec_unfit | _disagreement(table, staged, order, outputs)
    staged = staged.mutate(dec_refused=refused, **_number(table, staged, order, outputs))
    staged = staged.mutate(dec_outcome=_words(table, staged, order, outputs))
    return staged.drop(*[f"dec_r{number}" for number in order], "dec_unfit", "dec_count")


def _first(cases: list[tuple[Any, Any]], otherwise: Any) -> Any:
    return ibis.cases(*cases, else_=otherwise) if cases else otherwise


def _disagreement(table: Table, staged: Any, order: list[int], outputs: Mapping[int, dict[str, Value]]) -> Any:
    if table.policy is HitPolicy.UNIQUE:
        return staged.dec_count > 1
    if table.policy is not HitPolicy.ANY or len(order) < 2:
        return ibis.literal(False)
    kinds: list[dict[str, Value]] = []
    pairs = []
    for number in order:
        if outputs[number] not in kinds:
            kinds.append(outputs[number])
        kind = kinds.index(outputs[number])
        # Null equals only itself for FEEL too, but what is unlike itself (a group of fields) cannot be an output here.
        pairs.append(ibis.ifelse(staged[f"dec_r{number}"], ibis.literal(kind, "int32"), None))
    return ibis.coalesce(ibis.least(*pairs) != ibis.greatest(*pairs), False)


def _number(table: Table, staged: Any, order: list[int], outputs: Mapping[int, dict[str, Value]]) -> dict[str, Any]:
    policy = table.policy
    if not policy.is_number:
        return {}
    output = table.outputs[0]
    default = output.default.evaluate({}) if output.default is not None else None
    if policy is HitPolicy.COUNT:
        found = staged.dec_count.cast("decimal(38, 8)")
    else:
        parts = [
            ibis.ifelse(staged[f"dec_r{number}"], ibis.literal(outputs[number][output.name], "decimal(38, 8)"), None)
            for number in order
        ]
        found = _aggregated(policy, parts)
    fallback = ibis.literal(default, "decimal(38, 8)") if default is not None else _none(policy)
    return {"dec_value": ibis.ifelse(staged.dec_count > 0, found, fallback)}


def _none(policy: HitPolicy) -> Any:
    return ibis.literal(0, "decimal(38, 8)") if policy is HitPolicy.COUNT else ibis.null("decimal(38, 8)")


def _aggregated(policy: HitPolicy, parts: list[Any]) -> Any:
    if not parts:
        return ibis.null("decimal(38, 8)")
    if policy is HitPolicy.SUM:
        return reduce(add, (ibis.coalesce(part, ibis.literal(0, "decimal(38, 8)")) for part in parts)).cast(
            "decimal(38, 8)"
        )
    return ibis.least(*parts) if policy is HitPolicy.MIN else ibis.greatest(*parts)


def _words(table: Table, staged: Any, order: list[int], outputs: Mapping[int, dict[str, Value]]) -> Any:
    defaults = {o.name: o.default.evaluate({}) for o in table.outputs if o.default is not None}
    row = {output.name: defaults.get(output.name) for output in table.outputs}
    nothing = row_text(table, row) if defaults else NOTHING
    texts = {number: row_text(table, outputs[number]) for number in order}
    if table.policy.is_number:
        words = ibis.coalesce(staged.dec_value.cast("string"), NOTHING)
    elif table.policy.is_single:
        words = _first(
            [(staged.dec_rule == number, ibis.literal(texts[number])) for number in order], ibis.literal(nothing)
        )
    else:
        parts = [ibis.ifelse(staged[f"dec_r{number}"], texts[number], None) for number in order]
        joined = ibis.array(parts).filter(lambda one: one.notnull()).join("、") if parts else ibis.literal(nothing)
        words = ibis.ifelse(staged.dec_count > 0, joined, nothing)
    return ibis.ifelse(staged.dec_refused, ibis.literal(_REFUSED), words)
