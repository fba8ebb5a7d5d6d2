"""Write the inspections, and apart from them what they should have concluded."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from yihu.lens.schema.catalogue import CODES
from yihu.lens.simulate.inspecting import CONFIRMED, RULES, WAYS, Inspections
from yihu.lens.simulate.plan import NEVER, Floats, Plan
from yihu.lens.simulate.registry import Registry
from yihu.lens.simulate.scheme_list import SCHEMES
from yihu.lens.simulate.writing import days, decimals, write_arrow, write_table

OUTCOMES = tuple(CODES["inspection_outcome"])


def write_inspections(out: Path, plan: Plan, found: Inspections, expected: Floats, reg: Registry) -> int:
    """
    Write `inspections.parquet`, `truth/inspections.parquet` (one row each: was it right, how likely was it) and
    `truth/inspection_odds.parquet` (one row a taxpayer: inspections to be expected under the policy).

    :returns: rows
    """
    serial = np.arange(len(found.who))
    years = found.opened.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    ids = pa.array([f"稽{y}第{i + 1:06d}号" for y, i in zip(years, serial, strict=True)], type=pa.string())
    numbers = pa.array(reg.number).take(pa.array(reg.main[found.who]))
    pending = found.closed >= NEVER
    columns = {
        "inspection_id": ids,
        "registration_id": numbers,
        "selected_by_code": pa.array([WAYS[w] for w in found.way], type=pa.string()),
        "opened_on": days(found.opened),
        "closed_on": days(found.closed, NEVER),
        "outcome_code": pa.array([OUTCOMES[o] for o in found.outcome], type=pa.string()),
        "scheme_code": pa.array([SCHEMES[s].upper() if s >= 0 else None for s in found.named], type=pa.string()),
        "amount_due": _known(decimals(found.due), found.outcome == CONFIRMED),
        "hours": _known(decimals(np.rint(found.hours * 10).astype(np.int64) * 100_000, 18, 6), ~pending),
        "note": pa.array([_note(w, r) for w, r in zip(found.way, found.rules, strict=True)], type=pa.string()),
    }
    _write_truth(out, plan, found, expected, reg, ids)
    return write_table(out / "inspections.parquet", "inspections", columns)


def _known(values: pa.Array, where: np.ndarray) -> pa.Array:
    return values.take(pa.array(np.arange(len(where)), mask=~where))


def _note(way: int, rules: int) -> str | None:
    if WAYS[way] != "RULE":
        return None
    fired = [name for place, name in enumerate(RULES) if rules >> place & 1]
    return f"规则：{'、'.join(fired)}" if fired else "规则：按规模排序"


def _write_truth(out: Path, plan: Plan, found: Inspections, expected: Floats, reg: Registry, ids: pa.Array) -> None:
    right, pending = (found.outcome == CONFIRMED) == (found.scheme >= 0), found.closed >= NEVER
    table = {
        "inspection_id": ids,
        "taxpayer_id": pa.array([f"T{t:07d}" for t in found.who.tolist()], type=pa.string()),
        "scheme": pa.array([SCHEMES[s] if s >= 0 else None for s in found.scheme], type=pa.string()),
        "is_right": pa.array(right, mask=pending),
        "propensity": pa.array(np.round(found.propensity, 6)),
    }
    write_arrow(out / "truth" / "inspections.parquet", pa.table(table))
    odds = {
        "taxpayer_id": pa.array([f"T{t:07d}" for t in range(plan.taxpayers)], type=pa.string()),
        "expected_inspections": pa.array(np.round(expected, 6)),
    }
    write_arrow(out / "truth" / "inspection_odds.parquet", pa.table(odds))
