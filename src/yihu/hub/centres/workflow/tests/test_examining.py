"""What is refused before a process can be frozen: hostile XML, and drawings that could stop or go wrong."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yihu.hub.centres.workflow import api
from yihu.hub.centres.workflow.catalogue.linting import Known, lint
from yihu.hub.centres.workflow.catalogue.problems import MalformedProcessError, Problem
from yihu.hub.centres.workflow.catalogue.reading import read_process
from yihu.hub.centres.workflow.tests.bpmn import END, START, flow, line, node, process, timer, user

TASK = user("a", "zhang")
OK = line(TASK)


def codes(xml: str) -> set[tuple[str, str]]:
    """What is wrong with the drawing itself, as (code, element)."""
    try:
        return {(p.code, p.element_id) for p in lint(read_process(xml), Known())}
    except MalformedProcessError as error:
        return {(p.code, p.element_id) for p in error.problems}


def test_a_sound_process_has_no_problem() -> None:
    assert codes(OK) == set()


HOSTILE = {
    "entities": ('<!DOCTYPE d [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>' + OK, "BPM-204"),
    "external": ('<!DOCTYPE d SYSTEM "file:///etc/passwd">' + OK, "BPM-204"),
    "not xml": ("<definitions", "BPM-201"),
    "empty": ("", "BPM-201"),
    "too large": (OK + " " * 600_000, "BPM-202"),
    "deep": (OK.replace("<userTask", "<documentation>" * 40 + "</documentation>" * 40 + "<userTask"), "BPM-202"),
    "script": (process(START, END, "<scriptTask id='x'><script>1</script></scriptTask>"), "BPM-209"),
    "listener": (
        OK.replace("<userTask", "<extensionElements><x:l xmlns:x='http://camunda.org/schema/1.0/bpmn'/>"
                                "</extensionElements><userTask"), "BPM-209"),
    "foreign attribute": (
        OK.replace('<userTask id="a"', '<userTask id="a" xmlns:c="http://camunda.org/schema/1.0/bpmn" c:class="X"'),
        "BPM-210"),
    "house attribute elsewhere": (OK.replace('<startEvent id="s"', '<startEvent id="s" yihu:handler="x"'), "BPM-210"),
    "multi-instance": (
        OK.replace("</userTask>", "<multiInstanceLoopCharacteristics/></userTask>"), "BPM-209"),
    "message": (process(START, node("endEvent", "e", "<messageEventDefinition/>"), flow("s", "e")), "BPM-209"),
    "timer start": (process(node("startEvent", "s", timer("P1D")), END, flow("s", "e")), "BPM-209"),
    "twice": (OK.replace('id="e"', 'id="a"'), "BPM-211"),
    "markup in an id": (OK.replace('id="a"', 'id="a&lt;b"'), "BPM-211"),
    "nowhere": (OK.replace('targetRef="e"', 'targetRef="zz"'), "BPM-212"),
    "two processes": (OK.replace("</definitions>", '<process id="q"/></definitions>'), "BPM-203"),
    "no bpmn": ("<html/>", "BPM-209"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_refused_with_its_code(name: str) -> None:
    xml, code = HOSTILE[name]
    assert code in {found for found, _ in codes(xml)}


G, H = node("parallelGateway", "g"), node("parallelGateway", "h")
X = node("exclusiveGateway", "x", default="f_x_a")
B = user("b", "li")
FAULTS = {
    "no start": (process(END, TASK, flow("a", "e")), "BPM-220", ""),
    "two starts": (process(START, node("startEvent", "s2"), END, TASK, flow("s", "a", "e"), flow("s2", "a")),
                   "BPM-221", ""),
    "no end": (process(START, TASK, flow("s", "a")), "BPM-222", ""),
    "unreachable": (process(START, END, TASK, B, flow("s", "a", "e"), flow("b", "e")), "BPM-223", "b"),
    "dead end": (process(START, END, TASK, B, X, flow("s", "x", "a", "e"), flow("x", "b", when="form.q")),
                 "BPM-224", "b"),
    "endless": (process(START, END, TASK, B, X, user("c", "li"), flow("s", "x", "a", "e"),
                        flow("x", "b", "c", "b", when="form.q")), "BPM-225", "b"),
    "two ways out": (process(START, END, TASK, B, flow("s", "a", "e"), flow("a", "b", "e")), "BPM-226", "a"),
    "joined by the wrong kind": (process(START, END, TASK, B, G, node("exclusiveGateway", "h"),
                                         flow("s", "g", "a", "h", "e"), flow("g", "b", "h")), "BPM-227", "g"),
    "join without split": (process(START, END, TASK, B, X, H, flow("s", "x", "a", "h", "e"),
                                   flow("x", "b", "h", when="form.q")), "BPM-227", "h"),
    "crossing": (process(START, END, TASK, B, G, H, node("exclusiveGateway", "x", default="f_x_h"),
                         flow("s", "g", "a", "x", "h", "e"), flow("g", "b", "h"), flow("x", "b", when="form.q")),
                 "BPM-228", "b"),
    "out of a branch": (process(START, END, user("z", "li"), TASK, B, G, H,
                                node("exclusiveGateway", "x", default="f_x_h"), flow("s", "z", "g", "a", "x", "h", "e"),
                                flow("g", "b", "h"), flow("x", "z", when="form.q")), "BPM-228", "z"),
    "no default": (process(START, END, TASK, node("exclusiveGateway", "x"), flow("s", "x", "a", "e"),
                           flow("x", "e", when="form.q")), "BPM-229", "x"),
    "bad condition": (process(START, END, TASK, X, flow("s", "x", "a", "e"), flow("x", "e", when="form. >")),
                      "BPM-230", "f_x_e"),
    "unknown name": (process(START, END, TASK, X, flow("s", "x", "a", "e"), flow("x", "e", when="os > 1")),
                     "BPM-231", "f_x_e"),
    "condition on a task": (process(START, END, TASK, flow("s", "a"), flow("a", "e", when="form.q")),
                            "BPM-232", "f_a_e"),
    "flow without condition": (process(START, END, TASK, X, flow("s", "x", "a", "e"), flow("x", "e")),
                               "BPM-233", "f_x_e"),
    "nobody": (process(START, END, node("userTask", "a"), flow("s", "a", "e")), "BPM-240", "a"),
    "mode": (line(user("a", "zhang", mode="most")), "BPM-245", "a"),
    "percent": (line(user("a", "zhang", mode="percent")), "BPM-245", "a"),
    "verbs": (line(user("a", "zhang", verbs="refuse fly")), "BPM-245", "a"),
    "due": (line(user("a", "zhang", due="3 days")), "BPM-246", "a"),
    "timer": (process(START, END, node("intermediateCatchEvent", "w", "<timerEventDefinition/>"),
                      flow("s", "w", "e")), "BPM-253", "w"),
    "error boundary on a task of people": (
        process(START, END, TASK, node("boundaryEvent", "y", "<errorEventDefinition/>", attachedToRef="a"),
                flow("s", "a", "e"), flow("y", "e")), "BPM-254", "y"),
    "side flow that comes back": (
        process(START, END, TASK, B, flow("s", "a", "b", "e"), flow("y", "b"),
                node("boundaryEvent", "y", timer("P1D"), attachedToRef="a", cancelActivity="false")),
        "BPM-255", "y"),
    "empty sub-process": (process(START, END, node("subProcess", "p1"), flow("s", "p1", "e")), "BPM-256", "p1"),
    "into a start": (process(START, END, TASK, X, flow("s", "x", "a", "e"), flow("x", "s", when="form.q")),
                     "BPM-257", "s"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_faults_are_told_with_code_and_element(name: str) -> None:
    xml, code, element = FAULTS[name]
    assert (code, element) in codes(xml)


@pytest.mark.django_db
def test_what_does_not_exist_here(services: object) -> None:
    roles = {
        "一": {"duty": "KING"}, "二": {"duty": "OFFICER", "office": "999"}, "三": {"people": ["nobody"]},
        "四": {"fly": 1}, "五": {"head_of": 0}, "六": {"function": "os.system"}, "七": {"initiator": True, "x": 1},
    }  # fmt: skip
    tasks = [user(f"t{n}", candidates=name) for n, name in enumerate([*roles, "没有"])]
    extra = node("serviceTask", "x", handler="os.system"), node("businessRuleTask", "r", decision="no")
    call = node("callActivity", "c", process="no")
    ids = [f"t{n}" for n in range(len(tasks))]
    xml = process(START, END, *tasks, *extra, call, flow("s", *ids, "x", "r", "c", "e"))
    found = {(p.code, p.element_id) for p in api.examine_process(xml, roles=roles)}
    assert found == {
        ("BPM-242", "t0"), ("BPM-243", "t1"), ("BPM-244", "t2"), ("BPM-241", "t3"), ("BPM-241", "t4"),
        ("BPM-241", "t5"), ("BPM-241", "t6"), ("BPM-241", "t7"), ("BPM-250", "x"), ("BPM-251", "r"), ("BPM-252", "c"),
    }  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_text_breaks_the_reader(data: st.DataObject) -> None:
    """A sound process with pieces cut, doubled and mixed is read or refused, never anything else."""
    xml = data.draw(st.sampled_from([OK, FAULTS["crossing"][0], FAULTS["side flow that comes back"][0]]))
    for _ in range(data.draw(st.integers(1, 4))):
        at, length = data.draw(st.integers(0, len(xml))), data.draw(st.integers(0, 40))
        piece = data.draw(st.sampled_from(["", xml[at : at + length], "<x/>", "&amp;", "'", '"', "\0", "]]>", "form."]))
        xml = xml[:at] + piece + xml[at + length :]
    try:
        problems = lint(read_process(xml), Known())
    except MalformedProcessError as error:
        problems = error.problems
        assert problems
    assert all(isinstance(p, Problem) and p.message for p in problems)
