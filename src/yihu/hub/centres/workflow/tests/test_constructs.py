"""Each construct of the subset, by a small process."""

from datetime import timedelta

import pytest

from yihu.hub.centres.workflow import api
from yihu.hub.centres.workflow.choices import TokenState
from yihu.hub.centres.workflow.models import Incident, Instance, Timer
from yihu.hub.centres.workflow.services.firing import fire_due
from yihu.hub.centres.workflow.tests.bpmn import END, START, flow, line, node, process, timer, user
from yihu.hub.centres.workflow.tests.conftest import Play

pytestmark = pytest.mark.django_db
CHOICE = process(
    START, END, node("exclusiveGateway", "g", default="f_g_c"), user("a", "zhang"), user("b", "li"),
    user("c", "wang"), flow("s", "g", "c", "e"), flow("g", "a", "e", when="form.amount > 1000"),
    flow("g", "b", "e", when="form.amount > 100 and form.urgent"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("data", "step"),
    [({"amount": 5000}, "a"), ({"amount": 500, "urgent": True}, "b"), ({"amount": 500}, "c"), ({}, "c")],
)
def test_exclusive_takes_the_first_true_flow_or_the_default(play: Play, data: dict[str, object], step: str) -> None:
    play.start(CHOICE, **data)
    assert list(play.waiting()) == [step]


def test_parallel_waits_for_all(play: Play) -> None:
    play.start(FORK)
    assert set(play.waiting()) == {"a", "b"}
    play.act("zhang", "agree")
    assert play.instance.tokens.filter(state=TokenState.JOINING).count() == 1
    play.act("li", "agree")
    assert play.waiting() == {"c": ["wang"]}


FORK = process(
    START, END, node("parallelGateway", "g"), user("a", "zhang"), user("b", "li"), node("parallelGateway", "j"),
    user("c", "wang"), flow("s", "g", "a", "j", "c", "e"), flow("g", "b", "j"),
)  # fmt: skip
SOME = process(
    START, END, node("inclusiveGateway", "g", default="f_g_c"), user("a", "zhang"), user("b", "li"),
    user("c", "wang"), node("inclusiveGateway", "j"), user("d", "zhao"), flow("s", "g", "c", "j", "d", "e"),
    flow("g", "a", "j", when="form.a"), flow("g", "b", "j", when="form.b"),
)  # fmt: skip


@pytest.mark.parametrize(("data", "steps"), [({"a": True, "b": True}, {"a", "b"}), ({"b": True}, {"b"}), ({}, {"c"})])
def test_inclusive_waits_for_those_that_were_taken(play: Play, data: dict[str, bool], steps: set[str]) -> None:
    play.start(SOME, **data)
    assert set(play.waiting()) == steps
    for name in [names[0] for names in play.waiting().values()]:
        assert "d" not in play.waiting()
        play.act(name, "agree")
    assert play.waiting() == {"d": ["zhao"]}


def test_terminate_ends_the_other_branch(play: Play) -> None:
    stop = node("endEvent", "t", "<terminateEventDefinition/>")
    xml = process(
        START, END, stop, node("parallelGateway", "g"), user("a", "zhang"), user("b", "li"),
        flow("s", "g", "a", "t"), flow("g", "b", "e"),
    )  # fmt: skip
    play.start(xml)
    play.act("zhang", "agree")
    assert (play.state, play.waiting(), play.instance.outcome) == ("COMPLETED", {}, "t")


SUB = process(
    START, END, node("subProcess", "p1", "".join([
        node("startEvent", "ps"), node("endEvent", "pe"), user("a", "zhang"), user("b", "li"),
        flow("ps", "a", "b", "pe"),
    ]), name="部门办理"), user("c", "wang"), flow("s", "p1", "c", "e"),
)  # fmt: skip


def test_a_sub_process_runs_inside_and_can_be_left_by_a_return(play: Play) -> None:
    play.start(SUB)
    play.act("zhang", "agree")
    play.act("li", "return_to", node_id="a")
    assert play.waiting() == {"a": ["zhang"]}
    play.act("zhang", "agree")
    play.act("li", "return_to", node_id="s")
    assert play.waiting() == {"s": ["sun"]}
    assert play.instance.tokens.exclude(state="GONE").count() == 1
    for name in ("sun", "zhang", "li"):
        play.act(name, "agree")
    play.refused("BPM-508", "wang", "return_to", node_id="a")
    play.act("wang", "agree")
    assert play.state == "COMPLETED"


def test_a_called_process_brings_its_data_back(play: Play) -> None:
    inner = process(START, END, user("x", "zhang", fields="days"), flow("s", "x", "e"), name="内层")
    api.freeze_process(key="inner", xml=inner, roles={}, actor=None, now=play.now)
    xml = process(
        START, END, node("callActivity", "call", process="inner", name="调用"), user("b", "li"),
        flow("s", "call", "b", "e"),
    )  # fmt: skip
    play.start(xml, days=1)
    assert play.waiting() == {"x": ["zhang"]}
    play.act("zhang", "agree", data={"days": 5})
    play.instance.refresh_from_db()
    assert play.instance.data == {"days": 5}
    assert play.waiting() == {"b": ["li"]}
    assert [a.verb for a in api.trail(play.instance)] == ["start", "start", "agree", "end"]
    play.act("li", "agree")
    assert play.state == "COMPLETED"


def test_withdrawing_ends_what_was_called(play: Play) -> None:
    inner = line(user("x", "zhang"))
    api.freeze_process(key="inner", xml=inner, roles={}, actor=None, now=play.now)
    play.start(process(START, END, node("callActivity", "call", process="inner"), flow("s", "call", "e")))
    api.withdraw(instance=play.instance, actor=play.people.sun, now=play.now)
    assert play.waiting() == {}
    assert set(Instance.objects.values_list("state", flat=True)) == {"WITHDRAWN", "TERMINATED"}


def _calling(play: Play) -> None:
    """A process that waits for an inner one, whose task is zhang's."""
    inner = line(user("x", "zhang", verbs="agree refuse terminate"))
    api.freeze_process(key="inner", xml=inner, roles={}, actor=None, now=play.now)
    middle = process(START, END, node("callActivity", "call", process="inner"), flow("s", "call", "e"))
    api.freeze_process(key="middle", xml=middle, roles={}, actor=None, now=play.now)
    play.start(process(START, END, node("callActivity", "call", process="middle"), user("b", "li"),
                       flow("s", "call", "b", "e")))  # fmt: skip


def test_whoever_terminates_inside_ends_the_whole_case(play: Play) -> None:
    _calling(play)
    play.act("zhang", "terminate", opinion="重复申请")
    assert play.waiting() == {}
    assert set(Instance.objects.values_list("state", flat=True)) == {"TERMINATED"}


def test_what_a_suspended_process_called_stands_still_too(play: Play) -> None:
    _calling(play)
    director = play.people.director
    api.suspend(instance=play.instance, actor=director, now=play.now)
    play.refused("BPM-503", "zhang", "agree")
    for called in Instance.objects.filter(root=play.instance):
        with pytest.raises(api.UnableToActError, match="随上级流程挂起"):
            api.resume(instance=called, actor=director, now=play.now)
    api.resume(instance=play.instance, actor=director, now=play.now)
    play.act("zhang", "agree")
    assert play.waiting() == {"b": ["li"]}


class TestAutomatic:
    def test_a_handler_changes_the_data(self, play: Play, services: object) -> None:
        api.register_service("test.double", lambda *, data, **_: {"amount": data["amount"] * 2})
        xml = process(START, END, node("serviceTask", "x", handler="test.double"), user("a", "zhang"),
                      flow("s", "x", "a", "e"))  # fmt: skip
        play.start(xml, amount=4)
        assert play.instance.data == {"amount": 8}
        assert play.waiting() == {"a": ["zhang"]}

    def test_a_failure_stands_still_and_can_be_tried_again(self, play: Play, services: object) -> None:
        def fail(**_: object) -> None:
            raise ConnectionError("对方系统没有应答")

        api.register_service("test.fail", fail)
        play.start(SERVICE.replace("HANDLER", "test.fail"))
        incident = Incident.objects.get()
        assert (play.state, incident.node_id) == ("RUNNING", "x")
        assert "没有应答" in incident.message
        with pytest.raises(api.UnableToActError) as caught:
            api.retry_incident(incident=incident, actor=play.people.zhang, now=play.now)
        assert caught.value.code == "BPM-541"
        api.retry_incident(incident=incident, actor=play.people.director, now=play.now)
        assert Incident.objects.filter(resolved_at=None).get().tries == 2
        api.register_service("test.fail", lambda **_: None)
        api.retry_incident(incident=Incident.objects.get(resolved_at=None), actor=None, now=play.now)
        assert play.waiting() == {"a": ["zhang"]}

    def test_the_machine_tries_again_by_itself(self, play: Play, services: object) -> None:
        tries = []

        def third_time(**_: object) -> None:
            tries.append(1)
            if len(tries) < 3:
                raise TimeoutError("超时")

        api.register_service("test.third", third_time)
        play.start(SERVICE.replace("HANDLER", "test.third"))
        for _ in range(3):
            play.now += timedelta(hours=5)
            fire_due(now=play.now)
        assert (len(tries), play.waiting()) == (3, {"a": ["zhang"]})

    def test_an_error_boundary_catches_its_error_only(self, play: Play, services: object) -> None:
        boundary = node("boundaryEvent", "err", '<errorEventDefinition errorRef="E1"/>', attachedToRef="x")
        xml = process(
            START, END, node("serviceTask", "x", handler="test.refuse"), user("a", "zhang"), boundary,
            user("b", "li"), flow("s", "x", "a", "e"), flow("err", "b", "e"),
        ).replace("<process", '<error id="E1" errorCode="NO-STOCK"/><process')  # fmt: skip

        def refuse(*, data: dict[str, str], **_: object) -> None:
            raise api.ServiceError(data["code"], "没有库存")

        api.register_service("test.refuse", refuse)
        play.start(xml, code="NO-STOCK")
        assert play.waiting() == {"b": ["li"]}
        play.start(xml, code="OTHER")
        assert play.waiting() == {}
        assert Incident.objects.get(instance=play.instance).code == "OTHER"

    def test_a_decision_stands_under_its_key(self, play: Play, services: object) -> None:
        api.register_decisions(lambda key: key == "routing", lambda **_: {"level": "high"})
        xml = process(
            START, END, node("businessRuleTask", "r", decision="routing"), user("a", "zhang"), user("b", "li"),
            node("exclusiveGateway", "g", default="f_g_b"), flow("s", "r", "g", "b", "e"),
            flow("g", "a", "e", when='routing.level = "high"'),
        )  # fmt: skip
        play.start(xml)
        assert play.waiting() == {"a": ["zhang"]}


SERVICE = process(
    START, END, '<serviceTask id="x" yihu:handler="HANDLER"/>', user("a", "zhang"), flow("s", "x", "a", "e")
)


class TestTimers:
    def test_an_interrupting_boundary(self, play: Play) -> None:
        play.start(_with_boundary("true"))
        play.now += timedelta(days=1)
        assert fire_due(now=play.now) == 0
        play.now += timedelta(days=2, minutes=1)
        assert fire_due(now=play.now) == 1
        assert play.waiting() == {"b": ["li"]}
        assert fire_due(now=play.now) == 0

    def test_one_beside(self, play: Play) -> None:
        play.start(_with_boundary("false"))
        play.now += timedelta(days=4)
        fire_due(now=play.now)
        assert play.waiting() == {"a": ["zhang"], "b": ["li"]}
        play.act("zhang", "agree")
        assert play.state == "RUNNING"
        play.act("li", "agree")
        assert play.state == "COMPLETED"

    def test_is_forgotten_when_the_step_is_done(self, play: Play) -> None:
        play.start(_with_boundary("true"))
        play.act("zhang", "agree")
        assert not Timer.objects.filter(state="SET").exists()

    def test_waits_in_between(self, play: Play) -> None:
        wait = node("intermediateCatchEvent", "w", timer("P2D"))
        play.start(process(START, END, wait, user("a", "zhang"), flow("s", "w", "a", "e")))
        assert play.waiting() == {}
        play.now += timedelta(days=2, minutes=1)
        fire_due(now=play.now)
        assert play.waiting() == {"a": ["zhang"]}

    def test_stands_still_while_suspended(self, play: Play) -> None:
        play.start(_with_boundary("true"))
        director = play.people.director
        api.suspend(instance=play.instance, actor=director, now=play.now)
        play.refused("BPM-503", "zhang", "agree")
        play.now += timedelta(days=5)
        assert fire_due(now=play.now) == 0
        api.resume(instance=play.instance, actor=director, now=play.now)
        assert fire_due(now=play.now) == 0
        play.now += timedelta(days=3, minutes=1)
        assert fire_due(now=play.now) == 1

    def test_an_unknown_year_is_refused(self, play: Play) -> None:
        version = api.freeze_process(key="long", xml=line(user("a", "zhang", due="P400D")), roles={}, actor=None,
                                     now=play.now)  # fmt: skip
        with pytest.raises(api.UnableToActError) as caught:
            play.start_version(version)
        assert caught.value.code == "BPM-520"
        assert "工作日历" in str(caught.value)


def _with_boundary(interrupts: str) -> str:
    late = node("boundaryEvent", "late", timer("P3D"), attachedToRef="a", cancelActivity=interrupts)
    end = node("endEvent", "e2")
    return process(START, END, end, user("a", "zhang"), late, user("b", "li"), flow("s", "a", "e"),
                   flow("late", "b", "e2"))  # fmt: skip


class TestOverdue:
    def _late(self, play: Play, **attributes: str) -> None:
        play.start(line(user("z", "wang"), user("a", "zhang", due="P1D", **attributes), user("b", "li")))
        play.act("wang", "agree")
        play.now += timedelta(days=1, minutes=5)
        assert fire_due(now=play.now) == 1

    def test_reminds_every_working_day(self, play: Play) -> None:
        self._late(play)
        assert play.waiting() == {"a": ["zhang"]}
        assert Timer.objects.filter(state="SET", kind="DUE").count() == 1

    def test_counts_as_consent(self, play: Play) -> None:
        self._late(play, timeout="agree")
        assert play.waiting() == {"b": ["li"]}
        assert play.place("zhang").verdict == ""

    def test_goes_back(self, play: Play) -> None:
        self._late(play, timeout="return")
        assert play.waiting() == {"z": ["wang"]}

    def test_goes_up(self, play: Play) -> None:
        self._late(play, timeout="escalate")
        assert play.waiting() == {"a": ["chief"]}


def test_a_loop_without_rest_stands_still(play: Play) -> None:
    xml = process(
        START, END, user("a", "zhang"), node("exclusiveGateway", "g", default="f_g_h"),
        node("exclusiveGateway", "h", default="f_h_g"), flow("s", "a", "g", "h", "g"),
        flow("h", "e", when="form.never"),
    )  # fmt: skip
    play.start(xml)
    play.act("zhang", "agree")
    assert Incident.objects.get().code == "BPM-401"
