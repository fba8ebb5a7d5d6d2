"""What the initiator and the managers do, moving to another version, and what the neighbours' lists hold."""

from datetime import timedelta
from decimal import Decimal

import pytest

from yihu.hub.centres.tasks.api import TodoState, Verdict, decide_todo
from yihu.hub.centres.tasks.models import Todo
from yihu.hub.centres.workflow import api
from yihu.hub.centres.workflow.choices import AssignmentState
from yihu.hub.centres.workflow.models import Act, Assignment
from yihu.hub.centres.workflow.tests.bpmn import END, START, flow, line, node, process, user
from yihu.hub.centres.workflow.tests.conftest import Play
from yihu.hub.foundation.audit.models import AccessRecord

pytestmark = pytest.mark.django_db
TWO = line(user("a", "zhang"), user("b", "li"))


def refused(code: str, act: object, **more: object) -> None:
    with pytest.raises(api.UnableToActError) as caught:
        act(**more)
    assert caught.value.code == code, str(caught.value)


def test_only_the_initiator_withdraws(play: Play) -> None:
    play.start(TWO)
    refused("BPM-540", api.withdraw, instance=play.instance, actor=play.people.zhang, now=play.now)
    api.withdraw(instance=play.instance, actor=play.people.sun, now=play.now)
    assert (play.state, play.instance.outcome) == ("WITHDRAWN", "WITHDRAWN")
    refused("BPM-542", api.withdraw, instance=play.instance, actor=play.people.sun, now=play.now)


def test_only_managers_within_reach_terminate_with_a_reason(play: Play) -> None:
    play.start(TWO)
    asked = {"instance": play.instance, "now": play.now}
    refused("BPM-541", api.terminate, actor=play.people.chief, opinion="重复", **asked)
    refused("BPM-511", api.terminate, actor=play.people.director, opinion=" ", **asked)
    api.terminate(actor=play.people.director, opinion="重复", **asked)
    assert play.state == "TERMINATED"
    assert AccessRecord.objects.filter(verb="process.terminate", target=f"process:{play.instance.pk}").count() == 1


def test_urging_is_limited(play: Play) -> None:
    play.start(TWO)
    asked = {"instance": play.instance, "actor": play.people.sun}
    refused("BPM-541", api.urge, instance=play.instance, actor=play.people.li, now=play.now)
    assert api.urge(now=play.now, **asked) == 1
    refused("BPM-530", api.urge, now=play.now + timedelta(minutes=59), **asked)
    assert api.urge(now=play.now + timedelta(minutes=61), **asked) == 1


def test_reassigning(play: Play) -> None:
    play.start(TWO)
    place = play.place("zhang")
    asked = {"assignment": place, "now": play.now, "opinion": "休产假"}
    refused("BPM-541", api.reassign, receiver=play.people.wang, actor=play.people.li, **asked)
    api.reassign(receiver=play.people.wang, actor=play.people.director, **asked)
    assert play.waiting() == {"a": ["wang"]}
    refused("BPM-502", api.reassign, receiver=play.people.li, actor=play.people.director, **asked)


class TestMigrating:
    NEXT = line(user("a", "zhang"), user("n", "wang"), user("b", "li"))

    def _frozen(self, play: Play, xml: str, key: str = "test") -> api.ProcessVersion:
        return api.freeze_process(key=key, xml=xml, roles={}, actor=None, now=play.now)

    def test_goes_on_in_the_new_version(self, play: Play) -> None:
        play.start(TWO)
        target = self._frozen(play, self.NEXT)
        [move] = api.plan_migration(source=play.instance.version, target=target)
        assert move.can_move
        refused("BPM-541", api.migrate, instance=play.instance, target=target, actor=play.people.zhang, now=play.now)
        api.migrate(instance=play.instance, target=target, actor=play.people.director, now=play.now)
        play.act("zhang", "agree")
        assert play.waiting() == {"n": ["wang"]}
        play.act("wang", "return_to", node_id="a")
        assert play.waiting() == {"a": ["zhang"]}

    def test_says_what_cannot_move_and_leaves_it(self, play: Play) -> None:
        play.start(TWO)
        target = self._frozen(play, line(user("z", "zhang"), user("b", "li")))
        [move] = api.plan_migration(source=play.instance.version, target=target)
        assert move.reasons == ("“环节a”在新版本里没有了",)
        refused("BPM-560", api.migrate, instance=play.instance, target=target, actor=None, now=play.now)
        api.migrate(instance=play.instance, target=target, actor=None, now=play.now, mapping={"a": "z"})
        assert play.waiting() == {"z": ["zhang"]}

    def test_not_into_or_out_of_a_branch(self, play: Play) -> None:
        play.start(TWO)
        forked = process(
            START, END, node("parallelGateway", "g"), user("a", "zhang"), user("b", "li"),
            node("parallelGateway", "j"), flow("s", "g", "a", "j", "e"), flow("g", "b", "j"),
        )  # fmt: skip
        [move] = api.plan_migration(source=play.instance.version, target=self._frozen(play, forked))
        assert move.reasons == ("“环节a”在新版本里换了并行分支",)
        [other] = api.plan_migration(source=play.instance.version, target=self._frozen(play, TWO, "other"))
        assert "另一流程" in other.reasons[0]


def test_versions_do_not_change_and_the_same_text_is_the_same_version(play: Play) -> None:
    from django.db import ProgrammingError, transaction

    first = api.freeze_process(key="k", xml=TWO, roles={}, actor=None, now=play.now)
    assert api.freeze_process(key="k", xml=TWO, roles={}, actor=None, now=play.now) == first
    second = api.freeze_process(key="k", xml=TWO, roles={"x": {"initiator": True}}, actor=None, now=play.now)
    assert (first.number, second.number) == (1, 2)
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        api.ProcessVersion.objects.filter(pk=first.pk).update(name="另一个")


def assert_lists_agree() -> None:
    """The lists of people hold exactly the open places."""
    todos = set(Todo.objects.filter(source__code="workflow", state=TodoState.PENDING).values_list("key", "receiver"))
    rows = Assignment.objects.filter(state=AssignmentState.OPEN).values_list("pk", "assignee")
    assert todos == {(str(pk), person) for pk, person in rows}


def test_lists_of_people_hold_exactly_the_open_places(play: Play) -> None:
    play.start(line(user("a", "zhang li", mode="all", lowrisk="true"), user("b", "wang")))
    assert_lists_agree()
    play.act("zhang", "add_sign", to=("zhao",), place="BEFORE")
    assert_lists_agree()
    play.act("zhao", "delegate", to=("qian",))
    assert_lists_agree()
    play.act("li", "return_to", node_id="s")
    assert_lists_agree()
    play.act("sun", "agree")
    play.act("zhang", "agree")
    assert_lists_agree()
    assert Todo.objects.get(receiver=play.people.zhang, state=TodoState.DONE).verdict == "同意"
    play.act("li", "agree")
    play.act("wang", "agree")
    assert_lists_agree()
    assert not Todo.objects.filter(state=TodoState.DONE).exists()
    assert Todo.objects.filter(state=TodoState.FINISHED).count() >= 3


def test_low_risk_steps_are_decided_from_the_list(play: Play) -> None:
    play.start(line(user("a", "zhang", lowrisk="true"), user("b", "li")))
    todo = Todo.objects.get(receiver=play.people.zhang)
    asked = {"verdict": Verdict.AGREE, "opinion": "", "channel": "SMS", "now": play.now}
    decide_todo(todo_id=todo.pk, actor=play.people.zhang, **asked)
    assert play.waiting() == {"b": ["li"]}
    assert Act.objects.get(verb="agree").channel == "SMS"
    key = str(play.place("li").pk)
    from yihu.hub.centres.workflow.services.at_a_word import decide

    refused("BPM-510", decide, key=key, actor=play.people.li, **asked)


class TestAmounts:
    """A task names the field it decides about: approval by SMS is bounded by it."""

    TASK = line(user("a", "zhang", lowrisk="true", amount="sum", fields="sum"), user("b", "li"))

    def _todo(self, play: Play) -> Todo:
        return Todo.objects.get(receiver=play.people.zhang, state=TodoState.PENDING)

    def test_the_list_tells_what_the_data_say(self, play: Play) -> None:
        play.start(self.TASK, sum="1234.5")
        assert (self._todo(play).amount, self._todo(play).low_risk) == (Decimal("1234.50"), True)

    def test_a_changed_amount_is_told_anew(self, play: Play) -> None:
        play.start(self.TASK, sum=100)
        before = self._todo(play)
        api.update_data(instance=play.instance, data={"sum": 90000}, actor=None, now=play.now)
        after = self._todo(play)
        assert (after.pk, after.amount, after.arrived_at) == (before.pk, Decimal(90000), before.arrived_at)
        api.update_data(instance=play.instance, data={"other": 1}, actor=None, now=play.now)
        assert_lists_agree()

    @pytest.mark.parametrize("value", [None, "约一万", True, "NaN"])
    def test_an_amount_nobody_knows_is_not_decided_from_a_list(self, play: Play, value: object) -> None:
        play.start(self.TASK, sum=value)
        assert (self._todo(play).amount, self._todo(play).low_risk) == (None, False)


def test_people_are_told(play: Play) -> None:
    from yihu.hub.foundation.notices.models import Notice

    def told(name: str) -> list[str]:
        rows = Notice.objects.filter(receiver=play.person(name), about__startswith="process:").order_by("id")
        return list(rows.values_list("template", flat=True))

    play.start(TWO)
    play.act("zhang", "agree")
    play.act("li", "return_to", node_id="a", opinion="金额不符")
    assert told("zhang") == ["workflow.assigned", "workflow.returned"]
    assert "金额不符" in Notice.objects.get(template="workflow.returned").body
    api.urge(instance=play.instance, actor=play.people.sun, now=play.now)
    assert told("zhang")[-1] == "workflow.urged"
    play.act("zhang", "agree")
    play.act("li", "agree")
    assert told("sun") == ["workflow.ended"]
