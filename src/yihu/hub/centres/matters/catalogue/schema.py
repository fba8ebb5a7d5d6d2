"""`form.json` may say this much of JSON Schema 2020-12, and nothing that reaches outside or runs without end."""

import json
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from yihu.hub.centres.matters.catalogue.patterns import is_safe_pattern
from yihu.hub.centres.matters.catalogue.problems import Problem

FILE = "form.json"
DEEPEST, MOST_FIELDS, LONGEST_TEXT, LONGEST_PATTERN = 8, 200, 4000, 200
STRUCTURE = frozenset(
    {"type", "title", "description", "properties", "required", "dependentRequired", "allOf", "if", "then", "else",
     "unevaluatedProperties", "additionalProperties", "$defs", "$ref"}
)  # fmt: skip
ROOT = STRUCTURE | {"$schema", "x-groups"}
VALUE = frozenset(
    {"type", "title", "description", "format", "minLength", "maxLength", "pattern", "minimum", "maximum",
     "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "enum", "oneOf", "const", "default", "examples", "readOnly",
     "items", "minItems", "maxItems", "uniqueItems", "$ref"}
)  # fmt: skip
OWN = frozenset(
    {"x-codes", "x-widget", "x-prefill", "x-compute", "x-person", "x-office", "x-taxpayer", "x-money", "x-edit",
     "x-see", "x-label", "x-personal", "x-unit"}
)  # fmt: skip
FIELD = STRUCTURE | VALUE | OWN
TEST = frozenset({"const", "enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength",
                  "minItems", "contains", "not", "anyOf", "allOf", "properties", "required", "type"})  # fmt: skip
# What the form of an act calls its own fields, beside which those of a step are sent.
RESERVED = frozenset({"people", "opinion", "target", "verb"})
TYPES = frozenset({"string", "integer", "number", "boolean", "array", "object"})
FORMATS = frozenset({"date", "time", "date-time", "email"})
WIDGETS = frozenset({"textarea", "radio", "select", "checkboxes"})
PERSONAL = frozenset({"name", "id", "phone", "account", "address"})
LABELS = frozenset({"PUBLIC", "INTERNAL", "SENSITIVE", "IMPORTANT"})
FORM_OF_OWN: dict[str, Any] = {
    "x-widget": WIDGETS, "x-personal": PERSONAL, "x-label": LABELS,
    "x-codes": str, "x-prefill": str, "x-compute": str, "x-unit": str,
    "x-person": bool, "x-office": bool, "x-taxpayer": bool, "x-money": bool, "x-edit": list, "x-see": list,
}  # fmt: skip


def read_schema(text: str) -> tuple[dict[str, Any], list[Problem]]:
    """The schema a file holds; empty with the problems when it may not be used."""
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        return {}, [Problem("MTR-S01", FILE, _line(error), f"JSON 写法不对（{str(error)[:100]}）")]
    if not isinstance(value, dict):
        return {}, [Problem("MTR-S01", FILE, "", "最外层应是一个对象")]
    problems = _walked(value)
    if not problems:
        try:
            Draft202012Validator.check_schema(value)
        except SchemaError as error:
            place = ".".join(str(part) for part in error.absolute_path)
            problems.append(Problem("MTR-S07", FILE, place, f"不合 JSON Schema（{error.message[:120]}）"))
    return (value, []) if not problems else ({}, problems)


def _walked(schema: dict[str, Any]) -> list[Problem]:
    """The walk below; a value of a kind that no keyword takes (a list of types, a number of properties) ends it."""
    try:
        return list(_root(schema))
    except (TypeError, AttributeError, ValueError):
        return [Problem("MTR-S07", FILE, "", "有的关键字取了它不能取的值（如 type 写成列表）")]


def _root(schema: dict[str, Any]) -> Iterator[Problem]:
    if schema.get("type") != "object" or not isinstance(schema.get("properties"), dict):
        yield Problem("MTR-S05", FILE, "", '最外层应写 "type": "object" 和 properties')
        return
    if schema.get("$schema") not in {None, "https://json-schema.org/draft/2020-12/schema"}:
        yield Problem("MTR-S07", FILE, "$schema", "只支持 2020-12 版")
    if "unevaluatedProperties" not in schema or schema["unevaluatedProperties"] is not False:
        yield Problem("MTR-S05", FILE, "", '最外层应写 "unevaluatedProperties": false')
    yield from _object(schema, "", ROOT, 1)
    count = sum(1 for _ in _all_fields(schema))
    if count > MOST_FIELDS:
        yield Problem("MTR-S04", FILE, "", f"字段 {count} 个，超过 {MOST_FIELDS} 个")


def _all_fields(node: Any, depth: int = 0) -> Iterator[str]:
    if depth > 2 * DEEPEST:
        return
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "properties" and isinstance(value, dict):
                yield from value
            yield from _all_fields(value, depth + 1)
    elif isinstance(node, list):
        for value in node:
            yield from _all_fields(value, depth + 1)


def _object(schema: Any, place: str, allowed: frozenset[str], depth: int) -> Iterator[Problem]:
    """An object: the form itself, a group, a row, or what a condition adds."""
    if not isinstance(schema, dict):
        yield Problem("MTR-S07", FILE, place, "应是一个对象")
        return
    yield from _keys(schema, place, allowed)
    if depth > DEEPEST:
        yield Problem("MTR-S04", FILE, place, f"层次超过 {DEEPEST}")
        return
    yield from _reference(schema, place)
    for name, field in _pairs(schema, "properties"):
        yield from _field(field, f"{place}.{name}".strip("."), name, depth + 1)
    for name, shape in _pairs(schema, "$defs"):
        yield from _field(shape, f"$defs.{name}", name, depth + 1, titled=False)
    yield from _conditions(schema, place, depth)


def _conditions(schema: dict[str, Any], place: str, depth: int) -> Iterator[Problem]:
    branches = [schema, *(b for b in schema.get("allOf", []) if isinstance(b, dict))]
    for at, branch in enumerate(branches):
        here = place if at == 0 else f"{place}.allOf[{at - 1}]".strip(".")
        if at:
            yield from _keys(branch, here, frozenset({"if", "then", "else"}))
        if "if" in branch:
            yield from _test(branch["if"], f"{here}.if", depth)
        for part in ("then", "else"):
            if part in branch:
                inside = STRUCTURE - {"title", "description", "$defs"}
                yield from _object(branch[part], f"{here}.{part}".strip("."), inside, depth + 1)


def _test(node: Any, place: str, depth: int) -> Iterator[Problem]:
    """What stands in `if`: comparisons of fields only."""
    if not isinstance(node, dict) or depth > DEEPEST:
        yield Problem("MTR-S04" if depth > DEEPEST else "MTR-S07", FILE, place, "条件应是一个对象，层次不超过限度")
        return
    yield from _keys(node, place, TEST)
    for name, inner in _pairs(node, "properties"):
        yield from _test(inner, f"{place}.{name}", depth + 1)
    for key in ("not", "contains"):
        if key in node:
            yield from _test(node[key], f"{place}.{key}", depth + 1)
    for key in ("anyOf", "allOf"):
        for inner in node.get(key, []):
            yield from _test(inner, f"{place}.{key}", depth + 1)


def _field(field: Any, place: str, name: str, depth: int, *, titled: bool = True) -> Iterator[Problem]:
    if not isinstance(field, dict):
        yield Problem("MTR-S07", FILE, place, "字段应是一个对象")
        return
    if not name.isidentifier() or not name.isascii() or len(name) > 40:
        yield Problem("MTR-S05", FILE, place, "字段名只用英文字母、数字和下划线，不超过 40 个字符")
    if place in RESERVED:
        yield Problem("MTR-S05", FILE, place, "这个名字办理页自己要用，请换一个")
    yield from _object(field, place, FIELD, depth)
    yield from _own(field, place)
    if "$ref" in field:
        return
    if titled and not str(field.get("title", "")).strip():
        yield Problem("MTR-S05", FILE, place, "缺少中文标题 title")
    yield from _kind(field, place, depth)


def _kind(field: dict[str, Any], place: str, depth: int) -> Iterator[Problem]:
    kind = field.get("type")
    if kind not in TYPES:
        yield Problem("MTR-S05", FILE, place, "类型 type 应是 string、integer、number、boolean、array 或 object 之一")
    elif kind == "string":
        yield from _string(field, place)
    elif kind == "array":
        if "maxItems" not in field or not isinstance(field["maxItems"], int) or field["maxItems"] > 200:
            yield Problem("MTR-S05", FILE, place, "重复项须写 maxItems，不超过 200")
        yield from _field(field.get("items"), f"{place}[]", "items", depth + 1, titled=False)
    if kind == "object" and not isinstance(field.get("properties"), dict):
        yield Problem("MTR-S05", FILE, place, "字段组须写 properties")
    if "oneOf" in field and not _is_choice(field["oneOf"]):
        yield Problem("MTR-S07", FILE, place, 'oneOf 只用于选项：[{"const": 值, "title": "名称"}, …]')


def _string(field: dict[str, Any], place: str) -> Iterator[Problem]:
    free = not ({"oneOf", "enum", "const", "x-codes"} & set(field)) and field.get("format") not in FORMATS
    picked = any(field.get(key) for key in ("x-person", "x-office", "x-taxpayer", "x-money"))
    most = field.get("maxLength")
    if free and not picked and not (isinstance(most, int) and 0 < most <= LONGEST_TEXT):
        yield Problem("MTR-S05", FILE, place, f"文字须写 maxLength，不超过 {LONGEST_TEXT}")
    if field.get("format") not in {None, *FORMATS}:
        yield Problem("MTR-S02", FILE, place, f"不认识格式 {str(field['format'])[:20]}")
    pattern = field.get("pattern")
    if pattern is not None and not (isinstance(pattern, str) and is_safe_pattern(pattern, LONGEST_PATTERN)):
        yield Problem("MTR-S06", FILE, place, "式样 pattern 写法不对，或可能长时间回溯")


def _own(field: dict[str, Any], place: str) -> Iterator[Problem]:
    for key in sorted(OWN & set(field)):
        wanted, value = FORM_OF_OWN[key], field[key]
        good = value in wanted if isinstance(wanted, frozenset) and isinstance(value, str) else False
        if isinstance(wanted, type):
            good = isinstance(value, wanted) and (wanted is not list or all(isinstance(v, str) for v in value))
        if not good:
            yield Problem("MTR-S07", FILE, f"{place}.{key}", "值不合要求")


def _is_choice(options: Any) -> bool:
    return isinstance(options, list) and all(
        isinstance(o, dict) and set(o) == {"const", "title"} and isinstance(o["title"], str) for o in options
    )


def _reference(schema: dict[str, Any], place: str) -> Iterator[Problem]:
    target = schema.get("$ref")
    if target is not None and not (isinstance(target, str) and target.startswith("#/$defs/")):
        yield Problem("MTR-S03", FILE, place, f"引用 {str(target)[:60]} 指向本文件之外")


def _keys(schema: dict[str, Any], place: str, allowed: frozenset[str]) -> Iterator[Problem]:
    for key in schema:
        if key not in allowed:
            yield Problem("MTR-S02", FILE, f"{place}.{key[:40]}".strip("."), "不可使用这个关键字")


def _pairs(schema: dict[str, Any], key: str) -> list[tuple[str, Any]]:
    found = schema.get(key)
    return list(found.items()) if isinstance(found, dict) else []


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) != len({key for key, _ in pairs}):
        raise ValueError("同一项写了两次")
    return dict(pairs)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"不可使用 {name}")


def _line(error: Exception) -> str:
    return f"第 {error.lineno} 行" if isinstance(error, json.JSONDecodeError) else ""
