"""The risk register: ranked households with what is at stake, how they were inspected, which cases resemble."""

import threading
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from yihu.lens.snapshots.questions import Questions
from yihu.lens.snapshots.worklist import WorklistFilter, conditions

INSPECTED = {
    "NONE": "i.household_id IS NULL",
    "ANY": "i.household_id IS NOT NULL",
    "CONFIRMED": "i.outcome_code = 'CONFIRMED'",
    "CLEARED": "i.outcome_code = 'CLEARED'",
    "PENDING": "i.outcome_code = 'PENDING'",
}
REGISTER_SORTS = {
    "rank": "r.rank",
    # By the model in force; the order of the rules where none is, and among those it does not score.
    "learned": "s.rank NULLS LAST, r.rank",
    # By the head of the scheme that the filter names, which knows it better than the total does.
    "scheme": "scheme_probability DESC NULLS LAST, s.rank NULLS LAST, r.rank",
    # Probability times what an inspection brings that finds something.
    "expected": "expected_amount DESC NULLS LAST, s.rank NULLS LAST, r.rank",
    "stake": "k.stake DESC NULLS LAST, r.rank",
    "name": "h.name",
    "inspected": "i.opened_on DESC NULLS LAST, r.rank",
}
# What is at stake: the larger of the tax on invoices issued and on invoices received in the last twelve months.
STAKES = """
CREATE TABLE IF NOT EXISTS stakes AS
SELECT household_id, sum(sold) AS sold_tax, sum(bought) AS bought_tax, greatest(sum(sold), sum(bought)) AS stake
  FROM (SELECT seller_household_id AS household_id, tax_amount AS sold, 0 AS bought, month FROM trades
        UNION ALL SELECT buyer_household_id, 0, tax_amount, month FROM trades)
 WHERE month > (SELECT max(month) FROM trades) - INTERVAL 12 MONTH GROUP BY 1
"""
# A case still open is not told to everybody who may look at the household.
CONCLUDED = "closed_on IS NOT NULL AND outcome_code <> 'PENDING'"
# The newest inspection of each household counts: of all, or of the concluded ones.
NEWEST = {"last_inspections": "household_id IS NOT NULL", "last_concluded": f"household_id IS NOT NULL AND {CONCLUDED}"}
LAST = """
CREATE TABLE IF NOT EXISTS {table} AS
SELECT DISTINCT ON (household_id) household_id, inspection_id, opened_on, closed_on, outcome_code, scheme_code,
       selected_by_code, amount_due FROM inspections WHERE {where}
 ORDER BY household_id, opened_on DESC, inspection_id DESC
"""
NOBODY = """
CREATE TABLE IF NOT EXISTS {table} (household_id VARCHAR, inspection_id VARCHAR, opened_on DATE,
       closed_on DATE, outcome_code VARCHAR, scheme_code VARCHAR, selected_by_code VARCHAR, amount_due DECIMAL(18, 2))
"""
# Reasons in common by weight, over all reasons of both; today's reasons, not those of the day of the inspection.
SIMILAR = """
WITH mine AS (SELECT rule_code, weight FROM reasons WHERE household_id = $1),
others AS (SELECT n.household_id, n.rule_code, n.rule_zh, n.weight FROM reasons n
           JOIN last_concluded i USING (household_id) WHERE n.household_id <> $1),
weighed AS (
  SELECT o.household_id, sum(least(o.weight, m.weight)) FILTER (m.weight IS NOT NULL) AS common,
         sum(o.weight) AS own, list(o.rule_zh ORDER BY o.weight DESC) FILTER (m.weight IS NOT NULL) AS shared
    FROM others o LEFT JOIN mine m ON m.rule_code = o.rule_code GROUP BY 1)
SELECT h.household_id, h.name, h.division_name, h.industry_name, r.level_code, i.* EXCLUDE (household_id), w.shared,
       w.common / ((SELECT sum(weight) FROM mine) + w.own - w.common) AS similarity
  FROM weighed w JOIN households h USING (household_id) JOIN risk r USING (household_id)
  JOIN last_concluded i USING (household_id)
 WHERE w.common > 0 AND {where} ORDER BY similarity DESC, h.household_id LIMIT {limit}
"""
_making = threading.Lock()


@dataclass(frozen=True, slots=True)
class RegisterFilter(WorklistFilter):
    """
    What the register may be narrowed by beside the worklist's filters; empty means any.

    :param typology: of a rule that fired; `scheme`: the likeliest by the model in force
    :param least_stake: yuan; see `STAKES`
    :param inspected: a key of `INSPECTED`
    :param flagged: only those the model in force flags
    :param open_cases: whether inspections that are not concluded count; nobody learns of them otherwise
    """

    typology: str = ""
    scheme: str = ""
    office: str = ""
    least_stake: Decimal | None = None
    inspected: str = ""
    flagged: bool = False
    open_cases: bool = False


class RegisterReader(Questions):
    """Questions about households at risk."""

    def register(
        self, wanted: RegisterFilter, *, sort: str = "rank", limit: int = 50, offset: int = 0
    ) -> list[dict[str, Any]]:
        """
        Ranked households: the household's columns, score, level_code, rank; probability, learned_rank, is_flagged and
        likely_scheme (None without a model); scheme_probability of the scheme in the filter (None where the model has
        no head for it); amount_if_confirmed and expected_amount in yuan (None where the model tells none); sold_tax,
        bought_tax, stake in yuan; inspection_id, opened_on, closed_on, outcome_code, found_scheme, amount_due of the
        newest inspection; reasons (sentences), rules.
        """
        _ = self._ready
        where, params = _conditions(wanted)
        page = self.rows(
            "SELECT h.*, r.score, r.level_code, r.rank, s.probability, s.rank AS learned_rank, s.is_flagged, "
            f"s.scheme AS likely_scheme, {self._scored(f'p_{wanted.scheme}', 'DOUBLE')} AS scheme_probability, "
            f"{self._scored('amount_if_confirmed')} AS amount_if_confirmed, "
            f"{self._scored('expected_amount')} AS expected_amount, "
            "k.sold_tax, k.bought_tax, k.stake, i.inspection_id, i.opened_on, "
            f"i.closed_on, i.outcome_code, i.scheme_code AS found_scheme, i.amount_due {_from(wanted)} WHERE {where} "
            f"ORDER BY {REGISTER_SORTS[sort]}, h.household_id LIMIT ? OFFSET ?",
            [*params, limit, offset],
        )
        told = {
            row["household_id"]: row
            for row in self.rows(
                "SELECT household_id, list(sentence ORDER BY ordinal) AS reasons, "
                "list(DISTINCT typology) AS typologies FROM reasons WHERE list_contains(?, household_id) GROUP BY 1",
                [[row["household_id"] for row in page]],
            )
        }
        empty: dict[str, Any] = {"reasons": [], "typologies": []}
        return [{**row, **told.get(row["household_id"], empty)} for row in page]

    def count_register(self, wanted: RegisterFilter) -> dict[str, Any]:
        """
        Households within the filter by level code and under ``all``; ``stake`` and ``expected``: theirs together, in
        yuan, the second None where no model tells amounts.
        """
        _ = self._ready
        where, params = _conditions(wanted)
        rows = self.rows(
            f"SELECT r.level_code, count(*) AS n, sum(k.stake) AS stake, "
            f"sum({self._scored('expected_amount')}) AS expected {_from(wanted)} WHERE {where} GROUP BY 1",
            params,
        )
        counts: dict[str, Any] = {row["level_code"]: row["n"] for row in rows}
        expected = [row["expected"] for row in rows if row["expected"] is not None]
        return {
            **counts,
            "all": sum(counts.values()),
            "stake": sum((row["stake"] or 0 for row in rows), Decimal(0)),
            "expected": sum(expected, Decimal(0)) if expected else None,
        }

    def inspections(self, household_id: str, *, open_cases: bool = False) -> list[dict[str, Any]]:
        """The concluded inspections of a household, newest first; with `open_cases` every one."""
        if not (self.path / "inspections.parquet").exists():
            return []
        return self.rows(
            f"SELECT * FROM inspections WHERE household_id = ? AND {'true' if open_cases else CONCLUDED} "
            "ORDER BY opened_on DESC, inspection_id",
            [household_id],
        )

    def similar_inspected(
        self, household_id: str, bounds: WorklistFilter | None = None, *, limit: int = 10
    ) -> list[dict[str, Any]]:
        """
        Inspected households whose reasons resemble this one's, the most alike first.

        :returns: household_id, name, division_name, industry_name, level_code, the columns of its newest inspection,
            shared (names of rules in common) and similarity: weights in common over all weights, 0..1
        """
        _ = self._ready
        where, params = conditions(bounds or WorklistFilter())
        sql = SIMILAR.format(where=_numbered(where, 2), limit=int(limit))
        return self.rows(sql, [household_id, *params])

    def _scored(self, name: str, kind: str = "DECIMAL(18, 2)") -> str:
        """
        A column of the scores, null where the model did not make it. A name may come from an address: it must be that
        of a column.
        """
        return f'CAST(s."{name}" AS {kind})' if name in self._score_columns else f"NULL::{kind}"

    @cached_property
    def _score_columns(self) -> frozenset[str]:
        """The columns of the scores, one for each scheme that the model in force has a head for among them."""
        return frozenset(row["column_name"] for row in self.rows("DESCRIBE scores"))

    @cached_property
    def _ready(self) -> bool:
        """The register's own tables, made when it is first asked: a snapshot never changes."""
        with _making:
            self.rows(STAKES)
            sql = LAST if (self.path / "inspections.parquet").exists() else NOBODY
            for table, where in NEWEST.items():
                self.rows(sql.format(table=table, where=where))
        return True


def _from(wanted: RegisterFilter) -> str:
    return (
        "FROM households h JOIN risk r USING (household_id) LEFT JOIN scores s USING (household_id) LEFT JOIN stakes k "
        f"USING (household_id) LEFT JOIN {'last_inspections' if wanted.open_cases else 'last_concluded'} i "
        "USING (household_id)"
    )


def _conditions(wanted: RegisterFilter) -> tuple[str, list[object]]:
    where, params = conditions(wanted)
    clauses = [where]
    simple: dict[str, object] = {
        "h.household_id IN (SELECT household_id FROM reasons WHERE typology = ?)": wanted.typology,
        "s.scheme = ?": wanted.scheme,
        "h.office_code = ?": wanted.office,
        "k.stake >= ?": wanted.least_stake,
    }
    for sql, value in simple.items():
        if value:
            clauses.append(sql)
            params.append(value)
    if wanted.inspected:
        clauses.append(INSPECTED[wanted.inspected])
    if wanted.flagged:
        clauses.append("s.is_flagged")
    return " AND ".join(clauses), params


def _numbered(sql: str, first: int) -> str:
    """Give anonymous ``?`` parameters numbers, so that they can stand beside ``$1``."""
    pieces = sql.split("?")
    return "".join(p + (f"${first + i}" if i < len(pieces) - 1 else "") for i, p in enumerate(pieces))
