"""Write the register: registrations and their changes."""

from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from yihu.lens.schema.places import DIVISIONS, INDUSTRIES, ancestors
from yihu.lens.simulate import numbers
from yihu.lens.simulate.economy import load_economy, load_regions
from yihu.lens.simulate.naming import Scribe
from yihu.lens.simulate.parties import Parties
from yihu.lens.simulate.people import People
from yihu.lens.simulate.plan import NEVER, Flags, Ints, Plan
from yihu.lens.simulate.planting import Planted
from yihu.lens.simulate.registry import PARALLEL, RENUMBERED, Registry
from yihu.lens.simulate.writing import days, decimals, texts, write_table

Choice = np.random.Generator


def write_registrations(
    out: Path, plan: Plan, parties: Parties, planted: Planted, people: People, reg: Registry
) -> int:
    """
    Write `registrations.parquet`.

    :returns: rows
    """
    chance = plan.chance("registrations")
    scribe, who, rows = Scribe(chance), reg.taxpayer, len(reg.taxpayer)
    second = np.arange(rows) >= plan.taxpayers
    changed, twin = second & (reg.mode[who] == RENUMBERED), second & (reg.mode[who] == PARALLEL)
    opened, closed = _lifetimes(parties, reg, who, changed, twin, chance)
    lead, lead_ids = _leads(people, scribe, who, second, twin, chance)
    codes = [load_regions().codes[d] for d in reg.division[:rows]]
    industry = [load_economy().industries[i] for i in parties.industry[who]]
    columns = {
        "registration_id": pa.array(reg.number[:rows]),
        "name": pa.array(reg.name[:rows]),
        "uscc": _credit_codes(reg, rows, chance),
        "registered_on": days(opened),
        "closed_on": days(closed, NEVER),
        "status_code": pa.array(_status(plan, planted, who, closed, changed, chance)),
        "type_code": pa.array(_types(parties, reg, who, chance)),
        "taxpayer_kind_code": pa.array(np.where(parties.general[who], "GENERAL", "SMALL")),
        "industry_code": pa.array(industry),
        "industry_name": pa.array([INDUSTRIES[c].name for c in industry]),
        "division_code": pa.array(codes),
        "address": pa.array(reg.address[:rows]),
        "phone": pa.array(_phones(parties, people, who, second, chance)),
        "legal_representative_name": pa.array(lead),
        "legal_representative_id": texts(lead_ids),
        "office_code": pa.array([f"1{c}0000" for c in codes]),
        "office_name": pa.array([office_name(c) for c in codes]),
        "registered_capital": _capital(plan, parties, who, chance),
        "previous_registration_id": texts(_previous(reg, plan, chance)),
        "credit_rating_code": pa.array(_ratings(plan, parties, who, chance)),
    }
    return write_table(out / "registrations.parquet", "registrations", columns)


def _leads(
    people: People, scribe: Scribe, who: Ints, second: Flags, twin: Flags, chance: Choice
) -> tuple[list[str], list[str]]:
    """Names and identity numbers of legal representatives; second registrations mistype, shorten or omit some."""
    names = [people.names[p] for p in people.owner[who]]
    ids = [people.ids[p] for p in people.owner[who]]
    for row in np.flatnonzero(twin & (chance.random(len(who)) < 0.2)).tolist():
        names[row] = scribe.mistype(names[row])
    for row in np.flatnonzero(second & (chance.random(len(who)) < 0.25)).tolist():
        ids[row] = numbers.short_identity_number(ids[row]) if chance.random() < 0.4 else ""
    return names, ids


def _capital(plan: Plan, parties: Parties, who: Ints, chance: Choice) -> pa.Array:
    """Registered capital in round thousands of 元, the same on every registration of a taxpayer."""
    usual = np.where(parties.individual[: plan.taxpayers], 5, 120)
    tenths = np.round(np.exp(chance.normal(0, 1.0, plan.taxpayers)) * usual * 10)
    return decimals((tenths * 100_000).astype(np.int64)[who])


def office_name(division: str) -> str:
    """The tax office of a division, e.g. 国家税务总局杭州市萧山区税务局."""
    line = ancestors(division, DIVISIONS)
    return "国家税务总局" + "".join(place.name for place in line[-2:]) + "税务局"


def _lifetimes(
    parties: Parties, reg: Registry, who: Ints, changed: Flags, twin: Flags, chance: Choice
) -> tuple[Ints, Ints]:
    rows = len(who)
    opened, closed = parties.opened[who].copy(), parties.closed[who].copy()
    closed[changed] = reg.switched[who][changed]
    fresh = ~changed & (reg.mode[who] == RENUMBERED) & (chance.random(rows) < 0.4)
    opened[fresh] = reg.switched[who][fresh]
    opened[twin] += chance.integers(0, 100, int(twin.sum()))
    return opened, closed


def _status(plan: Plan, planted: Planted, who: Ints, closed: Ints, changed: Flags, chance: Choice) -> NDArray[np.str_]:
    ended = closed < plan.end_day
    status = np.where(chance.random(len(who)) < 0.01, "SUSPENDED", "NORMAL")
    return np.where(ended, np.where(planted.missing[who] & ~changed, "ABNORMAL", "CLOSED"), status)


def _types(parties: Parties, reg: Registry, who: Ints, chance: Choice) -> NDArray[np.str_]:
    u = chance.random(len(who))
    company = np.select([u < 0.8, u < 0.93, u < 0.96], ["173", "159", "330"], "171")
    shares = np.array(["股份" in name for name in reg.name[: len(who)]])
    return np.where(parties.individual[who], "410", np.where(shares, "160", company))


def _phones(parties: Parties, people: People, who: Ints, second: Flags, chance: Choice) -> list[str]:
    """The owner's phone, the finance officer's, or the agent's; swapped on a part of second registrations."""
    agent = parties.agent[who]
    u = chance.random(len(who))
    person = np.where((agent >= 0) & (u < 0.55), people.agents[agent], people.owner[who])
    person = np.where((agent < 0) & (u > 0.85), people.finance[who], person)
    person = np.where(second & (chance.random(len(who)) < 0.35), people.handler[who], person)
    return [people.phones[p] for p in person]


def _credit_codes(reg: Registry, rows: int, chance: Choice) -> pa.Array:
    u = chance.random(rows)
    out = []
    for row, number in enumerate(reg.number[:rows]):
        own = number if len(number) == 18 else (reg.number[reg.main[reg.taxpayer[row]]] if u[row] < 0.3 else None)
        out.append(own if u[row] < 0.96 else None)
    return pa.array(out, type=pa.string())


def _previous(reg: Registry, plan: Plan, chance: Choice) -> list[str]:
    """The changed number's earlier form, filled in on less than half."""
    out = [""] * len(reg.taxpayer)
    for who in np.flatnonzero(reg.mode[: plan.taxpayers] == RENUMBERED).tolist():
        if chance.random() < 0.45:
            out[who] = reg.number[reg.other[who]]
    return out


def _ratings(plan: Plan, parties: Parties, who: Ints, chance: Choice) -> list[str]:
    young = parties.opened[who] > plan.end_day - 1000
    u = chance.random(plan.taxpayers)[who]
    old = np.select([u < 0.16, u < 0.62, u < 0.86, u < 0.95], ["A", "B", "M", "C"], "D")
    return [str(v) for v in np.where(young, np.where(u < 0.93, "M", "C"), old)]


def write_changes(out: Path, plan: Plan, parties: Parties, planted: Planted, people: People, reg: Registry) -> int:
    """
    Write `registration_changes.parquet`.

    :returns: rows
    """
    chance, n, codes = plan.chance("changes"), plan.taxpayers, load_regions().codes
    scribe = Scribe(chance)
    rows: list[tuple[str, int, str, str, str]] = []
    for who in np.flatnonzero(planted.replaced < NEVER).tolist():
        day, number = int(planted.replaced[who]), reg.number[reg.main[who]]
        old, new = people.names[people.former[who]], people.names[people.owner[who]]
        rows.append((number, day, "LEGAL_REPRESENTATIVE", old, new))
        if chance.random() < 0.7:
            rows.append((number, day, "SHAREHOLDER", old, new))
    for who in np.flatnonzero(reg.mode[:n] == RENUMBERED).tolist():
        if chance.random() < 0.5:
            old, new = reg.number[reg.other[who]], reg.number[reg.main[who]]
            rows.append((new, int(reg.switched[who]), "NUMBER", old, new))
    for item, share in (("ADDRESS", 0.05), ("NAME", 0.02), ("PHONE", 0.06), ("CAPITAL", 0.04), ("SCOPE", 0.05)):
        for who in np.flatnonzero(chance.random(n) < share).tolist():
            begin = max(int(parties.opened[who]), plan.first_day - 1500)
            day = int(chance.integers(begin, plan.end_day))
            pair = _change(item, scribe, reg, who, codes[parties.division[who]], people)
            rows.append((reg.number[reg.main[who]], day, item, *pair))
    rows = sorted(set(rows))
    columns = {
        "registration_id": pa.array([r[0] for r in rows], type=pa.string()),
        "changed_on": days(np.array([r[1] for r in rows], dtype=np.int64)),
        "item_code": pa.array([r[2] for r in rows], type=pa.string()),
        "old_value": pa.array([r[3] for r in rows], type=pa.string()),
        "new_value": pa.array([r[4] for r in rows], type=pa.string()),
    }
    return write_table(out / "registration_changes.parquet", "registration_changes", columns)


def _change(item: str, scribe: Scribe, reg: Registry, who: int, division: str, people: People) -> tuple[str, str]:
    if item == "ADDRESS":
        return scribe.address(division), reg.address[who]
    if item == "NAME":
        return scribe.brand() + reg.name[who][-6:], reg.name[who]
    if item == "PHONE":
        return people.phones[people.handler[who]], people.phones[people.owner[who]]
    if item == "CAPITAL":
        return f"{int(scribe.chance.integers(1, 50)) * 10}万元", f"{int(scribe.chance.integers(50, 200)) * 10}万元"
    return "一般项目：销售代理", "一般项目：销售代理；信息咨询服务"
