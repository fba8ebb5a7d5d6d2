"""DuckDB connections and the deterministic way to write a table."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

# Ten of DuckDB's vectors: one household's rows of a sorted file are found by decoding little around them.
ROW_GROUP_ROWS = 20_480


def connect(*, threads: int | None = None, memory: str | None = None, spill: Path | None = None) -> Any:
    """
    Open an in-memory DuckDB with bounded memory that may spill to disk.

    `YIHU_THREADS` and `YIHU_MEMORY` (e.g. ``4GB``) override the defaults.
    """
    con = duckdb.connect()
    con.execute(f"SET threads = {threads or int(os.environ.get('YIHU_THREADS', os.cpu_count() or 2))}")
    con.execute(f"SET memory_limit = '{memory or os.environ.get('YIHU_MEMORY', '8GB')}'")
    con.execute("SET preserve_insertion_order = true")
    con.execute("SET TimeZone = 'Asia/Shanghai'")
    if spill is not None:
        con.execute(f"SET temp_directory = {literal(str(spill))}")
    return con


def literal(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def parquet_source(paths: Sequence[Path]) -> str:
    """A FROM-able expression over parquet files of one schema; `paths` must not be empty."""
    names = ", ".join(literal(str(p)) for p in paths)
    return f"read_parquet([{names}])"


def joined(sources: Sequence[str], key: str) -> str:
    """SQL that puts the columns of several sources beside one another."""
    first, *others = sources
    return f"SELECT * FROM {first} " + " ".join(f"LEFT JOIN {other} USING ({key})" for other in others)


def write_parquet(con: Any, sql: str, path: Path, *, params: Sequence[object] = ()) -> int:
    """
    Write a query's rows, in its own ORDER BY, as zstd parquet; the same rows give the same bytes.

    :returns: rows written
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    count = con.execute(
        f"COPY ({sql}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP_ROWS})",
        list(params),
    ).fetchone()
    return int(count[0])
