"""Components, rings and exposure, by example and against other libraries."""

import hashlib
from pathlib import Path

import networkx as nx  # type: ignore[import-untyped]
import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yihu.lens.network.exposure import spread_exposure
from yihu.lens.network.kernels import enumerate_cycles
from yihu.lens.network.run import find_components
from yihu.lens.network.tests.test_trace import network_of, random_networks


def nodes_of(out: Path) -> dict[str, dict[str, object]]:
    return {row["household_id"]: row for row in pq.read_table(out / "network" / "nodes.parquet").to_pylist()}


@settings(max_examples=80, deadline=None)
@given(random_networks())
def test_components_equal_networkx(drawn):
    count, edges = drawn
    graph = nx.Graph(list(edges))
    graph.add_nodes_from(range(count))
    label = find_components(network_of(count, edges).sales)
    ours = {frozenset(np.flatnonzero(label == c).tolist()) for c in set(label.tolist())}
    assert ours == {frozenset(c) for c in nx.connected_components(graph)}


@settings(max_examples=80, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda e: e[0] != e[1]), max_size=30))
def test_cycles_equal_networkx(pairs):
    edges = sorted(pairs)
    start = np.zeros(9, np.int64)
    np.cumsum(np.bincount([e[0] for e in edges], minlength=8), out=start[1:])
    targets = np.array([e[1] for e in edges], np.uint32)
    cycles, complete = enumerate_cycles(start, targets, 6, 10_000, 10_000_000)
    ours = {tuple(edges[e][0] for e in row if e >= 0) for row in cycles.tolist()}
    found = [c for c in nx.simple_cycles(nx.DiGraph(edges), length_bound=6) if len(c) >= 3]
    turned = {tuple(c[c.index(min(c)) :] + c[: c.index(min(c))]) for c in found}
    assert complete
    assert len(cycles) == len(ours)
    assert ours == turned


def test_a_bounded_search_says_that_it_was_cut():
    start = np.arange(0, 8 * 7 + 1, 7)
    targets = np.array([v for u in range(8) for v in range(8) if u != v], np.uint32)
    assert enumerate_cycles(start, targets, 6, 5, 10_000)[1] is False
    assert enumerate_cycles(start, targets, 6, 10_000, 20)[1] is False


@settings(max_examples=80, deadline=None)
@given(random_networks(), st.sets(st.integers(0, 11), max_size=3))
def test_direct_exposure_accounts_for_all_that_false_issuers_sold(drawn, chosen):
    count, edges = drawn
    network = network_of(count, edges)
    seeds = np.array(sorted(s for s in chosen if s < count), np.int64)
    direct = spread_exposure(network.purchases, seeds, steps=1)
    tainted = float((direct * network.purchases.total).sum())
    assert tainted == pytest.approx(float(network.sales.total[seeds].sum()))
    further = spread_exposure(network.purchases, seeds)
    assert (further >= direct - 1e-12).all()
    assert (further <= 1 + 1e-12).all()


RING = [("HA", "HB", 100_000_00, 0, 2), ("HB", "HC", 99_000_00, 3, 4), ("HC", "HA", 98_000_00, 5, 6)]


def test_a_ring_is_found_with_its_amounts_in_time_order(build_network):
    noise = [("HD", "HA", 500_00, 0, 50), ("HC", "HD", 100_00, 0, 50)]
    _, out, written = build_network(["HA", "HB", "HC", "HD"], RING + noise)
    assert (written["rings"], written["rings_complete"]) == (1, True)
    ring = pq.read_table(out / "network" / "rings.parquet").to_pylist()[0]
    assert ring["household_ids"] == ["HA", "HB", "HC"]
    assert [str(a) for a in ring["amounts"]] == ["100000.00", "99000.00", "98000.00"]
    assert (ring["in_order"], ring["balance"], ring["length"]) == (True, 0.98, 3)
    nodes = nodes_of(out)
    assert nodes["HA"]["ring_id"] == nodes["HC"]["ring_id"] == ring["ring_id"]
    assert nodes["HD"]["ring_id"] is None
    assert nodes["HA"]["strong_size"] == 3


def test_goods_that_cannot_have_come_round_are_no_ring_in_time(build_network):
    disordered = [
        ("HA", "HB", 9_000_000, 40, 42),
        ("HB", "HC", 9_000_000, 20, 22),
        ("HC", "HA", 9_000_000, 0, 2),
        ("HC", "HD", 1_000_000, 0, 2),
    ]
    _, out, _ = build_network(["HA", "HB", "HC", "HD"], disordered)
    ring = pq.read_table(out / "network" / "rings.parquet").to_pylist()[0]
    assert ring["in_order"] is False


def test_exposure_halves_with_each_step_and_looks_both_ways(build_network):
    trades = [("HX", "HA", 100, 0, 1), ("HO", "HA", 300, 0, 1), ("HA", "HB", 50, 2, 3), ("HC", "HX", 10, 0, 1)]
    _, out, written = build_network(["HX", "HO", "HA", "HB", "HC"], trades, confirmed=["HX"])
    nodes = nodes_of(out)
    assert written["seeds"] == 1
    assert nodes["HX"]["is_confirmed"] is True
    assert (nodes["HA"]["exposure_up"], nodes["HB"]["exposure_up"], nodes["HO"]["exposure_up"]) == (0.25, 0.125, 0)
    assert (nodes["HC"]["exposure_down"], nodes["HA"]["exposure_down"]) == (1.0, 0.0)


def test_the_same_snapshot_gives_the_same_bytes(build_network):
    digests = []
    for _ in range(2):
        _, out, _ = build_network(["HA", "HB", "HC"], RING, confirmed=["HB"])
        files = sorted((out / "network").iterdir())
        digests.append([(f.name, hashlib.sha256(f.read_bytes()).hexdigest()) for f in files])
    assert digests[0] == digests[1]


def test_a_trade_of_an_unknown_household_is_refused(build_network):
    with pytest.raises(ValueError, match="1 行"):
        build_network(["HA"], [("HA", "HB", 100, 0, 1)])


def test_an_empty_district_has_an_empty_network(build_network):
    network, out, written = build_network(["HA"], [])
    assert (written["edges"], written["rings"]) == (0, 0)
    assert network.trace_household("HA", up=3, down=3)["edges"] == []
    assert nodes_of(out)["HA"]["component_size"] == 1
