"""Sending what is due: retries, quiet hours, digests, what is given up and why."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from yihu.hub.foundation.notices.api import Channel, Urgency, notify
from yihu.hub.foundation.notices.choices import Failure, State
from yihu.hub.foundation.notices.models import Delivery, Preference
from yihu.hub.foundation.notices.services.delivering import (
    BACKOFF,
    LEASE,
    Outgoing,
    RefusedError,
    Sender,
    SendingError,
    deliver_due,
    note_report,
    take,
    try_again,
)
from yihu.hub.foundation.notices.services.inbox import mark_read
from yihu.hub.foundation.notices.tests.conftest import NIGHT, NOON, TEMPLATE, give_address

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("channels")]


class Recorder(Sender):
    """Takes everything, after raising what it was told to."""

    def __init__(self, *troubles: Exception) -> None:
        self.troubles = list(troubles)
        self.taken: list[Outgoing] = []

    def send(self, message: Outgoing) -> str:
        if self.troubles:
            raise self.troubles.pop(0)
        self.taken.append(message)
        return f"ref-{message.token}"


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def run(sender: Sender, now: datetime = NOON) -> bool:
    return deliver_due(senders={Channel.SMS: sender, Channel.EMAIL: sender}, clock=Clock(now))


def write(officer: Any, **more: Any) -> None:
    give = {"receiver": officer, "template": TEMPLATE, "context": {"title": "请假"}, "now": NOON}
    notify(**{**give, "channels": [Channel.SMS], **more})


def test_what_is_due_goes_out_once_with_the_number_in_the_clear_only_there(officer) -> None:
    give_address(officer)
    write(officer)
    sender = Recorder()
    assert run(sender) is False
    run(sender)
    [message] = sender.taken
    assert message.to == "13812345678"
    one = Delivery.objects.get()
    assert (one.state, one.sent_at, one.reference) == (State.SENT, NOON, f"ref-yihu-{one.pk}")
    assert one.mask == "138****5678"


def test_a_failed_try_waits_longer_each_time_and_is_given_up_at_last(officer) -> None:
    give_address(officer)
    write(officer, urgency=Urgency.URGENT)
    sender = Recorder(*[SendingError("无应答")] * 9)
    now = NOON
    for pause in BACKOFF:
        run(sender, now)
        one = Delivery.objects.get()
        assert (one.state, one.due_at - now) == (State.QUEUED, pause)
        run(sender, one.due_at - timedelta(seconds=1))
        assert Delivery.objects.get().attempts == one.attempts, "not before its time"
        now = one.due_at
    run(sender, now)
    assert (Delivery.objects.get().state, Delivery.objects.get().failure) == (State.FAILED, Failure.UNREACHABLE)
    assert run(sender, now + timedelta(days=1)) is False
    assert len(sender.troubles) == 9 - len(BACKOFF) - 1


def test_what_was_refused_is_not_tried_again_until_somebody_says_so(officer) -> None:
    give_address(officer)
    write(officer)
    run(Recorder(RefusedError("号码无效")))
    one = Delivery.objects.get()
    assert (one.state, one.failure, one.attempts) == (State.FAILED, Failure.REFUSED, 1)
    try_again(delivery=one, now=NOON)
    sender = Recorder()
    run(sender)
    assert len(sender.taken) == 1
    assert Delivery.objects.get().state == State.SENT


def test_a_retry_that_falls_into_the_night_is_held(officer) -> None:
    give_address(officer)
    write(officer)
    Delivery.objects.update(due_at=NIGHT)
    sender = Recorder()
    run(sender, NIGHT)
    one = Delivery.objects.get()
    assert (sender.taken, one.state, one.attempts) == ([], State.HELD, 0)
    run(sender, one.due_at)
    assert len(sender.taken) == 1


def test_what_a_killed_worker_held_falls_due_again_and_never_before(officer) -> None:
    give_address(officer)
    write(officer)
    assert len(take(now=NOON)) == 1
    assert take(now=NOON + LEASE / 2) == []
    assert len(take(now=NOON + LEASE)) == 1


def test_low_urgency_waits_for_one_mail_in_the_morning(officer) -> None:
    give_address(officer, Channel.EMAIL, "lin@example.cn")
    for _ in range(3):
        write(officer, channels=[Channel.EMAIL], urgency=Urgency.LOW)
    sender = Recorder()
    run(sender)
    assert sender.taken == []
    morning = NOON.replace(hour=8, minute=30) + timedelta(days=1)
    run(sender, morning)
    [message] = sender.taken
    assert message.title == "今日消息汇总（3 条）"
    assert len(message.texts) == 3
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.SENT}


def test_what_was_read_inside_does_not_go_out_any_more(officer) -> None:
    give_address(officer)
    write(officer, now=NIGHT)
    mark_read(actor=officer, numbers=None, now=NIGHT)
    sender = Recorder()
    run(sender, NIGHT + timedelta(days=1))
    assert sender.taken == []
    assert (Delivery.objects.get().state, Delivery.objects.get().text) == (State.CANCELLED, "")


def test_a_number_taken_away_and_a_channel_shut_are_said_by_name(officer, settings) -> None:
    address = give_address(officer)
    write(officer)
    address.ended_at = NOON
    address.save()
    run(Recorder())
    assert Delivery.objects.get().failure == Failure.NO_ADDRESS
    try_again(delivery=Delivery.objects.get(), now=NOON)
    settings.SMS_GATEWAY = ""
    run(Recorder())
    assert Delivery.objects.get().failure == Failure.NO_CHANNEL


def test_a_person_without_quiet_hours_is_reached_at_night(officer) -> None:
    give_address(officer)
    Preference.objects.create(user=officer, is_quiet=False, changed_at=NOON)
    write(officer, now=NIGHT)
    sender = Recorder()
    run(sender, NIGHT)
    assert len(sender.taken) == 1


def test_a_report_is_believed_once(officer) -> None:
    give_address(officer)
    write(officer)
    run(Recorder())
    reference = Delivery.objects.get().reference
    assert note_report(reference=reference, delivered=True, detail="", now=NOON)
    assert not note_report(reference=reference, delivered=False, detail="空号", now=NOON)
    assert Delivery.objects.get().state == State.DELIVERED
    assert not note_report(reference="nobody's", delivered=True, detail="", now=NOON)
