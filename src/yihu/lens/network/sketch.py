"""Which part of a wide chain a page shows: five steps have tens of thousands of relations, a canvas hundreds."""

from dataclasses import dataclass

import numpy as np

from yihu.lens.network.layout import IntArray


@dataclass(frozen=True, slots=True)
class Sketch:
    """
    How much to show.

    :param per_layer: nodes drawn of each layer; `listed`: largest relations of each side besides those drawn
    """

    per_layer: int
    listed: int


def choose_nodes(
    nodes: IntArray, depths: IntArray, sources: IntArray, targets: IntArray, amounts: IntArray, per_layer: int
) -> IntArray:
    """
    The start and, layer by layer, those that trade most with the ones chosen in the layer before.

    :param nodes: [nodes] breadth first; `sources`, `targets`: positions in them [edges]; `amounts`: cents [edges]
    :returns: node ids
    """
    kept = layer = np.zeros(1, np.int64)
    for depth in range(1, int(depths.max(initial=0)) + 1):
        at = np.flatnonzero(np.isin(sources, layer) & (depths[targets] == depth))
        reached, place = np.unique(targets[at], return_inverse=True)
        weight = np.zeros(len(reached), np.int64)
        np.add.at(weight, place, amounts[at])
        layer = reached[np.lexsort((nodes[reached], -weight))[:per_layer]]
        kept = np.concatenate([kept, layer])
    chosen: IntArray = nodes[kept]
    return chosen


def choose_edges(sellers: IntArray, buyers: IntArray, amounts: IntArray, drawn: IntArray, listed: int) -> IntArray:
    """Positions of the edges between drawn nodes and of the `listed` largest; all arrays [edges] hold node ids."""
    between = np.flatnonzero(np.isin(sellers, drawn) & np.isin(buyers, drawn))
    largest = np.lexsort((buyers, sellers, -amounts))[:listed]
    return np.union1d(between, largest)
