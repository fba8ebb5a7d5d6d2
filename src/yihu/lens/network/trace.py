"""Trace chains of invoices through the mapped network."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from yihu.lens.network.apportion import apportion
from yihu.lens.network.kernels import NO_LIMIT, walk
from yihu.lens.network.layout import NAMES_FILE, IntArray, Side, map_array, open_side
from yihu.lens.network.sketch import Sketch, choose_edges, choose_nodes

EPOCH = date(1970, 1, 1)
FAR_PAST, FAR_FUTURE = -(2**31), 2**31 - 1
MAX_EPOCH = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Limits:
    """
    What an edge must be to be walked, and how far a walk may grow.

    :param min_amount: cents; zero or less admits every edge, also those that red invoices turned negative
    :param max_fanout: edges of one household, the largest first; zero for all
    """

    min_amount: int = 0
    after: date | None = None
    before: date | None = None
    time_ordered: bool = False
    max_nodes: int = 200_000
    max_fanout: int = 0


@dataclass(frozen=True, slots=True)
class Walk:
    """One side of a trace. Edge ends are positions in `nodes`; `carried` is in cents (see `apportion`)."""

    nodes: IntArray
    depths: IntArray
    sources: IntArray
    targets: IntArray
    edges: IntArray
    carried: IntArray
    received: IntArray
    cut_nodes: IntArray
    cut_counts: IntArray


class _Scratch(threading.local):
    """Arrays of one thread, reused by its next walk: a counter says which marks are of this walk."""

    def __init__(self, nodes: int) -> None:
        self.mark = np.zeros(nodes, np.uint32)
        self.place = np.zeros(nodes, np.int32)
        self.best = np.zeros(nodes, np.int32)
        self.epoch = 0

    def next_epoch(self) -> int:
        if self.epoch == MAX_EPOCH:
            self.mark[:] = 0
            self.epoch = 0
        self.epoch += 1
        return self.epoch


class Network:
    """The trading network of one snapshot; read-only and safe to share by threads."""

    def __init__(self, names: IntArray, sales: Side, purchases: Side) -> None:
        self.names = names
        self.sales = sales
        self.purchases = purchases
        self._scratch = _Scratch(len(names))

    @classmethod
    def open(cls, folder: Path) -> "Network":
        """Map the files written by `write_network`; costs a few system calls, whatever the size."""
        return cls(map_array(folder / NAMES_FILE), open_side(folder, "out"), open_side(folder, "in"))

    def node_of(self, household_id: str) -> int:
        """
        The node of a household.

        :raises KeyError: no such household
        """
        wanted = household_id.encode()
        at = int(np.searchsorted(self.names, np.bytes_(wanted)))
        if at == len(self.names) or bytes(self.names[at]) != wanted:
            raise KeyError(household_id)
        return at

    def household_of(self, node: int) -> str:
        """The household id of a node."""
        return bytes(self.names[node]).decode()

    def reach(self, node: int, steps: int, limits: Limits, *, upstream: bool = False) -> tuple[IntArray, IntArray]:
        """Nodes within `steps`, breadth first, and their depths; the start is the first."""
        found = self._walk(node, steps, limits, upstream=upstream, keep_edges=False)
        return found[0], found[1]

    def walk_side(self, node: int, steps: int, limits: Limits, *, upstream: bool) -> Walk:
        """One side of a trace with its edges, each once, and the amounts apportioned along it."""
        side = self.purchases if upstream else self.sales
        nodes, depths, sources, targets, edges, cut_nodes, cut_counts = self._walk(
            node, steps, limits, upstream=upstream, keep_edges=True
        )
        edges, once = np.unique(edges, return_index=True)
        sources, targets = sources[once], targets[once]
        carried, received = apportion(depths, sources, targets, side.amount[edges], side.total[nodes])
        cut_nodes, counts = _sum_cuts(cut_nodes, cut_counts)
        return Walk(nodes, depths, sources, targets, edges, carried, received, cut_nodes, counts)

    def trace_household(
        self,
        household_id: str,
        *,
        up: int = 1,
        down: int = 1,
        min_amount: Decimal | int = 0,
        after: date | None = None,
        before: date | None = None,
        time_ordered: bool = False,
        max_nodes: int = 200_000,
        max_fanout: int = 0,
        sketch: Sketch | None = None,
    ) -> dict[str, Any]:
        """
        The chain around a household as the JSON of `yihu trace`.

        :param min_amount: yuan; smaller relations are not walked, zero walks all
        :param after: relations that ended before this day are not walked; `before`: nor those begun after it
        :param time_ordered: walk only along relations whose dates can follow one another
        :param max_nodes: households on each side; `max_fanout`: relations of one household; what falls off is named
        :param sketch: describe only the edges a page shows; None describes all
        :returns: {nodes, edges, edge_count, drawn, truncated}: see docs/subsystems/network.md; `drawn` are the
            households that a sketch draws
        :raises KeyError: no such household
        """
        limits = Limits(int(Decimal(min_amount) * 100), after, before, time_ordered, max_nodes, max_fanout)
        node = self.node_of(household_id)
        sides = [
            (self.walk_side(node, down, limits, upstream=False), False),
            (self.walk_side(node, up, limits, upstream=True), True),
        ]
        drawn, picks = self._pick(sides, sketch)
        return {
            "nodes": self._describe_nodes(sides),
            "edges": self._describe_edges(sides, picks),
            "edge_count": len(np.unique(np.concatenate([_pairs(*side, len(self.names)) for side in sides]))),
            "drawn": [self.household_of(node) for node in drawn],
            "truncated": self._describe_cuts(sides),
        }

    def _pick(self, sides: list[tuple[Walk, bool]], sketch: Sketch | None) -> tuple[list[int], list[IntArray]]:
        """Nodes drawn, and of each side the positions of the edges to describe."""
        if sketch is None:
            return [], [np.arange(len(found.edges)) for found, _ in sides]
        amounts = [(self.purchases if upstream else self.sales).amount[found.edges] for found, upstream in sides]
        chosen = [
            choose_nodes(found.nodes, found.depths, found.sources, found.targets, amount, sketch.per_layer)
            for (found, _), amount in zip(sides, amounts, strict=True)
        ]
        drawn = np.unique(np.concatenate(chosen))
        picks = [
            choose_edges(*_ends(*side), amount, drawn, sketch.listed)
            for side, amount in zip(sides, amounts, strict=True)
        ]
        return drawn.tolist(), picks

    def _walk(self, node: int, steps: int, limits: Limits, *, upstream: bool, keep_edges: bool) -> Any:
        side = self.purchases if upstream else self.sales
        scratch = self._scratch
        return walk(
            side.start,
            side.node,
            side.amount,
            side.first,
            side.last,
            node,
            steps,
            upstream,
            limits.time_ordered,
            limits.min_amount if limits.min_amount > 0 else NO_LIMIT,
            (limits.after - EPOCH).days if limits.after else FAR_PAST,
            (limits.before - EPOCH).days if limits.before else FAR_FUTURE,
            limits.max_nodes,
            limits.max_fanout,
            keep_edges,
            scratch.next_epoch(),
            scratch.mark,
            scratch.place,
            scratch.best,
        )

    def _describe_nodes(self, sides: list[tuple[Walk, bool]]) -> list[dict[str, Any]]:
        described: dict[int, dict[str, Any]] = {}
        for found, upstream in sides:
            rows = zip(found.nodes.tolist(), found.depths.tolist(), found.received.tolist(), strict=True)
            for node, depth, received in rows:
                entry = described.get(node)
                if entry is None:
                    entry = {"household": self.household_of(node), "depth": -depth if upstream else depth}
                    described[node] = entry
                if depth < abs(entry["depth"]):
                    entry["depth"] = -depth if upstream else depth
                entry["upstream" if upstream else "downstream"] = depth
                entry["apportioned_upstream" if upstream else "apportioned_downstream"] = yuan(received)
        return sorted(described.values(), key=lambda n: (abs(n["depth"]), n["depth"] < 0, n["household"]))

    def _describe_edges(self, sides: list[tuple[Walk, bool]], picks: list[IntArray]) -> list[dict[str, Any]]:
        """Every picked relation once. There may be tens of thousands: names are read once a node, columns whole."""
        described: dict[tuple[int, int], dict[str, Any]] = {}
        names: dict[int, str] = {}
        for (found, upstream), picked in zip(sides, picks, strict=True):
            part = "apportioned_upstream" if upstream else "apportioned_downstream"
            names |= {node: self.household_of(node) for node in found.nodes.tolist()}
            facts = _edge_facts(self.purchases if upstream else self.sales, found.edges[picked])
            ends = zip(*(end[picked].tolist() for end in _ends(found, upstream)), strict=True)
            rows = zip(ends, found.carried[picked].tolist(), facts, strict=True)
            for pair, carried, (amount, first, last, invoices) in rows:
                entry = described.get(pair)
                if entry is None:
                    entry = described[pair] = {
                        "seller": names[pair[0]],
                        "buyer": names[pair[1]],
                        "amount": yuan(amount),
                        "first_date": _iso(first),
                        "last_date": _iso(last),
                        "invoice_count": invoices,
                    }
                entry[part] = yuan(carried)
        # Nodes are numbered in the order of household ids.
        return [described[pair] for pair in sorted(described)]

    def _describe_cuts(self, sides: list[tuple[Walk, bool]]) -> list[dict[str, Any]]:
        return [
            {
                "household": self.household_of(int(found.nodes[at])),
                "direction": "up" if upstream else "down",
                "left_off": int(count),
            }
            for found, upstream in sides
            for at, count in zip(found.cut_nodes, found.cut_counts, strict=True)
        ]


def yuan(cents: int) -> str:
    """Cents as an exact decimal string of yuan."""
    if cents < 0:
        return "-" + yuan(-cents)
    return f"{cents // 100}.{cents % 100:02d}"


@cache
def _iso(day: int) -> str:
    """The date of a day counted from 1970-01-01; a chain repeats few days many times."""
    return (EPOCH + timedelta(day)).isoformat()


def _ends(found: Walk, upstream: bool) -> tuple[IntArray, IntArray]:
    """Sellers and buyers of the edges, as node ids."""
    near, far = found.nodes[found.sources], found.nodes[found.targets]
    return (far, near) if upstream else (near, far)


def _pairs(found: Walk, upstream: bool, node_count: int) -> IntArray:
    """One number for each edge's seller and buyer."""
    sellers, buyers = _ends(found, upstream)
    return sellers.astype(np.int64) * node_count + buyers


def _edge_facts(side: Side, edges: IntArray) -> Iterator[tuple[int, int, int, int]]:
    """Amount in cents, first and last day, invoices of each edge, as plain integers."""
    columns = (side.amount, side.first, side.last, side.invoices)
    return zip(*(column[edges].tolist() for column in columns), strict=True)


def _sum_cuts(nodes: IntArray, counts: IntArray) -> tuple[IntArray, IntArray]:
    """A node walked more than once in time order was cut by its largest count."""
    once, inverse = np.unique(nodes, return_inverse=True)
    largest = np.zeros(len(once), np.int64)
    np.maximum.at(largest, inverse, counts)
    return once, largest
