"""Two real rankings of one snapshot: who would stand on the list newly, who no longer; and how they came about."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from yihu.hub.centres.modelhub.choices import ModelState
from yihu.hub.centres.modelhub.models import ModelVersion
from yihu.hub.centres.modelhub.services.registering import take_in_found
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.org.api import StandardDuty
from yihu.hub.subsystems.risk.tests.conftest import NOW
from yihu.lens.home import Home
from yihu.lens.learning.in_force import read_in_force, roll_back
from yihu.lens.snapshots import build as building
from yihu.lens.snapshots import shelf

pytestmark = pytest.mark.django_db


@pytest.fixture
def challenger(learned: Any, db: None) -> ModelVersion:
    state = read_in_force(learned.snapshot.home)
    take_in_found(now=NOW)
    ModelVersion.objects.filter(model_id=state.challenger).update(state=ModelState.SHADOW, reviewed_by=1)
    return ModelVersion.objects.get(model_id=state.challenger)


def first(learned: Any, table: str, count: int) -> list[str]:
    rows = learned.snapshot.rows(f"SELECT household_id FROM {table} WHERE NOT known ORDER BY rank LIMIT {count}")
    return [row["household_id"] for row in rows]


def test_both_lists_differ_by_whom_the_shadow_puts_first(challenger: Any, learned: Any, client_at: Any) -> None:
    director = client_at(learned.own, StandardDuty.DIRECTOR)
    page = director.get(f"/models/{challenger.model_id}/shadow/")
    count = challenger.card["capacity"]
    champion, shadow = first(learned, "scores", count), first(learned, "scores_shadow", count)
    assert set(champion) != set(shadow)
    newly = [row["household_id"] for row in page.context["newly"]["rows"]]
    assert newly == [household for household in shadow if household not in champion]
    assert {row["household_id"] for row in page.context["gone"]["rows"]} == set(champion) - set(shadow)
    assert page.context["found"]["both"] + len(newly) == count
    told = page.content.decode()
    assert "启用后会新进前列" in told
    assert all(f"/risk/{household}/" in told for household in newly)
    for row in page.context["newly"]["rows"]:
        assert (row["before"], row["after"]) == (place(learned, "scores", row), place(learned, "scores_shadow", row))
    assert AccessRecord.objects.filter(verb="worklist.list", target=f"model:{challenger.model_id}").exists()


def place(learned: Any, table: str, row: dict[str, Any]) -> int:
    return learned.snapshot.row(f"SELECT rank FROM {table} WHERE household_id = ?", [row["household_id"]])["rank"]


def test_an_officer_sees_the_own_households_and_the_whole_count(challenger: Any, learned: Any, client_at: Any) -> None:
    whole = client_at(learned.own, StandardDuty.DIRECTOR).get(f"/models/{challenger.model_id}/shadow/").context
    mine = client_at(learned.own).get(f"/models/{challenger.model_id}/shadow/").context
    for side in ("newly", "gone"):
        assert mine[side]["all"] == whole[side]["all"]
        expected = [r["household_id"] for r in whole[side]["rows"] if r["office_code"] == learned.own["office_code"]]
        assert [row["household_id"] for row in mine[side]["rows"]] == expected


def test_only_the_scores_are_new_when_only_the_models_changed(learned_home: Path) -> None:
    home = Home(learned_home)
    before, after = shelf.list_snapshots(home)[-2:]
    new = {"scores.parquet", "scores_shadow.parquet"}
    assert after.manifest["files"].keys() - before.manifest["files"].keys() == new
    assert {n: f for n, f in after.manifest["files"].items() if n not in new} == before.manifest["files"]
    assert (before.path / "risk.parquet").samefile(after.path / "risk.parquet")
    assert list(after.manifest["timings"]) == ["模型评分"]
    assert after.manifest["checks"] == before.manifest["checks"]


def test_a_damaged_snapshot_is_not_taken_over(
    learned_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(learned_home, tmp_path / "home", symlinks=True)
    home = Home(tmp_path / "home")
    roll_back(home, by="tester", at=NOW, reason="试验")
    damaged = home.current.resolve() / "risk.parquet"
    damaged.write_bytes(damaged.read_bytes() + b"x")

    class MadeWholeError(Exception):
        pass

    def whole(*_: Any) -> None:
        raise MadeWholeError

    monkeypatch.setattr(building, "_run_steps", whole)
    with pytest.raises(MadeWholeError):
        building.build(home, now=NOW, progress=lambda stage, done: None)
