"""Small processes as text."""

from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yihu="https://yihu.dev/bpmn/1" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="test">'
)


def process(*parts: str, name: str = "测试流程") -> str:
    """A whole file; `parts` are elements and flows."""
    return f'{HEAD}<process id="p" name="{name}" isExecutable="true">{"".join(parts)}</process></definitions>'


def node(kind: str, node_id: str, inner: str = "", /, **attributes: object) -> str:
    """An element; attributes that BPMN knows go plain, others into the house's namespace."""
    plain = {"name", "default", "attachedToRef", "cancelActivity", "calledElement"}
    text = "".join(f" {k if k in plain else 'yihu:' + k}={quoteattr(str(v))}" for k, v in attributes.items())
    return f'<{kind} id="{node_id}"{text}>{inner}</{kind}>'


def user(node_id: str, people: str = "", **attributes: object) -> str:
    """A user task for listed people: `zhang li`, or with `candidates` of its own."""
    if people:
        listed = ", ".join(f'"{p}"' for p in people.split())
        attributes.setdefault("candidates", f'{{"people": [{listed}]}}')
    attributes.setdefault("name", f"环节{node_id}")
    return node("userTask", node_id, **attributes)


def flow(*path: str, when: str = "", flow_id: str = "") -> str:
    """Flows along a path of nodes; `when` is the condition of the first."""
    found = []
    for n, (source, target) in enumerate(pairwise(path)):
        inner = f'<conditionExpression xsi:type="tFormalExpression">{escape(when)}</conditionExpression>'
        identity = flow_id if flow_id and n == 0 else f"f_{source}_{target}"
        found.append(
            f'<sequenceFlow id="{identity}" sourceRef="{source}" targetRef="{target}">'
            f"{inner if when and n == 0 else ''}</sequenceFlow>"
        )
    return "".join(found)


START, END = node("startEvent", "s"), node("endEvent", "e")


def line(*tasks: str) -> str:
    """A process of tasks one after the other; a task is its element."""
    ids = [t.split('id="')[1].split('"')[0] for t in tasks]
    return process(START, END, *tasks, flow("s", *ids, "e"))


def timer(duration: str) -> str:
    return f"<timerEventDefinition><timeDuration>{duration}</timeDuration></timerEventDefinition>"


def drawn(xml: str) -> str:
    """The same file with a picture: the nodes in a row, two deep, the flows straight."""
    from yihu.hub.centres.workflow.catalogue.reading import read_process

    graph = read_process(xml)
    middle: dict[str, tuple[int, int]] = {}
    shapes = []
    for n, one in enumerate(graph.nodes.values()):
        width, height = (110, 80) if one.kind.value.endswith("Task") else (50, 50)
        x, y = 80 + 160 * (n // 2), 60 + 120 * (n % 2)
        middle[one.id] = (x + width // 2, y + height // 2)
        bounds = f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'
        shapes.append(f'<di:BPMNShape id="{one.id}_di" bpmnElement="{one.id}">{bounds}</di:BPMNShape>')
    for edge in graph.edges.values():
        points = "".join(f'<w:waypoint x="{x}" y="{y}"/>' for x, y in (middle[edge.source], middle[edge.target]))
        shapes.append(f'<di:BPMNEdge id="{edge.id}_di" bpmnElement="{edge.id}">{points}</di:BPMNEdge>')
    plane = f'<di:BPMNPlane id="plane" bpmnElement="{graph.key}">{"".join(shapes)}</di:BPMNPlane>'
    names = (
        'xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
        'xmlns:w="http://www.omg.org/spec/DD/20100524/DI"'
    )
    return xml.replace("</definitions>", f'<di:BPMNDiagram id="diagram" {names}>{plane}</di:BPMNDiagram></definitions>')
