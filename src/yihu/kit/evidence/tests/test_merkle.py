"""Trees against the naive definition for all sizes to 300, against published roots, and proofs that must fail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yihu.kit.evidence import merkle, tiles
from yihu.kit.evidence.digests import DIGESTS, sm3

# Inputs and roots of the Certificate Transparency reference implementation (SHA-256).
CT_INPUTS = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
CT_ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
MOST = 300


def naive_root(leaves, digest):
    """RFC 6962 section 2.1, word for word."""
    if not leaves:
        return digest(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return digest(b"\x01" + naive_root(leaves[:k], digest) + naive_root(leaves[k:], digest))


def leaves_of(size, digest):
    return [merkle.leaf_hash(str(i).encode(), digest) for i in range(size)]


@pytest.fixture(scope="module", params=DIGESTS)
def grown(request):
    """Tiles of a tree of MOST leaves, and the leaf hashes."""
    digest = DIGESTS[request.param]
    leaves = leaves_of(MOST, digest)
    kept = tiles.append_leaves(0, leaves, lambda row, number: b"", digest)
    return digest, leaves, tiles.node_reader(lambda row, number: kept.get((row, number), b""), digest)


@pytest.mark.parametrize("size", range(9))
def test_published_roots(size):
    frontier = merkle.Frontier(DIGESTS["sha256"])
    for text in CT_INPUTS[:size]:
        frontier.append(merkle.leaf_hash(bytes.fromhex(text), DIGESTS["sha256"]))
    assert frontier.root().hex() == CT_ROOTS[size]


def test_sm3_is_sm3():
    # GB/T 32905-2016, appendix A.1.
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_every_root_and_inclusion_proof(grown):
    digest, leaves, node = grown
    frontier = merkle.Frontier(digest)
    for size in range(MOST + 1):
        root = naive_root(leaves[:size], digest)
        assert merkle.root(size, node, digest) == root == frontier.root()
        for index in {0, size // 3, size // 2, size - 2, size - 1} & set(range(size)):
            proof = merkle.inclusion_proof(index, size, node, digest)
            assert merkle.root_of_inclusion(leaves[index], index, size, proof, digest) == root
        if size < MOST:
            frontier.append(leaves[size])


def test_every_consistency_proof(grown):
    digest, _, node = grown
    roots = [merkle.root(size, node, digest) for size in range(MOST + 1)]
    for old in range(MOST + 1):
        for new in {old, old + 1, old + 7, old * 2, MOST} & set(range(old, MOST + 1)):
            proof = merkle.consistency_proof(old, new, node, digest)
            merkle.check_consistency(old, roots[old], new, roots[new], proof, digest)


@given(st.integers(1, MOST), st.data())
def test_forged_proofs_are_refused(size, data):
    digest = DIGESTS["sha256"]
    leaves = leaves_of(size, digest)
    kept = tiles.append_leaves(0, leaves, lambda row, number: b"", digest)
    node = tiles.node_reader(lambda row, number: kept[row, number], digest)
    root = merkle.root(size, node, digest)
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, node, digest)
    forged = _forged(proof, data)
    if forged != proof:
        assert not _leads_to(leaves[index], index, size, forged, digest, root)
    assert not _leads_to(digest(b"other"), index, size, proof, digest, root)
    other = data.draw(st.integers(0, size - 1))
    if other != index:
        assert not _leads_to(leaves[index], other, size, proof, digest, root)


@given(st.integers(2, MOST), st.data())
def test_forged_consistency_is_refused(size, data):
    digest = DIGESTS["sha256"]
    leaves = leaves_of(size, digest)
    old = data.draw(st.integers(1, size - 1))
    changed = data.draw(st.integers(0, old - 1))
    other = [*leaves]
    other[changed] = digest(b"changed")
    kept = tiles.append_leaves(0, other, lambda row, number: b"", digest)
    node = tiles.node_reader(lambda row, number: kept[row, number], digest)
    proof = merkle.consistency_proof(old, size, node, digest)
    old_root, new_root = naive_root(leaves[:old], digest), naive_root(other, digest)
    for candidate in (proof, _forged(proof, data)):
        with pytest.raises(merkle.ProofError):
            merkle.check_consistency(old, old_root, size, new_root, candidate, digest)


@given(st.integers(1, MOST), st.data())
def test_ranges_prove_themselves(size, data):
    digest = DIGESTS["sha256"]
    leaves = leaves_of(size, digest)
    kept = tiles.append_leaves(0, leaves, lambda row, number: b"", digest)
    node = tiles.node_reader(lambda row, number: kept[row, number], digest)
    start = data.draw(st.integers(0, size - 1))
    end = data.draw(st.integers(start + 1, size))
    proof = merkle.range_proof(start, end, size, node, digest)
    root = merkle.root(size, node, digest)
    assert merkle.root_of_range(start, leaves[start:end], size, proof, digest) == root
    wrong = [*leaves[start:end]]
    wrong[data.draw(st.integers(0, len(wrong) - 1))] = digest(b"changed")
    assert merkle.root_of_range(start, wrong, size, proof, digest) != root


@given(st.lists(st.integers(1, 700), min_size=1, max_size=6))
def test_tiles_do_not_depend_on_how_leaves_came(parts):
    digest = DIGESTS["sha256"]
    leaves = leaves_of(sum(parts), digest)
    grown, size = {}, 0
    for part in parts:
        kept = dict(grown)
        added = tiles.append_leaves(
            size, leaves[size : size + part], lambda row, number, kept=kept: kept.get((row, number), b""), digest
        )
        grown |= added
        size += part
    assert grown == tiles.append_leaves(0, leaves, lambda row, number: b"", digest)


def _leads_to(leaf, index, size, proof, digest, root):
    try:
        return merkle.root_of_inclusion(leaf, index, size, proof, digest) == root
    except merkle.ProofError:
        return False


def _forged(proof, data):
    kind = data.draw(st.sampled_from(["drop", "add", "flip", "swap"]))
    if kind == "add" or not proof:
        return [*proof, b"\x00" * 32]
    at = data.draw(st.integers(0, len(proof) - 1))
    if kind == "drop":
        return proof[:at] + proof[at + 1 :]
    if kind == "flip":
        return [*proof[:at], bytes([proof[at][0] ^ 1]) + proof[at][1:], *proof[at + 1 :]]
    return proof[1:] + proof[:1]
