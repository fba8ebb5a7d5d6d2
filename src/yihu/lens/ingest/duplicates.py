"""Duplicate rows: which row of which file says again what which row of which file had said before."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yihu.lens.backends.duck import connect, literal
from yihu.lens.home import Home
from yihu.lens.ingest.batches import MANIFEST, UnknownBatchError
from yihu.lens.schema.catalogue import TABLES

READ_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Duplicates:
    """
    The duplicate rows of one table in one batch.

    `columns` are the columns of the table's key; each row is (source_file, source_row, first_batch_id, first_file,
    first_row, differs, *key values), in the order of file and row. `differs`: equal in the mapping's `duplicate_key`
    but not in every column.
    """

    table: str
    columns: tuple[str, ...]
    count: int
    differing: int
    path: Path

    def rows(self, limit: int | None = None) -> Iterator[tuple[Any, ...]]:
        """The rows, streamed."""
        bound = "" if limit is None else f" limit {int(limit)}"
        cursor = connect(threads=1).execute(
            "select source_file, source_row, first_batch_id, first_source_file, first_source_row, differs, "
            f"{', '.join(self.columns)} from read_parquet({literal(str(self.path))}) "
            f"order by source_file, source_row{bound}"
        )
        while found := cursor.fetchmany(READ_AT_ONCE):
            yield from found


def read_duplicates(home: Home, batch: str, table: str) -> Duplicates:
    """
    The duplicate rows that gathering set aside.

    :raises UnknownBatchError: no such batch, or it has no such duplicates
    """
    path = home.batches / batch / "duplicates" / f"{table}.parquet"
    if table not in TABLES or not (home.batches / batch / MANIFEST).is_file() or not path.is_file():
        raise UnknownBatchError(f"批次 {batch} 没有 {table} 的重复行")
    query = f"select count(*), count(*) filter (differs) from read_parquet({literal(str(path))})"
    count, differing = connect(threads=1).execute(query).fetchone()
    return Duplicates(table, TABLES[table].key, int(count), int(differing), path)
