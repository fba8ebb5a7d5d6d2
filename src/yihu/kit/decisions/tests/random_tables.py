"""Random tables of constant cells, and the plainest possible evaluation to hold the fast ones against."""

import datetime as dt
from decimal import Decimal

from hypothesis import strategies as st

from yihu.kit.decisions import HitPolicy, Input, Output, Rule, Table
from yihu.kit.feel import BOOLEAN, DATE, NUMBER, TEXT, Type, parse_expression, parse_unary_tests

DAY = dt.date(2026, 6, 1)
NUMBERS = [Decimal(text) for text in ("-1", "0", "0.5", "1", "2", "3", "10.25", "10.26", "1000000")]
WHOLE = [Decimal(value) for value in (-1, 0, 1, 2, 3, 4, 10)]
WORDS = ["甲", "乙", "丙", 'a"b']
DAYS = [DAY + dt.timedelta(days=shift) for shift in (-2, -1, 0, 1, 2, 40)]
CONSTANTS = {
    "amount": [f"{number:f}" for number in NUMBERS],
    "count": [f"{number:f}" for number in WHOLE],
    "kind": ['"甲"', '"乙"', '"a\\"b"'],
    "flag": ["true", "false"],
    "since": [f'date("{day}")' for day in DAYS],
}
# Every class that the constants above can make has a value here, so that brute force over these is exact.
VALUES: dict[str, list[object]] = {
    "amount": [
        *NUMBERS,
        None,
        *map(Decimal, ("-2", "-0.5", "0.2", "0.7", "1.5", "2.5", "7", "10.255", "500", "2000000")),
    ],
    "count": [*WHOLE, None, Decimal(-7), Decimal(6), Decimal(20)],
    "kind": [*WORDS, None],
    "flag": [True, False, None],
    "since": [*DAYS, None, *(DAY + dt.timedelta(days=shift) for shift in (-9, 9, 90))],
}
TYPES: dict[str, Type] = {"amount": NUMBER, "count": NUMBER, "kind": TEXT, "flag": BOOLEAN, "since": DATE}
ORDERED = ("amount", "count", "since")


def cells(name: str) -> st.SearchStrategy[str]:
    """Texts of input cells for one column."""
    constant = st.sampled_from(CONSTANTS[name])
    tests = constant | constant | st.just("null")
    if name in ORDERED:
        tests |= st.tuples(st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), constant).map(" ".join)
        tests |= st.tuples(st.sampled_from("[("), constant, constant, st.sampled_from("])")).map(
            lambda parts: f"{parts[0]}{parts[1]}..{parts[2]}{parts[3]}"
        )
    several = st.lists(tests, min_size=1, max_size=3).map(", ".join)
    return st.just("-") | several | several.map(lambda text: f"not({text})")


@st.composite
def tables(draw: st.DrawFn, policies: tuple[HitPolicy, ...] = tuple(HitPolicy), most_rules: int = 7) -> Table:
    """A table of one to three input columns."""
    policy = draw(st.sampled_from(policies))
    names = draw(st.lists(st.sampled_from(sorted(TYPES)), min_size=1, max_size=3, unique=True))
    inputs = tuple(Input(name, parse_expression(name), TYPES[name], name == "count") for name in names)
    numeric = policy.is_number or draw(st.booleans())
    results = ["1", "2.50", "30"] if numeric else ['"高"', '"中"', '"低"']
    ranking: tuple[object, ...] = (Decimal(1), Decimal("2.50"), Decimal(30)) if numeric else ("高", "中", "低")
    default = parse_expression(draw(st.sampled_from(results))) if draw(st.booleans()) else None
    output = Output("result", "结果", NUMBER if numeric else TEXT, ranking, default)
    count = draw(st.integers(1, most_rules))
    rules = []
    for number in range(1, count + 1):
        first, last = draw(st.sampled_from([(None, None), (None, None), (DAY, None), (None, DAY), (DAYS[0], DAYS[5])]))
        tests = tuple(parse_unary_tests(draw(cells(name))) for name in names)
        outputs = (parse_expression(draw(st.sampled_from(results))),)
        rules.append(Rule(number, f"r{number}", tests, outputs, "某办法第一条", first, last))
    return Table("t", "表", policy, inputs, (output,), tuple(rules))


def inputs_of(table: Table) -> st.SearchStrategy[dict[str, object]]:
    """Inputs that fit the table."""
    return st.fixed_dictionaries({column.label: st.sampled_from(VALUES[column.label]) for column in table.inputs})


def plain_hits(table: Table, inputs: dict[str, object], day: dt.date) -> list[int]:
    """The rules that hit, cell by cell."""
    return [
        rule.number
        for rule in table.rules
        if rule.in_force(day)
        and all(
            test.evaluate(inputs[column.label], inputs) is True
            for column, test in zip(table.inputs, rule.tests, strict=True)
        )
    ]
