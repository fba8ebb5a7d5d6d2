"""Groups do not chain across vetoes or weak bridges, in whatever order the ties come."""

import itertools
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from yihu.lens.resolve.clusters import STRONG, Tie, group_records

RECORDS = [f"r{i}" for i in range(8)]


def test_a_weak_bridge_does_not_join_two_groups() -> None:
    strong = [Tie("r0", "r1", 30), Tie("r2", "r3", 30)]
    bridge = Tie("r1", "r2", STRONG - 5)
    groups = group_records(RECORDS, [*strong, bridge], [])
    assert groups.group["r0"] != groups.group["r3"]
    assert groups.refused == [(bridge, "两组之间只有一条较弱的联系")]
    joined = group_records(RECORDS, [*strong, bridge, Tie("r0", "r3", 9)], [])
    assert joined.group["r0"] == joined.group["r3"]


def test_a_forbidden_pair_is_not_joined_by_way_of_others() -> None:
    groups = group_records(RECORDS, [Tie("r0", "r1", 30), Tie("r1", "r2", 20)], [("r0", "r2")])
    assert groups.group["r0"] == groups.group["r1"] != groups.group["r2"]


TWO = st.sampled_from(list(itertools.combinations(range(8), 2)))
PAIRS = st.lists(st.tuples(TWO, st.integers(1, 40)).map(lambda t: (*t[0], t[1])), max_size=16)


@given(PAIRS, PAIRS, st.randoms())
@settings(deadline=None)
def test_groups_hold_no_forbidden_pair_and_do_not_depend_on_order(
    ties: list[tuple[int, int, int]], against: list[tuple[int, int, int]], chance: random.Random
) -> None:
    made = {(a, b): Tie(RECORDS[a], RECORDS[b], float(w)) for a, b, w in ties}
    forbidden = [(RECORDS[a], RECORDS[b]) for a, b, _ in against]
    group = group_records(RECORDS, list(made.values()), forbidden).group
    assert all(group[a] != group[b] for a, b in forbidden)
    assert all(group[r] == min(x for x in RECORDS if group[x] == group[r]) for r in RECORDS)
    shuffled = list(made.values())
    chance.shuffle(shuffled)
    assert group_records(RECORDS, shuffled, forbidden[::-1]).group == group
