"""From clean XML to the graph of a process."""

from collections.abc import Iterator
from hashlib import sha256
from xml.etree.ElementTree import Element

from yihu.hub.centres.workflow.catalogue.grammar import BPMN, DRAWING, MAX_NODES, YIHU, split_name
from yihu.hub.centres.workflow.catalogue.graph import ENDS, Edge, Graph, Kind, Node, Timing
from yihu.hub.centres.workflow.catalogue.handling import read_handling
from yihu.hub.centres.workflow.catalogue.hardening import read_tree
from yihu.hub.centres.workflow.catalogue.problems import MalformedProcessError, Problem, problem

KINDS = {kind.value: kind for kind in Kind if kind is not Kind.TERMINATE}
KEYS = {Kind.SERVICE: "handler", Kind.RULE: "decision", Kind.CALL: "process"}


def digest_of(xml: str) -> str:
    """SHA-256 of the text."""
    return sha256(xml.encode()).hexdigest()


def read_process(xml: str) -> Graph:
    """
    Read a process. What it means is examined by `linting`.

    :raises MalformedProcessError: it cannot be read as one
    """
    root = read_tree(xml)
    processes = root.findall(f"{{{BPMN}}}process")
    if len(processes) != 1:
        raise MalformedProcessError(problem("BPM-203", what=len(processes)))
    reader = _Reader(root, processes[0])
    graph = reader.graph()
    if reader.faults:
        raise MalformedProcessError(*reader.faults)
    return graph


class _Reader:
    """Collects nodes, flows and faults of one process."""

    def __init__(self, root: Element, process: Element) -> None:
        self.root, self.process = root, process
        self.nodes: dict[str, Node] = {}
        self.edges: dict[str, Edge] = {}
        self.faults: list[Problem] = []
        self.errors = {e.get("id", ""): e.get("errorCode", "") for e in root.findall(f"{{{BPMN}}}error")}
        self.lanes = dict(self._lanes())

    def graph(self) -> Graph:
        self._read(self.process, "")
        self._check_references()
        if len(self.nodes) > MAX_NODES:
            self.faults.append(problem("BPM-202", what=f"多于 {MAX_NODES} 个节点"))
        lanes = tuple(dict.fromkeys(self.lanes.values()))
        shapes = any(split_name(e.tag)[0] in DRAWING and e.get("bpmnElement") in self.nodes for e in self.root.iter())
        name = self.process.get("name", "")
        return Graph(self.process.get("id", ""), name, self.nodes, self.edges, lanes, shapes)

    def _lanes(self) -> Iterator[tuple[str, str]]:
        for lane in self.process.iter(f"{{{BPMN}}}lane"):
            for reference in lane.findall(f"{{{BPMN}}}flowNodeRef"):
                yield (reference.text or "").strip(), lane.get("name", "") or lane.get("id", "")

    def _read(self, parent: Element, container: str) -> None:
        for element in parent:
            namespace, local = split_name(element.tag)
            if namespace != BPMN:
                continue
            if local == "sequenceFlow":
                self._add_edge(element)
            elif local in KINDS:
                self._add_node(element, KINDS[local], container)
                if local == "subProcess":
                    self._read(element, element.get("id", ""))
            elif local == "extensionElements" and len(element):
                self.faults.append(problem("BPM-209", what="extensionElements", hint="这里不接受任何扩展元素"))

    def _add_edge(self, element: Element) -> None:
        identity = element.get("id", "")
        found = element.find(f"{{{BPMN}}}conditionExpression")
        condition = (found.text or "").strip() if found is not None else ""
        if not identity:
            self.faults.append(problem("BPM-211", what="sequenceFlow"))
        self.edges[identity] = Edge(
            identity, element.get("sourceRef", ""), element.get("targetRef", ""), condition, element.get("name", "")
        )

    def _add_node(self, element: Element, kind: Kind, container: str) -> None:
        identity = element.get("id", "")
        if not identity:
            self.faults.append(problem("BPM-211", what=kind))
            return
        if kind is Kind.END and element.find(f"{{{BPMN}}}terminateEventDefinition") is not None:
            kind = Kind.TERMINATE
        lane = self.lanes.get(identity) or self.lanes.get(container, "")
        handling, faults = read_handling(element) if kind is Kind.USER else (None, [])
        self.faults += faults
        error = element.find(f"{{{BPMN}}}errorEventDefinition")
        self._check_definitions(element, kind)
        key = element.get(f"{{{YIHU}}}{KEYS.get(kind, '')}", "") or element.get("calledElement", "")
        self.nodes[identity] = Node(
            id=identity, kind=kind, name=(element.get("name") or "").strip()[:100], container=container, lane=lane,
            handling=handling, key=key, default=element.get("default", ""), timing=_timing(element),
            host=element.get("attachedToRef", ""), interrupts=element.get("cancelActivity", "true") != "false",
            error=self.errors.get(error.get("errorRef", ""), "") if error is not None else "",
            catches_errors=error is not None, result=element.get(f"{{{YIHU}}}result", ""),
        )  # fmt: skip

    def _check_definitions(self, element: Element, kind: Kind) -> None:
        """An event with a definition where it means nothing would silently be something else."""
        allowed = {
            Kind.TERMINATE: {"terminateEventDefinition"}, Kind.WAIT: {"timerEventDefinition"},
            Kind.BOUNDARY: {"timerEventDefinition", "errorEventDefinition"},
        }.get(kind, set())  # fmt: skip
        for child in element:
            local = split_name(child.tag)[1]
            if local.endswith("EventDefinition") and local not in allowed:
                self.faults.append(problem("BPM-209", element.get("id", ""), what=local, hint="这个事件上不能用它"))
        if element.get("triggeredByEvent") == "true":
            self.faults.append(problem("BPM-209", element.get("id", ""), what="事件子流程", hint="不支持"))

    def _check_references(self) -> None:
        for edge in self.edges.values():
            ends = [self.nodes.get(edge.source), self.nodes.get(edge.target)]
            for name, node in zip((edge.source, edge.target), ends, strict=True):
                if node is None:
                    self.faults.append(problem("BPM-212", edge.id, what=name))
            if all(ends) and ends[0].container != ends[1].container:  # type: ignore[union-attr]
                self.faults.append(problem("BPM-212", edge.id, what="子流程边界另一侧的节点"))
        for node in self.nodes.values():
            if node.host and node.host not in self.nodes:
                self.faults.append(problem("BPM-212", node.id, what=node.host))
            if node.default and self.edges.get(node.default, Edge("", "", "")).source != node.id:
                self.faults.append(problem("BPM-212", node.id, what=node.default))
            if node.kind in ENDS and node.result not in {"", "refused", "completed"}:
                self.faults.append(problem("BPM-245", node.id, what="result", hint="用 refused 或 completed"))


def _timing(element: Element) -> Timing | None:
    timer = element.find(f"{{{BPMN}}}timerEventDefinition")
    if timer is None:
        return None
    duration, moment = timer.find(f"{{{BPMN}}}timeDuration"), timer.find(f"{{{BPMN}}}timeDate")
    return Timing(
        (duration.text or "").strip() if duration is not None else "",
        (moment.text or "").strip() if moment is not None else "",
    )
