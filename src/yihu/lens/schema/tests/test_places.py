"""The code facts agree with themselves and, where it is at hand, with the outside tables."""

import csv
import os
from pathlib import Path

import pytest

from yihu.lens.schema.places import DIVISIONS, INDUSTRIES, ancestors, full_name

SHARED = Path(os.environ.get("YIHU_SHARED_DATA", Path(__file__).resolve().parents[6] / "shared" / "data"))
TABLES = SHARED / "code_tables"


def test_every_province_is_there() -> None:
    assert sum(place.parent is None for place in DIVISIONS.values()) == 31


def test_parents_exist_and_share_their_digits() -> None:
    for code, place in DIVISIONS.items():
        assert len(code) == 6
        assert code.isdigit()
        if place.parent:
            digits = 4 if not place.parent.endswith("0000") else 2
            assert DIVISIONS[place.parent].code[:digits] == code[:digits]


def test_names_read_from_the_top() -> None:
    assert full_name("330106") == "浙江省杭州市西湖区"
    assert full_name("310115") == "上海市浦东新区"
    assert [place.code for place in ancestors("51", INDUSTRIES)] == ["F", "51"]


def test_unknown_code_is_an_error() -> None:
    with pytest.raises(KeyError):
        full_name("999999")


@pytest.mark.shared_data
@pytest.mark.skipif(not TABLES.exists(), reason="the outside code tables are not here")
def test_names_agree_with_the_published_tables() -> None:
    outside = {}
    for name in ("provinces", "cities", "areas"):
        with (TABLES / f"divisions_modood_{name}.csv").open(encoding="utf-8-sig") as handle:
            outside.update({row["code"].ljust(6, "0"): row["name"] for row in csv.DictReader(handle)})
    assert {c: p.name for c, p in DIVISIONS.items()} == {c: outside.get(c) for c in DIVISIONS}
    with (TABLES / "gbt4754_2017_industry.csv").open(encoding="utf-8-sig") as handle:
        classes = {row["code"].lstrip("ABCDEFGHIJKLMNOPQRST") or row["code"]: row for row in csv.DictReader(handle)}
    assert {c: p.name for c, p in INDUSTRIES.items()} == {c: classes[c]["name"] for c in INDUSTRIES}
