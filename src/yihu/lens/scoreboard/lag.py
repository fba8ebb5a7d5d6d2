"""How long after a scheme began the worklist first pointed at its household."""

from datetime import date
from statistics import median
from typing import Any

from yihu.lens.backends.duck import literal
from yihu.lens.snapshots.shelf import Kept

ALARMS = ("HIGH", "MEDIUM")


def detection_lags(con: Any, kept: list[Kept], planted: dict[str, dict[str, date]]) -> dict[str, dict[str, Any]]:
    """
    Days from the begin of a scheme to the last invoice day of the first kept snapshot that gave its household a high or
    medium level, median over the households found; by scheme, and under ``all``.

    One snapshot knows one day only, so with a single day there is no lag to measure: `median_days` is None and
    `reason` says so. Snapshots from before a scheme began do not count as finding it.
    """
    days = sorted({s.manifest["as_of"] for s in kept if s.manifest.get("as_of")})
    if len(days) < 2:
        reason = "只有一个统计日的快照，无法观察何时首次发现；请按月采集并构建、保留各月快照后再评"
        return {name: {"median_days": None, "reason": reason} for name in [*planted, "all"]}
    alarms = _first_alarms(con, kept)
    everyone = {h: d for households in planted.values() for h, d in households.items()}
    return {name: _lag(households, alarms, days) for name, households in [*planted.items(), ("all", everyone)]}


def _first_alarms(con: Any, kept: list[Kept]) -> dict[str, list[date]]:
    """Household -> the days on which it stood at an alarming level."""
    alarms: dict[str, list[date]] = {}
    for snapshot in kept:
        rows = con.execute(
            f"SELECT household_id FROM read_parquet({literal(str(snapshot.path / 'risk.parquet'))}) "
            f"WHERE level_code IN {ALARMS}"
        ).fetchall()
        for (household,) in rows:
            alarms.setdefault(household, []).append(date.fromisoformat(snapshot.manifest["as_of"]))
    return alarms


def _lag(households: dict[str, date], alarms: dict[str, list[date]], days: list[str]) -> dict[str, Any]:
    lags = []
    for household, started in households.items():
        seen = [day for day in alarms.get(household, []) if started is not None and day >= started]
        if seen:
            lags.append((min(seen) - started).days)
    return {
        "median_days": median(lags) if lags else None,
        "found": len(lags),
        "days_observed": days,
        "reason": None if lags else "各统计日的快照均未将其列为高或中风险",
    }
