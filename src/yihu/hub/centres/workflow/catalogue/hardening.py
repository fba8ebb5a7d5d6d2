"""From text to a tree of XML that holds only what the grammar names."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from yihu.hub.centres.workflow.catalogue.grammar import (
    BPMN,
    COLOURS,
    DRAWING,
    ELEMENTS,
    EXTENSIONS,
    HINTS,
    MAX_BYTES,
    MAX_DEPTH,
    MAX_ELEMENTS,
    MAX_TEXT,
    XSI,
    YIHU,
    split_name,
)
from yihu.hub.centres.workflow.catalogue.problems import MalformedProcessError, Problem, problem

IDENTITY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,79}")
ELSEWHERE = "只接受 BPMN 图形与 yihu 属性，其他厂商的扩展请删去"


def read_tree(text: str) -> Element:
    """
    The root of a clean document.

    :raises MalformedProcessError: with every fault found
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise MalformedProcessError(problem("BPM-202", what=f"超过 {MAX_BYTES // 1024} KB"))
    try:
        root = fromstring(text.encode("utf-8"), forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise MalformedProcessError(problem("BPM-204")) from error
    except (ParseError, ValueError, RecursionError) as error:
        raise MalformedProcessError(problem("BPM-201", what=error)) from error
    faults = list(_faults(root))
    if faults:
        raise MalformedProcessError(*faults)
    return root


def _faults(root: Element) -> Iterator[Problem]:
    if root.tag != f"{{{BPMN}}}definitions":
        yield problem("BPM-209", what=split_name(root.tag)[1], hint="根元素必须是 BPMN 2.0 的 definitions")
        return
    count, seen = 0, set()
    pending = [(root, 1)]
    while pending:
        element, depth = pending.pop()
        count += 1
        if depth > MAX_DEPTH or count > MAX_ELEMENTS:
            yield problem("BPM-202", what=f"多于 {MAX_ELEMENTS} 个元素或深于 {MAX_DEPTH} 层")
            return
        yield from _element_faults(element)
        identity = element.get("id")
        if identity is not None:
            if identity in seen or not IDENTITY.fullmatch(identity):
                yield problem("BPM-211", identity[:80], what=identity)
            seen.add(identity)
        pending += [(child, depth + 1) for child in element]


def _element_faults(element: Element) -> Iterator[Problem]:
    namespace, local = split_name(element.tag)
    at = element.get("id", "")
    if namespace in DRAWING:
        return
    if namespace != BPMN:
        yield problem("BPM-209", at, what=local, hint=ELSEWHERE)
        return
    if local not in ELEMENTS:
        yield problem("BPM-209", at, what=local, hint=HINTS.get(local, "不在支持的 BPMN 子集之内"))
        return
    if len(element.text or "") > MAX_TEXT:
        yield problem("BPM-202", at, what=f"{local} 的文字长于 {MAX_TEXT} 字")
    for name in element.attrib:
        if not _is_allowed(local, name):
            yield problem("BPM-210", at, what=split_name(name)[1])


def _is_allowed(local: str, name: str) -> bool:
    namespace, attribute = split_name(name)
    if namespace == "":
        return attribute in ELEMENTS[local]
    if namespace == YIHU:
        return attribute in EXTENSIONS.get(local, ())
    return namespace in COLOURS or (namespace == XSI and attribute in {"type", "schemaLocation"})
