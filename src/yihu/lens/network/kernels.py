"""Compiled loops over the mapped arrays. They hold no lock (nogil) and are cached on disk after the first run."""

from typing import Any

import numpy as np
from numba import njit

NO_LIMIT = np.iinfo(np.int64).min


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _with_room(array: Any, size: int, more: int) -> Any:
    """`array`, whose first `size` items count, with room for `more`; asked once a row, not once an item."""
    if size + more <= len(array):
        return array
    grown = np.empty(2 * (size + more), array.dtype)
    grown[:size] = array[:size]
    return grown


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def walk(  # noqa: C901, PLR0915 - one fused loop: splitting it costs the speed it exists for
    start: Any,
    node: Any,
    amount: Any,
    first: Any,
    last: Any,
    origin: int,
    steps: int,
    mirrored: bool,
    ordered: bool,
    min_amount: int,
    after: int,
    before: int,
    max_nodes: int,
    max_fanout: int,
    keep_edges: bool,
    epoch: int,
    mark: Any,
    place: Any,
    best: Any,
) -> Any:
    """
    Walk breadth first from `origin` for `steps` steps.

    With `ordered`, an edge continues a path only if it was still in use at or after the earliest day the path can
    have reached its source; a node reached earlier on a longer path is walked again, so that the nodes are exactly
    those on some time-respecting path of at most `steps` edges. `mirrored` turns time around for the upstream side.

    :param mark: uint32 [nodes] scratch, equal to `epoch` where seen in this walk; `place`, `best`: int32 scratch
    :returns: nodes (uint32, breadth first), depths, edge sources and targets (positions in nodes), edge indices,
        nodes cut short and how many edges were left off there
    """
    found = np.empty(256, np.uint32)
    depths = np.empty(256, np.int32)
    queue = np.empty(256, np.uint32)
    arrivals = np.empty(256, np.int32)
    sources = np.empty(256, np.int32)
    targets = np.empty(256, np.int32)
    edges = np.empty(256, np.int64)
    cut_nodes = np.empty(16, np.int32)
    cut_counts = np.empty(16, np.int64)
    node_count = 1
    edge_count = 0
    cut_count = 0
    found[0] = origin
    depths[0] = 0
    queue[0] = origin
    arrivals[0] = -2147483648
    mark[origin] = epoch
    place[origin] = 0
    best[origin] = -2147483648
    level_start = 0
    level_end = 1
    for depth in range(1, steps + 1):
        tail = level_end
        for i in range(level_start, level_end):
            u = queue[i] if ordered else found[i]
            arrival = arrivals[i] if ordered else 0
            kept = 0
            left_off = 0
            from_place = place[u] if ordered else i  # unordered, the queue is the list of nodes
            row = start[u + 1] - start[u]
            found = _with_room(found, node_count, row)
            depths = _with_room(depths, node_count, row)
            if ordered:
                queue = _with_room(queue, tail, row)
                arrivals = _with_room(arrivals, tail, row)
            if keep_edges:
                sources = _with_room(sources, edge_count, row)
                targets = _with_room(targets, edge_count, row)
                edges = _with_room(edges, edge_count, row)
            for e in range(start[u], start[u + 1]):
                if amount[e] < min_amount:
                    break
                if last[e] < after or first[e] > before:
                    continue
                reached = 0
                if ordered:
                    if (-first[e] if mirrored else last[e]) < arrival:
                        continue
                    reached = max(arrival, -last[e] if mirrored else first[e])
                if max_fanout > 0 and kept == max_fanout:
                    left_off += 1
                    continue
                v = node[e]
                fresh = mark[v] != epoch
                if fresh:
                    if node_count == max_nodes:
                        left_off += 1
                        continue
                    mark[v] = epoch
                    if keep_edges or ordered:
                        place[v] = node_count
                    found[node_count] = v
                    depths[node_count] = depth
                    node_count += 1
                if ordered:
                    if fresh or reached < best[v]:
                        best[v] = reached
                        queue[tail] = v
                        arrivals[tail] = reached
                        tail += 1
                elif fresh:
                    tail += 1
                kept += 1
                if keep_edges:
                    sources[edge_count] = from_place
                    targets[edge_count] = place[v]
                    edges[edge_count] = e
                    edge_count += 1
            if left_off > 0:
                cut_nodes = _with_room(cut_nodes, cut_count, 1)
                cut_counts = _with_room(cut_counts, cut_count, 1)
                cut_nodes[cut_count] = from_place
                cut_counts[cut_count] = left_off
                cut_count += 1
        level_start = level_end
        level_end = tail
        if level_start == level_end:
            break
    return (
        found[:node_count],
        depths[:node_count],
        sources[:edge_count],
        targets[:edge_count],
        edges[:edge_count],
        cut_nodes[:cut_count],
        cut_counts[:cut_count],
    )


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def enumerate_cycles(start: Any, node: Any, longest: int, max_cycles: int, max_steps: int) -> Any:
    """
    Simple directed cycles of 3 to `longest` nodes, each once, beginning at its smallest node.

    :param start: rows of a graph without self-loops; `node`: their targets
    :returns: edge indices [cycles, longest] padded with -1, and whether every cycle was visited (False: a bound hit)
    """
    cycles = np.full((256, longest), -1, np.int64)
    count = 0
    spent = 0
    path_edge = np.empty(longest, np.int64)
    path_node = np.empty(longest + 1, np.int64)
    cursor = np.empty(longest + 1, np.int64)
    on_path = np.zeros(len(start) - 1, np.bool_)
    for root in range(len(start) - 1):
        depth = 0
        path_node[0] = root
        cursor[0] = start[root]
        on_path[root] = True
        while depth >= 0:
            u = path_node[depth]
            e = cursor[depth]
            if e == start[u + 1]:
                on_path[u] = False
                depth -= 1
                continue
            cursor[depth] += 1
            spent += 1
            if spent > max_steps:
                return cycles[:count], False
            v = node[e]
            path_edge[depth] = e
            if v == root and depth >= 2:
                if count == max_cycles:
                    return cycles[:count], False
                if count == len(cycles):
                    grown = np.full((2 * count, longest), -1, np.int64)
                    grown[:count] = cycles
                    cycles = grown
                cycles[count, : depth + 1] = path_edge[: depth + 1]
                count += 1
            elif v > root and not on_path[v] and depth + 1 < longest:
                depth += 1
                path_node[depth] = v
                cursor[depth] = start[v]
                on_path[v] = True
    return cycles[:count], True
