"""A table and the one it is to replace over every household or invoice of a snapshot: what would change, for whom."""

import datetime as dt
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yihu.kit.decisions.tables import Table
from yihu.lens.backends.duck import parquet_source
from yihu.lens.backends.engine import Engine, open_engine
from yihu.lens.decisions import NotColumnarError, in_columns

HOUSEHOLDS, INVOICES = "HOUSEHOLDS", "INVOICES"
MOST_EXAMPLES = 200
EXAMPLES_A_CHANGE = 20
RESULTS = ("dec_rule", "dec_hits", "dec_refused", "dec_outcome", "dec_value")
# What tells people or devices apart is no input of a rule over everybody.
HIDDEN = frozenset(
    {"phone", "address", "legal_representative_name", "legal_representative_id", "phone_token",
     "legal_representative_token", "drawer_name", "device_code", "source_file", "source_row", "row_key", "batch_id"}
)  # fmt: skip


@dataclass(slots=True)
class BackTested:
    """
    What came out.

    `counts` holds {outcome, version, present} with the most frequent first; `examples` rows whose outcome changes.
    """

    total: int = 0
    counts: list[dict[str, Any]] = field(default_factory=list)
    differing: int = 0
    refused: int = 0
    examples: list[dict[str, Any]] = field(default_factory=list)


def columns_of(snapshot: Path, population: str) -> dict[str, str]:
    """The columns that rules may read, by name, with their kinds: number, text, boolean or date."""
    with open_engine() as engine:
        schema = _rows(engine, snapshot, _parts(snapshot, population)[:1], population).schema()
    kinds = {name: _kind(dtype) for name, dtype in schema.items()}
    return {n: kind for n, kind in kinds.items() if kind and n not in HIDDEN and not n.startswith("who_")}


def back_test(
    snapshot: Path,
    population: str,
    version: Table,
    present: Table | None,
    columns: Mapping[str, str],
    *,
    on: dt.date,
    present_on: dt.date,
    scratch: Path,
    progress: Callable[[int, int], None],
) -> BackTested:
    """
    Run both versions over the snapshot, part by part (months of invoices; households are one part).

    :param columns: by label of the input column, the column it reads, for both versions
    :param progress: told rows done and rows in all
    :raises NotColumnarError: a table that cannot be computed in columns, or a column that rules may not read
    """
    if not set(columns.values()) <= set(columns_of(snapshot, population)):
        raise NotColumnarError("DEC-B03", "取数的列不存在，或是能认出个人的数据，规则不能读取。")
    parts = _parts(snapshot, population)
    with open_engine() as engine, tempfile.TemporaryDirectory(dir=scratch, prefix="back-test-") as folder:
        counted = engine.duck.execute(f"SELECT count(*) FROM {parquet_source(parts)}").fetchone()
        total, done, written = int(counted[0]), 0, []
        progress(0, total)
        for number, part in enumerate(parts):
            rows = _rows(engine, snapshot, [part], population)
            expression = _both(rows, version, present, columns, on=on, present_on=present_on)
            written.append(Path(folder) / f"{number}.parquet")
            done += engine.write(expression, written[-1], order=["who_thing", "who_number"])
            progress(done, total)
        return _summed(engine, written, columns, both=present is not None)


def _parts(snapshot: Path, population: str) -> list[Path]:
    if population == HOUSEHOLDS:
        return [snapshot / "households.parquet"]
    return sorted((snapshot / "invoices_by_seller").glob("*.parquet"))


def _rows(engine: Engine, snapshot: Path, parts: Sequence[Path], population: str) -> Any:
    if population == INVOICES:
        rows = engine.read(parts)
        return rows.mutate(
            who_number=rows.seller_number,
            who_household=rows.seller_household_id,
            who_name=rows.seller_name,
            who_thing=rows.invoice_number,
        )
    households = engine.read(parts)
    risk = engine.read([snapshot / "risk.parquet"])
    indicators = engine.read([snapshot / "indicators.parquet"])
    rows = households.left_join(risk, "household_id").drop("household_id_right")
    rows = rows.left_join(indicators, "household_id").drop("household_id_right")
    return rows.mutate(
        who_number=rows.primary_registration_id,
        who_household=rows.household_id,
        who_name=rows.name,
        who_thing=rows.household_id,
    )


def _kind(dtype: Any) -> str:
    if dtype.is_boolean():
        return "boolean"
    if dtype.is_numeric():
        return "number"
    if dtype.is_string():
        return "text"
    return "date" if dtype.is_date() else ""


def _both(
    rows: Any,
    version: Table,
    present: Table | None,
    columns: Mapping[str, str],
    *,
    on: dt.date,
    present_on: dt.date,
) -> Any:
    kept = {name: rows[name] for name in ("who_number", "who_household", "who_name", "who_thing")}
    source = rows.select(**kept, **{f"in_{name}": rows[name] for name in dict.fromkeys(columns.values())})
    named = {label: f"in_{name}" for label, name in columns.items()}
    after = in_columns(version, source, named, on=on)
    after = _without_results(after.mutate(after=after.dec_outcome, refused=after.dec_refused))
    if present is None:
        return after
    before = in_columns(present, after, named, on=present_on)
    return _without_results(before.mutate(before=before.dec_outcome))


def _without_results(rows: Any) -> Any:
    return rows.drop(*[name for name in RESULTS if name in rows.columns])


def _summed(engine: Engine, written: Sequence[Path], columns: Mapping[str, str], *, both: bool) -> BackTested:
    rows, duck = parquet_source(written), engine.duck
    total, refused = duck.execute(f"SELECT count(*), count(*) FILTER (refused) FROM {rows}").fetchone()
    found = BackTested(total=total, refused=refused)
    after = dict(duck.execute(f"SELECT after, count(*) FROM {rows} GROUP BY 1").fetchall())
    before: dict[str, int] = {}
    if both:
        before = dict(duck.execute(f"SELECT before, count(*) FROM {rows} GROUP BY 1").fetchall())
        found.differing = duck.execute(f"SELECT count(*) FROM {rows} WHERE before <> after").fetchone()[0]
        found.examples = _examples(duck, rows, columns)
    outcomes = sorted({*after, *before}, key=lambda one: (-after.get(one, 0), -before.get(one, 0), one))
    found.counts = [
        {"outcome": one, "version": after.get(one, 0), "present": before.get(one, 0) if both else None}
        for one in outcomes
    ]
    return found


def _examples(duck: Any, rows: str, columns: Mapping[str, str]) -> list[dict[str, Any]]:
    """Some of each kind of change, chosen by a hash of the thing, so that the same data show the same rows."""
    labels = {name: label for label, name in columns.items()}
    inputs = ", ".join(f"in_{name}" for name in labels)
    cursor = duck.execute(
        f"""
        SELECT who_number, who_household, who_name, who_thing, before, after, {inputs} FROM {rows}
         WHERE before <> after
       QUALIFY row_number() OVER (PARTITION BY before, after ORDER BY hash(who_thing), who_thing) <= {EXAMPLES_A_CHANGE}
         ORDER BY before, after, hash(who_thing), who_thing LIMIT {MOST_EXAMPLES}
        """
    )
    return [
        {
            "taxpayer_number": row[0] or "", "household_id": row[1] or "", "name": row[2] or "", "thing": row[3] or "",
            "before": row[4], "after": row[5], "inputs": {labels[n]: v for n, v in zip(labels, row[6:], strict=True)},
        }
        for row in cursor.fetchall()
    ]  # fmt: skip
