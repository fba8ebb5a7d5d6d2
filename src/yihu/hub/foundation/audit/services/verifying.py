"""Verifying the stored log, at once or in the background."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from procrastinate.contrib.django import app

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.audit.choices import RunState
from yihu.hub.foundation.audit.models import VerificationRun, WitnessAccount
from yihu.hub.foundation.audit.selectors.log import DatabaseLog, newest_head
from yihu.hub.foundation.audit.services.recording import record
from yihu.hub.foundation.audit.services.sequencing import integrate_all, remembered_size
from yihu.kit.evidence.alignment import Fault, Kind
from yihu.kit.evidence.notes import Checkpoint, Note, Verifier
from yihu.kit.evidence.verification import Verdict, verify
from yihu.kit.evidence.witness import trusted_heads

JOB = "audit.verify"


class UnableToVerifyError(UnableTo):
    """A verification is running already."""


def verify_log(
    *, witness_store: Path | None = None, key: Verifier | None = None, progress: Callable[[int], None] | None = None
) -> Verdict:
    """
    Verify records, tree and heads in the database against what others remember.

    :param witness_store: a witness's own directory; its heads are trusted
    :param key: the log's public key; else the one the witness knows, else the one the database names
    """
    heads: Sequence[Checkpoint] = ()
    if witness_store is not None:
        heads, known = trusted_heads(witness_store)
        key = key or known
    with transaction.atomic():
        log = DatabaseLog(key)
        verdict = verify(log, [*heads, *_cosigned()], progress)
        verdict.faults += log.faults
        verdict.faults += [Fault(Kind.MISSING, verdict.size, verdict.size, record=n) for n in log.vanished()]
    if remembered_size() > verdict.size and not any(f.kind == Kind.ROLLED_BACK for f in verdict.faults):
        verdict.faults.append(Fault(Kind.ROLLED_BACK, verdict.size, remembered_size() - 1, note="newest-head"))
    return verdict


def _cosigned() -> list[Checkpoint]:
    """Heads that registered witnesses have cosigned and handed in; each counts only if its cosignature holds."""
    heads = []
    for account in WitnessAccount.objects.exclude(note=""):
        note = Note.parse(account.note)
        if note.is_signed_by(Verifier.parse(account.verifier)):
            heads.append(Checkpoint.parse(note.text))
    return heads


def start_verification(*, request: HttpRequest, now: datetime) -> VerificationRun:
    """
    Put a verification before the worker.

    :raises UnableToVerifyError: one is unfinished
    """
    try:
        with transaction.atomic():
            run = VerificationRun.objects.create(started_by=request.user.get_username(), started_at=now)
            record(verb="audit.verify", request=request, target=f"verification:{run.pk}")
            app.configure_task(JOB, queue="audit", lock="audit-verify").defer(run_id=run.pk)
    except IntegrityError as error:
        raise UnableToVerifyError("已有一次核验在进行，请等它结束") from error
    return run


def carry_out_verification(*, run_id: int) -> None:
    """Verify and write down what was found; a finished run is left alone."""
    run = VerificationRun.objects.get(pk=run_id)
    if not run.is_unfinished:
        return
    runs = VerificationRun.objects.filter(pk=run_id)
    runs.update(state=RunState.RUNNING)
    try:
        integrate_all(now=timezone.now())
    except UnableTo as error:
        runs.update(result={"trouble": str(error)})
    try:
        head = newest_head()
        total = max(1, head.size if head else 1)
        verdict = verify_log(progress=lambda seen: runs.update(done=min(seen / total, 1.0)))
    except Exception:
        runs.update(state=RunState.FAILED, finished_at=timezone.now())
        raise
    trouble = runs.values_list("result", flat=True).get()
    runs.update(
        state=RunState.DONE, done=1.0, finished_at=timezone.now(), result={**trouble, **verdict.to_json()}
    )  # fmt: skip
