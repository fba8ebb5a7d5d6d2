"""A request of an administrator, a registered system, and six digits as an authenticator app would show them."""

import base64
import hashlib
import hmac
import secrets
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpRequest
from django.test import Client as Browser
from django.test import RequestFactory
from django.utils import timezone

from yihu.hub.foundation.identity.services.clients import ClientDraft, register_client
from yihu.hub.foundation.org.choices import StandardDuty

CALLBACK = "https://desk.example/callback"


@pytest.fixture(autouse=True)
def own_keys(settings: Any, tmp_path: Path) -> None:
    """Keys are made on first use: below a directory of the test's own."""
    settings.STATE = tmp_path


@pytest.fixture
def request_of(cast: dict[StandardDuty, Any]) -> Callable[..., HttpRequest]:
    """A request by one of the cast, for services."""

    def make(kind: StandardDuty = StandardDuty.OPERATOR, **meta: str) -> HttpRequest:
        request = RequestFactory().get("/", **meta)
        request.user = cast[kind]
        return request

    return make


@dataclass
class System:
    """Another system that signs people on: its registration, and the requests it would make."""

    registration: Any
    secret: str
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def id(self) -> str:
        return self.registration.client_id

    def address(self, **changed: str) -> str:
        """Where it sends the browser; a parameter given as "" is left out."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "client_id": self.id,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": "openid profile org duties",
            "state": "s1",
            "nonce": "n1",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **changed,
        }
        return "/identity/o/authorize?" + urlencode({k: v for k, v in asked.items() if v})

    def exchange(self, code: str, **changed: str) -> Any:
        """The answer to the code, asked for behind the browser's back."""
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "client_id": self.id,
            "client_secret": self.secret,
            "code_verifier": self.verifier,
            **changed,
        }
        return Browser().post("/identity/o/api/token", {k: v for k, v in asked.items() if v})


@pytest.fixture
def system(request_of: Callable[..., HttpRequest]) -> System:
    """A trusted system that may know everything we tell."""
    draft = ClientDraft(
        name="发票查验平台",
        purpose="查验发票",
        redirect_uris=(CALLBACK,),
        logout_uris=("https://desk.example/bye",),
        scopes=("profile", "org", "duties"),
        trusted=True,
    )
    return System(*register_client(draft=draft, request=request_of(), now=timezone.now()))


def six_digits(secret: str) -> str:
    """RFC 6238, written again: what the app shows now; not at the end of a half minute, when it is about to change."""
    if time.time() % 30 > 25:
        time.sleep(30.1 - time.time() % 30)
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 10**6:06}"
