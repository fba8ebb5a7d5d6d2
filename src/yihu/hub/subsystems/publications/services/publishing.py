"""Publishing a text, taking it down, looking at it again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from yihu.hub.base.access import Label
from yihu.hub.base.requests import current_request
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.org.api import User
from yihu.hub.subsystems.publications.choices import Kind, Topic
from yihu.hub.subsystems.publications.models import Citation, Law, Publication, Revision
from yihu.hub.subsystems.publications.selectors.words import pieces
from yihu.hub.subsystems.publications.services.refusals import UnableToPublishError

REVIEW_AFTER = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Cited:
    """One place of a law, as an author writes it."""

    title: str
    document_number: str = ""
    article: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """What is to be read."""

    title: str
    body: str
    question: str = ""
    summary: str = ""
    keywords: tuple[str, ...] = ()
    column: str = ""
    byline: str = ""


@transaction.atomic
def publish(
    *, kind: Kind, topic: Topic, text: Text, cited: Sequence[Cited] = (), author: User, approver: User,
    effective_from: date, effective_to: date | None = None, label: Label = Label.INTERNAL, case_number: str = "",
    revises: str = "", now: datetime,
) -> Revision:  # fmt: skip
    """
    A new publication, or (`revises`: its code) a new revision that takes the place of the last from its first day on.

    :raises UnableToPublishError: KB-011 to KB-014, KB-020
    """
    if author.pk == approver.pk:
        raise UnableToPublishError("KB-020", "起草人不得审批本人稿件，请改由他人审批")
    if effective_to is not None and effective_to <= effective_from:
        raise UnableToPublishError("KB-013", "失效日须晚于生效日")
    laws = [(_law_of(one), one.article) for one in cited]
    _check_basis(kind, laws, effective_from)
    publication = _revised(revises, kind, now) if revises else _created(kind, topic, label, author, now)
    made = _write_revision(publication, text, author, approver, effective_from, effective_to, case_number, now)
    for position, (law, article) in enumerate(laws):
        Citation.objects.create(revision=made, law=law, article=article[:60], position=position)
    publication.topic, publication.review_on = topic, timezone.localdate(now) + REVIEW_AFTER
    publication.grams = pieces(text.title, text.question, text.summary, *text.keywords, text.body)
    publication.save(update_fields=["topic", "review_on", "grams"])
    record(
        verb="publication.publish", request=current_request(), actor=approver, target=f"publication:{publication.code}",
        target_name=made.title, detail={"number": made.number, "case": case_number, "username": author.username},
    )  # fmt: skip
    return made


def _law_of(one: Cited) -> Law:
    law, made = Law.objects.get_or_create(
        title=one.title.strip("《》 ")[:120], document_number=one.document_number.strip()[:80],
        defaults={"valid_from": one.valid_from, "valid_to": one.valid_to},
    )  # fmt: skip
    if not made and one.valid_to is not None and law.valid_to is None:
        law.valid_to = one.valid_to
        law.save(update_fields=["valid_to"])
    return law


def _check_basis(kind: Kind, laws: Iterable[tuple[Law, str]], day: date) -> None:
    found = [law for law, _ in laws]
    if kind == Kind.ANSWER and not found:
        raise UnableToPublishError("KB-014", "答复必须写明政策依据（文件名称、文号、条款）")
    for law in found:
        if law.valid_to is not None and law.valid_to <= day:
            raise UnableToPublishError("KB-012", f"引用的{law.name}自 {law.valid_to} 起失效，须改引现行文件")


def _created(kind: Kind, topic: Topic, label: Label, author: User, now: datetime) -> Publication:
    year = timezone.localdate(now).year
    made = Publication.objects.create(
        kind=kind, topic=topic, label=label, office=author.office, code=f"~{uuid4().hex[:18]}"
    )  # fmt: skip
    made.code = f"{Kind(kind).value}{year}-{made.pk:05d}"
    made.save(update_fields=["code"])
    return made


def _revised(code: str, kind: Kind, now: datetime) -> Publication:
    found = Publication.objects.select_for_update().filter(code=code, kind=kind).first()
    if found is None:
        raise UnableToPublishError("KB-011", f"没有编号为 {code} 的{Kind(kind).label}可修订，请核对编号")
    return found


def _write_revision(
    publication: Publication, text: Text, author: User, approver: User, effective_from: date,
    effective_to: date | None, case_number: str, now: datetime,
) -> Revision:  # fmt: skip
    before = publication.revisions.first()
    if before is not None:
        if effective_from < before.effective_from:
            raise UnableToPublishError("KB-013", f"新版生效日不得早于上一版的生效日 {before.effective_from}")
        if before.effective_to is None or before.effective_to > effective_from:
            Revision.objects.filter(pk=before.pk).update(effective_to=effective_from)
    return Revision.objects.create(
        publication=publication, number=before.number + 1 if before else 1, title=text.title[:120],
        question=text.question, summary=text.summary[:500], body=text.body, keywords=[k[:20] for k in text.keywords],
        column=text.column, byline=text.byline[:100], author=author, approver=approver, published_at=now,
        effective_from=effective_from, effective_to=effective_to, case_number=case_number,
    )  # fmt: skip


@transaction.atomic
def withdraw(*, publication: Publication, reason: str, actor: User, now: datetime) -> None:
    """
    Take every text of a publication that holds or is to come down; readers find the reason in its place.

    :raises UnableToPublishError: KB-010, KB-021, KB-022
    """
    found = get_kept(publication, actor)
    if not reason.strip():
        raise UnableToPublishError("KB-022", "请写明撤下的原因，读者会看到")
    today = timezone.localdate(now)
    rows = found.revisions.filter(withdrawn_at=None).exclude(effective_to__lte=today)
    if not rows.update(withdrawn_at=now, withdrawn_by=actor, withdraw_reason=reason.strip()[:300]):
        raise UnableToPublishError("KB-021", f"{found.code} 没有现行文本，可能已经撤下")
    record(
        verb="publication.withdraw", request=current_request(), actor=actor, target=f"publication:{found.code}",
        target_name=found.code, purpose=reason,
    )  # fmt: skip


@transaction.atomic
def confirm_review(*, publication: Publication, until: date, actor: User, now: datetime) -> None:
    """
    Somebody has looked: it still holds; look again by `until`.

    :raises UnableToPublishError: KB-010, KB-012 a law it cites no longer holds, KB-013 the day
    """
    found = get_kept(publication, actor)
    today = timezone.localdate(now)
    if not today < until <= today + 2 * REVIEW_AFTER:
        raise UnableToPublishError("KB-013", "下次复核日须在明天至两年之内")
    live = found.revisions.filter(withdrawn_at=None).first()
    over = Law.objects.filter(citations__revision=live, valid_to__lte=today).first() if live else None
    if over is not None:
        raise UnableToPublishError("KB-012", f"引用的{over.name}自 {over.valid_to} 起失效，须修订或撤下，不能确认有效")
    before = found.review_on
    found.review_on, found.reviewed_at = until, now
    found.save(update_fields=["review_on", "reviewed_at"])
    record(
        verb="publication.confirm", request=current_request(), actor=actor, target=f"publication:{found.code}",
        target_name=found.code, before={"valid_to": before}, after={"valid_to": until},
    )  # fmt: skip


def get_kept(publication: Publication, actor: User) -> Publication:
    """:raises UnableToPublishError: KB-010"""
    found = Publication.objects.select_for_update(of=("self",)).select_related("office").get(pk=publication.pk)
    if not actor.reaches("publications.keep", found.office):
        raise UnableToPublishError("KB-010", f"{found.code} 由 {found.office.name} 负责，请联系该机关的编辑")
    return found
