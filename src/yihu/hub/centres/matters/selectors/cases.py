"""Cases within the reach of whoever asks. PostgreSQL leaves out what names a taxpayer outside their scope."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from yihu.hub.base.access import Label, decide, scope_for
from yihu.hub.base.row_scope import within as rows_within
from yihu.hub.centres.matters.catalogue.fields import APPLY
from yihu.hub.centres.matters.choices import CaseState
from yihu.hub.centres.matters.models import Case, Draft
from yihu.hub.centres.workflow import api as workflow
from yihu.hub.foundation.org.api import Office, within

SEE = "matter.cases"


def scope_of_cases(user: Any) -> Any:
    """The rows of somebody who may see the cases of their offices; for others only what concerns themselves."""
    if not user.holds(SEE):
        return nullcontext()
    return rows_within(scope_for(user, SEE), user_id=user.pk, permission=SEE)


def in_case_scope(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer a request within the rows of its actor's cases, whatever permission opened the page."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with scope_of_cases(request.user):
            return view(request, *args, **kwargs)

    return answer


@dataclass(frozen=True, slots=True)
class Sight:
    """How somebody sees a case: up to which label, whether personal numbers in the clear, by which steps of theirs."""

    clearance: Label
    clear: bool
    nodes: frozenset[str] = frozenset()


def sight_of(user: Any, case: Case) -> Sight | None:
    """How a person sees a case; None when they may not see it at all."""
    if case.applicant_id == user.pk:
        return Sight(Label.IMPORTANT, clear=True, nodes=_nodes_of(user, case) | {APPLY})
    if case.instance_id and workflow.may_read(user, case.instance):
        return Sight(user.clearance("workflow.view"), clear=False, nodes=_nodes_of(user, case))
    if decide(user, SEE, _thing(case)):
        return Sight(user.clearance(SEE), clear=False)
    return None


def _nodes_of(user: Any, case: Case) -> frozenset[str]:
    """Steps at which somebody has or had a place. One query."""
    if case.instance is None:
        return frozenset()
    mine = case.instance.steps.filter(assignments__assignee=user) | case.instance.steps.filter(
        assignments__acted_by=user
    )
    return frozenset(mine.values_list("node_id", flat=True))


@dataclass(frozen=True, slots=True)
class _Place:
    office_code: str
    number: str | None
    label: Label


def _thing(case: Case) -> _Place:
    return _Place(case.office_code, case.taxpayer_number, Label(case.label))


def find_case(number: str) -> Case | None:
    """One case within the rows in force, with what its page shows."""
    rows = Case.objects.select_related(
        "version__matter", "applicant__office", "instance__version", "instance__initiator"
    )
    return rows.filter(number=number).first()


def list_cases(user: Any) -> QuerySet[Case]:
    """The cases of the offices within reach, up to one's clearance."""
    offices = Office.objects.filter(within(user, SEE)).values("code")
    rows = Case.objects.filter(label__lte=user.clearance(SEE))
    return _light(rows.filter(office_code__in=offices))


def cases_by(user: Any) -> QuerySet[Case]:
    """One's own applications, the newest first."""
    return _light(Case.objects.filter(applicant=user))


def drafts_of(user: Any) -> QuerySet[Draft]:
    """What one has begun and not handed in."""
    return Draft.objects.filter(owner=user).select_related("version__matter").defer("sealed", "version__files")


def _light(rows: QuerySet[Case]) -> QuerySet[Case]:
    return rows.select_related("version", "matter").defer("version__files", "version__played", "form")


def overdue(rows: QuerySet[Case], now: datetime) -> QuerySet[Case]:
    """Those whose limit has passed while their clock ran."""
    return rows.filter(state=CaseState.OPEN, due_at__lt=now)
