"""Load the canonical tables and code lists that stand beside this file."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import yaml

ARROW_TYPES: Mapping[str, pa.DataType] = MappingProxyType(
    {
        "string": pa.string(),
        "date": pa.date32(),
        "timestamp": pa.timestamp("us"),
        "money": pa.decimal128(18, 2),
        "quantity": pa.decimal128(18, 6),
        "rate": pa.decimal128(9, 6),
        "integer": pa.int64(),
    }
)

LINEAGE_FIELDS = (
    pa.field("batch_id", pa.string()),
    pa.field("source_file", pa.string()),
    pa.field("source_row", pa.int64()),
    pa.field("row_key", pa.uint64()),
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a canonical table; `type` is a name of `ARROW_TYPES`."""

    name: str
    zh: str
    type: str
    required: bool = False
    code: str | None = None
    check: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One canonical table. `key` names a row; `period` is the column that decides its month."""

    name: str
    zh: str
    key: tuple[str, ...]
    period: str | None
    columns: Mapping[str, Column]

    def arrow_schema(self, *, lineage: bool = True) -> pa.Schema:
        """Columns in declared order, then (with `lineage`) batch_id, source_file, source_row, row_key."""
        fields = [pa.field(c.name, ARROW_TYPES[c.type]) for c in self.columns.values()]
        return pa.schema(fields + (list(LINEAGE_FIELDS) if lineage else []))


def _read(name: str) -> Any:
    return yaml.safe_load(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def _table(name: str, body: Mapping[str, Any]) -> Table:
    columns = {c: Column(name=c, **spec) for c, spec in body["columns"].items()}
    return Table(name, body["zh"], tuple(body["key"]), body.get("period"), MappingProxyType(columns))


TABLES: Mapping[str, Table] = MappingProxyType({n: _table(n, b) for n, b in _read("tables.yaml").items()})
CODES: Mapping[str, Mapping[str, str]] = MappingProxyType(_read("codes.yaml"))
