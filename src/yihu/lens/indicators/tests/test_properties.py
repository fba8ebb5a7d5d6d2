"""What holds of any district, on a random one; and equal figures on Spark."""

import math
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from yihu.lens.backends.spark import missing_for_spark
from yihu.lens.indicators.catalogue import catalogue
from yihu.lens.indicators.tests import district
from yihu.lens.indicators.tests.world import Figures, compute_world, invoice

# Ratios that are no shares: they compare two measurements, or may fall below zero.
FREE = {
    "void_rate_change",
    "red_rate",
    "sales_growth",
    "purchase_growth",
    "yearly_sales_growth",
    "growth_divergence",
    "invoice_margin",
    "invoice_input_output_ratio",
    "tax_rate_gap",
    "vat_burden",
    "vat_burden_change",
    "input_output_ratio",
    "input_transfer_rate",
    "exempt_share",
    "income_tax_burden",
    "profit_margin",
    "cost_rate",
    "revenue_difference",
    "undeclared_sales",
    "undeclared_output_tax",
    "unsupported_input_tax",
    "export_growth",
    "export_declared_difference",
    "power_cost_rate",
    "bank_inflow_rate",
    "bank_turnaround",
    "payroll_rate",
    "insured_rate",
    "logistics_rate",
    "undeclared_inflow",
    "undeclared_platform_sales",
    "credit_without_stock",
    "unsupported_cost",
    "small_scale_use",
}
# Equal to a second count of the rows (test_grammar.py).
EXPANDED = {item.code for item in catalogue() if item.is_expanded}
PLACES = (None, "330100", "310100", "440100", "650100")


def random_district(seed: int) -> dict[str, list[dict[str, Any]]]:
    """Sixty households trading at random, on top of the hand-made ones."""
    rng = np.random.default_rng(seed)
    names = [f"R{n:02d}" for n in range(60)]
    rows = []
    for number in range(1500):
        seller, buyer = names[0] if number % 8 == 0 else rng.choice(names), rng.choice(names)
        at = datetime(2024, 1, 3) + timedelta(minutes=int(rng.integers(0, 360 * 24 * 60)))
        amount = round(float(rng.lognormal(7, 2)), 2) * (-1 if rng.random() < 0.08 else 1)
        places = {f"{s}_division_code": PLACES[rng.integers(len(PLACES))] for s in ("seller", "buyer")}
        status = "VOID" if rng.random() < 0.05 and amount > 0 else "VALID"
        linked = f"n{rng.integers(0, number + 1)}" if amount < 0 else None
        more = {"status_code": status, "invoice_number": f"n{number}", "blue_invoice_number": linked, **places}
        rows.append(invoice(str(seller), str(buyer), at.isoformat(), amount, **more))
    households = [
        {"household_id": name, "registered_on": f"20{rng.integers(10, 25)}-03-01", "division_code": PLACES[n % 5]}
        for n, name in enumerate(names)
    ]
    tables = {name: list(table) for name, table in district.TABLES.items()}
    links = [
        {"household_id": name, "other_household_id": names[(n * step) % 60], "link_code": "PHONE"}
        for n, name in enumerate(names)
        for step in range(2, 9)
        if n
    ]
    return tables | {
        "links": tables["links"] + links,
        "invoices": tables["invoices"] + rows,
        "households": tables["households"] + households,
    }


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    return compute_world(tmp_path_factory.mktemp("random"), random_district(7))


def test_shares_lie_between_zero_and_one(figures: Figures) -> None:
    for item in catalogue():
        if item.unit == "比率" and item.code not in FREE | EXPANDED:
            values = [row[item.code] for row in figures.values() if row[item.code] is not None]
            assert values, item.code
            assert 0 <= min(values) <= max(values) <= 1, item.code  # type: ignore[type-var,operator]


def test_counts_and_days_are_never_negative(figures: Figures) -> None:
    for item in catalogue():
        if item.unit not in ("比率", "元", "倍", "百分点") and not item.is_expanded:
            values = [row[item.code] for row in figures.values() if row[item.code] is not None]
            assert all(v >= 0 for v in values), item.code  # type: ignore[operator]


def test_what_has_no_data_is_null_not_zero(figures: Figures) -> None:
    filed = {"FILER", "EXP"}
    for household, row in figures.items():
        assert (row["vat_burden"] is None) == (household not in filed)
        assert (row["payroll_rate"] is None) == (household != "FILER")


@pytest.mark.spark
@pytest.mark.slow
@pytest.mark.skipif(missing_for_spark() is not None, reason=str(missing_for_spark()))
def test_spark_gives_equal_figures(figures: Figures, tmp_path: Path) -> None:
    on_spark = compute_world(tmp_path, random_district(7), backend="spark")
    assert on_spark.keys() == figures.keys()
    different = [
        (household, code, value, on_spark[household][code])
        for household, row in figures.items()
        for code, value in row.items()
        if not _equal(value, on_spark[household][code])
    ]
    assert different == []


def _equal(here: Any, there: Any) -> bool:
    """Equal up to the last rounded digit."""
    if not isinstance(here, float) or not isinstance(there, float):
        return bool(here == there)
    return math.isclose(here, there, rel_tol=1e-9, abs_tol=1.1e-6)
