"""Where one taxpayer stood on each kept snapshot: what would have been said of it on that day."""

from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from yihu.lens.backends.duck import connect, literal
from yihu.lens.home import Home
from yihu.lens.snapshots import shelf

# So many answers are kept in the process; a kept snapshot never changes.
MOST_KEPT = 5_000


def places_over_time(home: Home, numbers: Sequence[str]) -> list[dict[str, Any]]:
    """
    The household of these registrations on every kept snapshot that knows one of them, earliest day first.

    Snapshots of past days hold nothing that was dated later. Of several built for one day the newest counts.

    :returns: {snapshot, as_of, is_past, households, rank, score, level_code, probability, learned_rank, reasons}
    """
    shelved = [*shelf.list_past(home), *shelf.list_snapshots(home)]
    kept = {one.manifest["as_of"]: one for one in shelved if one.manifest["as_of"]}
    told = [(one, _place(one.path, tuple(sorted(numbers)))) for _, one in sorted(kept.items())]
    return [
        {
            "snapshot": one.id, "as_of": one.manifest["as_of"], "is_past": one.id.startswith("P"),
            "households": one.manifest["households"], **place,
        }
        for one, place in told if place
    ]  # fmt: skip


@lru_cache(maxsize=MOST_KEPT)
def _place(path: Path, numbers: tuple[str, ...]) -> dict[str, Any] | None:
    """Of several households the highest ranked; a file is opened by what its row groups tell of the household."""
    con = _connection().cursor()
    known = ", ".join("?" for _ in numbers)
    found = con.execute(
        f"SELECT DISTINCT household_id FROM {_table(path, 'members')} WHERE registration_id IN ({known})", list(numbers)
    ).fetchall()
    if not found:
        return None
    ids = [household for (household,) in found]
    scored = (path / "scores.parquet").exists()
    scores = (
        _table(path, "scores") if scored else "(SELECT ''::VARCHAR AS household_id, NULL AS probability, 0 AS rank)"
    )
    cursor = con.execute(
        "SELECT r.household_id, r.rank, r.score, r.level_code, s.probability, s.rank AS learned_rank "
        f"FROM {_table(path, 'risk')} r LEFT JOIN {scores} s USING (household_id) "
        f"WHERE r.household_id IN ({', '.join('?' for _ in ids)}) ORDER BY r.rank LIMIT 1",
        ids,
    )
    names = [column[0] for column in cursor.description]
    row = cursor.fetchone()
    if row is None:
        return None
    told = dict(zip(names, row, strict=True))
    reasons = con.execute(
        f"SELECT sentence FROM {_table(path, 'reasons')} WHERE household_id = ? ORDER BY ordinal LIMIT 3",
        [told.pop("household_id")],
    ).fetchall()
    return {**told, "reasons": [sentence for (sentence,) in reasons]}


def _table(path: Path, name: str) -> str:
    return f"read_parquet({literal(str(path / f'{name}.parquet'))})"


@cache
def _connection() -> Any:
    """One for the process: to open one takes longer than to ask; every question has its own cursor."""
    return connect(threads=1)
