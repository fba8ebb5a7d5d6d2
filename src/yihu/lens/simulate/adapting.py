"""
An adversary that has read the published rules and stays below what they ask for.

It knows thresholds by the name of the figure they are set on, and nothing else: not the weights, not the percentiles of
its peers, not what the office learned from data. Staying below costs: more and smaller invoices over a longer time,
older shells, paper inputs, persons and devices of one's own, some tax really paid.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from yihu.lens.simulate.orders import Orders
from yihu.lens.simulate.parties import Parties
from yihu.lens.simulate.plan import NEVER, Flags, Ints, Plan
from yihu.lens.simulate.planting import Planted
from yihu.lens.simulate.scene import Scene
from yihu.lens.simulate.scheme_list import BURST, FARM, PLATFORM, RESALE, TAKEOVER

INFORMED = 0.8
"""Part of the members of issuing schemes who have read the rules; a gang reads them together."""
ISSUING = (BURST, TAKEOVER, FARM, PLATFORM, RESALE)
SHORT_LIVED = (BURST, TAKEOVER)
MARGIN = 0.6
"""How far below a threshold one stays, to be safe."""
NEAR = 0.85
"""From this part of the invoice limit on an amount counts as near it."""
STRETCH = 2.2
"""How much longer the same sales take when no month may stand out."""
TAIL = 0.3
"""Part of the sales moved into a slow end, so that nothing stops at once."""


@dataclass(frozen=True)
class Adversary:
    """
    What the members of schemes know.

    :param thresholds: figure -> value from which (or up to which) a published rule fires; empty: they know nothing
    """

    thresholds: Mapping[str, float] = field(default_factory=dict)

    def knows(self, *figures: str) -> bool:
        """Whether a rule on any of these figures was published."""
        return any(figure in self.thresholds for figure in figures)

    def cap(self, figure: str, otherwise: float = 1.0) -> float:
        """The value of a share to stay below, or `otherwise`."""
        return self.thresholds[figure] * MARGIN if figure in self.thresholds else otherwise


def inform(plan: Plan, parties: Parties, planted: Planted, adversary: Adversary) -> None:
    """Choose who has read the rules (`planted.informed`) and let them prepare: age, persons, time after a takeover."""
    if not adversary.thresholds:
        return
    chance = plan.chance("adversary")
    u = chance.random(plan.taxpayers)
    first = np.arange(plan.taxpayers)
    for group in planted.groups((BURST,), planted.gang):
        first[group] = group[0]
    planted.informed[:] = np.isin(planted.scheme, ISSUING) & (u[first] < INFORMED)
    planted.apart[:] = planted.informed & adversary.knows("shared_device_count", "legal_representative_firms")
    planted.paying[:] = planted.informed & adversary.knows("arrears_rate", "unfiled_months")
    rows = np.flatnonzero(planted.informed & (planted.scheme == BURST))
    if adversary.knows("age_years"):
        years = adversary.thresholds["age_years"] + 0.1
        aged = planted.started[rows] - int(365 * years) - chance.integers(0, 400, len(rows))
        parties.opened[rows] = np.minimum(parties.opened[rows], aged)
    if adversary.knows("takeover_burst"):
        taken = np.flatnonzero(planted.informed & (planted.scheme == TAKEOVER))
        planted.replaced[taken] = planted.started[taken] - chance.integers(110, 300, len(taken))
    if adversary.knows("burst_ratio", "sudden_silence"):
        short = planted.informed & np.isin(planted.scheme, SHORT_LIVED)
        leaving = np.flatnonzero(short & (parties.closed[: plan.taxpayers] < NEVER))
        begin = planted.started[leaving]
        longer = begin + ((parties.closed[leaving] - begin) * STRETCH).astype(np.int64)
        parties.closed[leaving] = np.where(longer < plan.end_day - 5, longer, NEVER)


def adapt(scene: Scene, orders: Orders, adversary: Adversary) -> Orders:
    """The same false sales as before, put so that no published rule fires."""
    if not adversary.thresholds or not scene.planted.informed.any():
        return orders
    chance, n = scene.plan.chance("adaptation"), scene.plan.taxpayers
    seller = np.where(orders.seller < n, orders.seller, 0)
    own = (orders.seller < n) & scene.planted.informed[seller] & (orders.day >= scene.planted.started[seller])
    rows, others = orders.take(own), orders.take(~own)
    if adversary.knows("burst_ratio", "sudden_silence"):
        rows.day = _spread_out(scene, rows, chance)
    if adversary.knows("month_end_share"):
        rows.day = _away_from_month_ends(rows.day, adversary.cap("month_end_share"), chance)
    if adversary.knows("night_share"):
        rows.night = rows.night & (chance.random(len(rows)) < adversary.cap("night_share"))
    if adversary.knows("top_amount_share"):
        rows = _smaller(scene, rows, adversary.cap("top_amount_share"), chance)
    parts = [others, rows]
    if adversary.knows("sale_without_purchase"):
        parts.append(_paper(scene, rows, 1 - adversary.cap("sale_without_purchase"), chance))
    joined = Orders.join(parts)
    inside = (joined.day >= scene.plan.first_day) & (joined.day < scene.plan.end_day)
    return joined.take(inside & (joined.day < scene.parties.closed[joined.seller]))


def _spread_out(scene: Scene, rows: Orders, chance: np.random.Generator) -> Ints:
    """A longer time from the same beginning, and a slow end."""
    begin = scene.planted.started[rows.seller]
    limit = np.minimum(scene.parties.closed[rows.seller], scene.plan.end_day) - 1
    passed = (rows.day - begin) * STRETCH
    late = chance.random(len(rows)) < TAIL
    passed = np.where(late, passed * chance.uniform(1.0, 1.8, len(rows)), passed)
    day = begin + passed.astype(np.int64)
    again = begin + (chance.random(len(rows)) * np.maximum(limit - begin, 1)).astype(np.int64)
    return np.where(day > limit, again, day)


def _away_from_month_ends(day: Ints, most: float, chance: np.random.Generator) -> Ints:
    start = day.astype("datetime64[D]").astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    after = (day.astype("datetime64[D]").astype("datetime64[M]") + 1).astype("datetime64[D]").astype(np.int64)
    moved = (day >= after - 3) & (chance.random(len(day)) > most)
    return np.where(moved, start + chance.integers(2, 25, len(day)), day)


def _smaller(scene: Scene, rows: Orders, most: float, chance: np.random.Generator) -> Orders:
    """Amounts near the limit are cut into two unequal ones; few stay."""
    limit = scene.parties.limit[rows.seller]
    near: Flags = (rows.amount >= NEAR * limit) | rows.full
    cut = np.flatnonzero(near & (chance.random(len(rows)) > most))
    part = chance.uniform(0.3, 0.6, len(cut))
    whole = np.minimum(rows.amount[cut], (limit[cut] * 1.3).astype(np.int64))
    rest = rows.take(cut)
    rows.full[cut] = False
    rows.amount[cut] = np.maximum((whole * part).astype(np.int64), 10_000)
    rest.amount, rest.full = np.maximum((whole * (1 - part)).astype(np.int64), 10_000), np.zeros(len(cut), dtype=bool)
    rest.day = rest.day + chance.integers(0, 6, len(cut))
    return Orders.join([rows, rest])


def _paper(scene: Scene, rows: Orders, cover: float, chance: np.random.Generator) -> Orders:
    """Inputs on paper from parties outside the district, until purchases cover the wanted part of sales."""
    sellers = np.arange(scene.plan.taxpayers, scene.parties.count)
    sellers = sellers[scene.parties.general[sellers]]
    who, place = np.unique(rows.seller, return_inverse=True)
    sold = np.bincount(place, rows.amount.astype(np.float64), len(who))
    count = np.maximum(np.bincount(place) // 4, 2)
    buyer = np.repeat(who, count)
    each = np.repeat(sold * cover * chance.uniform(1.0, 1.25, len(who)) / count, count)
    amount = each * chance.uniform(0.6, 1.4, len(buyer))
    day = scene.planted.started[buyer] + (chance.random(len(buyer)) * 150 * STRETCH).astype(np.int64)
    false = np.zeros(len(buyer), dtype=bool)
    good = scene.parties.good[buyer]
    return Orders(chance.choice(sellers, len(buyer)), buyer, good, amount.astype(np.int64), day, false, false.copy())
