"""How far up the worklist the planted schemes stand."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from yihu.lens.backends.duck import literal
from yihu.lens.learning.measures import Hits, average_precision, describe_list

RECENT_DAYS = 365


@dataclass(frozen=True, slots=True)
class Ranked:
    """The whole worklist, best first: household ids and who was already confirmed when it was made."""

    household_ids: list[str]
    known: Hits
    as_of: date


def read_ranked(con: Any, snapshot: Path) -> Ranked:
    """Read the worklist of a snapshot directory."""
    rows = con.execute(
        f"SELECT r.household_id, n.is_confirmed FROM {_table(snapshot / 'risk.parquet')} r "
        f"JOIN {_table(snapshot / 'network' / 'nodes.parquet')} n USING (household_id) ORDER BY r.rank"
    ).fetchall()
    as_of = con.execute(f"SELECT max(last_invoice_on) FROM {_table(snapshot / 'households.parquet')}").fetchone()[0]
    return Ranked([r[0] for r in rows], np.array([r[1] for r in rows], bool), as_of)


def read_planted(con: Any, snapshot: Path, truth: Path) -> dict[str, dict[str, date]]:
    """Scheme -> household -> the day it began there, by the snapshot's own resolution of the planted numbers."""
    rows = con.execute(
        f"SELECT s.scheme, m.household_id, min(s.started_on) FROM {_table(truth / 'schemes.parquet')} s "
        f"JOIN {_table(snapshot / 'members.parquet')} m USING (registration_id) GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    planted: dict[str, dict[str, date]] = {}
    for scheme, household, started in rows:
        planted.setdefault(scheme, {})[household] = started
    return planted


def score_schemes(ranked: Ranked, planted: dict[str, dict[str, date]]) -> dict[str, Any]:
    """
    Each scheme's place in the worklist, and that of all together under ``all``.

    Households already confirmed as false issuers are taken out of the list first: to find them is no merit.
    `average_precision` counts the other schemes' households as misses; `against_honest` leaves them out.
    """
    everyone = {h: started for households in planted.values() for h, started in households.items()}
    guilty = _hits(ranked, everyone)
    board = {name: _score(ranked, households, guilty) for name, households in sorted(planted.items())}
    board["all"] = _score(ranked, everyone, guilty)
    return board


def _score(ranked: Ranked, households: dict[str, date], guilty: Hits) -> dict[str, Any]:
    hits, listed = _hits(ranked, households), ~ranked.known
    recent = {h: d for h, d in households.items() if d is not None and (ranked.as_of - d).days <= RECENT_DAYS}
    recent_hits = _hits(ranked, recent)
    return {
        **describe_list(hits[listed]),
        "known_excluded": int((hits & ranked.known).sum()),
        "average_precision_with_known": _round(average_precision(hits)),
        "against_honest": _round(average_precision(hits[listed & (hits | ~guilty)])),
        "begun_within_a_year": {
            "positives": int(recent_hits[listed].sum()),
            "against_honest": _round(average_precision(recent_hits[listed & (recent_hits | ~guilty)])),
        },
    }


def _hits(ranked: Ranked, households: dict[str, date]) -> Hits:
    return np.array([h in households for h in ranked.household_ids], bool)


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _table(path: Path) -> str:
    return f"read_parquet({literal(str(path))})"
