"""Choosing who cheats, how and since when. Nothing of this leaves the simulator except into `truth/`."""

from dataclasses import dataclass, fields

import numpy as np

from yihu.lens.simulate.economy import load_economy, load_regions
from yihu.lens.simulate.parties import LIMITS, Parties
from yihu.lens.simulate.plan import NEVER, Flags, Ints, Plan
from yihu.lens.simulate.scheme_list import BURST, BUYING, EXPORT, KINDS, PASS, RESALE, RING, TAKEOVER

SMALLEST_DISTRICT = 150
"""Districts with fewer taxpayers are too small to hide a scheme in: they stay honest."""


@dataclass
class Planted:
    """
    Over taxpayers, shape (T,): `scheme` number or -1, `started` day, `gang` or -1, `level` of intensity 0–2.

    `missing` marks shells that vanish without cancelling; `asleep` shells that were founded long before; `replaced` the
    day a new legal representative took over or `NEVER`; `kin` the group of firms under one hand, or -1; `stake` the tax
    at stake in fen, known when all trade is.

    Days on which something odd and honest begins, or `NEVER`: `spurt` of sales, `invest`ment, `hardship` that leaves
    taxes unpaid. `returning` firms take back a third of their goods, `informal` ones insure few of their people,
    `platform` ones broker labour, `foreign` ones mostly sell abroad.

    `informed` members have read the published rules; for that `apart` ones share no person or device, and `paying` ones
    pay some tax.
    """

    scheme: Ints
    started: Ints
    gang: Ints
    missing: Flags
    spurt: Ints
    replaced: Ints
    stake: Ints
    level: Ints
    asleep: Flags
    kin: Ints
    invest: Ints
    hardship: Ints
    returning: Flags
    informal: Flags
    platform: Flags
    foreign: Flags
    informed: Flags
    apart: Flags
    paying: Flags

    @classmethod
    def nobody(cls, n: int) -> "Planted":
        """Nothing planted on `n` taxpayers."""
        none, zero, no = np.full(n, -1), np.zeros(n, dtype=np.int64), np.zeros(n, dtype=bool)
        kinds = {"scheme": none, "gang": none, "kin": none, "stake": zero, "level": zero}
        flags = ("missing", "asleep", "returning", "informal", "platform", "foreign", "informed", "apart", "paying")
        kinds |= dict.fromkeys(flags, no)
        return cls(**{f.name: kinds.get(f.name, np.full(n, NEVER)).copy() for f in fields(cls)})

    def members(self, *schemes: int) -> Ints:
        return np.flatnonzero(np.isin(self.scheme, schemes))

    def groups(self, schemes: tuple[int, ...], by: Ints) -> list[Ints]:
        """Members of schemes, together with those of the same number in `by`."""
        rows = self.members(*schemes)
        return _together(rows, by[rows])

    def hands(self) -> list[Ints]:
        """All firms under one hand, by `kin`."""
        return _together(np.arange(len(self.kin)), self.kin)


def _together(rows: Ints, numbers: Ints) -> list[Ints]:
    """Rows of the same number, numbers ascending; those below 0 stand alone and are left out."""
    rows, numbers = rows[numbers >= 0], numbers[numbers >= 0]
    order = np.argsort(numbers, kind="stable")
    edges = np.flatnonzero(np.diff(numbers[order])) + 1
    return [part for part in np.split(rows[order], edges) if len(part)]


def plant(plan: Plan, parties: Parties) -> Planted:
    """Pick members of every scheme and make them look their part; `parties` is changed in place."""
    n = plan.taxpayers
    planted = Planted.nobody(n)
    chance = plan.chance("planting")
    _replace_some(plan, parties, planted, chance)
    if n >= SMALLEST_DISTRICT:
        _choose(plan, parties, planted, chance)
        for scheme in (BURST, RING):
            _gather_gangs(plan, planted, scheme, chance)
        for dress in (_dress_shells, _dress_traders, _dress_takeovers, _dress_exporters):
            dress(plan, parties, planted, chance)
    _spurt_some(plan, parties, planted, chance)
    planted.missing |= (parties.closed[:n] < NEVER) & (chance.random(n) < 0.3)
    return planted


def _replace_some(plan: Plan, parties: Parties, planted: Planted, chance: np.random.Generator) -> None:
    """A twelfth of honest firms change their legal representative too."""
    n = plan.taxpayers
    rows = (chance.random(n) < 0.08) & (parties.opened[:n] < plan.first_day - 60) & ~parties.individual[:n]
    planted.replaced[rows] = chance.integers(plan.first_day + 10, plan.end_day - 10, int(rows.sum()))


def _fit(plan: Plan, parties: Parties, scheme: int) -> Flags:
    """Who could join a scheme."""
    economy, n = load_economy(), plan.taxpayers
    settled = (parties.opened[:n] < plan.first_day) & (parties.closed[:n] == NEVER) & ~parties.individual[:n]
    general, industry = parties.general[:n], parties.industry[:n]
    trader = np.isin(industry, [economy.industry("51"), economy.industry("42")])
    maker = np.isin(
        industry, [economy.industry(c) for c in ("17", "29", "33", "34", "38", "39", "47", "50", "65", "74")]
    )
    shop = (parties.retail[:n] > 0.3) & (parties.opened[:n] < plan.first_day)
    turnover = parties.turnover[:n]
    large = turnover > np.quantile(turnover[settled & general], 0.75) if (settled & general).any() else settled
    fits: dict[int, Flags] = {
        BURST: np.ones(n, bool),
        PASS: settled & general & trader,
        BUYING: settled & general & large & (maker | trader),
        RING: settled & general & (trader | maker),
        RESALE: shop,
        TAKEOVER: settled & (parties.opened[:n] < plan.first_day - 400),
        EXPORT: settled & general & large & (trader | (parties.export[:n] > 0)),
    }
    return fits[scheme]


def _choose(plan: Plan, parties: Parties, planted: Planted, chance: np.random.Generator) -> None:
    last = plan.end_day - 75
    for scheme in (EXPORT, PASS, RING, RESALE, BUYING, TAKEOVER, BURST):
        wanted = max(KINDS[scheme].least, round(KINDS[scheme].share * plan.taxpayers))
        free = np.flatnonzero(_fit(plan, parties, scheme) & (planted.scheme < 0))
        rows = chance.permutation(free)[:wanted]
        planted.scheme[rows] = scheme
        planted.started[rows] = chance.integers(plan.first_day + 40, max(last, plan.first_day + 41), len(rows))


def _gather_gangs(plan: Plan, planted: Planted, scheme: int, chance: np.random.Generator) -> None:
    """Shells stand in gangs of 3–8 that start within weeks, spread over the period; rings have 3–6 members."""
    rows = planted.members(scheme)
    sizes = _gang_sizes(len(rows), 8 if scheme == BURST else 6, chance)
    order = chance.permutation(len(sizes))
    part = (order + chance.random(len(sizes)) * np.where(order == 0, 0.4, 1.0)) / max(len(sizes), 1)
    starts = plan.first_day + 40 + part * max(plan.end_day - plan.first_day - 150, 1)
    place, first = 0, int(planted.gang.max()) + 1
    for gang, (size, start) in enumerate(zip(sizes, starts.astype(np.int64).tolist(), strict=True), start=first):
        group = rows[place : place + size]
        drift = chance.integers(0, 45, size) if scheme == BURST else np.zeros(size, dtype=np.int64)
        planted.gang[group], planted.started[group] = gang, start + drift
        place += size
    planted.scheme[rows[place:]], planted.started[rows[place:]] = -1, NEVER


def _gang_sizes(count: int, most: int, chance: np.random.Generator) -> list[int]:
    """Cut `count` members into gangs of 3 to `most`; fewer than three make none."""
    gangs = -(-count // 5)
    if count < 3 * gangs or not gangs:
        return []
    places = chance.permutation(np.repeat(np.arange(gangs), most - 3))[: count - 3 * gangs]
    return [int(s) for s in 3 + np.bincount(places, minlength=gangs)]


def _dress_shells(plan: Plan, parties: Parties, planted: Planted, chance: np.random.Generator) -> None:
    economy, regions = load_economy(), load_regions()
    rows = planted.members(BURST)
    n = len(rows)
    codes = np.array([economy.industry(c) for c in ("51", "51", "51", "72", "42", "65")])
    parties.industry[rows] = chance.choice(codes, n)
    goods = [economy.good(g) for g in ("steel", "computers", "clothing", "fuel", "chips", "stationery", "timber")]
    service = np.isin(parties.industry[rows], codes[3:4])
    parties.good[rows] = np.where(service, economy.good("consulting"), chance.choice(goods, n))
    parties.general[rows] = chance.random(n) < 0.85
    parties.individual[rows] = False
    parties.size[rows] = np.exp(chance.normal(-2.8, 0.8, n))
    parties.limit[rows] = np.where(chance.random(n) < 0.75, LIMITS[1], LIMITS[2])
    parties.export[rows], parties.retail[rows] = 0, 0
    waits = chance.choice([12, 25, 50, 90, 200], n, p=[0.25, 0.3, 0.25, 0.12, 0.08])
    parties.opened[rows] = planted.started[rows] - waits
    parties.closed[rows] = planted.started[rows] + chance.integers(75, 240, n)
    planted.missing[rows] = chance.random(n) < 0.55
    planted.replaced[rows] = NEVER
    for group in _together(rows, planted.gang[rows]):
        home = chance.integers(0, len(regions.codes)) if chance.random() < 0.5 else parties.division[group[0]]
        parties.division[group] = np.where(chance.random(len(group)) < 0.8, home, parties.division[group])


def _dress_traders(plan: Plan, parties: Parties, planted: Planted, chance: np.random.Generator) -> None:
    """Washers trade little of their own; so do some honest firms, on margins as thin as theirs."""
    rows = planted.members(PASS)
    parties.size[rows] = np.minimum(parties.size[rows], np.exp(chance.normal(-0.8, 0.7, len(rows))))
    trader = np.flatnonzero(parties.industry[: plan.taxpayers] == load_economy().industry("51"))
    thin = trader[chance.random(len(trader)) < 0.07]
    parties.margin[thin] = chance.uniform(0.006, 0.025, len(thin))


def _dress_takeovers(plan: Plan, parties: Parties, planted: Planted, chance: np.random.Generator) -> None:
    rows = planted.members(TAKEOVER)
    parties.size[rows] = np.minimum(parties.size[rows], np.exp(chance.normal(-2.0, 0.8, len(rows))))
    parties.general[rows] = True
    parties.limit[rows] = np.where(chance.random(len(rows)) < 0.75, LIMITS[1], LIMITS[2])
    planted.replaced[rows] = planted.started[rows] - chance.integers(8, 75, len(rows))
    gone = chance.random(len(rows)) < 0.6
    parties.closed[rows[gone]] = planted.started[rows[gone]] + chance.integers(100, 260, int(gone.sum()))
    planted.missing[rows] = gone


def _dress_exporters(plan: Plan, parties: Parties, planted: Planted, chance: np.random.Generator) -> None:
    economy, rows = load_economy(), planted.members(EXPORT)
    goods = [economy.good(g) for g in ("clothing", "chips", "phones", "furniture", "plastics")]
    parties.good[rows] = chance.choice(goods, len(rows))
    parties.export[rows] = chance.uniform(0.02, 0.3, len(rows))


def _spurt_some(plan: Plan, parties: Parties, planted: Planted, chance: np.random.Generator) -> None:
    """Honest firms that suddenly sell a lot for months: young ones, newly taken over ones, project firms."""
    n = plan.taxpayers
    young = parties.opened[:n] > plan.first_day
    replaced = planted.replaced < NEVER
    odds = 0.008 + 0.16 * young + 0.09 * replaced
    able = (planted.scheme < 0) & parties.general[:n] & (parties.closed[:n] == NEVER)
    rows = np.flatnonzero((chance.random(n) < odds) & able)
    begin = np.maximum(parties.opened[rows] + 20, plan.first_day)
    begin = np.where(replaced[rows], planted.replaced[rows] + 20, begin + chance.integers(0, 90, len(rows)))
    planted.spurt[rows] = np.minimum(begin, plan.end_day - 40)
