"""Chains of trade around a household: who sold to whom, how far, how much, since when."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from yihu.lens.network.sketch import Sketch
from yihu.lens.snapshots.questions import Questions


class ChainReader(Questions):
    """Questions about the network around one household."""

    def trace(
        self,
        household_id: str,
        *,
        up: int = 1,
        down: int = 1,
        min_amount: Decimal = Decimal(0),
        after: date | None = None,
        before: date | None = None,
        time_ordered: bool = False,
        max_nodes: int = 2_000,
        sketch: Sketch | None = None,
    ) -> dict[str, Any]:
        """
        Walk the trading network `up` and `down` steps.

        :param sketch: return only the edges that a page shows, see `network.sketch`
        :returns: {nodes: [{household, depth, name, level_code, ...}], edges: [{seller, buyer, amount, first_date,
            last_date}], edge_count, drawn: [household], truncated: [{household, direction, left_off}]}; depth is
            negative upstream
        """
        answer = self.network.trace_household(
            household_id,
            up=up,
            down=down,
            min_amount=min_amount,
            after=after,
            before=before,
            time_ordered=time_ordered,
            max_nodes=max_nodes,
            sketch=sketch,
        )
        facts = self.rows(
            "SELECT h.household_id, h.name, h.division_name, h.industry_name, h.is_registered, r.level_code, r.score "
            "FROM households h LEFT JOIN risk r USING (household_id) WHERE list_contains(?, h.household_id)",
            [[node["household"] for node in answer["nodes"]]],
        )
        by_id = {f.pop("household_id"): f for f in facts}
        nodes = [{**node, **by_id.get(node["household"], {})} for node in answer["nodes"]]
        return {**answer, "nodes": nodes}

    def parties(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """What a picture shows of households: household_id, name, places, division_name, industry_name, level_code."""
        return self.rows(
            "SELECT h.household_id, h.name, h.office_code, h.division_code, h.division_name, h.industry_name, "
            "r.level_code FROM households h LEFT JOIN risk r USING (household_id) "
            "WHERE list_contains(?, h.household_id) ORDER BY h.household_id",
            [list(ids)],
        )

    def trades_among(
        self, ids: Sequence[str], *, start: date | None = None, end: date | None = None, limit: int = 200
    ) -> list[dict[str, Any]]:
        """Trade between any two of the households: seller, buyer, amount, invoice_count, first_on, last_on."""
        return self.rows(
            "SELECT seller_household_id AS seller, buyer_household_id AS buyer, sum(amount) AS amount, "
            "sum(invoice_count) AS invoice_count, min(first_on) AS first_on, max(last_on) AS last_on FROM trades "
            "WHERE list_contains($1, seller_household_id) AND list_contains($1, buyer_household_id) "
            "AND ($2::DATE IS NULL OR month >= date_trunc('month', $2::DATE)) "
            "AND ($3::DATE IS NULL OR month <= $3::DATE) "
            "GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT $4",
            [list(ids), start, end, limit],
        )
