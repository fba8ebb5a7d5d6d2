"""Issues of the journal and the papers that wait for one."""

from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from yihu.hub.foundation.org.api import User
from yihu.hub.subsystems.publications.choices import Column, IssueState, Kind
from yihu.hub.subsystems.publications.models import Issue, Placement, Publication, Revision
from yihu.hub.subsystems.publications.selectors.shelf import KEEP, READ


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper in an issue, as its contents page shows it."""

    placement: Placement
    revision: Revision
    column: str


def list_issues(user: User) -> QuerySet[Issue]:
    """What is out; who keeps publications sees those being compiled too."""
    rows = Issue.objects.annotate(papers=Count("placements"))
    return rows if user.holds(KEEP) else rows.filter(state=IssueState.PUBLISHED)


def find_issue(user: User, issue_id: int) -> Issue | None:
    return list_issues(user).select_related("compiled_by", "published_by").filter(pk=issue_id).first()


def entries_of(user: User, issue: Issue) -> list[Entry]:
    """The papers of an issue within the reader's clearance, in order."""
    placements = issue.placements.filter(publication__label__lte=user.clearance(READ)).select_related("publication")
    newest = {
        r.publication_id: r
        for r in Revision.objects.filter(publication__placement__issue=issue, withdrawn_at=None)
        .select_related("author")
        .order_by("number")
    }
    words = dict(Column.choices)
    found = [(p, newest[p.publication_id]) for p in placements if p.publication_id in newest]
    return [Entry(p, r, str(words.get(r.column, "其他"))) for p, r in found]


def list_unplaced(user: User) -> QuerySet[Publication]:
    """Accepted papers that stand in no issue yet, with their titles."""
    newest = Revision.objects.filter(publication=OuterRef("pk")).order_by("-number")
    rows = Publication.objects.filter(kind=Kind.PAPER, placement=None, label__lte=user.clearance(KEEP))
    rows = rows.filter(Q(revisions__withdrawn_at=None)).distinct()
    return rows.annotate(title=Subquery(newest.values("title")[:1])).order_by("pk")
