"""The catalogue before and after the first build, one indicator, and who may see which households."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.org.api import Office, OfficeSeen, StandardDuty, create_user, learn_offices, top_office
from yihu.hub.registers.taxpayers.api import refresh_register
from yihu.hub.subsystems.indicators.compute import Entry, find_entry, list_entries, rule_users
from yihu.hub.subsystems.indicators.forms import CatalogueRequest
from yihu.lens.home import Home
from yihu.lens.indicators.catalogue import catalogue, find_indicator
from yihu.lens.ingest.run import gather
from yihu.lens.simulate.run import simulate
from yihu.lens.snapshots.build import build
from yihu.lens.snapshots.reader import Snapshot

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
CODE = "sold_amount_growth_half"
pytestmark = pytest.mark.django_db


def quiet(stage: str, done: float) -> None:
    """No progress is shown in tests."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("catalogue")
    simulate(folder / "source", taxpayers=90, invoices=1_500, months=14, seed=6, progress=quiet)
    home = Home(folder / "home")
    gather(home, folder / "source", None, by="tester", now=NOW, progress=quiet)
    build(home, now=NOW, progress=quiet)
    return home.root


@pytest.fixture
def snapshot(built: Path, monkeypatch: pytest.MonkeyPatch) -> Snapshot:
    monkeypatch.setenv("YIHU_HOME", str(built))
    return Snapshot.open(Home(built))


def sign_in(duty: StandardDuty, seen: OfficeSeen | None = None) -> Client:
    office = top_office(code="TOP", name="总局")
    if seen is not None:
        learn_offices([seen])
        office = Office.objects.get(code=seen.code)
    user = create_user(
        username=f"{duty.lower()}-{office.code}",
        password="correct-horse-battery",
        display_name="甲",
        duty=duty,
        office=office,
    )
    client = Client()
    client.force_login(user)
    return client


def test_before_the_first_build_the_definitions_are_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIHU_HOME", str(tmp_path))
    client = sign_in(StandardDuty.OPERATOR)
    text = client.get("/indicators/").content.decode()
    assert "还没有构建过快照" in text
    assert f"共 {len(catalogue())} 个" in text
    one = client.get(f"/indicators/{CODE}/").content.decode()
    assert "近6个月 ÷ 前6个月 − 1：净开票额" in one
    assert "还没有构建过快照，或快照早于指标画像" in one
    assert client.get("/indicators/no_such/").status_code == 404


def test_the_list_is_filtered_by_the_address(snapshot: Snapshot) -> None:
    client = sign_in(StandardDuty.OPERATOR)
    text = client.get("/indicators/?theme=进出口&window=24").content.decode()
    assert "报关出口额年度同比" in text
    assert "作废率" not in text
    assert "没有符合条件的指标" in client.get("/indicators/?text=查无此物").content.decode()
    part = client.get("/indicators/?use=rules", headers={"HX-Request": "true"}).content.decode()
    assert part.count("data-row>") == len([c for c in rule_users() if find_indicator(c)])
    assert "<html" not in part


def test_the_operator_sees_no_household(snapshot: Snapshot) -> None:
    client = sign_in(StandardDuty.OPERATOR)
    text = client.get(f"/indicators/{CODE}/").content.decode()
    assert "有数户数" in text
    assert 'hx-get="/indicators' not in text
    assert client.get(f"/indicators/{CODE}/households/").status_code == 403


def test_an_officer_sees_the_extremes_of_the_own_office_and_leaves_a_record(snapshot: Snapshot) -> None:
    own = snapshot.rows(
        "SELECT h.office_code, any_value(h.office_name) AS name, any_value(h.division_code) AS division, "
        f"max_by(h.name, i.{CODE}) AS first FROM households h JOIN indicators i USING (household_id) "
        f"WHERE h.office_code IS NOT NULL AND i.{CODE} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1"
    )
    mine, other = own[0], own[1]
    client = sign_in(StandardDuty.OFFICER, OfficeSeen(mine["office_code"], mine["name"] or "所", mine["division"][:6]))
    refresh_register(now=NOW)
    text = client.get(f"/indicators/{CODE}/households/").content.decode()
    assert mine["first"] in text
    assert other["first"] not in text
    assert "最高的户" in text
    assert "最低的户" in client.get(f"/indicators/{CODE}/households/?end=low").content.decode()
    assert AccessRecord.objects.filter(verb="household.view").count() == 2


def test_a_profile_is_read_and_judged(snapshot: Snapshot) -> None:
    entry = find_entry(snapshot, "sold_amount_growth_half")
    assert entry is not None
    assert entry.profile["household_count"] == snapshot.manifest["households"]
    known = snapshot.row(f"SELECT count({CODE}) AS n FROM indicators")
    assert known is not None
    assert entry.profile["known_count"] == known["n"]
    assert entry.missing == pytest.approx(1 - known["n"] / entry.profile["household_count"])
    assert (entry.stability, entry.steadiness) == (None, "")
    assert Entry(entry.item, entry.profile, entry.profile).steadiness == "稳定"
    shifted = {**entry.profile, "grid": [place + 10 for place in entry.profile["grid"]]}
    assert Entry(entry.item, shifted, entry.profile).steadiness == "明显变动"
    missing = CatalogueRequest(sort="missing").order(list_entries(snapshot))
    rates = [entry.missing or 0 for entry in missing]
    assert rates == sorted(rates, reverse=True)
