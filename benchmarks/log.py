"""
The log against the bare hash rate of the same run: `python benchmarks/log.py --records 1000000 --leaves 10000000`.

Without a database: leaves appended to tiles, proofs, at 10^4 … 10^7 leaves. With the embedded database (in a
temporary directory): records inserted and taken into the tree, the cost of the record within a page's transaction,
proofs out of stored tiles, searches, verification of everything. Figures are ratios beside the bare rates.
"""

import argparse
import hashlib
import json
import os
import sys
import tempfile
import time
from pathlib import Path

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
CPU = time.process_time
"""Rates of pure Python are told by CPU time, which a busy machine does not stretch; answers by the best of many."""
LEAF = 350
"""Bytes of a typical leaf."""


def timed(act, repeat=1, clock=time.perf_counter):
    began = clock()
    for _ in range(repeat):
        act()
    return (clock() - began) / repeat


def bare_rates():
    """Hashes a second of one leaf of LEAF bytes, by hash function."""
    data = os.urandom(LEAF)
    return {
        "sha256": 1 / timed(lambda: hashlib.sha256(data).digest(), 100_000, CPU),
        "sm3": 1 / timed(lambda: hashlib.new("sm3", data).digest(), 100_000, CPU),
    }


def pure(most):
    """Growth of a tree in tiles, and proofs, without a database."""
    from yihu.kit.evidence.digests import DIGESTS
    from yihu.kit.evidence.merkle import consistency_proof, inclusion_proof, leaf_hash
    from yihu.kit.evidence.tiles import append_leaves, node_reader

    rows = []
    for size in (s for s in SIZES if s <= most):
        row = {"leaves": size}
        for name, digest in DIGESTS.items():
            kept, part = {}, 100_000
            began = CPU()
            for start in range(0, size, part):
                leaves = [leaf_hash(i.to_bytes(8), digest) for i in range(start, min(start + part, size))]
                kept |= append_leaves(start, leaves, lambda r, n, kept=kept: kept.get((r, n), b""), digest)
            row[f"{name}_leaves_per_second"] = round(size / (CPU() - began))

            def node(kept=kept, digest=digest):
                return node_reader(lambda r, n: kept.get((r, n), b""), digest)

            places = [size * i // 50 for i in range(50)]
            row[f"{name}_inclusion_ms"] = _best_ms(
                lambda p, n=node, d=digest, s=size: inclusion_proof(p, s, n(), d), places
            )
            row[f"{name}_consistency_ms"] = _best_ms(
                lambda p, n=node, d=digest, s=size: consistency_proof(p or 1, s, n(), d), places
            )
        rows.append(row)
    return rows


def _best_ms(act, places):
    return round(min(timed(lambda p=p: act(p)) for p in places) * 1000, 3)


def stored(count, rates):
    """The whole path through PostgreSQL."""
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.utils import timezone

    from yihu.hub.foundation.audit.models import AccessRecord
    from yihu.hub.foundation.audit.selectors.log import consistency_proofs, inclusion_proofs, newest_head
    from yihu.hub.foundation.audit.selectors.records import RecordFilter, list_records, page_of
    from yihu.hub.foundation.audit.services.recording import record
    from yihu.hub.foundation.audit.services.sequencing import integrate
    from yihu.hub.foundation.audit.services.verifying import verify_log

    call_command("migrate", interactive=False, verbosity=0)
    result = {"records": count}
    result["page_insert_ms"] = _page_insert_ms(record, transaction)
    taken, grown, inserting, integrating, cpu, growth = 0, 0, 0.0, 0.0, 0.0, []
    while grown < count:
        part = min(20_000, count - grown)
        inserting += timed(lambda start=grown, part=part: AccessRecord.objects.bulk_create(_records(start, part)))
        grown += part
        step, worked = time.perf_counter(), CPU()
        while part_taken := integrate(now=timezone.now()):
            taken += part_taken
        integrating += time.perf_counter() - step
        cpu += CPU() - worked
        if grown in SIZES or grown == count:
            growth.append({"records": grown, "last_20000_integrated_per_second_of_cpu": round(part / (CPU() - worked))})
    result |= {
        "insert_per_second": round(count / inserting),
        "integrate_per_second": round(taken / integrating),
        "integrate_per_second_of_cpu": round(taken / cpu),
        "growth": growth,
    }
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    size = newest_head().size
    places = [size * i // 50 for i in range(50)]
    result["inclusion_ms"] = _best_ms(lambda p: inclusion_proofs(p, size), places)
    result["consistency_ms"] = _best_ms(lambda p: consistency_proofs(p or 1, size), places)
    result["search_ms"] = {
        name: round(min(timed(lambda w=wanted: page_of(list_records(w), 50, None)) for _ in range(20)) * 1e3, 1)
        for name, wanted in {
            "newest": RecordFilter(),
            "one person": RecordFilter(actor="user17"),
            "one object": RecordFilter(thing="H000123"),
            "part of a name": RecordFilter(thing="第123贸"),
            "exports": RecordFilter(act="export"),
            "one day": RecordFilter(start=timezone.localdate(), end=timezone.localdate()),
        }.items()
    }
    wall, worked = time.perf_counter(), CPU()
    result["ok"] = verify_log().ok
    worked, wall = CPU() - worked, time.perf_counter() - wall
    result |= {
        "verify_seconds": round(wall, 1),
        "verify_cpu_seconds": round(worked, 1),
        "verify_per_second_of_cpu": round(size / worked),
        "verify_share_of_bare_sm3": round(size / worked / rates["sm3"], 3),
    }
    return result


def _page_insert_ms(record, transaction):
    """A record within a transaction that does something else too, beside the same transaction without it."""
    from django.db import connection

    def page(with_record):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_class")
            if with_record:
                record(verb="household.view", username="bench", target="household:H1", detail={"snapshot": "S1"})

    for _ in range(50):
        page(True)
    bare = min(timed(lambda: page(False)) for _ in range(1000))
    full = min(timed(lambda: page(True)) for _ in range(1000))
    return {"without": round(bare * 1e3, 3), "with": round(full * 1e3, 3), "record": round((full - bare) * 1e3, 3)}


def _records(start, count):
    from yihu.hub.foundation.audit.models import AccessRecord

    verbs = ("household.view", "worklist.view", "search.view", "worklist.export", "account.sign-in")
    return [
        AccessRecord(
            actor_id=i % 997, actor_username=f"user{i % 997}", actor_name="何静", post="税收管理员",
            office_code=f"13301{i % 50:02d}", office_name="某某税务局", verb=verbs[i % 5],
            target=f"household:H{i % 50_000:06d}", target_name=f"杭州市第{i % 50_000}贸易有限公司",
            detail={"snapshot": "S000001", "path": "/household/"}, address="10.0.0.1", request_number="AB12CD34",
        )
        for i in range(start, start + count)
    ]  # fmt: skip


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--leaves", type=int, default=1_000_000)
    asked = parser.parse_args()
    rates = bare_rates()
    result = {"load": os.getloadavg(), "bare_per_second": {k: round(v) for k, v in rates.items()}}
    result["pure"] = pure(asked.leaves)
    if asked.records:
        with tempfile.TemporaryDirectory(prefix="yihu-bench-") as folder:
            Path(folder).chmod(0o755)
            os.environ |= {"YIHU_HOME": folder, "YIHU_DATABASE_ROLE": "owner"}
            os.environ["DJANGO_SETTINGS_MODULE"] = "yihu.hub.config.settings"
            from yihu.hub.config import database

            database.ensure_running()
            import django

            django.setup()
            try:
                result["stored"] = stored(asked.records, rates)
            finally:
                database.embedded().stop()
    result["load_after"] = os.getloadavg()
    json.dump(result, sys.stdout, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main()
