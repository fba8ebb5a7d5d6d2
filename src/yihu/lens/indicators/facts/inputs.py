"""What the blocks read, and the arithmetic they share."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yihu.lens.backends.engine import Engine
from yihu.lens.indicators.window import Window


@dataclass(frozen=True, slots=True)
class Inputs:
    """
    Snapshot tables as Ibis tables, and a place for intermediate ones.

    `partials` maps a side to its month partials; `scratch` is removed after the run.
    """

    engine: Engine
    out: Path
    scratch: Path
    window: Window
    partials: dict[str, Any]

    def table(self, name: str) -> Any:
        """A table of the snapshot, e.g. ``returns``: one file, or a directory of parts."""
        parts = sorted((self.out / name).glob("*.parquet"))
        return self.engine.read(parts or [self.out / f"{name}.parquet"])

    def keep(self, name: str, expression: Any, order: list[str]) -> Path:
        """Compute an intermediate table once, into a file."""
        path = self.scratch / f"{name}.parquet"
        self.engine.write(expression, path, order=order)
        return path

    def once(self, name: str, make: Callable[[], Any], order: list[str]) -> Any:
        """An intermediate table, computed when it is first asked for."""
        path = self.scratch / f"{name}.parquet"
        return self.engine.read([path if path.exists() else self.keep(name, make(), order)])


Block = Callable[[Inputs], Any]


def total(column: Any, where: Any | None = None) -> Any:
    """An exact sum as float64; null when no row counts."""
    return column.sum(where=where).cast("float64")


def tally(table: Any, where: Any | None = None) -> Any:
    """A number of rows as float64."""
    if where is None:
        return table.count().cast("float64")
    # Spark counts by summing, which gives null where the condition is never known.
    return table.count(where=where.fill_null(False)).cast("float64")


def prefixed(sums: Any, prefix: str, key: str = "household_id") -> Any:
    """Every column but the key with a prefix."""
    return sums.rename({f"{prefix}_{c}": c for c in sums.columns if c != key})
