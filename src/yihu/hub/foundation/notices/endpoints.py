"""What a gateway hands in: SMS that people sent, and what became of those it took. Signed by the shared secret."""

import hmac
import json
import time
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from yihu.hub.base.access import public, unrecorded
from yihu.hub.foundation.notices.adapters.sms import HttpGateway, signature
from yihu.hub.foundation.notices.services.delivering import note_report
from yihu.hub.foundation.notices.services.texting import receive_sms

CLOCK_SECONDS = 300
BODY_BYTES = 16 * 1024


@unrecorded
@public
@csrf_exempt
@require_POST
def incoming(request: HttpRequest) -> JsonResponse:
    """`{"id", "from", "text"}`; the same id again is answered alike and does nothing."""
    body = _signed(request)
    if body is None:
        return _unsigned()
    number, sender, text = (body.get(name) for name in ("id", "from", "text"))
    if not all(isinstance(value, str) and value for value in (number, sender, text)):
        return _refuse(400, "NOT-081", "缺少 id、from 或 text")
    row = receive_sms(gateway=HttpGateway.name, message_id=number, number=sender, text=text, now=timezone.now())
    return JsonResponse({"ok": True, "repeated": row is None})


@unrecorded
@public
@csrf_exempt
@require_POST
def report(request: HttpRequest) -> JsonResponse:
    """`{"reference", "delivered", "detail"}`; the same word again changes nothing."""
    body = _signed(request)
    if body is None:
        return _unsigned()
    reference, delivered = body.get("reference"), body.get("delivered")
    if not isinstance(reference, str) or not reference or not isinstance(delivered, bool):
        return _refuse(400, "NOT-081", "缺少 reference 或 delivered")
    detail = str(body.get("detail", ""))
    known = note_report(reference=reference, delivered=delivered, detail=detail, now=timezone.now())
    return JsonResponse({"ok": True, "known": known})


def _signed(request: HttpRequest) -> dict[str, Any] | None:
    """
    The body of a request that the gateway signed within the last minutes; None when it did not.

    Repeating a recorded request changes nothing: SMS are known by their id and reports say what was said.
    """
    if HttpGateway.name != settings.SMS_GATEWAY:
        raise Http404
    stamp, nonce = request.headers.get("X-Timestamp", ""), request.headers.get("X-Nonce", "")
    given = request.headers.get("X-Signature", "")
    body = request.body[: BODY_BYTES + 1]
    fresh = stamp.isascii() and stamp.isdigit() and abs(time.time() - int(stamp[:12])) <= CLOCK_SECONDS
    right = signature("POST", request.path, stamp, nonce, body)
    if not fresh or len(body) > BODY_BYTES or not hmac.compare_digest(right.encode(), given.encode()):
        return None
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _unsigned() -> JsonResponse:
    return _refuse(401, "NOT-080", "签名不符或时间相差超过五分钟")


def _refuse(status: int, code: str, words: str) -> JsonResponse:
    return JsonResponse({"ok": False, "code": code, "message": words}, status=status)
