"""SpiffWorkflow's DMN engine as a second opinion on what both can do: cells in Python, so comparisons, literals."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
from SpiffWorkflow.dmn.parser.BpmnDmnParser import BpmnDmnParser

from yihu.kit.decisions import CompiledTable, HitPolicy, Input, Output, Rule, Table, write_table
from yihu.kit.feel import NUMBER, TEXT, parse_expression, parse_unary_tests

comparisons = st.tuples(st.sampled_from(["<", "<=", ">", ">=", "!="]), st.integers(-3, 9).map(str)).map(" ".join)
numbers = st.just("-") | st.integers(0, 9).map(str) | comparisons
words = st.just("-") | st.sampled_from(['"甲"', '"乙"', '"丙"'])
TODAY = dt.date(2026, 6, 1)


@st.composite
def shared(draw: st.DrawFn) -> Table:
    """Tables that mean the same to both: U without overlap is read as first hit, C collects."""
    rows = draw(st.lists(st.tuples(numbers, words, st.integers(0, 5).map(str)), min_size=1, max_size=6))
    rules = tuple(
        Rule(n, f"r{n}", (parse_unary_tests(a), parse_unary_tests(b)), (parse_expression(o),))
        for n, (a, b, o) in enumerate(rows, 1)
    )
    inputs = (Input("数", parse_expression("amount"), NUMBER), Input("类", parse_expression("kind"), TEXT))
    return Table("t", "表", HitPolicy.COLLECT, inputs, (Output("result", "结果", NUMBER),), rules)


def by_spiff(xml: str, inputs: dict[str, Any]) -> dict[str, Any]:
    parser = BpmnDmnParser()
    parser.add_dmn_xml(etree.fromstring(xml.encode()))
    found = next(iter(parser.dmn_parsers.values()))
    found.parse()
    task = SimpleNamespace(data=dict(inputs), workflow=SimpleNamespace(script_engine=PythonScriptEngine()))
    return dict(DMNEngine(found.decision.decisionTables[0]).result(task))


@settings(max_examples=200, deadline=None)
@given(shared(), st.integers(-4, 10), st.sampled_from(["甲", "乙", "丁"]))
def test_both_collect_the_same(table: Table, amount: int, kind: str) -> None:
    inputs = {"amount": amount, "kind": kind}
    mine = CompiledTable(table).evaluate(inputs, on=TODAY)
    theirs = by_spiff(write_table(table), inputs)
    assert mine.value == theirs.get("result", [])


@settings(max_examples=200, deadline=None)
@given(shared(), st.integers(-4, 10), st.sampled_from(["甲", "乙", "丁"]))
def test_both_find_the_first(table: Table, amount: int, kind: str) -> None:
    inputs = {"amount": amount, "kind": kind}
    first = Table(table.id, table.name, HitPolicy.FIRST, table.inputs, table.outputs, table.rules)
    mine = CompiledTable(first).evaluate(inputs, on=TODAY)
    theirs = by_spiff(write_table(table).replace('"COLLECT"', '"UNIQUE"'), inputs)
    assert mine.value == theirs.get("result")
