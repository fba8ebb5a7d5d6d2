"""Gaps and overlaps against brute force over every class of values."""

from dataclasses import replace
from itertools import product

from hypothesis import given, settings

from yihu.kit.decisions import HitPolicy, Table, analyse
from yihu.kit.decisions.ranges import merged
from yihu.kit.decisions.tests.random_tables import DAY, VALUES, plain_hits, tables
from yihu.kit.decisions.tests.test_running import table_of
from yihu.kit.feel import parse_unary_tests


def _points(table: Table, *, nulls: bool = False) -> list[dict[str, object]]:
    names = [column.label for column in table.inputs]
    rows = product(*[[value for value in VALUES[name] if nulls or value is not None] for name in names])
    return [dict(zip(names, row, strict=True)) for row in rows]


def _without_days(table: Table) -> Table:
    rules = tuple(replace(rule, valid_from=None, valid_to=None) for rule in table.rules)
    outputs = tuple(replace(output, default=None) for output in table.outputs)
    return replace(table, rules=rules, outputs=outputs)


@settings(max_examples=250, deadline=None)
@given(tables(policies=(HitPolicy.UNIQUE,), most_rules=5))
def test_gaps_are_where_nothing_hits_and_nowhere_else(drawn: Table) -> None:
    table = _without_days(drawn)
    gaps = [one.where for one in analyse(table) if one.code == "DEC-A01"]
    if len(gaps) >= 20:
        return
    boxes = [{label: [parse_unary_tests(t) for t in text.split(" | ")] for label, text in gap.items()} for gap in gaps]
    for point in _points(table):
        told = any(
            all(any(test.evaluate(point[label]) is True for test in tests) for label, tests in box.items())
            for box in boxes
        )
        assert told == (not plain_hits(table, point, DAY)), point


@settings(max_examples=250, deadline=None)
@given(tables(policies=(HitPolicy.UNIQUE,), most_rules=5))
def test_overlaps_are_the_pairs_that_hit_together(drawn: Table) -> None:
    table = _without_days(drawn)
    told = {one.rules for one in analyse(table) if one.code == "DEC-A02"}
    seen = set()
    for point in _points(table):
        hits = plain_hits(table, point, DAY)
        seen |= {(one, other) for one in hits for other in hits if one < other}
    assert told == seen


@settings(max_examples=250, deadline=None)
@given(tables(policies=(HitPolicy.FIRST,), most_rules=5))
def test_rules_said_never_to_hit_are_those_that_never_do(drawn: Table) -> None:
    table = _without_days(drawn)
    never = {one.rules[0] for one in analyse(table) if one.code == "DEC-A03"}
    reached = {hits[0] for point in _points(table, nulls=True) if (hits := plain_hits(table, point, DAY))}
    assert never == {rule.number for rule in table.rules} - reached


def test_a_finding_says_where_in_words_and_with_values() -> None:
    compiled = table_of(
        HitPolicy.UNIQUE, ("[0..100)", "-", '"科长"'), ("(100..500]", "-", '"局长"'), ("> 400", "> 2", '"厅长"')
    )
    found = {one.code: one for one in analyse(compiled.table)}
    assert found["DEC-A02"].rules == (2, 3)
    assert found["DEC-A02"].where == {"金额": "(400..500]", "人数": "> 2"}
    gaps = [one.where for one in analyse(compiled.table) if one.code == "DEC-A01"]
    assert gaps == [{"金额": "100"}, {"金额": "> 500", "人数": "<= 2"}]


def test_what_cannot_be_decided_is_said() -> None:
    compiled = table_of(HitPolicy.UNIQUE, ("> people", "-", '"a"'), ("< 5", "-", '"b"'))
    codes = [one.code for one in analyse(compiled.table)]
    assert "DEC-A05" in codes
    assert any("可能没有" in one.message for one in analyse(compiled.table) if one.code == "DEC-A01")


def test_pieces_of_a_range_are_put_together() -> None:
    assert merged(["10", "(10..20)", "20"]) == ["[10..20]"]
    assert merged(["< 1", "1", "2", "(2..3)", "> 3"]) == ["<= 1", "[2..3)", "> 3"]
    assert merged(['"a"', '"b"']) == ['"a"', '"b"']
