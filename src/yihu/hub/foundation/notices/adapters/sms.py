"""
SMS gateways. The port is `SmsGateway`; behind it stand a simulator for demonstrations, and one adaptor for gateways
that take signed JSON over HTTP, whose field names come from the settings.
"""

import hashlib
import hmac
import json
import secrets
import time
import urllib.error
import urllib.request
from abc import abstractmethod
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from yihu.hub.foundation.notices.services.delivering import Outgoing, RefusedError, Sender, SendingError

ANSWER_BYTES = 64 * 1024
TOO_MANY, REQUEST_TIMEOUT = 429, 408


class SmsGateway(Sender):
    """Whoever carries SMS: takes one message for one number, and says by which number it is known there."""

    name: str

    @abstractmethod
    def carry(self, *, token: str, number: str, text: str) -> str:
        """Hand one SMS over; see `Sender.send`."""

    def send(self, message: Outgoing) -> str:
        """The texts of a message as one SMS under the house's signature."""
        return self.carry(token=message.token, number=message.to, text=settings.SMS_SIGNATURE + " ".join(message.texts))


class LoopbackGateway(SmsGateway):
    """Carries nothing: what it took stands on the simulator's page, where one can answer in a phone's name."""

    name = "loopback"

    def carry(self, *, token: str, number: str, text: str) -> str:
        """Everything is taken."""
        return f"loopback-{token}"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A gateway that sends elsewhere would carry numbers to whom nobody registered."""

    def redirect_request(self, *_: Any) -> None:
        return None


class HttpGateway(SmsGateway):
    """
    POSTs JSON; signed by HMAC-SHA256 over method, path, time, nonce and the body's digest.

    Headers: `X-Key`, `X-Timestamp` (seconds), `X-Nonce`, `X-Signature` (hex). Answer: 2xx with the gateway's number of
    the message. 4xx is final, except 408 and 429.
    """

    name = "http"
    FIELDS = {"token": "id", "to": "to", "text": "text", "reference": "reference"}

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.fields = {**self.FIELDS, **_pairs(settings.SMS_FIELDS)}
        self.opener = urllib.request.build_opener(_NoRedirect)

    def carry(self, *, token: str, number: str, text: str) -> str:
        """One request; the answer's reference, or our token where it names none."""
        names = self.fields
        body = json.dumps(
            {names["token"]: token, names["to"]: number, names["text"]: text}, ensure_ascii=False
        ).encode()
        answer = self._post(body)
        return str(answer.get(names["reference"]) or token)

    def _post(self, body: bytes) -> dict[str, Any]:
        stamp, nonce = str(int(self.clock())), secrets.token_hex(16)
        path = urlsplit(settings.SMS_URL).path or "/"
        request = urllib.request.Request(  # noqa: S310 (the operator's own setting; its scheme is checked at the start)
            settings.SMS_URL,
            data=body,
            method="POST",
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "X-Key": settings.SMS_KEY,
                "X-Timestamp": stamp,
                "X-Nonce": nonce,
                "X-Signature": signature("POST", path, stamp, nonce, body),
            },
        )
        try:
            with self.opener.open(request, timeout=settings.SMS_TIMEOUT) as answer:
                return _object(answer.read(ANSWER_BYTES))
        except urllib.error.HTTPError as error:
            words = f"短信网关应答 {error.code}"
            passing = error.code >= 500 or error.code < 400 or error.code in {TOO_MANY, REQUEST_TIMEOUT}
            raise (SendingError(words) if passing else RefusedError(words)) from error
        except (OSError, urllib.error.URLError) as error:
            raise SendingError(f"短信网关无应答：{type(error).__name__}") from error


def signature(method: str, path: str, stamp: str, nonce: str, body: bytes) -> str:
    """HMAC-SHA256 under the shared secret, hex; both directions are signed alike."""
    told = "\n".join((method, path, stamp, nonce, hashlib.sha256(body).hexdigest()))
    return hmac.new(settings.SMS_SECRET.encode(), told.encode(), hashlib.sha256).hexdigest()


def gateway_in_force() -> SmsGateway | None:
    """The gateway that the settings chose; None when SMS are off."""
    if settings.SMS_GATEWAY == "http":
        return HttpGateway()
    return LoopbackGateway() if settings.SMS_GATEWAY == "loopback" and not settings.SMS_URL else None


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _pairs(text: str) -> dict[str, str]:
    """`to=mobile,text=content` as a dictionary."""
    return dict(part.strip().split("=", 1) for part in text.split(",") if "=" in part)
