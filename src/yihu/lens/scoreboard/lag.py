"""
How long a scheme ran before an office with a given capacity would have looked at its household.

**Detection lag** of a planted household: days from the day its scheme began to the first observed day on which it
stands among the first `capacity` of that day's worklist, households already confirmed by then taken out. Days are
observed by snapshots of past days (`yihu build --as-of DAY`) and the current one; each knows nothing that was dated
later. A household is followed by its registration numbers, for a past day may resolve it otherwise.

The median is over those found, so it is told together with how many could have been found at all (`observable`: begun
by the last observed day) and how many were. A lag can only be as fine as the distance of the observed days.
"""

from datetime import date
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from yihu.lens.backends.duck import literal
from yihu.lens.scoreboard.ranking import read_ranked
from yihu.lens.snapshots.shelf import Kept

Planted = dict[str, dict[str, tuple[date, set[str]]]]


def read_numbers(con: Any, members: Path, truth: Path) -> Planted:
    """Scheme -> household (of `members`) -> the day it began there, and the numbers it was planted under."""
    rows = con.execute(
        f"SELECT s.scheme, m.household_id, min(s.started_on), list(DISTINCT s.registration_id) "
        f"FROM read_parquet({literal(str(truth / 'schemes.parquet'))}) s "
        f"JOIN read_parquet({literal(str(members))}) m USING (registration_id) "
        "WHERE s.started_on IS NOT NULL GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    planted: Planted = {}
    for scheme, household, started, numbers in rows:
        planted.setdefault(scheme, {})[household] = (started, set(numbers))
    return planted


def detection_lags(con: Any, observed: list[Kept], planted: Planted, capacity: int) -> dict[str, dict[str, Any]]:
    """
    By scheme, and under ``all``: capacity, days_observed, observable, found, median_days, quartiles, reason.

    One snapshot knows one day only: with a single day `median_days` is None and `reason` says what to do.
    """
    days = sorted({s.manifest["as_of"] for s in observed if s.manifest.get("as_of")})
    everyone = {f"{scheme}/{h}": found for scheme, held in planted.items() for h, found in held.items()}
    groups = [*planted.items(), ("all", everyone)]
    if len(days) < 2:
        reason = "只有一个统计日的快照，看不出何时首次排到前列；请先用 yihu build --as-of 构建几个过去日期的快照"
        return {name: {"median_days": None, "capacity": capacity, "reason": reason} for name, _ in groups}
    ranked = _ranked_numbers(con, observed, capacity)
    return {name: _lag(held, ranked, days, capacity) for name, held in groups}


def _ranked_numbers(con: Any, observed: list[Kept], capacity: int) -> dict[date, set[str]]:
    """Day -> the registration numbers of the first `capacity` households of its worklist."""
    found: dict[date, set[str]] = {}
    for snapshot in observed:
        listed = read_ranked(con, snapshot.path)
        unknown = (h for h, known in zip(listed.household_ids, listed.known, strict=True) if not known)
        first = [h for h, _ in zip(unknown, range(capacity), strict=False)]
        rows = con.execute(
            f"SELECT registration_id FROM read_parquet({literal(str(snapshot.path / 'members.parquet'))}) "
            "WHERE list_contains(?, household_id)",
            [first],
        ).fetchall()
        found[date.fromisoformat(snapshot.manifest["as_of"])] = {number for (number,) in rows}
    return found


def _lag(
    held: dict[str, tuple[date, set[str]]], ranked: dict[date, set[str]], days: list[str], capacity: int
) -> dict[str, Any]:
    last = date.fromisoformat(days[-1])
    observable = [(started, numbers) for started, numbers in held.values() if started <= last]
    lags = []
    for started, numbers in observable:
        seen = [day for day, listed in ranked.items() if day >= started and listed & numbers]
        if seen:
            lags.append((min(seen) - started).days)
    return {
        "capacity": capacity,
        "days_observed": days,
        "observable": len(observable),
        "found": len(lags),
        "median_days": median(lags) if lags else None,
        "quartiles": [round(q, 1) for q in quantiles(lags, n=4)] if len(lags) > 1 else None,
        "reason": None if lags else f"各统计日都没有排进前 {capacity} 户",
    }
