"""
The methods of the board. Each is taught by the same inspections of the same other districts, if it learns at all, and
then gives every household of a snapshot of a district it has never seen one number: the higher, the sooner to look at.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from pathlib import Path

import lightgbm as lgb
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.neighbors import LocalOutlierFactor
from sklearn.preprocessing import QuantileTransformer
from sklearn.tree import DecisionTreeClassifier

from yihu.lens.backends.duck import connect, literal
from yihu.lens.learning import selection
from yihu.lens.learning.amounts import Amounts
from yihu.lens.learning.cases import Cases, FloatArray, gather_cases, join_cases
from yihu.lens.learning.fitting import Fitted
from yihu.lens.learning.frame import Frame, Matrix, read_frame
from yihu.lens.learning.labels import last_closed
from yihu.lens.learning.training import METHOD, learn
from yihu.lens.risk.rules import load_rules
from yihu.lens.scoreboard.districts import District
from yihu.lens.scoreboard.plain import read_graph, read_raw

SEED = 1
Read = Callable[[Path], Frame]
Predict = Callable[[Matrix], FloatArray]
Score = Callable[[Path], FloatArray]
read_full = cache(read_frame)
read_sums = cache(read_raw)
read_links = cache(read_graph)


@dataclass(frozen=True, slots=True)
class Method:
    """
    One method. `kind`: ours, rule or rival. `source`: the paper, where it is somebody's published method.

    :param score: snapshot directory -> float64 [households of its frame]
    :param claims: whether its scores are probabilities
    :param order: what ranks where probabilities tie, as steps of a calibration do; the score itself unless given
    """

    name: str
    zh: str
    kind: str
    score: Score
    claims: bool = False
    source: str = ""
    only: str = ""
    order: Score | None = None

    def rank(self, snapshot: Path) -> FloatArray:
        """Like `score`, but by what the method orders households by."""
        return (self.order or self.score)(snapshot)


def teach(districts: Sequence[District], read: Read) -> Cases:
    """The inspected and the other households of all past snapshots of some districts."""
    parts = []
    for district in districts:
        until = last_closed(district.home) or date.max
        parts.append(gather_cases(district.home, district.past, until=until, read=read))
    return join_cases(parts)


def our_methods(cases: Cases, name: str, zh: str, *, heads: bool = False) -> list[Method]:
    """
    The overall head; with `heads` also its order by expected amounts, and one method for each scheme that has a head,
    judged on that scheme only.
    """
    slim = cases if heads else replace(cases, scheme=np.full(len(cases), "", "U1"))
    learned = learn(slim, seed=SEED, capacity=100, method=METHOD, progress=lambda stage, done: None)
    made = [ours(name, zh, learned.overall)]
    if heads and learned.amounts is not None:
        expected = expected_amounts(learned.overall, learned.amounts)
        made.append(Method(f"{name}_amount", "一户模型（按预计查补金额排序）", "ours", expected))
    for scheme, fitted in learned.schemes.items():
        said, order = learned_score(fitted, claims=True), learned_score(fitted, claims=False)
        made.append(
            Method(f"{name}:{scheme}", "手法专用评分", "ours", said, claims=True, only=scheme, order=order)
        )  # fmt: skip
    return made


def ours(name: str, zh: str, overall: Fitted) -> Method:
    """A model's total: it says probabilities and ranks by the margins below them."""
    order = learned_score(overall, claims=False)
    return Method(name, zh, "ours", learned_score(overall, claims=True), claims=True, order=order)


def learned_score(fitted: Fitted, *, claims: bool) -> Score:
    """Probabilities of a head, or its margins, for the households of a snapshot directory."""

    def score(snapshot: Path) -> FloatArray:
        matrix = read_full(snapshot).matrix
        return fitted.probabilities(matrix) if claims else fitted.grown.margins(matrix)

    return score


def expected_amounts(overall: Fitted, amounts: Amounts) -> Score:
    """Probability times what an inspection brings that finds something, yuan, for a snapshot directory."""

    def score(snapshot: Path) -> FloatArray:
        matrix = read_full(snapshot).matrix
        return overall.probabilities(matrix) * amounts.trees.predict(matrix)

    return score


def rule_methods() -> list[Method]:
    """Each expert rule alone, all together, and the outlier forest."""
    alone = [Method(f"rule:{r.code}", r.zh, "rule", partial(_rule, code=r.code)) for r in load_rules()]
    return [
        Method("rules", "全部专家规则与离群评分", "rival", partial(_risk, column="score")),
        Method("isolation_forest", "孤立森林（不用标签）", "rival", partial(_risk, column="outlier_score")),
        *alone,
    ]


def rival_methods(districts: Sequence[District]) -> list[Method]:
    """Learned rivals: the same labels, other figures or other ways."""
    sums, links = teach(districts, read_sums), teach(districts, read_links)
    plain, mixed = _boosted(sums, 0.0), _boosted(sums, selection.UNLABELLED_SHARE["unlabelled"])
    graph, forest, bagged = _boosted(links, 0.0), _forest(links), _pu_bagging(sums)
    return [
        Method("boosted_raw", "原始汇总数据上的提升树", "rival", lambda p: plain(read_sums(p).matrix), claims=True),
        Method("boosted_raw_pu", "同上，未检查户作低权重负例", "rival", lambda p: mixed(read_sums(p).matrix)),
        Method("graph_boosted", "交易图指标上的提升树", "rival", lambda p: graph(read_links(p).matrix), claims=True),
        Method(
            "graph_forest", "交易图指标上的随机森林", "rival", lambda p: forest(read_links(p).matrix),
            source="trading networks of Brazilian taxpayers: random forest over graph measures",
        ),
        Method(
            "pu_bagging", "正例与未标注装袋", "rival", lambda p: bagged(read_sums(p).matrix),
            source="Mordelet and Vert (2014), A bagging SVM to learn from positive and unlabeled examples (with trees)",
        ),
        Method(
            "local_outlier", "局部离群因子（不用标签）", "rival", lambda p: _local_outliers(read_sums(p).matrix),
            source="Vanhoeyveld, Martens and Peeters (2020), Value-added tax fraud detection by anomaly detection",
        ),
    ]  # fmt: skip


def _boosted(cases: Cases, share: float) -> Predict:
    """LightGBM as it comes: 100 trees of 31 leaves."""
    weights = np.where(
        cases.inspected, 1.0, share * cases.inspected.sum() / max(int((~cases.inspected).sum()), 1)
    )  # fmt: skip
    rows = weights > 0
    data = lgb.Dataset(cases.matrix[rows], cases.confirmed[rows].astype(float), weight=weights[rows])
    trees = lgb.train(
        {"objective": "binary", "verbosity": -1, "num_threads": 1, "deterministic": True, "seed": SEED}, data, 100
    )
    return lambda matrix: np.asarray(trees.predict(matrix), np.float64)


def _forest(cases: Cases) -> Predict:
    rows = cases.inspected
    forest = RandomForestClassifier(300, min_samples_leaf=2, random_state=SEED, n_jobs=1)
    forest.fit(np.nan_to_num(cases.matrix[rows], nan=-1), cases.confirmed[rows])
    return lambda matrix: np.asarray(forest.predict_proba(np.nan_to_num(matrix, nan=-1))[:, 1])


def _pu_bagging(cases: Cases, rounds: int = 60) -> Predict:
    """All confirmed against as many of the others, drawn anew each time; the mean of the trees."""
    chance = np.random.default_rng(SEED)
    matrix = np.nan_to_num(cases.matrix, nan=-1)
    guilty, others = np.flatnonzero(cases.confirmed), np.flatnonzero(~cases.confirmed)
    trees = []
    for _ in range(rounds):
        rows = np.concatenate([guilty, chance.choice(others, len(guilty), replace=False)])
        tree = DecisionTreeClassifier(min_samples_leaf=3, max_features="sqrt", random_state=SEED)
        trees.append(tree.fit(matrix[rows], cases.confirmed[rows]))
    return lambda m: np.mean([t.predict_proba(np.nan_to_num(m, nan=-1))[:, 1] for t in trees], axis=0)


def _local_outliers(matrix: Matrix) -> FloatArray:
    even = QuantileTransformer(random_state=SEED).fit_transform(np.nan_to_num(matrix, nan=0.0))
    return np.asarray(-LocalOutlierFactor(n_neighbors=20).fit(even).negative_outlier_factor_, np.float64)


def _risk(snapshot: Path, column: str) -> FloatArray:
    con = connect()
    found = dict(
        con.execute(
            f"SELECT household_id, {column} FROM read_parquet({literal(str(snapshot / 'risk.parquet'))})"
        ).fetchall()
    )
    con.close()
    return np.array([found[h] for h in read_full(snapshot).household_ids], np.float64)


def _rule(snapshot: Path, code: str) -> FloatArray:
    con = connect()
    found = dict(
        con.execute(
            f"SELECT household_id, weight FROM read_parquet({literal(str(snapshot / 'reasons.parquet'))}) "
            "WHERE rule_code = $1",
            [code],
        ).fetchall()
    )
    con.close()
    return np.array([found.get(h, 0.0) for h in read_full(snapshot).household_ids], np.float64)
