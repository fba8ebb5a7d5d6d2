"""How much of the start's trade can be behind each relation further along a chain."""

import numpy as np

from yihu.lens.network.layout import IntArray


def apportion(
    depths: IntArray, sources: IntArray, targets: IntArray, amounts: IntArray, totals: IntArray
) -> tuple[IntArray, IntArray]:
    """
    Pass the start's trade along the edges of a walk, at every node in proportion to all it traded.

    A first-step edge carries its own amount. A node one step further passes on what it received from the step before,
    split over *all* its edges (walked or not) by amount; what falls on edges not walked leaves the picture. What comes
    back to a node already passed stays there. So nothing is made: where a node's edges were all walked, what it passes
    on equals what it had received. Negative relations carry nothing. An estimate, not a claim about single invoices.

    :param depths: int [nodes], non-decreasing, the start first; `totals`: cents [nodes] of all positive edges
    :param sources: positions in nodes [edges]; `targets` likewise; `amounts`: cents [edges]
    :returns: cents (int64) carried by each edge, and received by each node
    """
    weights = np.maximum(amounts, 0).astype(np.float64)
    carried = np.zeros(len(amounts))
    received = np.zeros(len(depths))
    edge_depths = depths[sources]
    for depth in range(int(depths.max(initial=0)) + 1):
        at = np.flatnonzero(edge_depths == depth)
        from_nodes = sources[at]
        share = weights[at] if depth == 0 else weights[at] / np.maximum(totals[from_nodes], 1) * received[from_nodes]
        carried[at] = share
        np.add.at(received, targets[at], share)
    return np.rint(carried).astype(np.int64), np.rint(received).astype(np.int64)
