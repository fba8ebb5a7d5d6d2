"""Witnesses: registered by the audit administrator, heard at a public address."""

from datetime import UTC, datetime

from django.db import transaction
from django.http import HttpRequest

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.audit.models import SigningKey, WitnessAccount
from yihu.hub.foundation.audit.services.recording import record
from yihu.kit.evidence.notes import COSIGNATURE, Checkpoint, Note, NoteError, Verifier


class UnableToKeepWitnessError(UnableTo):
    """The key is no witness's key, or is registered already."""


class UnableToTakeCosignatureError(UnableTo):
    """Not a cosignature of a registered witness on a head of this log."""


@transaction.atomic
def add_witness(*, request: HttpRequest, name: str, verifier: str, now: datetime) -> WitnessAccount:
    """
    Register a witness by its public key.

    :raises UnableToKeepWitnessError: the key is malformed or known
    """
    try:
        key = Verifier.parse(verifier)
    except NoteError as error:
        raise UnableToKeepWitnessError("公钥格式不对：请粘贴 yihu audit witness 显示的整行公钥") from error
    if key.kind != COSIGNATURE:
        raise UnableToKeepWitnessError("这是日志自己的签名公钥，不是见证方的公钥")
    if WitnessAccount.objects.filter(verifier=str(key)).exists():
        raise UnableToKeepWitnessError("这个见证方已经登记过")
    made = WitnessAccount.objects.create(name=name, verifier=str(key), added_at=now)
    record(
        verb="audit.add-witness", request=request, target=f"witness:{key.id.hex()}", target_name=name,
        after={"verifier": str(key)},
    )  # fmt: skip
    return made


@transaction.atomic
def remove_witness(*, request: HttpRequest, witness_id: int, now: datetime) -> None:
    """Take a witness's cosignatures no more; what it signed stays on record. Unknown ones are left alone."""
    account = WitnessAccount.objects.filter(pk=witness_id, removed_at=None).first()
    if account is None:
        return
    account.removed_at = now
    account.save(update_fields=["removed_at"])
    record(
        verb="audit.remove-witness", request=request, target=f"witness:{account.pk}", target_name=account.name,
        before={"verifier": account.verifier},
    )  # fmt: skip


@transaction.atomic
def take_cosignature(*, content: str) -> WitnessAccount:
    """
    Keep the newest cosigned head of a registered witness.

    :raises UnableToTakeCosignatureError: neither ours nor theirs
    """
    try:
        note = Note.parse(content)
        head = Checkpoint.parse(note.text)
    except NoteError as error:
        raise UnableToTakeCosignatureError("不是检查点") from error
    if not any(note.is_signed_by(Verifier.parse(key.verifier)) for key in SigningKey.objects.all()):
        raise UnableToTakeCosignatureError("检查点不是本日志签署的")
    for account in WitnessAccount.objects.select_for_update().filter(removed_at=None):
        at = note.cosigned_at(Verifier.parse(account.verifier))
        if at is not None:
            if account.size is None or head.size >= account.size:
                account.size, account.note = head.size, content
                account.cosigned_at = datetime.fromtimestamp(at, UTC)
                account.save(update_fields=["size", "note", "cosigned_at"])
            return account
    raise UnableToTakeCosignatureError("没有已登记见证方的签名")
