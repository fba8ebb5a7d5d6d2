"""The OpenAPI document arranged for a page: operations by tag, fields with their Chinese meaning."""

from typing import Any

TYPES = {"string": "字符串", "integer": "整数", "number": "数字", "boolean": "布尔", "array": "数组", "object": "对象"}

FIRST = ("连通", "待办", "对账")


def sections_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Tags with their operations; what one calls first comes first."""
    schemas = document["components"].get("schemas", {})
    sections: dict[str, list[dict[str, Any]]] = {}
    for address, methods in document["paths"].items():
        for method, entry in methods.items():
            if "x-operation" in entry:
                tag = (entry.get("tags") or ["其他"])[0]
                sections.setdefault(tag, []).append(_operation(address, method, entry, schemas))
    ordered = sorted(
        sections.items(), key=lambda section: FIRST.index(section[0]) if section[0] in FIRST else len(FIRST)
    )
    return [{"title": title, "operations": found} for title, found in ordered]


def _operation(address: str, method: str, entry: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    body = _schema(entry.get("requestBody", {}), schemas)
    good = next((found for status, found in entry["responses"].items() if str(status).startswith("2")), {})
    return {
        "anchor": entry["operationId"],
        "method": method.upper(),
        "address": address,
        "title": entry["summary"],
        "note": entry.get("description", ""),
        "operation": entry["x-operation"],
        "operation_title": entry["x-operation-title"],
        "parameters": [_parameter(one) for one in entry.get("parameters", ()) if one["in"] in {"path", "query"}],
        "body": _tables(body, schemas),
        "answer": _tables(_schema(good, schemas), schemas),
    }


def _schema(holder: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    content = next(iter(holder.get("content", {}).values()), {})
    return content.get("schema", {})


def _parameter(one: dict[str, Any]) -> dict[str, Any]:
    schema = one.get("schema", {})
    return {
        "name": one["name"], "needed": one.get("required", False), "type": _type(schema),
        "note": one.get("description") or schema.get("description", ""),
    }  # fmt: skip


def _tables(schema: dict[str, Any], schemas: dict[str, Any]) -> list[dict[str, Any]]:
    """The object itself, then the objects it holds, each once."""
    waiting, seen, tables = _refs(schema), set(), []
    while waiting:
        name = waiting.pop(0)
        if name in seen or schemas.get(name, {}).get("type") != "object":
            continue
        seen.add(name)
        found = schemas[name]
        needed = set(found.get("required", ()))
        rows = [
            {"name": key, "needed": key in needed, "type": _type(value), "note": value.get("description", "")}
            for key, value in found.get("properties", {}).items()
        ]
        tables.append({"name": name, "rows": rows})
        waiting += _refs(found)
    return tables


def _refs(node: Any) -> list[str]:
    if isinstance(node, dict):
        here = [node["$ref"].rsplit("/", 1)[-1]] if "$ref" in node else []
        return here + [ref for value in node.values() for ref in _refs(value)]
    return [ref for value in node for ref in _refs(value)] if isinstance(node, list) else []


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[-1]
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return (
            "，可空".join(dict.fromkeys(_type(one) for one in schema["anyOf"] if one.get("type") != "null")) + "，可空"
        )
    if schema.get("type") == "array":
        return f"{_type(schema.get('items', {}))} 的数组"
    limit = f"，至多 {schema['maxLength']} 字" if "maxLength" in schema else ""
    return TYPES.get(schema.get("type", ""), "任意") + limit
