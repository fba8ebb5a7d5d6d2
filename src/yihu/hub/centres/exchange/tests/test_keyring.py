"""Keys: a secret is seen once and kept sealed, replaced without a gap, ended at once."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from django.test import Client
from django.utils import timezone

from yihu.hub.centres.exchange.choices import KeyKind
from yihu.hub.centres.exchange.models import OutsideSystem, SystemKey
from yihu.hub.centres.exchange.services.keyring import (
    MOST_IN_FORCE,
    Issued,
    issue_key,
    read_public_key,
    replace_key,
    revoke_key,
)
from yihu.hub.centres.exchange.services.problems import UnableToExchangeError
from yihu.hub.centres.exchange.tests.rows import Caller
from yihu.hub.foundation.audit.models import AccessRecord

pytestmark = pytest.mark.django_db
SELF = "/api/exchange/v1/self"


def pem(key: Any) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def issue(system: OutsideSystem, actor: Any, kind: KeyKind = KeyKind.HMAC_SM3, public_key: str = "") -> Issued:
    now = timezone.now()
    return issue_key(
        system=system, kind=kind, public_key=public_key, expires_at=now + timedelta(days=90), actor=actor, now=now
    )


def test_a_shared_secret_is_sealed_and_works(system: OutsideSystem, people: dict, outside: Client) -> None:
    issued = issue(system, people["registrar"])
    secret = base64.b64decode(issued.secret)
    assert len(secret) == 32
    assert Caller(issued.key, secret).call(outside, "GET", SELF).status_code == 200
    with connection.cursor() as cursor:
        for table in ("exchange_systemkey", "exchange_systemkeyevent", "audit_accessrecord"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")
            assert issued.secret not in (cursor.fetchone()[0] or "")


def test_a_public_key_is_taken_in(system: OutsideSystem, people: dict, outside: Client) -> None:
    key = Ed25519PrivateKey.generate()
    issued = issue(system, people["registrar"], KeyKind.ED25519, pem(key))
    assert issued.secret == ""
    assert Caller(issued.key, key).call(outside, "GET", SELF).status_code == 200
    raw = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    assert read_public_key(raw).public_bytes_raw() == key.public_key().public_bytes_raw()


SM2 = """-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAEgGtCSC/E+2SqqIFXbRKCXxiD2dc/
UIruD2jmE6eDZXxy1LsXzUMxgK0pNw2zwy8L9o42MRWSxb1ksNuRKky4/A==
-----END PUBLIC KEY-----"""


def test_other_keys_are_refused(system: OutsideSystem, people: dict) -> None:
    others = (pem(ec.generate_private_key(ec.SECP256R1())), pem(rsa.generate_private_key(65537, 2048)), SM2)
    for text in ("", "x", base64.b64encode(bytes(31)).decode(), "-----BEGIN PUBLIC KEY-----\nx", *others):
        with pytest.raises(UnableToExchangeError, match="不是 Ed25519"):
            issue(system, people["registrar"], KeyKind.ED25519, text)


def test_replacing_leaves_no_gap(system: OutsideSystem, caller: Caller, people: dict, outside: Client) -> None:
    now, key = timezone.now(), Ed25519PrivateKey.generate()
    issued = replace_key(
        key=caller.key, public_key=pem(key), overlap=timedelta(days=7), expires_at=now + timedelta(days=365),
        actor=people["registrar"], now=now,
    )  # fmt: skip
    new = Caller(issued.key, key)
    assert {one.call(outside, "GET", SELF).status_code for one in (caller, new)} == {200}
    old = SystemKey.objects.get(pk=caller.key.pk)
    assert old.is_in_force(now + timedelta(days=6))
    assert not old.is_in_force(now + timedelta(days=7))
    SystemKey.objects.filter(pk=old.pk).update(expires_at=now)
    assert caller.call(outside, "GET", SELF).json()["code"] == "EXC-007"
    assert new.call(outside, "GET", SELF).status_code == 200
    with pytest.raises(UnableToExchangeError, match="失效"):
        replace_key(
            key=old, public_key=pem(key), overlap=timedelta(), expires_at=now + timedelta(days=1),
            actor=people["registrar"], now=now,
        )  # fmt: skip


def test_revoking_ends_at_once(system: OutsideSystem, caller: Caller, people: dict, outside: Client) -> None:
    assert caller.call(outside, "GET", SELF).status_code == 200
    revoke_key(key=caller.key, reason="外泄", actor=people["registrar"], now=timezone.now())
    assert caller.call(outside, "GET", SELF).json()["code"] == "EXC-007"
    with pytest.raises(UnableToExchangeError, match="已经吊销"):
        revoke_key(key=caller.key, reason="外泄", actor=people["registrar"], now=timezone.now())
    assert AccessRecord.objects.get(verb="outside-system.revoke-key").purpose == "外泄"


def test_bounds(system: OutsideSystem, people: dict) -> None:
    now = timezone.now()
    for away in (timedelta(), timedelta(days=-1), timedelta(days=1200)):
        with pytest.raises(UnableToExchangeError, match="到期日"):
            issue_key(
                system=system, kind=KeyKind.HMAC_SM3, public_key="", expires_at=now + away,
                actor=people["registrar"], now=now,
            )  # fmt: skip
    for _ in range(MOST_IN_FORCE):
        issue(system, people["registrar"])
    with pytest.raises(UnableToExchangeError, match="最多"):
        issue(system, people["registrar"])
    with pytest.raises(UnableToExchangeError, match="权限"):
        issue(system, people["second"])
