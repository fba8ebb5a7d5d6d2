"""
The workflow engine: many cases with killed processes, random verbs, and what a step costs as a case grows longer.

    python benchmarks/workflow.py cases --count 50000 --workers 2 --kill-every 5 --work /tmp/workflow
    python benchmarks/workflow.py verbs --count 100000 --seed 1 --work /tmp/workflow
    python benchmarks/workflow.py length --rounds 8 32 128 512 --work /tmp/workflow

Everything runs on a database of its own, embedded, below --work, which may be deleted afterwards.

`cases`: worker processes start cases and carry them to their end by the same services as the pages; nine of ten need
one approval, the tenth is a fork, a choice, a sub-process or a called process, and a tenth of the acts are returns,
transfers, delegations and added signers. A tenth of the approvals are posted by a signed-in officer to the workbench
itself, under the web's role. Every few seconds a worker or the web server is ended by SIGKILL and begun again; three
times in between all are killed at once and the open places are compared with the lists of people. At the end nothing
may be open anywhere, and every act that a worker or a browser was told is done must be in the trail. `verbs` is the
walk of `tests/wandering.py`; a fifth of the time the process is checked at once, at the end all are. `length` sends one
case back again and again, each step as a request would do it, as `spiff_fit.py` does.
"""

import argparse
import http.client
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from signed_in import headers_of, session_of

PORT = 8691
BY_WEB = 0.1
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

    if prepare:
        from yihu.hub.config.serve import open_database as brought_up_to_date

        brought_up_to_date("基准测试")
        _make_people()
        return
    os.environ["YIHU_DATABASE_ROLE"] = OWNER
    database.ensure_running()
    import django

    django.setup()
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
    told = (work / f"told-{number}.txt").open("a", buffering=1)
    web = Web(people)
    for case in mine:
        state = known.get(f"C{case:06d}")
        if state is None or state in {"RUNNING", "SUSPENDED"}:
            _carry(case, people, versions, chance, told, web, started=state is not None)


class Web:
    """Officers at their browsers: an approval is a form posted to the workbench."""

    def __init__(self, people: dict[str, Any]) -> None:
        self.sessions = {user.pk: session_of(user) for user in people.values()}

    def approves(self, place: Any) -> bool:
        """Whether the workbench said it is done. It may have died before, between or after: the caller looks again."""
        line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
        body = f"verb=agree&opinion=&revision={place.step.instance.revision}"
        try:
            headers = headers_of(self.sessions[place.assignee_id])
            line.request("POST", f"/processes/places/{place.pk}/act/", body, headers)
            answer = line.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            time.sleep(0.5)
            return False
        finally:
            line.close()
        if answer.status not in {302, 503}:
            raise SystemExit(f"the workbench answered {answer.status}")
        return answer.status == 302


def _carry(
    case: int, people: dict[str, Any], versions: list[Any], chance: random.Random, told: Any, web: Web, *, started: bool
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
        by_web = verb == api.Verb.AGREE and chance.random() < BY_WEB
        if by_web:
            if not web.approves(place):
                continue
        else:
            try:
                api.act(assignment=place, verb=verb, actor=place.assignee, now=timezone.now(), **more)
            except api.UnableToActError:
                # Some other verb than consent does not fit here: consent does.
                api.act(assignment=place, verb=api.Verb.AGREE, actor=place.assignee, now=timezone.now())
        told.write(f"{'web' if by_web else 'worker'} {place.pk} {time.perf_counter() - began:.5f}\n")


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


class Running:
    """The workers and the web server, any of which may be killed and begun again."""

    def __init__(self, work: Path, count: int, workers: int) -> None:
        self.work, self.count, self.workers, self.kills = work, count, workers, Counter[str]()
        self.of = {n: self._worker(n) for n in range(workers)}
        self.web = self._web()

    def _worker(self, number: int) -> "subprocess.Popen[bytes]":
        asked = {"work": self.work, "number": number, "workers": self.workers, "count": self.count}
        words = [word for name, value in asked.items() for word in (f"--{name}", str(value))]
        return subprocess.Popen([sys.executable, __file__, "worker", *words])

    def _web(self) -> "subprocess.Popen[bytes]":
        from yihu.hub.config.supervisor import web_command

        environment = {name: value for name, value in os.environ.items() if name != "YIHU_DATABASE_ROLE"}
        return subprocess.Popen(
            web_command("127.0.0.1", PORT), env=environment, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=(self.work / "web.log").open("a"),
        )  # fmt: skip

    def renew(self) -> None:
        """Begin again what was killed; forget workers that have done all."""
        for n, process in list(self.of.items()):
            if process.poll() is not None:
                if process.returncode not in {0, -signal.SIGKILL}:
                    raise SystemExit(f"a worker failed with {process.returncode}")
                del self.of[n]
                if process.returncode != 0:
                    self.of[n] = self._worker(n)
        if self.web.poll() is not None:
            self.web = self._web()

    def kill(self, which: "subprocess.Popen[bytes]") -> None:
        """By SIGKILL, with its children; waits until the kernel has done it."""
        if which is self.web:
            os.killpg(which.pid, signal.SIGKILL)
        else:
            which.kill()
        which.wait()
        self.kills["web" if which is self.web else "worker"] += 1

    def kill_all_and_compare(self) -> None:
        for process in (*self.of.values(), self.web):
            self.kill(process)
        # What a killed process had not committed, PostgreSQL rolls back when it notices.
        time.sleep(2)
        todos, places = set(_query(OPEN_TODOS)), set(_query(OPEN_PLACES))
        assert todos == places, f"lists and open places differ: {len(todos ^ places)}"
        print(f"  all killed: {len(places)} open places, each with its to-do, no other", flush=True)


def cases(work: Path, count: int, workers: int, kill_every: float) -> None:
    open_database(work, prepare=True)
    _versions()
    chance = random.Random(1)
    for old in work.glob("told-*.txt"):
        old.unlink()
    began, checkpoints = time.monotonic(), [0.25, 0.5, 0.75]
    running = Running(work, count, workers)
    next_kill = began + kill_every
    while running.of:
        time.sleep(1)
        running.renew()
        if running.of and time.monotonic() > next_kill:
            next_kill = time.monotonic() + kill_every * chance.uniform(0.5, 1.5)
            running.kill(chance.choice([*running.of.values(), running.web]))
        ended = _query("SELECT count(*) FROM workflow_instance WHERE root_id IS NULL AND state <> 'RUNNING'")[0][0]
        if checkpoints and ended >= count * checkpoints[0]:
            checkpoints.pop(0)
            running.kill_all_and_compare()
    running.kill(running.web)
    _tell_cases(work, count, time.monotonic() - began, running.kills)


def _tell_cases(work: Path, count: int, seconds: float, kills: Counter[str]) -> None:
    told = [line.split() for path in work.glob("told-*.txt") for line in path.read_text().splitlines()]
    # A killed worker may have been cut off within a line.
    told = [words for words in told if len(words) == 3]
    left = {name: _query(sql)[0][0] for name, sql in LEFT_OVER.items()}
    in_trail = {pk for (pk,) in _query("SELECT assignment_id FROM workflow_act WHERE assignment_id IS NOT NULL")}
    left["acts told and not in the trail"] = len({int(pk) for _, pk, _ in told} - in_trail)
    found = _query("SELECT count(*) FROM workflow_instance WHERE root_id IS NULL")[0][0]
    acts = _query("SELECT count(*) FROM workflow_act")[0][0]
    print(f"{found} cases begun and ended in {seconds:.0f} s, {acts} acts, killed: {dict(kills)}")
    print(f"  {found / seconds:.1f} cases/s, {len(told) / seconds:.1f} acts of people/s")
    for where in ("worker", "web"):
        times = sorted(float(took) for by, _, took in told if by == where)
        p = [times[min(len(times) - 1, int(len(times) * q))] * 1000 for q in (0.5, 0.95, 0.99)]
        print(f"  {len(times)} by {where}: median {p[0]:.1f} ms, p95 {p[1]:.1f} ms, p99 {p[2]:.1f} ms")
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
