"""Base figures of all households, and what peers and partners make of them: ``peer_*``, ``buyers_mean_*``, …"""

from typing import Any

import ibis

from yihu.lens.indicators.facts.inputs import Inputs, total
from yihu.lens.indicators.facts.pairs import yearly
from yihu.lens.indicators.grammar.compare import base, partner_name, peer_name
from yihu.lens.indicators.grammar.expand import among_partners, among_peers
from yihu.lens.indicators.peers import LEAST_PEERS

# Figures are weighed as whole ten-thousandths, so that a sum over partners does not depend on its order.
FINE = 10_000
LARGEST = 1_000
DECIMALS = 6


def bases(facts: Any) -> Any:
    """One row per household: peer_group, and each measure that something is compared by."""
    wanted = {m.code: m for m in [*among_peers(), *among_partners("suppliers"), *among_partners("buyers")]}
    return figures(facts, {code: base(m, facts) for code, m in wanted.items()}, "household_id", "peer_group")


def figures(facts: Any, values: dict[str, Any], *keys: str) -> Any:
    """
    The keys, and each value as a finite float64 rounded to 6 digits; what is no number (an overflow) is null.

    `view` keeps the two steps apart: melted into one, every value would stand in the query three times.
    """
    raw = facts.select(*keys, **{code: value.cast("float64").round(DECIMALS) for code, value in values.items()}).view()
    return raw.select(*keys, **{code: _finite(raw[code]) for code in values})


def _finite(value: Any) -> Any:
    return ibis.ifelse(value.isnan() | value.isinf(), ibis.null("float64"), value)


def peer_middles(own: Any) -> Any:
    """The median of each base figure in the household's peer group; null where fewer than ten peers have one."""
    codes = [m.code for m in among_peers()]
    grouped = own.filter(own.peer_group.notnull())
    middles = grouped.group_by("peer_group").agg(
        **{
            peer_name(c): ibis.ifelse(grouped[c].count() >= LEAST_PEERS, grouped[c].median(), ibis.null("float64"))
            for c in codes
        }
    )
    joined = own.select("household_id", "peer_group").join(middles, "peer_group")
    return joined.select("household_id", *[peer_name(c) for c in codes])


def partner_means(inputs: Inputs, own: Any, side: str) -> Any:
    """Base figures of a side's partners, weighed by the year's net amounts; partners without a figure are left out."""
    codes = [m.code for m in among_partners(side)]
    fine = {c: own[c].clip(lower=-LARGEST, upper=LARGEST) * FINE for c in codes}
    partner = own.select(partner_id="household_id", **{c: fine[c].round().cast("int64") for c in codes})
    rows = yearly(inputs, side).select("household_id", "partner_id", "yuan").join(partner, "partner_id")
    return rows.group_by("household_id").agg(
        **{
            partner_name(side, c): total(rows.yuan * rows[c]) / total(rows.yuan, rows[c].notnull()).nullif(0) / FINE
            for c in codes
        }
    )
