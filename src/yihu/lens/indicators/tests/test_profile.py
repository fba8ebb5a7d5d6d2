"""How figures are distributed and whether they moved."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yihu.lens.backends.duck import connect
from yihu.lens.indicators.profile import BINS, write_profile


def profile(root: Path, values: list[float | None], earlier: Path | None = None) -> dict[str, object]:
    root.mkdir(parents=True)
    table = {"household_id": [f"H{n}" for n in range(len(values))], "figure": pa.array(values, pa.float64())}
    pq.write_table(pa.table(table), root / "indicators.parquet")
    write_profile(connect(threads=1), root / "indicators.parquet", root / "profile.parquet", earlier=earlier)
    (row,) = pq.read_table(root / "profile.parquet").to_pylist()
    return dict(row)


def test_a_profile_counts_what_is_missing_and_how_the_rest_lies(tmp_path: Path) -> None:
    row = profile(tmp_path / "a", [None] * 100 + [float(n) for n in range(101)] + [0.0] * 9)
    assert (row["household_count"], row["known_count"]) == (210, 110)
    assert row["zero_share"] == pytest.approx(10 / 110, abs=1e-6)
    assert row["p50"] == pytest.approx(float(np.median([*range(101), *[0] * 9])))
    assert len(row["histogram"]) == BINS  # type: ignore[arg-type]
    assert sum(row["histogram"]) == 110  # type: ignore[call-overload]
    assert row["stability"] is None


def test_stability_is_measured_against_the_earlier_snapshot(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    drawn = rng.normal(0, 1, 2000).tolist()
    profile(tmp_path / "then", drawn)
    then = tmp_path / "then" / "profile.parquet"
    same = profile(tmp_path / "same", drawn, then)
    moved = profile(tmp_path / "moved", rng.normal(1, 1, 2000).tolist(), then)
    assert same["stability"] == pytest.approx(0, abs=1e-6)
    # Two normal laws one deviation apart, by tenths of the first, differ by about (their distance) squared.
    assert 0.8 < float(str(moved["stability"])) < 1.1
    assert moved["missing_before"] == 0


def test_one_value_only_is_no_division_by_nothing(tmp_path: Path) -> None:
    profile(tmp_path / "then", [0.0] * 80)
    row = profile(tmp_path / "now", [0.0] * 60 + [1.0] * 20, tmp_path / "then" / "profile.parquet")
    assert row["histogram"] == [60, *[0] * 18, 20]
    assert float(str(row["stability"])) > 1


def test_an_indicator_nobody_has_is_described_as_such(tmp_path: Path) -> None:
    row = profile(tmp_path / "none", [None] * 5)
    assert (row["known_count"], row["p50"], row["histogram"], row["stability"]) == (0, None, None, None)
