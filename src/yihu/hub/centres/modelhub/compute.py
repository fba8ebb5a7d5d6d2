"""The door to learning: the shelf of models, training, what is in force, drift; the two rankings of a snapshot."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from yihu.hub.registers.snapshots.api import Snapshot
from yihu.lens.backends.duck import connect, literal
from yihu.lens.home import Home, HomeBusyError
from yihu.lens.learning import in_force as state
from yihu.lens.learning import kept as shelf_of_models
from yihu.lens.learning.cards import CARD
from yihu.lens.learning.kept import ModelError, NoModelError
from yihu.lens.learning.splits import Asked, read_splits
from yihu.lens.snapshots import shelf

__all__ = ["Asked", "ModelError", "NoModelError"]

Progress = Callable[[str, float], None]
REFUSALS = (ModelError, NoModelError, HomeBusyError, ValueError, LookupError)


def names_on_shelf() -> list[str]:
    """Names of the models on the shelf, whole or damaged."""
    folder = Home.from_env().models
    return sorted(p.name for p in folder.glob("M*") if p.is_dir()) if folder.is_dir() else []


def read_card(model_id: str) -> dict[str, Any]:
    """
    A card as JSON, after every file of the model was compared with its digest.

    :raises NoModelError: it is not on the shelf
    :raises ModelError: MODEL-002, a file was changed, is missing or cannot be read
    """
    return dict(CARD.dump_python(shelf_of_models.read_card(Home.from_env(), model_id), mode="json"))


def asked_for(model_id: str) -> Mapping[str, tuple[Asked, ...]]:
    """
    Figure -> how each head's trees ask for it; see `lens.learning.splits`.

    :raises NoModelError: it is not on the shelf
    :raises ModelError: MODEL-002, a file was changed, is missing or cannot be read
    """
    return _asked_for(Home.from_env().root, model_id)


@lru_cache(maxsize=32)
def _asked_for(root: Path, model_id: str) -> Mapping[str, tuple[Asked, ...]]:
    """A model's files never change, so the answer is kept for the life of the process."""
    return read_splits(Home(root), model_id).by_code


def digest_of(model_id: str) -> str:
    """
    SHA-256 (hex) of a model's card, which holds those of all its other files.

    :raises NoModelError: it is not on the shelf
    """
    path = shelf_of_models.model_path(Home.from_env(), model_id) / shelf_of_models.CARD_FILE
    return hashlib.sha256(path.read_bytes()).hexdigest()


def kept_days() -> list[str]:
    """Days of the kept snapshots of past days, earliest first, as ISO texts."""
    return [kept.manifest["as_of"] for kept in shelf.list_past(Home.from_env())]


def quarter_ends(before: date, count: int) -> list[date]:
    """The last `count` quarter ends before a day, earliest first."""
    found: list[date] = []
    year, month = before.year, (before.month - 1) // 3 * 3
    while len(found) < count:
        if month == 0:
            year, month = year - 1, 12
        found.append(date(year, month, 31 if month in (3, 12) else 30))
        month -= 3
    return found[::-1]


def build_past(day: date, *, now: datetime) -> None:
    """
    Put the snapshot of a past day on the shelf, unless it is there.

    :raises REFUSALS: no invoice so early, or another process is building
    """
    from yihu.lens.snapshots.build import build

    build(Home.from_env(), now=now, as_of=day, progress=lambda stage, done: None)


def train(*, days: Sequence[date], now: datetime, capacity: int, progress: Progress, until: date | None = None) -> str:
    """
    Train from snapshots of past days (those kept, and `days`, built where missing) and the inspections after them.

    :param until: the last day whose outcomes are known, and before which the snapshots lie; the last closing by default
    :returns: the new model's name
    :raises REFUSALS: no snapshot of a past day, too few outcomes, a leak, or another process is building
    """
    # The learning libraries take seconds to import: no page should wait for them at start.
    from yihu.lens.learning.training import train as train_model
    from yihu.lens.snapshots.build import build

    home = Home.from_env()
    for number, day in enumerate(days):
        build(home, now=now, as_of=day, progress=_part(progress, number / (2 * len(days)), 0.5 / len(days)))
    past = [kept.path for kept in shelf.list_past(home) if until is None or kept.manifest["as_of"] < until.isoformat()]
    if not past:
        raise NoModelError("没有历史快照，无从学习：请在训练页填写要补建几个季度末的快照")
    begun = 0.5 if days else 0.0
    made = train_model(
        home, past, now=now, until=until, capacity=capacity, progress=_part(progress, begun, 1 - begun)
    )  # fmt: skip
    return made.model_id


def _part(progress: Progress, start: float, share: float) -> Progress:
    return lambda stage, done: progress(stage, start + share * done)


def closed_since(day: str) -> int:
    """Inspections with an outcome closed after a day, of the published snapshot: what a training could learn from."""
    kept = find_current()
    if kept is None or not (kept.path / "inspections.parquet").exists():
        return 0
    source = literal(str(kept.path / "inspections.parquet"))
    row = connect(threads=1).execute(
        f"SELECT count(*) FROM read_parquet({source}) WHERE closed_on > ? AND outcome_code IN ('CONFIRMED', 'CLEARED')",
        [date.fromisoformat(day)],
    )
    return int(row.fetchone()[0])


def put_in_force(model_id: str, *, by: str, at: datetime, reason: str) -> None:
    """:raises ModelError: a file was changed, or it is in force already"""
    state.put_in_force(Home.from_env(), model_id, by=by, at=at, reason=reason)


def set_challenger(model_id: str | None, *, by: str, at: datetime, reason: str) -> None:
    """:raises ModelError: a file was changed, or it is the one in force"""
    state.set_challenger(Home.from_env(), model_id, by=by, at=at, reason=reason)


def roll_back(*, by: str, at: datetime, reason: str) -> str | None:
    """
    Put the earlier model in force again; its name, or None where rules rank alone again.

    :raises ModelError: nothing is in force, or the earlier model was changed
    """
    return state.roll_back(Home.from_env(), by=by, at=at, reason=reason).champion


def in_force() -> tuple[str | None, str | None]:
    """(champion, challenger) as the next build will use them."""
    found = state.read_in_force(Home.from_env())
    return found.champion, found.challenger


def find_current() -> shelf.Kept | None:
    """The published snapshot, or None."""
    try:
        return shelf.current_snapshot(Home.from_env())
    except (shelf.NoSnapshotError, OSError, ValueError):
        return None


def measure(model_id: str, snapshot: Path) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """
    Drift of every feature (the probability first) and the measures on inspections since the training.

    :raises ModelError: the snapshot has other features than the training (MODEL-001), or a file was changed
    """
    from yihu.lens.learning.drifting import calibration_since, drift

    home = Home.from_env()
    drifted = [asdict(one) for one in drift(home, model_id, snapshot)]
    since = calibration_since(home, model_id, _first_unseen(home, model_id) or snapshot)
    return drifted, asdict(since) if since.n else None


def _first_unseen(home: Home, model_id: str) -> Path | None:
    """The earliest kept snapshot on whose day every outcome that was learned from was known: none of it leaks in."""
    until = shelf_of_models.read_card(home, model_id).label_until
    shelved = [*shelf.list_past(home), *shelf.list_snapshots(home)]
    later = [(kept.manifest["as_of"], kept.path) for kept in shelved if (kept.manifest["as_of"] or "") >= until]
    return min(later)[1] if later else None


def refusals_of(kept: shelf.Kept) -> dict[str, str]:
    """Models that refused to score the snapshot, with their reasons in words."""
    told = kept.manifest.get("steps", {}).get("模型评分") or {}
    return dict(told.get("refused") or {})


def scored_by(kept: shelf.Kept) -> dict[str, str | None]:
    """Which models scored the snapshot: {champion, challenger}."""
    told = kept.manifest.get("steps", {}).get("模型评分") or {}
    return {"champion": told.get("champion"), "challenger": told.get("challenger")}


def compare_rankings(snapshot: Snapshot, capacity: int) -> dict[str, Any] | None:
    """
    Champion beside challenger on one snapshot; None where either did not score it.

    :returns: {households, capacity, both, newly: [household_id], gone: [household_id], correlation} with the first
        `capacity` of each ranking, already confirmed households left out
    """
    if not all((snapshot.path / f"{name}.parquet").exists() for name in ("scores", "scores_shadow")):
        return None
    first = f"SELECT household_id FROM {{}} WHERE NOT known ORDER BY rank LIMIT {int(capacity)}"
    of = {
        name: [row["household_id"] for row in snapshot.rows(first.format(name))] for name in ("scores", "scores_shadow")
    }
    champion, challenger = set(of["scores"]), set(of["scores_shadow"])
    told = snapshot.row(
        "SELECT count(*) AS households, corr(a.rank, b.rank) AS correlation "
        "FROM scores a JOIN scores_shadow b USING (household_id)"
    ) or {"households": 0, "correlation": None}
    return {
        **told,
        "capacity": capacity,
        "both": len(champion & challenger),
        "newly": [h for h in of["scores_shadow"] if h not in champion],
        "gone": [h for h in of["scores"] if h not in challenger],
    }


def places_in_both(snapshot: Snapshot, ids: list[str]) -> dict[str, dict[str, Any]]:
    """{before, after, said_before, said_after} of each household: rank and probability by champion and challenger."""
    rows = snapshot.rows(
        "SELECT household_id, a.rank AS before, b.rank AS after, a.probability AS said_before, "
        "b.probability AS said_after FROM scores a JOIN scores_shadow b USING (household_id) "
        "WHERE list_contains(?, household_id)",
        [ids],
    )
    return {row.pop("household_id"): row for row in rows}


def outcomes_since(snapshot: Snapshot, ids: list[str]) -> dict[str, str]:
    """How the latest closed inspection of each household ended: CONFIRMED or CLEARED; those without are left out."""
    if not (snapshot.path / "inspections.parquet").exists():
        return {}
    rows = snapshot.rows(
        "SELECT household_id, arg_max(outcome_code, closed_on) AS outcome FROM inspections "
        "WHERE outcome_code IN ('CONFIRMED', 'CLEARED') AND list_contains(?, household_id) GROUP BY 1",
        [ids],
    )
    return {row["household_id"]: row["outcome"] for row in rows}


def earlier_champion() -> str | None:
    """The model that a rollback would put in force again; None where rules would rank alone."""
    return state.earlier_champion(state.read_in_force(Home.from_env()))
