"""What the pages of the model centre say, and to whom."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from yihu.hub.centres.modelhub.models import ModelVersion, Reading
from yihu.hub.centres.modelhub.selectors.comparing import compare_features, compare_measures
from yihu.hub.centres.modelhub.tests.test_lives import in_shadow, promoted
from yihu.hub.centres.modelhub.tests.test_watching import SINCE, row
from yihu.hub.centres.modelhub.views import pages
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.screens.testing import ListContract
from yihu.lens.home import Home

pytestmark = pytest.mark.django_db
OFFICER, CHIEF, DIRECTOR = StandardDuty.OFFICER, StandardDuty.SECTION_CHIEF, StandardDuty.DIRECTOR
Clients = dict[StandardDuty, Client]


def text_of(client: Client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200, address
    return page.content.decode()


def test_without_a_model_the_page_teaches(home: Home, client_of: Clients) -> None:
    page = text_of(client_of[OFFICER], "/models/")
    assert "还没有模型" in page
    assert "只按公开的规则排序" in page
    assert "/models/train/" not in page
    assert "/models/train/" in text_of(client_of[CHIEF], "/models/")


@pytest.mark.parametrize("tab", ["card", "curve", "features", "fairness", "watch", "history"])
def test_every_tab_reads_a_real_card(drafts: list[ModelVersion], client_of: Clients, tab: str) -> None:
    page = text_of(client_of[OFFICER], f"/models/{drafts[0].model_id}/?tab={tab}")
    expected = {
        "card": drafts[0].card["split"][:10], "curve": 'class="reliability"', "features": "作废率",
        "fairness": "滨江区", "watch": "还没有监测", "history": "首次训练",
    }  # fmt: skip
    assert expected[tab] in page
    assert "<script>" not in page


def test_figures_that_the_trees_ask_for_come_first_and_the_rest_by_page_or_word(
    drafts: list[ModelVersion], client_of: Clients
) -> None:
    here = f"/models/{drafts[0].model_id}/?tab=features"
    asked = client_of[OFFICER].get(here).context["shown"].paginator.object_list
    places = [one.overall.place for one in asked if one.overall]
    assert places == list(range(1, len(places) + 1))
    assert places
    assert all(one.overall or one.heads for one in asked)
    every = client_of[OFFICER].get(here + "&use=every").context["shown"].paginator.object_list
    assert every[: len(asked)] == asked
    assert sorted(one.feature["code"] for one in every) == sorted(f["code"] for f in drafts[0].card["features"])
    unasked = client_of[OFFICER].get(here + "&use=unasked").context["shown"].paginator.count
    assert unasked == len(every) - len(asked)
    code = every[-1].feature["code"]
    found = client_of[OFFICER].get(here + f"&text={code.upper()}").context["shown"].paginator.object_list
    assert every[-1] in found
    assert "没有这样的指标" in text_of(client_of[OFFICER], here + "&text=绝无此名")
    for nonsense in ("&use=x&page=nine", "&page=999"):
        assert client_of[OFFICER].get(here + nonsense).status_code == 200


def test_a_long_card_is_shown_by_the_page(
    drafts: list[ModelVersion], client_of: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "FEATURES_A_PAGE", 2)
    here = f"/models/{drafts[0].model_id}/?tab=features&use=every"
    first, second = (client_of[OFFICER].get(f"{here}&page={page}").context["shown"] for page in (1, 2))
    assert len(first) == len(second) == 2
    assert not {one.feature["code"] for one in first} & {one.feature["code"] for one in second}
    assert 'rel="next"' in text_of(client_of[OFFICER], here)


def test_steps_are_offered_to_whom_they_belong(
    drafts: list[ModelVersion], client_of: Clients, steward: Any, approver: Any
) -> None:
    here = f"/models/{drafts[0].model_id}/"
    assert "/submit/" in text_of(client_of[CHIEF], here)
    assert "/submit/" not in text_of(client_of[DIRECTOR], here)
    client_of[CHIEF].post(here + "submit/", {"note": "首个模型"})
    assert client_of[CHIEF].post(here + "approve/", {"note": ""}).status_code == 403
    assert "/approve/" in text_of(client_of[DIRECTOR], here)
    client_of[DIRECTOR].post(here + "approve/", {"note": "同意"})
    assert "影子比较" in text_of(client_of[DIRECTOR], here)
    client_of[DIRECTOR].post(here + "promote/", {"note": "各项都好"})
    drafts[0].refresh_from_db()
    assert drafts[0].state == "IN_FORCE"
    assert "只按公开的规则排序" in text_of(client_of[DIRECTOR], "/models/roll-back/")
    client_of[DIRECTOR].post("/models/roll-back/", {"reason": "误报太多", "sure": "on"})
    drafts[0].refresh_from_db()
    assert (drafts[0].state, drafts[0].last_reason) == ("RETIRED", "误报太多")


def test_two_versions_stand_side_by_side(
    drafts: list[ModelVersion], client_of: Clients, steward: Any, approver: Any
) -> None:
    promoted(drafts[0], steward, approver)
    page = client_of[OFFICER].get("/models/compare/")
    assert (page.context["left"], page.context["right"]) == (drafts[0], drafts[1])
    told = page.content.decode()
    assert told.count('class="reliability"') == 2
    assert "平均精度（AP）" in told
    assert "误报率，按规模" in told
    same = client_of[OFFICER].get("/models/compare/", {"left": drafts[0].model_id, "right": drafts[0].model_id})
    assert "左右是同一版" in same.content.decode()


def test_a_better_side_is_named_only_where_the_intervals_part() -> None:
    def card(value: float, half: float, codes: list[str]) -> dict[str, Any]:
        figure = {"value": value, "low": value - half, "high": value + half}
        measures = {
            "split": "out_of_household", "average_precision": figure, "auc": figure, "brier": 0.1,
            "calibration_error": None, "precision_at_capacity": figure, "recall_at_capacity": figure,
        }  # fmt: skip
        features = [{"code": code, "zh": code, "digest": "a", "monotone": 0} for code in codes]
        return {"heads": [{"scheme": "all", "measured": [measures]}], "features": features}

    ((_, rows),) = compare_measures(card(0.3, 0.05, []), card(0.5, 0.05, []))
    assert [one.better for one in rows] == ["right", "right", "right", "right", "", ""]
    ((_, rows),) = compare_measures(card(0.3, 0.2, []), card(0.5, 0.2, []))
    assert {one.better for one in rows} == {""}
    assert compare_features(card(0, 0, ["a", "b"]), card(0, 0, ["b", "c"]))["only_right"] == ["c"]


def test_drift_is_told_on_the_page_and_in_the_list(
    drafts: list[ModelVersion], client_of: Clients, steward: Any, approver: Any
) -> None:
    in_shadow(drafts[0], steward, approver)
    Reading.objects.create(
        version=drafts[0], snapshot_id="S1", as_of="2026-03-31", taken_at=timezone.now(), score_psi=0.4, moved=0,
        changed=1, since=SINCE,
        features=[row("probability", 0.4), row("void_rate", 0.3), {**row("night_share", 0.01), "verdict": "CALM"}],
        alarms=["评分分布的 PSI 为 0.40"],
    )  # fmt: skip
    page = text_of(client_of[OFFICER], f"/models/{drafts[0].model_id}/?tab=watch")
    assert "评分分布的 PSI 为 0.40" in page
    assert "显著变化" in page
    assert "共看了 3 项，其余平稳" in page
    assert "night_share" not in page
    assert "越限" in text_of(client_of[OFFICER], "/models/")


def test_a_changed_file_is_said_on_the_card(home: Home, drafts: list[ModelVersion], client_of: Clients) -> None:
    (home.models / drafts[0].model_id / "calibration.json").write_text("{}")
    told = text_of(client_of[OFFICER], f"/models/{drafts[0].model_id}/?tab=features")
    assert "读不出树用到了哪些指标" in told
    assert drafts[0].card["features"][0]["zh"] in told
    assert "与登记时的哈希不符" in text_of(client_of[OFFICER], f"/models/{drafts[0].model_id}/")


def test_asking_for_a_training_without_data_says_what_to_do(home: Home, client_of: Clients) -> None:
    page = client_of[CHIEF].post("/models/train/", {"reason": "首次训练", "capacity": 100, "quarters": 0})
    assert page.status_code == 422
    assert "MODEL-C02" in page.content.decode()


class TestList(ListContract):
    address = "/models/"
    holders = frozenset({OFFICER, CHIEF, DIRECTOR, StandardDuty.AUDITOR})

    @pytest.fixture(autouse=True)
    def _rows(self, drafts: list[ModelVersion]) -> None:
        """Two models are listed."""
