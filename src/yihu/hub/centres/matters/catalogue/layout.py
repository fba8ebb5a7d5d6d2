"""
A picture for a process that has none: lanes as rows, nodes in the order of the flow, lines at right angles.

Whoever writes a bundle by hand writes the process; this writes its `BPMNDiagram`, which the viewers draw.
"""

from collections import defaultdict
from typing import Any
from xml.etree import ElementTree as Tree  # builds only; what is read is read by defusedxml

from defusedxml import ElementTree

from yihu.hub.centres.matters.catalogue.boxes import Box, Point, boundary_boxes, inner_boxes, inner_size, way, way_down
from yihu.hub.centres.matters.catalogue.process import BPMN, OWN

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
LINE = "{http://www.omg.org/spec/DD/20100524/DI}"
PREFIXES = {
    "bpmn": BPMN, "bpmndi": DI, "dc": DC, "di": LINE, "yihu": OWN, "xsi": "{http://www.w3.org/2001/XMLSchema-instance}",
}  # fmt: skip
LEFT, HEAD, TASK, GAP, ROW, TOP = 160, 30, 110, 50, 120, 80


def with_picture(xml: str) -> str:
    """The same process with a fresh diagram in place of any it had."""
    for prefix, name in PREFIXES.items():
        Tree.register_namespace(prefix, name.strip("{}"))
    root = ElementTree.fromstring(xml.encode(), forbid_dtd=True)
    for old in root.findall(f"{DI}BPMNDiagram"):
        root.remove(old)
    process = root.find(f"{BPMN}process")
    edges = {n.get("id"): n.get("attachedToRef") for n in process.findall(f"{BPMN}boundaryEvent")}
    nodes = {n.get("id"): n for n in process if _size(n) and n.get("id") not in edges}
    flows = list(process.findall(f"{BPMN}sequenceFlow"))
    rows = _rows(process, nodes)
    # What leaves a boundary event leaves its host, as far as columns go.
    ways = [(edges.get(f.get("sourceRef"), f.get("sourceRef")), f.get("targetRef")) for f in flows]
    boxes = _places(nodes, ways, rows)
    boxes |= boundary_boxes(edges, boxes)
    _draw(root, process, boxes, flows, rows)
    Tree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Tree.tostring(root, encoding="unicode") + "\n"


def _size(node: Any) -> Point | None:
    kind = node.tag.removeprefix(BPMN)
    if kind == "subProcess":
        return inner_size([_size(child) for child in node])
    if kind.endswith("Event"):
        return (36, 36)
    if kind.endswith("Gateway"):
        return (50, 50)
    return (110, 80) if kind.endswith(("Task", "task", "callActivity")) else None


def _rows(process: Any, nodes: dict[str, Any]) -> dict[str, int]:
    lanes = process.findall(f"{BPMN}laneSet/{BPMN}lane")
    found = {(r.text or "").strip(): at for at, lane in enumerate(lanes) for r in lane.findall(f"{BPMN}flowNodeRef")}
    return {node: found.get(node, 0) for node in nodes}


def _columns(nodes: dict[str, Any], flows: list[tuple[Any, Any]]) -> dict[str, int]:
    """The longest way from a start, not counting flows that lead back."""
    ahead: dict[str, list[str]] = defaultdict(list)
    for source, target in flows:
        if source in nodes and target in nodes:
            ahead[source].append(target)
    order, back = _sorted(nodes, ahead)
    column = dict.fromkeys(nodes, 0)
    for node in order:
        for target in ahead[node]:
            if (node, target) not in back:
                column[target] = max(column[target], column[node] + 1)
    return column


def _sorted(nodes: dict[str, Any], ahead: dict[str, list[str]]) -> tuple[list[str], set[tuple[str, str]]]:
    """Nodes so that flows lead onwards, and the flows that lead back."""
    order: list[str] = []
    back: set[tuple[str, str]] = set()
    open_ones: set[str] = set()
    done: set[str] = set()

    def visit(node: str) -> None:
        open_ones.add(node)
        for target in ahead[node]:
            if target in open_ones:
                back.add((node, target))
            elif target not in done:
                visit(target)
        open_ones.discard(node)
        done.add(node)
        order.append(node)

    reached = {target for targets in ahead.values() for target in targets}
    for start in sorted(nodes, key=lambda node: node in reached):
        if start not in done:
            visit(start)
    return order[::-1], back


def _places(nodes: dict[str, Any], flows: list[tuple[Any, Any]], rows: dict[str, int]) -> dict[str, Box]:
    columns = _columns(nodes, flows)
    cells: dict[Point, list[str]] = defaultdict(list)
    for node in nodes:
        cells[rows[node], columns[node]].append(node)
    deepest = {row: max((len(c) for (r, _), c in cells.items() if r == row), default=1) for row in set(rows.values())}
    tops, y = {}, TOP
    for row in range(max(rows.values(), default=0) + 1):
        tops[row] = y
        y += ROW * deepest.get(row, 1)
    widths = [
        max((_size(nodes[n]) or (0, 0))[0] for n in nodes if columns[n] == at) if at in columns.values() else 0
        for at in range(max(columns.values(), default=0) + 1)
    ]
    lefts = [LEFT + HEAD + 30 + sum(max(w, TASK) + GAP for w in widths[:at]) for at in range(len(widths))]
    boxes = {}
    for (row, column), stacked in cells.items():
        for at, node in enumerate(stacked):
            width, height = _size(nodes[node]) or (0, 0)
            x = lefts[column] + (max(widths[column], TASK) - width) // 2
            room = ROW * deepest[row] // len(stacked)
            boxes[node] = Box(x, tops[row] + at * room + (room - height) // 2, width, height)
    return boxes


def _draw(root: Any, process: Any, boxes: dict[str, Box], flows: list[Any], rows: dict[str, int]) -> None:
    diagram = Tree.SubElement(root, f"{DI}BPMNDiagram", {"id": "Diagram"})
    pool = root.find(f"{BPMN}collaboration/{BPMN}participant")
    whole = (root.find(f"{BPMN}collaboration") if pool is not None else process).get("id")
    plane = Tree.SubElement(diagram, f"{DI}BPMNPlane", {"id": "Plane", "bpmnElement": whole})
    right = max((b.right for b in boxes.values()), default=LEFT) + 40
    _draw_lanes(plane, process, pool, boxes, rows, right)
    upwards = {f.get("sourceRef") for f in flows if _leads_up(boxes, f)}
    inner = {n.get("id"): n for n in process.findall(f"{BPMN}subProcess")}
    edges = {n.get("id") for n in process.findall(f"{BPMN}boundaryEvent")}
    for node, box in sorted(boxes.items(), key=lambda pair: pair[0] in edges):
        shape = _shape(plane, node, box)
        if node in inner:
            _draw_inside(plane, shape, inner[node], box)
        if box.width == 50:
            # A gateway's question stands where no line leaves.
            y = box.bottom + 6 if node in upwards else box.y - 20
            _bounds(Tree.SubElement(shape, f"{DI}BPMNLabel"), Box(box.x - 35, y, 120, 14))
    for flow in flows:
        ends = boxes.get(flow.get("sourceRef")), boxes.get(flow.get("targetRef"))
        if None not in ends:
            _edge(plane, flow, (way_down if flow.get("sourceRef") in edges else way)(*ends))


def _draw_inside(plane: Any, shape: Any, part: Any, box: Box) -> None:
    """A sub-process stands open, its nodes in one line."""
    shape.set("isExpanded", "true")
    sizes = {n.get("id"): size for n in part if (size := _size(n))}
    boxes = inner_boxes(sizes, box)
    for node, place in boxes.items():
        _shape(plane, node, place)
    for flow in part.findall(f"{BPMN}sequenceFlow"):
        _edge(plane, flow, way(boxes[flow.get("sourceRef")], boxes[flow.get("targetRef")]))


def _leads_up(boxes: dict[str, Box], flow: Any) -> bool:
    one, other = boxes.get(flow.get("sourceRef")), boxes.get(flow.get("targetRef"))
    return one is not None and other is not None and other.middle[1] < one.middle[1]


def _edge(plane: Any, flow: Any, points: list[Point]) -> None:
    named = {"id": f"{flow.get('id')}_di", "bpmnElement": flow.get("id")}
    edge = Tree.SubElement(plane, f"{DI}BPMNEdge", named)
    for x, y in points:
        Tree.SubElement(edge, f"{LINE}waypoint", {"x": str(x), "y": str(y)})
    if flow.get("name"):
        (x, y), (_, next_y) = points[:2]
        _bounds(Tree.SubElement(edge, f"{DI}BPMNLabel"), Box(x + 8, y + (6 if y != next_y else -20), 60, 14))


def _draw_lanes(plane: Any, process: Any, pool: Any, boxes: dict[str, Box], rows: dict[str, int], right: int) -> None:
    lanes = process.findall(f"{BPMN}laneSet/{BPMN}lane")
    if not lanes:
        return
    y, tops = TOP, []
    for at in range(len(lanes)):
        mine = [boxes[n] for n, row in rows.items() if row == at and n in boxes]
        stacked = max((sum(1 for b in mine if b.middle[0] == one.middle[0]) for one in mine), default=1)
        tops.append((y, ROW * stacked))
        y += ROW * stacked
    if pool is not None:
        _shape(plane, pool.get("id"), Box(LEFT, TOP, right - LEFT, y - TOP), horizontal=True)
    for lane, (top, height) in zip(lanes, tops, strict=True):
        _shape(plane, lane.get("id"), Box(LEFT + HEAD, top, right - LEFT - HEAD, height), horizontal=True)


def _shape(plane: Any, of: str, box: Box, *, horizontal: bool = False) -> Any:
    more = {"isHorizontal": "true"} if horizontal else {}
    shape = Tree.SubElement(plane, f"{DI}BPMNShape", {"id": f"{of}_di", "bpmnElement": of, **more})
    _bounds(shape, box)
    return shape


def _bounds(parent: Any, box: Box) -> None:
    at = {"x": str(box.x), "y": str(box.y), "width": str(box.width), "height": str(box.height)}
    Tree.SubElement(parent, f"{DC}Bounds", at)
