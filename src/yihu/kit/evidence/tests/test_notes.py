"""Notes as C2SP writes them, rotation of keys, receipts, the witness."""

import base64
import json

import pytest

from yihu.kit.evidence import merkle, notes, receipts, tiles
from yihu.kit.evidence.digests import DIGESTS
from yihu.kit.evidence.leaves import leaf_bytes, leaf_hashes, openings
from yihu.kit.evidence.witness import RefusedError, Witness, trusted_heads

# The example of golang.org/x/mod/sumdb/note.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
SIGNER = notes.Signer("yihu/test", notes.ED25519, b"1" * 32)
OTHER = notes.Signer("yihu/test", notes.ED25519, b"2" * 32)


class FakeLog:
    """A growing log in memory, honest unless told otherwise."""

    def __init__(self, size, signer=SIGNER, salt=b""):
        self.size, self.signer, self.notes = size, signer, []
        self.nodes = {}
        for name, digest in DIGESTS.items():
            leaves = [merkle.leaf_hash(salt + str(i).encode(), digest) for i in range(size)]
            kept = tiles.append_leaves(0, leaves, lambda row, number: b"", digest)
            self.nodes[name] = tiles.node_reader(lambda row, number, kept=kept: kept[row, number], digest)

    def checkpoint(self):
        roots = {name: merkle.root(self.size, self.nodes[name], DIGESTS[name]) for name in DIGESTS}
        return notes.Checkpoint("yihu/test", self.size, **roots, time=1_700_000_000).signed(self.signer)

    def consistency(self, old, new):
        return {
            name: [
                base64.b64encode(h).decode()
                for h in merkle.consistency_proof(old, new, self.nodes[name], DIGESTS[name])
            ]
            for name in DIGESTS
        }

    def rotations(self):
        return self.notes


def test_the_published_example_of_a_signed_note():
    key = notes.Verifier.parse(PETER)
    assert str(key) == PETER
    assert notes.Note.parse(PETERS_NOTE).is_signed_by(key)
    assert not notes.Note.parse(PETERS_NOTE.replace("answer", "cause")).is_signed_by(key)


@pytest.mark.parametrize("text", ["", "no newline", "a\n", "a\n\nb", "a\n\n— x y\n", "a\n\n- x AAAAAAAA\n"])
def test_what_is_no_note_is_refused(text):
    with pytest.raises(notes.NoteError):
        notes.Note.parse(text)


def test_a_checkpoint_has_one_form():
    content = FakeLog(5).checkpoint()
    head = notes.open_checkpoint(content, SIGNER.verifier)
    assert (head.size, head.origin) == (5, "yihu/test")
    with pytest.raises(notes.NoteError):
        notes.open_checkpoint(content, OTHER.verifier)
    with pytest.raises(notes.NoteError):
        notes.Checkpoint.parse(head.text.replace("\n5\n", "\n05\n"))


def test_keys_follow_one_another_by_signed_notes():
    text = notes.rotation_text("yihu/test", OTHER.verifier)
    rotation = text + "\n" + SIGNER.line(text)
    assert notes.follow_rotations(SIGNER.verifier, "yihu/test", [rotation]) == OTHER.verifier
    forged = text + "\n" + OTHER.line(text)
    assert notes.follow_rotations(SIGNER.verifier, "yihu/test", [forged]) == SIGNER.verifier
    with pytest.raises(notes.NoteError):
        notes.follow_rotations(SIGNER.verifier, "another/log", [rotation])


def test_a_witness_cosigns_growth_only(tmp_path):
    witness = Witness(tmp_path / "w", "provincial-audit")
    note = witness.observe(FakeLog(5), 100, SIGNER.verifier)
    assert notes.Note.parse(note).cosigned_at(witness.verifier) == 100
    witness.observe(FakeLog(300), 200)
    witness.observe(FakeLog(300), 300)
    heads, key = trusted_heads(tmp_path / "w")
    assert ([h.size for h in heads], key) == ([5, 300], SIGNER.verifier)
    for bad in (FakeLog(299), FakeLog(301, salt=b"x"), FakeLog(300, salt=b"x"), FakeLog(301, signer=OTHER)):
        with pytest.raises(RefusedError):
            witness.observe(bad, 400)
    alarms = (tmp_path / "w" / "alarms.jsonl").read_text().splitlines()
    assert len(alarms) == 4
    assert "rolled back from 300 to 299" in json.loads(alarms[0])["reason"]
    assert [h.size for h in trusted_heads(tmp_path / "w")[0]] == [5, 300]
    assert (tmp_path / "w" / "witness.key").stat().st_mode & 0o777 == 0o600


def test_a_witness_follows_a_rotation_and_nothing_else(tmp_path):
    witness = Witness(tmp_path)
    witness.observe(FakeLog(5), 100, SIGNER.verifier)
    grown = FakeLog(9, signer=OTHER)
    text = notes.rotation_text("yihu/test", OTHER.verifier)
    grown.notes = [text + "\n" + SIGNER.line(text)]
    witness.observe(grown, 200)
    assert trusted_heads(tmp_path)[1] == OTHER.verifier


def test_a_witness_does_not_trust_a_first_key_unasked(tmp_path):
    with pytest.raises(RefusedError):
        Witness(tmp_path).observe(FakeLog(5), 100)


@pytest.fixture
def receipt():
    entry = {"id": 7, "at": "2026-01-02T03:04:05.000006Z", "actor": "a", "verb": "x.y", "target": "household:H1",
             "purpose": "核对"}  # fmt: skip
    salt = b"s" * 16
    leaf = leaf_bytes(entry, salt)
    log, proofs, roots = [leaf, b"another", b"third"], {}, {}
    for name, digest in DIGESTS.items():
        hashes = [leaf_hashes(data)[name] for data in log]
        kept = tiles.append_leaves(0, hashes, lambda row, number: b"", digest)
        node = tiles.node_reader(lambda row, number, kept=kept: kept[row, number], digest)
        proofs[name] = merkle.inclusion_proof(0, 3, node, digest)
        roots[name] = merkle.root(3, node, digest)
    note = notes.Checkpoint("yihu/test", 3, **roots, time=1).signed(SIGNER)
    return receipts.make_receipt(
        leaf=json.loads(leaf), opened=openings(entry, salt), position=0, proofs=proofs, checkpoint=note,
        verifier=SIGNER.verifier,
    )  # fmt: skip


def test_a_receipt_is_checked_by_a_stranger(receipt):
    assert receipts.check_receipt(json.loads(json.dumps(receipt)), SIGNER.verifier).size == 3


@pytest.mark.parametrize(
    "spoil",
    [
        lambda r: r["leaf"].update(actor="b"),
        lambda r: r["opened"]["purpose"].update(value="另一事由"),
        lambda r: r.update(position=1),
        lambda r: r["proofs"].update(sm3=r["proofs"]["sha256"]),
        lambda r: r.update(checkpoint=r["checkpoint"].replace("\n3\n", "\n4\n")),
        lambda r: r.update(short_code="0000-0000-0000-0000"),
        lambda r: r.pop("leaf"),
        lambda r: r.update(verifier=str(OTHER.verifier)),
        lambda r: r.update(format="other"),
    ],
)
def test_a_spoilt_receipt_is_refused(receipt, spoil):
    spoil(receipt)
    with pytest.raises(receipts.ReceiptError):
        receipts.check_receipt(receipt)
    with pytest.raises(receipts.ReceiptError):
        receipts.check_receipt(receipt, OTHER.verifier)
