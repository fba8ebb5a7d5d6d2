"""
The workflow engine: many cases with killed processes, random verbs, and what a step costs as a case grows longer.

    python benchmarks/workflow.py cases --count 50000 --workers 2 --kill-every 5 --work /tmp/workflow
    python benchmarks/workflow.py verbs --count 100000 --seed 1 --work /tmp/workflow
    python benchmarks/workflow.py length --rounds 8 32 128 512 --work /tmp/workflow

Everything runs on a database of its own, embedded, below --work, which may be deleted afterwards.

`cases`: worker processes start cases and carry them to their end by the same services as the pages; nine of ten need
one approval, the tenth is a fork, a choice, a sub-process or a called process, and a tenth of the acts are returns,
transfers, delegations and added signers. Every few seconds one worker is ended by SIGKILL and another begun; three
times in between all are killed at once and the open places are compared with the lists of people; at the end nothing
may be open anywhere. `verbs` is the walk of `tests/wandering.py`; a fifth of the time the process is checked at once,
at the end all are. `length` sends one case back again and again, each step as a request would do it, as `spiff_fit.py`
does.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

NAMES = [f"officer{n}" for n in range(8)]
OPEN_TODOS = """
SELECT key, receiver_id FROM tasks_todo t JOIN tasks_source s ON s.id = t.source_id
 WHERE s.code = 'workflow' AND t.state = 'PENDING'
"""
OPEN_PLACES = "SELECT id::text, assignee_id FROM workflow_assignment WHERE state = 'OPEN'"
# Each counts what must not be there once every case has ended.
LEFT_OVER = {
    "running instances": "SELECT count(*) FROM workflow_instance WHERE state IN ('RUNNING', 'SUSPENDED')",
    "live tokens": "SELECT count(*) FROM workflow_token WHERE state <> 'GONE'",
    "open steps": "SELECT count(*) FROM workflow_step WHERE state = 'OPEN'",
    "pending places": "SELECT count(*) FROM workflow_assignment WHERE state IN ('OPEN', 'WAITING')",
    "open incidents": "SELECT count(*) FROM workflow_incident WHERE resolved_at IS NULL",
    "timers set": "SELECT count(*) FROM workflow_timer WHERE state = 'SET'",
    "pending to-dos": f"SELECT count(*) FROM ({OPEN_TODOS}) t",
    "trails with a gap": """SELECT count(*) FROM workflow_instance i WHERE i.acts <>
        (SELECT count(*) FROM workflow_act a WHERE a.instance_id = i.id)""",
    "cases twice": "SELECT count(*) - count(DISTINCT subject_number) FROM workflow_instance WHERE root_id IS NULL",
    "ends not told once": """SELECT count(*) FROM workflow_instance i WHERE 1 <>
        (SELECT count(*) FROM workflow_act a WHERE a.instance_id = i.id AND a.verb = 'end')""",
    "verdicts without their to-do": """SELECT count(*) FROM workflow_assignment a WHERE a.state = 'DONE' AND 1 <>
        (SELECT count(*) FROM tasks_todo t WHERE t.key = a.id::text AND t.state IN ('DONE', 'FINISHED'))""",
    "acts missing in the log": """SELECT (SELECT count(*) FROM workflow_act WHERE actor_id IS NOT NULL OR verb = 'end')
        - (SELECT count(*) FROM audit_accessrecord WHERE verb LIKE 'process.%')""",
}


def open_database(work: Path, *, prepare: bool) -> None:
    os.environ["YIHU_HOME"] = str(work)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yihu.hub.config.settings")
    from yihu.hub.config import database
    from yihu.hub.config.roles import OWNER

    os.environ["YIHU_DATABASE_ROLE"] = OWNER
    database.ensure_running()
    import django

    django.setup()
    if prepare:
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        _make_people()
    # Sign-in and pages are not measured here: the log is written as ever, notices and to-dos too.


def _make_people() -> None:
    from yihu.hub.conftest import LONG_AGO, appointed
    from yihu.hub.foundation.org.choices import OfficeLevel, StandardDuty
    from yihu.hub.foundation.org.models import Duty, DutyPermission, Office, Post, PostDuty

    if Office.objects.filter(code="1440300").exists():
        return
    top = Office.objects.create(
        code="1440300", name="市局", level=OfficeLevel.CITY, path="1440300/", valid_from=LONG_AGO
    )
    east = Office.objects.create(code="1440303", name="东所", level=OfficeLevel.BRANCH, parent=top,
                                 path="1440300/1440303/", valid_from=LONG_AGO)  # fmt: skip
    for name in NAMES:
        appointed(StandardDuty.OFFICER, east, name)
    appointed(StandardDuty.DIRECTOR, top, "director")
    for model in (Duty, DutyPermission, PostDuty, Post):
        model.objects.update(valid_from=LONG_AGO)


def _people() -> dict[str, Any]:
    from yihu.hub.foundation.org.api import User

    return {u.username: u for u in User.objects.filter(username__in=[*NAMES, "director"])}


def _query(sql: str) -> list[tuple[Any, ...]]:
    from django.db import connection

    from yihu.hub.base.row_scope import as_system

    with as_system("核对"), connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def _versions() -> list[Any]:
    from django.utils import timezone

    from yihu.hub.centres.workflow import api
    from yihu.hub.centres.workflow.tests.bpmn import line, user
    from yihu.hub.centres.workflow.tests.wandering import ALL, drawings

    found = drawings(NAMES) | {"plain": line(user("a", f"{NAMES[0]} {NAMES[1]}", verbs=ALL))}
    return [
        api.freeze_process(key=f"wander-{key}", xml=found[key], roles={}, actor=None, now=timezone.now())
        for key in ("plain", "choice", "fork", "some", "nested", "calling")
    ]


def _version_of(case: int, versions: list[Any]) -> Any:
    """Nine cases of ten need one approval, as most of an office's do; the tenth takes one of the five long ways."""
    return versions[0] if case % 10 else versions[1 + case // 10 % 5]


# ---- cases ----------------------------------------------------------------------------------------------------------


def worker(work: Path, number: int, workers: int, count: int) -> None:
    """Start and finish the cases `number`, `number + workers`, …; goes on where a killed one stopped."""
    open_database(work, prepare=False)
    from yihu.hub.base.row_scope import as_system
    from yihu.hub.centres.workflow.models import Instance

    chance = random.Random(os.getpid())
    people, versions = _people(), _versions()
    mine = range(number, count, workers)
    with as_system("试验"):
        known = dict(Instance.objects.filter(root=None).values_list("subject_number", "state"))
    times = (work / f"times-{number}.txt").open("a", buffering=1)
    for case in mine:
        state = known.get(f"C{case:06d}")
        if state is None or state in {"RUNNING", "SUSPENDED"}:
            _carry(case, people, versions, chance, times, started=state is not None)


def _carry(
    case: int, people: dict[str, Any], versions: list[Any], chance: random.Random, times: Any, *, started: bool
) -> None:
    from django.utils import timezone

    from yihu.hub.base.access import Label
    from yihu.hub.base.row_scope import as_system
    from yihu.hub.centres.workflow import api
    from yihu.hub.centres.workflow.models import Assignment

    if not started:
        subject = api.Subject("bench", f"C{case:06d}", f"第 {case} 件", "", "1440303", Label.INTERNAL)
        api.start(process=_version_of(case, versions), subject=subject, data={"amount": chance.randrange(1000)},
                  initiator=people[NAMES[case % 8]], now=timezone.now())  # fmt: skip
    while True:
        with as_system("试验"):
            rows = Assignment.objects.filter(
                step__instance__subject_kind="bench", step__instance__subject_number=f"C{case:06d}", state="OPEN"
            )
            places = list(rows.select_related("step__instance", "assignee")[:4])
        if not places:
            return
        place = chance.choice(places)
        verb, more = _choose(place, people, chance)
        began = time.perf_counter()
        try:
            api.act(assignment=place, verb=verb, actor=place.assignee, now=timezone.now(), **more)
        except api.UnableToActError:
            # Some other verb than consent does not fit here: consent does.
            api.act(assignment=place, verb=api.Verb.AGREE, actor=place.assignee, now=timezone.now())
        times.write(f"{time.perf_counter() - began:.5f}\n")


def _choose(place: Any, people: dict[str, Any], chance: random.Random) -> tuple[Any, dict[str, Any]]:
    from yihu.hub.centres.workflow import api

    other = people[chance.choice(NAMES)]
    drawn = chance.random()
    if drawn < 0.03:
        return api.Verb.RETURN_TO, {"node_id": "s", "opinion": "补正"}
    for limit, verb in ((0.05, api.Verb.TRANSFER), (0.07, api.Verb.DELEGATE), (0.10, api.Verb.ADD_SIGN)):
        if drawn < limit:
            return verb, {"people": [other]}
    return api.Verb.AGREE, {}


def cases(work: Path, count: int, workers: int, kill_every: float) -> None:
    open_database(work, prepare=True)
    _versions()
    chance = random.Random(1)
    for old in work.glob("times-*.txt"):
        old.unlink()
    began, kills, checkpoints = time.monotonic(), 0, [0.25, 0.5, 0.75]
    running = {n: _spawn(work, n, workers, count) for n in range(workers)}
    next_kill = began + kill_every
    while running:
        time.sleep(1)
        for n, process in list(running.items()):
            if process.poll() is not None:
                if process.returncode not in {0, -signal.SIGKILL}:
                    raise SystemExit(f"a worker failed with {process.returncode}")
                del running[n]
                if process.returncode != 0:
                    running[n] = _spawn(work, n, workers, count)
        if running and time.monotonic() > next_kill:
            next_kill = time.monotonic() + kill_every * chance.uniform(0.5, 1.5)
            chance.choice(list(running.values())).kill()
            kills += 1
        ended = _query("SELECT count(*) FROM workflow_instance WHERE root_id IS NULL AND state <> 'RUNNING'")[0][0]
        if checkpoints and ended >= count * checkpoints[0]:
            checkpoints.pop(0)
            kills += _kill_all_and_compare(running)
    _tell_cases(work, count, time.monotonic() - began, kills)


def _spawn(work: Path, number: int, workers: int, count: int) -> "subprocess.Popen[bytes]":
    asked = ["worker", "--work", str(work), "--number", str(number), "--workers", str(workers), "--count", str(count)]
    return subprocess.Popen([sys.executable, __file__, *asked])


def _kill_all_and_compare(running: dict[int, Any]) -> int:
    for process in running.values():
        process.kill()
        process.wait()
    # What a killed process had not committed, PostgreSQL rolls back when it notices.
    time.sleep(2)
    todos, places = set(_query(OPEN_TODOS)), set(_query(OPEN_PLACES))
    assert todos == places, f"lists and open places differ: {len(todos ^ places)}"
    print(f"  all killed: {len(places)} open places, each with its to-do, no other", flush=True)
    return len(running)


def _tell_cases(work: Path, count: int, seconds: float, kills: int) -> None:
    times = sorted(float(line) for path in work.glob("times-*.txt") for line in path.read_text().split())
    left = {name: _query(sql)[0][0] for name, sql in LEFT_OVER.items()}
    found = _query("SELECT count(*) FROM workflow_instance WHERE root_id IS NULL")[0][0]
    acts = _query("SELECT count(*) FROM workflow_act")[0][0]
    print(f"{found} cases begun and ended in {seconds:.0f} s, {acts} acts, {kills} processes killed")
    print(f"  {found / seconds:.1f} cases/s, {len(times) / seconds:.1f} acts of people/s")
    p = [times[min(len(times) - 1, int(len(times) * q))] * 1000 for q in (0.5, 0.95, 0.99)]
    print(f"  an act: median {p[0]:.1f} ms, p95 {p[1]:.1f} ms, p99 {p[2]:.1f} ms")
    for name, number in left.items():
        print(f"  {name}: {number}")
    assert found == count, f"{found} of {count}"
    assert not any(left.values()), left


# ---- random verbs, and length ---------------------------------------------------------------------------------------


def verbs(work: Path, count: int, seed: int) -> None:
    open_database(work, prepare=True)
    from django.db import connection
    from django.utils import timezone

    from yihu.hub.base.row_scope import as_system
    from yihu.hub.centres.workflow.models import Instance
    from yihu.hub.centres.workflow.tests.wandering import Wanderer, assert_sound

    people = _people()
    with connection.cursor() as cursor:
        # The walk asks what is right, not what survives a power cut: it need not wait for the disk.
        cursor.execute("SET synchronous_commit = off")
    some = random.Random(seed)

    def check(instance: Any) -> None:
        """A fifth of the time at once; at the end everything."""
        if some.random() < 0.2:
            assert_sound(instance)

    walk = Wanderer([people[n] for n in NAMES], people["director"], "1440303", timezone.now(), seed)
    # The work calendar must know the way ahead: the walk's clock moves fast.
    walk.now, horizon = walk.now.replace(month=1, day=5), walk.now.replace(month=12, day=20)
    began = time.monotonic()
    while sum(walk.tried.values()) < count:
        walk.wander(min(count, sum(walk.tried.values()) + 1000), check=check)
        if walk.now > horizon - timedelta(days=30):
            walk.now = walk.now.replace(month=1, day=5)
        print(
            f"  {sum(walk.tried.values())} verbs, {walk.started} processes, {time.monotonic() - began:.0f} s",
            flush=True,
        )
    with as_system("核对"):
        for one in Instance.objects.filter(root=None).iterator():
            assert_sound(one)
    done = sum(walk.tried.values()) - sum(walk.refused.values())
    print(f"{sum(walk.tried.values())} verbs on {walk.started} processes, {done} done, no task lost, no orphan")
    print("  tried:", dict(walk.tried.most_common()))
    print("  refused:", dict(walk.refused.most_common()))


def length(work: Path, rounds: list[int]) -> None:
    open_database(work, prepare=True)
    from django.utils import timezone

    from yihu.hub.base.access import Label
    from yihu.hub.base.row_scope import as_system
    from yihu.hub.centres.workflow import api
    from yihu.hub.centres.workflow.models import Assignment
    from yihu.hub.centres.workflow.tests.bpmn import line, user

    people = _people()
    xml = line(user("a", NAMES[1]), user("b", NAMES[2]))
    version = api.freeze_process(key="length", xml=xml, roles={}, actor=None, now=timezone.now())
    for many in rounds:
        subject = api.Subject("bench", f"L{many}-{os.getpid()}", "长件", "", "1440303", Label.INTERNAL)
        made = api.start(process=version, subject=subject, data={}, initiator=people[NAMES[0]], now=timezone.now())
        seconds = []
        for step in range(many * 2):
            with as_system("试验"):
                rows = Assignment.objects.filter(step__instance=made, state="OPEN")
                place = rows.select_related("step__instance", "assignee").get()
            returns = step % 2 == 1
            more = {"node_id": "a", "opinion": "补正"} if returns else {}
            began = time.perf_counter()
            api.act(assignment=place, verb=api.Verb.RETURN_TO if returns else api.Verb.AGREE, actor=place.assignee,
                    now=timezone.now(), **more)  # fmt: skip
            seconds.append(time.perf_counter() - began)
        first, last = sorted(seconds[:8])[4], sorted(seconds[-8:])[4]
        print(f"returns {many:5}: step {first * 1000:6.1f} -> {last * 1000:6.1f} ms", flush=True)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("what", choices=["cases", "verbs", "length", "worker"])
    asked.add_argument("--work", type=Path, required=True)
    asked.add_argument("--count", type=int, default=50_000)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--number", type=int, default=0)
    asked.add_argument("--kill-every", type=float, default=5.0)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--rounds", type=int, nargs="+", default=[8, 32, 128, 512])
    given = asked.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    if given.what == "cases":
        cases(given.work, given.count, given.workers, given.kill_every)
    elif given.what == "worker":
        worker(given.work, given.number, given.workers, given.count)
    elif given.what == "verbs":
        verbs(given.work, given.count, given.seed)
    else:
        length(given.work, given.rounds)


if __name__ == "__main__":
    main()
