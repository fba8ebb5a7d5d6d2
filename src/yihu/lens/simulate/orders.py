"""Orders: what is to be invoiced, before it is cut into invoices."""

from dataclasses import dataclass, fields

import numpy as np

from yihu.lens.simulate.economy import load_economy
from yihu.lens.simulate.parties import Parties
from yihu.lens.simulate.plan import Flags, Floats, Ints, Plan
from yihu.lens.simulate.trading import ADHOC_SHARE, Market, draw_tickets, lawful_pairs

ANY_DAY = -1


@dataclass
class Orders:
    """
    Rows of equal length. `amount` without tax in fen; `day` since 1970 or `ANY_DAY`; `night` forces the hours
    after 20:00; `full` cuts to full-limit invoices.
    """

    seller: Ints
    buyer: Ints
    good: Ints
    amount: Ints
    day: Ints
    night: Flags
    full: Flags

    def __len__(self) -> int:
        return len(self.seller)

    def take(self, rows: Ints | Flags) -> "Orders":
        return Orders(*(getattr(self, f.name)[rows] for f in fields(self)))

    @classmethod
    def join(cls, parts: "list[Orders]") -> "Orders":
        return cls(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)))

    @classmethod
    def plain(cls, seller: Ints, buyer: Ints, good: Ints, amount: Ints) -> "Orders":
        """Orders of no particular day or habit."""
        no = np.zeros(len(seller), dtype=bool)
        return cls(seller, buyer, good, amount, np.full(len(seller), ANY_DAY), no, no)


def activity(parties: Parties, plan: Plan, month: int) -> Floats:
    """How busy each party is in a month: season and growth, (N,)."""
    calendar_month = int(plan.calendar[month].astype(np.int64)) % 12
    season = load_economy().seasons()[parties.industry, calendar_month]
    age = np.clip(month - np.maximum(plan.month_of(parties.opened), 0), 0, 36)
    busy: Floats = season * np.exp(np.clip(parties.growth * age, -2.0, 2.5))
    return busy


def draw_orders(plan: Plan, parties: Parties, market: Market, month: int, count: int) -> Orders:
    """
    Lawful orders of a month, in random sequence.

    :param count: how many are wanted; a few fewer come back where no partner was found
    """
    chance = plan.chance("orders", month)
    busy = activity(parties, plan, month)
    passing = int(chance.binomial(count, ADHOC_SHARE))
    lasting = _from_relations(plan, market, busy, month, count - passing, chance)
    seller, buyer, good, ticket = (
        np.concatenate(pair)
        for pair in zip(lasting, _adhoc(plan, parties, market, busy, month, passing, chance), strict=True)
    )
    amount = np.rint(ticket * 100 * np.exp(chance.normal(0, 1, len(ticket)) * _spread(seller, buyer))).astype(np.int64)
    amount = np.minimum(np.maximum(amount, 100), 5_000_000_00)
    return Orders.plain(seller, buyer, good, amount).take(chance.permutation(len(seller)))


def _spread(seller: Ints, buyer: Ints) -> Floats:
    """Each pair's own spread of ln amount: some deal in one price, others in anything."""
    mixed = ((seller * 7_368_787 + buyer * 2_654_435_761) >> 5) % 1000
    out: Floats = 0.2 * 10 ** (mixed / 1000 * 1.1)
    return out


def _from_relations(
    plan: Plan, market: Market, busy: Floats, month: int, count: int, chance: np.random.Generator
) -> tuple[Ints, Ints, Ints, Floats]:
    r = market.relations
    start, end = plan.month_starts[month : month + 2]
    alive = (r.begins < end - 10) & (r.ends > start + 10)
    sums = np.cumsum(r.rate * busy[r.seller] * alive)
    row = np.minimum(np.searchsorted(sums, np.sort(chance.random(count)) * sums[-1]), len(sums) - 1)
    return r.seller[row], r.buyer[row], r.good[row], r.ticket[row]


def _adhoc(
    plan: Plan, parties: Parties, market: Market, busy: Floats, month: int, count: int, chance: np.random.Generator
) -> tuple[Ints, Ints, Ints, Floats]:
    start, end = plan.month_starts[month : month + 2]
    alive = (parties.opened < start + 10) & (parties.closed > end - 10)
    heft = parties.size**0.7 * busy * alive
    buyer = chance.choice(parties.count, count, p=heft / heft.sum())
    good = market.demand.goods_of(buyer, chance)
    seller = market.supply.find(buyer, good, chance)
    keep = lawful_pairs(plan, seller, buyer)
    keep &= alive[np.maximum(seller, 0)]
    seller, buyer, good = seller[keep], buyer[keep], good[keep]
    return seller, buyer, good, draw_tickets(parties, seller, buyer, good, chance)
