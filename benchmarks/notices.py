"""
Notices: writing one, fanning out to many, counting what is unread, and thousands of open streams beside polling.

    python benchmarks/notices.py --people 20000 --streams 3000

Starts a PostgreSQL of its own below a temporary directory. Streams are real sockets to the live process as the
supervisor starts it, one signed-in person each; "looking" asks the real web server for the badge instead. Processor
time is that of the process named, from /proc.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

WEB, LIVE = 8687, 8688
PEOPLE = """
INSERT INTO org_user (username, password, display_name, office_id, is_active, created_at)
SELECT 'b' || n, '!', '人员' || n, %(office)s, true, now() FROM generate_series(1, %(count)s) n;
INSERT INTO org_appointment (user_id, post_id, valid_from, is_primary, appointed_at, confirmed_at, end_reason)
SELECT id, %(post)s, '2020-01-01', true, now(), now(), '' FROM org_user WHERE username LIKE 'b%%';
"""
BARE = """
INSERT INTO notices_notice
 (receiver_id, template, kind, urgency, title, body, url, about, key, needs_confirm, created_at)
SELECT u, 't.t', 'TASK', 1, 'x', 'x', '', '', '', false, now() FROM unnest(%s::bigint[]) u
"""
TICKS = os.sysconf("SC_CLK_TCK")


def make_people(count):
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
        cursor.execute("ANALYZE")
    return office, list(User.objects.filter(username__startswith="b").order_by("pk"))


def rate(name, count, act):
    began, before = time.perf_counter(), time.process_time()
    act()
    took, used = time.perf_counter() - began, time.process_time() - before
    print(
        f"{name}: {count:,} in {took:.2f} s, {count / took:,.0f}/s; {used / count * 1000:.2f} ms of processor each",
        flush=True,
    )


def register():
    from yihu.hub.foundation.notices.api import register_template

    register_template("bench.arrived", name="试验", kind="TASK", title="新待办：{title}", body="{title}",
                      fields={"title": "事项"})  # fmt: skip


def write_and_fan_out(office, people):
    """One notice a transaction, the bare insert beside it, and an announcement to everybody."""
    from django.db import connection
    from django.utils import timezone

    from yihu.hub.foundation.notices.api import notify
    from yihu.hub.foundation.notices.models import Announcement
    from yihu.hub.foundation.notices.services.announcing import carry_out

    now, some = timezone.now(), people[:2000]
    rate("notify, one transaction each", len(some), lambda: [
        notify(receiver=p, template="bench.arrived", context={"title": "请假"}, now=now) for p in some
    ])  # fmt: skip

    def bare():
        for person in some:
            with connection.cursor() as cursor:
                cursor.execute(BARE, [[person.pk]])

    rate("bare insert, one transaction each", len(some), bare)

    def announce():
        made = Announcement.objects.create(sender=people[0], office=office, title="通知", body="文" * 200,
                                           total=len(people), created_at=now)  # fmt: skip
        carry_out(announcement_id=made.pk, clock=timezone.now)

    rate("announcement to all, inbox", len(people), announce)
    with connection.cursor() as cursor:
        rate("bare insert of as many rows in one statement", len(people), lambda: cursor.execute(
            BARE, [[p.pk for p in people]]))  # fmt: skip
    _with_addresses(people, now, announce)


def _with_addresses(people, now, announce):
    from django.conf import settings

    from yihu.hub.foundation.notices.choices import Channel
    from yihu.hub.foundation.notices.keys import ADDRESSES
    from yihu.hub.foundation.notices.models import Address

    sealed = ADDRESSES.seal("b@example.cn")
    Address.objects.bulk_create(
        [Address(user=p, channel=Channel.EMAIL, sealed=sealed, digest=f"{p.pk}", mask="b***", verified_at=now,
                 effective_at=now) for p in people], batch_size=2000,
    )  # fmt: skip
    settings.EMAIL_HOST = "mail.example.cn"
    rate("the same where everybody has mail (a delivery queued for each)", len(people), announce)
    settings.EMAIL_HOST = ""


def count_unread(person):
    """A full inbox: the badge is counted by the index of what is unread."""
    from django.db import connection

    from yihu.hub.foundation.notices.selectors.inbox import summaries

    with connection.cursor() as cursor:
        cursor.execute(BARE, [[person.pk] * 200_000])
        cursor.execute(
            "UPDATE notices_notice SET read_at = now() WHERE receiver_id = %s AND id %% 5000 > 0", [person.pk]
        )
        cursor.execute("VACUUM ANALYZE notices_notice")
        cursor.execute(
            "EXPLAIN SELECT count(*) FROM notices_notice WHERE receiver_id = %s AND read_at IS NULL "
            "AND archived_at IS NULL AND recalled_at IS NULL", [person.pk],
        )  # fmt: skip
        plan = next(line for (line,) in cursor.fetchall() if "Scan" in line).strip()
    times = []
    for _ in range(200):
        began = time.perf_counter()
        summaries([person.pk])
        times.append((time.perf_counter() - began) * 1000)
    print(f"badge of an inbox of 200,000: p50 {statistics.median(times):.2f} ms; {plan.split('  (')[0]}", flush=True)


def make_sessions(people):
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore

    keys, now = [], int(time.time())
    for user in people:
        session = SessionStore()
        session.update({
            "_auth_user_id": str(user.pk), "_auth_user_backend": settings.AUTHENTICATION_BACKENDS[0],
            "_auth_user_hash": user.get_session_auth_hash(), "began": now, "seen": now, "owed": "",
        })  # fmt: skip
        session.create()
        keys.append(session.session_key)
    return keys


def cpu_of(pid):
    """Processor seconds of a process and its children."""
    pids = [pid, *_children(pid)]
    return (
        sum(sum(map(int, Path(f"/proc/{p}/stat").read_text().rsplit(")", 1)[1].split()[11:13])) for p in pids) / TICKS
    )


def memory_of(pid):
    pages = sum(int(Path(f"/proc/{p}/statm").read_text().split()[1]) for p in [pid, *_children(pid)])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _children(pid):
    found = subprocess.run(["ps", "--ppid", str(pid), "-o", "pid="], capture_output=True, text=True).stdout.split()
    return [int(child) for child in found]


async def streams(pid, keys, people):
    """Open a stream for each session, let them rest, then write to one and to all."""
    from asgiref.sync import sync_to_async
    from django.utils import timezone

    from yihu.hub.foundation.notices.api import notify, notify_many

    empty, heard = memory_of(pid), {}

    async def listen(number, key, opened):
        reader, writer = await asyncio.open_connection("127.0.0.1", LIVE)
        writer.write(
            f"GET /notices/live HTTP/1.1\r\nHost: 127.0.0.1:{LIVE}\r\nCookie: yihu_session={key}\r\n\r\n".encode()
        )
        while True:
            line = await reader.readline()
            if not line:
                return
            if line.startswith(b"data: "):
                heard.setdefault(number, []).append(time.perf_counter())
                opened.set()

    events = [asyncio.Event() for _ in keys]
    began = time.perf_counter()
    tasks = []
    for at in range(0, len(keys), 500):
        tasks += [asyncio.create_task(listen(n, keys[n], events[n])) for n in range(at, min(at + 500, len(keys)))]
        await asyncio.wait_for(asyncio.gather(*(e.wait() for e in events[at : at + 500])), 60)
    print(f"{len(keys):,} streams opened, each signed in and told, in {time.perf_counter() - began:.1f} s; "
          f"{memory_of(pid):.0f} MiB, {empty:.0f} MiB without any", flush=True)  # fmt: skip
    before = cpu_of(pid)
    await asyncio.sleep(60)
    print(
        f"at rest for 60 s (two beats, one check of all sessions): {cpu_of(pid) - before:.2f} s of processor",
        flush=True,
    )
    waits = []
    for n in range(40):
        heard.clear()
        began = time.perf_counter()
        await sync_to_async(notify)(
            receiver=people[n], template="bench.arrived", context={"title": n}, now=timezone.now()
        )
        while n not in heard:
            await asyncio.sleep(0.002)
        waits.append((heard[n][0] - began) * 1000)
    waits.sort()
    print(f"from writing one to its page: p50 {waits[20]:.0f} ms, p95 {waits[37]:.0f} ms", flush=True)
    heard.clear()
    before, began = cpu_of(pid), time.perf_counter()
    await sync_to_async(notify_many)(
        receivers=people, template="bench.arrived", context={"title": "x"}, now=timezone.now()
    )
    wrote = time.perf_counter() - began
    while len(heard) < len(keys) and time.perf_counter() - began < 60:
        await asyncio.sleep(0.02)
    last = max(times[0] for times in heard.values()) - began
    print(f"one to all: written in {wrote:.2f} s, the last of {len(heard):,} pages told after {last:.2f} s, "
          f"{cpu_of(pid) - before:.2f} s of processor", flush=True)  # fmt: skip
    for task in tasks:
        task.cancel()


def look(pid, key, count=300):
    """What asking for the badge costs the web server, unchanged (304) as it mostly is."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{WEB}/notices/count/", headers={"Cookie": f"yihu_session={key}", "X-Background": "1"}
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310 (our own server)
        mark = answer.headers["ETag"]
    request.add_header("If-None-Match", mark)
    before, times = cpu_of(pid), []
    for _ in range(count):
        began = time.perf_counter()
        try:
            urllib.request.urlopen(request).close()  # noqa: S310 (our own server)
        except urllib.error.HTTPError as error:
            if error.code != 304:
                raise
        times.append((time.perf_counter() - began) * 1000)
    each = (cpu_of(pid) - before) / count
    print(
        f"looking: {each * 1000:.1f} ms of processor a look in the web process, p50 {statistics.median(times):.1f} ms",
        flush=True,
    )
    for seconds in (60, 10, 1):
        print(f"  3,000 people once in {seconds} s: {3000 / seconds * each:.2f} processors", flush=True)


def started(command, port):
    environment = {k: v for k, v in os.environ.items() if k != "YIHU_DATABASE_ROLE"}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).close()
            return process
        except urllib.error.HTTPError:
            return process
        except OSError:
            time.sleep(0.2)
    raise SystemExit("a server did not start")


def main():
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=20_000)
    asked.add_argument("--streams", type=int, default=3_000)
    asked.add_argument("--only", choices=("writing", "streams"))
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="yihu-bench-") as home:
        os.environ |= {"YIHU_HOME": home, "YIHU_LOG_LEVEL": "WARNING", "YIHU_SMS_GATEWAY": "none"}
        Path(home).chmod(0o755)
        from yihu.hub.config.database import embedded
        from yihu.hub.config.serve import open_database
        from yihu.hub.config.supervisor import live_command, web_command

        open_database("基准测试")
        processes = []
        try:
            office, people = make_people(options.people)
            register()
            if options.only != "streams":
                write_and_fan_out(office, people)
                count_unread(people[-1])
            if options.only == "writing":
                return
            keys = make_sessions(people[: options.streams])
            processes = [started(live_command("127.0.0.1", LIVE), LIVE), started(web_command("127.0.0.1", WEB), WEB)]
            asyncio.run(streams(processes[0].pid, keys, people[: options.streams]))
            look(processes[1].pid, keys[0])
        finally:
            for process in processes:
                process.terminate()
                process.wait(30)
            embedded().stop()


if __name__ == "__main__":
    sys.exit(main())
