"""The planted truth, kept apart from the data."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from yihu.lens.simulate.economy import load_economy
from yihu.lens.simulate.orders import Orders
from yihu.lens.simulate.people import People
from yihu.lens.simulate.plan import Flags, Ints, Plan
from yihu.lens.simulate.planting import BURST, BUYING, EXPORT, SCHEMES, Planted
from yihu.lens.simulate.registry import Registry
from yihu.lens.simulate.writing import days, decimals, write_arrow

ROLES = ("issuer", "washer", "buyer", "ring_member", "reseller", "issuer", "exporter")


def settle_truth(planted: Planted, extra: Orders) -> None:
    """Date schemes by what really happened; whoever was planted but made no false trade is let go."""
    economy = load_economy()
    for scheme in range(len(SCHEMES)):
        side = extra.buyer if scheme in (BUYING, EXPORT) else extra.seller
        for who in planted.members(scheme).tolist():
            rows = side == who
            if scheme in (BUYING, EXPORT):
                rows &= _false_seller(planted, extra)
            else:
                rows &= extra.day >= planted.started[who]
            if rows.any():
                planted.started[who] = extra.day[rows].min()
                rates = economy.goods_rates[extra.good[rows]]
                planted.stake[who] = round(float((extra.amount[rows] * rates).sum()) / 100)
            else:
                planted.scheme[who] = -1


def _false_seller(planted: Planted, extra: Orders) -> Flags:
    inside = extra.seller < len(planted.scheme)
    scheme = planted.scheme[np.where(inside, extra.seller, 0)]
    false: Flags = inside & (scheme >= BURST) & (scheme != BUYING)
    return false


def write_truth(
    out: Path, plan: Plan, planted: Planted, people: People, reg: Registry, persons: tuple[list[str], Ints]
) -> None:
    """Write `truth/duplicates`, `truth/person_duplicates` and `truth/schemes`."""
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
    rows = np.flatnonzero(planted.scheme[reg.taxpayer] >= 0)
    who = reg.taxpayer[rows]
    table = {
        "scheme": pa.array([SCHEMES[s] for s in planted.scheme[who]], type=pa.string()),
        "taxpayer_id": pa.array([labels[t] for t in who], type=pa.string()),
        "registration_id": pa.array([registrations[r] for r in rows], type=pa.string()),
        "started_on": days(planted.started[who]),
        "tax_at_stake": decimals(planted.stake[who]),
        "role": pa.array([ROLES[s] for s in planted.scheme[who]], type=pa.string()),
    }
    write_arrow(folder / "schemes.parquet", pa.table(table))
