"""Fast evaluation gives what the plainest one gives; hit policies; refusals."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yihu.kit.decisions import CompiledTable, DecisionError, HitPolicy, Input, Outcome, Output, Rule, Table
from yihu.kit.decisions.tests.random_tables import DAYS, inputs_of, plain_hits, tables
from yihu.kit.feel import NUMBER, TEXT, parse_expression, parse_unary_tests

TODAY = dt.date(2026, 6, 1)


def _by_policy(table: Table, hits: list[int]) -> object:
    """What DMN 1.3 §8.2.10 says, written without regard to speed."""
    values = [table.rules[number - 1].outputs[0].evaluate({}) for number in hits]
    output, policy = table.outputs[0], table.policy
    if not values:
        if output.default is not None:
            return output.default.evaluate({})
        return Decimal(0) if policy is HitPolicy.COUNT else None if policy.is_single or policy.is_number else []
    ranked = sorted(values, key=output.ranking.index)
    answers = {
        HitPolicy.UNIQUE: lambda: values[0] if len(values) == 1 else "DEC-R03",
        HitPolicy.ANY: lambda: values[0] if len(set(values)) == 1 else "DEC-R04",
        HitPolicy.FIRST: lambda: values[0],
        HitPolicy.PRIORITY: lambda: ranked[0],
        HitPolicy.OUTPUT_ORDER: lambda: ranked,
        HitPolicy.RULE_ORDER: lambda: values,
        HitPolicy.COLLECT: lambda: values,
        HitPolicy.SUM: lambda: sum(values),
        HitPolicy.COUNT: lambda: Decimal(len(values)),
        HitPolicy.MIN: lambda: min(values),
        HitPolicy.MAX: lambda: max(values),
    }
    return answers[policy]()


@settings(max_examples=500, deadline=None)
@given(st.data())
def test_it_gives_what_the_plain_evaluation_gives(data: st.DataObject) -> None:
    table = data.draw(tables())
    compiled = CompiledTable(table)
    for _ in range(4):
        inputs, day = data.draw(inputs_of(table)), data.draw(st.sampled_from(DAYS))
        hits = plain_hits(table, inputs, day)
        assert compiled.hits(inputs, on=day) == tuple(hits)
        expected = _by_policy(table, hits)
        if expected in ("DEC-R03", "DEC-R04"):
            with pytest.raises(DecisionError, match=str(expected)):
                compiled.evaluate(inputs, on=day)
            continue
        assert compiled.evaluate(inputs, on=day).value == expected


def table_of(policy: HitPolicy, *rows: tuple[str, str, str]) -> CompiledTable:
    inputs = (
        Input("金额", parse_expression("form.amount"), NUMBER, allowed=parse_unary_tests(">= 0")),
        Input("人数", parse_expression("people"), NUMBER, whole=True),
    )
    output = Output("level", "层级", TEXT)
    rules = tuple(
        Rule(n, f"r{n}", (parse_unary_tests(a), parse_unary_tests(b)), (parse_expression(o),))
        for n, (a, b, o) in enumerate(rows, 1)
    )
    return CompiledTable(Table("t", "审批层级", policy, inputs, (output,), rules))


def test_outputs_may_be_formulas_and_cells_may_read_other_inputs() -> None:
    compiled = table_of(
        HitPolicy.FIRST, ("> people * 100", "-", '"人均" + string(form.amount / people)'), ("-", "-", '"低"')
    )
    assert compiled.evaluate({"form": {"amount": 900}, "people": 4}, on=TODAY).value == "人均225"
    assert compiled.evaluate({"form": {"amount": 300}, "people": 4}, on=TODAY).hits == (2,)


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"form": {"amount": "900"}, "people": 1}, "DEC-R01"),
        ({"form": {"amount": 900}, "people": 1.5}, "DEC-R01"),
        ({"form": {"amount": True}, "people": 1}, "DEC-R01"),
        ({"form": {"amount": -1}, "people": 1}, "DEC-R02"),
        ({"form": {"amount": 5}, "people": 1}, "DEC-R03"),
        ({"form": {"amount": dt.datetime(2026, 1, 1)}, "people": 1}, "DEC-R05"),
    ],
)
def test_what_does_not_fit_is_refused_by_a_code(inputs: dict[str, object], code: str) -> None:
    compiled = table_of(HitPolicy.UNIQUE, ("< 10", "-", '"a"'), ("-", "1", '"b"'))
    with pytest.raises(DecisionError) as caught:
        compiled.evaluate(inputs, on=TODAY)
    assert caught.value.code == code


def test_nothing_hit_is_said_plainly() -> None:
    assert table_of(HitPolicy.UNIQUE, ("< 10", "-", '"a"')).evaluate({"form": {}}, on=TODAY) == Outcome(None, (), ())
