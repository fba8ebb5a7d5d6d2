"""Problems as RFC 9457 answers: a stable code, what is wrong, where, what to do, and the number for the help desk."""

from typing import Any

import structlog
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from yihu.hub.base.errors import UnableTo
from yihu.hub.centres.exchange.services.problems import BY_CODE, RefusedError
from yihu.hub.centres.exchange.services.signed import passing_of

PROBLEM_JSON = "application/problem+json"
DOCUMENT = "/api/exchange/v1/document"
MOST_ERRORS = 20
# Kinds of pydantic in Chinese; `{}` is filled from the error's context.
SAYINGS = {
    "missing": "缺少此项",
    "extra_forbidden": "没有这一项，请去掉",
    "string_type": "须是字符串",
    "string_unicode": "含有不成对的代理字符",
    "decimal_parsing": "须是数字",
    "decimal_max_places": "最多 {decimal_places} 位小数",
    "decimal_max_digits": "最多 {max_digits} 位数字",
    "finite_number": "须是有限的数字",
    "string_too_long": "不得超过 {max_length} 个字符",
    "string_too_short": "至少 {min_length} 个字符",
    "string_pattern_mismatch": "含有不允许的字符",
    "int_type": "须是整数",
    "int_parsing": "须是整数",
    "int_from_float": "须是整数",
    "bool_type": "须是 true 或 false",
    "bool_parsing": "须是 true 或 false",
    "list_type": "须是数组",
    "too_long": "最多 {max_length} 项",
    "too_short": "至少 {min_length} 项",
    "enum": "须是 {expected} 之一",
    "literal_error": "须是 {expected} 之一",
    "greater_than_equal": "不得小于 {ge}",
    "less_than_equal": "不得大于 {le}",
    "datetime_parsing": "须是 ISO 8601 时间，如 2026-11-25T17:00:00+08:00",
    "datetime_from_date_parsing": "须是 ISO 8601 时间，如 2026-11-25T17:00:00+08:00",
    "timezone_aware": "时间须带时区，如 +08:00",
    "model_attributes_type": "须是对象",
    "dict_type": "须是对象",
}


def problem(
    request: HttpRequest, code: str, detail: str, *, field: str = "", retry_after: int = 0, **more: Any
) -> HttpResponse:
    """One problem as an answer; the code is noted for the log."""
    kind = BY_CODE[code]
    passing = passing_of(request)
    passing.code, passing.note = code, detail
    body: dict[str, Any] = {
        "type": f"{DOCUMENT}#{code}", "title": kind.title, "status": kind.status, "detail": detail, "code": code,
        "advice": kind.advice, "trace": getattr(request, "number", ""),
    }  # fmt: skip
    body |= {"field": field} if field else {}
    answer = JsonResponse(
        body | more, status=kind.status, content_type=PROBLEM_JSON, json_dumps_params={"ensure_ascii": False}
    )
    if retry_after:
        answer["Retry-After"] = str(retry_after)
    if kind.status == 401:
        answer["WWW-Authenticate"] = 'Signature realm="yihu", headers="@method @path @query content-digest"'
    return answer


def answer_faults(api: NinjaAPI) -> None:
    """Give every fault of an API its answer."""
    api.add_exception_handler(RefusedError, _refused)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(HttpError, _malformed)
    api.add_exception_handler(Http404, lambda request, exc: problem(request, "EXC-030", str(exc) or "没有找到"))
    api.add_exception_handler(UnableTo, lambda request, exc: problem(request, "EXC-020", str(exc)))
    api.add_exception_handler(Exception, _broken)


def _refused(request: HttpRequest, exc: RefusedError) -> HttpResponse:
    more = {"errors": exc.errors} if exc.errors else {}
    return problem(request, exc.code, exc.detail, field=exc.field, retry_after=exc.retry_after, **more)


def _malformed(request: HttpRequest, exc: HttpError) -> HttpResponse:
    return problem(request, "EXC-021", "请求体不能解析")


def _broken(request: HttpRequest, exc: Exception) -> HttpResponse:
    structlog.get_logger("yihu.exchange").exception("an operation broke", error=type(exc).__name__)
    return problem(request, "EXC-050", "处理请求时出了差错，没有生效")


def _invalid(request: HttpRequest, exc: ValidationError) -> HttpResponse:
    errors = [{"field": _place(one["loc"]), "detail": _said(one)} for one in exc.errors[:MOST_ERRORS]]
    rest = len(exc.errors) - len(errors)
    detail = f"{errors[0]['field']}：{errors[0]['detail']}" + (
        f"；另有 {len(exc.errors) - 1} 处" if len(exc.errors) > 1 else ""
    )
    return problem(request, "EXC-020", detail, field=errors[0]["field"], errors=errors, omitted=rest)


def _place(loc: tuple[Any, ...]) -> str:
    """`("body", "payload", "items", 0, "title")` as `items[0].title`."""
    parts = [part for at, part in enumerate(loc) if not (at == 0 or (at == 1 and loc[0] == "body"))]
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return text.lstrip(".") or str(loc[0])


def _said(error: dict[str, Any]) -> str:
    saying = SAYINGS.get(error["type"])
    if saying is None:
        # Our own validators speak Chinese already.
        return str(error.get("ctx", {}).get("error", "")) or "值不符合要求"
    return saying.format(**{k: str(v).replace(" or ", " 或 ") for k, v in error.get("ctx", {}).items()})
