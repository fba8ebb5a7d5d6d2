"""The door of the API: an operation names what an outside system must be allowed, and only a signed request passes."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.security.base import AuthBase

from yihu.hub.base.requests import client_address
from yihu.hub.centres.exchange.models import OutsideSystem
from yihu.hub.centres.exchange.services.admission import HEADERS, Envelope, admit, find_caller
from yihu.hub.centres.exchange.services.problems import RefusedError


@dataclass(slots=True)
class Passing:
    """
    One request on its way: filled by the door and by the operation, read for the log.

    `items` and `refused` count what a request carries; an operation over many sets them.
    """

    operation: str = ""
    system: OutsideSystem | None = None
    key_id: str = ""
    code: str = ""
    note: str = ""
    items: int = 0
    refused: int = 0


class Signed(AuthBase):
    """
    Use as `auth=Signed("todo.push")` of an operation; the operation finds the caller as `request.auth`.

    The path a signature covers is the decoded one in canonical encoding, see `yihu.kit.signatures`.
    """

    openapi_type = "apiKey"
    openapi_in = "header"
    openapi_name = "Signature"

    def __init__(self, operation: str) -> None:
        self.operation = operation
        super().__init__()

    def __call__(self, request: HttpRequest) -> Any:
        passing = passing_of(request)
        passing.operation = self.operation
        size = request.META.get("CONTENT_LENGTH") or "0"
        if not size.isdecimal() or int(size) > settings.EXCHANGE_BODY_BYTES:
            raise RefusedError("EXC-022", f"请求体不得超过 {settings.EXCHANGE_BODY_BYTES // 1024:,} KB")
        envelope = _envelope(request)
        try:
            admitted = admit(envelope=envelope, operation=self.operation, now=timezone.now())
        except RefusedError:
            claimed = find_caller(envelope)
            if claimed is not None:
                passing.system, passing.key_id = claimed.system, claimed.key_id
            raise
        passing.system, passing.key_id = admitted.system, admitted.key.key_id
        return admitted.system


def passing_of(request: HttpRequest) -> Passing:
    """The request's own record on the way; made when first asked for."""
    found = getattr(request, "passing", None)
    if found is None:
        found = request.passing = Passing()
    return found


def _envelope(request: HttpRequest) -> Envelope:
    headers = {name: request.headers.get(name, "") for name in HEADERS}
    query = request.META.get("QUERY_STRING", "")
    return Envelope(request.method or "", request.path, query, headers, request.body, client_address(request))
