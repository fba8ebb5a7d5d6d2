"""Write the register: registrations, their changes, persons and roles."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yihu.lens.schema.places import DIVISIONS, INDUSTRIES, ancestors
from yihu.lens.simulate import numbers
from yihu.lens.simulate.economy import load_economy, load_regions
from yihu.lens.simulate.naming import Scribe
from yihu.lens.simulate.parties import Parties
from yihu.lens.simulate.people import People
from yihu.lens.simulate.plan import NEVER, Ints, Plan
from yihu.lens.simulate.planting import Planted
from yihu.lens.simulate.registry import PARALLEL, RENUMBERED, Registry
from yihu.lens.simulate.writing import days, decimals, write_table

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
    lead = [people.names[p] for p in people.owner[who]]
    lead_ids = [people.ids[p] for p in people.owner[who]]
    for row in np.flatnonzero(twin & (chance.random(rows) < 0.2)).tolist():
        lead[row] = scribe.mistype(lead[row])
    for row in np.flatnonzero(second & (chance.random(rows) < 0.25)).tolist():
        lead_ids[row] = numbers.short_identity_number(lead_ids[row]) if chance.random() < 0.4 else ""
    codes = [load_regions().codes[d] for d in reg.division[:rows]]
    general = parties.general[who]
    industry = [load_economy().industries[i] for i in parties.industry[who]]
    capital = np.round(np.exp(chance.normal(0, 1.0, rows)) * np.where(parties.individual[who], 5, 120) * 10) / 10
    capital = capital[who]
    columns = {
        "registration_id": pa.array(reg.number[:rows]),
        "name": pa.array(reg.name[:rows]),
        "uscc": _credit_codes(reg, rows, chance),
        "registered_on": days(opened),
        "closed_on": days(closed, NEVER),
        "status_code": pa.array(_status(plan, planted, who, closed, changed, chance)),
        "type_code": pa.array(_types(parties, reg, who, chance)),
        "taxpayer_kind_code": pa.array(np.where(general, "GENERAL", "SMALL")),
        "industry_code": pa.array(industry),
        "industry_name": pa.array([INDUSTRIES[c].name for c in industry]),
        "division_code": pa.array(codes),
        "address": pa.array(reg.address[:rows]),
        "phone": pa.array(_phones(parties, people, who, second, chance)),
        "legal_representative_name": pa.array(lead),
        "legal_representative_id": _text(lead_ids),
        "office_code": pa.array([f"1{c}0000" for c in codes]),
        "office_name": pa.array([office_name(c) for c in codes]),
        "registered_capital": decimals(np.rint(capital * 1_000_000).astype(np.int64)),
        "previous_registration_id": _text(_previous(reg, plan, chance)),
        "credit_rating_code": pa.array(_ratings(plan, parties, who, chance)),
    }
    return write_table(out / "registrations.parquet", "registrations", columns)


def office_name(division: str) -> str:
    """The tax office of a division, e.g. 国家税务总局杭州市萧山区税务局."""
    line = ancestors(division, DIVISIONS)
    return "国家税务总局" + "".join(place.name for place in line[-2:]) + "税务局"


def _text(values: list[str]) -> pa.Array:
    return pa.array([v or None for v in values], type=pa.string())


def _lifetimes(
    parties: Parties, reg: Registry, who: Ints, changed: Ints, twin: Ints, chance: Choice
) -> tuple[Ints, Ints]:
    rows = len(who)
    opened, closed = parties.opened[who].copy(), parties.closed[who].copy()
    closed[changed] = reg.switched[who][changed]
    fresh = ~changed & (reg.mode[who] == RENUMBERED) & (chance.random(rows) < 0.4)
    opened[fresh] = reg.switched[who][fresh]
    opened[twin] += chance.integers(0, 100, int(twin.sum()))
    return opened, closed


def _status(plan: Plan, planted: Planted, who: Ints, closed: Ints, changed: Ints, chance: Choice) -> "np.ndarray":  # type: ignore[type-arg]
    ended = closed < plan.end_day
    status = np.where(chance.random(len(who)) < 0.01, "SUSPENDED", "NORMAL")
    status = np.where(ended, np.where(planted.missing[who] & ~changed, "ABNORMAL", "CLOSED"), status)
    return status


def _types(parties: Parties, reg: Registry, who: Ints, chance: Choice) -> "np.ndarray":  # type: ignore[type-arg]
    u = chance.random(len(who))
    company = np.select([u < 0.8, u < 0.93, u < 0.96], ["173", "159", "330"], "171")
    shares = np.array(["股份" in name for name in reg.name[: len(who)]])
    return np.where(parties.individual[who], "410", np.where(shares, "160", company))


def _phones(parties: Parties, people: People, who: Ints, second: Ints, chance: Choice) -> list[str]:
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


def write_persons(out: Path, plan: Plan, people: People) -> tuple[list[str], Ints]:
    """
    Write `persons.parquet`.

    :returns: person_id of each row and the natural person behind it
    """
    chance = plan.chance("persons")
    scribe = Scribe(chance)
    count = len(people.names)
    twice = np.flatnonzero(people.second >= 0)
    natural = np.concatenate([np.arange(count), twice])
    order = chance.permutation(len(natural))
    ids = [f"3300{place:012d}" for place in order.tolist()]
    names, cards = [people.names[p] for p in natural], [people.ids[p] for p in natural]
    phones, homes = [people.phones[p] for p in natural], [people.addresses[p] for p in natural]
    for row in range(count, len(natural)):
        u = chance.random()
        if u < 0.4:
            names[row] = scribe.mistype(names[row])
        elif u < 0.7:
            cards[row] = numbers.short_identity_number(cards[row])
        else:
            cards[row] = ""
        if u < 0.7 and chance.random() < 0.5:
            phones[row] = phones[row] if chance.random() < 0.5 else ""
            homes[row] = scribe.retype_address(homes[row], "330106")
    columns = {
        "person_id": pa.array(ids),
        "name": pa.array(names),
        "id_type_code": pa.array(["ID_CARD" if c else None for c in cards], type=pa.string()),
        "id_number": _text(cards),
        "phone": _text(phones),
        "address": _text(homes),
    }
    write_table(out / "persons.parquet", "persons", columns)
    return ids, natural


def write_roles(
    out: Path, plan: Plan, parties: Parties, planted: Planted, people: People, reg: Registry, person_ids: list[str]
) -> int:
    """
    Write `roles.parquet`: the four persons and the shareholders of every registration, former ones with their end.

    :returns: rows
    """
    chance, who = plan.chance("roles"), reg.taxpayer
    rows: list[tuple[Ints, Ints, str, Ints, Ints, Ints]] = []
    every = np.arange(len(who))
    opened, replaced = parties.opened[who], planted.replaced[who]
    never = np.full(len(who), NEVER)
    begun = np.where(replaced < NEVER, replaced, opened)
    rows.append((every, people.owner[who], "LEGAL_REPRESENTATIVE", begun, never, never))
    left = np.flatnonzero(replaced < NEVER)
    rows.append((left, people.former[who[left]], "LEGAL_REPRESENTATIVE", opened[left], replaced[left], never[left]))
    rows.append((every, people.finance[who], "FINANCE_OFFICER", opened, never, never))
    rows.append((every, people.handler[who], "TAX_HANDLER", opened, never, never))
    rows.append((every, people.handler[who], "INVOICE_HANDLER", opened, never, never))
    firms = np.flatnonzero(~parties.individual[who])
    share = people.share[who]
    rows.append((firms, people.owner[who[firms]], "SHAREHOLDER", begun[firms], never[firms], share[firms]))
    sold = np.intersect1d(firms, left)
    rows.append((sold, people.former[who[sold]], "SHAREHOLDER", opened[sold], replaced[sold], share[sold]))
    mates = firms[people.partner[who[firms]] >= 0]
    rows.append((mates, people.partner[who[mates]], "SHAREHOLDER", opened[mates], never[mates], 100 - share[mates]))
    keep = {}
    for reg_rows, persons, role, start, end, rate in rows:
        second = people.second[persons]
        use = np.where((second >= 0) & (chance.random(len(persons)) < 0.45), second, persons)
        for r, p, s, e, q in zip(
            reg_rows.tolist(), use.tolist(), start.tolist(), end.tolist(), rate.tolist(), strict=True
        ):
            keep[(r, p, role, s)] = (e, q)
    keys = list(keep)
    values = list(keep.values())
    share_rate = np.array([v[1] for v in values], dtype=np.int64)
    rate_array = decimals(np.where(share_rate == NEVER, 0, share_rate) * 10_000, 9, 6)
    columns = {
        "registration_id": pa.array([reg.number[k[0]] for k in keys]),
        "person_id": pa.array([person_ids[k[1]] for k in keys]),
        "role_code": pa.array([k[2] for k in keys]),
        "start_on": days(np.array([k[3] for k in keys])),
        "end_on": days(np.array([v[0] for v in values]), NEVER),
        "share_rate": pc.if_else(pa.array(share_rate == NEVER), pa.scalar(None, rate_array.type), rate_array),
    }
    return write_table(out / "roles.parquet", "roles", columns)


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
