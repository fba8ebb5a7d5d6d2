"""Verdicts about numbers, each with its reason."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yihu.kit.identifiers import USCC_ALPHABET, id_check_digit, is_id_number, is_uscc, uscc_check_digit
from yihu.kit.number_verdicts import NumberKind, RegionSpan, examine_number

SPANS = {
    "110000": (RegionSpan("北京市", None, None),),
    "110101": (RegionSpan("东城区", None, None),),
    "140100": (RegionSpan("太原市", None, None),),
    "120110": (RegionSpan("东郊区", None, date(1992, 12, 1)), RegionSpan("东丽区", date(1992, 12, 1), None)),
    "500154": (RegionSpan("开州区", date(2016, 7, 1), None),),
}


def regions(code: str) -> Sequence[RegionSpan]:
    return SPANS.get(code, ())


def codes_of(number: str, **options: object) -> list[str]:
    return [f.code for f in examine_number(number, regions=regions, **options).findings]


def an_id(region: str, born: str) -> str:
    body = f"{region}{born}001"
    return body + id_check_digit(body)


def a_uscc(body: str) -> str:
    return body + uscc_check_digit(body)


@settings(deadline=None)
@given(st.text(alphabet=USCC_ALPHABET, min_size=17, max_size=17))
def test_what_the_check_refuses_the_verdict_explains(body: str) -> None:
    for last in USCC_ALPHABET:
        verdict = examine_number(body + last)
        if verdict.kind is NumberKind.USCC and not is_uscc(verdict.number):
            assert not verdict.is_valid


@settings(deadline=None)
@given(st.integers(0, 10**17 - 1))
def test_an_identity_number_is_valid_exactly_when_the_check_says_so(body: int) -> None:
    number = f"{body:017d}"
    number += id_check_digit(number)
    assert examine_number(number).is_valid == is_id_number(number)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_gets_a_verdict_with_reason_and_remedy(text: str) -> None:
    verdict = examine_number(text, regions=regions)
    assert verdict.is_valid or all(f.message and f.fix for f in verdict.findings)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("12345", ["E-NUM-LENGTH"]),
        ("110101900307867", ["E-NUM-OLD-ID"]),
        ("9111000060003IOZSV", ["E-NUM-ALPHABET"]),
        (a_uscc("B1110000600037341"), ["E-NUM-REGISTRAR"]),
        (a_uscc("9111A000600037341"), ["E-NUM-REGION-FORM"]),
        ("91110000600037341M", ["E-NUM-CHECK"]),
        (a_uscc("91991000600037341"), ["E-NUM-REGION"]),
        (an_id("110101", "19901301"), ["E-NUM-BIRTH"]),
        (an_id("110101", "18490101"), ["E-NUM-BIRTH"]),
        ("11010119900307867X", ["E-NUM-CHECK"]),
        (an_id("990426", "19900101"), ["E-NUM-REGION"]),
        (an_id("140120", "19790101"), ["E-NUM-REGION-OLD"]),
        (an_id("500154", "19930113"), ["E-NUM-REGION-DATE"]),
        (an_id("500154", "20170113"), []),
        (an_id("830000", "19900101"), []),
        ("91 110000 600037341l", []),
    ],
)
def test_the_reason_is_named(number: str, expected: list[str]) -> None:
    assert codes_of(number) == expected


def test_the_region_bears_the_name_of_the_day_of_birth() -> None:
    assert examine_number(an_id("120110", "19801201"), regions=regions).region_name == "东郊区"
    assert examine_number(an_id("120110", "20001201"), regions=regions).region_name == "东丽区"


def test_a_credit_code_is_judged_on_the_day_asked_for() -> None:
    number = a_uscc("91500154600037341")
    assert codes_of(number) == []
    assert codes_of(number, on=date(2010, 1, 1)) == ["E-NUM-REGION-DATE"]
    assert examine_number(number, regions=regions, on=date(2010, 1, 1)).is_doubtful


def test_digits_only_are_read_as_the_number_whose_check_digit_fits() -> None:
    assert examine_number(an_id("110101", "19900307")).kind is NumberKind.ID
    found = next(n for n in (a_uscc(f"9111000060003{i:04d}") for i in range(100)) if n.isdigit())
    assert examine_number(found).kind is NumberKind.USCC or is_id_number(found)
