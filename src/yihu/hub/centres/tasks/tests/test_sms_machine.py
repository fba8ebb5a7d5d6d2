"""Any order of replies, acts on the page, changes and hours: each task is decided once at most, and only by right."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as bounds
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from yihu.hub.base.errors import UnableTo
from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.tasks import api
from yihu.hub.centres.tasks.choices import ChallengeState
from yihu.hub.centres.tasks.models import SmsChallenge, Todo
from yihu.hub.centres.tasks.services.sms.codes import TRIES, VALID, code_hash
from yihu.hub.centres.tasks.tests.conftest import NOW, ROOM, put
from yihu.hub.centres.tasks.tests.sms_phone import Phone, allow_sms, wants

pytestmark = pytest.mark.django_db
KEYS = ("a", "b", "c")
PICK = st.integers(0, 5)


class Machine(RuleBasedStateMachine):
    """Three tasks, one approver with a phone, a colleague with another."""

    world: dict[str, Any]

    @initialize()
    def start(self) -> None:
        # Each run starts from nothing, in the one transaction of the test.
        with as_system("测试"):
            Todo.objects.all().delete()
        self.room = self.world["room"]
        self.room.heard.clear()
        self.now, self.stamp = NOW, 10
        # What each code was sent for: the to-do's key, when, and whether it may still decide.
        self.issued: dict[str, dict[str, Any]] = {}
        self.open: dict[str, str] = {}
        self.wrong: dict[str, int] = {}

    def _code_after(self, key: str, before: int) -> None:
        messages = self.world["phone"].messages()
        fresh = [text for text in messages[before:] if "回复 Y" in text]
        if fresh:
            code = self.world["phone"].code()
            for old in self.issued.values():
                old["live"] &= old["key"] != key
            self.issued[code] = {"key": key, "at": self.now, "live": True}
            self.wrong[code] = 0

    def _kill(self, key: str) -> None:
        self.open.pop(key, None)
        for one in self.issued.values():
            one["live"] &= one["key"] != key

    @rule(key=st.sampled_from(KEYS), changed=st.booleans())
    def arrive(self, key: str, changed: bool) -> None:
        self.stamp += 1
        before = len(self.world["phone"].messages())
        title = f"深圳甲公司 {key} {self.stamp if changed else ''}"
        put(self.world["officer"], key, stamp=self.stamp, title=title, now=self.now)
        self.open[key] = title
        self._code_after(key, before)

    @precondition(lambda self: self.open)
    @rule(pick=PICK, state=st.sampled_from([api.DONE, api.WITHDRAWN, api.FINISHED]))
    def end_elsewhere(self, pick: int, state: str) -> None:
        key = sorted(self.open)[pick % len(self.open)]
        self.stamp += 1
        api.settle_todo(source=ROOM, key=key, stamp=self.stamp, state=state, now=self.now)
        self._kill(key)

    @precondition(lambda self: self.open)
    @rule(pick=PICK)
    def decide_on_the_page(self, pick: int) -> None:
        key = sorted(self.open)[pick % len(self.open)]
        todo = Todo.objects.get(key=key)
        api.decide_todo(
            todo_id=todo.pk, actor=self.world["officer"], verdict=api.AGREE, opinion="", channel="WEB", now=self.now
        )
        self._kill(key)

    @precondition(lambda self: self.issued)
    @rule(pick=PICK, refuse=st.booleans(), theirs=st.booleans())
    def reply_with_a_code(self, pick: int, refuse: bool, theirs: bool) -> None:
        # In the order they were sent: codes are random, and a run must repeat itself.
        code = list(self.issued)[pick % len(self.issued)]
        told, heard = self.issued[code], len(self.room.heard)
        phone = self.world["other" if theirs else "phone"]
        answer = phone.reply(f"N {code} 不符" if refuse else f"同意 {code}", now=self.now)
        alive = told["live"] and self.now < told["at"] + VALID and self.wrong[code] < TRIES
        if alive and not theirs:
            assert len(self.room.heard) == heard + 1, answer
            assert self.room.heard[-1]["key"] == told["key"]
            assert answer.startswith("已办理")
            self._kill(told["key"])
        else:
            assert len(self.room.heard) == heard, answer
            assert not answer.startswith("已办理")
            assert (answer == "") == theirs

    @rule()
    def reply_with_a_wrong_code(self) -> None:
        heard = len(self.room.heard)
        wrong = next(c for c in ("222222", "333333", "444444", "666666") if c not in self.issued)
        self.world["phone"].reply(f"Y {wrong}", now=self.now)
        assert len(self.room.heard) == heard
        for code, one in self.issued.items():
            if one["live"] and self.now < one["at"] + VALID and self.wrong[code] < TRIES:
                self.wrong[code] += 1

    @rule(word=st.sampled_from(["Y", "好", "N", "同意"]))
    def reply_with_a_bare_word(self, word: str) -> None:
        heard = len(self.room.heard)
        self.world["phone"].reply(word, now=self.now)
        assert len(self.room.heard) == heard

    @rule(hours=st.integers(1, 13))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @invariant()
    def the_tables_agree(self) -> None:
        if not hasattr(self, "issued"):
            return
        with as_system("核对"):
            rows = SmsChallenge.objects.filter(state=ChallengeState.ISSUED).values_list("code_hash", flat=True)
            live = set(rows)
            pending = set(Todo.objects.filter(state=api.PENDING).values_list("key", flat=True))
        assert pending == set(self.open)
        ours = {code_hash(c) for c, one in self.issued.items() if one["live"] and self.wrong[c] < TRIES}
        assert live <= ours, "no code lives that was sent for what is over"


def test_each_task_is_decided_once_at_most_and_only_by_right(room, officer, colleague, settings) -> None:
    settings.SMS_GATEWAY = "loopback"
    allow_sms()
    wants(officer)
    phone, other = Phone(officer, "13812345678"), Phone(colleague, "13900001111")
    phone.bind()
    other.bind()

    def decide(*, key: str, actor: Any, verdict: Any, opinion: str, channel: str, now: Any) -> None:
        if Todo.objects.get(key=key).state != api.PENDING:
            raise UnableTo("已经办理")
        room.heard.append({"key": key, "channel": channel})
        # The source's own stamps grow with its acts.
        api.settle_todo(source=ROOM, key=key, stamp=Todo.objects.get(key=key).stamp, verdict=verdict.label, now=now)

    api.register_decider(ROOM, decide, transfer=room.transfer, name="测试事项")
    Machine.world = {"room": room, "officer": officer, "phone": phone, "other": other}
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        Machine, settings=bounds(max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=checks)
    )
