"""
Conditions of a form in plain words: “shown when field X is Y”.

The designer writes them as standard `if`/`then` of JSON Schema; here they are read back for those who compare.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]


def conditions_of(schema: Schema) -> dict[str, str]:
    """By field, when it is shown; fields always shown are not in it."""
    titles = dict(_titles(schema))
    found: dict[str, str] = {}
    for branch in (schema, *_branches(schema)):
        if "if" not in branch:
            continue
        told = tell(branch["if"], titles)
        for part, negated in (("then", False), ("else", True)):
            for name in branch.get(part, {}).get("properties", {}):
                found[name] = f"不满足“{told}”时" if negated else f"{told} 时"
    return found


def tell(test: Any, titles: Mapping[str, str]) -> str:
    """An `if` in words; what is not of the plain kind is named as such."""
    if not isinstance(test, Mapping) or not isinstance(test.get("properties"), Mapping):
        return "自定义条件"
    return " 且 ".join(_one(titles.get(name, name), inner) for name, inner in test["properties"].items())


def _one(title: str, test: Any) -> str:
    if not isinstance(test, Mapping):
        return f"{title} 自定义条件"
    if "const" in test:
        return f"{title} 是 {_value(test['const'])}"
    if "enum" in test:
        return f"{title} 是 {' 或 '.join(_value(v) for v in test['enum'])}"
    bounds = {"minimum": "不小于", "maximum": "不大于", "exclusiveMinimum": "大于", "exclusiveMaximum": "小于"}
    told = [f"{words} {test[key]}" for key, words in bounds.items() if key in test]
    return f"{title} {' 且 '.join(told)}" if told else f"{title} 自定义条件"


def _value(value: Any) -> str:
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else str(value)


def _branches(schema: Schema) -> list[Schema]:
    return [branch for branch in schema.get("allOf", ()) if isinstance(branch, Mapping)]


def _titles(schema: Schema) -> Iterator[tuple[str, str]]:
    for part in (schema, *(b.get(k, {}) for b in (schema, *_branches(schema)) for k in ("then", "else"))):
        for name, field in part.get("properties", {}).items():
            yield name, str(field.get("title", name)) if isinstance(field, Mapping) else name
