"""Lasting trade relations, balanced so that what a firm buys fits what it sells."""

from dataclasses import dataclass

import numpy as np

from yihu.lens.simulate.economy import load_economy
from yihu.lens.simulate.market import Side, good_shares
from yihu.lens.simulate.parties import Parties
from yihu.lens.simulate.plan import Flags, Floats, Ints, Plan

BALANCING_ROUNDS = 8
INVOICES_PER_RELATION = 7
ADHOC_SHARE = 0.24


@dataclass
class Relations:
    """
    Persistent (seller, buyer, good) relations, shape (E,).

    `rate` is orders a month in relative terms; `ticket` the median order in 元; `begins`/`ends` days since 1970.
    """

    seller: Ints
    buyer: Ints
    good: Ints
    rate: Floats
    ticket: Floats
    begins: Ints
    ends: Ints


@dataclass
class Market:
    """Both sides of the market and the relations standing on it."""

    supply: Side
    demand: Side
    relations: Relations


def make_market(plan: Plan, parties: Parties) -> Market:
    """Draw relations half from the buyers' needs and half from the sellers' offers, then balance money."""
    sells, buys = good_shares(parties)
    appetite = parties.size * (1 - parties.margin)
    supply = Side.build(parties, parties.size, sells)
    demand = Side.build(parties, appetite, buys)
    seller, buyer, good = _pairs(plan, parties, supply, demand)
    chance = plan.chance("relations")
    ticket = draw_tickets(parties, seller, buyer, good, chance)
    money = _balance(parties, seller, buyer, chance)
    begins, ends = _spans(plan, parties, seller, buyer, chance)
    return Market(supply, demand, Relations(seller, buyer, good, money / ticket, ticket, begins, ends))


def _pairs(plan: Plan, parties: Parties, supply: Side, demand: Side) -> tuple[Ints, Ints, Ints]:
    chance = plan.chance("pairs")
    wanted = int(np.clip(plan.invoices / INVOICES_PER_RELATION, 2.5 * parties.count, 25 * parties.count))
    chances = parties.size**0.75 / (parties.size**0.75).sum()
    half = (wanted - parties.count) // 2
    everyone = np.arange(parties.count)
    buyers = np.concatenate([everyone, chance.choice(parties.count, half, p=chances)])
    wants = demand.goods_of(buyers, chance)
    sellers = np.concatenate([everyone, chance.choice(parties.count, half, p=chances)])
    offers = supply.goods_of(sellers, chance)
    seller = np.concatenate([supply.find(buyers, wants, chance), sellers])
    buyer = np.concatenate([buyers, demand.find(sellers, offers, chance)])
    good = np.concatenate([wants, offers])
    keep = lawful_pairs(plan, seller, buyer)
    rows = np.unique(np.stack([seller[keep], buyer[keep], good[keep]], axis=1), axis=0)
    return rows[:, 0], rows[:, 1], rows[:, 2]


def lawful_pairs(plan: Plan, seller: Ints, buyer: Ints) -> Flags:
    """Both found, not the same, and at least one of them registered in the district."""
    known = (seller >= 0) & (buyer >= 0) & (seller != buyer)
    local: Flags = (seller < plan.taxpayers) | (buyer < plan.taxpayers)
    lawful: Flags = known & local
    return lawful


def draw_tickets(parties: Parties, seller: Ints, buyer: Ints, good: Ints, chance: np.random.Generator) -> Floats:
    """Median order of a pair in 元: the seller's habit, the buyer's size, the pair's own way."""
    economy = load_economy()
    core = economy.makes[parties.industry[buyer], good] + economy.uses[parties.industry[buyer], good]
    main = (core > 0.6) | (parties.good[buyer] == good)
    scale = np.where(main, 1.6, 0.3) * np.minimum(parties.size[buyer], 30.0) ** 0.22
    out: Floats = parties.ticket[seller] * scale * np.exp(chance.normal(0, 0.7, len(seller)))
    return np.maximum(out, 30.0)


def _balance(parties: Parties, seller: Ints, buyer: Ints, chance: np.random.Generator) -> Floats:
    """Yearly money of each relation, scaled in turns to the sellers' sales and the buyers' purchases."""
    money = np.exp(chance.normal(0, 1.0, len(seller))) * np.sqrt(parties.size[seller] * parties.size[buyer])
    sales = parties.turnover
    unseen = (1 + parties.export) / (1 - parties.retail)
    purchases = sales * (1 - parties.margin) * unseen
    for _ in range(BALANCING_ROUNDS):
        sold = np.bincount(seller, money, parties.count)
        money *= (sales / np.maximum(sold, 1e-9))[seller]
        bought = np.bincount(buyer, money, parties.count)
        money *= np.clip(purchases / np.maximum(bought, 1e-9), 0.05, 20)[buyer]
    return money


def _spans(plan: Plan, parties: Parties, seller: Ints, buyer: Ints, chance: np.random.Generator) -> tuple[Ints, Ints]:
    """Relations live while both parties do; a quarter begin or end inside the period."""
    count, length = len(seller), plan.end_day - plan.first_day
    begins = np.maximum(parties.opened[seller], parties.opened[buyer]) + chance.integers(5, 60, count)
    late = chance.random(count) < 0.22
    begins[late] = np.maximum(begins[late], plan.first_day + chance.integers(0, length, int(late.sum())))
    ends = np.minimum(parties.closed[seller], parties.closed[buyer])
    short = chance.random(count) < 0.15
    ends[short] = np.minimum(ends, np.maximum(begins, plan.first_day) + chance.integers(30, 400, count))[short]
    return begins, ends
