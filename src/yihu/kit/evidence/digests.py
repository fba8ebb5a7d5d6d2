"""
The two hash functions of the log: SHA-256, which every outside tool knows, and SM3 (GB/T 32905-2016).

SM3 comes from OpenSSL through `hashlib` where it was built in, else through `cryptography`.
"""

import hashlib
from collections.abc import Callable

Digest = Callable[[bytes], bytes]

SIZE = 32


def sha256(data: bytes) -> bytes:
    """32 bytes."""
    return hashlib.sha256(data).digest()


def _sm3_of_openssl(data: bytes) -> bytes:
    return hashlib.new("sm3", data).digest()


def _sm3_of_cryptography(data: bytes) -> bytes:
    from cryptography.hazmat.primitives import hashes

    state = hashes.Hash(hashes.SM3())
    state.update(data)
    return state.finalize()


sm3: Digest = _sm3_of_openssl if "sm3" in hashlib.algorithms_available else _sm3_of_cryptography
DIGESTS: dict[str, Digest] = {"sha256": sha256, "sm3": sm3}
