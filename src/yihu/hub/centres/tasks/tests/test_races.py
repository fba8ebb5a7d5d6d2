"""Page and SMS at the same instant, and two at once on one to-do: one wins, the other is told."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction

from yihu.hub.base.errors import UnableTo
from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.tasks import api
from yihu.hub.centres.tasks.models import SmsChallenge, Todo
from yihu.hub.centres.tasks.tests.conftest import NOW, ROOM, put
from yihu.hub.centres.tasks.tests.sms_phone import Phone, allow_sms, wants

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run each in a thread with a connection of its own, all from one signal; what each gave or raised."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            gate.wait(timeout=20)
            results[place] = act()
        except UnableTo as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


class Engine:
    """A source with a row of its own for each task, locked as the workflow locks an assignment."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def act(self, key: str, channel: str, now: datetime) -> None:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext('engine'), hashtext(%s))", [key])
            with as_system("引擎"):
                state = Todo.objects.get(key=key).state
            if state != api.PENDING:
                raise UnableTo("该环节已由他人办理")
            api.settle_todo(source=ROOM, key=key, stamp=9, verdict="同意", now=now)
            self.heard.append(channel)

    def decide(self, *, key: str, actor: Any, verdict: Any, opinion: str, channel: str, now: datetime) -> None:
        self.act(key, channel, now)


@pytest.fixture
def engine(room) -> Engine:
    made = Engine()
    api.register_decider(ROOM, made.decide, name="测试事项")
    return made


@pytest.mark.parametrize("turn", range(4))
def test_page_and_sms_decide_once_and_the_loser_is_told(engine, officer, settings, turn) -> None:
    settings.SMS_GATEWAY = "loopback"
    allow_sms()
    wants(officer)
    phone = Phone(officer, "13812345678")
    phone.bind()
    todo = put(officer, f"r{turn}")
    code = phone.code()
    # The page acts on the engine itself, which settles the to-do and kills the code; the SMS comes the other way round.
    page, answer = at_once(lambda: engine.act(todo.key, "PAGE", NOW), lambda: phone.reply(f"Y {code}"))
    assert len(engine.heard) == 1
    told = isinstance(page, UnableTo) if engine.heard == ["SMS"] else not answer.startswith("已办理")
    assert told, (page, answer)
    assert answer, "whoever wrote is answered either way"
    with as_system("核对"):
        assert Todo.objects.get(pk=todo.pk).state == api.DONE
        assert SmsChallenge.objects.get(todo=todo).state in {"DECIDED", "VOID"}


def test_one_code_sent_twice_at_once_decides_once(engine, officer, settings) -> None:
    settings.SMS_GATEWAY = "loopback"
    allow_sms()
    wants(officer)
    phone = Phone(officer, "13812345678")
    phone.bind()
    put(officer, "twice")
    code = phone.code()
    at_once(lambda: phone.reply(f"Y {code}", message_id="x1"), lambda: phone.reply(f"N {code} 否", message_id="x2"))
    assert len(engine.heard) == 1


def test_two_batches_at_once_decide_each_once(engine, officer) -> None:
    todos = [put(officer, f"b{n}") for n in range(6)]

    def decide(keys: list[int]) -> int:
        done = 0
        for number in keys:
            try:
                api.decide_todo(todo_id=number, actor=officer, verdict=api.AGREE, opinion="", channel="WEB", now=NOW)
                done += 1
            except UnableTo:
                continue
        return done

    numbers = [t.pk for t in todos]
    assert sum(at_once(lambda: decide(numbers), lambda: decide(numbers[::-1]))) == 6
    assert len(engine.heard) == 6


def test_the_same_message_put_at_once_is_one_todo(room, officer) -> None:
    results = at_once(*(lambda stamp=stamp: put(officer, "same", stamp=stamp).pk for stamp in (1, 2, 3, 3)))
    assert len(set(results)) == 1
    with as_system("核对"):
        assert Todo.objects.get(key="same").stamp == 3


def test_an_end_and_its_beginning_at_once_end_it(outside, officer) -> None:
    for turn in range(6):
        key = f"e{turn}"
        at_once(
            lambda key=key: put(officer, key, source="oa", url="", stamp=1).pk,
            lambda key=key: api.settle_todo(source="oa", key=key, stamp=2, now=NOW),
        )
        with as_system("核对"):
            assert Todo.objects.get(key=key).state == api.DONE, key
