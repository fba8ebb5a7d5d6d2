"""Names, addresses and numbers in the forms in which they really come."""

import csv
import gzip
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yihu.kit.identifiers import id_check_digit, uscc_check_digit
from yihu.lens.resolve.addresses import NOWHERE, Address, parse_address
from yihu.lens.resolve.contacts import normal_identity, normal_phone, organisation_code
from yihu.lens.resolve.folding import chinese_digits, fold_width, sound
from yihu.lens.resolve.names import NAMELESS, Name, parse_name

SHARED = Path(__file__).parents[6] / "shared" / "data" / "entity_resolution"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("杭州萧山鑫源钢材贸易有限公司", Name("杭州", "萧山", "鑫源", "钢材贸易", "有限公司", "")),
        ("鑫源钢材贸易（杭州）有限公司", Name("杭州", "", "鑫源", "钢材贸易", "有限公司", "")),
        ("浙江省杭州市西湖区鑫达餐饮店", Name("杭州", "西湖", "鑫达", "餐饮店", "", "")),
        ("杭州鑫源贸易有限公司宁波市第一分公司", Name("杭州", "", "鑫源", "贸易", "有限公司", "宁波一分公司")),
        ("ＡＢＣ 科技有限公司", Name("", "", "ABC", "科技", "有限公司", "")),
        ("便民超市", Name("", "", "", "便民超市", "", "")),
        ("苏州金华众服装有限公司", Name("苏州", "", "金华众", "服装", "有限公司", "")),
        ("北京朝阳科技有限公司", Name("北京", "", "朝阳", "科技", "有限公司", "")),
        ("会宁县乐逍遥日化用品生活馆", Name("", "会宁", "乐逍遥", "日化用品生活馆", "", "")),
        ("***有限公司", NAMELESS),
        ("", NAMELESS),
        (None, NAMELESS),
    ],
)
def test_names_come_apart(text: str | None, parts: Name) -> None:
    assert parse_name(text) == parts


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("浙江省杭州市萧山区北干街道人民路１２号创业大厦3幢501室", "萧山区人民路12号创业大厦3号楼501"),
        ("上海市浦东新区张江镇碧波路690号", "碧波路六百九十号"),
        ("莫干山路100号（集群注册）", "浙江省杭州市拱墅区莫干山路100号"),
        ("科技园路三号楼十二层", "科技园路3号楼12层"),
    ],
)
def test_variants_of_an_address_agree(text: str, other: str) -> None:
    assert parse_address(text)[1:] == parse_address(other)[1:]


def test_addresses_come_apart() -> None:
    assert parse_address("杭州市文三路90号1幢203室") == Address("杭州", sound("文三路"), "90", "1-203")
    assert parse_address("文三路90号") != parse_address("文三路91号")
    assert parse_address("浙江省***") == parse_address(None) == NOWHERE


@pytest.mark.parametrize(
    "pair", [("华达", "花达"), ("锦程", "绵程"), ("程远", "成元"), ("張電國", "张电国"), ("新源", "欣园")]
)
def test_slips_sound_alike(pair: tuple[str, str]) -> None:
    assert sound(pair[0]) == sound(pair[1])


def test_other_words_sound_otherwise() -> None:
    assert sound("鑫源") != sound("鑫达")
    assert len(sound("鑫源")) == 4


@given(st.text(max_size=40))
def test_nothing_breaks_a_parser(text: str) -> None:
    name, address = parse_name(text), parse_address(text)
    assert all(isinstance(part, str) for part in (*name, *address))
    assert sound(text).isascii()
    assert not any(c.isspace() for c in fold_width(text))
    normal_identity(text)
    normal_phone(text)
    organisation_code(text)
    chinese_digits(text)


@given(st.integers(110000, 659999), st.dates(date(1920, 1, 1), date(1999, 12, 31)), st.integers(0, 999))
def test_both_lengths_of_an_identity_number_agree(place: int, born: date, order: int) -> None:
    body = f"{place}{born:%Y%m%d}{order:03d}"
    long = body + id_check_digit(body)
    short = body[:6] + body[8:]
    assert normal_identity(long.lower()) == long
    assert normal_identity(f" {short} ") == long


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+86 138-0013-8000", "13800138000"),
        ("０５７１－８８８８８８８１", "57188888881"),
        ("13800138000转8001", "13800138000"),
        ("138****8000", None),
        ("0000000", None),
        ("", None),
    ],
)
def test_telephones(text: str, number: str | None) -> None:
    assert normal_phone(text) == number


def test_organisation_codes_come_out_of_both_kinds_of_number() -> None:
    body = "91330106MA27XL0G5"
    assert organisation_code(body + uscc_check_digit(body)) == "MA27XL0G5"
    assert organisation_code("91330106MA27XL0G50") is None, "wrong check digit"
    assert organisation_code(None, "330106MA27XL0G5") == "MA27XL0G5"
    assert organisation_code("330106800101001") is None, "an individual's tax number is an identity number"


@pytest.mark.shared_data
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the outside data beside the checkout")
def test_brands_of_real_company_names() -> None:
    with (SHARED / "cn_company_names" / "groundtruth_name_to_brand_500.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    right = sum(parse_name(r["company_name"]).brand == r["brand"] for r in rows)
    assert right / len(rows) > 0.85


@pytest.mark.shared_data
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the outside data beside the checkout")
def test_real_short_names_all_parse() -> None:
    path = SHARED / "cn_company_names" / "company_short_forms_28w.txt.gz"
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        names = [line.strip() for line, _ in zip(handle, range(3000), strict=False)]
    assert sum(bool(parse_name(n).brand) for n in names) > 2500
