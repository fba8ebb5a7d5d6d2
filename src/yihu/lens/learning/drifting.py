"""Does the model still meet the households it was trained on, and do its probabilities still come true?"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from yihu.lens.home import Home
from yihu.lens.learning.cards import OVERALL, Measured
from yihu.lens.learning.cases import day_of
from yihu.lens.learning.frame import read_frame
from yihu.lens.learning.kept import model_path
from yihu.lens.learning.labels import last_closed, read_inspections
from yihu.lens.learning.reference import SCORE, read_reference, shares_within, stability_index
from yihu.lens.learning.scoring import load_model, refuse_other_features
from yihu.lens.learning.weighing import measure

CALM, CHANGED = 0.1, 0.25
VERDICTS = ("CHANGED", "MOVED", "CALM")


@dataclass(frozen=True, slots=True)
class Drift:
    """
    One feature (or ``probability``): how far its distribution moved since training.

    :param psi: stability index of the known values
    :param missing_before, missing_now: share of households without the figure
    :param verdict: CALM (below 0.1), MOVED, CHANGED (0.25 and above, or the missing share moved by a tenth)
    """

    feature: str
    zh: str
    psi: float
    missing_before: float
    missing_now: float
    median_before: float | None
    median_now: float | None
    verdict: str


def drift(home: Home, model_id: str, snapshot: Path) -> list[Drift]:
    """
    One row for the probability and one a feature, by verdict and then the most moved first.

    :raises ModelError: the features differ (MODEL-001), a file was changed (MODEL-002)
    """
    model = load_model(home, model_id)
    frame = read_frame(snapshot)
    refuse_other_features(model.card, frame)
    before = read_reference(model_path(home, model_id) / "reference.parquet")
    columns = {f.code: (f.zh, frame.matrix[:, place].astype(float)) for place, f in enumerate(frame.features)}
    columns[SCORE] = ("模型概率", model.probabilities(OVERALL, frame.matrix))
    rows = []
    for code, (zh, values) in columns.items():
        was, known = before[code], values[~np.isnan(values)]
        psi = stability_index(was.shares, shares_within(known, was.edges)) if len(was.shares) and len(known) else 0.0
        missing = 1 - len(known) / max(len(values), 1)
        moved = psi >= CHANGED or abs(missing - was.missing) >= 0.1
        verdict = "CHANGED" if moved else "MOVED" if psi >= CALM else "CALM"
        middle = float(np.median(known)) if len(known) else None
        rows.append(Drift(code, zh, round(psi, 6), was.missing, round(missing, 6), was.median, middle, verdict))
    return sorted(rows, key=lambda r: (r.feature != SCORE, VERDICTS.index(r.verdict), -r.psi, r.feature))


def calibration_since(home: Home, model_id: str, snapshot: Path, *, until: date | None = None) -> Measured:
    """
    What later inspections say of the probabilities a model gives on `snapshot`: those opened after its day.

    They are not weighted: inspected households are not like the others, so precision here is that of the selection too.

    :raises ModelError: the features differ (MODEL-001), a file was changed (MODEL-002)
    """
    model = load_model(home, model_id)
    frame = read_frame(snapshot)
    refuse_other_features(model.card, frame)
    known_on = until or last_closed(home) or day_of(snapshot)
    found = read_inspections(home, snapshot, after=day_of(snapshot), until=known_on, known_on=known_on)
    row_of = {h: row for row, h in enumerate(frame.household_ids)}
    listed = np.array([row_of.get(h, -1) for h in found.household_ids], np.intp)
    there = listed >= 0
    said = model.probabilities(OVERALL, frame.matrix[listed[there]]) if there.any() else np.zeros(0)
    share = model.card.capacity / max(len(frame), 1)
    return measure(
        said, found.confirmed[there], np.ones(int(there.sum())), split="since_training",
        capacity=model.card.capacity, share=share,
    )  # fmt: skip
