"""
Whether SpiffWorkflow could carry the verbs of officers: size of its saved state, cost of a step, and what it refuses.

    python benchmarks/spiff_fit.py --rounds 8 32 128

Each step is done as a web request would do it: the state is read from its text, one task is completed, the state is
written again. `returns` is a process of two user tasks where the second sends the file back to the first. The other
lines try one verb each and print what happened. ADR 0071 holds the figures; the platform itself never imports Spiff.
"""

import argparse
import json
import logging
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><process id="p" isExecutable="true">'
)
TAIL = "</process></definitions>"


def flow(number: int, source: str, target: str, condition: str = "") -> str:
    inner = f'<conditionExpression xsi:type="tFormalExpression">{condition}</conditionExpression>' if condition else ""
    return f'<sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


RETURNS = (
    '<startEvent id="s"/><userTask id="a"/><userTask id="b"/><exclusiveGateway id="g" default="f4"/><endEvent id="e"/>'
    + flow(1, "s", "a") + flow(2, "a", "b") + flow(3, "b", "g") + flow(4, "g", "e") + flow(5, "g", "a", "back == True")
)  # fmt: skip
PARALLEL = (
    '<startEvent id="s"/><userTask id="z"/><parallelGateway id="g"/><userTask id="a"/><userTask id="b"/>'
    '<parallelGateway id="j"/><endEvent id="e"/>'
    + flow(0, "s", "z") + flow(1, "z", "g") + flow(2, "g", "a") + flow(3, "g", "b") + flow(4, "a", "j")
    + flow(5, "b", "j") + flow(6, "j", "e")
)  # fmt: skip
SEVERAL = (
    '<startEvent id="s"/><userTask id="a"><multiInstanceLoopCharacteristics>'
    "<loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
    '</userTask><endEvent id="e"/>'
    + flow(1, "s", "a") + flow(2, "a", "e")
)  # fmt: skip


def loaded(body: str) -> BpmnWorkflow:
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring((HEAD + body + TAIL).encode()))
    return BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"))


def ready(workflow: BpmnWorkflow, name: str = "") -> list:
    found = workflow.get_tasks(state=TaskState.READY, manual=True)
    return [t for t in found if not name or t.task_spec.bpmn_id == name]


def loop_cost(rounds: int) -> None:
    """Send the file back `rounds` times, saving and restoring at each step."""
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
    workflow = loaded(RETURNS)
    workflow.do_engine_steps()
    text, seconds = serializer.serialize_json(workflow), []
    first = len(text)
    for step in range(rounds * 2):
        began = time.perf_counter()
        workflow = serializer.deserialize_json(text)
        if not (waiting := ready(workflow)):
            print(f"returns {rounds:5}: after {step} steps no task is ready any more", flush=True)
            return
        task = waiting[0]
        task.set_data(back=step < rounds * 2 - 1)
        task.run()
        workflow.do_engine_steps()
        text = serializer.serialize_json(workflow)
        seconds.append(time.perf_counter() - began)
    late = sorted(seconds[-8:])[4]
    print(
        f"returns {rounds:5}: saved state {first:7} -> {len(text):8} bytes; step "
        f"{sorted(seconds[:8])[4] * 1000:6.1f} -> {late * 1000:6.1f} ms", flush=True,
    )  # fmt: skip


def beside_a_branch() -> str:
    """Send one branch back to the step before the fork while the other branch is at work."""
    workflow = loaded(PARALLEL)
    workflow.do_engine_steps()
    ready(workflow, "z")[0].run()
    workflow.do_engine_steps()
    before = sorted(t.task_spec.bpmn_id for t in ready(workflow))
    task = next(t for t in workflow.get_tasks() if t.task_spec.bpmn_id == "z")
    workflow.reset_from_task_id(task.id)
    workflow.do_engine_steps()
    after = sorted(t.task_spec.bpmn_id for t in ready(workflow))
    kept = len([t for t in workflow.get_tasks() if t.task_spec.bpmn_id == "a"])
    return f"before {before}, after reset {after}; rows left of the branch that was at work: {kept}"


def one_more_signer() -> str:
    """Add a person to a countersigned task whose first signer has finished."""
    workflow = loaded(SEVERAL)
    workflow.do_engine_steps()
    open_before = len(ready(workflow))
    ready(workflow)[0].run()
    # Spiff has no verb for it: the number of instances was fixed when the step began, only its drawing can be changed.
    workflow.spec.task_specs["a"].cardinality = "3"
    workflow.do_engine_steps()
    while ready(workflow):
        ready(workflow)[0].run()
        workflow.do_engine_steps()
    done = [t for t in workflow.get_tasks(state=TaskState.COMPLETED) if t.task_spec.__class__.__name__ == "UserTask"]
    return f"{open_before} open at first; after raising the number to 3 {len(done)} signed, ended={workflow.completed}"


def another_version() -> str:
    """Move a running case to a process that has one step more."""
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
    workflow = loaded(RETURNS)
    workflow.do_engine_steps()
    state = json.loads(serializer.serialize_json(workflow))
    state["spec"] = json.loads(serializer.serialize_json(loaded(PARALLEL)))["spec"]
    moved = serializer.deserialize_json(json.dumps(state))
    ready(moved)[0].run()
    moved.do_engine_steps()
    return f"the text was accepted; next steps {[t.task_spec.bpmn_id for t in ready(moved)]}"


def script() -> str:
    """Run Python that came with the drawing."""
    mark = Path(tempfile.mkdtemp()) / "mark"
    code = f"x = [c for c in ().__class__.__base__.__subclasses__()].__len__(); y = open('{mark}', 'w').write('x')"
    body = (
        f'<startEvent id="s"/><scriptTask id="c"><script>{code}</script></scriptTask><endEvent id="e"/>'
        + flow(1, "s", "c") + flow(2, "c", "e")
    )  # fmt: skip
    workflow = loaded(body)
    workflow.do_engine_steps()
    return f"ended={workflow.completed}, file written by the drawing: {mark.exists()}"


def expansion() -> str:
    """A document type with nested entities, to the factor that libxml2 lets pass."""
    names = "abcd"
    lines = ['<!ENTITY a "0123456789">']
    lines += [f'<!ENTITY {y} "{f"&{x};" * 10}">' for x, y in pairwise(names)]
    text = f"<!DOCTYPE definitions [{''.join(lines)}]>" + HEAD.replace('id="p"', 'id="p" name="&d;"') + TAIL
    path = Path(tempfile.mkdtemp()) / "x.bpmn"
    path.write_text(text)
    parser = BpmnParser()
    parser.add_bpmn_file(str(path))
    name = parser.process_parsers["p"].node.get("name")
    return f"accepted; one attribute of {len(text)} bytes of XML became {len(name)} characters"


def attempt(title: str, act: Callable[[], str]) -> None:
    try:
        outcome = act()
    except Exception as error:
        outcome = f"{type(error).__name__}: {str(error)[:160]}"
    print(f"{title}: {outcome}", flush=True)


def main() -> None:
    logging.disable(logging.CRITICAL)
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, nargs="+", default=[8, 32, 128])
    for rounds in asked.parse_args().rounds:
        loop_cost(rounds)
    attempt("return before a fork", beside_a_branch)
    attempt("add-sign to a running countersign", one_more_signer)
    attempt("another version", another_version)
    attempt("script in the drawing", script)
    attempt("entity expansion", expansion)


if __name__ == "__main__":
    main()
