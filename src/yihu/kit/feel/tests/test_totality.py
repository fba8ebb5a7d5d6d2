"""Whatever the text and the context, there is a value or an ExpressionError: nothing else, and never without end."""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yihu.kit.feel import ANY, ExpressionError, parse_expression, parse_unary_tests
from yihu.kit.feel.signatures import SIGNATURES
from yihu.kit.feel.tokens import KEYWORDS

PIECES = [
    *KEYWORDS, *SIGNATURES, *"+-*/<>=()[],.?", "..", "**", "<=", ">=", "!=", "a", "b", "项目", "form",
    "form.items.amount", "1",
    "0", "0.5", "12345678901234567890", '"甲"', '""', '"\\u4e2d"', 'date("2026-02-28")', " ", "\n", "（", '"',
]  # fmt: skip

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(max_size=6)
    | st.dates()
    | st.sampled_from([Decimal("1E+6000"), Decimal("1E-6000"), Decimal("-0"), dt.date.max, dt.datetime(2026, 1, 1)])
)
data = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "amount"]), inner),
    max_leaves=8,
)
contexts = st.fixed_dictionaries(
    {"a": data, "b": scalars, "项目": data, "form": st.fixed_dictionaries({"items": data, "amount": scalars})}
)
soup = st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join)


REFUSALS = re.compile("FEEL-(E(0[1-9]|1[0-2])|T0[1-3]|R0[1-3])")


def answered(act: Callable[[], Any], kinds: str, length: int) -> Any:
    """What `act` gives, or None when it refuses by a code of these kinds and a place within the text."""
    try:
        return act()
    except ExpressionError as error:
        assert REFUSALS.fullmatch(error.code)  # noqa: PT017 - either end is right; what is tested is how it refuses
        assert error.code[5] in kinds  # noqa: PT017
        assert 0 <= error.position <= length  # noqa: PT017
        return None


def survives(text: str, context: dict[str, object]) -> None:
    types = dict.fromkeys(context, ANY)
    expression = answered(lambda: parse_expression(text), "E", len(text))
    if expression is not None:
        assert parse_expression(str(expression)).tree == expression.tree
        answered(lambda: expression.evaluate(context), "R", len(text))
        answered(lambda: expression.check(types), "T", len(text))
    cell = answered(lambda: parse_unary_tests(text), "E", len(text))
    if cell is not None:
        assert parse_unary_tests(str(cell)).tree == cell.tree
        answered(lambda: cell.evaluate(context["b"], context), "R", len(text))
        answered(lambda: cell.check(ANY, types), "T", len(text))


@settings(max_examples=600, deadline=None)
@given(soup, contexts)
def test_any_sequence_of_words_is_answered(text: str, context: dict[str, object]) -> None:
    survives(text, context)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60), contexts)
def test_any_text_is_answered(text: str, context: dict[str, object]) -> None:
    survives(text, context)


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(sorted(SIGNATURES)), st.lists(data, min_size=1, max_size=3))
def test_functions_take_any_argument(function: str, arguments: list[object]) -> None:
    names = ["x", "y", "z"][: len(arguments)]
    text = f"{function}({', '.join(names)})"
    answered(lambda: parse_expression(text).evaluate(dict(zip(names, arguments, strict=True))), "ER", len(text))


HOSTILE = {
    "deep brackets": "(" * 3000,
    "closed brackets": "(" * 1500 + "1" + ")" * 1500,
    "tests in tests": "x in (" * 600,
    "ranges in ranges": "x in [" * 600,
    "long sum": "+".join(["1"] * 1900),
    "long or": " or ".join(["a"] * 700),
    "minuses": "-" * 3999 + "1",
    "ifs": "if a then " * 300,
    "somes": "some x in a satisfies " * 150 + "true",
    "paths": "a" + ".b" * 1900,
    "too long": "1" * 5000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_refused_with_a_code(name: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_expression(HOSTILE[name])
    assert caught.value.code in ("FEEL-E01", "FEEL-E04", "FEEL-E07")


def test_a_nest_of_loops_runs_out_of_steps() -> None:
    text = "some x in a satisfies some y in a satisfies some z in a satisfies x + y + z > 10000"
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text).evaluate({"a": list(range(1000))})
    assert caught.value.code == "FEEL-R01"
