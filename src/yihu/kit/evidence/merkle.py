"""
Merkle trees as in RFC 6962 section 2.1, over any hash function of 32 bytes.

Everything is computed from hashes of complete subtrees: `node(level, index)` is the hash over the leaves
`[index * 2**level, (index + 1) * 2**level)`. So a proof needs O(log n) of them, wherever they are kept.
"""

from collections.abc import Callable, Iterable, Sequence

from yihu.kit.evidence.digests import Digest

Node = Callable[[int, int], bytes]


class ProofError(ValueError):
    """A proof does not lead to the root it was given for."""


def leaf_hash(data: bytes, digest: Digest) -> bytes:
    """H(0x00 || data)."""
    return digest(b"\x00" + data)


def node_hash(left: bytes, right: bytes, digest: Digest) -> bytes:
    """H(0x01 || left || right)."""
    return digest(b"\x01" + left + right)


def _split(count: int) -> int:
    """The largest power of two below `count` (which is at least 2)."""
    return 1 << (count - 1).bit_length() - 1


def range_hash(start: int, end: int, node: Node, digest: Digest) -> bytes:
    """
    The hash over leaves `[start, end)`; `start` is a multiple of the power of two that holds the range.

    :raises IndexError: what `node` raises for a subtree it does not hold
    """
    count = end - start
    if count & (count - 1) == 0:
        return node(count.bit_length() - 1, start // count)
    middle = start + _split(count)
    return node_hash(range_hash(start, middle, node, digest), range_hash(middle, end, node, digest), digest)


def root(size: int, node: Node, digest: Digest) -> bytes:
    """The root over the first `size` leaves; of no leaves the hash of nothing."""
    return digest(b"") if size == 0 else range_hash(0, size, node, digest)


def inclusion_proof(index: int, size: int, node: Node, digest: Digest) -> list[bytes]:
    """
    The audit path of leaf `index` in the tree of `size` leaves, from the leaf upwards.

    :raises IndexError: there is no such leaf
    """
    if not 0 <= index < size:
        raise IndexError(f"leaf {index} of a tree of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_hash(middle, end, node, digest))
            end = middle
        else:
            path.append(range_hash(start, middle, node, digest))
            start = middle
    return path[::-1]


def root_of_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], digest: Digest) -> bytes:
    """
    The root to which an inclusion proof leads (RFC 9162 section 2.1.3.2).

    :raises ProofError: the proof has the wrong length for the place
    """
    if not 0 <= index < size:
        raise ProofError(f"no leaf {index} in a tree of {size}")
    here, last, value = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofError("the proof is too long")
        if here & 1 or here == last:
            value = node_hash(sibling, value, digest)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            value = node_hash(value, sibling, digest)
        here, last = here >> 1, last >> 1
    if last:
        raise ProofError("the proof is too short")
    return value


def consistency_proof(old: int, new: int, node: Node, digest: Digest) -> list[bytes]:
    """
    Hashes that show the tree of `old` leaves to be the beginning of the tree of `new` ones.

    :raises IndexError: `old` is larger than `new`
    """
    if not 0 <= old <= new:
        raise IndexError(f"{old} leaves are not the beginning of {new}")
    if old in {0, new}:
        return []
    return _subproof(old, 0, new, True, node, digest)


def _subproof(old: int, start: int, end: int, known: bool, node: Node, digest: Digest) -> list[bytes]:
    if old == end - start:
        return [] if known else [range_hash(start, end, node, digest)]
    middle = _split(end - start)
    if old <= middle:
        inner = _subproof(old, start, start + middle, known, node, digest)
        return [*inner, range_hash(start + middle, end, node, digest)]
    inner = _subproof(old - middle, start + middle, end, False, node, digest)
    return [*inner, range_hash(start, start + middle, node, digest)]


def check_consistency(
    old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes], digest: Digest
) -> None:
    """
    Check a consistency proof (RFC 9162 section 2.1.4.2).

    :raises ProofError: the older tree is not the beginning of the newer one, or the proof does not show it
    """
    if old > new:
        raise ProofError(f"the tree shrank from {old} to {new} leaves")
    if old == 0 or old == new:
        expected = digest(b"") if old == 0 else new_root
        if proof or old_root != expected:
            raise ProofError(f"two different trees of {old} leaves")
        return
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        raise ProofError("the proof is empty")
    first, second = _roots_of_path(old, new, path, digest)
    if first != old_root:
        raise ProofError(f"the first {old} leaves were changed")
    if second != new_root:
        raise ProofError(f"the proof does not lead to the tree of {new} leaves")


def _roots_of_path(old: int, new: int, path: Sequence[bytes], digest: Digest) -> tuple[bytes, bytes]:
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofError("the proof is too long")
        if here & 1 or here == last:
            first = node_hash(sibling, first, digest)
            second = node_hash(sibling, second, digest)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            second = node_hash(second, sibling, digest)
        here, last = here >> 1, last >> 1
    if last:
        raise ProofError("the proof is too short")
    return first, second


class Frontier:
    """The right edge of a growing tree: enough to append leaves and tell the root, in O(log n) memory."""

    def __init__(self, digest: Digest, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.digest, self.size, self.peaks = digest, size, list(peaks)
        if len(self.peaks) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} peaks, not {len(self.peaks)}")

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        self.peaks.append(leaf)
        self.size += 1
        size = self.size
        while not size & 1:
            right = self.peaks.pop()
            self.peaks[-1] = node_hash(self.peaks[-1], right, self.digest)
            size >>= 1

    def root(self) -> bytes:
        """The root over what was appended so far."""
        if not self.peaks:
            return self.digest(b"")
        value = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            value = node_hash(peak, value, self.digest)
        return value


def range_proof(start: int, end: int, size: int, node: Node, digest: Digest) -> list[bytes]:
    """
    Hashes of what lies outside leaves `[start, end)`, from left to right: with the leaves they give the root.

    :raises IndexError: the range is empty or not within the tree
    """
    if not 0 <= start < end <= size:
        raise IndexError(f"leaves {start} to {end} of a tree of {size}")
    outside: list[bytes] = []

    def walk(low: int, high: int) -> None:
        if high <= start or low >= end:
            outside.append(range_hash(low, high, node, digest))
        elif high - low > 1:
            middle = low + _split(high - low)
            walk(low, middle)
            walk(middle, high)

    walk(0, size)
    return outside


def root_of_range(start: int, leaves: Sequence[bytes], size: int, proof: Sequence[bytes], digest: Digest) -> bytes:
    """
    The root to which leaf hashes from `start` on and their range proof lead.

    :raises ProofError: the proof has the wrong length
    """
    end, outside = start + len(leaves), iter(proof)

    def walk(low: int, high: int) -> bytes:
        if high <= start or low >= end:
            found = next(outside, None)
            if found is None:
                raise ProofError("the proof is too short")
            return found
        if high - low == 1:
            return leaves[low - start]
        middle = low + _split(high - low)
        return node_hash(walk(low, middle), walk(middle, high), digest)

    if not 0 <= start < end <= size:
        raise ProofError(f"leaves {start} to {end} of a tree of {size}")
    value = walk(0, size)
    if next(outside, None) is not None:
        raise ProofError("the proof is too long")
    return value
