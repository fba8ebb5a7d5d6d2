"""Where a household stands among its peers."""

from typing import Any

import numpy as np
import numpy.typing as npt

SMALLEST = 10  # fewer peers with a figure: no comparison, as in the indicators' sentences


def peer_percentiles(values: npt.NDArray[Any], group: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """
    The share of the peers with a figure that lie below each household, ties and itself counting half.

    :param values: float [households], NaN where unknown; `group`: int [households], 0..groups-1
    :returns: float [households] in 0..1; NaN where the figure is unknown or fewer than `SMALLEST` peers have one
    """
    result = np.full(len(values), np.nan)
    known = np.flatnonzero(~np.isnan(values))
    if not len(known):
        return result
    order = known[np.lexsort((values[known], group[known]))]
    v, g = values[order], group[order]
    position = np.arange(len(order))
    new_group = np.r_[True, g[1:] != g[:-1]]
    new_run = new_group | np.r_[True, v[1:] != v[:-1]]
    run = np.cumsum(new_run) - 1
    run_start = position[new_run]
    run_end = np.r_[run_start[1:], len(order)]
    group_start = position[new_group][np.cumsum(new_group) - 1]
    count = np.bincount(g)[g]
    middle = (run_start[run] + run_end[run]) / 2 - group_start
    result[order] = np.where(count >= SMALLEST, middle / count, np.nan)
    return result
