"""Systems, keys and rows beside them for tests; made straight in the tables, without a second person."""

import base64
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from yihu.hub.centres.exchange import keys
from yihu.hub.centres.exchange.catalogue import operations
from yihu.hub.centres.exchange.choices import Direction, KeyKind, SystemState
from yihu.hub.centres.exchange.models import DeadLetter, Delivery, OutsideSystem, Passage, Proposal, SystemKey
from yihu.hub.centres.exchange.services.terms import Terms
from yihu.kit.signatures import Message, content_digest, sign


def system_of(office: Any, person: Any, **over: Any) -> OutsideSystem:
    """An enabled system that may do everything."""
    now = timezone.now()
    values = {
        "code": f"oa-{office.code}".lower(), "name": "市局办公系统", "office": office, "state": SystemState.ENABLED,
        "contact": "王工 0755-1234", "purpose": "推送待办", "operations": list(operations()), "per_minute": 10_000,
        "hosts": ["oa.example.gov.cn"], "per_day": 1_000_000, "valid_from": timezone.localdate() - timedelta(days=1),
        "registered_by": person, "registered_at": now,
    }  # fmt: skip
    return OutsideSystem.objects.create(**values | over)


@dataclass(frozen=True)
class Caller:
    """What an outside system holds: the number of its key and the key itself."""

    key: SystemKey
    secret: Ed25519PrivateKey | bytes

    def headers(self, method: str, path: str, body: bytes = b"", query: str = "", **over: Any) -> dict[str, str]:
        """The three headers of a request, made now unless told otherwise."""
        created = over.get("created", int(timezone.now().timestamp()))
        nonce = over.get("nonce", secrets.token_urlsafe(18))
        message = Message(method, path, query, content_digest(body, over.get("digest", "sha-256")))
        return sign(message, key=self.secret, key_id=self.key.key_id, created=created, nonce=nonce)

    def call(self, client: Any, method: str, path: str, data: Any = None, query: str = "", **over: Any) -> Any:
        """Send a signed request with Django's test client."""
        body = b"" if data is None else json.dumps(data).encode()
        headers = over.pop("headers", None) or self.headers(method, path, body, query, **over)
        where = path + (f"?{query}" if query else "")
        return client.generic(method, where, body, content_type="application/json", headers=headers)


def caller_of(system: OutsideSystem, kind: KeyKind = KeyKind.ED25519, **over: Any) -> Caller:
    """A system with a new key of a kind."""
    now = timezone.now()
    if kind == KeyKind.ED25519:
        secret: Ed25519PrivateKey | bytes = Ed25519PrivateKey.generate()
        material = base64.b64encode(secret.public_key().public_bytes_raw()).decode()
    else:
        secret = secrets.token_bytes(32)
        material = keys.seal(base64.b64encode(secret).decode())
    values = {"valid_from": now - timedelta(minutes=1), "expires_at": now + timedelta(days=30)} | over
    key = SystemKey.objects.create(
        key_id=f"{system.code[:20]}-{secrets.token_hex(4)}", system=system, kind=kind, material=material,
        made_by=system.registered_by, **values,
    )  # fmt: skip
    return Caller(key, secret)


def delivery_of(system: OutsideSystem, **over: Any) -> Delivery:
    """A message that waits."""
    now = timezone.now()
    values = {
        "event_id": uuid4(), "system": system, "event": "todo.decided", "reference": "F-1",
        "url": system.webhook_url or "https://oa.example.gov.cn/hook", "sealed": keys.seal('{"key": "F-1"}'),
        "next_at": now, "made_at": now,
    }  # fmt: skip
    return Delivery.objects.create(**values | over)


def letter_of(system: OutsideSystem, **over: Any) -> DeadLetter:
    """An item that could not be taken."""
    now = timezone.now()
    values = {
        "system": system, "operation": "todo.push", "reference": "F-1", "code": "TODO-004", "reason": "接收人zs不存在",
        "sealed": keys.seal('{"key": "F-1", "title": "张三 13800138000 的申请"}'), "first_at": now, "last_at": now,
    }  # fmt: skip
    return DeadLetter.objects.create(**values | over)


def exchange_rows_of(office: Any, person: Any) -> dict[str, Any]:
    """One row of each kind for an office, by what the permission matrix calls it."""
    now = timezone.now()
    system = system_of(office, person)
    proposal = Proposal.objects.create(
        system=system, terms=Terms.of(system).kept(), reason="增加操作", proposed_by=person, proposed_at=now
    )
    passage = Passage.objects.create(
        at=now, direction=Direction.IN, system=system, method="POST", path="/api/exchange/v1/todos/batch", status=200
    )
    return {
        "outside-system": system.code,
        "outside-key": caller_of(system).key.pk,
        "proposal": proposal.pk,
        "passage": passage.pk,
        "dead-letter": letter_of(system).pk,
        "delivery": delivery_of(system).pk,
    }
