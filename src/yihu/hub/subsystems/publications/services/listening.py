"""What readers say, and what becomes of it."""

from datetime import datetime

from django.db import transaction

from yihu.hub.base.requests import current_request
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.org.api import User
from yihu.hub.subsystems.publications.models import Feedback, Law, Revision
from yihu.hub.subsystems.publications.services.publishing import get_kept
from yihu.hub.subsystems.publications.services.refusals import UnableToPublishError


@transaction.atomic
def give_word(*, revision: Revision, is_helpful: bool, words: str, reader: User, now: datetime) -> Feedback:
    """
    A reader's word; a second one replaces the first and waits anew.

    :raises UnableToPublishError: KB-022 "not helpful" without saying why
    """
    if not is_helpful and not words.strip():
        raise UnableToPublishError("KB-022", "请写明哪里没有帮助，编辑据此修订")
    made, _ = Feedback.objects.update_or_create(
        revision=revision, reader=reader,
        defaults={"is_helpful": is_helpful, "words": words.strip()[:500], "given_at": now, "settled_at": None,
                  "settled_by": None, "answer": ""},
    )  # fmt: skip
    record(
        verb="publication.rate", request=current_request(), actor=reader,
        target=f"publication:{revision.publication.code}", target_name=revision.title,
        detail={"verdict": str(is_helpful)},
    )  # fmt: skip
    return made


@transaction.atomic
def settle_word(*, feedback: Feedback, answer: str, actor: User, now: datetime) -> None:
    """
    An editor has dealt with it.

    :raises UnableToPublishError: KB-010, KB-022, KB-023
    """
    get_kept(feedback.revision.publication, actor)
    if not answer.strip():
        raise UnableToPublishError("KB-022", "请写明处理结果")
    found = Feedback.objects.select_for_update().get(pk=feedback.pk)
    if found.is_helpful or found.settled_at is not None:
        raise UnableToPublishError("KB-023", "这条反馈已经处理")
    found.settled_at, found.settled_by, found.answer = now, actor, answer.strip()[:300]
    found.save(update_fields=["settled_at", "settled_by", "answer"])
    record(
        verb="publication.answer", request=current_request(), actor=actor,
        target=f"publication:{feedback.revision.publication.code}", target_name=feedback.revision.title,
        detail={"answer": found.answer},
    )  # fmt: skip


@transaction.atomic
def change_law(*, law: Law, actor: User, now: datetime, **values: object) -> Law:
    """
    Write down what is known of a document, above all the day from which it no longer holds.

    :raises UnableToPublishError: KB-010, KB-013
    """
    if not actor.holds("publications.keep"):
        raise UnableToPublishError("KB-010", "政策文件由知识库编辑维护")
    found = Law.objects.select_for_update().get(pk=law.pk)
    before = {"valid_from": found.valid_from, "valid_to": found.valid_to}
    for name in ("document_number", "valid_from", "valid_to", "url"):
        if name in values:
            setattr(found, name, values[name])
    if found.valid_from and found.valid_to and found.valid_to <= found.valid_from:
        raise UnableToPublishError("KB-013", "失效日须晚于施行日")
    found.save()
    record(
        verb="law.change", request=current_request(), actor=actor, target=f"law:{found.pk}", target_name=found.title,
        before=before, after={"valid_from": found.valid_from, "valid_to": found.valid_to},
    )  # fmt: skip
    return found
