"""
The list of to-dos under many users: throughput and times of list, open, approve and badge; and how cost grows.

    python benchmarks/tasks.py --users 3000 --seconds 60
    python benchmarks/tasks.py --growth 100_000,300_000,1_000_000

Starts a PostgreSQL of its own below a temporary directory and a real granian with the workbench's settings as the
web's role (row-level security on). The load comes from a process of its own (`tasks_load.py`, where the mix stands):
each user looks at the list and opens something every four minutes, approves one every ten, and each page asks for the
badge once a minute. Sessions are made beforehand; signing in is measured by sign_in.py. "Approve" is one low-risk to-do
by the batch page, decided by a source that settles it; an engine's own step comes on top.
"""

import argparse
import contextlib
import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from signed_in import headers_of, session_of

PORT = 8689
EACH = 40
ONE_BY_ONE = 100
PEOPLE = """
INSERT INTO org_user (username, password, display_name, office_id, is_active, created_at)
SELECT 'b' || n, '!', '人员' || n, %(office)s, true, now() FROM generate_series(1, %(count)s) n;
INSERT INTO org_appointment (user_id, post_id, valid_from, is_primary, appointed_at, confirmed_at, end_reason)
SELECT id, %(post)s, '2020-01-01', true, now(), now(), '' FROM org_user WHERE username LIKE 'b%%';
"""
TODOS = """
INSERT INTO tasks_todo (source_id, key, receiver_id, case_number, title, kind, node, url, app_url, office_code, label,
 initiator_name, urgency, due_at, arrived_at, order_at, state, ended_at, stamp, low_risk, verdict, supervised,
 content_stamp)
SELECT %(source)s, %(prefix)s || n, (%(people)s::bigint[])[1 + n %% cardinality(%(people)s::bigint[])],
 %(prefix)s || n, '杭州第' || n || '商贸有限公司发票额度审批', '发票额度审批', '科长审批', '/tasks/', '', 'B1', 1,
 '发起人', (n %% 3)::smallint, now() + make_interval(hours => (n %% 500)::int - 50), now(),
 now() + make_interval(hours => (n %% 500)::int - 50), CASE WHEN n %% %(open)s = 0 THEN 'PENDING' ELSE 'DONE' END,
 CASE WHEN n %% %(open)s = 0 THEN NULL ELSE now() END, 1, true, '', false, 1
  FROM generate_series(1, %(count)s) n
"""
HISTORY = 8


def start_django() -> None:
    """This process works on the benchmark's own database, as the owner until `as_web`."""
    from yihu.hub.config.serve import open_database

    open_database("基准测试")
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)


def make_people(count: int) -> list[int]:
    """An office, a post with the officer's duty, and `count` people at it."""
    from django.db import connection
    from django.utils import timezone

    from yihu.hub.foundation.org.choices import StandardDuty
    from yihu.hub.foundation.org.models import Office, User
    from yihu.hub.foundation.org.services.accounts import post_of_duty

    office = Office.objects.create(code="B1", name="基准局", level=4, path="B1/", valid_from="2020-01-01")
    post = post_of_duty(office=office, duty=StandardDuty.OFFICER, now=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, {"office": office.pk, "post": post.pk, "count": count})
    return list(User.objects.filter(username__startswith="b").order_by("pk").values_list("pk", flat=True))


def add_todos(people: list[int], count: int, prefix: str, open_every: int = 1) -> None:
    """`count` to-dos over the people in turn; one in `open_every` is pending, the others are done."""
    from django.db import connection

    from yihu.hub.centres.tasks.models import Source

    source, _ = Source.objects.get_or_create(code="bench", defaults={"name": "基准"})
    with connection.cursor() as cursor:
        cursor.execute(
            TODOS, {"source": source.pk, "people": people, "count": count, "prefix": prefix, "open": open_every}
        )
        cursor.execute("ANALYZE tasks_todo")


def make_sessions(people: list[int]) -> list[dict[str, Any]]:
    """A signed-in session for each, and what they may open and approve."""
    from yihu.hub.centres.tasks.models import Todo
    from yihu.hub.foundation.org.models import User

    found = []
    todos: dict[int, list[int]] = {pk: [] for pk in people}
    for receiver, number in Todo.objects.filter(state="PENDING").values_list("receiver_id", "pk"):
        todos[receiver].append(number)
    for user in User.objects.filter(pk__in=people):
        found.append({"session": session_of(user), "todos": todos[user.pk]})
    return found


def serve_and_load(home: Path, users: int, seconds: float, workers: int) -> None:
    """The real server, the load beside it, and what came of it."""
    environment = {k: v for k, v in os.environ.items() if k != "YIHU_DATABASE_ROLE"}
    environment["PYTHONPATH"] = str(Path(__file__).parent)
    command = [
        sys.executable, "-m", "granian", "tasks_site:application", "--interface", "wsgi", "--port", str(PORT),
        "--workers", str(workers), "--blocking-threads", "8", "--no-ws", "--log-level", "warning",
    ]  # fmt: skip
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait()
        costs(home, server.pid)
        _load(home, users, 10, "--warming")
        answer = _load(home, users, seconds)
    finally:
        server.terminate()
        server.wait(30)
    total = sum(map(len, answer["times"].values()))
    print(f"{users:,} users, {workers} worker(s), {seconds:.0f} s: {total / answer['took']:.0f} requests/s", flush=True)
    for kind, times in answer["times"].items():
        print(f"  {kind:8} n={len(times):6,}  p50 {_at(times, 50):7.0f} ms  p95 {_at(times, 95):7.0f} ms  "
              f"p99 {_at(times, 99):7.0f} ms", flush=True)  # fmt: skip
    print(f"  refused or malformed: {answer['wrong'] or 'none'}; took {answer['took']:.0f} s", flush=True)


def _load(home: Path, users: int, seconds: float, *more: str) -> dict[str, Any]:
    command = [
        sys.executable, str(Path(__file__).with_name("tasks_load.py")), "--port", str(PORT), "--users",
        str(home / "users.json"), "--count", str(users), "--seconds", str(seconds), *more,
    ]  # fmt: skip
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=seconds * 6 + 120)
    return json.loads(done.stdout)


def costs(home: Path, server: int) -> None:
    """Processor time of one request of each kind, one after the other: holds on a busy machine as on a quiet one."""
    users = json.loads((home / "users.json").read_text())
    for kind in ("badge", "list", "open", "approve"):
        _ask(kind, users[0])
        before = _used(home, server)
        for user in users[1 : ONE_BY_ONE + 1]:
            _ask(kind, user)
        web, base = ((now - then) / ONE_BY_ONE * 1000 for now, then in zip(_used(home, server), before, strict=True))
        print(f"  one {kind:8} {web:6.1f} ms of processor in the web, {base:6.1f} ms in the database", flush=True)


def _ask(kind: str, user: dict[str, Any]) -> None:
    line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
    number = user["todos"][-1] if kind == "open" else user["todos"][0]
    body = f"row={number}&verdict=AGREE&opinion=" if kind == "approve" else None
    path = {"badge": "/tasks/badge/", "list": "/tasks/", "open": f"/tasks/{number}/open/", "approve": "/tasks/batch/"}
    line.request("POST" if body else "GET", path[kind], body, headers_of(user["session"]))
    answer = line.getresponse()
    answer.read()
    assert answer.status in {200, 302}, (kind, answer.status)
    line.close()


def _used(home: Path, server: int) -> tuple[float, float]:
    """Seconds of processor used so far by the server and by the database, children included."""
    base = int((home / "pg" / "postmaster.pid").read_text().splitlines()[0])
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                parents[int(folder.name)] = (int(fields[1]), sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK"))
    return tuple(
        sum(seconds for pid, (parent, seconds) in parents.items() if top in {pid, parent}) for top in (server, base)
    )


def _wait() -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/health", timeout=2)
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the server did not start")


def _at(times: list[float], percent: int) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] * 1000


def growth(people: list[int], totals: list[int]) -> None:
    """Times of the reads behind list and badge and of one put, under the web's role, as the table grows."""
    from django.db import connection

    from yihu.hub.config.roles import WEB_ROLE

    heavy = {10: people[0], 100: people[1], 1_000: people[2], 10_000: people[3]}
    for count, person in heavy.items():
        add_todos([person], count, f"h{count}-")
    have = sum(heavy)
    for total in totals:
        add_todos(people[10:], total - have, f"t{total}-", open_every=HISTORY)
        have = total
        for count, person in heavy.items():
            with connection.cursor() as cursor:
                cursor.execute(f"SET ROLE {WEB_ROLE}")
            try:
                told = "  ".join(f"{name} {ms:6.2f}" for name, ms in _times(person).items())
            finally:
                with connection.cursor() as cursor:
                    cursor.execute("RESET ROLE")
            print(f"{total:9,} rows, {count:6,} pending of one person: {told} ms", flush=True)


def _times(person: int) -> dict[str, float]:
    from django.utils import timezone

    from yihu.hub.base.access import Scope
    from yihu.hub.base.row_scope import within
    from yihu.hub.centres.tasks.api import put_todo
    from yihu.hub.centres.tasks.selectors.counts import counts_for, tab_counts
    from yihu.hub.centres.tasks.selectors.lists import Mine
    from yihu.hub.foundation.org.models import User

    user = User.objects.get(pk=person)
    mine, numbers = Mine(user), iter(range(10**9))

    def put() -> object:
        return put_todo(
            source="bench", key=f"p{person}-{time.time_ns()}-{next(numbers)}", receiver=user, title="新到", stamp=1,
            office_code="B1", label=1, now=timezone.now(),
        )  # fmt: skip

    acts = {
        "badge": lambda: counts_for(user),
        "first page": lambda: list(mine.pending()[:20]),
        "tab counts": lambda: tab_counts(mine),
        "put": put,
    }
    with within(Scope(), user_id=person, permission="tasks.self"):
        return {name: _median(act) for name, act in acts.items()}


def _median(act: Any) -> float:
    times = []
    for _ in range(15):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=lambda t: [int(n.replace("_", "")) for n in t.split(",")], default=[])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--growth", type=lambda t: [int(n.replace("_", "")) for n in t.split(",")], default=[])
    asked = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="yihu-tasks-"))
    os.environ["YIHU_HOME"] = str(home)
    try:
        start_django()
        people = make_people(max([*asked.users, 500]))
        if asked.growth:
            growth(people, asked.growth)
        if asked.users:
            add_todos(people, EACH * len(people), "b")
            (home / "users.json").write_text(json.dumps(make_sessions(people)))
            for count in asked.users:
                serve_and_load(home, count, asked.seconds, asked.workers)
    finally:
        from yihu.hub.config.database import EmbeddedServer

        EmbeddedServer(home / "pg").stop()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
