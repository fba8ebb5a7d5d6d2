"""
Whatever is killed and when: an inbox has each notice exactly once, and each message leaves at least once.

One test kills between any two steps of a worker in this process, by chance; another kills real worker processes.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import loads
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yihu.hub.foundation.notices.api import Channel, notify
from yihu.hub.foundation.notices.choices import State
from yihu.hub.foundation.notices.models import Delivery, Notice
from yihu.hub.foundation.notices.services import delivering
from yihu.hub.foundation.notices.services.delivering import LEASE, Outgoing, Sender, SendingError, deliver_due
from yihu.hub.foundation.notices.tests.conftest import NOON, TEMPLATE, give_address

STEPS = ("before taking", "before sending", "after sending", "refused for now", "none")


class KilledError(BaseException):
    """The process is gone: nothing after this runs."""


class Chancy(Sender):
    """Sends, and dies where the chance says."""

    def __init__(self, chance: random.Random, dying: float) -> None:
        self.chance, self.dying = chance, dying
        self.left: Counter[str] = Counter()

    def send(self, message: Outgoing) -> str:
        step = self.chance.choice(STEPS) if self.chance.random() < self.dying else "none"
        if step == "before sending":
            raise KilledError
        if step == "refused for now":
            raise SendingError("忙")
        self.left[message.token] += 1
        if step == "after sending":
            raise KilledError
        return "taken"


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), count=st.integers(1, 12), dying=st.floats(0, 0.9))
def test_kills_between_any_two_steps_lose_and_double_nothing(
    officer: Any, channels: None, seed: int, count: int, dying: float
) -> None:
    chance = random.Random(seed)
    with transaction.atomic():
        give_address(officer)
        for n in range(count):
            for _ in range(chance.randint(1, 3)):
                # The caller too is killed and tries again; its key keeps the inbox right.
                notify(receiver=officer, template=TEMPLATE, context={"title": n}, key=f"k{n}", now=NOON,
                       channels=[Channel.SMS])  # fmt: skip
        sender, now = Chancy(chance, dying), NOON
        for attempt in range(400):
            sender.dying = dying if attempt < 60 else 0
            try:
                with transaction.atomic():
                    deliver_due(senders={Channel.SMS: sender}, clock=lambda moment=now: moment)
            except KilledError:
                pass
            now += LEASE
            if not Delivery.objects.filter(state__in=[State.QUEUED, State.HELD]).exists():
                break
        assert Notice.objects.count() == count
        found = list(Delivery.objects.all())
        assert len(found) == count
        for one in found:
            assert one.state in {State.SENT, State.FAILED}
            assert one.state == State.FAILED or sender.left[f"yihu-{one.pk}"] >= 1
        transaction.set_rollback(True)


WORKER = """
import django; django.setup()
from django.utils import timezone
from yihu.hub.foundation.notices.adapters.ways_out import senders
from yihu.hub.foundation.notices.services import delivering
delivering.LEASE = __import__("datetime").timedelta(seconds=1)
delivering.BATCH = 5
while True:
    delivering.deliver_due(senders=senders(), clock=timezone.now, seconds=30)
    __import__("time").sleep(0.2)
"""


@pytest.fixture
def gateway() -> Iterator[Any]:
    """A gateway that is slow enough to be cut off in the middle, and counts what it took by our token."""
    seen: Counter[str] = Counter()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = loads(self.rfile.read(int(self.headers["Content-Length"])))
            time.sleep(0.02)
            seen[body["id"]] += 1
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"reference": "r"}')

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.seen = seen
    yield server
    server.shutdown()


def _environment(gateway: Any, state: str) -> dict[str, str]:
    at = connection.settings_dict
    return os.environ | {
        "DATABASE_URL": f"postgresql://{at['USER']}@/{at['NAME']}?host={at['HOST']}",
        "DJANGO_SETTINGS_MODULE": "yihu.hub.config.settings",
        "YIHU_HOME": state,
        "YIHU_SMS_GATEWAY": "http",
        "YIHU_SMS_URL": f"http://127.0.0.1:{gateway.server_port}/send",
        "YIHU_SMS_KEY": "k",
        "YIHU_SMS_SECRET": "s",
    }


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_real_workers_killed_at_any_moment_lose_nothing(officer, channels, gateway, tmp_path) -> None:
    give_address(officer)
    for n in range(60):
        notify(receiver=officer, template=TEMPLATE, context={"title": n}, channels=[Channel.SMS], urgency=2, now=NOON)
    Delivery.objects.update(due_at=NOON - timedelta(days=400))
    environment, chance, killed = _environment(gateway, str(tmp_path)), random.Random(7), 0
    until = time.monotonic() + 120
    while Delivery.objects.exclude(state=State.SENT).exists() and time.monotonic() < until:
        worker = subprocess.Popen([sys.executable, "-c", WORKER], env=environment, stderr=subprocess.DEVNULL)
        before = sum(gateway.seen.values())
        while sum(gateway.seen.values()) < before + 5 and worker.poll() is None and time.monotonic() < until:
            if not Delivery.objects.exclude(state=State.SENT).exists():
                break
            time.sleep(0.05)
        time.sleep(chance.random() * 0.3)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        killed += 1
    assert killed >= 3, "the test must have killed some"
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.SENT}
    assert set(gateway.seen) == {f"yihu-{pk}" for pk in Delivery.objects.values_list("pk", flat=True)}
    assert Notice.objects.count() == 60
    assert delivering.BATCH == 50
