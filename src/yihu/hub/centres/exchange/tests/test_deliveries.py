"""Messages out: at least once, signed, tried again ever more slowly, never to where they must not go."""

import base64
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection
from django.utils import timezone

from yihu.hub.centres.exchange.choices import DeliveryState, KeyKind, SystemState
from yihu.hub.centres.exchange.models import Breaker, Delivery, OutsideSystem, Passage
from yihu.hub.centres.exchange.services import deliveries, transport
from yihu.hub.centres.exchange.services.deliveries import deliver, due_deliveries, queue_delivery, resend_delivery
from yihu.hub.centres.exchange.services.outgoing import own_public_key
from yihu.hub.centres.exchange.tests.receiver import Receiver, listening
from yihu.hub.centres.exchange.tests.rows import caller_of, delivery_of
from yihu.kit.signatures import Message, check_digest, check_signature, read_signed


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    with listening() as found:
        settings.EXCHANGE_PRIVATE_NETWORKS = ["127.0.0.0/8"]
        settings.EXCHANGE_PLAIN_HOSTS = [found.host]
        yield found


@pytest.fixture
def target(system: OutsideSystem, receiver: Receiver) -> OutsideSystem:
    system.hosts, system.webhook_url = [receiver.host], receiver.url
    system.save()
    return system


def check(receiver: Receiver, key: Any, at: int = -1) -> None:
    """What arrived is whole and signed by the key."""
    heard = receiver.heard[at]
    check_digest(heard["headers"]["Content-Digest"], heard["body"])
    parts = urlsplit(heard["path"])
    message = Message("POST", parts.path, parts.query, heard["headers"]["Content-Digest"])
    check_signature(message, read_signed(heard["headers"]), key)


@pytest.mark.django_db
def test_a_message_arrives_signed_by_this_installation(target: OutsideSystem, receiver: Receiver) -> None:
    caller_of(target)
    made = queue_delivery(
        system_code=target.code, event="todo.decided", reference="F-1", payload={"key": "F-1", "verdict": "同意"},
        now=timezone.now(),
    )  # fmt: skip
    assert made is not None
    assert deliver(delivery_id=made.pk, now=timezone.now())
    check(receiver, Ed25519PublicKey.from_public_bytes(base64.b64decode(own_public_key())))
    heard = receiver.heard[0]
    assert heard["headers"]["Yihu-Event-Id"] == str(made.event_id)
    assert '"verdict": "同意"' in heard["body"].decode()
    made.refresh_from_db()
    assert (made.state, made.tries, made.last_status) == ("DELIVERED", 1, 200)
    passage = Passage.objects.get()
    assert (passage.direction, passage.status, passage.trace) == ("OUT", 200, str(made.event_id))
    assert not deliver(delivery_id=made.pk, now=timezone.now()), "what arrived is not sent again"


@pytest.mark.django_db
def test_a_shared_secret_signs_when_there_is_one(target: OutsideSystem, receiver: Receiver) -> None:
    caller_of(target)
    shared = caller_of(target, KeyKind.HMAC_SM3)
    deliver(delivery_id=delivery_of(target).pk, now=timezone.now())
    check(receiver, shared.secret)


@pytest.mark.django_db
@pytest.mark.parametrize("status", [302, 404, 500, 503])
def test_anything_but_success_is_tried_again_later(target: OutsideSystem, receiver: Receiver, status: int) -> None:
    receiver.answers, row, now = [status, 200], delivery_of(target), timezone.now()
    assert not deliver(delivery_id=row.pk, now=now)
    assert len(receiver.heard) == 1, "a redirect is not followed"
    row.refresh_from_db()
    assert (row.state, row.tries, row.last_status) == ("PENDING", 1, status)
    assert timedelta(seconds=9) < row.next_at - now < timedelta(seconds=30)
    assert due_deliveries(now + timedelta(seconds=5)) == []
    assert deliver(delivery_id=row.pk, now=row.next_at)
    assert [one["headers"]["Yihu-Event-Id"] for one in receiver.heard] == [str(row.event_id)] * 2


@pytest.mark.django_db
def test_after_the_last_try_a_person_must_send_it_again(
    target: OutsideSystem, receiver: Receiver, people: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "TRIPS_AT", 1000)
    receiver.answers, row = [500], delivery_of(target)
    for _ in range(len(deliveries.WAITS) + 1):
        row.refresh_from_db()
        deliver(delivery_id=row.pk, now=row.next_at)
    row.refresh_from_db()
    assert (row.state, len(receiver.heard)) == (DeliveryState.DEAD, len(deliveries.WAITS) + 1)
    assert "500" in row.last_error
    receiver.answers = [200]
    resend_delivery(delivery=row, actor=people["second"], now=timezone.now())
    assert deliver(delivery_id=row.pk, now=timezone.now())


@pytest.mark.django_db
def test_the_breaker_spares_a_system_that_is_down_and_closes_by_itself(
    target: OutsideSystem, receiver: Receiver
) -> None:
    receiver.answers = [500]
    rows = [delivery_of(target, reference=f"F-{n}") for n in range(deliveries.TRIPS_AT + 1)]
    now = timezone.now()
    for row in rows[:-1]:
        deliver(delivery_id=row.pk, now=now)
    until = Breaker.objects.get().open_until
    assert until is not None
    assert now < until < now + timedelta(minutes=2)
    assert not deliver(delivery_id=rows[-1].pk, now=now)
    assert len(receiver.heard) == deliveries.TRIPS_AT, "nothing is sent while it is open"
    rows[-1].refresh_from_db()
    assert (rows[-1].next_at, rows[-1].tries) == (until, 0)
    deliver(delivery_id=rows[-1].pk, now=until)
    assert Breaker.objects.get().open_until > until + timedelta(minutes=1), "one trial failed: twice as long"
    receiver.answers = [200]
    rows[0].refresh_from_db()
    assert deliver(delivery_id=rows[0].pk, now=Breaker.objects.get().open_until)
    assert (Breaker.objects.get().failures, Breaker.objects.get().open_until) == (0, None)


@pytest.mark.django_db
def test_a_disabled_system_is_sent_nothing(target: OutsideSystem, receiver: Receiver) -> None:
    row = delivery_of(target)
    target.state = SystemState.DISABLED
    target.save()
    assert not deliver(delivery_id=row.pk, now=timezone.now())
    assert receiver.heard == []


@pytest.mark.django_db
def test_a_system_without_an_address_is_told_nothing(system: OutsideSystem) -> None:
    assert queue_delivery(system_code=system.code, event="x", reference="", payload={}, now=timezone.now()) is None
    assert queue_delivery(system_code="nobody", event="x", reference="", payload={}, now=timezone.now()) is None


@pytest.mark.django_db
def test_private_addresses_are_not_called_unless_listed(
    target: OutsideSystem, receiver: Receiver, settings: Any
) -> None:
    settings.EXCHANGE_PRIVATE_NETWORKS = []
    row = delivery_of(target)
    assert not deliver(delivery_id=row.pk, now=timezone.now())
    assert receiver.heard == []
    row.refresh_from_db()
    assert "内部或保留地址" in row.last_error


@pytest.mark.django_db
def test_a_host_no_longer_registered_is_not_called(target: OutsideSystem, receiver: Receiver) -> None:
    row = delivery_of(target)
    target.hosts = ["oa.example.gov.cn"]
    target.save()
    assert not deliver(delivery_id=row.pk, now=timezone.now())
    assert receiver.heard == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "2001:0:1::1", "::1", "fe80::1",  # noqa: S104
        "fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "255.255.255.255", "64:ff9b:1::1",
    ],
)  # fmt: skip
def test_special_addresses_are_refused(address: str, settings: Any) -> None:
    settings.EXCHANGE_PRIVATE_NETWORKS = []
    assert not transport.is_allowed(ip_address(address))
    assert transport.is_allowed(ip_address("1.1.1.1"))
    assert transport.is_allowed(ip_address("2606:4700::1111"))


def test_one_private_address_among_public_ones_refuses_the_name(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EXCHANGE_PRIVATE_NETWORKS = []
    found = [(2, 1, 6, "", ("1.1.1.1", 443)), (2, 1, 6, "", ("127.0.0.1", 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *args, **more: found)
    with pytest.raises(transport.UnreachableError, match="内部或保留地址"):
        transport.call(
            method="POST", url="https://oa.example.gov.cn/", body=b"", headers={}, hosts=["oa.example.gov.cn"]
        )


def test_the_judged_address_is_the_one_called(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads elsewhere at its second look-up (DNS rebinding) gains nothing."""
    import socket

    real, asked = socket.getaddrinfo, []

    def once(host: str, *args: Any, **more: Any) -> Any:
        asked.append(host)
        if host == "localhost":
            host = "127.0.0.1" if asked.count("localhost") == 1 else "203.0.113.1"
        return real(host, *args, **more)

    monkeypatch.setattr("socket.getaddrinfo", once)
    answer = transport.call(method="POST", url=receiver.url, body=b"{}", headers={}, hosts=[receiver.host])
    assert answer.status == 200
    assert asked[0] == "localhost"
    assert "localhost" not in asked[1:]


def test_a_slow_answer_ends(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "TOTAL_SECONDS", 0.3)
    receiver.stalls, began = 2.0, time.monotonic()
    with pytest.raises(transport.UnreachableError):
        transport.call(method="POST", url=receiver.url, body=b"", headers={}, hosts=[receiver.host])
    assert time.monotonic() - began < 1.5


def test_a_long_answer_is_not_read_to_its_end(receiver: Receiver) -> None:
    receiver.body = b"x" * 2000
    with pytest.raises(transport.UnreachableError, match="超过"):
        transport.call(method="POST", url=receiver.url, body=b"", headers={}, hosts=[receiver.host], most_bytes=1024)


SENDER = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "yihu.hub.config.settings"
django.setup()
from django.conf import settings
from django.db import connection
from django.utils import timezone
connection.settings_dict.update(HOST={host!r}, USER={user!r}, NAME={name!r}, PORT={port!r})
from pathlib import Path
settings.STATE = Path({state!r})
settings.EXCHANGE_PRIVATE_NETWORKS = ["127.0.0.0/8"]
settings.EXCHANGE_PLAIN_HOSTS = [{plain!r}]
from yihu.hub.centres.exchange.services.deliveries import deliver
deliver(delivery_id={pk}, now=timezone.now())
"""


@pytest.mark.django_db(transaction=True)
def test_whoever_is_killed_while_sending_has_not_lost_the_message(
    target: OutsideSystem, receiver: Receiver, settings: Any
) -> None:
    """SIGKILL in the middle, five times; then the sweep: it arrived at least once, and is known to have."""
    row, claims = delivery_of(target), deliveries.CLAIM
    receiver.stalls = 30.0
    database = connection.settings_dict
    for kill in range(5):
        script = SENDER.format(
            host=database["HOST"], user=database["USER"], name=database["NAME"], port=database["PORT"],
            state=str(settings.STATE), plain=receiver.host, pk=row.pk,
        )  # fmt: skip
        process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], env=dict(os.environ))
        _wait(lambda known=kill: len(receiver.heard) == known + 1, process)
        process.send_signal(signal.SIGKILL)
        process.wait()
        row.refresh_from_db()
        assert row.state == DeliveryState.PENDING
        assert due_deliveries(timezone.now()) == [], "its claim still stands"
        assert not deliver(delivery_id=row.pk, now=timezone.now())
        Delivery.objects.filter(pk=row.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))
    receiver.stalls = 0.0
    later = timezone.now() + claims + timedelta(seconds=1)
    assert due_deliveries(later) == [row.pk]
    assert deliver(delivery_id=row.pk, now=later)
    row.refresh_from_db()
    assert (row.state, len(receiver.heard)) == (DeliveryState.DELIVERED, 6)
    assert {one["headers"]["Yihu-Event-Id"] for one in receiver.heard} == {str(row.event_id)}


def _wait(until: Any, process: subprocess.Popen[bytes], seconds: float = 60.0) -> None:
    ends = time.monotonic() + seconds
    while not until():
        assert process.poll() is None, "the sender ended by itself"
        assert time.monotonic() < ends
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_one(target: OutsideSystem, receiver: Receiver) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    row = delivery_of(target)
    receiver.stalls = 0.5

    def send(_: int) -> bool:
        try:
            return deliver(delivery_id=row.pk, now=timezone.now())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(send, range(4))) == [False, False, False, True]
    assert len(receiver.heard) == 1
