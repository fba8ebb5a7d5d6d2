"""Natural persons: owners, their families and staff, and the agents who serve hundreds of firms."""

from dataclasses import dataclass

import numpy as np

from yihu.lens.simulate import numbers
from yihu.lens.simulate.economy import load_regions
from yihu.lens.simulate.naming import Scribe
from yihu.lens.simulate.parties import Parties
from yihu.lens.simulate.plan import NEVER, Ints, Plan
from yihu.lens.simulate.planting import Planted
from yihu.lens.simulate.scheme_list import BURST

TWICE_SHARE = 0.09
AGENT_CLIENT_SHARE = 0.2


@dataclass
class People:
    """
    Natural persons (P) and who does what for each taxpayer (T), as person indices.

    `former` is the legal representative before `Planted.replaced`, `partner` a second shareholder or -1. Every natural
    person has row `first`; some have a second row `second` (else -1) in the register of persons.
    """

    names: list[str]
    ids: list[str]
    phones: list[str]
    addresses: list[str]
    owner: Ints
    former: Ints
    finance: Ints
    handler: Ints
    partner: Ints
    share: Ints
    agents: Ints
    second: Ints


def make_people(plan: Plan, parties: Parties, planted: Planted) -> People:
    """Give every taxpayer its people; `parties.agent` is set to the agent's number or left -1."""
    chance, n = plan.chance("people"), plan.taxpayers
    owner, count = _owners(plan, parties, planted, chance)
    former, count = _fresh(np.flatnonzero(planted.replaced < NEVER), count, n, owner)
    finance, count = _some_fresh(owner, 0.5, count, chance)
    handler, count = _some_fresh(finance, 0.35, count, chance)
    partner, count = _partners(owner, parties, count, chance)
    _bind_kin(plan, planted, owner, finance, handler, partner)
    agents = np.arange(count, count + max(2, n // 350))
    count += len(agents)
    _hire_agents(parties, planted, agents, finance, handler, chance)
    homes = _homes(plan, parties, owner, finance, count, chance)
    names, addresses = _write(homes, owner, partner, chance)
    second = np.full(count, -1)
    twice = np.flatnonzero(chance.random(count) < TWICE_SHARE)
    second[twice] = count + np.arange(len(twice))
    return People(
        names=names,
        ids=_identities(homes, chance),
        phones=numbers.mobile_numbers(count, chance),
        addresses=addresses,
        owner=owner,
        former=former,
        finance=finance,
        handler=handler,
        partner=partner,
        share=np.where(partner >= 0, chance.integers(51, 96, n), 100),
        agents=agents,
        second=second,
    )


def _owners(plan: Plan, parties: Parties, planted: Planted, chance: np.random.Generator) -> tuple[Ints, int]:
    """Most own one firm, some several; shells of a gang share a few straw men with an honest firm now and then."""
    n = plan.taxpayers
    fresh = chance.random(n) < 0.84
    fresh[0] = True
    owner = np.where(fresh, np.cumsum(fresh) - 1, 0)
    count = int(fresh.sum())
    again = np.flatnonzero(~fresh)
    owner[again] = (count * chance.random(len(again)) ** 1.6).astype(np.int64)
    for group in planted.groups((BURST,), planted.gang):
        shared = owner[chance.choice(group, len(group))]
        owner[group] = np.where(planted.apart[group], owner[group], shared)
    return owner, count


def _fresh(rows: Ints, count: int, n: int, default: Ints) -> tuple[Ints, int]:
    out = default.copy()
    out[rows] = count + np.arange(len(rows))
    return out, count + len(rows)


def _some_fresh(base: Ints, share: float, count: int, chance: np.random.Generator) -> tuple[Ints, int]:
    rows = np.flatnonzero(chance.random(len(base)) < share)
    return _fresh(rows, count, len(base), base)


def _partners(owner: Ints, parties: Parties, count: int, chance: np.random.Generator) -> tuple[Ints, int]:
    """A second shareholder: a relative, or somebody who owns another firm."""
    n = len(owner)
    partner = np.full(n, -1)
    u = chance.random(n)
    company = ~parties.individual[:n]
    kin = np.flatnonzero(company & (u < 0.4))
    partner[kin] = count + np.arange(len(kin))
    other = np.flatnonzero(company & (u > 0.92))
    partner[other] = owner[chance.integers(0, n, len(other))]
    partner[partner == owner] = -1
    return partner, count + len(kin)


def _bind_kin(plan: Plan, planted: Planted, owner: Ints, finance: Ints, handler: Ints, partner: Ints) -> None:
    """Firms under one hand share their owner, or the owner's partner, or at least who keeps the books."""
    chance = plan.chance("kin")
    for group in planted.hands():
        first, u = group[0], chance.random(len(group))
        relative = partner[first] if partner[first] >= 0 else owner[first]
        owner[group] = np.where(u < 0.5, owner[first], np.where(u < 0.8, relative, owner[group]))
        books = u > 0.3
        finance[group[books]], handler[group[books]] = finance[first], handler[first]
    partner[partner == owner] = -1


def _hire_agents(
    parties: Parties, planted: Planted, agents: Ints, finance: Ints, handler: Ints, chance: np.random.Generator
) -> None:
    n = len(finance)
    heft = 1 / np.arange(1, len(agents) + 1) ** 0.8
    client = (chance.random(n) < AGENT_CLIENT_SHARE) & (parties.size[:n] < 3)
    chosen = chance.choice(len(agents), n, p=heft / heft.sum())
    for group in planted.groups((BURST,), planted.gang):
        chosen[group] = chosen[group[0]]
        client[group] = (chance.random(len(group)) < 0.75) & ~planted.apart[group]
    rows = np.flatnonzero(client)
    parties.agent[rows] = chosen[rows]
    books = rows[chance.random(len(rows)) < 0.7]
    finance[books] = agents[chosen[books]]
    handler[rows] = agents[chosen[rows]]


def _homes(plan: Plan, parties: Parties, owner: Ints, finance: Ints, count: int, chance: np.random.Generator) -> Ints:
    """A division for every person, mostly that of the firm."""
    homes = chance.choice(parties.division[: plan.taxpayers], count)
    near = chance.random(len(owner)) < 0.85
    homes[finance[near]] = parties.division[: plan.taxpayers][near]
    homes[owner[near]] = parties.division[: plan.taxpayers][near]
    return homes


def _write(homes: Ints, owner: Ints, partner: Ints, chance: np.random.Generator) -> tuple[list[str], list[str]]:
    scribe, codes = Scribe(chance), load_regions().codes
    names = [scribe.person() for _ in range(len(homes))]
    kin = np.flatnonzero((partner >= 0) & (chance.random(len(partner)) < 0.3))
    for row in kin.tolist():
        if partner[row] >= len(owner):
            names[partner[row]] = scribe.person(names[owner[row]][0])
    return names, [scribe.address(codes[home]) for home in homes.tolist()]


def _identities(homes: Ints, chance: np.random.Generator) -> list[str]:
    n = len(homes)
    provinces = load_regions().provinces[homes]
    born = np.datetime64("2026-01-01", "D").astype(np.int64) - (chance.normal(44, 11, n).clip(20, 80) * 365.2).astype(
        int
    )
    made = numbers.identity_numbers(provinces, born, chance.integers(0, 2, n), chance)
    seen: set[str] = set()
    for row, number in enumerate(made):
        while number in seen:
            number = numbers.identity_numbers(
                provinces[row : row + 1], born[row : row + 1], np.array([row % 2]), chance
            )[0]
        made[row] = number
        seen.add(number)
    return made
