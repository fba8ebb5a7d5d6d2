"""Where one taxpayer stood on each kept snapshot: what would have been said of it on that day."""

from collections.abc import Sequence
from typing import Any

from yihu.lens.backends.duck import connect, literal
from yihu.lens.home import Home
from yihu.lens.snapshots import shelf


def places_over_time(home: Home, numbers: Sequence[str]) -> list[dict[str, Any]]:
    """
    The household of these registrations on every kept snapshot that knows one of them, earliest day first.

    Snapshots of past days hold nothing that was dated later. Of several built for one day the newest counts.

    :returns: {snapshot, as_of, is_past, households, rank, score, level_code, probability, learned_rank, reasons}
    """
    shelved = [*shelf.list_past(home), *shelf.list_snapshots(home)]
    kept = {one.manifest["as_of"]: one for one in shelved if one.manifest["as_of"]}
    con = connect()
    found = [place for _, one in sorted(kept.items()) if (place := _place(con, one, list(numbers)))]
    con.close()
    return found


def _place(con: Any, kept: shelf.Kept, numbers: list[str]) -> dict[str, Any] | None:
    def table(name: str) -> str:
        return f"read_parquet({literal(str(kept.path / f'{name}.parquet'))})"

    scored = (kept.path / "scores.parquet").exists()
    scores = table("scores") if scored else "(SELECT NULL::VARCHAR AS household_id, NULL AS probability, NULL AS rank)"
    cursor = con.execute(
        f"SELECT r.household_id, r.rank, r.score, r.level_code, s.probability, s.rank AS learned_rank "
        f"FROM {table('risk')} r LEFT JOIN {scores} s USING (household_id) WHERE r.household_id IN "
        f"(SELECT household_id FROM {table('members')} WHERE list_contains($1, registration_id)) "
        "ORDER BY r.rank LIMIT 1",
        [numbers],
    )
    names = [column[0] for column in cursor.description]
    row = cursor.fetchone()
    if row is None:
        return None
    told = dict(zip(names, row, strict=True))
    reasons = con.execute(
        f"SELECT sentence FROM {table('reasons')} WHERE household_id = $1 ORDER BY ordinal LIMIT 3",
        [told.pop("household_id")],
    ).fetchall()
    return {
        "snapshot": kept.id, "as_of": kept.manifest["as_of"], "is_past": kept.id.startswith("P"),
        "households": kept.manifest["households"], **told, "reasons": [sentence for (sentence,) in reasons],
    }  # fmt: skip
