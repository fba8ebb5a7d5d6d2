"""
Bulk scoring: how long a model takes over many households, and what reasons for the flagged cost after it.

    python benchmarks/learning.py --home DIR [--households 1000000]

A snapshot of many households is written first: the newest of DIR over and over, each copy under names of its own, with
its trades and ties. Scoring it is timed as a build does it, from the files to the file. A model is trained from the
past snapshots of DIR (`yihu build --as-of`) where there is none.
"""

import argparse
import resource
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from yihu.lens.backends.duck import connect, literal, write_parquet
from yihu.lens.home import Home
from yihu.lens.learning.cards import OVERALL, ModelCard
from yihu.lens.learning.explaining import explain_row
from yihu.lens.learning.frame import read_frame
from yihu.lens.learning.kept import list_models
from yihu.lens.learning.scoring import load_model, refuse_other_features, score
from yihu.lens.learning.training import train
from yihu.lens.snapshots import shelf

EXPLAINED = 20
READ = ("households", "indicators", "risk", "trades", "links", "network/nodes")


def repeat(snapshot: Path, out: Path, copies: int) -> Path:
    """The tables that scoring reads, each row `copies` times; a household of one copy knows none of another."""
    for name in READ:
        file = snapshot / f"{name}.parquet"
        own = [c for c in pq.read_schema(file).names if c.endswith("household_id")]
        renamed = ", ".join(f"{c} || '-' || lpad(copy::VARCHAR, 4, '0') AS {c}" for c in own)
        con = connect()
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        write_parquet(
            con,
            f"SELECT * EXCLUDE (copy) REPLACE ({renamed}) "
            f"FROM read_parquet({literal(str(file))}), range({copies}) r(copy)",
            out / f"{name}.parquet",
        )  # fmt: skip
        con.close()
    return out


def model_of(home: Home) -> ModelCard:
    """The newest model that today's figures suit; trained where there is none."""
    frame = read_frame(shelf.current_snapshot(home).path)
    for card in list_models(home):
        try:
            refuse_other_features(load_model(home, card.model_id).card, frame)
            return card
        except ValueError:
            continue
    past = [k.path for k in shelf.list_past(home)]
    return train(home, past, now=datetime.now(UTC), progress=lambda stage, done: None)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--home", type=Path, required=True)
    asked.add_argument("--households", type=int, default=1_000_000)
    wanted = asked.parse_args()
    home = Home(wanted.home)
    card = model_of(home)
    model, snapshot = load_model(home, card.model_id), shelf.current_snapshot(home).path
    frame = read_frame(snapshot)
    with tempfile.TemporaryDirectory(dir=home.root) as work:
        many = repeat(snapshot, Path(work) / "many", -(-wanted.households // len(frame)))
        begun = time.perf_counter()
        scored = pq.read_table(score(home, card.model_id, many, out=Path(work) / "scores.parquet"))
        done = time.perf_counter() - begun
    flagged = int(np.asarray(scored["is_flagged"]).sum())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{len(frame.features)} features, {len(model.grown)} heads")
    print(
        f"{len(scored):,} households from files to file, all heads: {done:.1f} s, {flagged:,} flagged, {peak:.1f} GiB"
    )
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
