"""From any figure back to its formula, its snapshot, its batches and the rows as they were gathered."""

from typing import Any

from yihu.lens.backends.duck import literal
from yihu.lens.indicators.catalogue import catalogue
from yihu.lens.ingest.batches import list_batches
from yihu.lens.schema import TABLES
from yihu.lens.snapshots.questions import Questions
from yihu.lens.snapshots.register import CONCLUDED

# Where the rows of one household stand that an indicator's source table names.
HOUSEHOLD_ROWS = {
    "invoices": "(SELECT *, seller_household_id AS household_id FROM invoices_by_seller WHERE seller_household_id = $1 "
    "UNION ALL SELECT *, buyer_household_id FROM invoices_by_buyer WHERE buyer_household_id = $1)",
    "registrations": "registrations",
    "returns": "returns",
    "payments": "payments",
    "customs_declarations": "customs_declarations",
    "third_party": "third_party",
    "inspections": f"(SELECT * FROM inspections WHERE {CONCLUDED})",
}


class LineageReader(Questions):
    """Questions about where figures come from."""

    def lineage(self, household_id: str, indicator_code: str, *, limit: int = 20) -> dict[str, Any]:
        """
        How one indicator of one household came about.

        :returns: {indicator, snapshot, batches, sources: [{table, zh, count, rows}]} with at most `limit`
            newest rows of each table, each with batch_id, source_file, source_row
        :raises KeyError: no such indicator
        """
        item = next((i for i in catalogue() if i.code == indicator_code), None)
        if item is None:
            raise KeyError(indicator_code)
        value = self.row(f"SELECT {item.code} AS value FROM indicators WHERE household_id = ?", [household_id])
        sources = [self._source(household_id, t, limit) for t in item.tables if t in HOUSEHOLD_ROWS]
        return {
            "indicator": item,
            "value": value["value"] if value else None,
            "snapshot": self.id,
            "as_of": self.manifest["as_of"],
            "batches": self.manifest["created_from"]["batches"],
            "sources": sources,
        }

    def source_row(self, table: str, batch_id: str, source_file: str, source_row: int) -> dict[str, Any] | None:
        """The row as it was gathered: canonical columns, flags raised on it, and the source file's SHA-256."""
        if table not in TABLES:
            raise KeyError(table)
        batch = next((b for b in list_batches(self.home) if b.id == batch_id), None)
        if batch is None:
            return None
        found = self.row(
            f"FROM read_parquet({literal(str(batch.path / table / '*.parquet'))}) "
            "WHERE source_file = ? AND source_row = ?",
            [source_file, source_row],
        )
        return {"row": found, "batch": batch.manifest} if found else None

    def _source(self, household_id: str, table: str, limit: int) -> dict[str, Any]:
        where = f"FROM {HOUSEHOLD_ROWS[table]} WHERE household_id = $1"
        period = TABLES[table].period or "source_row"
        count = self.row(f"SELECT count(*) AS n {where}", [household_id])
        rows = self.rows(f"SELECT * {where} ORDER BY {period} DESC, row_key LIMIT {int(limit)}", [household_id])
        return {"table": table, "zh": TABLES[table].zh, "count": count["n"] if count else 0, "rows": rows}
