"""How figures are written, and what an export may hold."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from yihu.hub.screens import exports, figures


@pytest.mark.parametrize(
    ("write", "value", "text"),
    [
        (figures.money, Decimal("1234567.8"), "1,234,567.80"),
        (figures.short_money, Decimal("9999.99"), "9,999.99 元"),
        (figures.short_money, 12_345, "1.23 万元"),
        (figures.short_money, -250_000_000, "-2.50 亿元"),
        (figures.in_wan, 12_345_678, "1,234.57"),
        (figures.percent, Decimal("0.1234"), "12.3%"),
        (figures.count, 12_345, "12,345"),
        (figures.day, date(2026, 11, 23), "2026-11-23"),
        (figures.minute, datetime(2026, 11, 23, 1, 5, tzinfo=UTC), "2026-11-23 09:05"),
        (figures.minute, "2026-11-23T01:05:00+00:00", "2026-11-23 09:05"),
        (figures.masked_id, "110101199003071234", "110***********1234"),
        (figures.masked_phone, "13812345678", "138****5678"),
    ],
)
def test_figures(write, value, text):
    assert write(value) == text
    assert write(None) == "—"


def test_a_cell_that_a_spreadsheet_would_run_is_quoted_and_a_number_is_not():
    response = exports.respond_with_file("csv", "清单", ["甲", "乙"], [["=HYPERLINK(1)", -5], ["@x", ["a", "b"]]])
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert text.splitlines() == ["甲,乙", "'=HYPERLINK(1),-5", "'@x,a；b"]


def test_an_unknown_kind_of_file_is_refused():
    with pytest.raises(KeyError):
        exports.respond_with_file("exe", "清单", [], [])
