"""
Messages to outside systems: at least once, signed, tried again ever more slowly, and not at all while a system is down.

A message is claimed before it is sent and settled after; whoever dies in between leaves a claim that ends, and the
message goes out again with the same event number.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from procrastinate.contrib.django import app

from yihu.hub.centres.exchange import keys
from yihu.hub.centres.exchange.choices import DeliveryState, Direction, SystemState
from yihu.hub.centres.exchange.models import Breaker, Delivery, OutsideSystem
from yihu.hub.centres.exchange.services.outgoing import signed_headers
from yihu.hub.centres.exchange.services.passages import note_passage
from yihu.hub.centres.exchange.services.permits import permit, write
from yihu.hub.centres.exchange.services.problems import UnableToExchangeError
from yihu.hub.centres.exchange.services.transport import UnreachableError, call
from yihu.hub.foundation.org.api import User
from yihu.kit.signatures import content_digest

DELIVER = "exchange.deliver"
# Seconds before the next try; after the last the message is given up and waits for a person.
WAITS = (10, 30, 120, 600, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)
CLAIM = timedelta(seconds=60)
# So many failures in a row open the breaker, for twice as long each time.
TRIPS_AT, FIRST_PAUSE, LONGEST_PAUSE = 5, timedelta(seconds=60), timedelta(hours=1)
MOST_ANSWER_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class _Outcome:
    status: int
    error: str
    milliseconds: int

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


def queue_delivery(
    *, system_code: str, event: str, reference: str, payload: Mapping[str, Any], now: datetime
) -> Delivery | None:
    """
    Write a message to a system in the present transaction; the worker sends it once that is committed.

    :returns: None when the system is unknown or registered no address for results
    """
    system = OutsideSystem.objects.filter(code=system_code).exclude(webhook_url="").first()
    if system is None:
        return None
    event_id = uuid4()
    body = {"event_id": str(event_id), "event": event, "at": now.isoformat(), **payload}
    made = Delivery.objects.create(
        event_id=event_id, system=system, event=event, reference=reference[:200], url=system.webhook_url,
        sealed=keys.seal(json.dumps(body, ensure_ascii=False)), next_at=now, made_at=now,
    )  # fmt: skip
    # By name: jobs stand above services.
    app.configure_task(DELIVER, queue="exchange").defer(delivery_id=made.pk)
    return made


def due_deliveries(now: datetime) -> list[int]:
    """Messages whose time has come, the oldest first, a bounded number."""
    rows = Delivery.objects.filter(state=DeliveryState.PENDING, next_at__lte=now)
    free = rows.filter(Q(claimed_until=None) | Q(claimed_until__lt=now))
    return list(free.order_by("next_at").values_list("pk", flat=True)[:50])


def deliver(*, delivery_id: int, now: datetime) -> bool:
    """
    Try one message once; says whether it arrived. Doing it twice sends it twice at worst.

    Not due, claimed by another, or held back by the breaker: nothing happens.
    """
    delivery = _claim(delivery_id, now)
    if delivery is None:
        return False
    body = keys.unseal(delivery.sealed).encode()
    outcome = _send(delivery, body, now)
    # The same clock that is passed in, and the time the sending itself took.
    _settle(delivery, outcome, content_digest(body), len(body), now + timedelta(milliseconds=outcome.milliseconds))
    return outcome.is_good


@transaction.atomic
def _claim(delivery_id: int, now: datetime) -> Delivery | None:
    rows = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).select_related("system")
    found = rows.filter(pk=delivery_id, state=DeliveryState.PENDING, next_at__lte=now).first()
    if found is None or (found.claimed_until is not None and found.claimed_until >= now):
        return None
    breaker = Breaker.objects.filter(system=found.system).first()
    if breaker is not None and breaker.open_until is not None and now < breaker.open_until:
        found.next_at = breaker.open_until
        found.save(update_fields=["next_at"])
        return None
    found.claimed_until = now + CLAIM
    found.save(update_fields=["claimed_until"])
    return found


def _send(delivery: Delivery, body: bytes, now: datetime) -> _Outcome:
    system = delivery.system
    if system.state != SystemState.ENABLED:
        return _Outcome(0, "系统没有启用", 0)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Yihu-Event": delivery.event,
        "Yihu-Event-Id": str(delivery.event_id),
        **signed_headers(system=system, method="POST", url=delivery.url, body=body, now=now),
    }
    began = time.perf_counter()
    try:
        answer = call(
            method="POST", url=delivery.url, body=body, headers=headers, hosts=system.hosts,
            most_bytes=MOST_ANSWER_BYTES,
        )  # fmt: skip
        status, error = answer.status, "" if 200 <= answer.status < 300 else f"对方应答 {answer.status}"
    except UnreachableError as problem:
        status, error = 0, str(problem)
    return _Outcome(status, error, int((time.perf_counter() - began) * 1000))


@transaction.atomic
def _settle(delivery: Delivery, outcome: _Outcome, digest: str, size: int, now: datetime) -> None:
    found = Delivery.objects.select_for_update(no_key=True).get(pk=delivery.pk)
    found.tries, found.claimed_until = F("tries") + 1, None
    found.last_status, found.last_error = outcome.status, outcome.error[:300]
    tried = delivery.tries + 1
    if outcome.is_good:
        found.state, found.ended_at = DeliveryState.DELIVERED, now
    elif tried > len(WAITS):
        found.state, found.ended_at = DeliveryState.DEAD, now
    else:
        found.next_at = now + timedelta(seconds=WAITS[tried - 1])
        app.configure_task(DELIVER, queue="exchange", schedule_at=found.next_at).defer(delivery_id=found.pk)
    found.save()
    _count_for_breaker(delivery.system, outcome.is_good, now)
    note_passage(
        system=delivery.system, direction=Direction.OUT, now=now, path=delivery.url, method="POST",
        operation=delivery.event, status=outcome.status, digest=digest, size=size, items=1,
        refused=0 if outcome.is_good else 1, milliseconds=outcome.milliseconds, trace=str(delivery.event_id),
        note=outcome.error,
    )  # fmt: skip


def _count_for_breaker(system: OutsideSystem, good: bool, now: datetime) -> None:
    Breaker.objects.get_or_create(system=system)
    breaker = Breaker.objects.select_for_update().get(system=system)
    breaker.failures = 0 if good else breaker.failures + 1
    breaker.open_until = None
    if breaker.failures >= TRIPS_AT:
        doubled = FIRST_PAUSE * 2 ** min(breaker.failures - TRIPS_AT, 10)
        breaker.open_until = now + min(doubled, LONGEST_PAUSE)
    breaker.save()


@transaction.atomic
def resend_delivery(*, delivery: Delivery, actor: User, now: datetime) -> None:
    """
    Send a message again from the start, whatever became of it; the breaker is closed, since a person says so.

    :raises UnableToExchangeError: out of reach, or the system is not enabled
    """
    found = _kept(delivery, actor)
    if found.system.state != SystemState.ENABLED:
        raise UnableToExchangeError(f"{found.system}没有启用，不能发送。")
    found.state, found.tries, found.next_at, found.ended_at = DeliveryState.PENDING, 0, now, None
    # The address may have been put right meanwhile.
    found.url = found.system.webhook_url or found.url
    found.claimed_until = None
    found.save()
    Breaker.objects.filter(system=found.system).update(failures=0, open_until=None)
    app.configure_task(DELIVER, queue="exchange").defer(delivery_id=found.pk)
    detail = {"reference": found.reference}
    write(verb="delivery.resend", actor=actor, system=found.system, detail=detail)


@transaction.atomic
def cancel_delivery(*, delivery: Delivery, actor: User, now: datetime) -> None:
    """
    Send a message no more.

    :raises UnableToExchangeError: out of reach, or it is not waiting
    """
    found = _kept(delivery, actor)
    if found.state != DeliveryState.PENDING:
        raise UnableToExchangeError("这条消息已不在等待发送，请刷新后再看。")
    found.state, found.ended_at = DeliveryState.CANCELLED, now
    found.save(update_fields=["state", "ended_at"])
    write(verb="delivery.cancel", actor=actor, system=found.system, detail={"reference": found.reference})


def _kept(delivery: Delivery, actor: User) -> Delivery:
    rows = Delivery.objects.select_for_update(of=("self",), no_key=True).select_related("system__office")
    found = rows.get(pk=delivery.pk)
    permit(actor, "exchange.operate", found.system.office)
    return found


def deliver_due() -> int:
    """Everything due now, one after another, for at most half a minute; says how many arrived."""
    arrived, ends = 0, time.monotonic() + 30
    for delivery_id in due_deliveries(timezone.now()):
        if time.monotonic() > ends:
            break
        arrived += deliver(delivery_id=delivery_id, now=timezone.now())
    return arrived
