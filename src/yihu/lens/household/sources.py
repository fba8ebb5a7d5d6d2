"""Gathered rows as relations: typed even when a table was never gathered, one row per key."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from yihu.lens.backends.duck import parquet_source
from yihu.lens.home import Home
from yihu.lens.ingest.batches import superseded_files, table_files
from yihu.lens.schema import TABLES
from yihu.lens.schema.catalogue import LINEAGE_FIELDS

MONTH_FILE = re.compile(r"\d{4}-\d{2}")
# Later batches correct earlier ones; inside one batch the first row stands.
NEWEST_FIRST = "batch_id DESC, source_file, source_row"
PLACE_SCHEMA = pa.schema(LINEAGE_FIELDS[:3])


@dataclass(frozen=True, slots=True)
class Sources:
    """
    Parquet files by canonical table; a table that was never gathered may be missing.

    `superseded` files list (batch_id, source_file, source_row) of rows that a later version replaced.
    """

    files: Mapping[str, Sequence[Path]]
    superseded: Mapping[str, Sequence[Path]] = field(default_factory=dict)


def home_sources(home: Home) -> Sources:
    """The files of every canonical table in all batches of a home."""
    return Sources(
        {table: table_files(home, table) for table in TABLES},
        {table: superseded_files(home, table) for table in TABLES},
    )


def gathered(sources: Sources, table: str) -> str:
    """SQL with every gathered row of a table; no rows, right types, when there are no files."""
    files = sources.files.get(table, ())
    return f"SELECT * FROM {parquet_source(files)}" if files else empty_select(TABLES[table].arrow_schema())


def superseded(sources: Sources, table: str) -> str:
    """SQL with the places of a table's rows that a later version replaced."""
    files = sources.superseded.get(table, ())
    return f"SELECT DISTINCT * FROM {parquet_source(files)}" if files else empty_select(PLACE_SCHEMA)


def current(con: Any, sources: Sources, table: str) -> str:
    """SQL with one row per key of the table: replaced rows left out, then the row of the newest batch."""
    key = ", ".join(TABLES[table].key)
    places = ", ".join(PLACE_SCHEMA.names)
    rows = gathered(sources, table)
    if sources.superseded.get(table):
        rows = f"SELECT * FROM ({rows}) ANTI JOIN ({superseded(sources, table)}) USING ({places})"
    # Gathering leaves no key twice as a rule; asking is far cheaper than ranking millions of rows.
    (repeated,) = con.execute(f"SELECT count(*) - count(DISTINCT hash({key})) FROM ({rows})").fetchone()
    if not repeated:
        return rows
    return f"SELECT * FROM ({rows}) QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {NEWEST_FIRST}) = 1"


def create_current_views(con: Any, sources: Sources) -> None:
    """Views ``current_<table>`` of every canonical table except the invoices, which go month by month."""
    for table in TABLES:
        if table not in ("invoices", "invoice_lines"):
            con.execute(f"CREATE OR REPLACE TEMP VIEW current_{table} AS {current(con, sources, table)}")


def invoice_months(sources: Sources) -> dict[str, list[Path]]:
    """
    Files of invoices by month ``YYYY-MM``, oldest month first.

    :raises ValueError: a file is not named by its month
    """
    months: dict[str, list[Path]] = defaultdict(list)
    for path in sources.files.get("invoices", ()):
        if not MONTH_FILE.fullmatch(path.stem):
            raise ValueError(f"发票文件应按月命名（如 2024-03.parquet）：{path}")
        months[path.stem].append(path)
    return {month: sorted(months[month]) for month in sorted(months)}


def empty_select(schema: pa.Schema) -> str:
    """SQL with the columns and types of an arrow schema and no rows."""
    columns = ", ".join(f"CAST(NULL AS {_duck_type(f.type)}) AS {f.name}" for f in schema)
    return f"SELECT {columns} WHERE false"


def _duck_type(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return f"DECIMAL({kind.precision},{kind.scale})"
    names = {"string": "VARCHAR", "double": "DOUBLE", "date32[day]": "DATE", "timestamp[us]": "TIMESTAMP"}
    names |= {"int64": "BIGINT", "uint64": "UBIGINT"}
    return names[str(kind)]
