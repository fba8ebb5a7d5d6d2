"""The district with inspections, a snapshot of a past day, one truly learned model in force, another in the shadow."""

import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from yihu.hub.subsystems.household.tests.conftest import client_at, district_home
from yihu.lens.home import Home
from yihu.lens.learning.cases import Cases
from yihu.lens.learning.frame import Frame, read_frame
from yihu.lens.learning.in_force import put_in_force, set_challenger
from yihu.lens.learning.training import learn, publish_learned
from yihu.lens.snapshots.build import build
from yihu.lens.snapshots.reader import Snapshot
from yihu.lens.snapshots.tests.small import quiet

__all__ = ["client_at", "district_home"]
NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def cases_of(frame: Frame, day: str, figure: str = "sale_without_purchase") -> Cases:
    """Nine in ten inspected by lot; guilty are those with the higher half of a figure, give or take."""
    chance = np.random.default_rng(5)
    n = len(frame)
    told = np.nan_to_num(frame.matrix[:, frame.codes.index(figure)])
    inspected = chance.random(n) < 0.9
    confirmed = inspected & (np.argsort(np.argsort(told)) + chance.normal(0, n / 12, n) > n / 2)
    opened = np.datetime64(day) + chance.integers(1, 40, n).astype("timedelta64[D]")
    return Cases(
        frame.features, frame.matrix, np.arange(n), np.zeros(n, np.int64), inspected, confirmed,
        np.where(confirmed, "BURST_ISSUING", "").astype("U40"), np.where(inspected, "RANDOM", ""), opened,
        opened + np.timedelta64(20, "D"), np.where(confirmed, np.round(frame.size / 20, 2), np.nan), frame.size,
        {name: np.array([v or "" for v in column]) for name, column in frame.places.items() if name != "name"},
        ("P20250630-aaaaaaaa",), (day,),
    )  # fmt: skip


@pytest.fixture(scope="session")
def learned_home(district_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("learned") / "home"
    shutil.copytree(district_home, folder, symlinks=True)
    home = Home(folder)
    build(home, now=NOW, progress=quiet, as_of=date(2025, 9, 30))
    frame = read_frame(home.current.resolve())
    names = []
    for figure in ("sale_without_purchase", "life_purchases"):
        told = learn(cases_of(frame, "2025-06-30", figure), seed=1, capacity=20, method="blended", progress=quiet)
        card = publish_learned(
            home, home.new_staging(), told, (), frame, NOW, date(2025, 12, 31), 1, 20, "blended"
        )  # fmt: skip
        names.append(card.model_id)
    put_in_force(home, names[0], by="tester", at=NOW, reason="试验")
    set_challenger(home, names[1], by="tester", at=NOW, reason="试验")
    build(home, now=NOW, progress=quiet)
    return folder


@dataclass(frozen=True)
class Learned:
    """The snapshot that the model scored, and households of two offices, the first with the higher probability."""

    snapshot: Snapshot
    own: dict[str, Any]
    colleague: dict[str, Any]
    other: dict[str, Any]


@pytest.fixture
def learned(learned_home: Path, monkeypatch: pytest.MonkeyPatch) -> Learned:
    monkeypatch.setenv("YIHU_HOME", str(learned_home))
    snapshot = Snapshot.open(Home(learned_home))
    rows = snapshot.rows(
        "SELECT h.*, s.probability FROM households h JOIN scores s USING (household_id) JOIN reasons n "
        "USING (household_id) WHERE h.is_registered AND office_code IS NOT NULL AND n.ordinal = 1 "
        "ORDER BY s.rank, household_id"
    )
    offices = [row["office_code"] for row in rows]
    busiest = max(set(offices), key=offices.count)
    own = [row for row in rows if row["office_code"] == busiest]
    return Learned(snapshot, own[0], own[-1], next(row for row in rows if row["office_code"] != busiest))
