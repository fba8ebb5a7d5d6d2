"""A small made-up district of figures and inspections, with peers, for the tests of this room."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from yihu.lens.home import Home
from yihu.lens.learning.cards import ModelCard
from yihu.lens.learning.cases import Cases
from yihu.lens.learning.frame import Frame, describe_features
from yihu.lens.learning.training import learn, publish_learned

CODES = (
    "void_rate", "night_share", "sale_without_purchase", "pass_through", "new_buyer_share", "unfiled_months",
    "age_years", "exposure_up", "rule_score", "expert_score",
)  # fmt: skip
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
HOUSEHOLDS = 2_000


def silent(stage: str, done: float) -> None:
    """Nobody watches."""


def make_frame(seed: int = 1, n: int = HOUSEHOLDS) -> Frame:
    """Figures of `n` households; the third and the sixth feature carry the risk, the last is mostly unknown."""
    features = {f.code: f for f in describe_features()}
    chance = np.random.default_rng(seed)
    matrix = chance.random((n, len(CODES))).astype(np.float32)
    matrix[:, 5] = chance.poisson(0.7, n)
    matrix[chance.random(n) < 0.8, 7] = np.nan
    # One rule: sales without purchases; it takes away three tenths of the doubt.
    matrix[:, 8] = matrix[:, 9] = np.where(matrix[:, 2] >= 0.8, 30.0, 0.0)
    ids = [f"H{seed}{k:05d}" for k in range(n)]
    places = {
        "name": ids, "division_code": ["330106" if k % 3 else "330108" for k in range(n)],
        "division_name": ["西湖区" if k % 3 else "滨江区" for k in range(n)], "industry_code": ["51"] * n,
        "industry_name": ["批发业"] * n,
    }  # fmt: skip
    size = np.exp(chance.normal(14, 2, n))
    return Frame(ids, tuple(features[c] for c in CODES), matrix, size, np.zeros(n, bool), places)


def risk(frame: Frame) -> np.ndarray:
    """The chance of each household to be guilty, by which the cases are drawn."""
    return 1 / (1 + np.exp(-(6 * frame.matrix[:, 2] + 1.2 * frame.matrix[:, 5] - 6.5)))


def make_cases(frame: Frame, seed: int = 1, share: float = 0.4) -> Cases:
    """Inspections of a share of a frame: guilty by `risk`, every other guilty one of scheme A, few of scheme B."""
    chance = np.random.default_rng([seed, 2])
    n = len(frame)
    inspected = chance.random(n) < share
    confirmed = inspected & (chance.random(n) < risk(frame))
    scheme = np.where(confirmed, np.where(chance.random(n) < 0.97, "BURST_ISSUING", "PASS_THROUGH"), "")
    opened = np.datetime64("2025-07-01") + chance.integers(0, 150, n).astype("timedelta64[D]")
    # The night share says how much there is to find, and nothing about whether.
    due = np.where(confirmed, np.round(np.exp(8 + 4 * frame.matrix[:, 1] + chance.normal(0, 0.5, n)), 2), np.nan)
    places = {name: np.array(column) for name, column in frame.places.items() if name != "name"}
    return Cases(
        frame.features, frame.matrix, np.arange(n), np.zeros(n, np.int64), inspected, confirmed, scheme.astype("U40"),
        np.where(inspected, "RANDOM", ""), opened, opened + np.timedelta64(30, "D"), due, frame.size, places,
        ("P20250630-aaaaaaaa",), ("2025-06-30",),
    )  # fmt: skip


def publish(home: Home, seed: int = 1, *, method: str = "unlabelled", capacity: int = 60) -> ModelCard:
    """A model of a made-up district, on the shelf."""
    frame = make_frame(seed)
    learned = learn(make_cases(frame, seed), seed=seed, capacity=capacity, method=method, progress=silent)
    return publish_learned(
        home, home.new_staging(), learned, (), frame, NOW, date(2025, 12, 31), seed, capacity, method
    )


def write_peers(snapshot: Path, frame: Frame) -> Path:
    """The tables of a snapshot that an explanation reads: every household in one peer group."""
    snapshot.mkdir(parents=True)
    pq.write_table(
        pa.table({"household_id": frame.household_ids, "peer_group": ["g"] * len(frame)}),
        snapshot / "households.parquet",
    )
    fired = frame.matrix[:, 9] > 0
    pq.write_table(
        pa.table(
            {
                "household_id": frame.household_ids, "score": frame.matrix[:, 9].astype(float),
                "rule_score": frame.matrix[:, 8].astype(float), "evidence": np.ones(len(frame)),
            }
        ),
        snapshot / "risk.parquet",
    )  # fmt: skip
    ids = np.array(frame.household_ids)[fired]
    pq.write_table(
        pa.table(
            {
                "household_id": ids, "ordinal": [1] * len(ids), "rule_code": ["sale_without_purchase"] * len(ids),
                "rule_zh": ["有销无进"] * len(ids), "weight": [0.3] * len(ids), "sentence": ["有销无进。"] * len(ids),
            }
        ),
        snapshot / "reasons.parquet",
    )  # fmt: skip
    quantiles = np.nanquantile(frame.matrix, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
    pq.write_table(
        pa.table(
            {
                "peer_group": ["g"] * len(CODES), "indicator_code": list(CODES),
                "household_count": [len(frame)] * len(CODES),
                **{name: quantiles[k] for k, name in enumerate(("p05", "p25", "p50", "p75", "p95"))},
            }
        ),
        snapshot / "peers.parquet",
    )  # fmt: skip
    return snapshot


def with_other_definition(frame: Frame) -> Frame:
    """The same frame, one feature of another formula."""
    first, *rest = frame.features
    return replace(frame, features=(replace(first, digest="other"), *rest))
