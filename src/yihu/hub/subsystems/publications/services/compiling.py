"""Compiling an issue of the journal from accepted papers, and bringing it out."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from yihu.hub.base.requests import current_request
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.org.api import User
from yihu.hub.subsystems.publications.choices import IssueState, Kind
from yihu.hub.subsystems.publications.models import Issue, Placement, Publication, Revision
from yihu.hub.subsystems.publications.services.refusals import UnableToCompileError


@transaction.atomic
def open_issue(
    *, year: int, issue_number: int, theme: str = "", foreword: str = "", actor: User, now: datetime
) -> Issue:
    """:raises UnableToCompileError: JNL-001"""
    try:
        with transaction.atomic():
            made = Issue.objects.create(
                year=year, issue_number=issue_number, theme=theme[:60], foreword=foreword[:2000], compiled_by=actor
            )
    except IntegrityError:
        raise UnableToCompileError("JNL-001", f"{year} 年第 {issue_number} 期已经建立") from None
    _write("issue.create", made, actor)
    return made


@transaction.atomic
def place(*, issue: Issue, publication: Publication, actor: User, now: datetime) -> Placement:
    """
    Put an accepted paper at the end of an issue.

    :raises UnableToCompileError: JNL-002, JNL-003, JNL-008
    """
    found = _open(issue)
    paper = Publication.objects.select_for_update().filter(pk=publication.pk, kind=Kind.PAPER).first()
    if paper is None or not paper.revisions.filter(withdrawn_at=None).exists():
        raise UnableToCompileError("JNL-003", "只有经审定录用、未撤下的稿件可以编入")
    taken = Placement.objects.filter(publication=paper).select_related("issue").first()
    if taken is not None:
        raise UnableToCompileError("JNL-008", f"这篇稿件已编入 {taken.issue}")
    last = found.placements.aggregate(last=Max("position"))["last"] or 0
    made = Placement.objects.create(issue=found, publication=paper, position=last + 1)
    _write("issue.place", found, actor, paper.code)
    return made


@transaction.atomic
def take_out(*, placement: Placement, actor: User, now: datetime) -> None:
    """:raises UnableToCompileError: JNL-002"""
    found = _open(placement.issue)
    code = placement.publication.code
    placement.delete()
    _write("issue.take-out", found, actor, code)


@transaction.atomic
def bring_out(*, issue: Issue, actor: User, now: datetime) -> Issue:
    """
    The issue appears, and its papers with it, from today on. Whoever compiled it does not sign it off.

    :raises UnableToCompileError: JNL-002, JNL-004, JNL-005, JNL-008
    """
    found = _open(issue)
    papers = list(found.placements.values_list("publication_id", flat=True))
    if not papers:
        raise UnableToCompileError("JNL-004", "本期还没有编入任何稿件")
    if found.compiled_by_id == actor.pk:
        raise UnableToCompileError("JNL-005", "编辑不得签发本人编排的期刊，请由另一位负责人签发")
    if Revision.objects.filter(publication__in=papers, author=actor).exists():
        raise UnableToCompileError("JNL-005", "本期有您本人的文章，请由另一位负责人签发")
    gone = Publication.objects.filter(pk__in=papers).exclude(revisions__withdrawn_at=None).first()
    if gone is not None:
        raise UnableToCompileError("JNL-008", f"{gone.code} 已经撤下，请先从本期移出")
    found.state, found.published_by, found.published_at = IssueState.PUBLISHED, actor, now
    found.save(update_fields=["state", "published_by", "published_at"])
    _write("issue.publish", found, actor, timezone.localdate(now).isoformat())
    return found


def _open(issue: Issue) -> Issue:
    found = Issue.objects.select_for_update(of=("self",)).get(pk=issue.pk)
    if found.state == IssueState.PUBLISHED:
        raise UnableToCompileError("JNL-002", f"{found} 已经出刊，不能再改")
    return found


def _write(verb: str, issue: Issue, actor: User, note: str = "") -> None:
    record(
        verb=verb, request=current_request(), actor=actor, target=f"issue:{issue.pk}", target_name=str(issue),
        detail={"note": note} if note else {},
    )  # fmt: skip
