"""
Signed HTTP messages: one narrow profile of RFC 9421 with the digests of RFC 9530.

Covered are exactly `"@method" "@path" "@query" "content-digest"`; the parameters are exactly `created`, `keyid`, `alg`
and `nonce`. Algorithms: `ed25519` (RFC 9421, 3.3.6) and `hmac-sm3` (HMAC of RFC 2104 over SM3, GB/T 32905; a private
name). Digests: `sha-256` and `sm3`. One signature a message, any label.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519: Final = "ed25519"
HMAC_SM3: Final = "hmac-sm3"
COVERED: Final = ("@method", "@path", "@query", "content-digest")
LEAST_SECRET_BYTES: Final = 16
_INPUT = re.compile(
    r'^([a-z*][a-z0-9_.*-]{0,30})=(\("@method" "@path" "@query" "content-digest"\)'
    r'((?:;[a-z]+=(?:[0-9]+|"[^"\\]*"))+))\Z'
)
_PARAMETER = re.compile(r';([a-z]+)=(?:([0-9]+)|"([^"\\]*)")')
_DIGEST = re.compile(r"^(sha-256|sm3)=:([A-Za-z0-9+/]+={0,2}):\Z")
_SECONDS = re.compile(r"^[0-9]{1,15}\Z")
_KEY_ID = re.compile(r"^[A-Za-z0-9._-]{1,64}\Z")
_NONCE = re.compile(r"^[A-Za-z0-9_-]{16,64}\Z")


class SignatureError(ValueError):
    """A signature or a digest is malformed, or does not belong to the message."""


@dataclass(frozen=True, slots=True)
class Message:
    """
    What a signature covers.

    :ivar path: the path as the server decoded it; `canonical_path` makes one form of it on both sides
    :ivar query: as sent, without the question mark
    :ivar digest: the value of `Content-Digest`
    """

    method: str
    path: str
    query: str
    digest: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature as read from its headers. `text` is the value of `@signature-params`; `created` is in seconds."""

    key_id: str
    algorithm: str
    created: int
    nonce: str
    text: str
    signature: bytes


def canonical_path(path: str) -> str:
    """A decoded path in the one percent-encoded form that is signed (RFC 3986, 3.3: pchar and "/" stay)."""
    return quote(path, safe="/~!$&'()*+,;=:@-._", encoding="utf-8", errors="surrogateescape")


def content_digest(body: bytes, algorithm: str = "sha-256") -> str:
    """The value of `Content-Digest`, e.g. ``sha-256=:…:``; an empty body has a digest too."""
    return f"{algorithm}=:{base64.b64encode(_digest(body, algorithm)).decode()}:"


def check_digest(value: str, body: bytes) -> None:
    """
    Hold a body against its `Content-Digest`.

    :raises SignatureError: malformed, another algorithm, or another body
    """
    found = _DIGEST.match(value)
    if found is None:
        raise SignatureError("Content-Digest")
    if content_digest(body, found[1]) != value:
        raise SignatureError("digest of another body")


def base_of(message: Message, parameters: str) -> bytes:
    """The signature base (RFC 9421, 2.5)."""
    lines = (
        ("@method", message.method.upper()),
        ("@path", canonical_path(message.path)),
        ("@query", f"?{message.query}"),
        ("content-digest", message.digest),
        ("@signature-params", parameters),
    )
    return "\n".join(f'"{name}": {value}' for name, value in lines).encode("utf-8", "surrogateescape")


def parameters_of(*, key_id: str, algorithm: str, created: int, nonce: str) -> str:
    """The value of `@signature-params` as this side writes it."""
    covered = " ".join(f'"{name}"' for name in COVERED)
    return f'({covered});created={created};keyid="{key_id}";alg="{algorithm}";nonce="{nonce}"'


def read_signed(headers: Mapping[str, str]) -> Signed:
    """
    Read `Signature-Input` and `Signature`.

    :raises SignatureError: anything beside the profile
    """
    found = _INPUT.match(headers.get("Signature-Input", ""))
    if found is None:
        raise SignatureError("Signature-Input")
    label, text, rest = found.groups()
    pairs = [(name, number or quoted) for name, number, quoted in _PARAMETER.findall(rest)]
    values = dict(pairs)
    if len(pairs) != len(values) or set(values) != {"created", "keyid", "alg", "nonce"}:
        raise SignatureError("parameters")
    if not _KEY_ID.match(values["keyid"]) or not _NONCE.match(values["nonce"]) or not _SECONDS.match(values["created"]):
        raise SignatureError("keyid, nonce or created")
    signature = _signature_of(headers.get("Signature", ""), label)
    return Signed(values["keyid"], values["alg"], int(values["created"]), values["nonce"], text, signature)


def _signature_of(value: str, label: str) -> bytes:
    start = f"{label}=:"
    if not value.startswith(start) or not value.endswith(":") or len(value) < len(start) + 1:
        raise SignatureError("Signature")
    try:
        return base64.b64decode(value[len(start) : -1], validate=True)
    except (binascii.Error, ValueError) as error:
        raise SignatureError("Signature") from error


def sign(message: Message, *, key: Ed25519PrivateKey | bytes, key_id: str, created: int, nonce: str) -> dict[str, str]:
    """
    The three headers of a signed message.

    :param key: an Ed25519 private key, or the bytes of a shared secret for HMAC-SM3
    """
    algorithm = HMAC_SM3 if isinstance(key, bytes) else ED25519
    text = parameters_of(key_id=key_id, algorithm=algorithm, created=created, nonce=nonce)
    base = base_of(message, text)
    raw = _mac(key, base) if isinstance(key, bytes) else key.sign(base)
    return {
        "Content-Digest": message.digest,
        "Signature-Input": f"yihu={text}",
        "Signature": f"yihu=:{base64.b64encode(raw).decode()}:",
    }


def check_signature(message: Message, signed: Signed, key: Ed25519PublicKey | bytes) -> None:
    """
    Hold a signature against its message.

    :raises SignatureError: another algorithm than the key's, or not this key's signature of this message
    """
    base = base_of(message, signed.text)
    try:
        if isinstance(key, bytes) and signed.algorithm == HMAC_SM3:
            _check_mac(key, base, signed.signature)
        elif isinstance(key, Ed25519PublicKey) and signed.algorithm == ED25519:
            key.verify(signed.signature, base)
        else:
            raise SignatureError("alg")
    except InvalidSignature as error:
        raise SignatureError("signature") from error


def _mac(secret: bytes, base: bytes) -> bytes:
    made = hmac.HMAC(secret, hashes.SM3())
    made.update(base)
    return made.finalize()


def _check_mac(secret: bytes, base: bytes, signature: bytes) -> None:
    made = hmac.HMAC(secret, hashes.SM3())
    made.update(base)
    made.verify(signature)


def _digest(body: bytes, algorithm: str) -> bytes:
    if algorithm == "sha-256":
        return hashlib.sha256(body).digest()
    made = hashes.Hash(hashes.SM3())
    made.update(body)
    return made.finalize()
