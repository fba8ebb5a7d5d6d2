"""One household whole: across time, trading space and people."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from yihu.lens.indicators.catalogue import catalogue, sentence, show
from yihu.lens.snapshots.questions import Questions

SIDES = {
    "sales": ("seller_household_id", "buyer_household_id"),
    "purchases": ("buyer_household_id", "seller_household_id"),
}
INVOICE_TABLES = {"sales": "invoices_by_seller", "purchases": "invoices_by_buyer"}
# Households whose figures stay in memory.
MOST_KEPT = 256
TRADE_TABLES = {"sales": "trades", "purchases": "trades_by_buyer"}


class ProfileReader(Questions):
    """Questions about one household. `side` is ``sales`` or ``purchases``."""

    def find_household(self, reference: str) -> str | None:
        """Resolve a household id, a registration number or an earlier number; None when unknown."""
        text = reference.strip()
        found = self.row(
            "SELECT household_id FROM members WHERE registration_id = ? "
            "UNION ALL SELECT household_id FROM households WHERE household_id = ? OR uscc = ? LIMIT 1",
            [text, text, text],
        )
        return found["household_id"] if found else None

    def household(self, household_id: str) -> dict[str, Any] | None:
        """The household's row with its risk (score, level_code, rank) and registrations."""
        found = self.row(
            "SELECT h.*, r.score, r.level_code, r.rule_score, r.outlier_score, r.rank "
            "FROM households h LEFT JOIN risk r USING (household_id) WHERE household_id = ?",
            [household_id],
        )
        if found is not None:
            found["registrations"] = self.registrations(household_id)
        return found

    def registrations(self, household_id: str) -> list[dict[str, Any]]:
        """Every registration of the household, with the evidence that it belongs."""
        return self.rows(
            "SELECT m.registration_id, m.weight, m.evidence, m.decided_by, r.* EXCLUDE (registration_id, household_id) "
            "FROM members m LEFT JOIN (FROM registrations WHERE household_id = $1) r USING (registration_id) "
            "WHERE m.household_id = $1 ORDER BY r.registered_on, m.registration_id",
            [household_id],
        )

    def quality(self, household_id: str) -> list[dict[str, Any]]:
        """Where the household's source rows contradict themselves; nothing in snapshots built before this existed."""
        if not (self.path / "quality.parquet").is_file():
            return []
        return self.rows("SELECT * EXCLUDE (household_id) FROM quality WHERE household_id = ?", [household_id])

    def timeline(
        self,
        household_id: str,
        *,
        lanes: Sequence[str] = (),
        start: date | None = None,
        end: date | None = None,
        limit: int = 200,
        offset: int = 0,
    ) -> list[dict[str, Any]]:
        """Events, newest first: occurred_at, lane_code, title, amount and where each came from."""
        return self.rows(
            "SELECT * EXCLUDE (household_id) FROM timeline WHERE household_id = $1 "
            "AND (len($2) = 0 OR list_contains($2, lane_code)) "
            "AND ($3::DATE IS NULL OR occurred_at >= $3) AND ($4::DATE IS NULL OR occurred_at < $4::DATE + 1) "
            "ORDER BY occurred_at DESC, lane_code, title LIMIT $5 OFFSET $6",
            [household_id, list(lanes), start, end, limit, offset],
        )

    def monthly(self, household_id: str) -> list[dict[str, Any]]:
        """By month: sales_amount, sales_count, purchase_amount, purchase_count; oldest first."""
        return self.rows(
            "SELECT month, sum(amount) FILTER (sold) AS sales_amount, sum(invoice_count) FILTER (sold) AS sales_count, "
            "sum(amount) FILTER (NOT sold) AS purchase_amount, sum(invoice_count) FILTER (NOT sold) AS purchase_count "
            "FROM (SELECT true AS sold, month, amount, invoice_count FROM trades WHERE seller_household_id = $1 "
            "UNION ALL SELECT false, month, amount, invoice_count FROM trades_by_buyer WHERE buyer_household_id = $1) "
            "GROUP BY month ORDER BY month",
            [household_id],
        )

    def counterparties(
        self,
        household_id: str,
        side: str,
        *,
        start: date | None = None,
        end: date | None = None,
        limit: int = 50,
    ) -> list[dict[str, Any]]:
        """Whom it sold to (``sales``) or bought from (``purchases``), largest first, with share and risk level."""
        own, other = SIDES[side]
        return self.rows(
            f"WITH t AS (SELECT {other} AS household_id, sum(amount) AS amount, sum(tax_amount) AS tax_amount, "
            "sum(invoice_count) AS invoice_count, min(first_on) AS first_on, max(last_on) AS last_on "
            f"FROM {TRADE_TABLES[side]} WHERE {own} = $1 "
            "AND ($2::DATE IS NULL OR month >= date_trunc('month', $2::DATE)) "
            "AND ($3::DATE IS NULL OR month <= $3::DATE) GROUP BY 1) "
            "SELECT t.*, t.amount::DOUBLE / nullif(sum(t.amount) OVER (), 0)::DOUBLE AS share, h.name, "
            "h.division_code, h.division_name, h.industry_name, h.is_registered, r.level_code, r.score "
            "FROM t JOIN households h USING (household_id) LEFT JOIN risk r USING (household_id) "
            "ORDER BY t.amount DESC, household_id LIMIT $4",
            [household_id, start, end, limit],
        )

    def goods(self, household_id: str, side: str, *, limit: int = 30) -> list[dict[str, Any]]:
        """Goods groups traded on one side, largest first: goods_group, amount."""
        own, _ = SIDES[side]
        return self.rows(
            f"SELECT goods_group, sum(amount) AS amount FROM trade_goods WHERE {own} = ? "
            "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?",
            [household_id, limit],
        )

    def regions(self, household_id: str, side: str) -> list[dict[str, Any]]:
        """Trade by the counterparty's region, largest first: division_code, division_name, amount, parties."""
        own, other = SIDES[side]
        return self.rows(
            "SELECT h.division_code, any_value(h.division_name) AS division_name, sum(t.amount) AS amount, "
            f"count(DISTINCT h.household_id) AS parties FROM {TRADE_TABLES[side]} t "
            f"JOIN households h ON h.household_id = t.{other} WHERE t.{own} = ? GROUP BY 1 ORDER BY 3 DESC, 1",
            [household_id],
        )

    def people(self, household_id: str) -> list[dict[str, Any]]:
        """Persons with their roles here and how many households each stands behind."""
        return self.rows(
            "SELECT o.natural_person_id, p.name, p.id_number, p.phone, p.household_count, o.role_code, "
            "o.registration_id, o.start_on, o.end_on, o.share_rate FROM roles o "
            "LEFT JOIN persons p USING (natural_person_id) WHERE o.household_id = ? "
            "ORDER BY o.end_on IS NOT NULL, o.role_code, o.start_on, o.natural_person_id",
            [household_id],
        )

    def person(self, natural_person_id: str) -> dict[str, Any] | None:
        """A natural person and every household and role of theirs."""
        found = self.row("SELECT * FROM persons WHERE natural_person_id = ?", [natural_person_id])
        if found is not None:
            found["roles"] = self.rows(
                "SELECT o.household_id, h.name AS household_name, h.division_name, o.role_code, o.start_on, "
                "o.end_on, o.share_rate, r.level_code FROM roles o JOIN households h USING (household_id) "
                "LEFT JOIN risk r USING (household_id) WHERE o.natural_person_id = ? "
                "ORDER BY h.household_id, o.role_code, o.start_on",
                [natural_person_id],
            )
        return found

    def links(self, household_id: str) -> list[dict[str, Any]]:
        """Households tied to this one by person, phone (masked), address, agent or device."""
        return self.rows(
            "WITH own AS (SELECT phone_token, min(phone) AS phone FROM registrations "
            "WHERE household_id = $1 GROUP BY 1) "
            "SELECT l.* REPLACE (coalesce(own.phone, l.value) AS value), h.name AS other_name, "
            "h.division_name AS other_division_name, r.level_code "
            "FROM links l LEFT JOIN households h ON h.household_id = l.other_household_id "
            "LEFT JOIN risk r ON r.household_id = l.other_household_id "
            "LEFT JOIN own ON l.link_code = 'PHONE' AND own.phone_token = l.value "
            "WHERE l.household_id = $1 ORDER BY l.link_code, l.strength DESC, l.other_household_id",
            [household_id],
        )

    def indicators(self, household_id: str, codes: Collection[str] | None = None) -> list[dict[str, Any]]:
        """
        Every indicator in the catalogue's order with this household's value and its peers' distribution.

        Keys: code, zh, sentence (with the figures), unit, window, direction, formula, law, tables, theme, value (null
        when it does not apply), shown (the value as officers write it), peer_group, household_count, p05 … p95.

        :param codes: only these; a row of all of them is wide, and its columns are read one by one
        """
        wanted = [item for item in catalogue() if codes is None or item.code in codes]
        if codes is None:
            values = self._wide_row(household_id)
        else:
            columns = ", ".join(item.code for item in wanted if item.code in self._indicator_columns)
            sql = f"SELECT {columns or 'NULL'} FROM indicators WHERE household_id = ?"
            values = self.row(sql, [household_id]) or {}
        peers = {
            p["indicator_code"]: p
            for p in self.rows(
                "SELECT p.* FROM peers p JOIN households h USING (peer_group) WHERE h.household_id = ? "
                "AND list_contains(?, p.indicator_code)",
                [household_id, [item.code for item in wanted]],
            )
        }
        return [_indicator(item, values.get(item.code), peers.get(item.code, {})) for item in wanted]

    @cached_property
    def _wide_row(self) -> Callable[[str], Mapping[str, Any]]:
        """All figures of a household, kept for the households last asked for: several pages in a row ask for them."""
        return lru_cache(maxsize=MOST_KEPT)(
            lambda household_id: self.row("SELECT * FROM indicators WHERE household_id = ?", [household_id]) or {}
        )

    @cached_property
    def _indicator_columns(self) -> frozenset[str]:
        """A snapshot knows the indicators of its day."""
        return frozenset(row["column_name"] for row in self.rows("DESCRIBE indicators"))

    def reasons(self, household_id: str) -> list[dict[str, Any]]:
        """Why the household ranks where it does, strongest first."""
        return self.rows(
            "SELECT * EXCLUDE (household_id) FROM reasons WHERE household_id = ? ORDER BY ordinal",
            [household_id],
        )

    def invoices(
        self,
        household_id: str,
        side: str,
        *,
        start: date | None = None,
        end: date | None = None,
        text: str = "",
        limit: int = 50,
        offset: int = 0,
    ) -> dict[str, Any]:
        """One page of invoices, newest first: {count, amount, tax_amount, rows}; voids are listed, not summed."""
        if side not in INVOICE_TABLES:
            raise KeyError(side)
        own, _ = SIDES[side]
        where = (
            f"FROM {INVOICE_TABLES[side]} WHERE {own} = $1 AND ($2::DATE IS NULL OR issued_at >= $2::DATE) "
            "AND ($3::DATE IS NULL OR issued_at < $3::DATE + 1) AND ($4 = '' OR contains(invoice_number, $4) "
            "OR contains(coalesce(buyer_name, ''), $4) OR contains(coalesce(seller_name, ''), $4) "
            "OR contains(coalesce(goods_name, ''), $4))"
        )
        params = [household_id, start, end, text]
        total = self.row(
            "SELECT count(*) AS count, sum(amount) FILTER (status_code IS DISTINCT FROM 'VOID') AS amount, "
            f"sum(tax_amount) FILTER (status_code IS DISTINCT FROM 'VOID') AS tax_amount {where}",
            params,
        )
        page = self.rows(
            f"SELECT * {where} ORDER BY issued_at DESC, row_key LIMIT $5 OFFSET $6", [*params, limit, offset]
        )
        return {**(total or {}), "rows": page}

    def returns(self, household_id: str) -> list[dict[str, Any]]:
        """Returns filed, newest period first."""
        return self.rows(
            "SELECT * FROM returns WHERE household_id = ? ORDER BY period_end DESC, form_code, return_id",
            [household_id],
        )

    def return_lines(self, household_id: str, return_id: str) -> list[dict[str, Any]]:
        """The lines of one return of this household."""
        return self.rows(
            "SELECT * FROM return_lines WHERE household_id = ? AND return_id = ? ORDER BY line_code",
            [household_id, return_id],
        )

    def payments(self, household_id: str) -> list[dict[str, Any]]:
        """Payments, newest first."""
        return self.rows(
            "SELECT * FROM payments WHERE household_id = ? ORDER BY paid_on DESC, payment_id", [household_id]
        )

    def customs(self, household_id: str) -> list[dict[str, Any]]:
        """Customs declarations, newest first."""
        return self.rows(
            "SELECT * FROM customs_declarations WHERE household_id = ? ORDER BY declared_on DESC, declaration_number",
            [household_id],
        )


def _indicator(item: Any, value: float | None, peers: dict[str, Any]) -> dict[str, Any]:
    described = ("code", "zh", "theme", "unit", "window", "direction", "formula", "law", "tables", "is_expanded")
    quantiles = {q: peers.get(q) for q in ("household_count", "peer_group", "p05", "p25", "p50", "p75", "p95")}
    return {
        **{name: getattr(item, name) for name in described},
        "sentence": sentence(item, value, quantiles),
        "value": value,
        "shown": None if value is None else show(value, item.unit),
        **quantiles,
    }
