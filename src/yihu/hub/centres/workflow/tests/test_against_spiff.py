"""
Token flow against SpiffWorkflow: on random block-structured processes both offer the same tasks after every step.

Blocks are nested at random: one after the other, exclusive choice, parallel, inclusive, sub-process. Tasks are done in
random order. Spiff reads the conditions as Python, we read them as FEEL; a name alone means the same in both.
"""

import random
from itertools import count, pairwise

import pytest
from lxml import etree

from yihu.hub.centres.workflow.tests.bpmn import END, START, node, process, user
from yihu.hub.centres.workflow.tests.conftest import Play

pytestmark = pytest.mark.django_db
FLAGS = ("one", "two", "three", "four")


class Maker:
    """Draws blocks; every block has one way in and one way out."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.numbers = count(1)
        self.parts: list[str] = []

    def drawn(self) -> str:
        first, last = self.block(3)
        self.flow("s", first)
        self.flow(last, "e")
        return process(START, END, *self.parts)

    def name(self, letter: str) -> str:
        return f"{letter}{next(self.numbers)}"

    def flow(self, source: str, target: str, when: str = "", flow_id: str = "") -> str:
        identity = flow_id or self.name("f")
        inner = (
            f'<conditionExpression xsi:type="tFormalExpression">CONDITION-{when}</conditionExpression>' if when else ""
        )
        self.parts.append(
            f'<sequenceFlow id="{identity}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
        )
        return identity

    def block(self, depth: int) -> tuple[str, str]:
        kinds = (
            [self.task]
            if depth == 0
            else [self.task, self.row, self.row, self.choice, self.all, self.some, self.inside]
        )
        kind = self.chance.choice(kinds)
        return kind(depth)

    def task(self, depth: int) -> tuple[str, str]:
        name = self.name("t")
        self.parts.append(user(name, "zhang", name=name))
        return name, name

    def row(self, depth: int) -> tuple[str, str]:
        blocks = [self.block(depth - 1) for _ in range(self.chance.choice([2, 2, 3]))]
        for (_, out), (into, _) in pairwise(blocks):
            self.flow(out, into)
        return blocks[0][0], blocks[-1][1]

    def split(self, kind: str, depth: int, *, choosing: bool) -> tuple[str, str]:
        gate, join = self.name("g"), self.name("j")
        ways = self.chance.choice([2, 3])
        default = self.name("f")
        for number in range(ways):
            into, out = self.block(depth - 1)
            is_default = choosing and number == ways - 1
            when = self.chance.choice(FLAGS) if choosing and not is_default else ""
            self.flow(gate, into, when, default if is_default else "")
            self.flow(out, join)
        self.parts += [node(kind, gate, **({"default": default} if choosing else {})), node(kind, join)]
        return gate, join

    def choice(self, depth: int) -> tuple[str, str]:
        return self.split("exclusiveGateway", depth, choosing=True)

    def all(self, depth: int) -> tuple[str, str]:
        return self.split("parallelGateway", depth, choosing=False)

    def some(self, depth: int) -> tuple[str, str]:
        return self.split("inclusiveGateway", depth, choosing=True)

    def inside(self, depth: int) -> tuple[str, str]:
        outer, self.parts = self.parts, []
        begin, end, name = self.name("s"), self.name("e"), self.name("p")
        first, last = self.block(depth - 1)
        self.flow(begin, first)
        self.flow(last, end)
        inner = "".join([node("startEvent", begin), node("endEvent", end), *self.parts])
        self.parts = [*outer, node("subProcess", name, inner)]
        return name, name


class Oracle:
    """The same process in Spiff."""

    def __init__(self, xml: str, flags: dict[str, bool]) -> None:
        from SpiffWorkflow.bpmn import BpmnWorkflow
        from SpiffWorkflow.bpmn.parser import BpmnParser
        from SpiffWorkflow.util.task import TaskState

        parser = BpmnParser()
        parser.add_bpmn_xml(etree.fromstring(xml.encode()))
        self.ready = TaskState.READY
        self.workflow = BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"))
        for task in self.workflow.get_tasks(state=TaskState.READY):
            task.data.update(flags)
        self.workflow.do_engine_steps()

    def offered(self) -> list[str]:
        found = self.workflow.get_tasks(state=self.ready, manual=True)
        return sorted(t.task_spec.bpmn_id for t in found)

    def do(self, name: str) -> None:
        next(t for t in self.workflow.get_tasks(state=self.ready, manual=True) if t.task_spec.bpmn_id == name).run()
        self.workflow.do_engine_steps()

    @property
    def is_over(self) -> bool:
        return bool(self.workflow.completed)


@pytest.mark.parametrize("seed", range(24))
def test_the_same_tasks_are_offered_after_every_step(play: Play, seed: int) -> None:
    pytest.importorskip("SpiffWorkflow")
    chance = random.Random(seed)
    xml = Maker(seed).drawn()
    flags = {flag: chance.random() < 0.5 for flag in FLAGS}
    oracle = Oracle(xml.replace("CONDITION-", ""), flags)
    play.start(xml.replace("CONDITION-", "form."), **flags)
    steps = 0
    while True:
        offered = sorted(play.waiting())
        assert offered == oracle.offered(), f"after {steps} steps"
        if not offered:
            break
        chosen = chance.choice(offered)
        oracle.do(chosen)
        play.act("zhang", "agree", step=chosen)
        steps += 1
    assert oracle.is_over
    assert play.state == "COMPLETED"
