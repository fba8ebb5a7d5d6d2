"""Choosing and dressing the members of the later schemes, and the honest firms that look like them."""

import numpy as np

from yihu.lens.simulate.economy import load_economy
from yihu.lens.simulate.parties import LIMITS, Parties
from yihu.lens.simulate.plan import NEVER, Flags, Ints, Plan
from yihu.lens.simulate.planting import Planted
from yihu.lens.simulate.scheme_list import (
    BOUGHT,
    BURST,
    CREDIT,
    FARM,
    GHOST,
    HIDDEN,
    KINDS,
    PHOENIX,
    PLATFORM,
    REVERSAL,
    SHIFTING,
    SPLIT,
)  # fmt: skip

CROWDED = 500
"""Taxpayers from which every later scheme has its least number of members; below, what the district's size gives."""
SLEEPERS = 0.2
LEVELS = (0.3, 0.45, 0.25)
"""Shares of light, medium and heavy members."""
LATER = (FARM, CREDIT, GHOST, REVERSAL, HIDDEN, BOUGHT, PLATFORM)
PROCESSORS, LABOUR_RICH, SERVICE = (
    ("13", "14", "20"),
    ("47", "50", "72", "65", "74", "33", "34", "18"),
    ("72", "65", "64"),
)


def cast_more(plan: Plan, parties: Parties, planted: Planted, *, false: bool) -> None:
    """
    Plant the later schemes (only with `false`), intensities, sleepers and honest doubles; `parties` changes in place.

    Draws from its own stream, so that the earlier schemes stay who they were.
    """
    chance = plan.chance("casting")
    if false:
        _sleep(plan, parties, planted, chance)
        for scheme in LATER:
            _take(plan, parties, planted, scheme, chance)
        _take_groups(plan, parties, planted, SPLIT, (3, 6), chance)
        _take_groups(plan, parties, planted, SHIFTING, (2, 4), chance)
        _take_pairs(plan, parties, planted, chance)
        for dress in (
            _dress_platforms,
            _dress_importers_of_paper,
            _dress_claimants,
            _dress_splitters,
            _dress_phoenixes,
        ):
            dress(plan, parties, planted, chance)
        planted.level[:] = np.where(planted.scheme >= 0, chance.choice(3, plan.taxpayers, p=LEVELS), 0)
        for group in planted.groups((BURST, SPLIT), planted.gang):
            planted.level[group] = planted.level[group[0]]
    _double(plan, parties, planted, chance)


def _sleep(plan: Plan, parties: Parties, planted: Planted, chance: np.random.Generator) -> None:
    """A fifth of the shells were founded long before they begin."""
    rows = planted.members(BURST)
    rows = rows[chance.random(len(rows)) < SLEEPERS]
    parties.opened[rows] = planted.started[rows] - chance.integers(240, 800, len(rows))
    planted.asleep[rows] = True


def _codes(*codes: str) -> Ints:
    return np.array([load_economy().industry(code) for code in codes])


def _settled(plan: Plan, parties: Parties) -> Flags:
    n = plan.taxpayers
    return np.asarray((parties.opened[:n] < plan.first_day - 200) & (parties.closed[:n] == NEVER))


def _fit(plan: Plan, parties: Parties, scheme: int) -> Flags:
    """Who could join a scheme; platforms and buyers of declarations are made up from anybody small."""
    n = plan.taxpayers
    settled, general, industry = _settled(plan, parties), parties.general[:n], parties.industry[:n]
    turnover = parties.turnover[:n]
    sizable = turnover > (np.median(turnover[settled]) if settled.any() else 0)
    fits: dict[int, Flags] = {
        HIDDEN: settled & sizable & ((parties.retail[:n] > 0.1) | (general & (industry != _codes("44")[0]))),
        GHOST: settled & sizable & ~parties.individual[:n] & np.isin(industry, _codes(*LABOUR_RICH)),
        FARM: settled & general & np.isin(industry, _codes(*PROCESSORS)),
        CREDIT: settled & general & np.isin(industry, _codes("17", "29", "33", "34", "35", "38", "39", "51")),
        REVERSAL: settled & general & sizable & np.isin(industry, _codes("51", "52", "18", "33", "39", "21")),
        BOUGHT: ~sizable & ~parties.individual[:n],
        PLATFORM: ~sizable & ~parties.individual[:n],
        SHIFTING: settled & general & (turnover > (np.quantile(turnover[settled], 0.8) if settled.any() else 0)),
        PHOENIX: settled & general & sizable & ~parties.individual[:n],
        SPLIT: parties.size[:n] < np.median(parties.size[:n]),
    }
    return fits[scheme]


def _wanted(plan: Plan, scheme: int) -> int:
    wanted = round(KINDS[scheme].share * plan.taxpayers)
    return max(KINDS[scheme].least, wanted) if plan.taxpayers >= CROWDED else wanted


def _begin(plan: Plan, count: int, chance: np.random.Generator) -> Ints:
    begin = chance.integers(plan.first_day + 40, max(plan.end_day - 120, plan.first_day + 41), count)
    return np.asarray(begin, np.int64)


def _enlist(plan: Plan, planted: Planted, rows: Ints, scheme: int, started: Ints) -> None:
    """Make somebody free a member; what was planned for it as an honest firm is off."""
    planted.scheme[rows], planted.started[rows] = scheme, started
    planted.spurt[rows], planted.missing[rows] = NEVER, False


def _free(planted: Planted, fit: Flags) -> Ints:
    return np.flatnonzero(fit & (planted.scheme < 0) & (planted.replaced == NEVER))


def _take(plan: Plan, parties: Parties, planted: Planted, scheme: int, chance: np.random.Generator) -> None:
    rows = chance.permutation(_free(planted, _fit(plan, parties, scheme)))[: _wanted(plan, scheme)]
    _enlist(plan, planted, rows, scheme, _begin(plan, len(rows), chance))


def _take_groups(
    plan: Plan, parties: Parties, planted: Planted, scheme: int, sizes: tuple[int, int], chance: np.random.Generator
) -> None:
    """Groups under one hand. Of a group that shifts profits only the payer cheats; its small firms are its tools."""
    alone = planted.kin < 0
    heads = chance.permutation(_free(planted, _fit(plan, parties, scheme) & alone))
    trade = np.isin(parties.industry[: plan.taxpayers], _codes(*SERVICE))
    tools = chance.permutation(np.setdiff1d(_free(planted, _settled(plan, parties) & trade & alone), heads))
    wanted = _wanted(plan, scheme)
    while wanted > 0:
        size = int(chance.integers(sizes[0], sizes[1] + 1))
        if scheme == SHIFTING:
            members, others = heads[:1], tools[: size - 1]
            heads, tools = heads[1:], tools[size - 1 :]
        else:
            members, others, heads = heads[:size], heads[:0], heads[size:]
        group = np.concatenate([members, others])
        if len(group) < 2 or not len(members):
            return
        planted.kin[group] = int(planted.kin.max()) + 1
        if scheme == SPLIT:
            planted.gang[group] = int(planted.gang.max()) + 1
        _enlist(plan, planted, members, scheme, np.full(len(members), _begin(plan, 1, chance)[0]))
        wanted -= len(members)


def _take_pairs(plan: Plan, parties: Parties, planted: Planted, chance: np.random.Generator) -> None:
    """A debtor and the firm that will take its place, both members, one hand."""
    alone = planted.kin < 0
    olds = chance.permutation(_free(planted, _fit(plan, parties, PHOENIX) & alone))
    small = ~_settled(plan, parties) | (parties.size[: plan.taxpayers] < 0.3)
    news = chance.permutation(np.setdiff1d(_free(planted, small & alone), olds))
    pairs = min(len(olds), len(news), (_wanted(plan, PHOENIX) + 1) // 2)
    for old, new in zip(olds[:pairs].tolist(), news[:pairs].tolist(), strict=True):
        planted.kin[[old, new]] = int(planted.kin.max()) + 1
        begin = int(chance.integers(plan.first_day + 30, max(plan.first_day + 31, plan.end_day - 260)))
        _enlist(plan, planted, np.array([old, new]), PHOENIX, np.array([begin, begin]))
        parties.closed[old] = min(begin + int(chance.integers(100, 240)), plan.end_day - 30)
        planted.missing[old] = True
        parties.opened[new] = parties.closed[old] - int(chance.integers(10, 70))
        planted.started[new] = parties.opened[new] + 1
        parties.closed[new] = NEVER


def _dress_phoenixes(plan: Plan, parties: Parties, planted: Planted, chance: np.random.Generator) -> None:
    for group in planted.groups((PHOENIX,), planted.kin):
        old, new = group[np.argsort(parties.opened[group])]
        for name in (
            "industry",
            "good",
            "division",
            "general",
            "individual",
            "ticket",
            "margin",
            "retail",
            "export",
            "limit",
        ):
            column = getattr(parties, name)
            column[new] = column[old]
        parties.size[new] = parties.size[old] * 0.6


def _dress_platforms(plan: Plan, parties: Parties, planted: Planted, chance: np.random.Generator) -> None:
    rows = planted.members(PLATFORM)
    _make_young(plan, parties, planted, rows, chance)
    parties.industry[rows] = chance.choice(_codes("72", "64"), len(rows))
    parties.good[rows] = load_economy().good("labour")
    parties.limit[rows] = LIMITS[2]


def _dress_importers_of_paper(plan: Plan, parties: Parties, planted: Planted, chance: np.random.Generator) -> None:
    """Buyers of declarations: young traders who sell next to nothing at home."""
    rows = planted.members(BOUGHT)
    _make_young(plan, parties, planted, rows, chance)
    parties.industry[rows] = _codes("51")[0]
    goods = [load_economy().good(g) for g in ("clothing", "plastics", "furniture", "hardware")]
    parties.good[rows] = chance.choice(goods, len(rows))
    parties.export[rows], parties.retail[rows] = chance.uniform(0.5, 2.0, len(rows)), 0


def _make_young(plan: Plan, parties: Parties, planted: Planted, rows: Ints, chance: np.random.Generator) -> None:
    parties.opened[rows] = planted.started[rows] - chance.integers(20, 400, len(rows))
    parties.closed[rows] = NEVER
    parties.general[rows], parties.individual[rows] = True, False
    parties.size[rows] = np.exp(chance.normal(-0.8, 0.8, len(rows)))


def _dress_claimants(plan: Plan, parties: Parties, planted: Planted, chance: np.random.Generator) -> None:
    """Refund claimants trade little of their own; a third leave when the money has come."""
    rows = planted.members(CREDIT)
    parties.size[rows] = np.minimum(parties.size[rows], np.exp(chance.normal(-0.5, 0.7, len(rows))))
    gone = rows[chance.random(len(rows)) < 0.35]
    ends = planted.started[gone] + chance.integers(200, 420, len(gone))
    parties.closed[gone] = np.where(ends < plan.end_day - 5, ends, NEVER)
    planted.missing[gone] = True


def _dress_splitters(plan: Plan, parties: Parties, planted: Planted, chance: np.random.Generator) -> None:
    trades = _codes("50", "51", "52", "62", "72", "81")
    for group in planted.groups((SPLIT,), planted.gang):
        first = group[0]
        parties.industry[group] = chance.choice(trades)
        parties.good[group] = parties.good[first]
        goods = load_economy().makes[parties.industry[first]] + load_economy().trades[parties.industry[first]]
        parties.good[group] = chance.choice(np.flatnonzero(goods))
        parties.division[group] = parties.division[first]
        parties.general[group], parties.export[group] = False, 0
        parties.individual[group] = chance.random(len(group)) < 0.6
        parties.size[group] = np.exp(chance.normal(-2.5, 0.3, len(group)))
        parties.opened[group] = planted.started[group] - chance.integers(10, 500, len(group))
        parties.closed[group] = NEVER


def _double(plan: Plan, parties: Parties, planted: Planted, chance: np.random.Generator) -> None:
    """Honest firms that invest, fall on hard times, take goods back, insure few, broker labour, or stand in groups."""
    n = plan.taxpayers
    honest, settled = planted.scheme < 0, _settled(plan, parties)
    general, industry = parties.general[:n], parties.industry[:n]
    begin = _begin(plan, n, chance)
    maker = np.isin(industry, _codes("17", "29", "33", "34", "35", "38", "39", "26", "27"))
    planted.invest[:] = np.where(honest & settled & general & maker & (chance.random(n) < 0.05), begin, NEVER)
    planted.hardship[:] = np.where(honest & (chance.random(n) < 0.035), begin, NEVER)
    takes_back = np.isin(industry, _codes("52", "18", "51", "21"))
    planted.returning[:] = honest & general & takes_back & (chance.random(n) < 0.03)
    casual = np.isin(industry, _codes("01", "03", "47", "62", "72", "80", "54"))
    planted.informal[:] = honest & (chance.random(n) < np.where(casual, 0.25, 0.04))
    broker = honest & general & np.isin(industry, _codes("72", "64")) & (parties.closed[:n] == NEVER)
    planted.platform[:] = broker & (chance.random(n) < 0.12)
    planted.invest[planted.platform] = NEVER
    abroad = honest & general & (industry == _codes("51")[0]) & (parties.size[:n] < 2.5) & (planted.spurt == NEVER)
    planted.foreign[:] = abroad & (chance.random(n) < 0.2)
    foreign = np.flatnonzero(planted.foreign)
    parties.size[foreign] *= np.exp(chance.uniform(np.log(0.01), np.log(0.6), len(foreign)))
    wares = [
        load_economy().good(g) for g in ("clothing", "plastics", "furniture", "hardware", "chips", "phones", "parts")
    ]
    parties.good[foreign] = chance.choice(wares, len(foreign))
    loose = chance.permutation(np.flatnonzero(honest & settled & (planted.kin < 0) & ~parties.individual[:n]))
    for place in range(0, min(len(loose), round(0.012 * n)) - 3, 3):
        planted.kin[loose[place : place + 3]] = int(planted.kin.max()) + 1
