"""The SQL of the check digits says what the kit says, number for number."""

from hypothesis import given, settings
from hypothesis import strategies as st

from yihu.kit.identifiers import USCC_ALPHABET, id_check_digit, is_id_number, is_uscc, uscc_check_digit
from yihu.lens.backends.duck import connect
from yihu.lens.ingest.check_digits import bad_id_number, bad_uscc

CON = connect(threads=1)
bodies = st.text(USCC_ALPHABET, min_size=17, max_size=17)
codes = bodies.map(lambda b: b + uscc_check_digit(b))
days = st.from_regex(r"(18|19|20)[0-9]{2}(0[1-9]|1[0-3])([0-2][0-9]|3[0-2])", fullmatch=True)
numbers = st.builds(lambda d, s: f"440106{d}{s:03d}", days, st.integers(0, 999)).map(lambda b: b + id_check_digit(b))


def slipped(text: str, place: int, other: str) -> str:
    return text[: place % 18] + other + text[place % 18 + 1 :]


def verdicts(predicate: str, texts: list[str]) -> list[bool]:
    rows = CON.execute(f"select {predicate} from (select unnest(?::varchar[]) as x)", [texts]).fetchall()
    return [row[0] for row in rows]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(codes | st.builds(slipped, codes, st.integers(0, 17), st.sampled_from("0A9XO")) | st.text(), min_size=20)
)
def test_credit_codes(texts: list[str]) -> None:
    texts = [t.replace("\0", "") for t in texts]
    assert verdicts(bad_uscc("x"), texts) == [not is_uscc(t) for t in texts]


@settings(max_examples=40, deadline=None)
@given(st.lists(numbers | st.builds(slipped, numbers, st.integers(0, 17), st.sampled_from("0189X")), min_size=20))
def test_identity_numbers(texts: list[str]) -> None:
    assert verdicts(bad_id_number("x"), texts) == [not is_id_number(t) for t in texts]


def test_passports_are_left_alone() -> None:
    assert verdicts(bad_id_number("x"), ["E12345678", "EA1234567", "12345"]) == [False, False, True]
