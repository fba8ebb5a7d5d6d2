"""Why a household got its probability, and what would lower it, in the officer's words; one household at a time."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from yihu.lens.backends.duck import connect, literal
from yihu.lens.home import Home
from yihu.lens.indicators.catalogue import find_indicator, sentence, show
from yihu.lens.learning.cards import OVERALL, LearnedFeature
from yihu.lens.learning.counterfactual import Counterfactual, find_counterfactual
from yihu.lens.learning.frame import Frame, read_frame
from yihu.lens.learning.scoring import Loaded, load_model, refuse_other_features
from yihu.lens.learning.training import scheme_zh

TOP = 8
Peers = dict[str, dict[str, float | None]]


@dataclass(frozen=True, slots=True)
class Reason:
    """
    One feature's exact share of the margin (log odds against the average household); positive raises the probability.

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
    told = np.asarray(model.boosters[OVERALL].predict(row[None, :], pred_contrib=True, num_threads=1), float)[0]
    parts, average = told[:-1], float(told[-1])
    peers = read_peer_figures(snapshot, household_id)
    up = [k for k in np.argsort(-parts, kind="stable")[:TOP] if parts[k] > 0]
    down = [k for k in np.argsort(parts, kind="stable")[:TOP] if parts[k] < 0]
    probability = float(model.probabilities(OVERALL, row[None, :])[0])
    schemes = [
        SchemeChance(s, scheme_zh(s), float(model.probabilities(s, row[None, :])[0]))
        for s in model.card.learned_schemes
    ]
    return Explanation(
        model.card.model_id, household_id, probability, model.card.threshold, probability >= model.card.threshold,
        round(float(told.sum()), 6), round(average, 6),
        tuple(_reason(frame.features[k], float(row[k]), float(parts[k]), peers) for k in up),
        tuple(_reason(frame.features[k], float(row[k]), float(parts[k]), peers) for k in down),
        round(float(parts.sum() - parts[up].sum() - parts[down].sum()), 6),
        tuple(sorted(schemes, key=lambda s: (-s.probability, s.scheme))),
        find_counterfactual(model, row, peers),
    )  # fmt: skip


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
    return f"{feature.zh}为{show(value, feature.unit)}。"  # type: ignore[arg-type]
