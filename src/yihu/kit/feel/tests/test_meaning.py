"""Printing and reading back, arithmetic as Python's Decimal has it, and the meaning of null."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yihu.kit.feel import (
    BOOLEAN,
    DATE,
    NUMBER,
    TEXT,
    ExpressionError,
    fields_of,
    list_of,
    nodes,
    parse_expression,
    parse_unary_tests,
)
from yihu.kit.feel.parser import parse_tests_tree, parse_tree
from yihu.kit.feel.printer import shown

numbers = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9)
leaves = (
    numbers.map(nodes.Literal)
    | st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6).map(nodes.Literal)
    | st.sampled_from([True, False, None]).map(nodes.Literal)
    | st.sampled_from(["a", "项目", "form", "date", "not"]).map(nodes.Name)
    | st.just(nodes.Subject())
)
SIGNS = ["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or"]


def _negate(operand: nodes.Node) -> nodes.Node:
    if isinstance(operand, nodes.Literal) and isinstance(operand.value, Decimal) and not operand.value.is_signed():
        return nodes.Literal(-operand.value)
    return nodes.Negate(operand)


def _tests(inner: st.SearchStrategy[nodes.Node]) -> st.SearchStrategy[nodes.Node]:
    return (
        inner
        | st.builds(nodes.Compared, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), inner)
        | st.builds(nodes.Range, inner, inner, st.booleans(), st.booleans())
    )


def _grown(inner: st.SearchStrategy[nodes.Node]) -> st.SearchStrategy[nodes.Node]:
    return (
        st.builds(nodes.Binary, st.sampled_from(SIGNS), inner, inner)
        | inner.map(_negate)
        | st.builds(nodes.Path, inner, st.sampled_from(["amount", "in", "金额"]))
        | st.builds(nodes.Items, st.lists(inner, max_size=3).map(tuple))
        | st.builds(nodes.Between, inner, inner, inner)
        | st.builds(nodes.In, inner, st.lists(_tests(inner), min_size=1, max_size=3).map(tuple))
        | st.builds(nodes.If, inner, inner, inner)
        | st.builds(nodes.Quantified, st.sampled_from(["some", "every"]), st.just("x"), inner, inner)
        | st.builds(nodes.Call, st.sampled_from(["sum", "count", "days between", "not", "string length"]), st.just(()))
        .flatmap(lambda call: st.tuples(*[inner] * (2 if call.function == "days between" else 1)).map(
            lambda arguments: nodes.Call(call.function, arguments)))
    )  # fmt: skip


trees = st.recursive(leaves, _grown, max_leaves=12)


@settings(max_examples=500, deadline=None)
@given(trees)
def test_what_is_printed_reads_back_as_the_same_tree(tree: nodes.Node) -> None:
    assert parse_tree(shown(tree)) == tree


@settings(max_examples=300, deadline=None)
@given(st.lists(_tests(trees), max_size=3).map(tuple), st.booleans())
def test_a_printed_cell_reads_back(tests: tuple[nodes.Node, ...], negated: bool) -> None:
    cell = nodes.Tests(tests, negated=negated and bool(tests))
    assert parse_tests_tree(shown(cell)) == cell


sums = st.recursive(
    numbers.map(nodes.Literal),
    lambda inner: st.builds(nodes.Binary, st.sampled_from("+-*/"), inner, inner),
    max_leaves=10,
)


def _by_python(tree: nodes.Node) -> Decimal | None:
    if isinstance(tree, nodes.Literal):
        assert isinstance(tree.value, Decimal)
        return tree.value
    assert isinstance(tree, nodes.Binary)
    left, right = _by_python(tree.left), _by_python(tree.right)
    if left is None or right is None or (tree.sign == "/" and right == 0):
        return None
    operators = {"+": left.__add__, "-": left.__sub__, "*": left.__mul__, "/": left.__truediv__}
    return operators[tree.sign](right)


@settings(max_examples=400, deadline=None)
@given(sums)
def test_arithmetic_is_that_of_decimals(tree: nodes.Node) -> None:
    with localcontext() as context:
        context.prec, context.rounding = 34, ROUND_HALF_UP
        expected = _by_python(tree)
    assert parse_expression(shown(tree)).evaluate({}) == expected


@given(numbers, st.integers(-3, 3))
def test_round_is_half_up_as_python_quantizes(number: Decimal, places: int) -> None:
    expected = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    assert parse_expression("round(x, n)").evaluate({"x": number, "n": places}) == expected


@given(st.dates(), st.dates())
def test_days_are_counted_as_python_counts(first: dt.date, last: dt.date) -> None:
    found = parse_expression("days between(a, b)").evaluate({"a": first, "b": last})
    assert found == (last - first).days
    assert parse_expression("add days(a, n)").evaluate({"a": first, "n": found}) == last


MEANINGS = [
    ("null = null", True),
    ("1 = null", False),
    ('1 = "1"', None),
    ("1 < null", None),
    ("null and false", False),
    ("null and true", None),
    ("null or true", True),
    ("null or false", None),
    ("not(null)", None),
    ("1 + null", None),
    ("1 / 0", None),
    ("2 ** 10", Decimal(1024)),
    ("2 ** 3 ** 2", Decimal(64)),
    ("-2 ** 2", Decimal(4)),
    ("if null then 1 else 2", Decimal(2)),
    ("sum([])", None),
    ("count([])", Decimal(0)),
    ("sum([1, null])", None),
    ("all([])", True),
    ("any([])", False),
    ("any([true, null])", True),
    ("all([true, null])", None),
    ("min(3, 1, 2)", Decimal(1)),
    ('max(["a", "b"])', "b"),
    ('max([1, "b"])', None),
    ("5 in (< 3, [5..6])", True),
    ("5 in ]5..6]", False),
    ("5 in (1, 2)", False),
    ("5 in [1, 5]", True),
    ("5 in (null, 5)", True),
    ('"a" in (1)', None),
    ("[1, 2] = [1, 2]", True),
    ("[1] = [null]", False),
    ("some x in [1, 2] satisfies x > 1", True),
    ("every x in [1, null] satisfies x > 0", None),
    ("some x in [] satisfies true", False),
    ("every x in [] satisfies false", True),
    ("round(2.5)", Decimal(3)),
    ("round(-2.5)", Decimal(-3)),
    ("round(1.005, 2)", Decimal("1.01")),
    ("floor(-1.5)", Decimal(-2)),
    ("ceiling(-1.5)", Decimal(-1)),
    ("modulo(-7, 3)", Decimal(2)),
    ("modulo(7, -3)", Decimal(-2)),
    ("0.1 + 0.2 = 0.3", True),
    ('substring("纳税人识别号", 4)', "识别号"),
    ('substring("foobar", -2, 1)', "a"),
    ('substring before("foobar", "bar")', "foo"),
    ('substring after("foobar", "ob")', "ar"),
    ("string(1.10)", "1.10"),
    ('number("12.50")', Decimal("12.50")),
    ('number("1e9")', None),
    ('date("2026-02-29")', None),
    ("date(2024, 2, 29)", dt.date(2024, 2, 29)),
    ('date("2024-02-29").weekday', Decimal(4)),
    ('add months(date("2024-01-31"), 1)', dt.date(2024, 2, 29)),
    ('months between(date("2024-01-31"), date("2024-02-29"))', Decimal(0)),
    ('years between(date("2024-02-29"), date("2026-02-28"))', Decimal(1)),
    ('date("2026-01-01") < date("2026-01-02")', True),
    ('date("2026-01-01") < 5', None),
    ("true < false", None),
    ("3 between 1 and 3 and true", True),
    ("distinct values([1, 1.0, 2])", [Decimal(1), Decimal(2)]),
    ('"中" + "国"', "中国"),
    ("form.items.amount", [Decimal(1), None]),
    ("form.none.deeper", None),
]


@pytest.mark.parametrize(("text", "expected"), MEANINGS)
def test_meaning(text: str, expected: object) -> None:
    found = parse_expression(text).evaluate({"form": {"items": [{"amount": 1}, {"other": 2}]}})
    assert found == expected
    assert type(found) is type(expected)


def test_unary_tests_follow_null_too() -> None:
    assert parse_unary_tests("not(1, 2)").evaluate(None) is True
    assert parse_unary_tests("not(< 5)").evaluate(None) is None
    assert parse_unary_tests("null").evaluate(None) is True
    assert parse_unary_tests("-").evaluate(None) is True
    assert parse_unary_tests("limit, > limit").evaluate(3, {"limit": 2}) is True


def test_names_and_paths_are_those_read_from_the_context() -> None:
    expression = parse_expression("some i in form.items satisfies i.amount > limit")
    assert expression.names == {"form", "limit"}
    assert expression.paths == {"form.items", "limit"}


FORM = fields_of({"amount": NUMBER, "kind": TEXT, "since": DATE, "items": list_of(fields_of({"amount": NUMBER}))})


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("form.sum > 1", "FEEL-T01", 4),
        ("frm.amount > 1", "FEEL-T01", 0),
        ('form.amount > "1"', "FEEL-T02", 12),
        ("form.kind and true", "FEEL-T02", 4),
        ("sum(form.items) > 1", "FEEL-T03", 0),
        ("string length(form.amount)", "FEEL-T03", 18),
        ('form.amount in ("a")', "FEEL-T02", 16),
        ("form.items.sum", "FEEL-T01", 10),
        ("1 +", "FEEL-E10", 3),
        ("eval(1)", "FEEL-E11", 0),
        ("floor(1, 2)", "FEEL-E12", 0),
        ("1 < 2 < 3", "FEEL-E08", 6),
        ("“甲”", "FEEL-E03", 0),
        ('"甲', "FEEL-E02", 0),
        ("1 2", "FEEL-E06", 2),
        ('__import__("os")', "FEEL-E11", 0),
    ],
)
def test_errors_have_a_code_and_a_place(text: str, code: str, position: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text).check({"form": FORM})
    assert (caught.value.code, caught.value.position) == (code, position)
    assert caught.value.message_zh.endswith("。")


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("form.amount * 2", NUMBER),
        ("sum(form.items.amount) > form.amount", BOOLEAN),
        ("if form.amount > 1 then form.kind else null", TEXT),
        ("form.since.year", NUMBER),
        ("form.items.amount", list_of(NUMBER)),
        ('"a" + form.kind', TEXT),
    ],
)
def test_types_are_found(text: str, type_: object) -> None:
    assert parse_expression(text).check({"form": FORM}) == type_
