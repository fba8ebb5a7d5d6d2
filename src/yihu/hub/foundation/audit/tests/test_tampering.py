"""Ten thousand random ways to alter a stored log: each is detected, and the place is named."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.audit.models.records import COLUMNS
from yihu.hub.foundation.audit.selectors.keys import read_signer, verifier_in_force
from yihu.hub.foundation.audit.selectors.log import newest_head
from yihu.hub.foundation.audit.services.recording import record
from yihu.hub.foundation.audit.services.sequencing import integrate_all
from yihu.hub.foundation.audit.services.verifying import verify_log
from yihu.hub.foundation.audit.tests.stored_log import StoredLog
from yihu.kit.evidence.alignment import Kind
from yihu.kit.evidence.notes import open_checkpoint
from yihu.kit.evidence.verification import verify

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
RECORDS, STEP, MUTATIONS = 80, 20, 10_000


def fill(count, start=0):
    for i in range(start, start + count):
        record(
            verb=("household.view", "worklist.export", "account.change")[i % 3],
            username=f"user{i % 7}",
            target=f"household:H{i % 11:04d}",
            target_name=f"深圳市第{i % 11}贸易有限公司",
            purpose="日常管理" if i % 2 else "",
            detail={"rows": i, "query": f"level={i % 5}", "nested": {"a": [i, None, True]}},
            before={"title": i} if i % 3 == 2 else None,
            after={"title": i + 1} if i % 3 == 2 else None,
        )


@pytest.fixture
def log():
    """The stored log, heads a witness kept at every STEP records, and the (stolen) key."""
    heads = []
    for start in range(0, RECORDS, STEP):
        fill(STEP, start)
        integrate_all(now=NOW + timedelta(minutes=start))
        heads.append(open_checkpoint(newest_head().note, verifier_in_force()))
    return StoredLog.lift(verifier_in_force()), heads, read_signer(verifier_in_force())


def spoil_value(value, name, rng):
    """Another value of the same kind, as a database would take it."""
    if name == "at":
        return value + timedelta(microseconds=rng.choice([-1, 1, 10**6]))
    if name == "salt":
        at = rng.randrange(len(value))
        return value[:at] + bytes([value[at] ^ (1 << rng.randrange(8))]) + value[at + 1 :]
    if isinstance(value, dict):
        return rng.choice([{**value, "x": rng.randrange(9)}, {}, {**value, "rows": -1}, [], None])
    if isinstance(value, str):
        return value + rng.choice(["x", " ", "\u200b", "。"]) if rng.random() < 0.6 or not value else value[:-1]
    return (value or 0) + rng.choice([1, -1, 10**6])


def change(log, rng):
    at = rng.randrange(RECORDS)
    row = log.rows_[at]
    name = rng.choice([*COLUMNS, "salt"])
    old = row[name]
    while row[name] == old and type(row[name]) is type(old):
        row[name] = spoil_value(old, name, rng)
    return at, {Kind.CHANGED}


def delete(log, rng):
    at = rng.randrange(RECORDS)
    del log.rows_[at]
    if rng.random() < 0.5:
        renumber(log)
    return at, {Kind.MISSING, Kind.TRUNCATED}


def insert(log, rng):
    # Behind the last witnessed record whoever holds the signing key writes new records, not altered ones.
    at = rng.randrange(RECORDS)
    forged = dict(rng.choice(log.rows_))
    if rng.random() < 0.7:
        forged |= {"id": 10**6 + rng.randrange(10**6), "target": "household:H9999"}
    log.rows_.insert(at, forged)
    renumber(log)
    # A copy beside its original may be called either of the two.
    places = {i for i, r in enumerate(log.rows_) if r["id"] == forged["id"]} | {at}
    return places, {Kind.INSERTED}


def reorder(log, rng):
    first, second = sorted(rng.sample(range(RECORDS), 2))
    rows = log.rows_
    if rng.random() < 0.5:
        rows[first], rows[second] = rows[second], rows[first]
        rows[first]["position"], rows[second]["position"] = first, second
    else:
        rows.insert(second, rows.pop(first))
        renumber(log)
    return first, {Kind.REORDERED, Kind.MISSING, Kind.INSERTED}


def swap_payload(log, rng):
    first, second = sorted(rng.sample(range(RECORDS), 2))
    while log.rows_[first]["detail"] == log.rows_[second]["detail"]:
        second = (second + 1) % RECORDS
    a, b = log.rows_[first], log.rows_[second]
    for name in rng.choice([("detail",), ("detail", "target"), ("detail", "before", "after", "verb")]):
        a[name], b[name] = b[name], a[name]
    return min(first, second), {Kind.CHANGED}


def truncate(log, rng):
    at = rng.randrange(RECORDS)
    del log.rows_[at:]
    return at, {Kind.TRUNCATED}


def change_hash(log, rng):
    place = rng.choice(sorted(log.tiles))
    at = rng.randrange(RECORDS)
    content = log.tiles[place]
    log.tiles[place] = content[: at * 32] + bytes(32) + content[at * 32 + 32 :]
    return at, {Kind.HASH_CHANGED}


def stray(log, rng):
    log.strays_ = [10**6]
    return RECORDS, {Kind.INSERTED}


def roll_back(log, rng):
    """Back to an earlier state, with the head of that time made anew by the stolen key."""
    at = rng.randrange(RECORDS - 1)
    del log.rows_[at:]
    return at, {Kind.ROLLED_BACK}


def renumber(log):
    for i, row in enumerate(log.rows_):
        row["position"] = i


OPEN = (change, change, delete, insert, reorder, swap_payload, truncate, change_hash, stray)
COVERED = (change, delete, insert, reorder, swap_payload, roll_back)


def test_the_untouched_log_is_found_sound(log):
    stored, heads, _ = log
    assert verify(stored, heads).ok
    assert verify_log().ok


@pytest.mark.slow
def test_ten_thousand_mutations_are_detected_and_located(log):
    stored, heads, signer = log
    rng = random.Random(20260301)
    missed = []
    for number in range(MUTATIONS):
        spoilt = stored.copy()
        covered = rng.random() < 0.4
        mutate = rng.choice(COVERED if covered else OPEN)
        places, kinds = mutate(spoilt, rng)
        if covered:
            spoilt.cover_up(signer)
        verdict = verify(spoilt, heads)
        if not (located_in_range if covered else located)(verdict, places, kinds):
            missed.append((number, mutate.__name__, covered, places, verdict.faults[:4]))
    assert missed == []


def located(verdict, places, kinds):
    """The first fault stands at the very place and bears the right name."""
    places = places if isinstance(places, set) else {places}
    if verdict.ok:
        return False
    fault = verdict.faults[0]
    return any(fault.first <= p <= fault.last for p in places) and fault.kind in kinds


def located_in_range(verdict, places, kinds):
    """With all traces removed only the witness's heads remain: the stretch between two of them is named."""
    if Kind.ROLLED_BACK in kinds:
        return any(f.kind == Kind.ROLLED_BACK and f.last == RECORDS - 1 for f in verdict.faults)
    stretches = {min(p, RECORDS - 1) // STEP for p in (places if isinstance(places, set) else {places})}
    fault = verdict.faults[0] if verdict.faults else None
    if fault is None:
        return False
    if fault.kind == Kind.ROLLED_BACK:
        # Fewer rows than the witness saw: the place is where its last fitting head ends.
        fault = next((f for f in verdict.faults if f.kind == Kind.REWRITTEN), fault)
    return any(s * STEP <= fault.last and fault.first <= (s + 1) * STEP for s in stretches)


SQL = {
    "UPDATE audit_accessrecord SET purpose = '另有事由' WHERE id = {id}": (Kind.CHANGED, 7),
    "UPDATE audit_accessrecord SET detail = '{{\"rows\": 1.5}}' WHERE id = {id}": (Kind.CHANGED, 7),
    "UPDATE audit_accessrecord SET at = at - interval '1 microsecond' WHERE id = {id}": (Kind.CHANGED, 7),
    "DELETE FROM audit_accessrecord WHERE id = {id}": (Kind.MISSING, 7),
    "DELETE FROM audit_leaf WHERE position = 7": (Kind.MISSING, 7),
    "UPDATE audit_leaf SET position = position + 1000 WHERE position = 7": (Kind.REORDERED, 7),
    "UPDATE audit_tile SET content = set_byte(content, 7 * 32, 0) WHERE digest = 'sm3' AND row = 0": (
        Kind.HASH_CHANGED,
        7,
    ),
    "DELETE FROM audit_tile WHERE digest = 'sm3'": (Kind.HASH_CHANGED, 0),
    "UPDATE audit_head SET note = replace(note, 'sm3 ', 'sm3 A')": (Kind.HEAD_FORGED, 0),
}


@pytest.mark.parametrize("statement", SQL)
def test_the_database_altered_by_its_owner(statement):
    fill(20)
    integrate_all(now=NOW)
    number = AccessRecord.objects.order_by("id")[7].pk
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement.format(id=number))
        cursor.execute("SET session_replication_role = DEFAULT")
    verdict = verify_log()
    kind, place = SQL[statement]
    assert next((f.kind, f.first) for f in verdict.faults) == (kind, place)


def test_a_record_slipped_past_the_trigger_is_a_stray():
    fill(3)
    integrate_all(now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "INSERT INTO audit_accessrecord (at, actor_username, actor_name, post, office_code, office_name, verb,"
            " target, target_name, purpose, detail, channel, address, request_number)"
            " VALUES (now(), 'x', '', '', '', '', 'a.b', '', '', '', '{}', 'WEB', '', '')"
        )
        cursor.execute("SET session_replication_role = DEFAULT")
    assert [f.kind for f in verify_log().faults] == [Kind.INSERTED]


def test_a_record_removed_before_it_reached_the_tree_is_missed():
    fill(3)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM audit_accessrecord WHERE id = (SELECT min(id) FROM audit_accessrecord)")
        cursor.execute("SET session_replication_role = DEFAULT")
    assert integrate_all(now=NOW) == 2
    assert [f.kind for f in verify_log().faults] == [Kind.MISSING]
