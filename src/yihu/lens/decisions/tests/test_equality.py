"""In columns and one at a time give the same hits, refusals and numbers, whatever the table and the rows."""

import datetime as dt
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yihu.kit.decisions import CompiledTable, DecisionError, HitPolicy, Table
from yihu.kit.decisions.tests.random_tables import DAYS, inputs_of, tables
from yihu.kit.decisions.texts import outcome_text
from yihu.kit.feel import parse_unary_tests
from yihu.lens.backends.duck import connect
from yihu.lens.decisions import NotColumnarError, in_columns

ARROW = {
    "amount": pa.decimal128(18, 2),
    "count": pa.int64(),
    "kind": pa.string(),
    "flag": pa.bool_(),
    "since": pa.date32(),
}
DUCK = ibis.duckdb.from_connection(connect(threads=1))


def _stored(name: str, value: object) -> object:
    """As a column of DECIMAL(18,2) or of whole numbers has it."""
    if isinstance(value, Decimal) and name == "amount":
        return value.quantize(Decimal("0.01"))
    return int(value) if isinstance(value, Decimal) else value


def one_at_a_time(table: Table, row: dict[str, object], day: dt.date) -> tuple[Any, ...]:
    compiled = CompiledTable(table)
    try:
        found = compiled.evaluate(row, on=day)
    except DecisionError:
        return (True, None, None, None)
    text = outcome_text(table, found.outputs, found.value)
    value = found.value if table.policy.is_number else None
    hits = found.hits if not table.policy.is_single else found.hits[:1]
    return (False, list(hits), text if not table.policy.is_number else None, value)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_both_ways_agree(data: st.DataObject) -> None:
    table = data.draw(tables())
    drawn = data.draw(st.lists(inputs_of(table), min_size=1, max_size=12))
    day = data.draw(st.sampled_from(DAYS))
    rows = [{name: _stored(name, value) for name, value in row.items()} for row in drawn]
    names = [column.label for column in table.inputs]
    arrow = pa.table({name: pa.array([row[name] for row in rows], ARROW[name]) for name in names})
    expression = in_columns(table, ibis.memtable(arrow), {name: name for name in names}, on=day)
    found = DUCK.to_pyarrow(expression).to_pylist()
    for row, bulk in zip(rows, found, strict=True):
        refused, hits, text, value = one_at_a_time(table, row, day)
        assert bulk["dec_refused"] == refused, row
        if refused:
            continue
        assert (bulk["dec_hits"] if not table.policy.is_single else [n for n in [bulk["dec_rule"]] if n]) == hits, row
        if table.policy.is_number:
            assert bulk["dec_value"] == value, row
        else:
            assert bulk["dec_outcome"] == text, row


def _table_with(cell: str) -> Table:
    from yihu.kit.decisions import Input, Output, Rule
    from yihu.kit.feel import NUMBER, TEXT, parse_expression

    rule = Rule(1, "r1", (parse_unary_tests(cell),), (parse_expression('"是"'),))
    column = Input("金额", parse_expression("amount"), NUMBER)
    return Table("t", "表", HitPolicy.FIRST, (column,), (Output("result", "结果", TEXT),), (rule,))


@pytest.mark.parametrize("edge", ["0.1", "0.3", "1234567890123.45", "0.07"])
def test_doubles_compare_with_constants_as_their_shortest_writing_does(edge: str) -> None:
    numbers = [float(edge), float(edge) + 2e-16, 0.1 + 0.2, float(edge) * (1 + 2e-16)]
    for sign in ("<", "<=", ">", ">=", "="):
        table = _table_with(f"{sign} {edge}")
        bulk = in_columns(table, ibis.memtable(pa.table({"amount": numbers})), {"金额": "amount"}, on=DAYS[0])
        found = [row["dec_rule"] for row in DUCK.to_pyarrow(bulk).to_pylist()]
        assert found == [len(CompiledTable(table).hits({"amount": n}, on=DAYS[0])) for n in numbers]


@pytest.mark.parametrize(
    ("cell", "columns", "code"),
    [("> other", {"金额": "amount"}, "DEC-B01"), ("> 1", {}, "DEC-B03"), ("> 1", {"金额": "kind"}, "DEC-B03")],
)
def test_what_cannot_be_said_in_columns_is_refused(cell: str, columns: dict[str, str], code: str) -> None:
    source = ibis.memtable(pa.table({"amount": [1.0], "kind": ["a"]}))
    with pytest.raises(NotColumnarError) as caught:
        in_columns(_table_with(cell), source, columns, on=DAYS[0])
    assert caught.value.code == code
