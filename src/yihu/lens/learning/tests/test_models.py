"""Models on the shelf: what they say of themselves, what they refuse, what they tell of a household."""

import hashlib
import json
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import lightgbm as lgb
import numpy as np
import pytest

from yihu.lens.home import Home
from yihu.lens.learning.cards import OVERALL, ModelCard
from yihu.lens.learning.explaining import Explanation, explain_row, figure_sentence
from yihu.lens.learning.frame import describe_features
from yihu.lens.learning.in_force import put_in_force, read_in_force, roll_back, set_challenger
from yihu.lens.learning.kept import ModelError, NoModelError, list_models, model_path, read_card
from yihu.lens.learning.scoring import load_model, score_frame, write_scores
from yihu.lens.learning.tests import world
from yihu.lens.learning.training import learn, publish_learned


def test_a_card_says_what_a_second_person_must_know(home: Home, card: ModelCard) -> None:
    assert read_card(home, card.model_id) == card
    assert [c.model_id for c in list_models(home)] == [card.model_id]
    told = card.overall.measured[0]
    assert told.average_precision.value > 2 * card.base_rate
    assert told.average_precision.low < told.average_precision.value < told.average_precision.high
    assert told.calibration_error < 0.06
    assert sum(b.n for b in told.bins) == card.label_counts["inspected"]
    assert {m.split for m in card.overall.measured} == {"out_of_household", "out_of_time"}
    by_name = {h.scheme: h for h in card.heads}
    assert by_name["BURST_ISSUING"].learned
    assert not by_name["PASS_THROUGH"].learned
    assert "不足 10 户" in by_name["PASS_THROUGH"].why_not
    assert {r.dimension for r in card.fairness} == {"size", "region", "industry"}
    for dimension in ("size", "region", "industry"):
        assert sum(r.n for r in card.fairness if r.dimension == dimension) == card.label_counts["inspected"]


def test_the_same_cases_give_the_same_trees(home: Home, card: ModelCard, tmp_path: Path) -> None:
    again = world.publish(Home(tmp_path))
    assert again.files == card.files
    assert again.data_fingerprint == card.data_fingerprint


@pytest.mark.parametrize("name", ["head-all.txt", "calibration.json", "reference.parquet", "card.json"])
def test_a_changed_file_is_refused(home: Home, card: ModelCard, tmp_path: Path, name: str) -> None:
    own, made = Home(tmp_path), card
    shutil.copytree(home.models, own.models)
    file = model_path(own, made.model_id) / name
    kept = file.read_bytes()
    file.chmod(0o600)
    file.write_bytes(kept.replace(b"0.0", b"0.1", 1) if b"0.0" in kept else kept + b" ")
    with pytest.raises(ModelError, match="MODEL-002"):
        load_model(own, made.model_id)
    assert list_models(own) == []


@pytest.mark.parametrize("name", ["../batches", "M20250630-zzzzzzzzzzzz", ""])
def test_no_other_path_is_a_model(home: Home, name: str) -> None:
    with pytest.raises(NoModelError):
        read_card(home, name)


def test_other_features_are_not_scored(home: Home, card: ModelCard) -> None:
    frame, model = world.make_frame(2), load_model(home, card.model_id)
    with pytest.raises(ModelError, match=r"MODEL-001.*口径已变 1 项（作废率）"):
        score_frame(model, world.with_other_definition(frame))
    shorter = world.make_frame(2)
    object.__setattr__(shorter, "features", shorter.features[1:])
    with pytest.raises(ModelError, match=r"MODEL-001.*缺少 1 项（作废率）"):
        score_frame(model, shorter)


def test_scores_rank_every_household_once_and_find_the_risk(home: Home, card: ModelCard) -> None:
    frame = world.make_frame(3)
    scored = score_frame(load_model(home, card.model_id), frame).to_pandas()
    assert sorted(scored["rank"]) == list(range(1, len(frame) + 1))
    assert scored.sort_values("rank")["probability"].is_monotonic_decreasing
    first = world.risk(frame)[scored["rank"].to_numpy() <= 100]
    assert first.mean() > 2 * world.risk(frame).mean()
    assert {"p_BURST_ISSUING", "scheme"} <= set(scored.columns)


def test_a_figure_that_law_calls_worse_never_lowers_the_probability(home: Home, card: ModelCard) -> None:
    frame, model = world.make_frame(4), load_model(home, card.model_id)
    for code in ("unfiled_months", "exposure_up"):
        place = world.CODES.index(code)
        assert card.features[place].monotone == 1
        assert card.features[place].reason
        before = np.nan_to_num(frame.matrix.copy(), nan=0.0)
        after = before.copy()
        after[:, place] += 2
        assert (model.margins(OVERALL, after) >= model.margins(OVERALL, before) - 1e-9).all()


@pytest.fixture(scope="module")
def told(home: Home, card: ModelCard, tmp_path_factory: pytest.TempPathFactory) -> list[Explanation]:
    """The twenty highest households, explained."""
    frame, model = world.make_frame(5), load_model(home, card.model_id)
    snapshot = world.write_peers(tmp_path_factory.mktemp("snapshot") / "P", frame)
    scored = score_frame(model, frame).to_pandas().sort_values("rank")
    return [explain_row(model, frame, snapshot, h) for h in scored["household_id"].head(20)]


def test_contributions_add_up_to_the_margin(told: list[Explanation]) -> None:
    for one in told:
        parts = sum(r.contribution for r in (*one.raises, *one.lowers)) + one.rest + one.average
        assert parts == pytest.approx(one.margin, abs=1e-4)
        assert all(r.contribution > 0 for r in one.raises)
        assert one.raises[0].feature in {"sale_without_purchase", "unfiled_months", "expert_score"}
        assert any("同行" in r.sentence for r in one.raises)
        assert any("有销无进" in r.sentence for r in one.raises if r.feature == "expert_score")


def test_a_counterfactual_holds_and_moves_only_what_can_be_changed(
    home: Home, card: ModelCard, told: list[Explanation]
) -> None:
    frame, model = world.make_frame(5), load_model(home, card.model_id)
    changeable = {f.code for f in card.features if f.changeable}
    assert "age_years" not in changeable
    found = [one for one in told if one.is_flagged and one.counterfactual.found]
    assert found
    for one in found:
        row = frame.matrix[frame.household_ids.index(one.household_id)].copy()
        assert 1 <= len(one.counterfactual.moves) <= 5
        for move in one.counterfactual.moves:
            assert move.feature in changeable
            assert move.text in one.counterfactual.text
            row[world.CODES.index(move.feature)] = move.wanted
            if move.feature == "sale_without_purchase" and move.wanted < 0.8:
                row[8] = row[9] = 0.0  # the rule no longer fires
        assert model.probabilities(OVERALL, row[None, :])[0] < card.threshold
        by_code = {move.feature: move for move in one.counterfactual.moves}
        if "unfiled_months" in by_code:
            assert by_code["unfiled_months"].wanted < by_code["unfiled_months"].value


def test_too_few_outcomes_are_not_learned_from() -> None:
    cases = world.make_cases(world.make_frame(6), share=0.01)
    with pytest.raises(ModelError, match="MODEL-004"):
        learn(cases, seed=1, capacity=10, method="labelled", progress=world.silent)


def test_what_is_in_force_is_told_changed_and_rolled_back(tmp_path: Path) -> None:
    own = Home(tmp_path)
    first, second = world.publish(own).model_id, world.publish(own, seed=9).model_id
    assert read_in_force(own).champion is None
    with pytest.raises(ModelError, match="MODEL-006"):
        roll_back(own, by="a", at=world.NOW, reason="x")
    put_in_force(own, first, by="a", at=world.NOW)
    set_challenger(own, second, by="a", at=world.NOW)
    with pytest.raises(ModelError, match="MODEL-005"):
        set_challenger(own, first, by="a", at=world.NOW)
    now = put_in_force(own, second, by="b", at=world.NOW + timedelta(days=1), reason="更好")
    assert (now.champion, now.challenger) == (second, None)
    assert roll_back(own, by="c", at=world.NOW, reason="误报").champion == first
    assert roll_back(own, by="c", at=world.NOW, reason="误报").champion is None
    history = read_in_force(own).history
    assert [c.act for c in history] == ["put", "put", "put", "roll_back", "roll_back"]
    assert json.loads((own.models / "in_force.json").read_text("utf-8"))["champion"] is None
    with pytest.raises(NoModelError):
        put_in_force(own, "M20250630-000000000000", by="a", at=world.NOW)


def test_a_model_that_is_gone_leaves_the_snapshot_unscored_and_says_so(tmp_path: Path) -> None:
    own, snapshot = Home(tmp_path), tmp_path / "snapshot"
    snapshot.mkdir()
    own.models.mkdir()
    gone = "M20250630-000000000000"
    state = {"champion": gone, "challenger": None, "history": []}
    (own.models / "in_force.json").write_text(json.dumps(state), "utf-8")
    told = write_scores(own, snapshot, progress=world.silent)
    assert told["refused"] == {gone: f"没有模型 {gone}"}
    assert list(snapshot.iterdir()) == []


def test_files_are_plain_lightgbm(home: Home, card: ModelCard) -> None:
    path = model_path(home, card.model_id)
    assert lgb.Booster(model_file=path / "head-all.txt").num_feature() == len(card.features)


def test_referred_cases_teach_but_stand_for_nobody_in_the_base_rate(tmp_path: Path) -> None:
    home, frame = Home(tmp_path), world.make_frame()
    cases = world.make_cases(frame)
    referred = cases.inspected & (np.arange(len(cases)) % 5 == 0)
    cases = replace(cases, selected_by=np.where(referred, "REFERRAL", cases.selected_by))
    told = learn(cases, seed=1, capacity=60, method="unlabelled", progress=world.silent)
    card = publish_learned(
        home, home.new_staging(), told, (), frame, world.NOW, date(2025, 12, 31), 1, 60, "unlabelled"
    )  # fmt: skip
    others = cases.confirmed[cases.inspected & ~referred]
    assert card.label_counts["inspected"] == cases.inspected.sum() > len(others)
    assert card.base_rate == pytest.approx(others.mean(), abs=0.05)


@pytest.mark.parametrize(
    ("code", "value", "told"),
    [
        ("rule_score", 14.6, "专家规则分为14.6分。"),
        ("supplier_risk_top", 30.0, "上游最高规则分为30分。"),
        ("is_general", 1.0, "一般纳税人：是。"),
        ("is_closed", 0.0, "已注销：否。"),
        ("ring_quarters", 3.0, "交易环出现的季度数为3个季度。"),
    ],
)
def test_figures_are_told_in_their_own_units(code: str, value: float, told: str) -> None:
    feature = next(f for f in describe_features() if f.code == code)
    assert figure_sentence(feature, value, {}) == told
    # How a figure is worded is no part of its definition.
    unit, zh = ("个", feature.zh)
    assert feature.digest == hashlib.sha256(f"{code}|{unit}|{zh}".encode()).hexdigest()[:12]
