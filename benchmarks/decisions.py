"""
Decision tables: one at a time against SpiffWorkflow's DMN, in bulk against a hand-written DuckDB CASE.

    python benchmarks/decisions.py --rows 1_000_000

All sides decide by the same tables over the same rows in one process, in turns, the fastest run of each counting;
one side of a pair must answer like the other, or the run fails. Tables of 9 to 999 rules: amounts cut into equal bands,
three kinds, so that every row hits exactly one rule of policy U (F for the hand-written CASE, which is first-hit).
"""

import argparse
import datetime as dt
import json
import random
import time
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import ibis
from lxml import etree
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
from SpiffWorkflow.dmn.parser.BpmnDmnParser import BpmnDmnParser

from yihu.kit.decisions import CompiledTable, HitPolicy, Input, Output, Rule, Table, analyse, write_table
from yihu.kit.feel import NUMBER, TEXT, parse_expression, parse_unary_tests
from yihu.lens.backends.duck import connect
from yihu.lens.decisions import in_columns

TODAY = dt.date(2026, 11, 25)
KINDS = ("甲", "乙", "丙")
TOP, RUNS = 1_000_000, 3
Rows = list[dict[str, Any]]


def table_of(rules: int, policy: HitPolicy) -> Table:
    """Bands of amounts for each kind, the last one open above, written so that both engines read them."""
    bands = max(1, rules // len(KINDS))
    made = []
    for kind in KINDS:
        for band in range(bands):
            low, high = TOP * band // bands, TOP * (band + 1) // bands
            native = f"[{low}..{high})" if band < bands - 1 else f">= {low}"
            made.append((native, kind, f'"{kind}{band}"'))
    rows = tuple(
        Rule(n, f"r{n}", (parse_unary_tests(native), parse_unary_tests(f'"{kind}"')), (parse_expression(out),))
        for n, (native, kind, out) in enumerate(made, 1)
    )
    inputs = (Input("金额", parse_expression("amount"), NUMBER), Input("类别", parse_expression("kind"), TEXT))
    return Table("bench", "基准", policy, inputs, (Output("result", "结果", TEXT),), rows)


def rows_of(count: int, seed: int) -> Rows:
    """Random rows; amounts with two places."""
    rng = random.Random(seed)
    return [{"amount": Decimal(rng.randrange(TOP * 100)) / 100, "kind": rng.choice(KINDS)} for _ in range(count)]


def spiff(table: Table) -> Callable[[dict[str, Any]], object]:
    """The same table in SpiffWorkflow, whose cells are Python: bands are written with `?`."""
    xml = write_table(table)
    for rule in table.rules:
        text = rule.tests[0].text
        if text.startswith("["):
            low, high = text[1:-1].split("..")
            xml = xml.replace(f"<text>{text}</text>", f"<text>? &gt;= {low} and ? &lt; {high}</text>")
    parser = BpmnDmnParser()
    parser.add_dmn_xml(etree.fromstring(xml.replace('"FIRST"', '"UNIQUE"').encode()))
    found = next(iter(parser.dmn_parsers.values()))
    found.parse()
    engine = DMNEngine(found.decision.decisionTables[0])
    workflow = SimpleNamespace(script_engine=PythonScriptEngine())
    return lambda row: engine.result(SimpleNamespace(data=dict(row), workflow=workflow)).get("result")


def fastest(act: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of the fastest of several runs, and what it gave."""
    best, value = float("inf"), None
    for _ in range(RUNS):
        began = time.perf_counter()
        value = act()
        best = min(best, time.perf_counter() - began)
    return best, value


def one_at_a_time(rules: int, rows: Rows) -> dict[str, Any]:
    """Microseconds a decision, ours and SpiffWorkflow's, over the same rows."""
    table = table_of(rules, HitPolicy.UNIQUE)
    began = time.perf_counter()
    compiled = CompiledTable(table)
    ready = time.perf_counter() - began
    theirs = spiff(table)
    few = rows[: max(5, 2_000 // rules)]
    ours_s, ours = fastest(lambda: [compiled.evaluate(row, on=TODAY).value for row in rows])
    spiff_s, spiffs = fastest(lambda: [theirs(row) for row in few])
    assert ours[: len(few)] == spiffs, "the engines disagree"
    began = time.perf_counter()
    findings = analyse(table)
    analysed = time.perf_counter() - began
    assert {f.code for f in findings} <= {"DEC-A01", "DEC-A08"}
    ours_us, spiff_us = ours_s / len(rows) * 1e6, spiff_s / len(few) * 1e6
    return {
        "rules": len(table.rules), "ours_us": round(ours_us, 2), "spiff_us": round(spiff_us, 1),
        "ratio": round(spiff_us / ours_us, 1), "compile_ms": round(ready * 1e3, 1),
        "analyse_ms": round(analysed * 1e3, 1),
    }  # fmt: skip


def hand_written(table: Table, name: str) -> str:
    """What somebody would write who knew the table."""
    arms = []
    for rule in table.rules:
        text, kind = rule.tests[0].text, rule.tests[1].text.strip('"')
        band = text[1:-1].split("..") if text.startswith("[") else [text.removeprefix(">= ")]
        upper = f" AND amount < {band[1]}" if len(band) > 1 else ""
        out = rule.outputs[0].text.strip('"')
        arms.append(f"WHEN amount >= {band[0]}{upper} AND kind = '{kind}' THEN '{out}'")
    return f"SELECT CASE {' '.join(arms)} ELSE '（无结果）' END AS outcome FROM {name}"


def in_bulk(rules: int, count: int, sample: Rows) -> dict[str, Any]:
    """Rows a second in columns, by the hand-written CASE, and one at a time over a sample."""
    table = table_of(rules, HitPolicy.FIRST)
    con = connect(threads=2)
    con.execute(
        f"""CREATE TABLE rows AS SELECT (hash(i) % {TOP * 100})::DECIMAL(18,2) / 100 AS raw,
            ['甲','乙','丙'][(hash(i + 7) % 3 + 1)::INT] AS kind FROM range({count}) t(i)"""
    )
    con.execute("CREATE OR REPLACE TABLE rows AS SELECT raw::DECIMAL(18,2) AS amount, kind FROM rows")
    source = ibis.duckdb.from_connection(con)
    columnar = in_columns(table, source.table("rows"), {"金额": "amount", "类别": "kind"}, on=TODAY)
    # Everything that a back-test needs, and the outcome alone, which is what the CASE gives.
    whole = source.compile(columnar)
    alone = source.compile(columnar.select(outcome=columnar.dec_outcome))
    counted = "SELECT outcome, count(*) FROM ({}) GROUP BY 1 ORDER BY 1"
    ours_s, ours = fastest(lambda: con.execute(counted.format(alone)).fetchall())
    hand_s, hand = fastest(lambda: con.execute(counted.format(hand_written(table, "rows"))).fetchall())
    assert ours == hand, "the queries disagree"
    whole_s, _ = fastest(
        lambda: con.execute(f"SELECT sum(dec_rule), sum(len(dec_hits)), count(dec_outcome) FROM ({whole})").fetchall()
    )
    compiled = CompiledTable(table)
    one_s, _ = fastest(lambda: [compiled.evaluate(row, on=TODAY) for row in sample])
    return {
        "rules": len(table.rules), "rows": count,
        "columns_rows_s": round(count / ours_s), "all_columns_rows_s": round(count / whole_s),
        "case_rows_s": round(count / hand_s), "to_case": round(ours_s / hand_s, 2),
        "one_at_a_time_rows_s": round(len(sample) / one_s),
        "gain": round(count / ours_s / (len(sample) / one_s)),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--sample", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    sample = rows_of(asked.sample, asked.seed)
    for rules in (9, 99, 999):
        print(json.dumps(one_at_a_time(rules, sample)), flush=True)
    for rules, count in ((9, asked.rows // 10), (9, asked.rows), (99, asked.rows // 10), (99, asked.rows)):
        print(json.dumps(in_bulk(rules, count, sample)), flush=True)


if __name__ == "__main__":
    main()
