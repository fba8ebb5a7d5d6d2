"""What may be read, by whom, and how it is found."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from yihu.hub.foundation.org.api import User, within
from yihu.hub.subsystems.publications.choices import IssueState, Kind, State
from yihu.hub.subsystems.publications.models import Citation, Feedback, Law, Publication, Revision
from yihu.hub.subsystems.publications.selectors.words import asked

READ, KEEP = "publications.read", "publications.keep"


def live_on(day: date) -> Q:
    """The condition of a revision that holds on a day and was not taken down."""
    return Q(withdrawn_at=None, effective_from__lte=day) & (Q(effective_to=None) | Q(effective_to__gt=day))


def _live(day: date) -> QuerySet[Revision]:
    return Revision.objects.filter(live_on(day), publication=OuterRef("pk")).order_by("-number")


def list_readable(user: User, day: date | None = None) -> QuerySet[Publication]:
    """
    What has a live text, within the reader's clearance; papers once their issue is out.

    Annotated with `live` (the revision's key), `title` and `summary`, so that a list needs one query.
    """
    live = _live(day or timezone.localdate())
    rows = Publication.objects.filter(label__lte=user.clearance(READ)).filter(
        ~Q(kind=Kind.PAPER) | Q(placement__issue__state=IssueState.PUBLISHED)
    )
    rows = rows.annotate(
        live=Subquery(live.values("pk")[:1]), title=Subquery(live.values("title")[:1]),
        summary=Subquery(live.values("summary")[:1]), effective=Subquery(live.values("effective_from")[:1]),
    )  # fmt: skip
    return rows.filter(live__isnull=False)


def search(rows: QuerySet[Publication], text: str) -> QuerySet[Publication]:
    """Those that hold every piece of the text; what has the whole text in its title comes first, then the most read."""
    wanted = asked(text)
    if not wanted:
        return rows.none()
    found = rows.filter(grams__contains=wanted) if len(text.strip()) > 1 else rows.filter(title__contains=text.strip())
    whole = Case(When(title__icontains=text.strip(), then=Value(0)), default=Value(1), output_field=IntegerField())
    return found.annotate(rank=whole).order_by("rank", "-reads", "-effective", "pk")


def find_readable(user: User, code: str) -> tuple[Publication, Revision] | None:
    """
    A publication with the text to show: the live one, else (for who keeps it, or wrote it) the newest.

    None: unknown, above the reader's clearance, or nothing of it may be read.
    """
    found = Publication.objects.filter(code=code, label__lte=user.clearance(READ)).select_related("office").first()
    if found is None:
        return None
    revisions = found.revisions.select_related("author", "approver", "withdrawn_by")
    newest = revisions.first()
    insider = user.reaches(KEEP, found.office) or (
        newest is not None and user.pk in {newest.author_id, newest.approver_id}
    )
    waiting = found.kind == Kind.PAPER and not is_out(found)
    live = None if waiting else revisions.filter(live_on(timezone.localdate())).first()
    shown = live or (newest if insider or (newest and newest.withdrawn_at and not waiting) else None)
    return (found, shown) if shown else None


def is_out(publication: Publication) -> bool:
    """Whether a paper's issue is out."""
    placement = getattr(publication, "placement", None)
    return placement is not None and placement.issue.state == IssueState.PUBLISHED


def state_of(revision: Revision, newest: int, day: date | None = None) -> State:
    """What a revision is worth on a day; `newest` is the highest number of its publication."""
    on = day or timezone.localdate()
    if revision.withdrawn_at is not None:
        return State.WITHDRAWN
    if revision.publication.kind == Kind.PAPER and not is_out(revision.publication):
        return State.ACCEPTED
    if revision.effective_from > on:
        return State.SCHEDULED
    if revision.effective_to is not None and revision.effective_to <= on:
        return State.SUPERSEDED if revision.number < newest else State.EXPIRED
    return State.LIVE


@dataclass(frozen=True, slots=True)
class Basis:
    """One citation and whether its law still holds."""

    citation: Citation
    is_over: bool


def basis_of(revision: Revision) -> list[Basis]:
    """What a revision stands on."""
    today = timezone.localdate()
    rows = revision.citations.select_related("law")
    return [Basis(c, c.law.valid_to is not None and c.law.valid_to <= today) for c in rows]


def list_similar(user: User, publication: Publication, most: int = 5) -> list[Any]:
    """Readable publications that share the most pieces of the newest title."""
    newest = publication.revisions.first()
    wanted = asked(newest.title) if newest else []
    if not wanted:
        return []
    rows = list_readable(user).exclude(pk=publication.pk).filter(grams__overlap=wanted)[:200]
    scored = sorted(rows, key=lambda row: -len(set(wanted) & set(row.grams)))
    return [row for row in scored if len(set(wanted) & set(row.grams)) * 2 >= len(wanted)][:most]


def list_kept(user: User) -> QuerySet[Publication]:
    """What the user answers for, whatever its state, with the newest title."""
    newest = Revision.objects.filter(publication=OuterRef("pk")).order_by("-number")
    rows = Publication.objects.filter(within(user, KEEP, "office__"), label__lte=user.clearance(KEEP))
    return rows.select_related("office", "placement__issue").annotate(
        title=Subquery(newest.values("title")[:1]), versions=Count("revisions"),
        withdrawn=Subquery(newest.values("withdrawn_at")[:1]), effective=Subquery(newest.values("effective_from")[:1]),
    )  # fmt: skip


def list_due(user: User, day: date) -> QuerySet[Publication]:
    """What must be looked at: the day has come, or a law it stands on no longer holds. Withdrawn texts are left out."""
    live = _live(day)
    repealed = Citation.objects.filter(
        revision__publication=OuterRef("pk"), revision__withdrawn_at=None, law__valid_to__lte=day
    ).filter(Q(revision__effective_to=None) | Q(revision__effective_to__gt=day))
    rows = list_kept(user).annotate(is_repealed=Exists(repealed), live=Subquery(live.values("pk")[:1]))
    return rows.filter(Q(is_repealed=True) | Q(review_on__lte=day), live__isnull=False)


def list_words(user: User) -> QuerySet[Feedback]:
    """What readers said of texts the user answers for."""
    rows = Feedback.objects.filter(
        within(user, KEEP, "revision__publication__office__"), revision__publication__label__lte=user.clearance(KEEP)
    )
    return rows.select_related("revision__publication", "reader", "settled_by")


def list_laws() -> QuerySet[Law]:
    """Cited documents, with how many live texts stand on each."""
    today = timezone.localdate()
    live = Q(citations__revision__withdrawn_at=None) & (
        Q(citations__revision__effective_to=None) | Q(citations__revision__effective_to__gt=today)
    )
    return Law.objects.annotate(used=Count("citations__revision__publication", filter=live, distinct=True))


def count_reading(publication: Publication) -> None:
    """One more reading."""
    Publication.objects.filter(pk=publication.pk).update(reads=F("reads") + 1)


def helpful_of(revisions: Iterable[Revision]) -> dict[bool, int]:
    """How many readers found it helpful, and how many not."""
    rows = Feedback.objects.filter(revision__in=list(revisions)).values_list("is_helpful").annotate(n=Count("pk"))
    return {True: 0, False: 0, **dict(rows)}
