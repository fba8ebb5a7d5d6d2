"""
Keys made on first use below the state directory, readable by the owner only.

`oidc-key.pem` signs what other systems are told (RS256, the algorithm every OpenID Connect client knows);
`factor-key` seals the secrets of authenticator apps in the database by SM4-GCM (GB/T 32907).
"""

import base64
import os
import secrets
from collections.abc import Callable
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings

RSA_BITS = 2048
NONCE_BYTES, TAG_BYTES = 12, 16


def signing_key() -> str:
    """The provider's private key as PEM."""
    return _kept(Path(settings.STATE) / "oidc-key.pem", _new_rsa).decode()


def seal(text: str) -> str:
    """Encrypt a secret for the database."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    encryptor = Cipher(algorithms.SM4(_factor_key()), modes.GCM(nonce)).encryptor()
    body = encryptor.update(text.encode()) + encryptor.finalize()
    return base64.b64encode(nonce + encryptor.tag + body).decode()


def unseal(sealed: str) -> str:
    """
    The secret again.

    :raises cryptography.exceptions.InvalidTag: altered, or sealed with another key
    """
    raw = base64.b64decode(sealed)
    nonce, tag, body = raw[:NONCE_BYTES], raw[NONCE_BYTES : NONCE_BYTES + TAG_BYTES], raw[NONCE_BYTES + TAG_BYTES :]
    decryptor = Cipher(algorithms.SM4(_factor_key()), modes.GCM(nonce, tag)).decryptor()
    return (decryptor.update(body) + decryptor.finalize()).decode()


def _factor_key() -> bytes:
    return _kept(Path(settings.STATE) / "factor-key", partial(secrets.token_bytes, 16))


def _new_rsa() -> bytes:
    return rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _kept(path: Path, make: Callable[[], bytes]) -> bytes:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(make())
        try:
            # A link fails when the name exists: of two processes the first wins, and nobody reads half a key.
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_bytes()
