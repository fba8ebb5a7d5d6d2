"""Keys of outside systems: issued or taken in, replaced with overlap, revoked."""

import base64
import binascii
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import transaction

from yihu.hub.centres.exchange import keys
from yihu.hub.centres.exchange.choices import KeyKind
from yihu.hub.centres.exchange.models import OutsideSystem, SystemKey
from yihu.hub.centres.exchange.services.permits import permit, write
from yihu.hub.centres.exchange.services.problems import UnableToExchangeError
from yihu.hub.foundation.org.api import User

SECRET_BYTES = 32
LONGEST = timedelta(days=3 * 366)
MOST_IN_FORCE = 4


@dataclass(frozen=True, slots=True)
class Issued:
    """A key just made; `secret` is the shared secret in base64, shown this once, "" for a public key."""

    key: SystemKey
    secret: str


@transaction.atomic
def issue_key(
    *, system: OutsideSystem, kind: KeyKind, public_key: str, expires_at: datetime, actor: User, now: datetime
) -> Issued:
    """
    Give a system a key: take in its Ed25519 public key, or make a shared secret for it.

    :param public_key: PEM, or the 32 bytes in base64; only for Ed25519
    :raises UnableToExchangeError: out of reach, no such key, wrong time, or too many keys in force
    """
    permit(actor, "exchange.register", system.office)
    OutsideSystem.objects.select_for_update(no_key=True).get(pk=system.pk)
    if not now < expires_at <= now + LONGEST:
        raise UnableToExchangeError("密钥的到期日须晚于今天，且不超过三年。")
    if len(in_force(system, now)) >= MOST_IN_FORCE:
        raise UnableToExchangeError(f"同时有效的密钥最多 {MOST_IN_FORCE} 个，请先吊销不用的。")
    issued = _made(system, kind, public_key, expires_at, actor, now)
    detail = {"key_id": issued.key.key_id, "kind": KeyKind(kind).label, "expires_at": expires_at}
    write(verb="outside-system.issue-key", actor=actor, system=system, detail=detail)
    return issued


def in_force(system: OutsideSystem, now: datetime) -> list[SystemKey]:
    """Keys that are good now, the newest first."""
    rows = system.keys.filter(revoked_at=None, valid_from__lte=now, expires_at__gt=now)
    return list(rows.order_by("-valid_from", "-pk"))


def _made(
    system: OutsideSystem, kind: KeyKind, public_key: str, expires_at: datetime, actor: User, now: datetime
) -> Issued:
    secret = ""
    if kind == KeyKind.HMAC_SM3:
        secret = base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
        material = keys.seal(secret)
    else:
        material = base64.b64encode(read_public_key(public_key).public_bytes_raw()).decode()
    key = SystemKey.objects.create(
        key_id=f"{system.code}-{secrets.token_hex(4)}", system=system, kind=kind, material=material,
        valid_from=now, expires_at=expires_at, made_by=actor,
    )  # fmt: skip
    return Issued(key, secret)


def read_public_key(text: str) -> Ed25519PublicKey:
    """
    An Ed25519 public key from PEM or from its 32 bytes in base64.

    :raises UnableToExchangeError: anything else
    """
    text = text.strip()
    try:
        if text.startswith("-----BEGIN"):
            found = serialization.load_pem_public_key(text.encode())
            if isinstance(found, Ed25519PublicKey):
                return found
        elif len(raw := base64.b64decode(text, validate=True)) == 32:
            return Ed25519PublicKey.from_public_bytes(raw)
    except (ValueError, binascii.Error, UnsupportedAlgorithm):
        pass
    raise UnableToExchangeError("公钥不是 Ed25519：请粘贴 PEM（-----BEGIN PUBLIC KEY-----）或 32 字节的 base64。")


@transaction.atomic
def replace_key(
    *, key: SystemKey, public_key: str, overlap: timedelta, expires_at: datetime, actor: User, now: datetime
) -> Issued:
    """
    Make a new key of the same kind; the old one stays good for the overlap, so that nothing is refused in between.

    :raises UnableToExchangeError: as `issue_key`, or the old one is no longer in force
    """
    locked = (
        SystemKey.objects.select_for_update(of=("self",), no_key=True).select_related("system__office").get(pk=key.pk)
    )
    if not locked.is_in_force(now):
        raise UnableToExchangeError("这个密钥已经失效，请直接新增密钥。")
    issued = issue_key(
        system=locked.system, kind=KeyKind(locked.kind), public_key=public_key, expires_at=expires_at, actor=actor,
        now=now,
    )  # fmt: skip
    locked.expires_at = min(locked.expires_at, now + overlap)
    locked.save(update_fields=["expires_at"])
    return issued


@transaction.atomic
def revoke_key(*, key: SystemKey, reason: str, actor: User, now: datetime) -> None:
    """
    End a key at once.

    :raises UnableToExchangeError: out of reach, or revoked already
    """
    locked = (
        SystemKey.objects.select_for_update(of=("self",), no_key=True).select_related("system__office").get(pk=key.pk)
    )
    permit(actor, "exchange.register", locked.system.office)
    if locked.revoked_at is not None:
        raise UnableToExchangeError(f"密钥 {locked.key_id} 已经吊销。")
    locked.revoked_at, locked.reason = now, reason
    locked.save(update_fields=["revoked_at", "reason"])
    detail = {"key_id": locked.key_id}
    write(verb="outside-system.revoke-key", actor=actor, system=locked.system, reason=reason, detail=detail)
