"""A district small enough to check by hand: tables with only the columns that indicators read."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from yihu.lens.home import Home
from yihu.lens.indicators.reads import READS
from yihu.lens.indicators.run import write_indicators

Rows = Sequence[Mapping[str, Any]]
DEFAULTS: dict[str, dict[str, Any]] = {
    "invoices": {"kind_code": "SPECIAL", "status_code": "VALID"},
    "households": {"is_registered": True, "status_code": "NORMAL", "peer_group": "G"},
    "returns": {"form_code": "VAT_GENERAL"},
    "payments": {"tax_code": "VAT"},
    "trades": {"invoice_count": 1},
}
INVOICES = ("invoices_by_seller", "invoices_by_buyer")


def invoice(seller: str, buyer: str, issued_at: str, amount: float, **more: Any) -> dict[str, Any]:
    """One invoice at 13 %."""
    number = more.pop("invoice_number", f"{seller}{buyer}{issued_at}{amount}")
    tax = more.pop("tax_amount", round(amount * 0.13, 2))
    return {
        "seller_household_id": seller,
        "buyer_household_id": buyer,
        "issued_at": datetime.fromisoformat(issued_at),
        "amount": amount,
        "tax_amount": tax,
        "invoice_number": number,
        **more,
    }


def write_world(out: Path, tables: Mapping[str, Rows]) -> Path:
    """Write a snapshot's household tables; `invoices` goes to both sides by month, trades follow unless given."""
    out.mkdir(parents=True, exist_ok=True)
    rows = [DEFAULTS["invoices"] | dict(r) for r in tables.get("invoices", ())]
    for name in INVOICES:
        _write_months(out / name, name, rows)
    for name, schema in READS.items():
        if name not in INVOICES:
            default = DEFAULTS.get(name, {})
            given = tables.get(name, _trades(rows) if name == "trades" else ())
            pq.write_table(_table([default | dict(r) for r in given], schema), out / f"{name}.parquet")
    return out


def _write_months(folder: Path, name: str, rows: Rows) -> None:
    folder.mkdir(exist_ok=True)
    for month in sorted({r["issued_at"].strftime("%Y-%m") for r in rows}):
        part = [r for r in rows if r["issued_at"].strftime("%Y-%m") == month]
        pq.write_table(_table(part, READS[name]), folder / f"month={month}.parquet")


def _trades(rows: Rows) -> Rows:
    sums: dict[tuple[str, str, date], list[float]] = {}
    for r in rows:
        if r["status_code"] != "VOID":
            key = (r["seller_household_id"], r["buyer_household_id"], r["issued_at"].date().replace(day=1))
            sums.setdefault(key, []).append(r["amount"])
    return [
        {
            "seller_household_id": seller,
            "buyer_household_id": buyer,
            "month": month,
            "amount": sum(amounts),
            "invoice_count": len(amounts),
        }
        for (seller, buyer, month), amounts in sums.items()
    ]


def _table(rows: Rows, schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist([{f.name: _fit(r.get(f.name), f.type) for f in schema} for r in rows], schema)


def _fit(value: Any, kind: pa.DataType) -> Any:
    if value is None:
        return None
    if pa.types.is_decimal(kind):
        return Decimal(str(value)).quantize(Decimal(1).scaleb(-kind.scale))
    return date.fromisoformat(value) if isinstance(value, str) and pa.types.is_date(kind) else value


Figures = dict[str, dict[str, float | None]]


def compute_world(
    root: Path, tables: Mapping[str, Rows], *, as_of: str = "2024-12-31", backend: str = "duckdb"
) -> Figures:
    """Indicators of a world written below `root`: household -> code -> value."""
    out = write_world(root / "out", tables)
    write_indicators(
        Home(root / "home"), out, backend=backend, progress=lambda *_: None, as_of=date.fromisoformat(as_of)
    )
    return {r["household_id"]: r for r in pq.read_table(out / "indicators.parquet").to_pylist()}
