"""Why a household got its probability, and what would lower it, in the officer's words; one household at a time."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from yihu.lens.backends.duck import connect, literal
from yihu.lens.home import Home
from yihu.lens.indicators.catalogue import find_indicator, sentence, show
from yihu.lens.learning.cards import OVERALL, LearnedFeature
from yihu.lens.learning.counterfactual import Counterfactual, Row, Subject, find_counterfactual
from yihu.lens.learning.experts import Expert, read_expert
from yihu.lens.learning.frame import EXPERT, Frame, read_frame
from yihu.lens.learning.scoring import Loaded, load_model, refuse_other_features
from yihu.lens.learning.training import scheme_zh

TOP = 8
EXPERT_SCORES = (EXPERT, "rule_score", "outlier_score")
Peers = dict[str, dict[str, float | None]]


@dataclass(frozen=True, slots=True)
class Reason:
    """
    One feature's exact share of the margin (a part of a chance, against the average household); positive raises it.

    :param value: None where unknown; `sentence` says so
    """

    feature: str
    zh: str
    value: float | None
    contribution: float
    sentence: str


@dataclass(frozen=True, slots=True)
class SchemeChance:
    """What the head of one scheme says."""

    scheme: str
    zh: str
    probability: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """
    One household as a model sees it. Contributions and `average` add up to the margin exactly.

    :param raises: the features that raise it most; `lowers`: that lower it most; `rest` what all others add
    :param counterfactual: the smallest change found, or one whose `found` is False and which says why
    """

    model_id: str
    household_id: str
    probability: float
    threshold: float
    is_flagged: bool
    margin: float
    average: float
    raises: tuple[Reason, ...]
    lowers: tuple[Reason, ...]
    rest: float
    schemes: tuple[SchemeChance, ...]
    counterfactual: Counterfactual


def explain(home: Home, model_id: str, snapshot: Path, household_id: str) -> Explanation:
    """
    Exact contributions and a counterfactual of one household of a snapshot directory.

    :raises LookupError: the household is not scored (not there, or not registered)
    :raises ModelError: the features differ (MODEL-001), a file was changed (MODEL-002)
    """
    model, frame = load_model(home, model_id), read_frame(snapshot)
    return explain_row(model, frame, snapshot, household_id)


def explain_row(model: Loaded, frame: Frame, snapshot: Path, household_id: str) -> Explanation:
    """`explain` with a model and a frame that are already there; for several households of one snapshot."""
    refuse_other_features(model.card, frame)
    if household_id not in frame.household_ids:
        raise LookupError(f"户 {household_id} 不在评分范围内（不存在，或不是登记户）")
    row = frame.matrix[frame.household_ids.index(household_id)]
    peers = read_peer_figures(snapshot, household_id)
    expert = read_expert(snapshot, household_id)
    reasons, average = _reasons(model, frame, row, peers, expert)
    up = sorted((r for r in reasons if r.contribution > 0), key=lambda r: -r.contribution)[:TOP]
    down = sorted((r for r in reasons if r.contribution < 0), key=lambda r: r.contribution)[:TOP]
    shown = {r.feature for r in (*up, *down)}
    probability = float(model.probabilities(OVERALL, row[None, :])[0])
    chances = [(s, float(model.probabilities(s, row[None, :])[0])) for s in model.card.learned_schemes]
    return Explanation(
        model.card.model_id, household_id, probability, model.card.threshold, probability >= model.card.threshold,
        round(float(model.margins(OVERALL, row[None, :])[0]), 6), round(average, 6), tuple(up), tuple(down),
        round(sum(r.contribution for r in reasons if r.feature not in shown), 6),
        tuple(SchemeChance(s, scheme_zh(s), p) for s, p in sorted(chances, key=lambda c: (-c[1], c[0]))),
        find_counterfactual(model, Subject(row, peers, expert)),
    )  # fmt: skip


def _reasons(model: Loaded, frame: Frame, row: Row, peers: Peers, expert: Expert) -> tuple[list[Reason], float]:
    """
    Each feature's share of the margin, and the average household's margin.

    What the model starts from (the expert score) and what its trees make of the rules' scores is told as one reason.
    """
    grown = model.grown[OVERALL]
    told = np.asarray(grown.booster.predict(row[None, :], pred_contrib=True, num_threads=1), float)[0]
    prior, average = grown.prior, float(told[-1])
    start = float(prior.margins(row[None, :])[0])
    usual = prior.mean
    by_experts = start - usual + sum(
        float(told[k]) for k, f in enumerate(frame.features) if f.code in EXPERT_SCORES
    )  # fmt: skip
    reasons = [
        _reason(feature, float(row[k]), float(told[k]), peers)
        for k, feature in enumerate(frame.features)
        if feature.code not in EXPERT_SCORES
    ]
    if prior.place >= 0:
        named = "；".join(f.zh for f in expert.fired[:3]) or "没有命中规则"
        sentence_ = f"专家规则与离群评分合计{expert.score:,.1f}分（{named}）。"
        reasons.append(Reason(EXPERT, "专家规则与离群评分", round(expert.score, 6), round(by_experts, 6), sentence_))
    return reasons, average + usual


def read_peer_figures(snapshot: Path, household_id: str) -> Peers:
    """Indicator code -> household_count, p05, p25, p50, p75, p95 of the household's peer group."""
    con = connect()
    cursor = con.execute(
        "SELECT p.* EXCLUDE (peer_group) "
        f"FROM read_parquet({literal(str(snapshot / 'peers.parquet'))}) p "
        f"JOIN read_parquet({literal(str(snapshot / 'households.parquet'))}) h USING (peer_group) "
        "WHERE h.household_id = $1",
        [household_id],
    )
    names = [c[0] for c in cursor.description]
    rows: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    con.close()
    return {row.pop("indicator_code"): row for row in rows}


def _reason(feature: LearnedFeature, value: float, contribution: float, peers: Peers) -> Reason:
    known = None if np.isnan(value) else round(value, 6)
    return Reason(feature.code, feature.zh, known, round(contribution, 6), figure_sentence(feature, known, peers))


def figure_sentence(feature: LearnedFeature, value: float | None, peers: Peers) -> str:
    """What the officer reads of one figure: the indicator's own sentence, or the name and the figure."""
    item = find_indicator(feature.code)
    if item is not None:
        return sentence(item, value, peers.get(feature.code))
    if value is None:
        return f"{feature.zh}：不适用或无数据。"
    if feature.unit == "是否":
        return f"{feature.zh}：{show(value, feature.unit)}。"  # type: ignore[arg-type]
    return f"{feature.zh}为{show(value, feature.unit)}。"  # type: ignore[arg-type]
