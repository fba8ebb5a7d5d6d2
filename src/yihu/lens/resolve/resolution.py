"""Resolve gathered registers: registrations into taxpayers, person records into natural persons."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from yihu.lens.resolve.anchors import anchors, natural_person_id
from yihu.lens.resolve.blocking import CAP, FIRM_RULES, PERSON_RULES, Dropped, add_keys
from yihu.lens.resolve.clusters import Tie, group_records
from yihu.lens.resolve.decisions import MERGED, VETOED, decide
from yihu.lens.resolve.features import firm_features, person_features
from yihu.lens.resolve.journal import Judgement
from yihu.lens.resolve.models import load_models
from yihu.lens.resolve.scoring import score_pairs
from yihu.lens.resolve.view import Machine, View, view
from yihu.lens.schema import TABLES

Progress = Callable[[str, float], None]
PAIR_FLOOR = 0.0
"""Match weight (bits) below which a pair is not kept for the reader."""


@dataclass(frozen=True, slots=True)
class Found:
    """One kind of record resolved: its machine view, all decided pairs, and the key values too common to look at."""

    machine: Machine
    pairs: pa.Table
    dropped: Sequence[Dropped]
    candidates: int


@dataclass(frozen=True, slots=True)
class Resolution:
    """
    `members` and `person_members` as in the snapshot; `pairs` the decided pairs of registrations above `PAIR_FLOOR`;
    `machine` what `view` needs for other times.
    """

    members: pa.Table
    person_members: pa.Table
    pairs: pa.Table
    machine: Machine
    counts: Mapping[str, Any]
    dropped: Mapping[str, Sequence[Dropped]]
    unresolved: Sequence[str] = field(default_factory=tuple)


def resolve_tables(
    registrations: pa.Table | None,
    changes: pa.Table | None,
    persons: pa.Table | None,
    roles: pa.Table | None,
    *,
    judgements: Sequence[Judgement] = (),
    backend: str = "duckdb",
    cap: int = CAP,
    progress: Progress = lambda stage, done: None,
) -> Resolution:
    """
    Resolve canonical tables of all batches, with or without lineage columns; None stands for a table never gathered.

    A registration or person that comes again in a later batch replaces the earlier version, but keeps its place in the
    order of arrival.
    """
    tables = {
        name: complete(table, name)
        for name, table in (
            ("registrations", registrations), ("registration_changes", changes), ("persons", persons), ("roles", roles)
        )
    }  # fmt: skip
    progress("登记户比对", 0.1)
    firms = resolve_firms(tables["registrations"], tables["registration_changes"], backend=backend, cap=cap)
    progress("自然人比对", 0.6)
    people = resolve_persons(tables["persons"], tables["roles"], backend=backend, cap=cap)
    progress("归并成户", 0.9)
    seen = view(firms.machine, judgements)
    person_members = group_persons(people.machine)
    return Resolution(
        members=seen.members,
        person_members=person_members,
        pairs=firms.pairs.filter(pc.greater_equal(firms.pairs["weight"], PAIR_FLOOR)),
        machine=firms.machine,
        counts=_counts(firms, people, seen, person_members),
        dropped={"registrations": firms.dropped, "persons": people.dropped},
        unresolved=seen.unresolved,
    )


def complete(table: pa.Table | None, name: str) -> pa.Table:
    """A canonical table with all its columns in their types; missing columns are null, batch_id '' where absent."""
    schema = TABLES[name].arrow_schema()
    if table is None:
        return schema.empty_table()
    rows = table.num_rows
    columns = [table[f.name].cast(f.type) if f.name in table.column_names else pa.nulls(rows, f.type) for f in schema]
    full = pa.Table.from_arrays(columns, schema=schema)
    batch = pc.fill_null(full["batch_id"], "")
    return full.set_column(schema.get_field_index("batch_id"), "batch_id", batch)


def latest_versions(table: pa.Table, key: str) -> tuple[pa.Table, dict[str, str]]:
    """
    The last version of each key, sorted by key, and the batch in which each key was first gathered.

    Within one batch the first row stands.
    """
    first = table.group_by(key).aggregate([("batch_id", "min")])
    arrived = dict(zip(first[key].to_pylist(), first["batch_id_min"].to_pylist(), strict=True))
    order = [(key, "ascending"), ("batch_id", "descending"), ("source_file", "ascending"), ("source_row", "ascending")]
    ordered = table.sort_by(order)
    keys = ordered[key].combine_chunks()
    if len(keys) < 2:
        return ordered, arrived
    fresh = pc.fill_null(pc.not_equal(keys[1:], keys[:-1]), True)
    return ordered.filter(pa.concat_arrays([pa.array([True]), fresh])), arrived


def resolve_firms(registrations: pa.Table, changes: pa.Table, *, backend: str = "duckdb", cap: int = CAP) -> Found:
    """Compare all registrations; tables as `complete` gives them."""
    current, arrived = latest_versions(registrations, "registration_id")
    features, dropped = add_keys(firm_features(current, changes), FIRM_RULES, cap)
    return _find("firm", features, current["address"], arrived, dropped, list(FIRM_RULES), backend)


def resolve_persons(persons: pa.Table, roles: pa.Table, *, backend: str = "duckdb", cap: int = CAP) -> Found:
    """Compare all person records; tables as `complete` gives them."""
    current, arrived = latest_versions(persons, "person_id")
    features, dropped = add_keys(person_features(current, roles), PERSON_RULES, cap)
    return _find("person", features, current["address"], arrived, dropped, list(PERSON_RULES), backend)


def _find(
    kind: str,
    features: pa.Table,
    address: pa.ChunkedArray,
    arrived: Mapping[str, str],
    dropped: Sequence[Dropped],
    rules: Sequence[str],
    backend: str,
) -> Found:
    model = load_models()[kind]
    scored = score_pairs(features, model, rules, backend=backend)
    addresses = dict(zip(features["unique_id"].to_pylist(), address.to_pylist(), strict=True))
    pairs = decide(scored, features, addresses, model)
    ties = [Tie(p["left"], p["right"], p["weight"], p["evidence"]) for p in _of(pairs, MERGED).to_pylist()]
    vetoed = _of(pairs, VETOED)
    forbidden = list(zip(vetoed["left"].to_pylist(), vetoed["right"].to_pylist(), strict=True))
    return Found(Machine(arrived, ties, forbidden), pairs, dropped, pairs.num_rows)


def _of(pairs: pa.Table, decision: str) -> pa.Table:
    return pairs.filter(pc.equal(pairs["decision"], decision))


def group_persons(machine: Machine) -> pa.Table:
    """person_id and natural_person_id, sorted by person_id."""
    group = group_records(machine.arrived, machine.ties, machine.forbidden).group
    anchor = anchors(group, machine.arrived)
    ids = sorted(anchor)
    named = [natural_person_id(anchor[i]) for i in ids]
    return pa.table({"person_id": pa.array(ids, pa.string()), "natural_person_id": pa.array(named, pa.string())})


def _counts(firms: Found, people: Found, seen: View, person_members: pa.Table) -> dict[str, Any]:
    decisions = pc.value_counts(firms.pairs["decision"]).to_pylist()
    return {
        "registrations": len(firms.machine.arrived),
        "households": len(pc.unique(seen.members["household_id"])),
        "persons": len(people.machine.arrived),
        "natural_persons": len(pc.unique(person_members["natural_person_id"])),
        "candidate_pairs": {"registrations": firms.candidates, "persons": people.candidates},
        "decisions": {c["values"]: c["counts"] for c in sorted(decisions, key=lambda c: c["values"])},
        "ties_refused": [
            {"left": t.left, "right": t.right, "decided_by": t.decided_by, "reason": why}
            for t, why in seen.groups.refused
        ],
    }
