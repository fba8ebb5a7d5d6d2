"""The register: one or more registrations for each real taxpayer, and which number it uses when."""

from dataclasses import dataclass

import numpy as np

from yihu.lens.simulate import numbers
from yihu.lens.simulate.economy import load_regions
from yihu.lens.simulate.firm_names import write_names
from yihu.lens.simulate.naming import Scribe, short_city
from yihu.lens.simulate.parties import Parties
from yihu.lens.simulate.people import People
from yihu.lens.simulate.plan import NEVER, Ints, Plan
from yihu.lens.simulate.planting import Planted
from yihu.lens.simulate.scheme_list import BURST, PHOENIX, SPLIT

SINGLE, RENUMBERED, PARALLEL = 0, 1, 2


@dataclass
class Registry:
    """
    Registrations (R) first, then the numbers of outsiders, so that `number` has R + outside entries.

    `taxpayer` (R,) says whose each is. For each party: `mode`, `main` (the number it uses last), `other` (an earlier or
    parallel number, else `main`) and `switched` (the day the number changed).
    """

    taxpayer: Ints
    number: list[str]
    name: list[str]
    address: list[str]
    division: Ints
    mode: Ints
    main: Ints
    other: Ints
    switched: Ints

    def numbers_used(self, party: Ints, partner: Ints, day: Ints) -> Ints:
        """Which registration stands on an invoice: by day for a changed number, by partner for parallel ones."""
        mode = self.mode[party]
        habit = ((party * 40503 + partner * 2654435761) >> 7) % 100
        early = (mode == RENUMBERED) & (day < self.switched[party] + np.where(habit < 6, 20, 0))
        return np.where(early | ((mode == PARALLEL) & (habit < 38)), self.other[party], self.main[party])


def make_registry(plan: Plan, parties: Parties, planted: Planted, people: People) -> Registry:
    """Name, number and place every registration."""
    chance, n = plan.chance("registry"), plan.taxpayers
    mode, switched, doubled = _modes(plan, parties, planted, chance)
    addresses = _addresses(plan, parties, planted, Scribe(chance), chance)
    names = write_names(plan, parties, people)
    taxpayer = np.concatenate([np.arange(n), doubled])
    registered = len(taxpayer)
    main = np.concatenate([np.arange(n), registered + np.arange(plan.outside)])
    other = main.copy()
    other[doubled] = n + np.arange(len(doubled))
    division = np.concatenate([parties.division[:n], _moved(parties, mode, doubled, chance), parties.division[n:]])
    scribe, codes = Scribe(chance), load_regions().codes
    base = list(names)
    for row, who in enumerate(doubled.tolist(), start=n):
        place = short_city(codes[parties.division[who]])
        changed = mode[who] == RENUMBERED and chance.random() < 0.6
        names.insert(row, base[who] if changed else scribe.retype_name(base[who], place))
        written = addresses[who] if changed else scribe.retype_address(addresses[who], codes[parties.division[who]])
        addresses.insert(row, written)
    number = _numbers(plan, parties, mode, taxpayer, division, chance)
    return Registry(taxpayer, number, names, addresses, division, mode, main, other, switched)


def _modes(plan: Plan, parties: Parties, planted: Planted, chance: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Who stands in the register twice: half by a changed number, half in parallel. Shells never do."""
    n, extra = plan.taxpayers, plan.registrations - plan.taxpayers
    mode, switched = np.full(plan.parties, SINGLE), np.full(plan.parties, NEVER)
    settled = np.flatnonzero((parties.opened[:n] < plan.first_day - 120) & (parties.closed[:n] == NEVER))
    rest = np.setdiff1d(np.arange(n), settled)
    doubled = np.sort(np.concatenate([chance.permutation(settled), rest])[:extra])
    changed = chance.random(len(doubled)) < 0.5
    mode[doubled] = np.where(changed, RENUMBERED, PARALLEL)
    lead = chance.integers(plan.first_day - 200, plan.end_day - 60, len(doubled))
    switched[doubled] = np.where(changed, lead, NEVER)
    return mode, switched, doubled


def _moved(parties: Parties, mode: Ints, doubled: Ints, chance: np.random.Generator) -> Ints:
    """A parallel registration stands in another division; most of them of the same city."""
    regions, home = load_regions(), parties.division[doubled]
    out = home.copy()
    for row in np.flatnonzero((mode[doubled] == PARALLEL) & (chance.random(len(doubled)) < 0.8)).tolist():
        same = np.flatnonzero(regions.cities == regions.cities[home[row]])
        pool = same if len(same) > 1 and chance.random() < 0.6 else np.arange(len(regions.codes))
        out[row] = chance.choice(pool)
    return out


def _numbers(
    plan: Plan, parties: Parties, mode: Ints, taxpayer: Ints, division: Ints, chance: np.random.Generator
) -> list[str]:
    codes, n = load_regions().codes, plan.taxpayers
    party = np.concatenate([taxpayer, np.arange(n, plan.parties)])
    organisations = numbers.organisation_codes(len(party), chance)
    heads = [("92" if parties.individual[p] else "91") + codes[d] for p, d in zip(party, division, strict=True)]
    u = chance.random(len(party))
    for row in range(n, len(taxpayer)):
        if mode[taxpayer[row]] == PARALLEL and u[row] < 0.35 and division[row] != division[taxpayer[row]]:
            organisations[row] = organisations[taxpayer[row]]
    made = numbers.credit_codes(heads, organisations)
    for row in range(n, len(taxpayer)):
        if mode[taxpayer[row]] == RENUMBERED and u[row] < 0.7:
            made[row] = codes[division[row]] + organisations[taxpayer[row] if u[row] < 0.35 else row]
    return made


def _addresses(
    plan: Plan, parties: Parties, planted: Planted, scribe: Scribe, chance: np.random.Generator
) -> list[str]:
    """Ordinary addresses; one in fifteen companies stands at a cluster address with tens to hundreds of others."""
    codes, n = load_regions().codes, plan.taxpayers
    clusters = max(2, n // 900)
    hosts = chance.choice(parties.division[:n], clusters)
    bases = [scribe.address(codes[d]).split("号")[0] + "号" for d in hosts.tolist()]
    heft = 1 / np.arange(1, clusters + 1) ** 0.9
    chosen = chance.choice(clusters, n, p=heft / heft.sum())
    member = (chance.random(n) < 0.065) & ~parties.individual[:n]
    for group in planted.groups((BURST,), planted.gang):
        member[group] = chance.random(len(group)) < 0.6
        chosen[group] = chosen[group[0]]
    parties.cluster[:n] = np.where(member, chosen, -1)
    parties.division[:n] = np.where(member, hosts[chosen], parties.division[:n])
    out = [scribe.address(codes[d]) for d in parties.division.tolist()]
    for who in np.flatnonzero(member).tolist():
        room = f"{int(chance.integers(1, 9))}幢{int(chance.integers(101, 2999))}室" if chance.random() < 0.7 else ""
        out[who] = bases[chosen[who]] + room + ("（集群注册）" if chance.random() < 0.4 else "")
    _share_rooms(plan, parties, planted, out)
    return out


def _share_rooms(plan: Plan, parties: Parties, planted: Planted, addresses: list[str]) -> None:
    """Firms split from one another and successors of debtors stand in the same building, a part in the same rooms."""
    chance = plan.chance("rooms")
    for group in planted.groups((SPLIT, PHOENIX), planted.kin):
        house = addresses[group[0]]
        parties.division[group] = parties.division[group[0]]
        for who in group[1:].tolist():
            room = f"{int(chance.integers(101, 1299))}室"
            addresses[who] = house if chance.random() < 0.35 else house.split("号")[0] + "号" + room
