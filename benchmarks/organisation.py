"""
The organisation at full size: import, access decisions, scopes, subordinate lists, beside the obvious way of each.

    python benchmarks/organisation.py --offices 50000 --people 800000 --work /tmp/organisation

Everything runs in a database of its own, embedded, below --work, which may be deleted afterwards. Times of queries are
medians and 95th percentiles in milliseconds over --samples people or offices drawn by --seed.
"""

import argparse
import csv
import json
import os
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

PAGE = 50
# What a list costs that walks the tree by parent and counts everything.
BY_PARENT = """
WITH RECURSIVE tree AS (
  SELECT id FROM org_office WHERE id = %s
  UNION ALL SELECT o.id FROM org_office o JOIN tree t ON o.parent_id = t.id)
SELECT u.id, u.username, u.display_name, o.name FROM org_user u JOIN tree t ON t.id = u.office_id
  JOIN org_office o ON o.id = u.office_id WHERE u.is_active ORDER BY o.path, u.username LIMIT 50
"""
COUNT_BY_PARENT = """
WITH RECURSIVE tree AS (
  SELECT id FROM org_office WHERE id = %s
  UNION ALL SELECT o.id FROM org_office o JOIN tree t ON o.parent_id = t.id)
SELECT count(*) FROM org_user u JOIN tree t ON t.id = u.office_id WHERE u.is_active
"""
CODES_BY_PARENT = """
WITH RECURSIVE tree AS (
  SELECT id, code FROM org_office WHERE id = %s
  UNION ALL SELECT o.id, o.code FROM org_office o JOIN tree t ON o.parent_id = t.id)
SELECT code FROM tree
"""


def open_database(work: Path) -> None:
    os.environ["YIHU_HOME"] = str(work)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yihu.hub.config.settings")
    from yihu.hub.config import database
    from yihu.hub.config.roles import OWNER

    os.environ["YIHU_DATABASE_ROLE"] = OWNER
    database.ensure_running()
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def stop_database() -> None:
    from yihu.hub.config import database

    server = database.embedded()
    if server:
        server.stop()


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def spread(times: Iterable[float]) -> dict[str, float]:
    found = sorted(t * 1000 for t in times)
    return {"p50": round(statistics.median(found), 2), "p95": round(found[int(len(found) * 0.95) - 1], 2)}


def measure(work: Callable[[Any], Any], things: list[Any]) -> dict[str, float]:
    work(things[0])
    return spread(timed(lambda thing=thing: work(thing))[0] for thing in things)


def processor_seconds() -> float:
    """Of this process and of the database's process that serves it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        fields = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def without_history() -> None:
    """What the same import costs when no table of the organisation keeps what its rows were."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("office", "department", "post", "postduty", "user", "appointment"):
            cursor.execute(f"ALTER TABLE org_{table} DISABLE TRIGGER USER")


def bring_in(work: Path, offices: int, people: int, seed: int) -> dict[str, Any]:
    """Make the files, import them, import them again; memory is the peak of this process."""
    from django.utils import timezone

    from yihu.hub.foundation.org.services.importing.run import import_organisation
    from yihu.hub.foundation.org.services.importing.simulation import simulate_organisation

    quiet = lambda stage, done: print(f"{done:4.0%} {stage}", file=sys.stderr)  # noqa: E731
    simulated, files = timed(
        lambda: simulate_organisation(work / "files", offices=offices, people=people, seed=seed, progress=quiet)
    )
    args = {"actor": None, "now": timezone.now(), "confirmed": True, "progress": quiet, **files}
    used = processor_seconds()
    first, report = timed(lambda: import_organisation(**args))
    used = processor_seconds() - used
    again, _ = timed(lambda: import_organisation(**args))
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    rows = sum(one["read"] for one in report.files.values())
    return {
        "files": report.files, "rejected": report.rejected, "simulate_s": simulated, "import_s": first,
        "import_processor_s": used,
        "again_s": again, "rows_per_s": rows / first,
        "peak_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip


def bring_in_by_rows(work: Path, most: int) -> dict[str, Any]:
    """The obvious way: rows checked in Python against dictionaries, written by bulk_create; undone at the end."""
    from django.db import transaction
    from django.utils import timezone

    from yihu.hub.foundation.org.models import Appointment, Post, User

    now = timezone.now()

    def take() -> int:
        posts = {p.code: p for p in Post.objects.all()}
        known = set(User.objects.values_list("username", flat=True))
        made: list[tuple[User, Post]] = []
        with (work / "files" / "people.csv").open(encoding="utf-8") as stream:
            for row in csv.DictReader(stream):
                name = f"x{row['username']}"
                post = posts.get(row["post_code"])
                if name in known or post is None:
                    continue
                user = User(username=name, display_name=row["display_name"], office_id=post.office_id)
                user.set_unusable_password()
                made.append((user, post))
                if len(made) == most:
                    break
        User.objects.bulk_create([u for u, _ in made], batch_size=5_000)
        Appointment.objects.bulk_create(
            [
                Appointment(
                    user=u, post=p, valid_from="2018-06-15", is_primary=True, appointed_at=now, confirmed_at=now
                )
                for u, p in made
            ],
            batch_size=5_000,
        )
        return len(made)

    with transaction.atomic():
        seconds, count = timed(take)
        transaction.set_rollback(True)
    return {"people": count, "seconds": seconds, "people_per_s": count / seconds}


def draw(duty: str, level: int, count: int, rng: random.Random) -> list[int]:
    """Ids of people who hold a duty at offices of a level."""
    from yihu.hub.foundation.org.models import Appointment

    held = Appointment.objects.filter(post__code__endswith=f"-{duty}", post__office__level=level)
    ids = list(held.order_by("id").values_list("user_id", flat=True)[:200_000])
    return [rng.choice(ids) for _ in range(count)] if ids else []


def access(samples: int, rng: random.Random) -> dict[str, dict[str, float]]:
    """What a request asks: the person as stored, a decision about one taxpayer, the scope of a list."""
    from django.db import connection

    from yihu.hub.base.access import Thing, decide
    from yihu.hub.foundation.org.models import User

    def decided(pk: int) -> None:
        user = User.objects.get(pk=pk)
        decide(user, "household.view", Thing(office_code=user.office.code, division_code=user.office.division_code))

    def scoped(pk: int) -> None:
        User.objects.get(pk=pk).scope("household.view")

    def by_parent(pk: int) -> None:
        user = User.objects.get(pk=pk)
        user.holds("household.view")
        with connection.cursor() as cursor:
            cursor.execute(CODES_BY_PARENT, [user.office_id])
            cursor.fetchall()

    found = {}
    people = {
        "officer": draw("OFFICER", 5, samples, rng),
        "chief of a county": draw("SECTION_CHIEF", 4, samples, rng),
        "director of a province": draw("DIRECTOR", 2, samples, rng),
        "director at the top": draw("DIRECTOR", 1, samples, rng),
    }
    for who, ids in people.items():
        if ids:
            found[f"decision, {who}"] = measure(decided, ids)
            found[f"scope, {who}"] = measure(scoped, ids)
            found[f"scope by parent, {who}"] = measure(by_parent, ids)
    return found


def lists(samples: int, rng: random.Random) -> dict[str, dict[str, float]]:
    """First page and count of the people below an office, by the path and by the parent."""
    from django.db import connection

    from yihu.hub.foundation.org.models import Office
    from yihu.hub.foundation.org.selectors.people import count_up_to, list_people

    def page(office: Office) -> None:
        list(list_people(None, under=office)[:PAGE])

    def count(office: Office) -> None:
        count_up_to(list_people(None, under=office))

    def run(query: str) -> Callable[[Office], None]:
        def ask(office: Office) -> None:
            with connection.cursor() as cursor:
                cursor.execute(query, [office.pk])
                cursor.fetchall()

        return ask

    found = {}
    for name, level in (("the top", 1), ("a province", 2), ("a city", 3), ("a county", 4)):
        offices = list(Office.objects.filter(level=level))
        drawn = [rng.choice(offices) for _ in range(samples if level > 1 else max(5, samples // 10))]
        few = drawn[: max(5, samples // 10)]  # the obvious way takes seconds a page
        found[f"first page below {name}"] = measure(page, drawn)
        found[f"first page by parent, {name}"] = measure(run(BY_PARENT), few)
        found[f"count below {name}"] = measure(count, drawn)
        found[f"count by parent, {name}"] = measure(run(COUNT_BY_PARENT), few)
    return found


def move(rng: random.Random) -> dict[str, float]:
    """Move a city with all below it to another province; undone at the end."""
    from datetime import date

    from django.db import transaction
    from django.utils import timezone

    from yihu.hub.foundation.org.models import Office
    from yihu.hub.foundation.org.services.offices import move_office

    city = rng.choice(list(Office.objects.filter(level=3)))
    other = rng.choice(list(Office.objects.filter(level=2).exclude(pk=city.parent_id)))
    with transaction.atomic():
        below = Office.objects.filter(path__startswith=city.path).count()
        seconds, _ = timed(
            lambda: move_office(
                actor=None,
                now=timezone.now(),
                office=city,
                parent=other,
                effective_on=date.today(),  # noqa: DTZ011
            )
        )
        transaction.set_rollback(True)
    return {"offices": below, "ms": round(seconds * 1000, 1)}


def tell(name: str, found: dict[str, Any]) -> dict[str, Any]:
    """Say at once what was found: a run takes minutes, and a later part may fail."""
    print(name, json.dumps(found, ensure_ascii=False, default=float), file=sys.stderr, flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--offices", type=int, default=50_000)
    parser.add_argument("--people", type=int, default=800_000)
    parser.add_argument("--samples", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--queries-only", action="store_true", help="on what an earlier run imported")
    parser.add_argument("--without-history", action="store_true", help="row history switched off, to compare")
    parser.add_argument("--import-only", action="store_true")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    open_database(given.work.resolve())
    rng = random.Random(given.seed)
    result: dict[str, Any] = {"load": os.getloadavg(), "offices": given.offices, "people": given.people}
    if given.without_history:
        without_history()
    if not given.queries_only:
        result["import"] = tell("import", bring_in(given.work, given.offices, given.people, given.seed))
    if given.import_only:
        stop_database()
        return
    if not given.queries_only:
        result["import by rows"] = tell("import by rows", bring_in_by_rows(given.work, min(40_000, given.people)))
    result["access"] = tell("access", access(given.samples, rng))
    result["lists"] = tell("lists", lists(given.samples, rng))
    result["move"] = move(rng)
    result["load after"] = os.getloadavg()
    print(json.dumps(result, ensure_ascii=False, indent=1, default=float))
    stop_database()


if __name__ == "__main__":
    main()
