"""Spark through Ibis: the same expressions as on DuckDB, for a cluster (extra `cluster`, Java 17)."""

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import ibis

from yihu.lens.backends.duck import joined, parquet_source, write_parquet


class SparkUnavailableError(RuntimeError):
    """PySpark or Java is not installed here."""


def missing_for_spark() -> str | None:
    """What keeps Spark from running here, in words; None when nothing does."""
    if find_spec("pyspark") is None:
        return "没有安装 PySpark（uv sync --extra cluster）"
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        return "没有找到 Java 17"
    return None


def session(*, master: str | None = None) -> Any:
    """
    The Spark session of this process; `YIHU_SPARK_MASTER` names a cluster, else all local cores.

    :raises SparkUnavailableError: with the missing part
    """
    if (missing := missing_for_spark()) is not None:
        raise SparkUnavailableError(missing)
    from pyspark.sql import SparkSession

    where = master or os.environ.get("YIHU_SPARK_MASTER", "local[*]")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(where).appName("yihu")
    for key, value in _settings(where).items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def _settings(master: str) -> dict[str, str]:
    """Local mode keeps few shuffle partitions; a cluster brings its own number."""
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "Asia/Shanghai",
        "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
        "spark.sql.parquet.compression.codec": "zstd",
        "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    }
    if master.startswith("local"):
        settings |= {
            "spark.sql.shuffle.partitions": str(os.cpu_count() or 2),
            "spark.driver.memory": os.environ.get("YIHU_SPARK_MEMORY", "2g"),
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
        }
    return settings


class SparkEngine:
    """
    Ibis over Spark. Spark computes; DuckDB sorts the result once more and writes the deterministic file.

    `scratch` must be storage that the driver and all executors see.
    """

    def __init__(self, con: Any, *, scratch: Path | None = None) -> None:
        self.duck = con
        self._scratch = scratch
        self._session = session()
        self._ibis = ibis.pyspark.connect(self._session)
        self._numbers = count(1)

    def read(self, paths: Sequence[Path], *, name: str | None = None) -> Any:
        view = name or f"source_{next(self._numbers)}"
        self._session.read.parquet(*[str(path) for path in paths]).createOrReplaceTempView(view)
        return self._ibis.table(view)

    def read_joined(self, paths: Sequence[Path], key: str) -> Any:
        views = [f"source_{next(self._numbers)}" for _ in paths]
        for view, path in zip(views, paths, strict=True):
            self._session.read.parquet(str(path)).createOrReplaceTempView(view)
        self._session.sql(joined(views, key)).createOrReplaceTempView(f"joined_{views[0]}")
        return self._ibis.table(f"joined_{views[0]}")

    def write(self, expression: Any, path: Path, *, order: Sequence[str]) -> int:
        if self._scratch is not None:
            self._scratch.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="spark-", dir=self._scratch))
        try:
            return self._write(expression, folder / "rows", path, order)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _write(self, expression: Any, folder: Path, path: Path, order: Sequence[str]) -> int:
        self._ibis.to_parquet(expression, folder)
        columns = ", ".join(f"{cast_to_duck(c, t)} AS {c}" for c, t in expression.schema().items())
        source = parquet_source(sorted(folder.glob("*.parquet")))
        return write_parquet(self.duck, f"SELECT {columns} FROM {source} ORDER BY {', '.join(order)}", path)


def cast_to_duck(column: str, dtype: Any) -> str:
    """SQL that gives a column read back from Spark the type the same expression has on DuckDB."""
    if dtype.is_decimal() and (dtype.precision, dtype.scale) == (20, 0):
        # Spark has no unsigned 64-bit integer and reads the row keys as DECIMAL(20,0).
        return f"CAST({column} AS UBIGINT)"
    if dtype.is_decimal():
        return f"CAST({column} AS DECIMAL({dtype.precision},{dtype.scale}))"
    if dtype.is_timestamp():
        return f"CAST({column} AS TIMESTAMP)"
    return column
