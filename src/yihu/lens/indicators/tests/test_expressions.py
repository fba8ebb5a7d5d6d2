"""Indicators on given facts: what the district does not show, and where a figure must be null."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yihu.lens.backends.engine import open_engine
from yihu.lens.indicators.catalogue import catalogue, find_indicator
from yihu.lens.indicators.tests.expected import EXPECTED

NOW = 24300.0
DIGITS = {f"sold_digit_{d}": float(n) for d, n in enumerate((30, 18, 12, 10, 8, 7, 6, 5, 4), 1)}
BENFORD = (30.103, 17.6091, 12.4939, 9.691, 7.9181, 6.6947, 5.7992, 5.1153, 4.5757)
DEVIATION = sum(abs(n - b) for n, b in zip(DIGITS.values(), BENFORD, strict=True)) / 900
# indicator, facts (all it reads), value
CASES: list[tuple[str, dict[str, Any], float | None]] = [
    ("void_rate", {"sold_void_count": 1.0, "sold_issued_count": 9.0}, None),
    ("void_rate", {"sold_void_count": 1.0, "sold_issued_count": 10.0}, 0.1),
    (
        "void_rate_change",
        {"sold_void_quarter": 6.0, "sold_issued_quarter": 20.0, "sold_void_count": 6.0, "sold_issued_count": 60.0},
        0.2,
    ),
    ("benford_deviation", DIGITS, DEVIATION),
    ("benford_deviation", DIGITS | {"sold_digit_1": 29.0}, None),
    ("purchase_month_end_share", {"bought_month_end_amount": 3.0, "bought_blue_amount": 4.0}, 0.75),
    ("red_rate", {"sold_red_amount": 0.0, "sold_blue_amount": 0.0}, None),
    ("purchase_growth", {"bought_amount_quarter": 50.0, "bought_amount_quarter_before": 200.0}, -0.75),
    ("purchase_growth", {"bought_amount_quarter": -50.0, "bought_amount_quarter_before": 200.0}, -1.0),
    ("purchase_growth", {"bought_amount_quarter": 50.0, "bought_amount_quarter_before": None}, None),
    ("yearly_sales_growth", {"sold_amount": 300.0, "sold_amount_year_before": 200.0}, 0.5),
    (
        "growth_divergence",
        {
            "sold_amount_quarter": 300.0,
            "sold_amount_quarter_before": 100.0,
            "bought_amount_quarter": 50.0,
            "bought_amount_quarter_before": 100.0,
        },
        2.5 / 4.5,
    ),
    ("active_month_share", {"sold_active_months": 6.0, "sold_first_month": NOW - 20, "as_of_month": NOW}, 0.5),
    ("active_month_share", {"sold_active_months": None, "sold_first_month": None, "as_of_month": NOW}, None),
    ("purchase_without_sale", {"bought_amount": 100.0, "sold_amount": -50.0}, 1.0),
    (
        "new_supplier_share",
        {
            "suppliers_first_month": NOW - 3,
            "as_of_month": NOW,
            "suppliers_recent_new": 1.0,
            "suppliers_recent": 4.0,
        },
        0.25,
    ),
    (
        "new_supplier_share",
        {
            "suppliers_first_month": NOW - 2,
            "as_of_month": NOW,
            "suppliers_recent_new": 1.0,
            "suppliers_recent": 4.0,
        },
        None,
    ),
    ("one_time_buyer_share", {"buyers_once_count": 2.0, "buyers_count": 5.0}, 0.4),
    ("one_time_supplier_share", {"suppliers_once_count": 4.0, "suppliers_count": 5.0}, 0.8),
    ("supplier_count", {"suppliers_count": 5.0}, 5.0),
    ("abnormal_supplier_share", {"suppliers_abnormal": 1.0, "suppliers_amount": 4.0}, 0.25),
    (
        "vat_burden_change",
        {
            "declared_payable": 1.0,
            "declared_sales": 100.0,
            "declared_payable_before": 2.0,
            "declared_sales_before": 100.0,
        },
        -0.5,
    ),
    (
        "vat_burden_change",
        {
            "declared_payable": 1.0,
            "declared_sales": 100.0,
            "declared_payable_before": 0.0,
            "declared_sales_before": 100.0,
        },
        None,
    ),
    ("exempt_share", {"declared_exempt": 25.0, "declared_sales": 100.0}, 0.25),
    ("officer_overlap", {"people_officer_posts": 4.0, "people_officers": 1.0}, 1.0),
    ("officer_overlap", {"people_officer_posts": 3.0, "people_officers": 5.0}, 0.0),
    ("officer_overlap", {"people_officer_posts": 1.0, "people_officers": 1.0}, None),
    ("longest_payment_delay", {"paid_late_days": None, "paid_count": 3.0}, 0.0),
    ("longest_payment_delay", {"paid_late_days": None, "paid_count": None}, None),
    ("arrears_rate", {"declared_payable": 10.0, "paid_vat": 12.0}, 0.0),
    ("silent_days", {"open": False, "silent_days": 100.0}, None),
    (
        "credit_without_stock",
        {
            "declared_credit_in_two_years": 65.0,
            "bought_amount_in_two_years": 800.0,
            "sold_amount_in_two_years": 300.0,
        },
        0.13,
    ),
    ("farm_purchase_share", {"goods_bought_farm": 1.0, "goods_bought": 4.0}, 0.25),
    ("tied_together_share", {"tied_together": 2.0, "tied_dated": 5.0}, 0.4),
    ("owner_bad_firms", {"owner_bad_firms": 3.0}, 3.0),
    ("export_per_insured", {"export_amount": 900.0, "social_people": 3.0}, 300.0),
    (
        "month_end_cover",
        {
            "bought_month_end_amount": 3.0,
            "bought_blue_amount": 4.0,
            "sold_month_end_amount": 1.0,
            "sold_blue_amount": 4.0,
        },
        0.5,
    ),
    ("troubled_tie_share", {"tied_bad": 1.0, "tied_all": 4.0}, None),
]


@pytest.mark.parametrize(("code", "facts", "value"), CASES)
def test_expression(tmp_path: Path, code: str, facts: dict[str, Any], value: float | None) -> None:
    item = find_indicator(code)
    assert item is not None
    kinds = {k: pa.bool_() if isinstance(v, bool) else pa.float64() for k, v in facts.items()}
    pq.write_table(pa.Table.from_pylist([facts], pa.schema(kinds.items())), tmp_path / "facts.parquet")
    with open_engine() as engine:
        table = engine.read([tmp_path / "facts.parquet"])
        engine.write(table.select(value=item.express(table)), tmp_path / "value.parquet", order=["value"])
    (found,) = pq.read_table(tmp_path / "value.parquet").column("value").to_pylist()
    assert found == (None if value is None else pytest.approx(value, abs=1e-6))


def test_every_indicator_is_worked_out_by_hand_somewhere() -> None:
    shown = {code for figures in EXPECTED.values() for code, value in figures.items() if value is not None}
    shown |= {code for code, _, value in CASES if value is not None}
    assert {item.code for item in catalogue() if not item.is_expanded} <= shown
