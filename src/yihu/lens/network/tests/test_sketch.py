"""What a page shows of a chain, against the whole chain told in plain Python."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from yihu.lens.network.sketch import Sketch
from yihu.lens.network.tests.test_trace import network_of, random_networks

Edges = list[dict[str, Any]]


def chosen(start: str, side: dict[str, Any], per_layer: int, *, upstream: bool) -> set[str]:
    depths = {n["household"]: abs(n["depth"]) for n in side["nodes"]}
    near, far = ("buyer", "seller") if upstream else ("seller", "buyer")
    kept = layer = {start}
    for depth in range(1, max(depths.values()) + 1):
        weight: dict[str, Decimal] = defaultdict(Decimal)
        for edge in side["edges"]:
            if edge[near] in layer and depths[edge[far]] == depth:
                weight[edge[far]] += Decimal(edge["amount"])
        layer = set(sorted(weight, key=lambda name: (-weight[name], name))[:per_layer])
        kept = kept | layer
    return kept


@settings(max_examples=150, deadline=None)
@given(random_networks(), st.integers(1, 5), st.integers(1, 3), st.integers(0, 5))
def test_a_sketch_holds_the_drawn_edges_and_the_largest(
    network: tuple[int, dict[tuple[int, int], tuple[int, int, int]]], steps: int, per_layer: int, listed: int
) -> None:
    traced = network_of(*network)
    whole = traced.trace_household("H0000", up=steps, down=steps)
    shown = traced.trace_household("H0000", up=steps, down=steps, sketch=Sketch(per_layer, listed))
    sides = [("H0000", traced.trace_household("H0000", up=up, down=steps - up), per_layer) for up in (0, steps)]
    drawn = chosen(*sides[0], upstream=False) | chosen(*sides[1], upstream=True)
    largest = sorted(whole["edges"], key=lambda e: (-Decimal(e["amount"]), e["seller"], e["buyer"]))[:listed]
    between: Edges = [e for e in whole["edges"] if e["seller"] in drawn and e["buyer"] in drawn]
    assert set(shown["drawn"]) == drawn
    assert shown["nodes"] == whole["nodes"]
    assert shown["edge_count"] == whole["edge_count"] == len(whole["edges"])
    assert all(edge in whole["edges"] for edge in shown["edges"])
    assert all(edge in shown["edges"] for edge in [*between, *largest])
