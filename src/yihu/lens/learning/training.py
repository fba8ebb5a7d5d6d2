"""Train a model from snapshots of past days and the inspections that followed them, and put it on the shelf."""

import importlib.metadata
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd

import yihu
from yihu.lens.home import Home
from yihu.lens.learning import leakage, selection
from yihu.lens.learning.amounts import Amounts, fit_amounts, measure_amounts
from yihu.lens.learning.cards import OVERALL, AmountHead, Head, LeakFinding, Measured, ModelCard, Selection
from yihu.lens.learning.cases import BoolArray, Cases, FloatArray, day_of, gather_cases
from yihu.lens.learning.fairness import fairness_rows
from yihu.lens.learning.fitting import OVERALL_GROWTH, SCHEME_GROWTH, Fitted, Growth, fit_head
from yihu.lens.learning.frame import Frame, read_frame
from yihu.lens.learning.kept import AMOUNTS_FILE, ModelError, publish_model
from yihu.lens.learning.labels import last_closed
from yihu.lens.learning.reference import write_reference
from yihu.lens.learning.samples import Sample
from yihu.lens.learning.weighing import measure
from yihu.lens.schema import CODES

Progress = Callable[[str, float], None]
METHOD = "unlabelled"
"""How selective labels are handled where nobody says otherwise; chosen by docs/subsystems/learning.md."""
CAPACITY = 100
ENOUGH = 10
FEWEST = 30
UNLABELLED = 12_000
LATER = 0.25
LIBRARIES = ("lightgbm", "scikit-learn", "numpy", "duckdb")
SPLIT = (
    "户外检验：同一户（不论哪一期）只在训练或检验的一边，五折；"
    "时间外检验：按立案日期，后四分之一的检查只作检验，其户若已在训练中出现则剔除，训练只用当时已结案的检查。"
)
NOISE = (
    "检查结论本身会错：查实的可能被推翻，排除的可能是没查出来。每棵树只看六成的案件和三成的指标、每叶至少3例、步长很小，两百棵合计，使单个错标不致左右模型；"
    "没有对错标建模，因此概率是“检查后会被查实”的概率，不是“有问题”的概率。"
)
LIMITS = (
    "概率回答的是：若现在检查这一户，被查实的可能有多大；不是违法与否的结论，不能单独作为处理依据。",
    "只学得到过去检查查实过的手法；从未被查实过的手法由专家规则和离群评分兜底。",
    "未登记的往来户不评分。",
    "过去快照中的非正常状态和信用级别不可知，训练中没有这些信息。",
)


@dataclass(frozen=True, slots=True)
class Learned:
    """Everything that a training made, before it is put on the shelf; `others`: not inspected on the newest day."""

    cases: Cases
    propensity: selection.Propensity
    overall: Fitted
    schemes: dict[str, Fitted]
    heads: tuple[Head, ...]
    others: int
    amounts: Amounts | None
    amount_head: AmountHead


def train(
    home: Home,
    snapshots: Sequence[Path],
    *,
    now: datetime,
    seed: int = 1,
    until: date | None = None,
    capacity: int = CAPACITY,
    method: str = METHOD,
    progress: Progress,
) -> ModelCard:
    """
    Train and publish a model.

    :param snapshots: directories of snapshots of past days (``yihu build --as-of``); an inspection labels the last one
        before it was opened
    :param until: the last day whose outcomes are known; the last closing in the gathered inspections unless given
    :param capacity: households an office can look at; sets the threshold from which households are flagged
    :param method: how selective labels are handled, one of `selection.METHODS`
    :raises ModelError: too few labelled cases (MODEL-004), snapshots of different features (MODEL-003)
    :raises LeakageError: the cases give their answer away
    """
    known_until = until or last_closed(home)
    if known_until is None:
        raise ModelError("MODEL-004", "没有采集到已结案的检查结果（inspections），无从学习")
    progress("读取快照与检查结果", 0.0)
    cases = gather_cases(home, snapshots, until=known_until)
    refuse_too_few(cases)
    progress("检查泄漏", 0.1)
    leaks = check_leaks(cases)
    learned = learn(cases, seed=seed, capacity=capacity, method=method, progress=progress)
    progress("评分分布与公平性", 0.95)
    newest = max(snapshots, key=day_of)
    staged = home.new_staging()
    try:
        return publish_learned(
            home, staged, learned, leaks, read_frame(newest), now, known_until, seed, capacity, method
        )
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def learn(cases: Cases, *, seed: int, capacity: int, method: str, progress: Progress) -> Learned:
    """
    Fit the overall head, one for each scheme with enough positives, and what an inspection brings.

    :raises ModelError: MODEL-004, fewer than `FEWEST` confirmed or cleared cases
    """
    refuse_too_few(cases)
    labelled = cases.confirmed[cases.inspected]
    progress("估计入选概率", 0.15)
    propensity = selection.estimate_propensity(cases, seed=seed)
    progress("学习总评分", 0.2)
    share = capacity / max(int(np.bincount(cases.day).max()), 1)
    slim, weight = _slim(cases, propensity, method, seed)
    growth = replace(OVERALL_GROWTH, seed=seed)
    overall = fit_head(slim, slim.confirmed, weight.training, weight.stands_for, growth)
    measured = (
        _measured(slim, slim.confirmed, overall, weight.stands_for, capacity, share),
        later_measure(slim, weight.training, weight.stands_for, growth, capacity, share),
    )
    heads = [Head(OVERALL, "总评分", len(labelled), int(labelled.sum()), True, "", measured)]
    schemes: dict[str, Fitted] = {}
    names = sorted({str(s) for s in cases.scheme if s})
    for number, scheme in enumerate(names):
        progress(f"学习手法 {scheme_zh(scheme)}", 0.5 + 0.4 * number / len(names))
        labels = slim.scheme == scheme
        if int(labels.sum()) < ENOUGH:
            heads.append(_too_few(scheme, len(labelled), int(labels.sum())))
            continue
        fitted = fit_head(slim, labels, weight.training, weight.stands_for, replace(SCHEME_GROWTH, seed=seed), folds=3)
        schemes[scheme] = fitted
        told = (_measured(slim, labels, fitted, weight.stands_for, capacity, share),)
        heads.append(Head(scheme, scheme_zh(scheme), len(labelled), int(labels.sum()), True, "", told))
    progress("学习查补金额", 0.9)
    amounts = fit_amounts(slim, seed=seed)
    said = overall.curve.probabilities(overall.held_out)
    amount_head = measure_amounts(slim, amounts, said, weight.stands_for, capacity, share)
    newest = cases.day == int(np.argmax(np.array(cases.days, "datetime64[D]")))
    others = int((newest & ~cases.inspected).sum())
    return Learned(slim, propensity, overall, schemes, tuple(heads), others, amounts, amount_head)


def refuse_too_few(cases: Cases) -> None:
    """:raises ModelError: MODEL-004, fewer than `FEWEST` confirmed or cleared cases"""
    labelled = cases.confirmed[cases.inspected]
    if min(int(labelled.sum()), int((~labelled).sum())) < FEWEST:
        raise ModelError(
            "MODEL-004",
            f"可用的检查结果太少：查实 {int(labelled.sum())} 户、排除 {int((~labelled).sum())} 户，"
            f"各至少要 {FEWEST} 户；请补充检查结果，或用更早的快照（yihu build --as-of）",
        )


@dataclass(frozen=True, slots=True)
class _Weights:
    training: FloatArray
    stands_for: FloatArray


def _slim(cases: Cases, propensity: selection.Propensity, method: str, seed: int) -> tuple[Cases, _Weights]:
    """The inspected and a lot of the others, with what each counts."""
    keep = np.flatnonzero(cases.inspected)
    others = np.flatnonzero(~cases.inspected)
    if len(others) > UNLABELLED:
        others = np.random.default_rng(seed).choice(others, UNLABELLED, replace=False)
    rows = np.sort(np.concatenate([keep, others]))
    slim = cases.keep(rows)
    own = replace(propensity, weights=propensity.weights[rows])
    return slim, _Weights(selection.training_weights(slim, own, method), own.weights)


def _measured(
    cases: Cases, labels: BoolArray, fitted: Fitted, stands_for: FloatArray, capacity: int, share: float
) -> Measured:
    rows = stands_for > 0
    said = fitted.curve.probabilities(fitted.held_out[rows])
    return measure(said, labels[rows], stands_for[rows], split="out_of_household", capacity=capacity, share=share)


def later_measure(
    cases: Cases, weights: FloatArray, stands_for: FloatArray, growth: Growth, capacity: int, share: float
) -> Measured:
    """The overall head trained on what was closed by a day, tested on what was opened later, on other households."""
    opened = cases.opened[cases.inspected]
    cut = np.sort(opened)[int(len(opened) * (1 - LATER))]
    seen = np.where(cases.inspected, cases.closed < cut, np.array(cases.days, "datetime64[D]")[cases.day] < cut)
    tested = cases.inspected & (cases.opened >= cut) & ~np.isin(cases.group, cases.group[seen & cases.inspected])
    train_labels = cases.confirmed & seen
    if not train_labels.any() or not 0 < cases.confirmed[tested].sum() < tested.sum():
        return measure(np.zeros(0), np.zeros(0, bool), np.zeros(0), split="out_of_time", capacity=capacity, share=share)
    tested &= stands_for > 0
    kept = cases.keep(seen)
    early = fit_head(kept, kept.confirmed, weights[seen], stands_for[seen], growth, folds=3)
    said = early.probabilities(cases.matrix[tested])
    return measure(
        said, cases.confirmed[tested], stands_for[tested], split="out_of_time", capacity=capacity, share=share
    )


def check_leaks(cases: Cases) -> tuple[LeakFinding, ...]:
    """
    Warnings about the labelled cases.

    :raises LeakageError: they give their answer away
    """
    labelled = cases.keep(cases.inspected)
    seen_on = np.array(labelled.days, "datetime64[D]")[labelled.day]
    features = pd.DataFrame(labelled.matrix, columns=[f.zh for f in labelled.features])
    sample = Sample(
        "检查结果", features, labelled.confirmed, labelled.group, labelled.opened,
        {f.zh: seen_on for f in labelled.features},
    )  # fmt: skip
    return tuple(LeakFinding(f.code, f.features, f.text, f.refuses) for f in leakage.refuse_leaks(sample))


def scheme_zh(scheme: str) -> str:
    """The Chinese name of a scheme."""
    return CODES.get("scheme_type", {}).get(scheme, scheme)


def _too_few(scheme: str, n: int, positives: int) -> Head:
    return Head(
        scheme, scheme_zh(scheme), n, positives, False, f"查实的只有 {positives} 户，不足 {ENOUGH} 户，未单独学习"
    )


def publish_learned(
    home: Home, staged: Path, learned: Learned, leaks: tuple[LeakFinding, ...], newest: Frame, now: datetime,
    until: date, seed: int, capacity: int, method: str,
) -> ModelCard:  # fmt: skip
    """Write a training's files into `staged` and put them on the shelf; `newest` sets the threshold."""
    cases, overall = learned.cases, learned.overall
    fitted = {OVERALL: overall, **learned.schemes}
    for name, head in fitted.items():
        head.grown.booster.save_model(staged / f"head-{name}.txt")
    if learned.amounts is not None:
        learned.amounts.trees.booster.save_model(staged / AMOUNTS_FILE)
    kept = {n: {"curve": asdict(h.curve), "prior": asdict(h.grown.prior)} for n, h in fitted.items()}
    (staged / "calibration.json").write_text(json.dumps(kept, indent=1), "utf-8")
    now_said = overall.probabilities(newest.matrix)
    write_reference(staged / "reference.parquet", newest.codes, newest.matrix, now_said)
    held_out = np.round(overall.curve.probabilities(overall.held_out), 6)
    threshold = threshold_at(cases, held_out, learned.others, capacity)
    labelled = cases.confirmed[cases.inspected]
    opened = cases.opened[cases.inspected]
    card = ModelCard(
        made_at=now.isoformat(timespec="seconds"),
        code_version=yihu.__version__,
        libraries={name: importlib.metadata.version(name) for name in LIBRARIES},
        seed=seed,
        snapshots=cases.snapshots,
        as_of=max(cases.days),
        label_from=str(opened.min()),
        label_until=until.isoformat(),
        data_fingerprint=cases.fingerprint(),
        label_counts={
            "inspected": len(labelled), "confirmed": int(labelled.sum()), "cleared": int((~labelled).sum()),
            "unlabelled": int((~cases.inspected).sum()),
        },
        base_rate=base_rate_of(learned),
        features=cases.features,
        heads=learned.heads,
        split=SPLIT,
        selection=_selection(learned, method),
        noise=NOISE,
        leaks=leaks,
        fairness=fairness_rows(cases, held_out, threshold),
        capacity=capacity,
        threshold=threshold,
        limits=LIMITS,
        files={},
        amounts=learned.amount_head,
    )  # fmt: skip
    return publish_model(home, staged, card)


def threshold_at(cases: Cases, held_out: FloatArray, others: int, capacity: int) -> float:
    """
    The probability at or above which about `capacity` households of the newest day lie, each by trees without it.

    :param others: households without inspection on that day, of which `cases` holds a lot
    """
    newest = cases.day == int(np.argmax(np.array(cases.days, "datetime64[D]")))
    drawn = max(int((newest & ~cases.inspected).sum()), 1)
    speaks_for = np.where(cases.inspected, 1.0, others / drawn)[newest]
    order = np.argsort(-held_out[newest], kind="stable")
    reached = int(np.searchsorted(np.cumsum(speaks_for[order]), capacity))
    return float(held_out[newest][order][min(reached, len(order) - 1)])


def base_rate_of(learned: Learned) -> float:
    """The confirmed share of those inspected for another reason than a referral, each by what it stands for."""
    cases, weights = learned.cases, learned.propensity.weights
    counted = cases.inspected & (cases.selected_by != selection.REFERRED)
    return round(float(np.average(cases.confirmed[counted], weights=weights[weights > 0])), 6)


def _selection(learned: Learned, method: str) -> Selection:
    ways, counts = np.unique(learned.cases.selected_by[learned.cases.inspected], return_counts=True)
    return Selection(
        method, selection.ASSUMPTIONS[method], dict(zip(ways.tolist(), counts.tolist(), strict=True)),
        None if learned.propensity.auc is None else round(learned.propensity.auc, 6),
        round(learned.propensity.largest, 6), int((~learned.cases.inspected).sum()),
    )  # fmt: skip
