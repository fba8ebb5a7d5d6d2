"""Chains by example, and against networkx and plain Python on random networks."""

import itertools
from datetime import date
from decimal import Decimal
from pathlib import Path

import networkx as nx  # type: ignore[import-untyped]
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yihu.lens.network.layout import Side, make_side, open_side, save_side
from yihu.lens.network.trace import EPOCH, Limits, Network

DAY = date(2024, 1, 1)
DAY0 = (DAY - EPOCH).days


def side_of(count: int, rows: list[tuple[int, int, int, int, int]]) -> Side:
    rows = sorted(rows, key=lambda r: (r[0], -r[2], r[1]))
    columns = np.array(rows, np.int64).reshape(-1, 5).T
    names = ("source", "node", "amount", "first", "last")
    return make_side(count, {**dict(zip(names, columns, strict=True)), "invoices": np.ones(len(rows), np.int64)})


def network_of(count: int, edges: dict[tuple[int, int], tuple[int, int, int]]) -> Network:
    forward = [(s, b, *v) for (s, b), v in edges.items()]
    backward = [(b, s, *v) for (s, b), v in edges.items()]
    names = np.array([f"H{i:04}".encode() for i in range(count)], np.bytes_)
    return Network(names, side_of(count, forward), side_of(count, backward))


@st.composite
def random_networks(draw: st.DrawFn) -> tuple[int, dict[tuple[int, int], tuple[int, int, int]]]:
    count = draw(st.integers(2, 12))
    node = st.integers(0, count - 1)
    value = st.tuples(st.integers(-500, 10_000), st.integers(0, 60), st.integers(0, 60))
    edges = draw(st.dictionaries(st.tuples(node, node), value, max_size=40))
    return count, {k: (a, DAY0 + min(x, y), DAY0 + max(x, y)) for k, (a, x, y) in edges.items()}


@settings(max_examples=150, deadline=None)
@given(random_networks(), st.integers(0, 5), st.integers(0, 3_000), st.booleans())
def test_trace_equals_networkx(drawn, steps, least, upstream):
    count, edges = drawn
    network = network_of(count, edges)
    graph = nx.DiGraph()
    graph.add_nodes_from(range(count))
    kept = {k for k, v in edges.items() if least <= 0 or v[0] >= least}
    graph.add_edges_from(((b, s) if upstream else (s, b)) for s, b in kept)
    expected = nx.single_source_shortest_path_length(graph, 0, cutoff=steps)
    nodes, depths = network.reach(0, steps, Limits(min_amount=least), upstream=upstream)
    assert dict(zip(nodes.tolist(), depths.tolist(), strict=True)) == expected
    walked = network.walk_side(0, steps, Limits(min_amount=least), upstream=upstream)
    pairs = set(zip(walked.nodes[walked.sources].tolist(), walked.nodes[walked.targets].tolist(), strict=True))
    assert pairs == {(u, v) for u, v in graph.edges if expected.get(u, steps) < steps}


def reachable_in_time(edges, steps):
    """Nodes on some walk of at most `steps` edges whose dates can follow one another: by exhaustion."""
    found, level = {0: 0}, {(0, -(10**9))}
    for depth in range(1, steps + 1):
        level = {
            (b, max(arrival, first))
            for (u, arrival), ((s, b), (_, first, last)) in itertools.product(level, edges.items())
            if s == u and last >= arrival
        }
        for node, _ in level:
            found.setdefault(node, depth)
    return found


@settings(max_examples=150, deadline=None)
@given(random_networks(), st.integers(0, 4))
def test_time_ordered_trace_finds_exactly_the_time_respecting_paths(drawn, steps):
    count, edges = drawn
    nodes, depths = network_of(count, edges).reach(0, steps, Limits(time_ordered=True))
    assert dict(zip(nodes.tolist(), depths.tolist(), strict=True)) == reachable_in_time(edges, steps)


@settings(max_examples=60, deadline=None)
@given(random_networks(), st.integers(0, 4))
def test_upstream_in_time_is_downstream_with_time_and_direction_reversed(drawn, steps):
    count, edges = drawn
    mirrored = {(b, s): (a, -last, -first) for (s, b), (a, first, last) in edges.items()}
    up = network_of(count, edges).reach(0, steps, Limits(time_ordered=True), upstream=True)
    nodes = dict(zip(up[0].tolist(), up[1].tolist(), strict=True))
    assert nodes == reachable_in_time(mirrored, steps)


@settings(max_examples=100, deadline=None)
@given(random_networks(), st.integers(1, 5), st.booleans())
def test_apportioning_makes_and_loses_nothing(drawn, steps, ordered):
    count, edges = drawn
    network = network_of(count, edges)
    walked = network.walk_side(0, steps, Limits(time_ordered=ordered), upstream=False)
    sold = np.bincount(walked.sources, weights=walked.carried, minlength=len(walked.nodes))
    before = np.zeros(len(walked.nodes))
    arriving = walked.depths[walked.targets] == walked.depths[walked.sources] + 1
    np.add.at(before, walked.targets[arriving], walked.carried[arriving])
    slack = len(walked.edges) + 1  # each edge is rounded to a cent
    for at in range(1, len(walked.nodes)):
        assert sold[at] <= before[at] + slack
        whole = walked.depths[at] < steps and network.sales.total[walked.nodes[at]] > 0 and not ordered
        if whole:
            assert sold[at] == pytest.approx(before[at], abs=slack)
    assert walked.carried[walked.sources == 0].sum() <= network.sales.total[0]


def test_the_answer_names_households_dates_and_exact_amounts(build_network):
    names = ["HA", "HB", "HC", "HD"]
    trades = [
        ("HA", "HB", 10_001, 0, 5),
        ("HA", "HB", 1_00, 40, 45),
        ("HB", "HC", 30_000, 10, 12),
        ("HB", "HD", 10_000, 10, 12),
        ("HD", "HA", 7, 1, 1),
    ]
    network, _, _ = build_network(names, trades)
    answer = network.trace_household("HA", up=1, down=2)
    assert [(n["household"], n["depth"]) for n in answer["nodes"]] == [
        ("HA", 0),
        ("HB", 1),
        ("HD", -1),
        ("HC", 2),
    ]
    edges = {(e["seller"], e["buyer"]): e for e in answer["edges"]}
    assert edges["HA", "HB"]["amount"] == "101.01"
    assert (edges["HA", "HB"]["first_date"], edges["HA", "HB"]["last_date"]) == ("2024-01-01", "2024-02-15")
    assert edges["HB", "HC"]["apportioned_downstream"] == "75.76"
    assert edges["HB", "HD"]["apportioned_downstream"] == "25.25"
    assert edges["HD", "HA"]["amount"] == "0.07"
    assert answer["truncated"] == []
    with pytest.raises(KeyError):
        network.trace_household("HZ")


def test_limits_are_stated_in_the_answer(build_network):
    trades = [("HUB", f"H{i:02}", 1_000 + i, i, i) for i in range(20)]
    network, _, _ = build_network(["HUB", *{t[1] for t in trades}], trades)
    few = network.trace_household("HUB", up=0, down=1, max_fanout=3)
    assert [e["buyer"] for e in few["edges"]] == ["H17", "H18", "H19"]
    assert few["truncated"] == [{"household": "HUB", "direction": "down", "left_off": 17}]
    capped = network.trace_household("HUB", up=0, down=1, max_nodes=6)
    assert len(capped["nodes"]) == 6
    assert capped["truncated"] == [{"household": "HUB", "direction": "down", "left_off": 15}]
    large = network.trace_household("HUB", up=0, down=1, min_amount=Decimal("10.15"))
    assert len(large["edges"]) == 5
    spring = network.trace_household("HUB", up=0, down=1, after=date(2024, 1, 19), before=date(2024, 1, 19))
    assert [e["buyer"] for e in spring["edges"]] == ["H18"]


def test_a_side_survives_the_disk(tmp_path: Path):
    side = side_of(3, [(0, 1, 5, 1, 2), (0, 2, 9, 1, 2), (2, 2, -4, 3, 3)])
    save_side(side, tmp_path, "out")
    again = open_side(tmp_path, "out")
    assert again.start.tolist() == [0, 2, 2, 3]
    assert again.node.tolist() == [2, 1, 2]
    assert again.total.tolist() == [14, 0, 0]
    assert not again.amount.flags.writeable
