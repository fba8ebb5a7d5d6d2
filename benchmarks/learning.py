"""
Bulk scoring: how long a model takes over many households, and what reasons for the flagged cost after it.

    python benchmarks/learning.py --home DIR [--households 1000000]

The figures are those of the newest snapshot of DIR, its households repeated; a model is trained from the past snapshots
there (`yihu build --as-of`). Reading figures from a snapshot is timed at its own size.
"""

import argparse
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from yihu.lens.home import Home
from yihu.lens.learning.cards import OVERALL
from yihu.lens.learning.explaining import explain_row
from yihu.lens.learning.frame import Frame, read_frame
from yihu.lens.learning.kept import list_models
from yihu.lens.learning.scoring import load_model, score_frame
from yihu.lens.learning.training import train
from yihu.lens.snapshots import shelf

EXPLAINED = 20


def repeated(frame: Frame, households: int) -> Frame:
    """The same households over and over, each under a name of its own."""
    rows = np.arange(households) % len(frame)
    return replace(
        frame, household_ids=[f"{k:09d}" for k in range(households)], matrix=frame.matrix[rows], size=frame.size[rows],
        known=frame.known[rows], places={name: [] for name in frame.places},
    )  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--home", type=Path, required=True)
    asked.add_argument("--households", type=int, default=1_000_000)
    wanted = asked.parse_args()
    home = Home(wanted.home)
    if not list_models(home):
        past = [k.path for k in shelf.list_past(home)]
        train(home, past, now=datetime.now(UTC), progress=lambda stage, done: None)
    model = load_model(home, list_models(home)[0].model_id)
    snapshot = shelf.current_snapshot(home).path
    begun = time.perf_counter()
    frame = read_frame(snapshot)
    read = time.perf_counter()
    many = repeated(frame, wanted.households)
    ready = time.perf_counter()
    scored = score_frame(model, many)
    done = time.perf_counter()
    flagged = int(np.asarray(scored["is_flagged"]).sum())
    print(f"{len(frame.features)} features, {len(model.grown)} heads")
    print(f"{len(frame):,} households read: {read - begun:.1f} s")
    print(f"score {wanted.households:,} households, all heads: {done - ready:.1f} s, {flagged:,} flagged")
    best = np.argsort(-model.margins(OVERALL, frame.matrix))[:EXPLAINED]
    begun = time.perf_counter()
    for place in best.tolist():
        explain_row(model, frame, snapshot, frame.household_ids[place])
    each = (time.perf_counter() - begun) / EXPLAINED
    rows = frame.matrix[best]
    begun = time.perf_counter()
    model.grown[OVERALL].booster.predict(rows, pred_contrib=True, num_threads=1)
    exact = (time.perf_counter() - begun) / EXPLAINED
    print(f"a flagged household: contributions {exact * 1000:.2f} ms, whole explanation {each * 1000:.0f} ms")


if __name__ == "__main__":
    main()
