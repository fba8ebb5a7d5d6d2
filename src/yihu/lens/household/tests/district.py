"""Small made-by-hand districts as batch files."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from yihu.lens.backends.duck import connect, parquet_source
from yihu.lens.home import Home
from yihu.lens.household.run import write_from_sources
from yihu.lens.household.sources import Sources
from yihu.lens.household.tables import MEMBERS, PERSON_MEMBERS
from yihu.lens.schema import TABLES

Rows = Sequence[Mapping[str, Any]]


def write_rows(path: Path, schema: pa.Schema, rows: Rows) -> Path:
    """Rows as parquet; columns that a row does not name are null."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist([{n: row.get(n) for n in schema.names} for row in rows], schema), path)
    return path


class District:
    """Batches, resolution and the household tables built from them, below one directory."""

    def __init__(self, root: Path) -> None:
        self.home = Home(root / "home")
        self.root = root
        self.files: dict[str, list[Path]] = {}
        self.superseded: dict[str, list[Path]] = {}
        self.members: Rows = []
        self.person_members: Rows = []
        self._row = 0

    @property
    def sources(self) -> Sources:
        return Sources(self.files, self.superseded)

    def add(self, table: str, rows: Rows, *, batch: str = "B000001-aa") -> None:
        """Add one batch's rows of a table; invoices go to files by month."""
        placed = [self._place(row, batch) for row in rows]
        parts: dict[str, list[dict[str, Any]]] = {}
        for row in placed:
            parts.setdefault(f"{row['issued_at']:%Y-%m}" if table == "invoices" else "rows", []).append(row)
        for name, part in parts.items():
            path = self.root / "batches" / batch / table / f"{name}.parquet"
            self.files.setdefault(table, []).append(write_rows(path, TABLES[table].arrow_schema(), part))

    def _place(self, row: Mapping[str, Any], batch: str) -> dict[str, Any]:
        self._row += 1
        return {"batch_id": batch, "source_file": "f.csv", "source_row": self._row, "row_key": self._row, **row}

    def build(self, name: str = "out", *, backend: str = "duckdb") -> "Built":
        out = self.root / name
        write_rows(out / "members.parquet", MEMBERS, self.members)
        write_rows(out / "person_members.parquet", PERSON_MEMBERS, self.person_members)
        result = write_from_sources(self.home, self.sources, out, backend=backend, progress=lambda stage, done: None)
        return Built(out, result)


class Built:
    """The tables of one build."""

    def __init__(self, out: Path, result: dict[str, Any]) -> None:
        self.out = out
        self.result = result

    def rows(self, table: str, where: str = "true") -> list[dict[str, Any]]:
        folder = self.out / table
        paths = sorted(folder.glob("*.parquet")) if folder.is_dir() else [self.out / f"{table}.parquet"]
        cursor = connect().execute(f"SELECT * FROM {parquet_source(paths)} WHERE {where}")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def tables(self) -> dict[str, pa.Table]:
        """Columns, types, rows and order; whether a file declares a column NOT NULL is left aside."""
        read = {p: pq.read_table(p, partitioning=None) for p in sorted(self.out.rglob("*.parquet"))}
        return {str(p.relative_to(self.out)): pa.table({n: t[n] for n in t.column_names}) for p, t in read.items()}

    def files(self) -> dict[str, bytes]:
        return {str(p.relative_to(self.out)): p.read_bytes() for p in sorted(self.out.rglob("*.parquet"))}


def invoice(
    number: str, seller: str, buyer: str, amount: str, at: str = "2024-03-05 10:00", **more: Any
) -> dict[str, Any]:
    """One blue valid invoice without tax; amounts as strings."""
    return {
        "invoice_number": number,
        "seller_number": seller,
        "buyer_number": buyer,
        "amount": Decimal(amount),
        "tax_amount": Decimal("0.00"),
        "total_amount": Decimal(amount),
        "issued_at": datetime.fromisoformat(at),
        "status_code": "VALID",
        "colour_code": "BLUE",
        **more,
    }
