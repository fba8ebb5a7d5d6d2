"""Keys of the log as they are kept: public ones in the database, private ones in files only their owner reads."""

import json
from pathlib import Path

from django.conf import settings

from yihu.hub.foundation.audit.models import SigningKey
from yihu.kit.evidence.notes import ED25519, Signer, Verifier


def key_directory() -> Path:
    return Path(settings.AUDIT_DIRECTORY) / "keys"


def file_of(verifier: Verifier) -> Path:
    return key_directory() / f"{verifier.id.hex()}.json"


def read_signer(verifier: Verifier) -> Signer | None:
    """The private key of a public one; None when its file is missing or spoilt."""
    try:
        kept = json.loads(file_of(verifier).read_text("utf-8"))
        found = Signer(kept["name"], ED25519, bytes.fromhex(kept["seed"]))
    except (OSError, ValueError, KeyError):
        return None
    return found if found.verifier == verifier else None


def verifier_in_force() -> Verifier | None:
    """The newest public key of the log; None before the first."""
    newest = SigningKey.objects.last()
    return Verifier.parse(newest.verifier) if newest else None


def key_is_present() -> bool:
    """Whether the key in force can be read; True before the first one is made."""
    verifier = verifier_in_force()
    return verifier is None or read_signer(verifier) is not None


def origin() -> str | None:
    """The log's name, which is also its keys' name; None before the first key."""
    verifier = verifier_in_force()
    return verifier.name if verifier else None


def rotations() -> list[str]:
    """Key rotation notes, oldest first."""
    return [text for text in SigningKey.objects.values_list("rotation", flat=True) if text]
