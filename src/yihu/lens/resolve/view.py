"""A household is a view: what the machine ties together, as judged by people, at a valid time and a known time."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa

from yihu.lens.resolve.anchors import anchors, household_id, is_household_id, same_ids
from yihu.lens.resolve.clusters import Groups, Tie, group_records
from yihu.lens.resolve.journal import Judgement, Kind, in_force

MEMBER_SCHEMA = pa.schema(
    [
        ("registration_id", pa.string()),
        ("household_id", pa.string()),
        ("weight", pa.float64()),
        ("evidence", pa.string()),
        ("decided_by", pa.string()),
    ]
)
NOBODY = "none"


@dataclass(frozen=True, slots=True)
class Machine:
    """
    What the machine found, before anybody judged.

    `arrived`: every registration → the batch it first came in; `ties`: accepted pairs; `forbidden`: vetoed pairs.
    """

    arrived: Mapping[str, str]
    ties: Sequence[Tie]
    forbidden: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class View:
    """`members` has `MEMBER_SCHEMA`, sorted; `unresolved` are references in judgements that name nothing known."""

    members: pa.Table
    groups: Groups
    unresolved: tuple[str, ...]


def view(
    machine: Machine,
    judgements: Sequence[Judgement] = (),
    *,
    valid_at: date | None = None,
    known_at: datetime | None = None,
) -> View:
    """
    Who belongs together at a valid time, by what was known at a known time (None: still, and all that is known).

    A number that never registered may be judged; a household id that names no registration is `unresolved`.

    Pure. Officers' judgements come first, in order of recording; a pair judged different is never joined, not even by
    way of others; then the machine's ties, strongest first. A veto of the machine gives way to an officer.
    """
    held = in_force(judgements, valid_at, known_at)
    names = same_ids(machine.arrived)
    same = [_tie(j, names) for j in held if j.kind == Kind.SAME]
    different = [_ends(j, names) for j in held if j.kind == Kind.DIFFERENT]
    known = [t for t in same if not (is_household_id(t.left) or is_household_id(t.right))]
    allowed = {frozenset((t.left, t.right)) for t in known}
    forbidden = [p for p in machine.forbidden if frozenset(p) not in allowed] + different
    groups = group_records(machine.arrived, [*known, *machine.ties], forbidden)
    missing = {end for j in held for end in _ends(j, names) if is_household_id(end)}
    return View(_members(machine, groups), groups, tuple(sorted(missing)))


def _ends(judgement: Judgement, names: Mapping[str, str]) -> tuple[str, str]:
    return names.get(judgement.left, judgement.left), names.get(judgement.right, judgement.right)


def _tie(judgement: Judgement, names: Mapping[str, str]) -> Tie:
    left, right = _ends(judgement, names)
    said = json_list([f"{judgement.by} 认定为同一户：{judgement.reason}", *judgement.evidence])
    return Tie(left, right, judgement.weight or 0.0, said, judgement.by, firm=True)


def json_list(pieces: Iterable[str]) -> str:
    """A JSON list of sentence pieces."""
    return json.dumps(list(pieces), ensure_ascii=False)


def _members(machine: Machine, groups: Groups) -> pa.Table:
    anchor = anchors(groups.group, machine.arrived)
    best = best_ties(groups.used)
    rows = []
    for record in sorted(anchor):
        tie = best.get(record)
        weight = None if tie is None or tie.firm else tie.weight
        said, by = (tie.evidence, tie.decided_by) if tie else ("[]", NOBODY)
        rows.append((record, household_id(anchor[record]), weight, said, by))
    columns = list(zip(*rows, strict=True)) or [()] * len(MEMBER_SCHEMA)
    arrays = [pa.array(c, f.type) for c, f in zip(columns, MEMBER_SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=MEMBER_SCHEMA)


def best_ties(used: Sequence[Tie]) -> dict[str, Tie]:
    """Each record's first tie among those that joined groups: the officer's, else the strongest."""
    best: dict[str, Tie] = {}
    for tie in used:
        best.setdefault(tie.left, tie)
        best.setdefault(tie.right, tie)
    return best
