"""
Keys made on first use below the state directory, readable by the owner only.

`exchange-key` seals shared secrets, dead letters and outgoing messages in the database by SM4-GCM (GB/T 32907);
`exchange-signing.pem` signs what this installation sends to systems that share no secret with it.
"""

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from yihu.hub.base.sealing import Sealer, kept_key

SEALER = Sealer("exchange-key")
seal, unseal = SEALER.seal, SEALER.unseal


def signing_key() -> Ed25519PrivateKey:
    """The key by which this installation signs what it sends."""
    pem = kept_key(Path(settings.STATE) / "exchange-signing.pem", _new_pem)
    found = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(found, Ed25519PrivateKey):
        raise TypeError("exchange-signing.pem holds no Ed25519 key")
    return found


def _new_pem() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
