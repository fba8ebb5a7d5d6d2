"""Whatever the invoices, no amount is lost or made up between the sheets and the households."""

import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from yihu.lens.backends.duck import connect
from yihu.lens.household.conservation import conserve
from yihu.lens.household.tests.district import District, invoice

NUMBERS = st.sampled_from(["A", "B", "C", "D"])
AMOUNTS = st.integers(-(10**9), 10**9).map(lambda fen: str(Decimal(fen) / 100))
MONTHS = st.sampled_from(["2024-01-31 23:59:59", "2024-02-01 00:00", "2024-02-29 12:00"])
BATCHES = st.sampled_from(["B000001-aa", "B000002-bb"])


@st.composite
def invoices(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    status = draw(st.sampled_from(["VALID", "VOID", None]))
    row = invoice(str(draw(st.integers(1, 6))), draw(NUMBERS), draw(NUMBERS), draw(AMOUNTS), draw(MONTHS))
    return draw(BATCHES), {**row, "status_code": status, "goods_code": draw(st.sampled_from(["109", "3", None]))}


def _expected(rows: list[tuple[str, dict[str, Any]]]) -> Decimal:
    """Valid amount by the rule in words: newest batch, in it a void first, then the first row."""
    standing: dict[tuple[str, ...], tuple[Any, dict[str, Any]]] = {}
    for position, (batch, row) in enumerate(rows):
        key = (row["invoice_number"], row["seller_number"], row["buyer_number"], f"{row['issued_at']:%Y-%m}")
        rank = (batch, row["status_code"] == "VOID", -position)
        if key not in standing or rank > standing[key][0]:
            standing[key] = (rank, row)
    return sum((r["amount"] for _, r in standing.values() if r["status_code"] != "VOID"), Decimal(0))


@settings(max_examples=6, deadline=None)
@given(st.lists(invoices(), max_size=25), st.booleans())
def test_every_amount_arrives(rows: list[tuple[str, dict[str, Any]]], merged: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        district = District(Path(folder))
        numbered = [(batch, {**row, "source_row": n}) for n, (batch, row) in enumerate(rows)]
        for batch in sorted({batch for batch, _ in rows}):
            district.add("invoices", [row for b, row in numbered if b == batch], batch=batch)
        if merged:
            district.members = [{"registration_id": n, "household_id": "HAB"} for n in ("A", "B")]
        built = district.build()
        checks = conserve(connect(), district.home, district.sources, built.out)
        assert [c for c in checks if not c["ok"]] == []
        assert sum((t["amount"] for t in built.rows("trades")), Decimal(0)) == _expected(rows)


def test_a_tampered_table_is_noticed(district: District) -> None:
    district.add("invoices", [invoice("1", "A", "B", "10.00"), invoice("2", "B", "A", "20.00")])
    built = district.build()
    path = built.out / "trades.parquet"
    pq.write_table(pq.read_table(path).slice(1), path)
    broken = {c["name"] for c in conserve(connect(), district.home, district.sources, built.out) if not c["ok"]}
    assert "有效发票：来源 = 交易汇总" in broken
    assert "有效金额：交易汇总 = 各户销售额、购进额" in broken
