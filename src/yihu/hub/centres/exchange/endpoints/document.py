"""The OpenAPI document, with what every signed operation shares: its signature and its problems."""

from functools import cache
from typing import Any

from ninja import NinjaAPI

from yihu.hub.centres.exchange.catalogue import operation_title
from yihu.hub.centres.exchange.services.problems import KINDS
from yihu.hub.centres.exchange.services.signed import Signed

PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457 问题说明",
    "required": ["type", "title", "status", "detail", "code", "advice", "trace"],
    "properties": {
        "type": {"type": "string", "description": "问题说明的地址"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "哪里不对"},
        "code": {"type": "string", "description": "稳定的问题代码"},
        "advice": {"type": "string", "description": "怎么办"},
        "trace": {"type": "string", "description": "追踪号，与应答头 X-Request-ID 相同"},
        "field": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {n: {"type": "string"} for n in ("field", "detail", "code")},
            },
        },
        "omitted": {"type": "integer"},
    },
}
# What any signed operation may answer beside its own.
COMMON = (400, 401, 403, 404, 413, 422, 429, 500)


def document_of(api: NinjaAPI) -> dict[str, Any]:
    """The whole document; made once, operations do not change while a process runs."""
    return _document(api)


@cache
def _document(api: NinjaAPI) -> dict[str, Any]:
    found = dict(api.get_openapi_schema(path_prefix="/api/exchange/v1/"))
    found["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    found["components"]["securitySchemes"] = {
        "Signed": {
            "type": "apiKey", "in": "header", "name": "Signature",
            "description": "Ed25519 或 HMAC-SM3 签名（RFC 9421），另有两个请求头；写法见接口说明。",
        }
    }  # fmt: skip
    for router_path, view in _views(api):
        for operation in view.operations:
            for method in operation.methods:
                entry = found["paths"].get(router_path, {}).get(method.lower())
                if entry is not None and isinstance(operation.auth_callbacks[0], Signed):
                    _complete(entry, operation.auth_callbacks[0].operation)
    return found


def _views(api: NinjaAPI) -> list[tuple[str, Any]]:
    prefix = "/api/exchange/v1"
    return [
        (f"{prefix}{_joined(router_prefix, path)}", view)
        for router_prefix, router in api._routers
        for path, view in router.path_operations.items()
    ]


def _joined(prefix: str, path: str) -> str:
    return ("/" + "/".join(part.strip("/") for part in (prefix, path) if part.strip("/"))).replace("//", "/")


def _complete(entry: dict[str, Any], operation: str) -> None:
    entry["x-operation"] = operation
    entry["x-operation-title"] = operation_title(operation)
    entry["security"] = [{"Signed": []}]
    for status in COMMON:
        titles = "；".join(f"{kind.code} {kind.title}" for kind in KINDS if kind.status == status)
        entry["responses"].setdefault(str(status), {
            "description": titles,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        })  # fmt: skip
