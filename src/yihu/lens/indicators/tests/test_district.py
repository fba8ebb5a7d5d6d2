"""Every indicator on a district worked out by hand."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from yihu.lens.indicators.tests.district import TABLES
from yihu.lens.indicators.tests.expected import EXPECTED
from yihu.lens.indicators.tests.world import compute_world

CASES = [(h, code, value) for h, figures in EXPECTED.items() for code, value in figures.items()]


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, float | None]]:
    return compute_world(tmp_path_factory.mktemp("district"), TABLES)


@pytest.mark.parametrize(("household", "code", "value"), CASES, ids=[f"{h}-{c}" for h, c, _ in CASES])
def test_indicator(figures: dict[str, dict[str, float | None]], household: str, code: str, value: float | None) -> None:
    found = figures[household][code]
    assert found == (None if value is None else pytest.approx(value, abs=1e-6))


def test_every_household_has_a_row(figures: dict[str, dict[str, float | None]]) -> None:
    assert sorted(figures) == sorted(h["household_id"] for h in TABLES["households"])


def test_same_world_same_bytes(tmp_path: Path) -> None:
    compute_world(tmp_path / "a", TABLES)
    shuffled = {name: list(rows)[::-1] for name, rows in TABLES.items()}
    compute_world(tmp_path / "b", shuffled)
    for name in ("indicators.parquet", "peers.parquet"):
        assert (tmp_path / "a" / "out" / name).read_bytes() == (tmp_path / "b" / "out" / name).read_bytes()


def test_peers_leave_out_nulls_and_small_groups(tmp_path: Path) -> None:
    households = [
        {"household_id": f"H{n:02d}", "peer_group": "G", "registered_on": f"2024-12-{n:02d}"} for n in range(1, 22)
    ]
    alone = [{"household_id": f"S{n}", "peer_group": "S", "registered_on": "2020-01-01"} for n in range(9)]
    tables = {"households": households + alone, "invoices": TABLES["invoices"][:1]}
    compute_world(tmp_path, tables)
    rows = {
        (r["peer_group"], r["indicator_code"]): r for r in pq.read_table(tmp_path / "out/peers.parquet").to_pylist()
    }
    assert ("S", "age_years") not in rows
    assert ("G", "vat_burden") not in rows
    ages = rows["G", "age_years"]
    assert ages["household_count"] == 21
    assert ages["p50"] == pytest.approx(20 / 365.25, abs=1e-6)
    assert ages["p05"] == pytest.approx(11 / 365.25, abs=1e-6)
    assert ages["p95"] == pytest.approx(29 / 365.25, abs=1e-6)
