"""How figures are distributed and whether they moved."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yihu.lens.backends.duck import connect
from yihu.lens.indicators.profile import BINS, stability, write_profile


def profile(root: Path, values: list[float | None]) -> dict[str, Any]:
    root.mkdir(parents=True)
    table = {"household_id": [f"H{n}" for n in range(len(values))], "figure": pa.array(values, pa.float64())}
    pq.write_table(pa.table(table), root / "indicators.parquet")
    write_profile(connect(threads=1), root / "indicators.parquet", root / "profile.parquet")
    (row,) = pq.read_table(root / "profile.parquet").to_pylist()
    return dict(row)


def test_a_profile_counts_what_is_missing_and_how_the_rest_lies(tmp_path: Path) -> None:
    row = profile(tmp_path / "a", [None] * 100 + [float(n) for n in range(101)] + [0.0] * 9)
    assert (row["household_count"], row["known_count"]) == (210, 110)
    assert row["zero_share"] == pytest.approx(10 / 110, abs=1e-6)
    assert row["p50"] == pytest.approx(float(np.median([*range(101), *[0] * 9])))
    assert len(row["histogram"]) == BINS
    assert sum(row["histogram"]) == 110


def test_stability_is_measured_by_the_tenths_of_the_earlier_snapshot(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    then = profile(tmp_path / "then", rng.normal(0, 1, 2000).tolist())
    moved = profile(tmp_path / "moved", rng.normal(1, 1, 2000).tolist())
    assert stability(then, then) == 0
    # Two normal laws one deviation apart, by tenths of the first, differ by about (their distance) squared.
    assert 0.8 < (stability(moved, then) or 0) < 1.1


def test_one_value_only_is_no_division_by_nothing(tmp_path: Path) -> None:
    then = profile(tmp_path / "then", [0.0] * 80)
    now = profile(tmp_path / "now", [0.0] * 60 + [1.0] * 20)
    assert now["histogram"] == [60, *[0] * 18, 20]
    # A quarter of the households rose from zero: (0.75 − 1)·ln 0.75 + (0.25 − 0.0001)·ln 2500, to the percentile.
    assert stability(now, then) == pytest.approx(0.25 * np.log(4 / 3) + 0.2499 * np.log(2500), rel=0.05)


def test_few_known_figures_are_not_compared(tmp_path: Path) -> None:
    few = profile(tmp_path / "few", [1.0] * 49)
    assert stability(few, few) is None


def test_an_indicator_nobody_has_is_described_as_such(tmp_path: Path) -> None:
    row = profile(tmp_path / "none", [None] * 5)
    assert (row["known_count"], row["p50"], row["histogram"], row["grid"]) == (0, None, None, None)
