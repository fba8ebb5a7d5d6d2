"""What the pages share: instances in a person's sight, records, ways back."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from yihu.hub.base.access import scope_for
from yihu.hub.base.row_scope import as_system, within
from yihu.hub.centres.workflow.models import Assignment, Instance, ProcessVersion
from yihu.hub.centres.workflow.selectors.instances import NoSuchProcessError, get_instance, get_managed
from yihu.hub.centres.workflow.selectors.standing import MANAGE
from yihu.hub.foundation.audit.api import record, record_access
from yihu.hub.screens.pages import Crumb


def in_sight(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """
    Run a view that asks for `workflow.view` or `workflow.act` with the rows its reader may see as a manager as well.

    What somebody has a part in is theirs to see by any permission; a manager's offices only by `workflow.manage`.
    """

    @wraps(view)
    def seeing(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.user.holds(MANAGE):
            return view(request, *args, **kwargs)
        with within(scope_for(request.user, MANAGE), user_id=request.user.pk, permission=MANAGE):
            return view(request, *args, **kwargs)

    return seeing


def way(title: str, url_name: str, *args: object) -> Crumb:
    """A step of the way back."""
    return Crumb(title, reverse(f"workflow:{url_name}", args=args))


def recorder(request: HttpRequest, title: str) -> Callable[[str, int], object]:
    """Records an export of a list before the file leaves."""

    def write(kind: str, rows: int) -> object:
        detail = {"rows": rows, "kind": kind, "query": request.GET.urlencode()}
        return record(
            verb="process.export", request=request, target=f"page:{request.path}", target_name=f"{title} {rows} 行",
            detail=detail,
        )  # fmt: skip

    return write


def opened(request: HttpRequest, pk: int) -> Instance:
    """An instance the reader may see, its opening on record; 404 for any other."""
    try:
        found = get_instance(request.user, pk)
    except NoSuchProcessError as error:
        raise Http404 from error
    record_access(request=request, target=f"process:{found.pk}", target_name=str(found))
    return found


def seen(request: HttpRequest, pk: int) -> Instance:
    """As `opened`, for an act on it, which leaves a record of its own."""
    try:
        return get_instance(request.user, pk)
    except NoSuchProcessError as error:
        raise Http404 from error


def managed(request: HttpRequest, pk: int) -> Instance:
    """An instance whose processes the reader keeps; 404 for any other."""
    try:
        return get_managed(request.user, pk)
    except NoSuchProcessError as error:
        raise Http404 from error


def place_or_404(pk: int) -> Assignment:
    """Somebody's place, whoever asks: the verb or the caller says whose it is."""
    with as_system("流程办理"):
        rows = Assignment.objects.select_related(
            "step__instance__version", "step__instance__initiator__office", "assignee__office"
        )
        found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def version_or_404(pk: int) -> ProcessVersion:
    found = ProcessVersion.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
