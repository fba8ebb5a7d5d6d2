"""The API put together: the exchange's own operations and those other rooms brought, each declared as signed."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from yihu.hub.base.access import public, unrecorded
from yihu.hub.centres.exchange.catalogue import routers
from yihu.hub.centres.exchange.endpoints import own
from yihu.hub.centres.exchange.endpoints.document import document_of
from yihu.hub.centres.exchange.endpoints.faults import answer_faults, problem
from yihu.hub.centres.exchange.endpoints.passing import is_signed, passing
from yihu.hub.centres.exchange.endpoints.reading import sections_of
from yihu.hub.centres.exchange.services.outgoing import OWN_KEY_ID, own_public_key
from yihu.hub.centres.exchange.services.problems import KINDS
from yihu.kit.signatures import ED25519


def make_api() -> NinjaAPI:
    """Everything below `/api/exchange/v1`."""
    api = NinjaAPI(
        title="一户 数据交换接口", version="1", description="外部系统以签名请求调用；见接口说明。",
        urls_namespace="exchange-api", docs_url=None, openapi_url=None,
    )  # fmt: skip
    answer_faults(api)
    api.add_router("", own.router)
    for prefix, router in routers().items():
        api.add_router(prefix, router)
    return api


API = make_api()


def api_patterns() -> list[URLPattern]:
    """
    The addresses of the API.

    :raises TypeError: an operation that would answer without a signature
    """
    found = []
    for pattern in API.urls[0]:
        if pattern.name in {"api-root", "openapi-json", "openapi-view"}:
            continue
        found.append(path(str(pattern.pattern), passing(pattern.callback), name=pattern.name))
    for _, router in API._routers:
        for address, view in router.path_operations.items():
            if not is_signed(view):
                raise TypeError(f"{address}: every operation needs auth=Signed(...)")
    return found


@public
@require_safe
def openapi(request: HttpRequest) -> JsonResponse:
    """The OpenAPI 3.1 document. It describes an open program and names nobody: anyone may read it."""
    return JsonResponse(document_of(API), json_dumps_params={"ensure_ascii": False})


@public
@require_safe
def document(request: HttpRequest) -> HttpResponse:
    """The same in Chinese for people: how to sign, the operations, the problems."""
    found = document_of(API)
    shown = {
        "sections": sections_of(found), "problems": KINDS, "version": found["info"]["version"],
        "body_kilobytes": settings.EXCHANGE_BODY_BYTES // 1024,
    }  # fmt: skip
    return render(request, "exchange/document.html", shown)


@public
@require_safe
def own_keys(request: HttpRequest) -> JsonResponse:
    """The public key by which this installation signs what it sends."""
    return JsonResponse({"keys": [{"keyid": OWN_KEY_ID, "alg": ED25519, "public_key": own_public_key()}]})


@public
@csrf_exempt
@unrecorded
def unknown(request: HttpRequest, rest: str) -> HttpResponse:
    """Any other address: a program that calls it can read the answer."""
    return problem(request, "EXC-030", f"没有地址 {request.path[:200]}")
