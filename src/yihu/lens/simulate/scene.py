"""What every scheme needs at hand when it makes its trades."""

from functools import cached_property

import numpy as np

from yihu.lens.simulate.economy import load_economy
from yihu.lens.simulate.orders import Orders
from yihu.lens.simulate.parties import Parties
from yihu.lens.simulate.plan import NEVER, Flags, Floats, Ints, Plan
from yihu.lens.simulate.planting import Planted
from yihu.lens.simulate.scheme_list import BUYING, EXPORT
from yihu.lens.simulate.trading import Market

INTENSITY = (0.5, 1.0, 1.8)
"""Trades of a light, medium and heavy member, relative to the usual number."""


class Scene:
    """The parties, who is planted, one source of chance."""

    def __init__(self, plan: Plan, parties: Parties, planted: Planted, market: Market, purpose: str) -> None:
        self.plan, self.parties, self.planted, self.market = plan, parties, planted, market
        self.chance = plan.chance(purpose)
        self.pace = float(np.clip(plan.invoices / plan.taxpayers / 50, 0.35, 4.0))
        usual = (
            (planted.scheme < 0)
            & parties.general[: plan.taxpayers]
            & (parties.opened[: plan.taxpayers] < plan.first_day)
        )
        self.honest = np.flatnonzero(usual & (parties.closed[: plan.taxpayers] == NEVER))
        self.pull = parties.turnover
        self.dirty = np.concatenate([planted.members(BUYING), planted.members(EXPORT)])

    @cached_property
    def labour_users(self) -> Ints:
        """Honest firms of the trades that use labour of others; all honest ones where there are none."""
        trades = [load_economy().industry(code) for code in ("47", "50", "51", "54", "65")]
        users = self.honest[np.isin(self.parties.industry[self.honest], trades)]
        return users if len(users) else self.honest

    @cached_property
    def earners(self) -> Ints:
        """Sole traders, who sell their work."""
        return np.flatnonzero(self.parties.individual & (self.parties.closed == NEVER))

    def orders(
        self, seller: Ints, buyer: Ints, good: Ints, amount: Ints | Floats, day: Ints, night: float, full: float
    ) -> Orders:
        """Rows inside the period, among two different parties."""
        n = len(seller)
        keep = (day >= self.plan.first_day) & (day < self.plan.end_day) & (seller != buyer)
        keep &= (day < self.parties.closed[seller]) & (day >= self.parties.opened[seller])
        nights: Flags = self.chance.random(n) < night
        fulls: Flags = self.chance.random(n) < full
        money = np.maximum(amount.astype(np.int64), 10_000)
        return Orders(seller, buyer, good, money, day, nights, fulls).take(np.flatnonzero(keep))

    def partners(self, of: Ints, good: Ints) -> Ints:
        """Real suppliers of a good, any honest firm where none is found."""
        found = self.market.supply.find(of, good, self.chance)
        return np.where(found >= 0, found, self.chance.choice(self.honest, len(of)))

    def accomplices(self, of: int, count: int) -> Ints:
        """Distinct buyers of false invoices, the larger ones and those who could use the good rather."""
        known = self.dirty if len(self.dirty) else self.honest
        good, economy = self.parties.good[of], load_economy()
        use = economy.uses[self.parties.industry[known], good] + (self.parties.good[known] == good)
        pull = self.pull[known] ** 0.5 * (use + 0.02)
        return self.chance.choice(known, min(count, len(known)), replace=False, p=pull / pull.sum())

    def count(self, mean: float, who: int | None = None) -> int:
        """A number of invoices around `mean`, fewer or more by the member's level of intensity."""
        heat = 1.0 if who is None else INTENSITY[self.planted.level[who]]
        return max(4, int(self.pace * mean * heat * float(np.exp(self.chance.normal(0, 0.45)))))


def rush_days(start: int, length: int, count: int, rushed: float, chance: np.random.Generator) -> Ints:
    """Days in [start, start + length), a part of them moved into the last five days of their month."""
    days = start + chance.integers(0, max(length, 1), count)
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    ends = (months + 1).astype("datetime64[D]").astype(np.int64)
    moved = ends - chance.integers(1, 6, count)
    use = (chance.random(count) < rushed) & (moved >= start)
    return np.where(use, moved, days)
