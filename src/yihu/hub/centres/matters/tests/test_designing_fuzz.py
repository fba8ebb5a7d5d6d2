"""
Processes, forms, letters and YAML written at random: what is refused has a code, what is accepted is held to a second,
independent reading of the rules.
"""

import json
import re
from typing import Any

import pytest
import yaml
from defusedxml import ElementTree
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yihu.hub.centres.matters.catalogue.fields import FormTree
from yihu.hub.centres.matters.catalogue.letters import examine_text, fill
from yihu.hub.centres.matters.catalogue.schema import read_schema
from yihu.hub.centres.matters.catalogue.yaml_text import read_yaml
from yihu.hub.centres.matters.selectors.designing.drafts import refused_process

pytestmark = pytest.mark.django_db
MANY = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
CODED = re.compile(r"(MTR|BPM)-[A-Z]?\d+")
CHINESE = re.compile(r"[一-鿿]")
NAMES = ["bpmn:userTask", "bpmn:scriptTask", "bpmn:script", "bpmn:serviceTask", "bpmn:extensionElements", "evil:x",
"svg",
         "bpmn:subProcess", "bpmn:sequenceFlow", "bpmn:task", "bpmn:ioSpecification", "bpmn:messageFlow",
         "yihu:x"]  # fmt: skip
ATTRIBUTES = [
    "id",
    "name",
    "yihu:handler",
    "yihu:mode",
    "evil:class",
    "onclick",
    "sourceRef",
    "targetRef",
    "href",
    "style",
]
TEXTS = st.sampled_from(["A1", "os.system", "<script>", "&lt;", "{{ x }}", "javascript:alert(1)", "all", "../x", ""])
ALLOWED = {
    "userTask", "serviceTask", "subProcess", "sequenceFlow", "extensionElements", "definitions", "process",
    "startEvent",
    "endEvent",
}  # fmt: skip


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _element(name: str, attributes: dict[str, str], children: list[str]) -> str:
    said = "".join(f' {key}="{_escaped(value)}"' for key, value in attributes.items())
    return f"<{name}{said}>{''.join(children)}</{name}>"


ELEMENTS = st.recursive(
    st.builds(_element, st.sampled_from(NAMES), st.dictionaries(st.sampled_from(ATTRIBUTES), TEXTS, max_size=3),
    st.just([])),
    lambda inner: st.builds(
        _element, st.sampled_from(NAMES), st.dictionaries(st.sampled_from(ATTRIBUTES), TEXTS, max_size=3),
        st.lists(inner, max_size=3),
    ),
    max_leaves=8,
)  # fmt: skip
ROOT = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yihu="https://yihu.dev/bpmn/1" '
    'xmlns:evil="http://evil.example/"><bpmn:process id="P"><bpmn:startEvent id="Start" />{}'
    '<bpmn:endEvent id="End" /></bpmn:process></bpmn:definitions>'
)


@MANY
@given(st.lists(ELEMENTS, max_size=4))
def test_whatever_process_is_opened_holds_known_parts_only(parts: list[str]) -> None:
    text = ROOT.format("".join(parts))
    if refused_process(text):
        return
    for element in ElementTree.fromstring(text).iter():
        namespace, _, local = element.tag.rpartition("}")
        assert namespace.endswith("MODEL")
        assert local in ALLOWED
        assert not any("evil" in name or name in {"onclick", "href", "style"} for name in element.attrib)


KEYWORDS = st.sampled_from(
    ["type", "title", "maxLength", "pattern", "$ref", "properties", "items", "oneOf", "if", "then", "allOf", "$id",
    "x-compute",
     "x-prefill", "maxItems", "format", "required", "additionalProperties", "x-codes", "$defs", "not", "default"]
)  # fmt: skip
LEAVES = st.one_of(
    st.sampled_from(["string", "object", "array", "number", "#/$defs/a", "file:///etc/passwd", "^(a+)+$", "甲",
    "date", ""]),
    st.integers(-5, 10**12), st.booleans(), st.none(),
)  # fmt: skip
SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYWORDS, inner, max_size=5)),
    max_leaves=25,
)


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        here = [str(node["$ref"])] if "$ref" in node else []
        return here + [found for inner in node.values() for found in _references(inner)]
    return [found for inner in node for found in _references(inner)] if isinstance(node, list) else []


@MANY
@given(st.dictionaries(st.sampled_from(["a", "b_c"]), SCHEMAS, max_size=3))
def test_whatever_form_is_accepted_stays_in_its_file(properties: dict[str, Any]) -> None:
    text = json.dumps({"type": "object", "properties": properties, "unevaluatedProperties": False})
    schema, problems = read_schema(text)
    if problems:
        assert all(CODED.match(p.code) and CHINESE.search(p.message + p.advice) for p in problems)
        return
    assert all(reference.startswith("#/$defs/") for reference in _references(schema["properties"]))
    # What is accepted can be shown.
    tree = FormTree(schema)
    assert {one.name for one in tree.fields_for({})} <= {one.name for one in tree.every_field()}
    assert "$id" not in text.replace('"$id": null', "")


@MANY
@given(st.text(alphabet="{}%|.# \nabform_(')*[]", max_size=80))
def test_whatever_letter_is_accepted_only_fills_its_places(text: str) -> None:
    fields = frozenset({"form", "a", "b"})
    if examine_text("letters/x.txt", "", text, fields):
        return
    values = {"form": {"a": "{{ form.b }}", "b": "<b>", "form": "甲"}, "settings": {"SECRET": "secret"}}
    filled = fill(text, values)
    assert "secret" not in filled
    # What is filled in is not read again, and nothing else changed.
    expected = re.sub(r"\{\{\s*form\.(\w+)\s*(\|[^}]*)?\}\}", lambda m: str(values["form"].get(m[1], "")), text)
    if "|" not in text:
        assert filled == expected


@MANY
@given(st.text(alphabet="ab:[]{}!&*<>-\n ,#'\"|%@1", max_size=60))
def test_whatever_yaml_is_read_is_plain_data(text: str) -> None:
    value, problems = read_yaml("matter.yaml", text)
    if problems:
        assert value == {}
        assert all(CODED.match(p.code) for p in problems)
        return
    assert _is_plain(value)
    assert yaml.safe_load(text) == value


def _is_plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_is_plain(key) and _is_plain(inner) for key, inner in value.items())
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return value is None or type(value).__module__ in {"builtins", "datetime"}
