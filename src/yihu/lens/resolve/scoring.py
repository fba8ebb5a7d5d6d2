"""Score the blocked pairs with Splink, on DuckDB or on Spark; the same pairs and weights from both."""

import logging
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from splink import Linker

from yihu.lens.backends.duck import connect
from yihu.lens.resolve.models import Model, frequencies

WEIGHT_DIGITS = 6
# Splink reports each query at INFO; a build has its own progress.
logging.getLogger("splink").setLevel(logging.WARNING)


def score_pairs(features: pa.Table, model: Model, rules: Sequence[str], *, backend: str = "duckdb") -> pa.Table:
    """
    Compare all pairs that share a key.

    :param features: `unique_id`, compared columns and the key columns `rules`
    :param backend: ``duckdb`` or ``spark``
    :returns: left < right (ids), weight (log2 odds), probability, and one int `gamma_<comparison>` each, sorted
    :raises ValueError: unknown backend
    """
    if features.num_rows < 2:
        return _empty(model)
    linker = open_linker(features, model, rules, backend=backend)
    scored = linker.inference.predict(warning_mode="never")
    columns = ["unique_id_l", "unique_id_r", "match_weight", *(f"gamma_{c.name}" for c in model.comparisons)]
    return _tidy(_collect(scored, columns, backend), model)


def open_linker(features: pa.Table, model: Model, rules: Sequence[str], *, backend: str = "duckdb") -> Linker:
    """A Splink linker over the features, with smoothed frequencies registered."""
    api = _open(backend)
    settings = model.settings(rules, features.num_rows)
    linker = Linker(api.register(_local(features, backend)), settings, log_level=None, validate_settings=False)
    for name in model.tf_columns():
        table = frequencies(features[name].combine_chunks(), name)
        linker.table_management.register_term_frequency_lookup(api.register(_local(table, backend)), name)
    return linker


def _open(backend: str) -> Any:
    if backend == "duckdb":
        from splink.backends.duckdb import DuckDBAPI

        return DuckDBAPI(connect())
    if backend == "spark":
        from splink.backends.spark import SparkAPI

        from yihu.lens.backends.spark import session

        return SparkAPI(spark_session=session(), break_lineage_method="persist", register_udfs_automatically=False)
    raise ValueError(f"未知的计算引擎 {backend!r}，可选 duckdb 或 spark")


def _local(table: pa.Table, backend: str) -> Any:
    return table.to_pandas() if backend == "spark" else table


def _collect(scored: Any, columns: Sequence[str], backend: str) -> pa.Table:
    if backend == "spark":
        frame = scored.as_spark_dataframe().select(*columns).toPandas()
        return pa.Table.from_pandas(frame, preserve_index=False)
    return scored.as_pyarrow_table().select(columns)


def _tidy(found: pa.Table, model: Model) -> pa.Table:
    frame = found.to_pandas()
    left = frame[["unique_id_l", "unique_id_r"]].min(axis=1)
    right = frame[["unique_id_l", "unique_id_r"]].max(axis=1)
    weight = frame["match_weight"].astype("float64").round(WEIGHT_DIGITS)
    columns = {"left": left, "right": right, "weight": weight, "probability": (1 / (1 + 2.0**-weight)).round(9)}
    columns |= {f"gamma_{c.name}": frame[f"gamma_{c.name}"] for c in model.comparisons}
    arrays = {f.name: pa.array(columns[f.name], type=f.type) for f in _schema(model)}
    return pa.table(arrays, schema=_schema(model)).sort_by([("left", "ascending"), ("right", "ascending")])


def _schema(model: Model) -> pa.Schema:
    fixed = [("left", pa.string()), ("right", pa.string()), ("weight", pa.float64()), ("probability", pa.float64())]
    return pa.schema(fixed + [(f"gamma_{c.name}", pa.int32()) for c in model.comparisons])


def _empty(model: Model) -> pa.Table:
    return _schema(model).empty_table()
