"""What the risk pages answer, on real rows with a real model."""

import csv
import io
import threading
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.org.api import StandardDuty
from yihu.hub.screens.figures import short_money
from yihu.hub.subsystems.risk import compute
from yihu.hub.subsystems.risk.selectors import households
from yihu.hub.subsystems.risk.selectors.households import in_words
from yihu.lens.learning.cards import Bin
from yihu.lens.snapshots.reader import Snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def director(learned: Any, client_at: Any) -> Any:
    return client_at(learned.own, StandardDuty.DIRECTOR)


@pytest.fixture
def officer(learned: Any, client_at: Any) -> Any:
    return client_at(learned.own)


def ids(page: Any) -> list[str]:
    return [row["household_id"] for row in page.context["rows"]]


def test_the_register_ranks_by_the_model_and_narrows_by_what_is_asked(director: Any, learned: Any) -> None:
    page = director.get("/risk/", {"size": 200})
    assert page.context["asked"].sort == "learned"
    ranks = [row["learned_rank"] for row in page.context["rows"] if row["learned_rank"] is not None]
    assert ranks == sorted(ranks)
    assert ranks[0] == 1
    least = sorted((row["stake"] or 0 for row in page.context["rows"]), reverse=True)[4]
    narrowed = director.get("/risk/", {"size": 200, "least": str(least / 10_000)})
    assert len(ids(narrowed)) == 5
    typology = page.context["rows"][0]["typologies"][0]
    some = director.get("/risk/", {"typology": typology, "size": 200}).context["rows"]
    assert some
    assert all(typology in row["typologies"] for row in some)
    flagged = director.get("/risk/", {"flagged": "1", "size": 200}).context["rows"]
    assert flagged
    assert all(row["is_flagged"] for row in flagged)
    untouched = director.get("/risk/", {"inspected": "NONE", "size": 200})
    inspected = director.get("/risk/", {"inspected": "ANY", "size": 200})
    assert untouched.context["counts"]["all"] + inspected.context["counts"]["all"] == page.context["counts"]["all"]


@pytest.mark.parametrize("duty", [StandardDuty.OFFICER, StandardDuty.SECTION_CHIEF])
def test_open_inspections_are_told_only_to_whom_they_are_due(learned: Any, client_at: Any, duty: StandardDuty) -> None:
    case = learned.snapshot.row(
        "SELECT h.*, i.inspection_id FROM inspections i JOIN households h USING (household_id) "
        "WHERE i.closed_on IS NULL AND h.office_code IS NOT NULL ORDER BY inspection_id LIMIT 1"
    )
    client, told = client_at(case, duty), duty == StandardDuty.SECTION_CHIEF
    page = client.get("/risk/", {"inspected": "PENDING", "size": 200})
    assert page.context["asked"].wanted.inspected == ("PENDING" if told else "")
    assert ('value="PENDING"' in page.content.decode()) == told
    marked = {row["outcome_code"] for row in page.context["rows"]}
    assert marked == {"PENDING"} if told else "PENDING" not in marked
    assert ("在查".encode() in _content(client.get("/risk/export.csv", {"size": 200}))) == told
    detail = client.get(f"/risk/{case['household_id']}/")
    assert (case["inspection_id"] in [one["inspection_id"] for one in detail.context["inspections"]]) == told
    assert (detail.context["stands"]["outcome_code"] == "PENDING") == told


def test_one_households_risk_reads_it_once_and_only_the_figures_it_shows(
    learned: Any, client_at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = client_at(learned.own), f"/risk/{learned.own['household_id']}/"
    assert client.get(address).status_code == 200
    asked: list[str] = []
    answer = Snapshot.rows
    monkeypatch.setattr(Snapshot, "rows", lambda self, sql, params=(): asked.append(sql) or answer(self, sql, params))
    assert client.get(address).status_code == 200
    assert not [sql for sql in asked if "* FROM indicators" in sql or "CREATE TABLE" in sql]
    assert len([sql for sql in asked if "FROM members m LEFT JOIN" in sql]) == 1


def test_figures_asked_for_by_name_are_those_of_the_whole_row(learned: Any) -> None:
    whole = learned.snapshot.indicators(learned.own["household_id"])
    codes = {one["code"] for one in whole[::40]}
    assert learned.snapshot.indicators(learned.own["household_id"], codes) == [w for w in whole if w["code"] in codes]
    assert learned.snapshot.indicators(learned.own["household_id"], ()) == []


def _content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_stakes_are_the_larger_tax_of_the_last_twelve_months(director: Any, learned: Any) -> None:
    row = director.get("/risk/", {"text": learned.own["name"]}).context["rows"][0]
    sums = learned.snapshot.row(
        "SELECT sum(tax_amount) FILTER (seller_household_id = $1) AS sold, "
        "sum(tax_amount) FILTER (buyer_household_id = $1) AS bought FROM trades "
        "WHERE month > (SELECT max(month) FROM trades) - INTERVAL 12 MONTH",
        [row["household_id"]],
    )
    assert row["stake"] == max(sums["sold"] or 0, sums["bought"] or 0)


def test_few_hands_look_where_most_is_due(director: Any, learned: Any) -> None:
    page = director.get("/risk/", {"sort": "expected", "size": 200})
    rows = page.context["rows"]
    told = [row["expected_amount"] for row in rows if row["expected_amount"] is not None]
    assert len(told) > 20
    assert told == sorted(told, reverse=True)
    for row in rows[: len(told)]:
        assert abs(row["expected_amount"] - Decimal(row["probability"]) * row["amount_if_confirmed"]) < Decimal("0.02")
    every = director.get("/risk/", {"size": 200}).context["counts"]
    assert page.context["counts"]["expected"] == every["expected"] >= sum(told)
    assert "按预计查补金额排序" in page.content.decode()
    file = _content(director.get("/risk/export.csv", {"sort": "expected", "size": 200})).decode("utf-8-sig")
    assert "预计查补（万元）" in file.splitlines()[0]


def test_a_household_says_what_an_inspection_would_bring(officer: Any, learned: Any) -> None:
    page = officer.get(f"/risk/{learned.own['household_id']}/")
    amount, stands = page.context["amount"], page.context["stands"]
    assert (amount["amount"], amount["expected"]) == (stands["amount_if_confirmed"], stands["expected_amount"])
    assert f"如果查实，大约能补 <b>{short_money(amount['amount'])}</b>" in page.content.decode()
    pair = {"left": learned.own["household_id"], "right": learned.colleague["household_id"]}
    side = officer.get("/risk/compare/", pair)
    assert f"<dt>预计查补</dt><dd>{short_money(stands['expected_amount'])}</dd>" in side.content.decode()


def test_a_snapshot_scored_before_amounts_were_told_shows_none(
    director: Any, learned: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = learned.snapshot._score_columns - {"amount_if_confirmed", "expected_amount"}
    monkeypatch.setattr(Snapshot, "_score_columns", property(lambda self: there))
    monkeypatch.setattr(compute, "tells_amounts", lambda model_id: False)
    page = director.get("/risk/", {"sort": "expected", "size": 50})
    assert page.status_code == 200
    assert {row["expected_amount"] for row in page.context["rows"]} == {None}
    assert page.context["counts"]["expected"] is None
    assert "预计查补（万元）</a></th>" not in page.content.decode()


def test_nonsense_in_the_address_falls_back(director: Any) -> None:
    page = director.get("/risk/", {"sort": "'; --", "size": "7", "page": "x", "least": "nan", "inspected": "MAYBE"})
    assert page.status_code == 200
    asked = page.context["asked"]
    assert (asked.sort, asked.size, asked.page, asked.wanted.least_stake, asked.wanted.inspected) == (
        "learned", 20, 1, None, "",
    )  # fmt: skip


def test_the_file_is_what_is_shown_and_leaves_a_record(director: Any) -> None:
    shown = director.get("/risk/", {"level": "LOW", "size": 200})
    answer = director.get("/risk/export.csv", {"level": "LOW"})
    lines = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [line["户编号"] for line in lines] == ids(shown)
    assert AccessRecord.objects.filter(verb="risk-register.export").exists()


def test_an_officer_sees_the_own_office_alone(officer: Any, learned: Any) -> None:
    rows = officer.get("/risk/", {"size": 200}).context["rows"]
    assert rows
    assert {row["office_code"] for row in rows} == {learned.own["office_code"]}
    assert officer.get(f"/risk/{learned.other['household_id']}/").status_code == 404
    assert officer.get(f"/risk/{learned.other['household_id']}/explanation/").status_code == 404
    pair = officer.get("/risk/compare/", {"left": learned.own["household_id"], "right": learned.other["household_id"]})
    assert "不在您的管户范围内" in pair.content.decode()
    assert (learned.other["name"] or "—") not in pair.content.decode()
    similar = officer.get(f"/risk/{learned.own['household_id']}/").context["similar"]["rows"]
    seen = {row["household_id"] for row in rows}
    assert {row["household_id"] for row in similar} <= seen | {learned.own["household_id"]}


def test_a_household_says_how_sure_why_and_what_was_said_before(officer: Any, learned: Any) -> None:
    own = learned.own["household_id"]
    page = officer.get(f"/risk/{own}/")
    told = page.content.decode()
    certainty = page.context["certainty"]
    assert certainty["probability"] == learned.own["probability"]
    assert certainty["words"] in told
    assert certainty["n"] > 0
    assert [place["is_past"] for place in page.context["places"]] == [True, False]
    assert page.context["places"][0]["as_of"] == "2025-09-30"
    assert all(reason["sentence"] in told for reason in page.context["reasons"][:3])
    assert AccessRecord.objects.filter(verb="risk.view", target=f"risk:{own}").exists()


def test_the_models_reasons_add_up_and_are_kept(officer: Any, learned: Any) -> None:
    own = learned.own["household_id"]
    told = officer.get(f"/risk/{own}/explanation/").context["told"]
    parts = sum(one["contribution"] for key in ("raises", "lowers") for one in told[key])
    assert told["average"] + parts + told["rest"] == pytest.approx(told["margin"], abs=1e-4)
    assert told["counterfactual"]["text"]
    assert officer.get(f"/risk/{own}/explanation/").context["told"] is told


def test_the_register_makes_ready_for_explanations_once(
    director: Any, learned: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compute, "_prepared", set())
    monkeypatch.setattr(compute, "_frames", {})
    begun: list[threading.Thread] = []
    start = threading.Thread.start
    monkeypatch.setattr(threading.Thread, "start", lambda self: begun.append(self) or start(self))
    for _ in range(2):
        assert director.get("/risk/").status_code == 200
    (made,) = [one for one in begun if one.name == compute.PREPARING]
    made.join(60)
    assert len(compute._frames[learned.snapshot.id]) > 20


def test_two_households_side_by_side_say_what_differs(officer: Any, learned: Any) -> None:
    pair = {"left": learned.own["household_id"], "right": learned.colleague["household_id"]}
    page = officer.get("/risk/compare/", pair)
    codes = [{r["rule_code"] for r in learned.snapshot.reasons(household)} for household in pair.values()]
    assert {row["code"] for row in page.context["only_left"]} == codes[0] - codes[1]
    assert {row["code"] for row in page.context["only_right"]} == codes[1] - codes[0]
    gaps = [abs(row["gap"]) for row in page.context["contributions"]]
    assert gaps
    assert gaps == sorted(gaps, reverse=True)
    assert AccessRecord.objects.filter(verb="risk.compare").exists()


def test_nobody_looks_without_a_purpose(learned: Any, client_at: Any) -> None:
    client = client_at(learned.own)
    client.defaults.pop("HTTP_REFERER")
    page = client.get(f"/risk/{learned.own['household_id']}/")
    assert "为什么查看这一户" in page.content.decode()
    assert "规则排第" not in page.content.decode()


def test_a_number_leads_to_the_household(officer: Any, learned: Any) -> None:
    answer = officer.get(f"/risk/{learned.own['uscc'] or learned.own['primary_registration_id']}/")
    assert answer.status_code == 302
    assert answer["Location"] == f"/risk/{learned.own['household_id']}/"


def test_saved_filters_are_ones_own(officer: Any, learned: Any, client_at: Any) -> None:
    officer.post("/risk/views/", {"name": "高额未查", "query": "inspected=NONE&least=100"})
    assert "高额未查" in officer.get("/risk/").content.decode()
    other = client_at(learned.other)
    assert "高额未查" not in other.get("/risk/").content.decode()
    (kept,) = officer.get("/risk/").context["filters"]
    other.post(f"/risk/views/{kept.pk}/delete/")
    assert "高额未查" in officer.get("/risk/").content.decode()
    officer.post(f"/risk/views/{kept.pk}/delete/")
    assert "高额未查" not in officer.get("/risk/").content.decode()
    refused = officer.post("/risk/views/", {"name": "张三 330106199001011234", "query": ""}, follow=True)
    assert "RISK-001" in refused.content.decode()


def test_without_a_model_rules_rank_and_the_page_says_so(
    district_home: Any, learned: Any, client_at: Any, monkeypatch: Any
) -> None:
    client = client_at(learned.own)
    monkeypatch.setenv("YIHU_HOME", str(district_home))
    page = client.get("/risk/")
    assert page.context["asked"].sort == "rank"
    assert "模型概率" not in [column.title for column in page.context["asked"].columns]
    detail = client.get(f"/risk/{learned.own['household_id']}/").content.decode()
    assert "没有在用的模型" in detail
    told = client.get(f"/risk/{learned.own['household_id']}/explanation/").content.decode()
    assert "没有在用的模型" in told


def test_without_a_snapshot_the_register_teaches(learned: Any, client_at: Any, monkeypatch: Any, tmp_path: Any) -> None:
    client = client_at(learned.own)
    monkeypatch.setenv("YIHU_HOME", str(tmp_path))
    assert "yihu build" in client.get("/risk/").content.decode()


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.9, "很可能"), (0.5, "较可能"), (0.1, "有可能"), (0.03, "可能性不大"), (0.01, "可能性很小")],
)
def test_probabilities_in_words(probability: float, words: str) -> None:
    assert in_words(probability) == words


@pytest.mark.parametrize(
    ("said", "is_near"),
    [(0.3, True), (0.94, False)],
)
def test_a_probability_is_held_against_cases_of_which_as_much_was_said(
    learned: Any, monkeypatch: pytest.MonkeyPatch, said: float, is_near: bool
) -> None:
    card = households.compute.card_of(households.compute.champion_of(learned.snapshot))
    bins = (Bin(20, 0.02, 0.0), Bin(67, 0.27, 0.3))
    measured = replace(card.overall.measured[0], bins=bins)
    head = replace(card.overall, measured=(measured,))
    monkeypatch.setattr(households.compute, "card_of", lambda _: replace(card, heads=(head,)))
    told = households.judge_certainty(said, "M")
    assert told is not None
    assert (told["n"], told["predicted"], told["is_near"]) == (67, 0.27, is_near)
    assert told["inspected"] == card.label_counts["inspected"]


def test_a_household_that_was_not_there_on_a_past_day_is_told_so(
    officer: Any, learned: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(households.compute, "places", lambda snapshot, numbers: [])
    page = officer.get(f"/risk/{learned.own['household_id']}/").content.decode()
    assert "架上有 2025-09-30 的快照，那时还没有这一户" in page


def test_schemes_are_offered_where_the_model_tells_them_apart(
    director: Any, learned: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "可能的手法" in director.get("/risk/").content.decode()
    monkeypatch.setattr(households.compute, "schemes_of", lambda _: ())
    page = director.get("/risk/")
    assert "likely_scheme" not in [column.key for column in page.context["asked"].columns]
    assert "全部手法" not in page.content.decode()


def test_who_looks_for_one_scheme_reads_by_what_its_own_head_says(director: Any, learned: Any) -> None:
    scheme = "BURST_ISSUING"
    page = director.get("/risk/", {"scheme": scheme})
    assert page.context["asked"].sort == "scheme"
    said = [row["scheme_probability"] for row in page.context["rows"]]
    kept = {row["household_id"]: row[f"p_{scheme}"] for row in learned.snapshot.rows("FROM scores")}
    assert said == [kept[row["household_id"]] for row in page.context["rows"]] == sorted(said, reverse=True)
    assert len(said) > 1
    assert "按这种手法的概率排序" in page.content.decode()
    assert "likely_scheme" not in [column.key for column in page.context["asked"].columns]
    assert "这种手法的概率" not in director.get("/risk/").content.decode().split("<tbody>")[0].split("<thead>")[1]


@pytest.mark.parametrize("scheme", ["NO_SUCH_SCHEME", 'x" FROM scores --', "BURST_ISSUING'"])
def test_a_scheme_without_a_head_has_no_probability(learned: Any, scheme: str) -> None:
    rows = learned.snapshot.register(households.compute.RegisterFilter(scheme=""), sort="scheme", limit=3)
    assert [row["scheme_probability"] for row in rows] == [None] * 3
    assert learned.snapshot.register(households.compute.RegisterFilter(scheme=scheme), sort="scheme", limit=3) == []
