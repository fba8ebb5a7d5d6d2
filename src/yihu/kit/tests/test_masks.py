"""Masks keep what identifies a row to its owner, and nothing that identifies the person."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yihu.kit.identifiers import id_check_digit
from yihu.kit.masks import (
    has_personal_number,
    mask_account,
    mask_address,
    mask_id,
    mask_name,
    mask_phone,
    veil,
)

ID = "11010519491231002X"
WORDS = st.text(alphabet="甲乙，。 :：", max_size=8)
MASKS = (mask_id, mask_phone, mask_account, mask_address, mask_name, veil)


def test_numbers_keep_their_ends() -> None:
    assert mask_id(ID) == "110***********002X"
    assert mask_phone("13800138000") == "138****8000"
    assert mask_account("6222021234567890123") == "****0123"
    assert mask_id("E1234567") == "E***"
    assert mask_phone("8812345") == "88***"


@pytest.mark.parametrize(
    ("home", "shown"),
    [
        ("浙江省杭州市西湖区文三路90号1幢203室", "浙江省杭州市西湖区****"),
        ("广西壮族自治区南宁市青秀区民族大道1号", "广西壮族自治区南宁市青秀区****"),
        ("上海市浦东新区世纪大道8号", "上海市浦东新区****"),
        ("杭州市文三路90号", "杭州市****"),
        ("四川省凉山彝族自治州西昌市长安路1号", "四川省凉山彝族自治州西昌市****"),
        ("幸福小区3幢1单元", "****"),
        ("湖南省长沙县星沙街道1号", "湖南省长沙县****"),
    ],
)
def test_homes_are_shown_down_to_the_county(home: str, shown: str) -> None:
    assert mask_address(home) == shown


def test_names_keep_the_surname() -> None:
    assert [mask_name(n) for n in ("张三", "张晓丽", "欧阳娜娜", "欧阳")] == ["张*", "张**", "欧阳**", "欧*"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"证件{ID}，电话13800138000", "证件110***********002X，电话138****8000"),
        ("收款账号 6222 0212 3456 7890 123", "收款账号 ****0123"),
        ("账号：１２３４５６７８９０１２３４５６", "账号：****3456"),
        ("联系 +86 138-0013-8000", "联系 138****8000"),
        ("识别号 91330106MA2ABCDE1K 于 2024-03-01 变更，金额 1234567.89 元", None),
        ("2024-03-01 12:30 至 2024-03-05 18:00", None),
        ("2024-03-01 13800138000", "2024-03-01 138****8000"),
    ],
)
def test_numbers_inside_text_are_veiled_and_the_rest_stays(text: str, shown: str | None) -> None:
    assert veil(text) == (text if shown is None else shown)
    assert has_personal_number(text) is (shown is not None)


@given(st.text(max_size=40))
def test_a_mask_of_a_mask_is_the_mask(text: str) -> None:
    for mask in MASKS:
        once = mask(text)
        assert mask(once) == once


@given(WORDS, st.integers(110000, 659999), st.dates(date(1900, 1, 1)), st.integers(0, 999), WORDS)
def test_no_identity_number_survives_in_text(before: str, place: int, born: date, turn: int, after: str) -> None:
    body = f"{place}{born:%Y%m%d}{turn:03d}"
    number = body + id_check_digit(body)
    assert number not in str(veil(before + number + after))
