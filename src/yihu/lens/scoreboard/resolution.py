"""Pairwise quality of the resolution."""

from pathlib import Path
from typing import Any

from yihu.lens.backends.duck import literal

PAIRS = "coalesce(sum(n * (n - 1) / 2), 0)::BIGINT FROM (SELECT count(*) AS n FROM judged GROUP BY {keys})"


def score_resolution(con: Any, members: Path, truth: Path) -> dict[str, Any]:
    """
    Of the pairs of registrations put together, how many belong together, and of those that do, how many were.

    Registrations of truth/duplicates.parquet only; one that the snapshot does not hold counts as on its own.

    :returns: precision, recall, f1 (1.0 where there is nothing to find or nothing was put together), pairs, missing
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE judged AS SELECT t.taxpayer_id, "
        "coalesce(m.household_id, '?' || t.registration_id) AS household_id "
        f"FROM read_parquet({literal(str(truth / 'duplicates.parquet'))}) t "
        f"LEFT JOIN read_parquet({literal(str(members))}) m USING (registration_id)"
    )
    right, put, true = (
        int(con.execute("SELECT " + PAIRS.format(keys=keys)).fetchone()[0])
        for keys in ("taxpayer_id, household_id", "household_id", "taxpayer_id")
    )
    missing = int(con.execute("SELECT count(*) FROM judged WHERE household_id[1] = '?'").fetchone()[0])
    precision = right / put if put else 1.0
    recall = right / true if true else 1.0
    return {
        "precision": round(precision, 6),
        "recall": round(recall, 6),
        "f1": round(2 * precision * recall / (precision + recall), 6) if precision + recall else 0.0,
        "true_pairs": true,
        "found_pairs": right,
        "wrong_pairs": put - right,
        "missing_registrations": missing,
    }
