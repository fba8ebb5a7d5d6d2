"""The parties of the economy, before anybody cheats: what they do, where, how much, since when."""

from dataclasses import dataclass

import numpy as np

from yihu.lens.simulate.economy import Economy, Regions, load_economy, load_regions
from yihu.lens.simulate.plan import NEVER, Flags, Floats, Ints, Plan

LIMITS = np.array([1_000_000, 10_000_000, 100_000_000, 1_000_000_000])
"""Highest amount without tax on one invoice, in fen, by the version of the invoice."""


@dataclass
class Parties:
    """
    Columns over all parties (taxpayers, then outsiders), shape (N,).

    `good` is the one a dealer deals in, else its main product; `size` is relative yearly turnover; `ticket` the
    median order in 元; `opened`/`closed` days since 1970; `limit` fen per invoice.
    """

    industry: Ints
    good: Ints
    division: Ints
    general: Flags
    individual: Flags
    size: Floats
    ticket: Floats
    margin: Floats
    retail: Floats
    export: Floats
    growth: Floats
    opened: Ints
    closed: Ints
    limit: Ints
    agent: Ints
    cluster: Ints

    @property
    def turnover(self) -> Floats:
        """Relative yearly sales, (N,); money goes up more slowly than the size of orders."""
        return np.asarray(self.size * self.ticket**0.85, dtype=np.float64)

    @property
    def count(self) -> int:
        return len(self.industry)


def make_parties(plan: Plan) -> Parties:
    """Draw every party's nature."""
    economy, regions, chance = load_economy(), load_regions(), plan.chance("parties")
    n = plan.parties
    share = economy.column("share")
    industry = chance.choice(len(share), n, p=share / share.sum())
    _cover_industries(industry, chance)
    size = np.exp(chance.normal(0, 1.25, n)) * (1 + (chance.random(n) < 0.02) * chance.pareto(1.3, n) * 4)
    general = _generals(economy, industry, size, chance)
    individual = ~general & (chance.random(n) < np.where(economy.column("retail")[industry] > 0, 0.6, 0.18))
    opened, closed = _lives(plan, chance)
    ticket = economy.column("ticket")[industry] * np.exp(chance.normal(0, 0.9, n)) * np.where(general, 3.4, 0.5)
    return Parties(
        industry=industry,
        good=_main_goods(economy, industry, chance),
        division=_divisions(plan, regions, chance),
        general=general,
        individual=individual,
        size=size * np.where(general, 4.0, np.where(individual, 0.35, 0.7)),
        ticket=ticket,
        margin=np.clip(economy.column("margin")[industry] * np.exp(chance.normal(0, 0.45, n)), 0.012, 0.8),
        retail=np.clip(economy.column("retail")[industry] * chance.uniform(0.6, 1.3, n), 0, 0.85),
        export=_export_shares(economy, industry, chance) * general,
        growth=np.where(
            opened > plan.first_day - 400, np.abs(chance.normal(0.06, 0.08, n)), chance.normal(0, 0.015, n)
        ),
        opened=opened,
        closed=closed,
        limit=_limits(ticket, chance),
        agent=np.full(n, -1),
        cluster=np.full(n, -1),
    )


def _export_shares(economy: Economy, industry: Ints, chance: np.random.Generator) -> Floats:
    """Exports relative to home sales: nothing for most, several times the home sales for some."""
    exporter = chance.random(len(industry)) < 0.4
    return np.asarray(economy.column("export")[industry] * exporter * np.exp(chance.normal(1.2, 0.9, len(industry))))


def _cover_industries(industry: Ints, chance: np.random.Generator) -> None:
    """Give every industry at least two parties, so that every good has a maker."""
    wanted = np.repeat(np.arange(int(industry.max()) + 1), 2)
    if len(wanted) < len(industry) // 2:
        industry[chance.permutation(len(industry))[: len(wanted)]] = wanted


def _generals(economy: Economy, industry: Ints, size: Floats, chance: np.random.Generator) -> Flags:
    """General taxpayers: the industry's share, the larger rather than the smaller."""
    small = economy.column("small")[industry]
    pull = 1 / (1 + np.exp(-1.5 * np.log(size)))
    flags: Flags = chance.random(len(size)) > small * (1.5 - pull)
    return flags


def _lives(plan: Plan, chance: np.random.Generator) -> tuple[Ints, Ints]:
    """Opening days spread over years, a tenth inside the period; some close, young ones rather."""
    n = plan.parties
    ages = (chance.gamma(2.0, 1500.0, n)).astype(np.int64) + 30
    opened = plan.first_day - ages
    young = chance.random(n) < 0.055 * plan.months / 12
    opened[young] = chance.integers(plan.first_day, max(plan.first_day + 1, plan.end_day - 20), int(young.sum()))
    closed = np.full(n, NEVER)
    ends = chance.random(n) < np.where(young, 0.14, 0.04)
    spans = chance.integers(60, 420, n)
    closed[ends] = (np.maximum(opened, plan.first_day) + spans)[ends]
    closed[closed >= plan.end_day - 5] = NEVER
    opened[plan.taxpayers :], closed[plan.taxpayers :] = plan.first_day - 2000, NEVER
    return opened, closed


def _main_goods(economy: Economy, industry: Ints, chance: np.random.Generator) -> Ints:
    weights = np.where(economy.trades.any(axis=1, keepdims=True), economy.trades, economy.makes)
    edges = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    picked: Ints = (chance.random(len(industry))[:, None] > edges[industry]).sum(axis=1)
    return picked


def _divisions(plan: Plan, regions: Regions, chance: np.random.Generator) -> Ints:
    home = regions.weights / regions.weights.sum()
    far = np.ones(len(home)) / len(home)
    inside = chance.choice(len(home), plan.taxpayers, p=home)
    beyond = chance.choice(len(home), plan.outside, p=0.4 * home + 0.6 * far)
    return np.concatenate([inside, beyond])


def _limits(ticket: Floats, chance: np.random.Generator) -> Ints:
    """The smallest version that takes the median order most of the time, in fen."""
    need = ticket * 100 * np.exp(chance.normal(0.9, 0.8, len(ticket)))
    fit: Ints = LIMITS[np.minimum(np.searchsorted(LIMITS, need), len(LIMITS) - 1)]
    return fit
