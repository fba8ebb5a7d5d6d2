"""What officers read."""

from pathlib import Path

import pytest

from yihu.lens.indicators.catalogue import catalogue, find_indicator, markdown, sentence, show
from yihu.lens.indicators.theme import Theme
from yihu.lens.schema import TABLES

DOCS = Path(__file__).parents[5] / "docs" / "indicators.md"


def test_the_catalogue_is_large_and_unambiguous() -> None:
    items = catalogue()
    assert len(items) >= 300
    assert len({i.code for i in items}) == len({i.zh for i in items}) == len(items)


def test_sources_are_canonical_tables() -> None:
    assert {t for i in catalogue() for t in i.tables} <= set(TABLES)


@pytest.mark.skipif(not DOCS.parent.is_dir(), reason="installed without docs")
def test_the_documented_catalogue_is_up_to_date() -> None:
    assert DOCS.read_text(encoding="utf-8") == markdown()


def test_a_sentence_carries_the_figure_and_its_peers() -> None:
    item = find_indicator("void_rate")
    assert item is not None
    peers = {"household_count": 120, "p50": 0.01, "p05": 0.0, "p95": 0.05}
    assert sentence(item, 0.123, peers) == (
        "近12个月开具的发票中，作废张数占12.3%（同行120户，中位数1.0%，95%的同行不超过5.0%）。"
    )
    assert "不足10户" in sentence(item, 0.123)
    assert sentence(item, None) == "作废率：不适用或无数据。"


def test_low_and_two_sided_indicators_name_the_other_edge() -> None:
    peers = {"household_count": 10, "p50": 2.0, "p05": 1.0, "p95": 3.0}
    low, both = find_indicator("age_years"), find_indicator("buyer_count")
    assert low is not None
    assert both is not None
    assert "95%的同行不低于1年" in sentence(low, 0.1, peers)
    assert "九成同行在1户至3户之间" in sentence(both, 9, peers)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.12345, "比率", "12.3%"),
        (12_345.6, "元", "1.2万元"),
        (-5e8, "元", "-5.00亿元"),
        (7.0, "个", "7个"),
        (3.0, "月", "3个月"),
        (2.345, "倍", "2.3倍"),
        (1053.0, "公里", "1,053公里"),
        (-0.02, "户", "0.0户"),
        (-0.0004, "比率", "0.0%"),
    ],
)
def test_figures_are_written_as_officers_write_them(value: float, unit: str, text: str) -> None:
    assert show(value, unit) == text  # type: ignore[arg-type]


def test_every_sentence_reads_without_gaps() -> None:
    peers = {"household_count": 10, "p50": 2.0, "p05": 1.0, "p95": 3.0}
    for item in catalogue():
        text = sentence(item, 1.0, peers)
        assert text.endswith("。"), item.code
        assert "天天" not in text, item.code
        assert "年年" not in text, item.code
        assert "{" not in text, item.code


def test_an_indicator_without_a_formula_is_refused() -> None:
    def mute(f: object) -> object:
        """只有{value}{peers}。"""
        return f

    with pytest.raises(ValueError, match="公式"):
        Theme("试").indicator("试", unit="比率", tables=(), law="")(mute)
