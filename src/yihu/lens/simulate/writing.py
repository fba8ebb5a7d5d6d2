"""From arrays to parquet: exact money, fixed-width numbers, the same bytes for the same rows."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from yihu.lens.schema.catalogue import TABLES

DAY_SECONDS = 86_400


def decimals(values: NDArray[np.int64], precision: int = 18, scale: int = 2) -> pa.Array:
    """Scaled integers (fen for money) as DECIMAL(precision, scale), without passing through floats."""
    words = np.empty((len(values), 2), dtype=np.int64)
    words[:, 0] = values
    words[:, 1] = values >> 63
    buffers = [None, pa.py_buffer(np.ascontiguousarray(words))]
    return pa.Array.from_buffers(pa.decimal128(precision, scale), len(values), buffers)


def days(values: NDArray[np.int64], never: int | None = None) -> pa.Array:
    """Days since 1970 as dates; values of `never` or more become null."""
    mask = None if never is None else values >= never
    return pa.array(values.astype(np.int32), type=pa.int32(), mask=mask).cast(pa.date32())


def timestamps(seconds: NDArray[np.int64]) -> pa.Array:
    """Seconds since 1970 as microsecond timestamps."""
    return pa.array(seconds * 1_000_000, type=pa.int64()).cast(pa.timestamp("us"))


def texts(values: list[str]) -> pa.Array:
    """Strings with empty ones as null."""
    return pa.array([v or None for v in values], type=pa.string())


def digit_strings(values: NDArray[np.int64], widths: NDArray[np.int64], prefix: NDArray[np.int64]) -> pa.Array:
    """
    Zero-padded decimal numbers as strings.

    :param values: the last (up to) 15 digits; :param prefix: what stands before them, 0 for nothing
    :param widths: digits wanted of each, at most 20
    """
    digits = np.empty((len(values), 20), dtype=np.uint8)
    low, high = values.copy(), prefix.copy()
    for place in range(19, 4, -1):
        digits[:, place] = low % 10
        low //= 10
    for place in range(4, -1, -1):
        digits[:, place] = high % 10
        high //= 10
    mask = np.arange(20)[None, :] >= (20 - widths)[:, None]
    offsets = np.concatenate([[0], np.cumsum(widths)]).astype(np.int32)
    text = (digits + 48)[mask].tobytes()
    return pa.Array.from_buffers(pa.string(), len(values), [None, pa.py_buffer(offsets), pa.py_buffer(text)])


def write_table(path: Path, table: str, columns: Mapping[str, pa.Array]) -> int:
    """
    Write one canonical table; columns not given are null.

    :returns: rows written
    """
    schema = TABLES[table].arrow_schema(lineage=False)
    rows = len(next(iter(columns.values())))
    arrays = [_fit(columns.get(field.name), field.type, rows) for field in schema]
    write_arrow(path, pa.Table.from_arrays(arrays, schema=schema))
    return rows


def _fit(values: pa.Array | None, kind: pa.DataType, rows: int) -> pa.Array:
    if values is None:
        return pa.nulls(rows, kind)
    return values if values.type == kind else values.cast(kind)


def write_arrow(path: Path, table: pa.Table) -> None:
    """Write rows as zstd parquet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="zstd", compression_level=1, row_group_size=250_000, write_statistics=True)
