"""Write natural persons and their roles in firms."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yihu.lens.simulate import numbers
from yihu.lens.simulate.naming import Scribe
from yihu.lens.simulate.parties import Parties
from yihu.lens.simulate.people import People
from yihu.lens.simulate.plan import NEVER, Ints, Plan
from yihu.lens.simulate.planting import Planted
from yihu.lens.simulate.registry import Registry
from yihu.lens.simulate.writing import days, decimals, texts, write_table


def write_persons(out: Path, plan: Plan, people: People) -> tuple[list[str], Ints]:
    """
    Write `persons.parquet`.

    :returns: person_id of each row and the natural person behind it
    """
    chance, count = plan.chance("persons"), len(people.names)
    natural = np.concatenate([np.arange(count), np.flatnonzero(people.second >= 0)])
    ids = [f"3300{place:012d}" for place in chance.permutation(len(natural)).tolist()]
    names, cards = [people.names[p] for p in natural], [people.ids[p] for p in natural]
    phones, homes = [people.phones[p] for p in natural], [people.addresses[p] for p in natural]
    scribe = Scribe(chance)
    for row in range(count, len(natural)):
        u = chance.random()
        if u < 0.4:
            names[row] = scribe.mistype(names[row])
        else:
            cards[row] = numbers.short_identity_number(cards[row]) if u < 0.7 else ""
        if u < 0.7 and chance.random() < 0.5:
            phones[row] = phones[row] if chance.random() < 0.5 else ""
            homes[row] = scribe.retype_address(homes[row], "330106")
    columns = {
        "person_id": pa.array(ids),
        "name": pa.array(names),
        "id_type_code": texts(["ID_CARD" if c else "" for c in cards]),
        "id_number": texts(cards),
        "phone": texts(phones),
        "address": texts(homes),
    }
    write_table(out / "persons.parquet", "persons", columns)
    return ids, natural


@dataclass
class RoleRows:
    """Roles of one kind: rows of the register, natural persons, days, share in percent (`NEVER` for none)."""

    registration: Ints
    person: Ints
    code: str
    start: Ints
    end: Ints
    share: Ints


def _role_rows(parties: Parties, planted: Planted, people: People, who: Ints) -> list[RoleRows]:
    """The four persons of every registration and the shareholders of companies, former ones with their end."""
    every, never = np.arange(len(who)), np.full(len(who), NEVER)
    opened, replaced, share = parties.opened[who], planted.replaced[who], people.share[who]
    begun = np.where(replaced < NEVER, replaced, opened)
    left = np.flatnonzero(replaced < NEVER)
    firms = np.flatnonzero(~parties.individual[who])
    sold, mates = np.intersect1d(firms, left), firms[people.partner[who[firms]] >= 0]
    owner, former, partner = people.owner[who], people.former[who], people.partner[who]
    return [
        RoleRows(every, owner, "LEGAL_REPRESENTATIVE", begun, never, never),
        RoleRows(left, former[left], "LEGAL_REPRESENTATIVE", opened[left], replaced[left], never[left]),
        RoleRows(every, people.finance[who], "FINANCE_OFFICER", opened, never, never),
        RoleRows(every, people.handler[who], "TAX_HANDLER", opened, never, never),
        RoleRows(every, people.handler[who], "INVOICE_HANDLER", opened, never, never),
        RoleRows(firms, owner[firms], "SHAREHOLDER", begun[firms], never[firms], share[firms]),
        RoleRows(sold, former[sold], "SHAREHOLDER", opened[sold], replaced[sold], share[sold]),
        RoleRows(mates, partner[mates], "SHAREHOLDER", opened[mates], never[mates], 100 - share[mates]),
    ]


def write_roles(
    out: Path, plan: Plan, parties: Parties, planted: Planted, people: People, reg: Registry, person_ids: list[str]
) -> int:
    """
    Write `roles.parquet`; a person with two rows in the register of persons appears under either.

    :returns: rows
    """
    chance, parts = plan.chance("roles"), _role_rows(parties, planted, people, reg.taxpayer)
    person = np.concatenate([p.person for p in parts])
    second = people.second[person]
    person = np.where((second >= 0) & (chance.random(len(person)) < 0.45), second, person)
    share = np.concatenate([p.share for p in parts])
    rate = decimals(np.where(share == NEVER, 0, share) * 10_000, 9, 6)
    numbers_ = pa.array(reg.number[: len(reg.taxpayer)])
    columns = {
        "registration_id": numbers_.take(pa.array(np.concatenate([p.registration for p in parts]))),
        "person_id": pa.array(person_ids).take(pa.array(person)),
        "role_code": pa.concat_arrays([pa.array([p.code] * len(p.person), type=pa.string()) for p in parts]),
        "start_on": days(np.concatenate([p.start for p in parts])),
        "end_on": days(np.concatenate([p.end for p in parts]), NEVER),
        "share_rate": pc.if_else(pa.array(share == NEVER), pa.scalar(None, rate.type), rate),
    }
    return write_table(out / "roles.parquet", "roles", columns)
