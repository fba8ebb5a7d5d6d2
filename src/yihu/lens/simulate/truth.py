"""The planted truth, kept apart from the data."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from yihu.lens.simulate.economy import load_economy
from yihu.lens.simulate.ledger import Ledger
from yihu.lens.simulate.orders import Orders
from yihu.lens.simulate.parties import Parties
from yihu.lens.simulate.plan import NEVER, Flags, Ints, Plan
from yihu.lens.simulate.planting import Planted
from yihu.lens.simulate.registry import Registry
from yihu.lens.simulate.returns import Filer
from yihu.lens.simulate.scheme_list import GHOST, HIDDEN, KINDS, PHOENIX, REVERSAL, TAKEOVER
from yihu.lens.simulate.writing import days, decimals, write_arrow

LEVELS = ("LIGHT", "MEDIUM", "HEAVY")


def settle_truth(planted: Planted, extra: Orders) -> None:
    """Date schemes by what really happened; whoever was planted but made no false trade is let go."""
    n, rates = len(planted.scheme), load_economy().goods_rates[extra.good]
    tax = extra.amount.astype(np.float64) * rates / 100
    for scheme, kind in enumerate(KINDS):
        if kind.side == "none":
            continue
        side = extra.seller if kind.side == "sales" else extra.buyer
        inside = side < n
        who = np.where(inside, side, 0)
        false = inside & (planted.scheme[who] == scheme)
        false &= _from_issuers(planted, extra) if kind.side == "inputs" else extra.day >= planted.started[who]
        begun = np.full(n, NEVER)
        np.minimum.at(begun, who[false], extra.day[false])
        members = planted.members(scheme)
        planted.started[members] = begun[members]
        planted.scheme[members[begun[members] >= NEVER]] = -1
        planted.stake += np.rint(np.bincount(who[false], tax[false], n)).astype(np.int64)


def settle_stakes(plan: Plan, planted: Planted, ledger: Ledger, filer: Filer) -> None:
    """Tax at stake of the schemes that no false invoice tells: hidden sales, groundless reversals, wages, arrears."""
    n = plan.taxpayers
    rate = filer.rate[:n]
    for scheme, tax in (
        (HIDDEN, np.rint(ledger.hidden.sum(axis=1) * np.maximum(rate, 0.01)).astype(np.int64)),
        (REVERSAL, ledger.reversed),
        (GHOST, np.bincount(filer.taxpayer, filer.evaded, n).astype(np.int64)),
        (PHOENIX, np.bincount(filer.taxpayer, filer.evaded, n).astype(np.int64)),
    ):
        members = planted.members(scheme)
        planted.stake[members] = tax[members]


def _from_issuers(planted: Planted, extra: Orders) -> Flags:
    inside = extra.seller < len(planted.scheme)
    scheme = planted.scheme[np.where(inside, extra.seller, 0)]
    issuing = [s for s, kind in enumerate(KINDS) if kind.side == "sales"]
    return np.asarray(inside & np.isin(scheme, issuing))


def write_truth(out: Path, plan: Plan, reg: Registry, persons: tuple[list[str], Ints]) -> None:
    """Write `truth/duplicates` and `truth/person_duplicates`."""
    folder = out / "truth"
    labels = [f"T{t:07d}" for t in range(plan.taxpayers)]
    registrations = reg.number[: len(reg.taxpayer)]
    owners = [labels[t] for t in reg.taxpayer.tolist()]
    write_arrow(folder / "duplicates.parquet", pa.table({"registration_id": registrations, "taxpayer_id": owners}))
    ids, natural = persons
    write_arrow(
        folder / "person_duplicates.parquet",
        pa.table({"person_id": ids, "natural_person": [f"N{p:07d}" for p in natural.tolist()]}),
    )


def write_schemes(out: Path, plan: Plan, planted: Planted, parties: Parties, reg: Registry) -> None:
    """Write `truth/schemes`: who does what, since when, how much of it, and what it costs."""
    labels = [f"T{t:07d}" for t in range(plan.taxpayers)]
    rows = np.flatnonzero(planted.scheme[reg.taxpayer] >= 0)
    who = reg.taxpayer[rows]
    kinds = [KINDS[s] for s in planted.scheme[who].tolist()]
    heirs = (planted.scheme[who] == PHOENIX) & (parties.opened[who] >= planted.started[who] - 1)
    roles = ["successor" if heir else kind.role for heir, kind in zip(heirs.tolist(), kinds, strict=True)]
    table = {
        "scheme": pa.array([k.name for k in kinds], type=pa.string()),
        "taxpayer_id": pa.array([labels[t] for t in who], type=pa.string()),
        "registration_id": pa.array([reg.number[r] for r in rows], type=pa.string()),
        "started_on": days(planted.started[who]),
        "tax_at_stake": decimals(planted.stake[who]),
        "role": pa.array(roles, type=pa.string()),
        "level": pa.array([LEVELS[v] for v in planted.level[who]], type=pa.string()),
        "is_sleeper": pa.array(planted.asleep[who] | (planted.scheme[who] == TAKEOVER)),
        "is_informed": pa.array(planted.informed[who]),
        "is_mixed": pa.array([k.mixed for k in kinds], type=pa.bool_()),
    }
    write_arrow(out / "truth" / "schemes.parquet", pa.table(table))
