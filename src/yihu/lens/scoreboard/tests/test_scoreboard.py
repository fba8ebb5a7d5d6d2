"""The measures against scikit-learn and by hand, and the whole board on a small snapshot."""

import json
import tempfile
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, pair_confusion_matrix

from yihu.lens.home import Home, point_link
from yihu.lens.learning.measures import average_precision, describe_list
from yihu.lens.scoreboard.resolution import score_resolution
from yihu.lens.scoreboard.run import scoreboard


@given(st.lists(st.booleans(), min_size=1, max_size=80))
def test_average_precision_equals_scikit_learn(hits):
    expected = average_precision_score(hits, -np.arange(len(hits))) if any(hits) else None
    assert average_precision(np.array(hits)) == (None if expected is None else pytest.approx(expected))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=40))
def test_pairs_equal_scikit_learn(rows):
    con = duckdb.connect()
    truth = pa.table({"registration_id": [f"R{i}" for i in range(len(rows))], "taxpayer_id": [str(t) for t, _ in rows]})
    members = pa.table({"registration_id": truth["registration_id"], "household_id": [str(h) for _, h in rows]})
    with tempfile.TemporaryDirectory() as folder:
        pq.write_table(truth, Path(folder) / "duplicates.parquet")
        pq.write_table(members, Path(folder) / "members.parquet")
        found = score_resolution(con, Path(folder) / "members.parquet", Path(folder))
    matrix = pair_confusion_matrix([t for t, _ in rows], [h for _, h in rows]) // 2
    assert (found["found_pairs"], found["wrong_pairs"]) == (matrix[1, 1], matrix[0, 1])
    assert found["true_pairs"] == matrix[1, 1] + matrix[1, 0]


def test_a_list_is_described_with_base_rate_lift_and_cuts():
    hits = np.zeros(1_000, bool)
    hits[[0, 1, 3, 400]] = True
    told = describe_list(hits)
    assert (told["positives"], told["base_rate"]) == (4, 0.004)
    assert told["average_precision"] == pytest.approx((1 + 1 + 3 / 4 + 4 / 401) / 4, abs=1e-6)
    assert told["interval_95"][0] < told["average_precision"] < told["interval_95"][1]
    assert [(a["k"], a["found"]) for a in told["at"]] == [(4, 3), (50, 3), (100, 3), (200, 3), (500, 4)]
    nothing = describe_list(np.zeros(5, bool))
    assert (nothing["average_precision"], nothing["lift"], nothing["interval_95"]) == (None, None, None)


def put_snapshot(home: Home, name: str, as_of: date, order: list[str], levels: dict[str, str]) -> None:
    path = home.snapshots / name
    (path / "network").mkdir(parents=True)
    risk = {"household_id": order, "rank": list(range(1, len(order) + 1))}
    pq.write_table(pa.table(risk | {"level_code": [levels.get(h, "NONE") for h in order]}), path / "risk.parquet")
    confirmed = pa.table({"household_id": order, "is_confirmed": [h == "HK" for h in order]})
    pq.write_table(confirmed, path / "network" / "nodes.parquet")
    pq.write_table(
        pa.table({"household_id": order, "last_invoice_on": [as_of] * len(order)}), path / "households.parquet"
    )
    members = {"registration_id": [h.replace("H", "R") for h in order], "household_id": order}
    pq.write_table(pa.table(members), path / "members.parquet")
    (path / "manifest.json").write_text(json.dumps({"as_of": as_of.isoformat()}))
    point_link(home.current, path)


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    folder = tmp_path / "truth"
    folder.mkdir()
    numbers = ["RA", "RB", "RC", "RD", "RK"]
    pq.write_table(pa.table({"registration_id": numbers, "taxpayer_id": numbers}), folder / "duplicates.parquet")
    schemes = {
        "scheme": ["burst_issuing", "burst_issuing", "circular_trading"],
        "registration_id": ["RK", "RA", "RC"],
        "started_on": [date(2024, 1, 1), date(2024, 1, 11), date(2024, 2, 1)],
    }
    pq.write_table(pa.table(schemes), folder / "schemes.parquet")
    return folder


ORDER = ["HK", "HC", "HA", "HB", "HD"]


def test_the_known_are_no_merit_and_other_schemes_are_told_apart(tmp_path, truth):
    home = Home(tmp_path / "home")
    put_snapshot(home, "S000001-a", date(2024, 3, 31), ORDER, {"HA": "HIGH"})
    board = scoreboard(home, truth)
    burst = board["schemes"]["burst_issuing"]
    assert (burst["positives"], burst["known_excluded"], burst["base_rate"]) == (1, 1, 0.25)
    assert (burst["average_precision"], burst["against_honest"]) == (0.5, 1.0)
    assert burst["average_precision_with_known"] == pytest.approx((1 + 2 / 3) / 2, abs=1e-6)
    assert board["all"]["average_precision"] == 1.0
    assert board["resolution"]["precision"] == board["resolution"]["recall"] == 1.0
    assert burst["detection_lag"]["median_days"] is None
    assert "一个统计日" in burst["detection_lag"]["reason"]


def test_lag_is_days_until_ranked_within_the_capacity_on_an_observed_day(tmp_path, truth):
    home = Home(tmp_path / "home")
    put_snapshot(home, "P20240131-a", date(2024, 1, 31), ["HK", "HC", "HB", "HA", "HD"], {})
    put_snapshot(home, "P20240215-a", date(2024, 2, 15), ["HK", "HB", "HA", "HC", "HD"], {})
    put_snapshot(home, "S000002-b", date(2024, 2, 29), ["HK", "HC", "HA", "HB", "HD"], {})
    one, two = (scoreboard(home, truth, capacity=k)["schemes"] for k in (1, 2))
    # HA began on 11 January: second on 15 February. HK is confirmed and takes no place; HA is first on no day.
    assert two["burst_issuing"]["detection_lag"]["median_days"] == 35
    assert one["burst_issuing"]["detection_lag"]["median_days"] is None
    assert "没有排进前 1 户" in one["burst_issuing"]["detection_lag"]["reason"]
    # HC began on 1 February: that it led the list in January, before it began, finds nothing.
    assert one["circular_trading"]["detection_lag"]["median_days"] == 28
    lag = two["burst_issuing"]["detection_lag"]
    assert (lag["observable"], lag["found"], lag["capacity"]) == (2, 1, 2)
    assert lag["days_observed"] == ["2024-01-31", "2024-02-15", "2024-02-29"]


def test_a_household_is_followed_by_its_numbers_when_a_past_day_resolved_it_otherwise(tmp_path, truth):
    home = Home(tmp_path / "home")
    put_snapshot(home, "P20240131-a", date(2024, 1, 31), ["HA", "HB"], {})
    members = {"registration_id": ["RA", "RB"], "household_id": ["HB", "HA"]}
    pq.write_table(pa.table(members), home.snapshots / "P20240131-a" / "members.parquet")
    put_snapshot(home, "S000002-b", date(2024, 2, 29), ["HK", "HA", "HC", "HB", "HD"], {})
    lag = scoreboard(home, truth, capacity=1)["schemes"]["burst_issuing"]["detection_lag"]
    assert lag["median_days"] == (date(2024, 2, 29) - date(2024, 1, 11)).days


def test_a_missing_truth_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"duplicates\.parquet"):
        scoreboard(Home(tmp_path / "home"), tmp_path)
