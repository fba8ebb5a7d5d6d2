"""The catalogue before and after the first build, one indicator, and who may see which households."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.org.api import Office, OfficeSeen, StandardDuty, create_user, learn_offices, top_office
from yihu.hub.registers.taxpayers.api import refresh_register
from yihu.hub.subsystems.indicators.choices import Standing
from yihu.hub.subsystems.indicators.compute import Entry, RuleUse, find_entry, list_entries, rule_users
from yihu.hub.subsystems.indicators.forms import CatalogueRequest
from yihu.lens.home import Home
from yihu.lens.indicators.catalogue import catalogue, find_indicator
from yihu.lens.learning.in_force import put_in_force
from yihu.lens.learning.tests import world
from yihu.lens.risk.rules import load_rules
from yihu.lens.risk.run import indicator_codes
from yihu.lens.scoreboard.published import read_board
from yihu.lens.snapshots.reader import Snapshot
from yihu.lens.snapshots.tests.small import NOW, build_small

CODE = "sold_amount_growth_half"
QUERIES = 30
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_small(tmp_path_factory.mktemp("catalogue"), taxpayers=90, invoices=1_500, months=14, seed=6)


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
    client = sign_in(StandardDuty.OFFICER)
    text = client.get("/indicators/").content.decode()
    assert "还没有构建过快照" in text
    assert f"共 {len(catalogue())} 个" in text
    one = client.get(f"/indicators/{CODE}/").content.decode()
    assert "近6个月 ÷ 前6个月 − 1：净开票额" in one
    assert "第一次构建之后，这里有分布" in one
    assert "还没有训练过模型" in one
    assert "还没有可以查看的数据" in client.get(f"/indicators/{CODE}/households/").content.decode()
    assert client.get("/indicators/no_such/").status_code == 404
    assert client.get("/indicators/export.csv").status_code == 200


def test_the_list_is_filtered_by_the_address(snapshot: Snapshot) -> None:
    client = sign_in(StandardDuty.OPERATOR)
    text = client.get("/indicators/?theme=进出口&window=24").content.decode()
    assert "报关出口额年度同比" in text
    assert "作废率" not in text
    assert "没有符合条件的指标" in client.get("/indicators/?text=查无此物").content.decode()
    part = client.get("/indicators/?use=rules&size=200", headers={"HX-Request": "true"}).content.decode()
    assert part.count("data-row>") == len(rule_users())
    assert "<html" not in part


def test_the_list_is_paged_and_nonsense_falls_back(snapshot: Snapshot) -> None:
    client = sign_in(StandardDuty.OPERATOR)
    seen = [client.get(f"/indicators/?page={n}").content.decode().count("data-row>") for n in (1, 2)]
    assert seen == [20, 20]
    last = -(-len(catalogue()) // 200)
    assert client.get(f"/indicators/?size=200&page={last}").content.decode().count("data-row>") == (
        len(catalogue()) - 200 * (last - 1)
    )
    assert "已超过最后一页" in client.get("/indicators/?page=99999").content.decode()
    odd = "theme=甲&window=x&direction=up&source=s&use=u&gap=g&sort=z&size=7&page=-3"
    assert f"共 {len(catalogue())} 个" in client.get(f"/indicators/?{odd}").content.decode()


def test_what_is_listed_leaves_as_a_file_with_a_record(snapshot: Snapshot) -> None:
    client = sign_in(StandardDuty.OPERATOR)
    rows = list(load_workbook(io.BytesIO(client.get("/indicators/export.xlsx?theme=税负").content)).active.values)
    wanted = [item for item in catalogue() if item.theme == "税负"]
    assert [row[0] for row in rows[1:]] == [item.code for item in wanted]
    first = dict(zip(rows[0], rows[1], strict=True))
    profile = find_entry(snapshot, wanted[0].code).profile
    assert (first["有数户数"], first["中位数"]) == (profile["known_count"], profile.get("p50"))
    assert AccessRecord.objects.get(verb="indicator.export").detail["rows"] == len(wanted)
    assert client.get("/indicators/export.pdf").status_code == 404


def test_the_operator_sees_no_household(snapshot: Snapshot) -> None:
    client = sign_in(StandardDuty.OPERATOR)
    text = client.get(f"/indicators/{CODE}/").content.decode()
    assert "有数户数" in text
    assert 'hx-get="/indicators' not in text
    assert "/worklist/" not in client.get("/indicators/sale_without_purchase/").content.decode()
    for address in ("households/", "households/export.csv"):
        assert client.get(f"/indicators/{CODE}/{address}").status_code == 403


def test_an_officer_sees_the_extremes_of_the_own_office_and_leaves_a_record(snapshot: Snapshot) -> None:
    own = snapshot.rows(
        "SELECT h.office_code, any_value(h.office_name) AS name, any_value(h.division_code) AS division, "
        f"max_by(h.name, i.{CODE}) AS first, min_by(h.name, i.{CODE}) AS last, count(*) AS n "
        "FROM households h JOIN indicators i USING (household_id) "
        f"WHERE h.office_code IS NOT NULL AND i.{CODE} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1"
    )
    mine, other = own[0], own[1]
    client = sign_in(StandardDuty.OFFICER, OfficeSeen(mine["office_code"], mine["name"] or "所", mine["division"][:6]))
    refresh_register(now=NOW)
    text = client.get(f"/indicators/{CODE}/households/").content.decode()
    assert text.index(mine["first"]) > text.index("<tbody>")
    assert other["first"] not in text
    assert f"共 {mine['n']} 户有这个数字" in text
    lowest = client.get(f"/indicators/{CODE}/households/?end=low", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in lowest
    assert lowest.index(mine["last"]) < lowest.index("</tr>", lowest.index("<tbody>"))
    looked = AccessRecord.objects.filter(verb="indicator-households.view")
    assert [one.target for one in looked] == [f"indicator-households:{CODE}"] * 2
    lines = client.get(f"/indicators/{CODE}/households/export.csv").getvalue().decode("utf-8-sig").splitlines()
    assert len(lines) == mine["n"] + 1
    assert mine["first"] in lines[1]
    assert AccessRecord.objects.get(verb="indicator-households.export").detail["rows"] == mine["n"]
    assert "已超过最后一页" in client.get(f"/indicators/{CODE}/households/?page=9999").content.decode()


def test_a_household_found_by_an_indicator_needs_no_other_reason(snapshot: Snapshot) -> None:
    row = snapshot.row("SELECT household_id AS id, office_code, office_name, division_code FROM households "
                       "WHERE office_code IS NOT NULL ORDER BY 1 LIMIT 1")  # fmt: skip
    assert row is not None
    client = sign_in(StandardDuty.OFFICER, OfficeSeen(row["office_code"], row["office_name"] or "所",
                                                      row["division_code"][:6]))  # fmt: skip
    refresh_register(now=NOW)
    client.get(f"/household/{row['id']}/", headers={"Referer": f"http://testserver/indicators/{CODE}/households/"})
    assert AccessRecord.objects.get(verb="household.view").purpose == "按指标核查突出的户"


def test_a_profile_is_read_and_judged(snapshot: Snapshot) -> None:
    entry = find_entry(snapshot, "sold_amount_growth_half")
    assert entry is not None
    assert entry.profile["household_count"] == snapshot.manifest["households"]
    known = snapshot.row(f"SELECT count({CODE}) AS n FROM indicators")
    assert known is not None
    assert entry.profile["known_count"] == known["n"]
    assert entry.missing == pytest.approx(1 - known["n"] / entry.profile["household_count"])
    assert (entry.stability, entry.steadiness) == (None, "")
    # With fewer than fifty figures nothing is said.
    assert Entry(entry.item, entry.profile, entry.profile).steadiness == ""
    entry = max(list_entries(snapshot), key=lambda one: one.profile["known_count"])
    assert Entry(entry.item, entry.profile, entry.profile).steadiness == "稳定"
    grid = entry.profile["grid"]
    shifted = {**entry.profile, "grid": [place + grid[-1] - grid[0] + 1 for place in grid]}
    assert Entry(entry.item, shifted, entry.profile).steadiness == "明显变动"
    missing = CatalogueRequest(sort="missing").order(list_entries(snapshot))
    rates = [entry.missing or 0 for entry in missing]
    assert rates == sorted(rates, reverse=True)


def test_rules_that_use_an_indicator_are_told_with_their_bounds(snapshot: Snapshot) -> None:
    tested = {(rule.code, condition.indicator) for rule in load_rules() for condition in rule.when}
    told = {(rule.code, code): rule for code, found in rule_users().items() for rule in found}
    assert {pair for pair in tested if find_indicator(pair[1])} == {pair for pair, rule in told.items() if rule.told}
    assert told["sale_without_purchase", "sale_without_purchase"] == RuleUse(
        "sale_without_purchase", "有销无进", "虚开发票", "不低于 60.0%（到 95.0% 计满分），高于 80% 的同行"
    )
    assert told["sale_without_purchase", "age_years"].told == "不高于 3年"
    outliers = {entry.item.code for entry in list_entries(snapshot) if entry.in_outliers}
    assert outliers == set(indicator_codes())


def test_models_that_split_on_an_indicator_are_told_and_others_not(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIHU_HOME", str(tmp_path))
    home = Home(tmp_path)
    first, second = (world.publish(home, seed=seed) for seed in (1, 2))
    put_in_force(home, first.model_id, by="甲", at=NOW, reason="试验")
    entry = find_entry(None, "sale_without_purchase")
    assert entry is not None
    assert [(use.model_id, use.standing) for use in entry.models] == [
        (first.model_id, Standing.CHAMPION), (second.model_id, Standing.KEPT),
    ]  # fmt: skip
    # The made-up risk hangs on this figure above all others.
    assert entry.models[0].heads[0].place == 1
    unseen = find_entry(None, "burst_ratio")
    assert unseen is not None
    assert unseen.models == ()
    client = sign_in(StandardDuty.OFFICER)
    text = client.get("/indicators/sale_without_purchase/").content.decode()
    assert "总评分：第 1 位" in text
    assert f"/models/{first.model_id}/" in text
    assert "已训练的模型都没有按它分过户" in client.get("/indicators/burst_ratio/").content.decode()
    listed = client.get("/indicators/?use=models&size=200", headers={"HX-Request": "true"}).content.decode()
    assert 0 < listed.count("data-row>") <= len(world.CODES)


def test_a_published_board_tells_how_good_a_rule_is_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIHU_HOME", str(tmp_path))
    client = sign_in(StandardDuty.OFFICER)
    shipped = read_board(Home(tmp_path)).board["methods"]
    (alone,) = [m["rows"][0] for m in shipped if m["method"] == "rule:sale_without_purchase"]
    told = f"{alone['average_precision']['value']:.3f}"
    assert told in client.get("/indicators/sale_without_purchase/").content.decode()
    row = {"scheme": "all", "average_precision": {"value": 0.1234, "low": 0.1, "high": 0.15}}
    board = {"methods": [{"method": "rule:sale_without_purchase", "kind": "rule", "rows": [row]}]}
    (tmp_path / "scoreboard").mkdir()
    (tmp_path / "scoreboard" / "board.json").write_text(json.dumps(board), "utf-8")
    text = client.get("/indicators/sale_without_purchase/").content.decode()
    assert "0.123" in text
    assert "0.100–0.150" in text


def test_no_page_asks_the_database_more_than_it_must(snapshot: Snapshot, django_assert_max_num_queries: Any) -> None:
    client = sign_in(StandardDuty.OFFICER)
    for address in ("/indicators/", f"/indicators/{CODE}/", f"/indicators/{CODE}/households/"):
        client.get(address)
        with django_assert_max_num_queries(QUERIES):
            client.get(address)
