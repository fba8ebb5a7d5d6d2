"""The trades of the later schemes, and of the honest firms that look like them."""

from collections.abc import Callable

import numpy as np

from yihu.lens.simulate.economy import load_economy
from yihu.lens.simulate.orders import Orders
from yihu.lens.simulate.plan import NEVER, Ints
from yihu.lens.simulate.scene import INTENSITY, Scene, rush_days
from yihu.lens.simulate.scheme_list import (
    BOUGHT,
    CREDIT,
    FARM,
    PHOENIX,
    PLATFORM,
    RESALE,
    SHELLS,
    SHIFTING,
    SPLIT,
)  # fmt: skip

QUARTER = 91
FREE_QUARTER = 30_000_000
"""Sales of a quarter, in fen, up to which a small-scale taxpayer pays no VAT."""
FARM_TICKET = 950_000
"""Purchase invoices are kept below 10,000 元, in fen."""


def _goods(*names: str) -> Ints:
    return np.array([load_economy().good(name) for name in names])


def _same(value: int, count: int) -> Ints:
    return np.full(count, value)


def farm_purchases(scene: Scene) -> list[Orders]:
    """Small purchase invoices from the same few growers cover sales of produce that was never made."""
    out: list[Orders] = []
    chance, parties = scene.chance, scene.parties
    farming = np.isin(parties.industry, [load_economy().industry(c) for c in ("01", "03")])
    growers = np.flatnonzero(farming & (parties.opened < scene.plan.first_day) & (parties.closed == NEVER))
    for who in scene.planted.members(FARM).tolist():
        n, start = scene.count(45, who), int(scene.planted.started[who])
        length = int(chance.integers(150, 500))
        day = rush_days(start, length, n, chance.uniform(0.1, 0.5), chance)
        amount = parties.limit[who] * chance.uniform(0.15, 0.95, n)
        buyers = np.concatenate([scene.accomplices(who, 3), chance.choice(scene.honest, 4)])
        buyer, good = chance.choice(buyers, n), _same(int(parties.good[who]), n)
        out.append(scene.orders(_same(who, n), buyer, good, amount, day, 0.06, 0.35))
        k = int(min(amount.sum() * chance.uniform(0.5, 0.95) / FARM_TICKET, 6 * n)) + 1
        few = chance.choice(growers, min(len(growers), int(chance.integers(3, 9))), replace=False)
        bought = FARM_TICKET * chance.uniform(0.55, 1.04, k)
        when = start + chance.integers(-15, length, k)
        good = chance.choice(_goods("grain", "vegetables", "livestock", "fruit"), k)
        out.append(scene.orders(chance.choice(few, k), _same(who, k), good, bought, when, 0.02, 0.0))
    return out


def split_firms(scene: Scene) -> list[Orders]:
    """One trade under several names, none of which passes the free quarter; when one is full the next one bills."""
    out: list[Orders] = []
    chance, plan, parties = scene.chance, scene.plan, scene.parties
    for group in scene.planted.groups((SPLIT,), scene.planted.gang):
        start, share = int(scene.planted.started[group[0]]), (0.7, 0.85, 1.0)[scene.planted.level[group[0]]]
        customers = chance.choice(parties.count, int(chance.integers(8, 40)))
        suppliers = scene.partners(group, parties.good[group])
        for quarter in range(start - start % QUARTER, plan.end_day, QUARTER):
            for who in group[chance.random(len(group)) < share].tolist():
                n = max(2, int(min(scene.pace, 1.5) * chance.integers(4, 14)))
                part = chance.uniform(0.3, 1.0, n)
                amount = part / part.sum() * FREE_QUARTER * chance.uniform(0.8, 0.985)
                day = quarter + chance.integers(0, QUARTER, n)
                good = _same(int(parties.good[who]), n)
                out.append(scene.orders(_same(who, n), chance.choice(customers, n), good, amount, day, 0.05, 0.0))
                k = max(1, n // 3)
                bought = np.full(k, amount.sum() * chance.uniform(0.3, 0.9) / k)
                out.append(
                    scene.orders(chance.choice(suppliers, k), _same(who, k), good[:k], bought, day[:k] - 5, 0, 0)
                )
    return out


def credit_claims(scene: Scene) -> list[Orders]:
    """Inputs piled up within months, on paper, from far parties and shells; hardly a sale follows."""
    out: list[Orders] = []
    chance, plan, parties = scene.chance, scene.plan, scene.parties
    abroad = np.arange(plan.taxpayers, parties.count)
    abroad = abroad[parties.general[abroad]]
    shells = scene.planted.members(*SHELLS)
    for who in scene.planted.members(CREDIT).tolist():
        n, start = scene.count(32, who), int(scene.planted.started[who])
        sellers = chance.choice(abroad, int(chance.integers(2, 6)))
        alive = shells[(parties.opened[shells] < start) & (parties.closed[shells] > start + 60)]
        if len(alive):
            sellers = np.concatenate([sellers, chance.choice(alive, 2)])
        seller = chance.choice(sellers, n)
        day = rush_days(start, int(chance.integers(60, 180)), n, 0.4, chance)
        good = chance.choice(chance.choice(_goods("machines", "steel", "chips", "parts", "computers"), 2), n)
        amount = parties.limit[seller] * chance.uniform(0.2, 0.98, n)
        out.append(scene.orders(seller, _same(who, n), good, amount, day, 0.06, 0.45))
    return out


def successions(scene: Scene) -> list[Orders]:
    """The successor sells to the customers of the firm that has gone, at the same prices."""
    out: list[Orders] = []
    chance, relations = scene.chance, scene.market.relations
    for group in scene.planted.groups((PHOENIX,), scene.planted.kin):
        old, new = group[np.argsort(scene.parties.opened[group])].tolist()
        rows = np.flatnonzero(relations.seller == old)
        if not len(rows):
            continue
        n, start = scene.count(45, new), int(scene.parties.opened[new]) + 1
        row = chance.choice(rows, n, p=relations.rate[rows] / relations.rate[rows].sum())
        amount = relations.ticket[row] * 100 * np.exp(chance.normal(0, 0.5, n))
        day = start + chance.integers(0, max(scene.plan.end_day - start, 1), n)
        out.append(scene.orders(_same(new, n), relations.buyer[row], relations.good[row], amount, day, 0.02, 0.1))
    return out


def paper_exports(scene: Scene) -> list[Orders]:
    """Inputs to match bought declarations: left-over invoices of shops and small makers all over the country."""
    out: list[Orders] = []
    chance, parties = scene.chance, scene.parties
    resellers = scene.planted.members(RESALE)
    goods = _goods("clothing", "plastics", "furniture", "hardware", "appliances", "autoparts", "stationery")
    for who in scene.planted.members(BOUGHT).tolist():
        n, start = scene.count(48, who), int(scene.planted.started[who])
        far = scene.honest[parties.division[scene.honest] != parties.division[who]]
        some = chance.choice(far, int(chance.integers(10, 30)))
        sellers = np.concatenate([some, chance.choice(resellers, 2)]) if len(resellers) else some
        day = rush_days(start, int(chance.integers(120, 500)), n, 0.3, chance)
        amount = 45_000_00 * np.exp(chance.normal(0.2, 0.6, n))
        good = chance.choice(chance.choice(goods, 4), n)
        out.append(scene.orders(chance.choice(sellers, n), _same(who, n), good, amount, day, 0.08, 0.3))
        k = n // 3
        home = amount[:k] * chance.uniform(0.1, 1.0)
        buyer = chance.choice(chance.choice(scene.honest, 6), k)
        out.append(scene.orders(_same(who, k), buyer, good[:k], home, day[:k] + 9, 0.03, 0.1))
    return out


def _brokered(scene: Scene, who: int, start: int, length: int, cover: float, n: int, full: float) -> list[Orders]:
    """Labour sold to firms of the trades that use it, bought from many small earners."""
    chance, parties = scene.chance, scene.parties
    buyers = chance.choice(scene.labour_users, int(chance.integers(12, 45)))
    day = rush_days(start, length, n, chance.uniform(0.2, 0.6), chance)
    amount = parties.limit[who] * chance.uniform(0.05, 0.9, n)
    labour = int(_goods("labour")[0])
    sales = scene.orders(_same(who, n), chance.choice(buyers, n), _same(labour, n), amount, day, 0.05, full)
    k = max(2, int(n * 0.8))
    bought = amount.sum() * cover / k * np.exp(chance.normal(-0.2, 0.6, k))
    when = start + chance.integers(0, max(length, 1), k)
    return [
        sales,
        scene.orders(chance.choice(scene.earners, k), _same(who, k), _same(labour, k), bought, when, 0.04, 0.0),
    ]


def platforms(scene: Scene) -> list[Orders]:
    """Service fees for work that nobody did."""
    out: list[Orders] = []
    for who in scene.planted.members(PLATFORM).tolist():
        length = int(scene.chance.integers(150, 450))
        n, cover = scene.count(70, who), scene.chance.uniform(0.05, 0.6)
        out += _brokered(scene, who, int(scene.planted.started[who]), length, cover, n, 0.4)
    return out


def shifted_profits(scene: Scene) -> list[Orders]:
    """Large fees to one's own lightly taxed firms, late in the year and late in the month."""
    out: list[Orders] = []
    for group in scene.planted.groups((SHIFTING,), scene.planted.kin):
        for payer in group.tolist():
            out += _fees(scene, payer, INTENSITY[scene.planted.level[payer]], int(scene.planted.started[payer]), 0.7)
    return out


def _fees(scene: Scene, payer: int, heat: float, start: int, late: float) -> list[Orders]:
    chance, plan, parties = scene.chance, scene.plan, scene.parties
    tools = np.flatnonzero((scene.planted.kin == scene.planted.kin[payer]) & (np.arange(plan.taxpayers) != payer))
    n = max(3, int(scene.count(16) * heat))
    day = rush_days(start, plan.end_day - start, n, late, chance)
    months = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    day = day[(months >= 9) | (chance.random(n) > late)]
    seller = chance.choice(tools, len(day))
    amount = np.maximum(parties.limit[seller], 10_000_000) * chance.uniform(0.3, 0.99, len(day)) * heat
    good = chance.choice(_goods("consulting", "adverts", "software"), len(day))
    return [scene.orders(seller, _same(payer, len(day)), good, amount, day, 0.03, 0.3)]


def investments(scene: Scene) -> list[Orders]:
    """Honest makers put up machines: as much input and as little sale as a claimant, and real suppliers."""
    out: list[Orders] = []
    chance = scene.chance
    for who in np.flatnonzero(scene.planted.invest < NEVER).tolist():
        n, start = scene.count(20), int(scene.planted.invest[who])
        good = chance.choice(_goods("machines", "steel", "cable", "building", "parts"), n)
        seller = scene.partners(_same(who, n), good)
        amount = scene.parties.limit[seller] * chance.uniform(0.2, 0.95, n)
        day = rush_days(start, int(chance.integers(60, 200)), n, 0.3, chance)
        out.append(scene.orders(seller, _same(who, n), good, amount, day, 0.01, 0.3))
    return out


def true_platforms(scene: Scene) -> list[Orders]:
    """Honest brokers of labour grow as fast, and pay for the work."""
    out: list[Orders] = []
    chance, plan = scene.chance, scene.plan
    for who in np.flatnonzero(scene.planted.platform).tolist():
        start = max(int(scene.parties.opened[who]) + 10, plan.first_day + int(chance.integers(0, 200)))
        out += _brokered(scene, who, start, plan.end_day - start, chance.uniform(0.55, 0.9), scene.count(55), 0.15)
    return out


def true_exporters(scene: Scene) -> list[Orders]:
    """Honest traders who sell abroad above all, and buy from real makers, always the same few."""
    out: list[Orders] = []
    chance, plan, parties = scene.chance, scene.plan, scene.parties
    for who in np.flatnonzero(scene.planted.foreign).tolist():
        start = max(int(parties.opened[who]) + 20, plan.first_day + int(chance.integers(0, 300)))
        n, good = scene.count(45), int(parties.good[who])
        suppliers = scene.partners(_same(who, 5), _same(good, 5))
        day = rush_days(start, max(plan.end_day - start, 1), n, 0.2, chance)
        amount = 45_000_00 * np.exp(chance.normal(0.3, 0.7, n) + chance.normal(0.3, 0.7))
        out.append(scene.orders(chance.choice(suppliers, n), _same(who, n), _same(good, n), amount, day, 0.02, 0.2))
        k = n // 4
        home, buyer = amount[:k] * chance.uniform(0.03, 0.9), chance.choice(chance.choice(scene.honest, 6), k)
        out.append(scene.orders(_same(who, k), buyer, _same(good, k), home, day[:k] + 9, 0.02, 0.1))
    return out


def general_traders(scene: Scene) -> list[Orders]:
    """Honest traders who deal in many goods, bought as they are sold."""
    out: list[Orders] = []
    chance, plan, parties = scene.chance, scene.plan, scene.parties
    trader = np.isin(parties.industry[scene.honest], [load_economy().industry(c) for c in ("51", "52", "72")])
    wares = np.flatnonzero(load_economy().trades.any(axis=0))
    for who in scene.honest[trader & (chance.random(len(scene.honest)) < 0.05)].tolist():
        n = scene.count(35)
        good = chance.choice(chance.choice(wares, int(chance.integers(3, 11))), n)
        day = plan.first_day + chance.integers(30, plan.end_day - plan.first_day, n)
        amount = parties.ticket[who] * 100 * np.exp(chance.normal(0.3, 0.9, n))
        buyers = chance.choice(scene.honest, int(chance.integers(4, 25)))
        out.append(scene.orders(_same(who, n), chance.choice(buyers, n), good, amount, day, 0.03, 0.15))
        seller, paid = scene.partners(_same(who, n), good), amount * (1 - parties.margin[who])
        out.append(scene.orders(seller, _same(who, n), good, paid, day - chance.integers(1, 30, n), 0.02, 0.1))
    return out


def clearances(scene: Scene) -> list[Orders]:
    """Honest firms that close sell off what they have."""
    out: list[Orders] = []
    chance, plan, parties = scene.chance, scene.plan, scene.parties
    n = plan.taxpayers
    closing = (parties.closed[:n] < plan.end_day) & ~scene.planted.missing & (scene.planted.scheme < 0)
    for who in np.flatnonzero(closing & parties.general[:n] & (chance.random(n) < 0.5)).tolist():
        count, end = scene.count(18), int(parties.closed[who])
        day = end - chance.integers(1, 75, count)
        amount = parties.limit[who] * chance.uniform(0.05, 0.8, count)
        buyer = chance.choice(scene.honest, count)
        out.append(scene.orders(_same(who, count), buyer, _same(int(parties.good[who]), count), amount, day, 0.02, 0.2))
    return out


def seasons(scene: Scene) -> list[Orders]:
    """Honest firms of one season: they buy before it and sell in it, every year anew."""
    out: list[Orders] = []
    chance, plan, parties = scene.chance, scene.plan, scene.parties
    trades = [load_economy().industry(c) for c in ("13", "14", "18", "51", "52", "20")]
    able = np.isin(parties.industry[scene.honest], trades)
    for who in scene.honest[able & (chance.random(len(scene.honest)) < 0.03)].tolist():
        peak, amount = int(chance.integers(0, 365)), parties.limit[who]
        for year in range(plan.first_day + peak, plan.end_day, 365):
            n = scene.count(22)
            sold = amount * chance.uniform(0.1, 0.9, n)
            day = year + chance.integers(0, 55, n)
            good = _same(int(parties.good[who]), n)
            out.append(scene.orders(_same(who, n), chance.choice(scene.honest, n), good, sold, day, 0.03, 0.25))
            bought = sold * (1 - parties.margin[who])
            seller = scene.partners(_same(who, n), good)
            out.append(scene.orders(seller, _same(who, n), good, bought, day - chance.integers(10, 70, n), 0.01, 0.2))
    return out


def group_services(scene: Scene) -> list[Orders]:
    """Honest groups bill each other for services too: modest sums, every month."""
    out: list[Orders] = []
    planted, parties = scene.planted, scene.parties
    turnover = parties.turnover
    for group in planted.hands():
        payer = int(group[np.argmax(turnover[group])])
        if (planted.scheme[group] < 0).all():
            out += _fees(scene, payer, 0.6, scene.plan.first_day, 0.2)
    return out


Act = Callable[[Scene], list[Orders]]
DODGES: tuple[Act, ...] = (
    farm_purchases, split_firms, credit_claims, successions, paper_exports, platforms, shifted_profits,
)  # fmt: skip
DOUBLES: tuple[Act, ...] = (
    investments, true_platforms, true_exporters, general_traders, clearances, seasons, group_services,
)  # fmt: skip
