"""Write the ranking of a snapshot and its reasons."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from yihu.lens.backends.duck import connect, write_parquet
from yihu.lens.home import Home
from yihu.lens.risk.evaluate import combine, contributions, rule_strengths, rules_without_data
from yihu.lens.risk.features import Features, FloatArray, indicator_codes, read_features, units
from yihu.lens.risk.outlier import most_unusual, outlier_scores, outlier_share
from yihu.lens.risk.rules import Rule, load_rules
from yihu.lens.risk.sentences import Narrator, read_peers

OUTLIER_WEIGHT = 0.20
LEVELS = (("HIGH", 60.0), ("MEDIUM", 40.0), ("LOW", 20.0))
HALF_KNOWN = 10  # counterparties at which an unregistered number counts half
OUTLIER_CODE = "outlier"
REASONS_SCHEMA = pa.schema(
    [
        ("household_id", pa.string()),
        ("ordinal", pa.int32()),
        ("rule_code", pa.string()),
        ("rule_zh", pa.string()),
        ("typology", pa.string()),
        ("weight", pa.float64()),
        ("sentence", pa.string()),
        ("indicator_code", pa.string()),
        ("value", pa.float64()),
        ("peer_p50", pa.float64()),
        ("peer_p95", pa.float64()),
        ("percentile", pa.float64()),
        ("law", pa.string()),
        ("playbook", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Scores:
    """Everything the ranking is made of; arrays over households, `shares` over rules and households."""

    shares: FloatArray
    outlier: FloatArray
    outlier_share: FloatArray
    evidence: FloatArray
    rule_score: FloatArray
    score: FloatArray


def write_risk(home: Home, out: Path, *, progress: Callable[[str, float], None]) -> dict[str, Any]:
    """
    Write risk.parquet and reasons.parquet from indicators, peers, households and network/nodes of `out`.

    :returns: households by level, and `rules_without_data`: rules that could not fire for lack of a source
    """
    home.staging.mkdir(parents=True, exist_ok=True)
    con = connect(spill=home.staging)
    rules = load_rules()
    progress("读取指标", 0.0)
    features = read_features(con, out)
    progress("套用专家规则与离群评分", 0.3)
    scores = judge(features, rules)
    levels = np.array([level_of(s) for s in scores.score])
    progress("写出理由", 0.7)
    narrator = Narrator(features, units(), read_peers(con, out))
    con.register("risk_rows", _risk_table(features, scores, levels))
    con.register("reason_rows", _reasons_table(features, scores, rules, narrator))
    write_parquet(con, "FROM risk_rows ORDER BY household_id", out / "risk.parquet")
    write_parquet(con, "FROM reason_rows ORDER BY household_id, ordinal", out / "reasons.parquet")
    progress("排序完成", 1.0)
    counted = {name: int((levels == name).sum()) for name in [*(n for n, _ in LEVELS), "NONE"]}
    return {"levels": counted, "rules": len(rules), "rules_without_data": rules_without_data(features, rules)}


def judge(features: Features, rules: tuple[Rule, ...]) -> Scores:
    """Score every household: rules and outlier share taken from doubt in turn, times how much is known of it."""
    shares = contributions(rule_strengths(features, rules), rules)
    evidence = completeness(features)
    outlier = outlier_scores(features, indicator_codes(), evidence >= 0.5)
    extra = outlier_share(outlier, OUTLIER_WEIGHT)
    by_rules = combine(shares)
    score = 100 * (1 - (1 - by_rules) * (1 - extra)) * evidence
    return Scores(shares, outlier, extra, evidence, np.round(100 * by_rules, 6), np.round(score, 6))


def completeness(features: Features) -> FloatArray:
    """
    How much of a household can be seen, 0..1: it multiplies the score.

    A registered household counts whole. A number that only occurs as a counterparty is seen through a keyhole (its one
    partner in the data *is* its concentration), so it counts by its partners, n / (n + 10), and half of that while
    there are registered households to look at.
    """
    seen = features.partners / (features.partners + HALF_KNOWN)
    share = 0.5 if features.is_registered.any() else 1.0
    return np.where(features.is_registered, 1.0, share * seen)


def level_of(score: float) -> str:
    """The level of a score: see `LEVELS`, else NONE."""
    return next((name for name, least in LEVELS if score >= least), "NONE")


def _risk_table(features: Features, scores: Scores, levels: Any) -> pa.Table:
    order = np.lexsort((np.arange(features.size), -scores.score))
    rank = np.empty(features.size, np.int64)
    rank[order] = np.arange(1, features.size + 1)
    return pa.table(
        {
            "household_id": features.household_ids,
            "score": scores.score,
            "level_code": pa.array(levels.tolist(), pa.string()),
            "rule_score": scores.rule_score,
            "outlier_score": np.round(100 * scores.outlier, 6),
            "evidence": np.round(scores.evidence, 6),
            "rank": rank,
        }
    )


def _reasons_table(features: Features, scores: Scores, rules: tuple[Rule, ...], narrator: Narrator) -> pa.Table:
    columns: dict[str, list[Any]] = {name: [] for name in REASONS_SCHEMA.names}
    for household in np.flatnonzero((scores.shares.max(axis=0, initial=0) > 0) | (scores.outlier_share > 0)):
        for ordinal, row in enumerate(_reasons_of(int(household), scores, rules, narrator), start=1):
            row |= {"household_id": features.household_ids[household], "ordinal": ordinal}
            for name, values in columns.items():
                values.append(row[name])
    return pa.table(columns, schema=REASONS_SCHEMA)


def _reasons_of(
    household: int, scores: Scores, rules: tuple[Rule, ...], narrator: Narrator
) -> Iterator[dict[str, Any]]:
    """Reasons of one household, the weightiest first, the outlier score last."""
    shares = scores.shares[:, household]
    for at in sorted(np.flatnonzero(shares > 0).tolist(), key=lambda i: (-shares[i], i)):
        rule = rules[at]
        code = rule.when[0].indicator
        yield {
            "rule_code": rule.code,
            "rule_zh": rule.zh,
            "typology": rule.typology,
            "weight": round(float(shares[at]), 6),
            "sentence": narrator.tell(rule, household),
            "law": rule.law,
            "playbook": "；".join(rule.playbook),
            **_numbers(narrator, code, household),
        }
    if scores.outlier_share[household] > 0:
        codes = most_unusual(narrator.features, indicator_codes(), household)
        yield {
            "rule_code": OUTLIER_CODE,
            "rule_zh": "指标组合少见",
            "typology": "综合异常",
            "weight": round(float(scores.outlier_share[household]), 6),
            "sentence": narrator.tell_outlier(codes, household, float(scores.outlier[household])),
            "law": "《纳税评估管理办法（试行）》",
            "playbook": "逐项核对最突出的指标",
            **_numbers(narrator, codes[0], household),
        }


def _numbers(narrator: Narrator, code: str, household: int) -> dict[str, Any]:
    peers = narrator.peer_row(code, household)
    place = narrator.features.percentiles[code][household]
    return {
        "indicator_code": code,
        "value": round(float(narrator.features.values[code][household]), 6),
        "peer_p50": peers[2] if peers else None,
        "peer_p95": peers[3] if peers else None,
        "percentile": None if np.isnan(place) else round(float(place), 6),
    }
