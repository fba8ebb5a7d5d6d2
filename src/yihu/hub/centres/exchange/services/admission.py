"""
Letting a signed request in: who signed, is it fresh and whole, is the system allowed this, and has it quota left.

The order matters. Nothing is written before the signature holds, so that strangers cannot fill a table; what a key or
system may not do is said only to whoever holds the key.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from math import ceil

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection
from django.utils import timezone

from yihu.hub.centres.exchange import keys
from yihu.hub.centres.exchange.catalogue import operation_title
from yihu.hub.centres.exchange.choices import KeyKind, SystemState, Window
from yihu.hub.centres.exchange.models import OutsideSystem, SystemKey
from yihu.hub.centres.exchange.services.problems import RefusedError
from yihu.kit import signatures
from yihu.kit.signatures import Message, SignatureError, Signed

SKEW_SECONDS = 300
HEADERS = ("Content-Digest", "Signature-Input", "Signature")
# How often the last use of a key is written down: at every request it would be one more write.
SEEN_EVERY = timedelta(minutes=5)
ADMIT = f"""
WITH fresh AS (
  INSERT INTO exchange_nonce (key_id, nonce, expires_at) VALUES (%(key)s, %(nonce)s, %(expires)s)
  ON CONFLICT DO NOTHING RETURNING 1
), minute AS (
  INSERT INTO exchange_quotause AS q (system_id, "window", begins_at, used)
  SELECT %(system)s, '{Window.MINUTE}', %(minute)s, 1 FROM fresh WHERE %(per_minute)s > 0
  ON CONFLICT (system_id, "window", begins_at) DO UPDATE SET used = q.used + 1 WHERE q.used < %(per_minute)s
  RETURNING used
), day AS (
  INSERT INTO exchange_quotause AS q (system_id, "window", begins_at, used)
  SELECT %(system)s, '{Window.DAY}', %(day)s, 1 FROM minute WHERE %(per_day)s > 0
  ON CONFLICT (system_id, "window", begins_at) DO UPDATE SET used = q.used + 1 WHERE q.used < %(per_day)s
  RETURNING used
)
SELECT (SELECT count(*) FROM fresh), (SELECT count(*) FROM minute), (SELECT count(*) FROM day)
"""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A request as it came: `path` decoded, `query` as sent, `headers` by their usual names."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    address: str


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who calls: the system and the key it signed with."""

    system: OutsideSystem
    key: SystemKey


def find_caller(envelope: Envelope) -> SystemKey | None:
    """The key a request names, before anything is proven; for the log only."""
    try:
        return _key(signatures.read_signed(envelope.headers).key_id)
    except SignatureError:
        return None


def admit(*, envelope: Envelope, operation: str, now: datetime) -> Admitted:
    """
    Let a request in, and count it.

    :raises RefusedError: with the problem's code, see `problems.KINDS`
    """
    signed = _read(envelope)
    key = _key(signed.key_id)
    if key is None:
        raise RefusedError("EXC-003", f"没有编号为 {signed.key_id} 的密钥", field="Signature-Input")
    _check_time(signed, now)
    _check_signature(envelope, signed, key)
    _check_standing(key, envelope.address, operation, now)
    _count(key, signed, now)
    if key.last_used_at is None or now - key.last_used_at > SEEN_EVERY:
        SystemKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return Admitted(key.system, key)


def _read(envelope: Envelope) -> Signed:
    missing = [name for name in HEADERS if not envelope.headers.get(name)]
    if missing:
        raise RefusedError("EXC-001", f"缺少请求头 {'、'.join(missing)}", field=missing[0])
    try:
        return signatures.read_signed(envelope.headers)
    except SignatureError as error:
        raise RefusedError("EXC-002", "签名头不符合规定的格式", field="Signature-Input") from error


def _key(key_id: str) -> SystemKey | None:
    return SystemKey.objects.select_related("system").filter(key_id=key_id).first()


def _check_time(signed: Signed, now: datetime) -> None:
    away = signed.created - int(now.timestamp())
    if abs(away) > SKEW_SECONDS:
        word = "快" if away > 0 else "慢"
        raise RefusedError("EXC-004", f"请求的签名时间比本系统{word} {abs(away)} 秒", field="created")


def _check_signature(envelope: Envelope, signed: Signed, key: SystemKey) -> None:
    digest = envelope.headers["Content-Digest"]
    try:
        signatures.check_digest(digest, envelope.body)
    except SignatureError as error:
        raise RefusedError("EXC-005", "请求体与 Content-Digest 不符", field="Content-Digest") from error
    message = Message(envelope.method, envelope.path, envelope.query, digest)
    try:
        signatures.check_signature(message, signed, material_of(key))
    except SignatureError as error:
        raise RefusedError("EXC-006", f"签名与密钥 {key.key_id} 不符", field="Signature") from error


def material_of(key: SystemKey) -> Ed25519PublicKey | bytes:
    """The key itself: a public key, or the bytes of the shared secret."""
    if key.kind == KeyKind.HMAC_SM3:
        return base64.b64decode(keys.unseal(key.material))
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(key.material))


def _check_standing(key: SystemKey, address: str, operation: str, now: datetime) -> None:
    system = key.system
    if not key.is_in_force(now):
        how = "已吊销" if key.revoked_at else "不在有效期内"
        raise RefusedError("EXC-007", f"密钥 {key.key_id} {how}", field="keyid")
    if system.state != SystemState.ENABLED or not system.is_valid_on(timezone.localdate(now)):
        raise RefusedError("EXC-008", f"系统 {system.code} 没有启用或不在有效期内")
    if system.addresses and not _within(address, system.addresses):
        raise RefusedError("EXC-009", f"来源地址 {address or '未知'} 不在系统 {system.code} 登记的范围内")
    if operation not in system.operations:
        raise RefusedError("EXC-010", f"系统 {system.code} 没有“{operation_title(operation)}”（{operation}）的授权")


def _within(address: str, networks: list[str]) -> bool:
    if not address:
        return False
    asked = ip_address(address)
    return any(asked in ip_network(network) for network in networks)


def _count(key: SystemKey, signed: Signed, now: datetime) -> None:
    """The nonce and both quotas in one statement; what the quota of the minute refuses does not count for the day."""
    system = key.system
    minute = now.astimezone(UTC).replace(second=0, microsecond=0)
    day = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    values = {
        "key": key.key_id, "nonce": signed.nonce, "system": system.pk, "minute": minute, "day": day,
        "per_minute": system.per_minute, "per_day": system.per_day,
        # Whichever way its clock is off, by then its timestamp is refused.
        "expires": now + timedelta(seconds=2 * SKEW_SECONDS + 60),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(ADMIT, values)
        fresh, in_minute, in_day = cursor.fetchone()
    if not fresh:
        raise RefusedError("EXC-011", "这个 nonce 已经用过", field="nonce")
    if not in_minute:
        rest = max(1, 60 - now.second)
        raise RefusedError("EXC-012", f"每分钟最多 {system.per_minute} 次", retry_after=rest)
    if not in_day:
        rest = max(1, ceil((day + timedelta(days=1) - now).total_seconds()))
        raise RefusedError("EXC-012", f"每日最多 {system.per_day} 次", retry_after=rest)
