"""One Ibis expression, two engines: DuckDB on one machine, Spark by switch; equal rows in equal files."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import ibis

from yihu.lens.backends.duck import connect, joined, parquet_source, write_parquet


class Engine(Protocol):
    """Reads parquet as Ibis tables and writes Ibis expressions as deterministic parquet."""

    duck: Any

    def read(self, paths: Sequence[Path], *, name: str | None = None) -> Any:
        """
        An Ibis table over parquet files of one schema; `paths` must not be empty.

        Reading again under the same `name` puts other files of that schema below expressions already made.
        """

    def read_joined(self, paths: Sequence[Path], key: str) -> Any:
        """
        The first file's rows with the columns of all others (each with at most one row a key), null where they have
        none. One view, because a long chain of Ibis joins takes seconds to build; columns but the key must differ.
        """

    def write(self, expression: Any, path: Path, *, order: Sequence[str]) -> int:
        """Write the rows sorted by `order` (which must leave no ties that differ) and count them."""


class DuckEngine:
    """Ibis over one bounded DuckDB connection."""

    def __init__(self, con: Any) -> None:
        self.duck = con
        self._ibis = ibis.duckdb.from_connection(con)
        # Ibis switches the session to UTC; instants in the tables are local wall-clock time.
        con.execute("SET TimeZone = 'Asia/Shanghai'")
        self._numbers = count(1)
        self._tables: dict[str, Any] = {}
        self._queries: dict[Any, str] = {}

    def read(self, paths: Sequence[Path], *, name: str | None = None) -> Any:
        view = name or f"source_{next(self._numbers)}"
        self.duck.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT * FROM {parquet_source(paths)}")
        if view not in self._tables:
            self._tables[view] = self._ibis.table(view)
        return self._tables[view]

    def read_joined(self, paths: Sequence[Path], key: str) -> Any:
        view = f"joined_{next(self._numbers)}"
        sources = [f"{parquet_source([path])} AS t{number}" for number, path in enumerate(paths)]
        self.duck.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS {joined(sources, key)}")
        return self._ibis.table(view)

    def write(self, expression: Any, path: Path, *, order: Sequence[str]) -> int:
        # Compiling takes longer than a small month's query, and months share their expressions.
        if (node := expression.op()) not in self._queries:
            self._queries[node] = self._ibis.compile(expression)
        return write_parquet(self.duck, f"SELECT * FROM ({self._queries[node]}) ORDER BY {', '.join(order)}", path)


@contextmanager
def open_engine(backend: str = "duckdb", *, spill: Path | None = None) -> Iterator[Engine]:
    """
    Open the engine named by the `--backend` switch: ``duckdb`` or ``spark``.

    :raises ValueError: unknown name
    """
    con = connect(spill=spill)
    try:
        if backend == "duckdb":
            yield DuckEngine(con)
        elif backend == "spark":
            from yihu.lens.backends.spark import SparkEngine

            yield SparkEngine(con, scratch=spill)
        else:
            raise ValueError(f"未知的计算引擎 {backend!r}，可选 duckdb 或 spark")
    finally:
        con.close()
