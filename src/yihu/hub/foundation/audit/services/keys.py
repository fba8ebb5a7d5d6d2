"""
The key that signs heads: made on first use, kept below the state directory with mode 0600, rotated by command.

The database knows public keys only. When it knows one and the file is gone, nothing is signed and no new key is made
in silence: the log stalls, and says so.
"""

import json
import os
import secrets
from datetime import datetime

from django.db import transaction

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.audit.models import SigningKey
from yihu.hub.foundation.audit.selectors.keys import file_of, key_directory, origin, read_signer, verifier_in_force
from yihu.hub.foundation.audit.services.recording import record
from yihu.kit.evidence.notes import ED25519, Signer, rotation_text


class UnableToSignError(UnableTo):
    """The signing key is not where it must be."""


def signer(*, now: datetime) -> Signer:
    """
    The key in force, made if the log has none yet.

    :raises UnableToSignError: the file is missing or belongs to another log
    """
    newest = verifier_in_force()
    if newest is None:
        return _first_key(now)
    found = read_signer(newest)
    if found is None:
        raise UnableToSignError(
            f"日志签名密钥缺失：{key_directory()}。请从备份恢复；确已丢失的，运行 yihu audit rotate-key --lost 另立新钥"
        )
    return found


@transaction.atomic
def rotate_key(*, now: datetime, lost: bool = False, channel: str = "", username: str = "") -> SigningKey:
    """
    Put a new key in force, named by a note that the old one signs.

    :param lost: the old key is gone; the new one is then trusted by nobody until it is handed out anew
    :raises UnableToSignError: the old key is gone and `lost` is not said
    """
    old = None if lost else signer(now=now)
    fresh = Signer(origin() or _new_name(), ED25519, secrets.token_bytes(32))
    _write(fresh)
    text = rotation_text(fresh.name, fresh.verifier)
    made = SigningKey.objects.create(
        verifier=str(fresh.verifier), made_at=now, rotation=f"{text}\n{old.line(text)}" if old else ""
    )
    record(
        verb="audit.rotate-key", username=username, channel=channel, target=f"key:{fresh.verifier.id.hex()}",
        detail={"verifier": str(fresh.verifier), "lost": lost},
    )  # fmt: skip
    return made


def _new_name() -> str:
    return f"yihu/{secrets.token_hex(4)}"


def _first_key(now: datetime) -> Signer:
    made = Signer(_new_name(), ED25519, secrets.token_bytes(32))
    _write(made)
    SigningKey.objects.create(verifier=str(made.verifier), made_at=now)
    return made


def _write(made: Signer) -> None:
    """Whole on disk before the database names it: a key that was named is never lost to a power cut."""
    path = file_of(made.verifier)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({"name": made.name, "seed": made.seed.hex()}, file)
        file.flush()
        os.fsync(handle)
