"""
Secrets and personal numbers at rest: keys made on first use below the state directory, readable by the owner only, and
sealing by SM4-GCM (GB/T 32907) under one of them.
"""

import base64
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings

KEY_BYTES, NONCE_BYTES, TAG_BYTES = 16, 12, 16
LOOKUP = b"lookup"


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals texts under the key file `name` of the state directory."""

    name: str

    @property
    def _key(self) -> bytes:
        return kept_key(Path(settings.STATE) / self.name, partial(secrets.token_bytes, KEY_BYTES))

    def seal(self, text: str) -> str:
        """Encrypt a text for the database; the same text is sealed differently each time."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        encryptor = Cipher(algorithms.SM4(self._key), modes.GCM(nonce)).encryptor()
        body = encryptor.update(text.encode()) + encryptor.finalize()
        return base64.b64encode(nonce + encryptor.tag + body).decode()

    def unseal(self, sealed: str) -> str:
        """
        The text again.

        :raises cryptography.exceptions.InvalidTag: altered, or sealed with another key
        """
        raw = base64.b64decode(sealed)
        nonce, tag, body = raw[:NONCE_BYTES], raw[NONCE_BYTES : NONCE_BYTES + TAG_BYTES], raw[NONCE_BYTES + TAG_BYTES :]
        decryptor = Cipher(algorithms.SM4(self._key), modes.GCM(nonce, tag)).decryptor()
        return (decryptor.update(body) + decryptor.finalize()).decode()

    def digest(self, text: str) -> str:
        """A keyed SM3 digest by which a sealed text is found again; nobody without the key can try numbers."""
        return _mac(_mac(self._key, LOOKUP), text.encode()).hex()


def _mac(key: bytes, message: bytes) -> bytes:
    made = hmac.HMAC(key, hashes.SM3())
    made.update(message)
    return made.finalize()


def kept_key(path: Path, make: Callable[[], bytes]) -> bytes:
    """The bytes of a key file, made with mode 0600 if it is absent; safe when two processes start at once."""
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
