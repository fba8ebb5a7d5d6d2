"""
Keys made on first use below the state directory, readable by the owner only.

`oidc-key.pem` signs what other systems are told (RS256, the algorithm every OpenID Connect client knows);
`factor-key` seals the secrets of authenticator apps in the database.
"""

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

from yihu.hub.base.sealing import Sealer, kept_key

RSA_BITS = 2048
_factors = Sealer("factor-key")
seal, unseal = _factors.seal, _factors.unseal


def signing_key() -> str:
    """The provider's private key as PEM."""
    return kept_key(Path(settings.STATE) / "oidc-key.pem", _new_rsa).decode()


def _new_rsa() -> bytes:
    return rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
