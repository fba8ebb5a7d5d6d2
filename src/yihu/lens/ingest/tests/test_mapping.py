"""Mapping files: the shipped ones load, and a mistake is explained where it stands."""

from pathlib import Path

import pytest

from yihu.lens.ingest.mapping import MappingError, load_mapping

GOOD = """\
name: 试
sources:
  - files: "*.csv"
    table: payments
    columns:
      payment_id: 凭证
      registration_id: {source: 税号, prefix: T}
      tax_code: {const: VAT}
      paid_on: {source: 日期, date_format: "%d/%m/%Y"}
      amount: 金额
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("table: payments", "table: payment", "第 4 行.*是不是“payments”"),
        ("amount: 金额", "amonut: 金额", "第 3 行.*没有列“amonut”，是不是“amount”"),
        ("amount: 金额", "{}", "不是正确的 YAML"),
        ("      amount: 金额\n", "", "必填列没有映射：amount"),
        ("{const: VAT}", "{const: VATT}", "代码“VATT”不在代码表中"),
        ("prefix: T", "prefxi: T", "第 7 行.*不认识“prefxi”，是不是“prefix”"),
        ("{const: VAT}", "{const: VAT, source: x}", "第 8 行.*必须且只能写一个"),
        ('"%d/%m/%Y"', '"dd/mm"', "第 9 行.*日期格式"),
        ("name: 试\nsources:", "name: 试\nsorces:", "sources"),
        ('files: "*.csv"', "files: []", "不能为空"),
        ("    columns:", "    elements: {amount: A/B}\n    columns:", "elements 只能写在 invoices"),
        ("table: payments\n", "table: invoices\n    elements: {blue: A}\n", "没有列“blue”"),
        ("table: payments\n", "table: invoices\n    elements: {blue_invoice_number: '//A[1]'}\n", "路径"),
        (GOOD, "", "开头"),
    ],
)
def test_a_mistake_is_explained(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert load_mapping(path).sources[0].table == "payments"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(MappingError, match=said):
        load_mapping(path)


def test_unreadable_mappings_are_explained(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="读不了"):
        load_mapping(tmp_path / "none.yaml")
    path = tmp_path / "m.yaml"
    path.write_bytes(b"\xff\xfe\x00x")
    with pytest.raises(MappingError, match="不是正确的 YAML"):
        load_mapping(path)


def test_the_shipped_mappings_load(mappings: Path) -> None:
    paths = sorted(mappings.glob("*.yaml"))
    assert paths
    for path in paths:
        assert load_mapping(path).sources
