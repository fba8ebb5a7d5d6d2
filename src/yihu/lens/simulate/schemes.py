"""The trades that schemes (and their honest look-alikes) add to the economy, for the whole period."""

from collections.abc import Callable

import numpy as np

from yihu.lens.simulate.adapting import Adversary, adapt
from yihu.lens.simulate.dodges import DODGES, DOUBLES
from yihu.lens.simulate.economy import load_economy
from yihu.lens.simulate.orders import Orders
from yihu.lens.simulate.parties import Parties
from yihu.lens.simulate.plan import NEVER, Plan
from yihu.lens.simulate.planting import Planted
from yihu.lens.simulate.scene import Scene, rush_days
from yihu.lens.simulate.scheme_list import BURST, EXPORT, PASS, RESALE, RING, TAKEOVER
from yihu.lens.simulate.trading import Market


def _burst(scene: Scene, who: int, length: int, *, dirty_share: float, cover: float, mean: float) -> list[Orders]:
    """One issuer's burst: many near-limit invoices to few dirty and some unknowing buyers, little bought."""
    chance, parties = scene.chance, scene.parties
    start, n = int(scene.planted.started[who]), scene.count(mean, who)
    dirty = scene.accomplices(who, int(chance.integers(2, 6)))
    others = chance.choice(scene.honest, int(chance.integers(3, 14)))
    buyer = np.where(chance.random(n) < dirty_share, chance.choice(dirty, n), chance.choice(others, n))
    day = rush_days(start, length, n, chance.uniform(0.1, 0.7), chance)
    amount = parties.limit[who] * chance.uniform(chance.uniform(0.05, 0.6), 1.0, n)
    good = np.full(n, parties.good[who])
    style = chance.uniform(0.0, 0.45), chance.uniform(0.3, 0.95)
    sales = scene.orders(np.full(n, who), buyer, good, amount, day, *style)
    k = max(1, int(chance.integers(1, 7) * scene.pace))
    seller = scene.partners(np.full(k, who), np.full(k, parties.good[who]))
    bought = amount.sum() * cover / k * np.exp(chance.normal(-0.1, 0.5, k))
    when = start + chance.integers(-10, max(length, 1), k)
    return [sales, scene.orders(seller, np.full(k, who), np.full(k, parties.good[who]), bought, when, 0.02, 0.1)]


def bursts(scene: Scene) -> list[Orders]:
    """New shells; the second layer of a gang also buys paper from the first."""
    out: list[Orders] = []
    chance, planted = scene.chance, scene.planted
    rows = planted.members(BURST)
    for who in rows.tolist():
        out += _burst(
            scene, who, int(chance.integers(45, 150)), dirty_share=0.5, cover=chance.uniform(0.01, 0.18), mean=55
        )
        mates = rows[(planted.gang[rows] == planted.gang[who]) & (rows != who)]
        if len(mates) and chance.random() < 0.35:
            k = scene.count(10)
            sold = out[-2].amount.sum() / k * chance.uniform(0.4, 0.95)
            day = rush_days(int(planted.started[who]), 100, k, 0.4, chance)
            mate = np.full(k, int(chance.choice(mates)))
            good = scene.parties.good[mate]
            out.append(scene.orders(mate, np.full(k, who), good, np.full(k, sold), day, 0.15, 0.5))
    return out


def takeovers(scene: Scene) -> list[Orders]:
    """Quiet firms under a new legal representative."""
    out: list[Orders] = []
    for who in scene.planted.members(TAKEOVER).tolist():
        length = int(scene.chance.integers(50, 150))
        out += _burst(scene, who, length, dirty_share=0.55, cover=scene.chance.uniform(0.03, 0.3), mean=60)
    return out


def spurts(scene: Scene) -> list[Orders]:
    """Honest look-alikes of bursts: as sudden and as full, but bought for, and lasting."""
    out: list[Orders] = []
    chance, parties = scene.chance, scene.parties
    for who in np.flatnonzero(scene.planted.spurt < NEVER).tolist():
        start, n = int(scene.planted.spurt[who]), scene.count(40)
        length = int(chance.integers(60, 400))
        buyers = chance.choice(scene.honest, int(chance.integers(3, 14)))
        day = rush_days(start, length, n, chance.uniform(0.0, 0.6), chance)
        amount = parties.limit[who] * chance.uniform(0.3, 1.0, n)
        good = np.full(n, parties.good[who])
        out.append(
            scene.orders(np.full(n, who), chance.choice(buyers, n), good, amount, day, chance.uniform(0, 0.2), 0.5)
        )
        wants = scene.market.demand.goods_of(np.full(n, who), chance)
        wants = np.where(wants >= 0, wants, parties.good[who])
        bought = amount * (1 - parties.margin[who]) * np.exp(chance.normal(0, 0.3, n)) * 0.95
        when = np.maximum(day - chance.integers(1, 30, n), start)
        out.append(
            scene.orders(scene.partners(np.full(n, who), wants), np.full(n, who), wants, bought, when, 0.01, 0.2)
        )
    return out


def pass_throughs(scene: Scene) -> list[Orders]:
    """Buy one good, sell another within days at a hair's margin."""
    out: list[Orders] = []
    chance, parties, economy = scene.chance, scene.parties, load_economy()
    bought = np.array([economy.good(g) for g in ("gold", "grain", "oil", "coal", "copper", "phones")])
    sold = np.array([economy.good(g) for g in ("steel", "cement", "chemicals", "computers", "timber", "hardware")])
    shells = scene.planted.members(BURST)
    for who in scene.planted.members(PASS).tolist():
        n, start = scene.count(45, who), int(scene.planted.started[who])
        day = start + chance.integers(0, int(chance.integers(120, 400)), n)
        amount = parties.limit[who] * chance.uniform(0.1, 1.0, n)
        source, target = np.full(n, chance.choice(bought)), np.full(n, chance.choice(sold))
        seller = scene.partners(np.full(n, who), source)
        if len(shells) and chance.random() < 0.5:
            seller = np.where(chance.random(n) < 0.5, chance.choice(shells), seller)
        known = scene.dirty if len(scene.dirty) else scene.honest
        buyer = np.where(chance.random(n) < 0.45, chance.choice(known, n), chance.choice(scene.honest, n))
        out.append(scene.orders(seller, np.full(n, who), source, amount, day, 0.03, 0.2))
        later = day + chance.integers(0, 5, n)
        out.append(
            scene.orders(np.full(n, who), buyer, target, amount * chance.uniform(1.002, 1.02, n), later, 0.05, 0.2)
        )
    return out


def rings(scene: Scene) -> list[Orders]:
    """The same goods go round three to six firms, month after month."""
    out: list[Orders] = []
    chance, planted = scene.chance, scene.planted
    for one in planted.groups((RING,), planted.gang):
        group = chance.permutation(one)
        k, turns = len(group), scene.count(14, int(group[0]))
        start = np.sort(rush_days(int(planted.started[group[0]]), int(chance.integers(90, 400)), turns, 0.3, chance))
        base = float(np.median(scene.parties.limit[group])) * chance.uniform(0.5, 2.5, turns)
        good = np.full(turns, scene.parties.good[group[0]])
        for place in range(k):
            seller, buyer = np.full(turns, group[place]), np.full(turns, group[(place + 1) % k])
            amount = base * (1 + 0.004 * place) * chance.uniform(0.97, 1.03, turns)
            day = start + place * int(chance.integers(0, 4)) + chance.integers(0, 3, turns)
            out.append(scene.orders(seller, buyer, good, amount, day, 0.05, 0.1))
    return out


def resales(scene: Scene) -> list[Orders]:
    """Shops sell the invoices their walk-in customers never asked for."""
    out: list[Orders] = []
    chance, parties = scene.chance, scene.parties
    for who in scene.planted.members(RESALE).tolist():
        n, start = scene.count(45, who), int(scene.planted.started[who])
        length = min(int(chance.integers(120, 500)), scene.plan.end_day - start)
        buyers = chance.choice(scene.honest, int(chance.integers(6, 25)))
        mixed = np.concatenate([buyers, chance.choice(scene.dirty, 3)]) if len(scene.dirty) else buyers
        amount = np.maximum(parties.ticket[who] * 800, 300_000) * np.exp(chance.normal(0, 0.6, n))
        day = rush_days(start, length, n, chance.uniform(0.1, 0.5), chance)
        good = np.full(n, parties.good[who])
        out.append(scene.orders(np.full(n, who), chance.choice(mixed, n), good, amount, day, 0.08, 0.4))
    return out


def export_inputs(scene: Scene) -> list[Orders]:
    """Exporters' inputs on paper, from firms far away that never made the goods."""
    out: list[Orders] = []
    chance, parties = scene.chance, scene.parties
    far = np.concatenate([scene.planted.members(BURST), scene.planted.members(TAKEOVER)])
    for who in scene.planted.members(EXPORT).tolist():
        n, start = scene.count(50, who), int(scene.planted.started[who])
        away = far[parties.division[far] != parties.division[who]]
        young = away[(parties.opened[away] < start + 200) & (parties.closed[away] > start)]
        small = chance.choice(scene.honest, 3)
        young = chance.permutation(young)[:7]
        seller = chance.choice(np.concatenate([np.repeat(young, 3), small]), n)
        day = rush_days(start, max(60, scene.plan.end_day - start), n, 0.3, chance)
        grown = 1 + 2.5 * (day - start) / 365
        amount = 9_000_00 * grown * np.exp(chance.normal(0.3, 0.5, n))
        out.append(scene.orders(seller, np.full(n, who), np.full(n, parties.good[who]), amount, day, 0.1, 0.4))
    return out


ACTS: tuple[Callable[[Scene], list[Orders]], ...] = (
    bursts, takeovers, spurts, pass_throughs, rings, resales, export_inputs,
)  # fmt: skip


def scheme_orders(plan: Plan, parties: Parties, planted: Planted, market: Market, adversary: Adversary) -> Orders:
    """All added orders of the period with their days."""
    if not len(planted.members(BURST)):
        none = np.zeros(0, dtype=np.int64)
        return Orders.plain(none, none, none, none)
    scene, later = (Scene(plan, parties, planted, market, purpose) for purpose in ("schemes", "dodges"))
    parts = [part for act in ACTS for part in act(scene)]
    false = adapt(scene, Orders.join(parts + [part for act in DODGES for part in act(later)]), adversary)
    return Orders.join([false] + [part for act in DOUBLES for part in act(later)])
