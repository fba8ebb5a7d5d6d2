"""Score every household of a snapshot with a kept model: fast for all, reasons later and for the flagged alone."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yihu.lens.backends.duck import connect, write_parquet
from yihu.lens.home import Home
from yihu.lens.learning.amounts import AmountTrees
from yihu.lens.learning.cards import OVERALL, ModelCard
from yihu.lens.learning.cases import FloatArray
from yihu.lens.learning.curves import Curve
from yihu.lens.learning.fitting import OBJECTIVE, Grown, Prior
from yihu.lens.learning.frame import Frame, Matrix, read_frame
from yihu.lens.learning.in_force import read_in_force
from yihu.lens.learning.kept import AMOUNTS_FILE, ModelError, NoModelError, model_path, read_card

SCORES = "scores.parquet"
SHADOW = "scores_shadow.parquet"
MONEY = pa.decimal128(18, 2)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model ready to score; `amounts` is None where it does not tell what an inspection would bring."""

    card: ModelCard
    grown: Mapping[str, Grown]
    curves: Mapping[str, Curve]
    amounts: AmountTrees | None

    def probabilities(self, scheme: str, matrix: Matrix) -> FloatArray:
        """Float64 [n] in 0..1, rounded to six digits, so that the same snapshot gives the same bytes."""
        return np.round(self.curves[scheme].probabilities(self.margins(scheme, matrix)), 6)

    def margins(self, scheme: str, matrix: Matrix) -> FloatArray:
        """Chances before calibration, float64 [n]."""
        return self.grown[scheme].margins(matrix)


def load_model(home: Home, model_id: str) -> Loaded:
    """
    Load a model after its files were compared with their digests.

    :raises NoModelError: it is not on the shelf
    :raises ModelError: MODEL-002, a file was changed; MODEL-007, its margins are log odds, as those of older models
    """
    card = read_card(home, model_id)
    path = model_path(home, model_id)
    kept = json.loads((path / "calibration.json").read_text("utf-8"))
    grown, curves = {}, {}
    for name in (OVERALL, *card.learned_schemes):
        booster = lgb.Booster(model_file=path / f"head-{name}.txt")
        refuse_other_scale(card, booster)
        grown[name] = Grown(booster, Prior(**kept[name]["prior"]))
        curve = kept[name]["curve"]
        curves[name] = Curve(tuple(curve["x"]), tuple(curve["y"]), curve["logistic"])
    amounts = None
    if card.amounts is not None and card.tells_amounts:
        amounts = AmountTrees(lgb.Booster(model_file=path / AMOUNTS_FILE), card.amounts.factor)
    return Loaded(card, grown, curves, amounts)


def refuse_other_scale(card: ModelCard, booster: lgb.Booster) -> None:
    """:raises ModelError: MODEL-007, the trees do not add up chances"""
    if booster.dump_model(num_iteration=1)["objective"] != OBJECTIVE:
        raise ModelError("MODEL-007", f"模型 {card.model_id} 由旧版程序训练，分值口径已变，拒绝评分；请重新训练")


def refuse_other_features(card: ModelCard, frame: Frame) -> None:
    """:raises ModelError: MODEL-001, the snapshot's features are not those of the training, in order and definition"""
    trained, given = ({f.code: f for f in side} for side in (card.features, frame.features))
    missing = [f.zh for code, f in trained.items() if code not in given]
    extra = [f.zh for code, f in given.items() if code not in trained]
    changed = [f.zh for code, f in trained.items() if code in given and given[code].digest != f.digest]
    if missing or extra or changed or card.codes != frame.codes:
        told = [(w, n) for w, n in (("缺少", missing), ("多出", extra), ("口径已变", changed)) if n]
        text = "；".join(f"{word} {len(names)} 项（{'、'.join(names[:5])}）" for word, names in told) or "次序不同"
        raise ModelError(
            "MODEL-001", f"快照的指标与模型 {card.model_id} 训练时不一致：{text}，拒绝评分；请用当前程序重新训练"
        )


def score(home: Home, model_id: str, snapshot: Path, *, out: Path | None = None) -> Path:
    """
    Score a snapshot directory.

    :param out: file to write; `scores.parquet` in a directory of its own below staging unless given
    :returns: the file: household_id, probability, rank (1 is highest), is_flagged, known (already confirmed),
        scheme (the likeliest learned one), amount_if_confirmed and expected_amount (yuan; null where amounts were not
        learned), then one column `p_<scheme>` a learned scheme; by household_id
    :raises ModelError: the features differ (MODEL-001), a file was changed (MODEL-002)
    """
    model = load_model(home, model_id)
    file = out or home.new_staging() / SCORES
    con = connect()
    con.register("scored", score_frame(model, read_frame(snapshot)))
    write_parquet(con, "FROM scored ORDER BY household_id", file)
    con.close()
    return file


def score_frame(model: Loaded, frame: Frame) -> pa.Table:
    """The table that `score` writes."""
    refuse_other_features(model.card, frame)
    overall = model.probabilities(OVERALL, frame.matrix)
    raw = model.margins(OVERALL, frame.matrix)
    order = np.lexsort((np.arange(len(frame)), -raw, -overall))
    rank = np.empty(len(frame), np.int64)
    rank[order] = np.arange(1, len(frame) + 1)
    schemes = {name: model.probabilities(name, frame.matrix) for name in model.card.learned_schemes}
    likeliest: list[str | None] = [None] * len(frame)
    if schemes:
        best = np.argmax(np.vstack(list(schemes.values())), axis=0)
        likeliest = [list(schemes)[k] for k in best.tolist()]
    columns: dict[str, Any] = {
        "household_id": frame.household_ids, "probability": overall, "rank": rank,
        "is_flagged": overall >= model.card.threshold, "known": frame.known,
        "scheme": pa.array(likeliest, pa.string()),
        **_amounts(None if model.amounts is None else model.amounts.predict(frame.matrix), overall),
        **{f"p_{name}": values for name, values in schemes.items()},
    }  # fmt: skip
    return pa.table(columns)


def _amounts(amounts: FloatArray | None, probabilities: FloatArray) -> dict[str, pa.Array]:
    if amounts is None:
        nothing = pa.nulls(len(probabilities), MONEY)
        return {"amount_if_confirmed": nothing, "expected_amount": nothing}
    return {
        "amount_if_confirmed": _money(amounts),
        "expected_amount": _money(np.round(probabilities * amounts, 2)),
    }


def _money(yuan: FloatArray) -> pa.Array:
    return pc.cast(pa.array(yuan), MONEY)


def write_scores(models: Home, out: Path, *, progress: Callable[[str, float], None]) -> dict[str, Any]:
    """
    Score a snapshot that is being built with the model in force, and with the challenger in the shadow.

    A model that is gone or refuses the snapshot's features leaves it unscored and says so: rules rank as without one.

    :param models: the home that holds the models (not that of a past day)
    :returns: champion and challenger ids, and `refused`: why one did not score
    """
    state = read_in_force(models)
    told: dict[str, Any] = {"champion": state.champion, "challenger": state.challenger, "refused": {}}
    for number, (model_id, name) in enumerate(((state.champion, SCORES), (state.challenger, SHADOW))):
        if model_id is None:
            continue
        progress("按在用模型评分" if name == SCORES else "按影子模型评分", number / 2)
        try:
            score(models, model_id, out, out=out / name)
        except (ModelError, NoModelError) as error:
            told["refused"][model_id] = str(error)
    return told
