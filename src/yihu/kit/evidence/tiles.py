"""
Where subtree hashes are kept: tiles of up to 256 hashes (the layout of C2SP tlog-tiles).

Tile `(0, n)` holds the leaf hashes `[256 n, 256 n + 256)`; tile `(k, n)` holds the roots of 256 full tiles of row
`k - 1`. A tree of n leaves needs about n / 255 tiles, a full tile never changes, and a proof reads one tile a row.
"""

from collections.abc import Callable, Sequence

from yihu.kit.evidence.digests import SIZE, Digest
from yihu.kit.evidence.merkle import Node, node_hash

HEIGHT = 8
WIDTH = 1 << HEIGHT

Place = tuple[int, int]
ReadTile = Callable[[int, int], bytes]


def fold(hashes: Sequence[bytes], digest: Digest) -> bytes:
    """The root over a power of two of hashes."""
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(level[i], level[i + 1], digest) for i in range(0, len(level), 2)]
    return level[0]


def node_reader(read_tile: ReadTile, digest: Digest) -> Node:
    """
    `node(level, index)` over tiles, each read once and each subtree computed once.

    :raises IndexError: from the node function, when a tile is too short
    """
    tiles: dict[Place, bytes] = {}
    known: dict[Place, bytes] = {}

    def node(level: int, index: int) -> bytes:
        place = (level, index)
        if place not in known:
            known[place] = _node(level, index)
        return known[place]

    def _node(level: int, index: int) -> bytes:
        row, inside = divmod(level, HEIGHT)
        first = index << inside
        number, offset = divmod(first, WIDTH)
        if (row, number) not in tiles:
            tiles[row, number] = read_tile(row, number)
        content = tiles[row, number]
        wanted = [content[i * SIZE : (i + 1) * SIZE] for i in range(offset, offset + (1 << inside))]
        if any(len(h) != SIZE for h in wanted):
            raise IndexError(f"tile {row}/{number} does not hold subtree {level}/{index}")
        return fold(wanted, digest)

    return node


def append_leaves(size: int, leaves: Sequence[bytes], read_tile: ReadTile, digest: Digest) -> dict[Place, bytes]:
    """
    The tiles that change when leaf hashes are appended to a tree of `size` leaves, whole.

    :param read_tile: gives a stored tile, b"" when there is none
    """
    changed: dict[Place, bytes] = {}
    row, position, new = 0, size, list(leaves)
    while new:
        filled: list[bytes] = []
        first, offset = divmod(position, WIDTH)
        number, taken = first, 0
        while taken < len(new):
            room = WIDTH - offset
            old = read_tile(row, number)[: offset * SIZE] if offset else b""
            part = new[taken : taken + room]
            content = old + b"".join(part)
            changed[row, number] = content
            if len(content) == WIDTH * SIZE:
                filled.append(fold([content[i : i + SIZE] for i in range(0, len(content), SIZE)], digest))
            taken += len(part)
            number, offset = number + 1, 0
        row, position, new = row + 1, first, filled
    return changed
