"""How the trading network lies on disk: one sorted edge list for each side, as memory-mapped NumPy files."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[Any]
NAMES_FILE = "households.npy"


@dataclass(frozen=True, slots=True)
class Side:
    """
    The edges of one direction in compressed sparse rows; node ids are positions in the sorted household ids.

    Within a row the largest amount comes first, so that a threshold ends the row and a cap keeps the largest.
    """

    start: IntArray  # int64 [nodes + 1]: row u is start[u]:start[u + 1]
    node: IntArray  # uint32 [edges]: the other party
    amount: IntArray  # int64 [edges]: net amount without tax, in cents (fen), all months
    first: IntArray  # int32 [edges]: first invoice, days since 1970-01-01
    last: IntArray  # int32 [edges]: last invoice, days since 1970-01-01
    invoices: IntArray  # int32 [edges]: count of invoices
    total: IntArray  # int64 [nodes]: sum of the positive amounts of the row, in cents

    @property
    def node_count(self) -> int:
        return len(self.start) - 1

    def sources(self) -> IntArray:
        """The row of every edge, uint32 [edges]."""
        rows = np.arange(self.node_count, dtype=np.uint32)
        return np.repeat(rows, np.diff(self.start))


def make_side(node_count: int, columns: dict[str, IntArray]) -> Side:
    """
    Compress an edge list sorted by (source, amount descending, node).

    :param columns: equally long arrays source, node, amount, first, last, invoices
    """
    source = columns["source"].astype(np.int64)
    start = np.zeros(node_count + 1, dtype=np.int64)
    np.cumsum(np.bincount(source, minlength=node_count), out=start[1:])
    amount = np.ascontiguousarray(columns["amount"], dtype=np.int64)
    total = np.zeros(node_count, dtype=np.int64)
    np.add.at(total, source, np.maximum(amount, 0))
    return Side(
        start=start,
        node=columns["node"].astype(np.uint32),
        amount=amount,
        first=columns["first"].astype(np.int32),
        last=columns["last"].astype(np.int32),
        invoices=columns["invoices"].astype(np.int32),
        total=total,
    )


def save_side(side: Side, folder: Path, prefix: str) -> None:
    """Write every array of `side` as ``<prefix>_<field>.npy``."""
    for f in fields(Side):
        np.save(folder / f"{prefix}_{f.name}.npy", getattr(side, f.name))


def open_side(folder: Path, prefix: str) -> Side:
    """Map a side written by `save_side`, read-only; nothing is read until it is touched."""
    return Side(**{f.name: map_array(folder / f"{prefix}_{f.name}.npy") for f in fields(Side)})


def map_array(path: Path) -> IntArray:
    """Map one array read-only; nothing is read until it is touched."""
    array = np.load(path, mmap_mode="r")
    return np.asarray(array)  # a plain view: numba would not take the memmap subclass
