"""
Labels: what inspections found that was not yet known on the day of a snapshot.

An inspection labels its household on the last snapshot before it was opened. Its outcome counts only once the case is
closed. Nothing is read but gathered inspections: never a planted truth.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from yihu.lens.backends.duck import connect, literal
from yihu.lens.home import Home
from yihu.lens.ingest.batches import latest, table_files

Dates = npt.NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class Inspected:
    """
    Households inspected within a stretch of days, one row each, in the order of household_id.

    :param confirmed: bool [n], something was found; `schemes`: what, empty where nothing or not said
    :param selected_by: RANDOM, RULE, OFFICER or REFERRAL
    :param opened, closed: datetime64[D] [n]
    :param amount_due: yuan, NaN where nobody wrote it down
    """

    household_ids: list[str]
    confirmed: npt.NDArray[np.bool_]
    schemes: list[str]
    selected_by: list[str]
    opened: Dates
    closed: Dates
    hours: npt.NDArray[np.float64]
    amount_due: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.household_ids)


def read_inspections(home: Home, snapshot: Path, *, after: date, until: date, known_on: date) -> Inspected:
    """
    Inspections of the households of `snapshot` opened in (`after`, `until`], closed by `known_on`.

    Of several of one household the one that found something counts, else the first.
    """
    con = connect()
    try:
        if not table_files(home, "inspections"):
            return _inspected([])
        rows = con.execute(
            "SELECT m.household_id, bool_or(i.outcome_code = 'CONFIRMED') AS confirmed, "
            "coalesce(arg_min(i.scheme_code, i.opened_on) FILTER (i.outcome_code = 'CONFIRMED'), '') AS scheme, "
            "arg_min(i.selected_by_code, (i.outcome_code <> 'CONFIRMED', i.opened_on, i.inspection_id)), "
            "min(i.opened_on), arg_min(i.closed_on, (i.outcome_code <> 'CONFIRMED', i.opened_on)), "
            "sum(CAST(i.hours AS DOUBLE)), sum(CAST(i.amount_due AS DOUBLE)) "
            f"FROM ({latest(con, home, 'inspections')}) i "
            f"JOIN read_parquet({literal(str(snapshot / 'members.parquet'))}) m USING (registration_id) "
            "WHERE i.outcome_code IN ('CONFIRMED', 'CLEARED') AND i.opened_on > $1 AND i.opened_on <= $2 "
            "AND i.closed_on <= $3 GROUP BY 1 ORDER BY 1",
            [after, until, known_on],
        ).fetchall()
        return _inspected(rows)
    finally:
        con.close()


def known_before(home: Home, snapshot: Path, day: date) -> set[str]:
    """Households of `snapshot` of whom an inspection closed by `day` had found something: no merit to find again."""
    con = connect()
    try:
        if not table_files(home, "inspections"):
            return set()
        rows = con.execute(
            f"SELECT DISTINCT m.household_id FROM ({latest(con, home, 'inspections')}) i "
            f"JOIN read_parquet({literal(str(snapshot / 'members.parquet'))}) m USING (registration_id) "
            "WHERE i.outcome_code = 'CONFIRMED' AND i.closed_on <= $1",
            [day],
        ).fetchall()
        return {row[0] for row in rows}
    finally:
        con.close()


def last_closed(home: Home) -> date | None:
    """The last day on which an inspection was closed; None where there is none."""
    con = connect()
    try:
        if not table_files(home, "inspections"):
            return None
        found: Any = con.execute(f"SELECT max(closed_on) FROM ({latest(con, home, 'inspections')})").fetchone()[0]
        return found if found is None or isinstance(found, date) else date.fromisoformat(str(found))
    finally:
        con.close()


def _inspected(rows: Sequence[tuple[Any, ...]]) -> Inspected:
    columns: list[Any] = [list(c) for c in zip(*rows, strict=True)] or [[] for _ in range(8)]
    ids, confirmed, schemes, selected, opened, closed, hours, due = columns
    return Inspected(
        ids, np.array(confirmed, bool), schemes, selected, np.array(opened, "datetime64[D]"),
        np.array(closed, "datetime64[D]"), np.array([h or 0.0 for h in hours], np.float64),
        np.array([np.nan if d is None else d for d in due], np.float64),
    )  # fmt: skip
