"""Lists over all households: the ranked worklist and search."""

from dataclasses import dataclass, field
from typing import Any

from yihu.lens.indicators.catalogue import find_indicator
from yihu.lens.snapshots.questions import Questions
from yihu.lens.vault import IDENTITY, PHONE

SORTS = {
    "rank": "r.rank",
    # By the model in force; the order of the rules where none is, and among those it does not score.
    "learned": "s.rank NULLS LAST, r.rank",
    "score": "r.score DESC",
    "name": "h.name",
    "sales": "h.sales_amount DESC NULLS LAST",
    "purchases": "h.purchase_amount DESC NULLS LAST",
    "registered": "h.registered_on DESC NULLS LAST",
}


@dataclass(frozen=True, slots=True)
class WorklistFilter:
    """
    Which households to list; empty means any.

    `offices`, `divisions`, `areas` and `numbers` are the reader's *scope*: office codes, prefixes of division codes,
    pairs of both, and single registrations; a household within any of them is listed. Whatever the scope, the
    households in `hidden` are not: their label is above the reader's clearance.
    """

    levels: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()
    areas: tuple[tuple[str, str], ...] = ()
    numbers: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    division: str = ""
    industry: str = ""
    kind: str = ""
    rule: str = ""
    text: str = ""
    registered_only: bool = False
    household_ids: tuple[str, ...] = field(default=())


# Each way of lying within a scope, and what the reader must give for it; numbers count for registered households alone.
SCOPES = (
    ("h.office_code IN (SELECT unnest(?::VARCHAR[]))", "offices"),
    ("len(list_filter(?::VARCHAR[], lambda d: starts_with(h.division_code, d))) > 0", "divisions"),
    (
        "len(list_filter(?::VARCHAR[], lambda a: starts_with(h.office_code || ':' || h.division_code, a))) > 0",
        "areas",
    ),
    (
        "(h.is_registered AND h.household_id IN "
        "(SELECT household_id FROM members WHERE list_contains(?::VARCHAR[], registration_id)))",
        "numbers",
    ),
)


def _bounds(wanted: WorklistFilter) -> list[tuple[str, object]]:
    """The reader's scope and clearance as conditions on ``h``; none when the scope is without bounds."""
    given: dict[str, list[str]] = {
        "offices": list(wanted.offices),
        "divisions": list(wanted.divisions),
        "areas": [f"{office}:{prefix}" for office, prefix in wanted.areas],
        "numbers": list(wanted.numbers),
    }
    ways = [(sql, given[name]) for sql, name in SCOPES if given[name]]
    parts: list[tuple[str, object]] = []
    if ways:
        parts.append((f"({' OR '.join(sql for sql, _ in ways)})", tuple(values for _, values in ways)))
    if wanted.hidden:
        parts.append(("h.household_id NOT IN (SELECT unnest(?::VARCHAR[]))", list(wanted.hidden)))
    return parts


def conditions(wanted: WorklistFilter) -> tuple[str, list[object]]:
    """A filter as SQL over ``h`` (households) and ``r`` (risk), with its parameters."""
    parts = _bounds(wanted)
    if wanted.levels:
        parts.append(("list_contains(?, r.level_code)", list(wanted.levels)))
    if wanted.household_ids:
        parts.append(("list_contains(?, h.household_id)", list(wanted.household_ids)))
    simple = {
        "starts_with(h.division_code, ?)": wanted.division,
        "h.industry_code = ?": wanted.industry,
        "h.taxpayer_kind_code = ?": wanted.kind,
        "h.household_id IN (SELECT household_id FROM reasons WHERE rule_code = ?)": wanted.rule,
    }
    parts += [(sql, value) for sql, value in simple.items() if value]
    if wanted.text:
        parts.append(
            (
                "(contains(h.name, ?) OR h.household_id IN "
                "(SELECT household_id FROM members WHERE starts_with(registration_id, ?)))",
                (wanted.text, wanted.text),
            )
        )
    params: list[object] = []
    for _, value in parts:
        params += list(value) if isinstance(value, tuple) else [value]
    clauses = [sql for sql, _ in parts] + (["h.is_registered"] if wanted.registered_only else [])
    return " AND ".join(clauses) or "TRUE", params


class WorklistReader(Questions):
    """Questions over all households."""

    def worklist(
        self, wanted: WorklistFilter | None = None, *, sort: str = "rank", limit: int = 50, offset: int = 0
    ) -> list[dict[str, Any]]:
        """
        Ranked households: the household's columns, risk, `registration_ids` and `reasons` (sentences).

        With a model in force also `probability`, `learned_rank`, `is_flagged` and `likely_scheme`; None without.
        """
        where, params = conditions(wanted or WorklistFilter())
        page = self.rows(
            "SELECT h.*, r.score, r.level_code, r.rule_score, r.outlier_score, r.rank, "
            "s.probability, s.rank AS learned_rank, s.is_flagged, s.scheme AS likely_scheme FROM households h "
            "JOIN risk r USING (household_id) LEFT JOIN scores s USING (household_id) "
            f"WHERE {where} ORDER BY {SORTS[sort]}, h.household_id LIMIT ? OFFSET ?",
            [*params, limit, offset],
        )
        ids = [row["household_id"] for row in page]
        numbers = self._gather(ids, "SELECT household_id, registration_id AS v FROM members", "v")
        sentences = self._gather(ids, "SELECT household_id, sentence AS v, ordinal FROM reasons", "ordinal")
        for row in page:
            row["registration_ids"] = numbers.get(row["household_id"], [])
            row["reasons"] = sentences.get(row["household_id"], [])
        return page

    def within(self, wanted: WorklistFilter) -> set[str]:
        """The ids of the households within a filter, ranked or not."""
        where, params = conditions(wanted)
        rows = self.rows(
            f"SELECT h.household_id FROM households h LEFT JOIN risk r USING (household_id) WHERE {where}", params
        )
        return {row["household_id"] for row in rows}

    def extremes(
        self, code: str, wanted: WorklistFilter, *, lowest: bool = False, limit: int = 20, offset: int = 0
    ) -> list[dict[str, Any]]:
        """
        Households within the filter at one end of an indicator.

        :returns: household_id, name, peer_group, level_code, value, p50; the furthest first, of equals the riskier
        :raises KeyError: no such indicator
        """
        item = find_indicator(code)
        if item is None:
            raise KeyError(code)
        where, params = conditions(wanted)
        return self.rows(
            f"SELECT h.household_id, h.name, h.peer_group, r.level_code, i.{item.code} AS value, p.p50 "
            "FROM households h JOIN indicators i USING (household_id) LEFT JOIN risk r USING (household_id) "
            "LEFT JOIN (FROM peers WHERE indicator_code = ?) p ON p.peer_group = h.peer_group "
            f"WHERE i.{item.code} IS NOT NULL AND {where} "
            f"ORDER BY value {'ASC' if lowest else 'DESC'}, r.rank NULLS LAST, h.household_id LIMIT ? OFFSET ?",
            [item.code, *params, limit, offset],
        )

    def count_known(self, code: str, wanted: WorklistFilter) -> int:
        """
        Households within the filter that have a figure of an indicator.

        :raises KeyError: no such indicator
        """
        item = find_indicator(code)
        if item is None:
            raise KeyError(code)
        where, params = conditions(wanted)
        row = self.row(
            "SELECT count(*) AS n FROM households h JOIN indicators i USING (household_id) "
            f"LEFT JOIN risk r USING (household_id) WHERE i.{item.code} IS NOT NULL AND {where}",
            params,
        )
        return int(row["n"]) if row else 0

    def count_worklist(self, wanted: WorklistFilter | None = None) -> dict[str, int]:
        """Households within the filter by level code, and under ``all``."""
        where, params = conditions(wanted or WorklistFilter())
        rows = self.rows(
            "SELECT r.level_code, count(*) AS n FROM households h JOIN risk r USING (household_id) "
            f"WHERE {where} GROUP BY 1",
            params,
        )
        counts = {row["level_code"]: row["n"] for row in rows}
        return {**counts, "all": sum(counts.values())}

    def facets(self, column: str, wanted: WorklistFilter | None = None) -> list[dict[str, Any]]:
        """Distinct values within a filter: `column` is ``division``, ``industry`` or ``office``: code, name, n."""
        if column not in {"division", "industry", "office"}:
            raise KeyError(column)
        where, params = conditions(wanted or WorklistFilter())
        return self.rows(
            f"SELECT h.{column}_code AS code, any_value(h.{column}_name) AS name, count(*) AS n FROM households h "
            f"JOIN risk r USING (household_id) WHERE h.{column}_code IS NOT NULL AND {where} GROUP BY 1 ORDER BY 1",
            params,
        )

    def search(
        self, text: str, bounds: WorklistFilter | None = None, *, limit: int = 20
    ) -> dict[str, list[dict[str, Any]]]:
        """
        Find firms by name, number or representative and persons by name, ID number or phone, within a scope.

        A person's `household_count` counts the households within the scope.

        :returns: {households: [...], persons: [...]}; best first: exact number, name prefix, name part
        """
        wanted = text.strip()
        if not wanted:
            return {"households": [], "persons": []}
        tokens = self.tokens(wanted)
        numbers = [tokens.get(kind) for kind in (PHONE, IDENTITY)]
        scope, params = conditions(bounds or WorklistFilter())
        households = self.rows(
            "WITH hit AS (SELECT household_id, 0 AS grade FROM members WHERE starts_with(registration_id, $1) "
            "UNION ALL SELECT household_id, 0 FROM households WHERE household_id = $1 "
            "UNION ALL SELECT household_id, CASE WHEN starts_with(name, $1) THEN 1 ELSE 2 END FROM households "
            "WHERE contains(name, $1) UNION ALL SELECT household_id, 3 FROM households "
            "WHERE legal_representative_name = $1 OR phone_token = $2 OR legal_representative_token = $3) "
            "SELECT h.household_id, h.name, h.uscc, h.primary_registration_id, h.division_name, h.industry_name, "
            "h.status_code, h.legal_representative_name, r.level_code, r.score, min(hit.grade) AS grade "
            "FROM hit JOIN households h USING (household_id) LEFT JOIN risk r USING (household_id) "
            f"WHERE {_numbered(scope, 4)} GROUP BY ALL "
            f"ORDER BY grade, r.score DESC NULLS LAST, h.household_id LIMIT {int(limit)}",
            [wanted, *numbers, *params],
        )
        persons = self.rows(
            "SELECT p.* EXCLUDE (household_count), list(DISTINCT h.name ORDER BY h.name)[1:5] AS households, "
            "count(DISTINCT h.household_id) AS household_count FROM persons p "
            "JOIN roles o USING (natural_person_id) JOIN households h USING (household_id) "
            "WHERE (p.name = $1 OR p.phone_token = $2 OR p.id_token = $3 "
            "OR (length($1) >= 2 AND starts_with(p.name, $1))) "
            f"AND {_numbered(scope, 4)} GROUP BY ALL ORDER BY household_count DESC, p.natural_person_id "
            f"LIMIT {int(limit)}",
            [wanted, *numbers, *params],
        )
        return {"households": households, "persons": persons}

    def _gather(self, ids: list[str], source: str, order: str) -> dict[str, list[str]]:
        found = self.rows(
            f"SELECT household_id, list(v ORDER BY {order}) AS v FROM ({source}) WHERE list_contains(?, household_id) "
            "GROUP BY 1",
            [ids],
        )
        return {row["household_id"]: row["v"] for row in found}


def _numbered(sql: str, first: int) -> str:
    """Give anonymous ``?`` parameters numbers, so that they can stand beside ``$1``."""
    pieces = sql.split("?")
    return "".join(p + (f"${first + i}" if i < len(pieces) - 1 else "") for i, p in enumerate(pieces))
