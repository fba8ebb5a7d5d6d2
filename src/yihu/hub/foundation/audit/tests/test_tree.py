"""Committed records reach the tree in order, without gaps, and what was written stays."""

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from yihu.hub.foundation.audit.models import AccessRecord, Head, Leaf, Pending, SigningKey
from yihu.hub.foundation.audit.selectors.keys import key_directory, rotations, verifier_in_force
from yihu.hub.foundation.audit.selectors.log import consistency_proofs, inclusion_proofs, newest_head
from yihu.hub.foundation.audit.selectors.state import log_state
from yihu.hub.foundation.audit.services.keys import UnableToSignError, rotate_key
from yihu.hub.foundation.audit.services.recording import record
from yihu.hub.foundation.audit.services.sequencing import UnableToIntegrateError, integrate, integrate_all
from yihu.hub.foundation.audit.services.verifying import verify_log
from yihu.kit.evidence.digests import DIGESTS
from yihu.kit.evidence.leaves import leaf_hashes
from yihu.kit.evidence.merkle import check_consistency, root_of_inclusion
from yihu.kit.evidence.notes import follow_rotations, open_checkpoint

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def write(count, **more):
    return [record(verb="household.view", username="a", target=f"household:H{i}", **more) for i in range(count)]


def head():
    return open_checkpoint(newest_head().note, verifier_in_force())


def test_records_get_places_without_gaps_and_are_proven():
    records = write(5)
    assert log_state().waiting == 5
    assert integrate_all(now=NOW) == 5
    records += write(300)
    assert integrate(now=NOW, limit=100) == 100
    assert integrate_all(now=NOW) == 200
    assert list(Leaf.objects.order_by("position").values_list("position", "record_id")) == [
        (i, r.pk) for i, r in enumerate(records)
    ]
    assert not Pending.objects.exists()
    for position in (0, 4, 255, 256, 304):
        stored = AccessRecord.objects.get(pk=records[position].pk)
        hashes, proofs = leaf_hashes(stored.leaf()), inclusion_proofs(position, 305)
        for name, digest in DIGESTS.items():
            found = root_of_inclusion(hashes[name], position, 305, proofs[name], digest)
            assert found == getattr(head(), name)


def test_heads_are_consistent():
    write(3)
    integrate_all(now=NOW)
    old = head()
    write(600)
    integrate_all(now=NOW)
    for name, proof in consistency_proofs(3, 603).items():
        check_consistency(3, getattr(old, name), 603, getattr(head(), name), proof, DIGESTS[name])


def test_a_busy_log_keeps_one_head_a_minute():
    for second in range(10):
        write(1)
        integrate_all(now=NOW.replace(second=second))
    assert [h.size for h in Head.objects.all()] == [10, 1]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_leaf SET record_id = record_id + 1000",
        "DELETE FROM audit_leaf",
        "UPDATE audit_tile SET content = substring(content FROM 2)",
        "DELETE FROM audit_tile",
        "DELETE FROM audit_accessrecord",
    ],
)
def test_the_database_refuses_to_change_the_tree(statement):
    write(3)
    integrate_all(now=NOW)
    refused = pytest.raises(ProgrammingError, match=r"append-only|only grows")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert verify_log().ok


def test_the_key_is_private_and_made_once():
    write(1)
    integrate_all(now=NOW)
    (file,) = key_directory().iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert SigningKey.objects.count() == 1


def test_without_its_key_the_log_stalls_and_says_so():
    write(1)
    integrate_all(now=NOW)
    (file,) = key_directory().iterdir()
    file.unlink()
    assert log_state().is_late
    write(1)
    with pytest.raises(UnableToSignError, match="密钥缺失"):
        integrate_all(now=NOW)
    assert Leaf.objects.count() == 1
    rotate_key(now=NOW, lost=True)
    assert integrate_all(now=NOW) == 2


def test_keys_rotate_by_a_note_of_the_old_one():
    write(1)
    integrate_all(now=NOW)
    first = verifier_in_force()
    rotate_key(now=NOW)
    integrate_all(now=NOW)
    assert verifier_in_force() != first
    assert follow_rotations(first, first.name, rotations()) == verifier_in_force()
    assert head().size == 2
    assert verify_log().ok


def test_a_database_set_back_takes_no_more_records():
    write(3)
    with transaction.atomic():
        point = transaction.savepoint()
        integrate_all(now=NOW)
        transaction.savepoint_rollback(point)
    with pytest.raises(UnableToIntegrateError, match="退回"):
        integrate_all(now=NOW)
    assert [f.kind for f in verify_log().faults] == ["rolled-back"]


def test_changes_keep_what_differs_and_hide_what_is_personal():
    made = record(
        verb="account.change",
        username="a",
        before={"phone": "13812345678", "title": "科员", "same": 1, "password": "a"},
        after={"phone": "13912345678", "title": "科长", "same": 1, "password": "b"},
        purpose="核对 110101199003070070 与 13812345678",
    )
    kept = AccessRecord.objects.get(pk=made.pk)
    assert (kept.before["title"], kept.after["title"]) == ("科员", "科长")
    assert "same" not in kept.before
    assert kept.before["phone"]["committed"] != kept.after["phone"]["committed"]
    assert kept.after["password"] == "（不记录）"
    assert kept.purpose == "核对 110***********0070 与 138****5678"
    assert "13812345678" not in repr(kept.__dict__)
