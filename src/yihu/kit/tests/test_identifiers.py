"""Check digits: known numbers, and that no single slip passes."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from yihu.kit.identifiers import (
    ID_CHECK_DIGITS,
    ID_WEIGHTS,
    USCC_ALPHABET,
    USCC_WEIGHTS,
    id_check_digit,
    is_id_number,
    is_uscc,
    uscc_check_digit,
)

uscc_bodies = st.text(USCC_ALPHABET, min_size=17, max_size=17)
births = st.dates(date(1900, 1, 1), date(2024, 12, 31))


def test_weights_follow_the_standards() -> None:
    assert tuple(pow(3, i, 31) for i in range(17)) == USCC_WEIGHTS
    assert tuple(pow(2, 17 - i, 11) for i in range(17)) == ID_WEIGHTS


@pytest.mark.parametrize("code", ["91350100M000100Y43", "914403001922038216", "9144030071526726XG"])
def test_published_codes_pass(code: str) -> None:
    assert is_uscc(code)


def test_example_of_the_identity_standard_passes() -> None:
    assert is_id_number("11010519491231002X")
    assert is_id_number("440524188001010014")


@pytest.mark.parametrize(
    "text", ["", "x" * 18, "11010519491231002x", "110105194902310026", "１１０１０５１９４９１２３１００２X"]
)
def test_malformed_identity_numbers_fail(text: str) -> None:
    assert not is_id_number(text)


def test_an_unreal_birthday_fails_despite_its_check_digit() -> None:
    body = "11010519490231002"
    assert not is_id_number(body + id_check_digit(body))


@given(uscc_bodies, st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_any_single_slip_in_a_credit_code_is_caught(body: str, place: int, other: str) -> None:
    code = body + uscc_check_digit(body)
    assert is_uscc(code)
    assume(code[place] != other)
    assert not is_uscc(code[:place] + other + code[place + 1 :])


@given(
    st.integers(110000, 659999),
    births,
    st.integers(0, 999),
    st.integers(0, 17),
    st.sampled_from(ID_CHECK_DIGITS),
)
def test_any_single_slip_in_an_identity_number_is_caught(
    region: int, born: date, serial: int, place: int, other: str
) -> None:
    body = f"{region}{born:%Y%m%d}{serial:03d}"
    number = body + id_check_digit(body)
    assert is_id_number(number)
    assume(number[place] != other)
    assert not is_id_number(number[:place] + other + number[place + 1 :])


@given(st.text())
def test_any_text_gets_an_answer(text: str) -> None:
    assert is_uscc(text) in (True, False)
    assert is_id_number(text) in (True, False)


@pytest.mark.parametrize("body", ["", "1" * 16, "I" * 17])
def test_a_malformed_body_is_refused(body: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        uscc_check_digit(body)
    with pytest.raises(ValueError):  # noqa: PT011
        id_check_digit(body)
