"""What this installation sends is signed too: by the newest shared secret of the system, else by its own key."""

import base64
import secrets
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import unquote, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from yihu.hub.centres.exchange import keys
from yihu.hub.centres.exchange.choices import KeyKind
from yihu.hub.centres.exchange.models import OutsideSystem
from yihu.hub.centres.exchange.services.keyring import in_force
from yihu.kit.signatures import Message, content_digest, sign

OWN_KEY_ID = "yihu"


def signed_headers(*, system: OutsideSystem, method: str, url: str, body: bytes, now: datetime) -> Mapping[str, str]:
    """The three headers of a request to a system, in the profile it signs with itself."""
    key, key_id = _key_for(system, now)
    parts = urlsplit(url)
    message = Message(method, unquote(parts.path or "/"), parts.query, content_digest(body))
    return sign(message, key=key, key_id=key_id, created=int(now.timestamp()), nonce=secrets.token_urlsafe(18))


def _key_for(system: OutsideSystem, now: datetime) -> tuple[Ed25519PrivateKey | bytes, str]:
    shared = next((key for key in in_force(system, now) if key.kind == KeyKind.HMAC_SM3), None)
    if shared is not None:
        return base64.b64decode(keys.unseal(shared.material)), shared.key_id
    return keys.signing_key(), OWN_KEY_ID


def own_public_key() -> str:
    """The public key of `OWN_KEY_ID`, its 32 bytes in base64."""
    return base64.b64encode(keys.signing_key().public_key().public_bytes_raw()).decode()
