"""Chains of trade around a household: who sold to whom, how far, how much, since when."""

from datetime import date
from decimal import Decimal
from typing import Any

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
    ) -> dict[str, Any]:
        """
        Walk the trading network `up` and `down` steps.

        :returns: {nodes: [{household, depth, name, level_code, ...}], edges: [{seller, buyer, amount, first_date,
            last_date}], truncated: [{household, direction, left_off}]}; depth is negative upstream
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
        )
        facts = self.rows(
            "SELECT h.household_id, h.name, h.division_name, h.industry_name, h.is_registered, r.level_code, r.score "
            "FROM households h LEFT JOIN risk r USING (household_id) WHERE list_contains(?, h.household_id)",
            [[node["household"] for node in answer["nodes"]]],
        )
        by_id = {f.pop("household_id"): f for f in facts}
        nodes = [{**node, **by_id.get(node["household"], {})} for node in answer["nodes"]]
        return {**answer, "nodes": nodes}
