"""
How many to-dos outside systems push a second, each request signed and checked, and how that grows with what is there.

    python benchmarks/exchange.py --seconds 10 --senders 4 --standing 0 100_000

Starts a workbench of its own below a temporary directory with the embedded PostgreSQL, and stops it. Senders are
processes with kept connections; each sends as fast as it is answered: first one to-do a request (PUT), then fifty a
request. Signatures are made by the senders on the same machine, which costs them what it costs the server to check.
Printed for each number of to-dos that stand already: requests a second, to-dos a second, median and 95th percentile of
milliseconds until the last byte, and, from /proc, processor milliseconds that server, worker and PostgreSQL together
spent a to-do (what a shared machine cannot inflate by making us wait); and what one check of a signature costs.
"""

import argparse
import base64
import http.client
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from yihu.kit.signatures import Message, check_signature, content_digest, read_signed, sign

PORT = 8677
CALL = "from yihu.hub.config.serve import serve, stop; raise SystemExit({})"
ROOT = "/api/exchange/v1/todos"
BATCH = 50
SETUP = """
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from yihu.hub.centres.exchange.catalogue import operations
from yihu.hub.centres.exchange.models import OutsideSystem, SystemKey
from yihu.hub.foundation.org.models import User
user, now = User.objects.order_by("pk").first(), timezone.now()
system = OutsideSystem.objects.create(code="bench", name="bench", office=user.office, state="ENABLED",
    operations=list(operations()), per_minute=60_000, per_day=20_000_000, valid_from=timezone.localdate(),
    registered_by=user, registered_at=now)
SystemKey.objects.create(key_id="bench", system=system, kind="ed25519", material="{key}", valid_from=now,
    expires_at=now + timedelta(days=1), made_by=user)
"""
STAND = """
import django; django.setup()
from django.db import connection
from yihu.hub.centres.exchange.models import OutsideSystem
from yihu.hub.centres.tasks.services.outside import source_row_of
source_row_of(OutsideSystem.objects.get(code="bench"))
with connection.cursor() as cursor:
    cursor.execute('''INSERT INTO tasks_todo (source_id, key, receiver_id, case_number, title, kind, node, url, app_url,
        office_code, label, initiator_name, urgency, arrived_at, order_at, state, stamp, content_stamp, low_risk,
        verdict, supervised)
      SELECT (SELECT id FROM tasks_source WHERE code = 'bench'), 'S-' || n, (SELECT min(id) FROM org_user), '',
        'standing', '', '', '', '', '', 1, '', 0, now(), now(), 'PENDING', 1, 1, false, '', false
        FROM generate_series({first}, {last}) n''')
    cursor.execute("ANALYZE tasks_todo")
"""


def run(code: str, home: Path, **more: str) -> None:
    """Run Python against the benchmark's own state directory."""
    environment = {**os.environ, "YIHU_HOME": str(home), "YIHU_LOG_LEVEL": "WARNING", **more}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=900)


def as_owner(code: str, home: Path) -> None:
    run(code, home, DJANGO_SETTINGS_MODULE="yihu.hub.config.settings", YIHU_DATABASE_ROLE="owner")


def send(task: tuple[int, bytes, str, float, int]) -> list[tuple[float, int]]:
    """One sender: (seconds, to-dos taken) of each request until its time is over."""
    number, raw, receiver, seconds, batch = task
    key, made, ends = Ed25519PrivateKey.from_private_bytes(raw), [], time.perf_counter() + seconds
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    while time.perf_counter() < ends:
        names = [f"{number}-{secrets.token_hex(6)}" for _ in range(batch)]
        words = {"receivers": [receiver], "title": "请审批用车申请", "stamp": int(time.time() * 1000)}
        content = words if batch == 1 else {"items": [words | {"key": name} for name in names]}
        method, path = ("PUT", f"{ROOT}/{names[0]}") if batch == 1 else ("POST", f"{ROOT}/batch")
        made.append(_once(connection, key, method, path, json.dumps(content).encode()))
    return made


def _once(
    connection: http.client.HTTPConnection, key: Ed25519PrivateKey, method: str, path: str, body: bytes
) -> tuple[float, int]:
    message = Message(method, path, "", content_digest(body))
    headers = sign(message, key=key, key_id="bench", created=int(time.time()), nonce=secrets.token_urlsafe(18))
    began = time.perf_counter()
    connection.request(method, path, body, {"Content-Type": "application/json", **headers})
    answer = connection.getresponse()
    told = json.loads(answer.read())
    assert answer.status == 200, told
    return time.perf_counter() - began, told["accepted"]


def processor_seconds(home: Path) -> float:
    """What every process of this benchmark's workbench has spent so far."""
    mark, ticks = f"YIHU_HOME={home}".encode(), 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                fields = (folder / "stat").read_text().rsplit(") ", 1)[1].split()
                ticks += int(fields[11]) + int(fields[12])
        except OSError:
            continue
    return ticks / os.sysconf("SC_CLK_TCK")


def measure(home: Path, raw: bytes, receiver: str, senders: int, seconds: float, batch: int) -> str:
    """One row of the table."""
    tasks, spent = [(n, raw, receiver, seconds, batch) for n in range(senders)], processor_seconds(home)
    with ProcessPoolExecutor(senders) as pool:
        made = [one for found in pool.map(send, tasks) for one in found]
    times = sorted(1000 * t for t, _ in made)
    taken = sum(n for _, n in made)
    p95, cost = times[int(len(times) * 0.95)], 1000 * (processor_seconds(home) - spent) / taken
    rates = f"{len(made) / seconds:8.1f} {taken / seconds:8.1f}"
    return f"{rates} {statistics.median(times):8.1f} {p95:8.1f} {cost:8.1f}"


def cost_of_checking(raw: bytes, rounds: int = 2000) -> float:
    """Processor microseconds to check one signature over a body of 200 bytes."""
    key, body = Ed25519PrivateKey.from_private_bytes(raw), b"x" * 200
    message = Message("PUT", f"{ROOT}/F-1", "", content_digest(body))
    headers = sign(message, key=key, key_id="bench", created=1, nonce="n" * 20)
    began = time.process_time()
    for _ in range(rounds):
        check_signature(message, read_signed(headers), key.public_key())
    return (time.process_time() - began) / rounds * 1e6


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--senders", type=int, default=4)
    options.add_argument("--standing", type=lambda text: int(text.replace("_", "")), nargs="+", default=[0, 100_000])
    asked = options.parse_args()
    raw = secrets.token_bytes(32)
    public = base64.b64encode(Ed25519PrivateKey.from_private_bytes(raw).public_key().public_bytes_raw()).decode()
    print(f"load {os.getloadavg()[0]:.1f}; one check of a signature: {cost_of_checking(raw):.0f} µs", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        try:
            run(CALL.format(f"serve(host='127.0.0.1', port={PORT}, background=True)"), home)
            as_owner(SETUP.format(key=public), home)
            print("standing  a request  requests/s  to-dos/s  median ms  p95 ms  processor ms")
            stand = 0
            for standing in sorted(asked.standing):
                if standing > stand:
                    as_owner(STAND.format(first=stand + 1, last=standing), home)
                    stand = standing
                for batch in (1, BATCH):
                    row = measure(home, raw, "officer", asked.senders, asked.seconds, batch)
                    print(f"{standing:8,} {batch:10} {row}", flush=True)
        finally:
            run(CALL.format("stop()"), home)


if __name__ == "__main__":
    main()
