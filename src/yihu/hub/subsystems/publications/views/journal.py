"""The journal: its issues, one issue, and compiling it."""

from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yihu.hub.base.access import requires
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_act, respond_with_form
from yihu.hub.screens.pages import Act, Crumb, Page
from yihu.hub.subsystems.publications.choices import IssueState
from yihu.hub.subsystems.publications.forms import IssueForm, PlaceForm
from yihu.hub.subsystems.publications.models import Issue, Placement
from yihu.hub.subsystems.publications.selectors import journal as read
from yihu.hub.subsystems.publications.services import compiling

HELP = (
    ("投稿", "在“事项”中办理“电子期刊投稿”；经三审录用后，由编辑编入一期。"),
    ("编排", "录用的稿件逐篇编入；出刊之前可以移出。"),
    ("签发", "由编辑以外的负责人签发；出刊后全文可读，不能再改。"),
)


@requires("publications.read")
@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """All issues, the latest first."""
    keeps = request.user.holds("publications.keep")
    acts = (Act("新建一期", reverse("publications:new-issue"), "plus", primary=True),) if keeps else ()
    page = Page("电子期刊", "按期阅读；稿件经三审录用", acts=acts, help=HELP)
    waiting = read.list_unplaced(request.user).count() if keeps else 0
    context = {"page": page, "issues": read.list_issues(request.user)[:200], "keeps": keeps, "waiting": waiting}
    return render(request, "publications/journal.html", context)


@requires("publications.read")
@require_safe
def issue(request: HttpRequest, issue_id: int) -> HttpResponse:
    """The contents of one issue."""
    found = _get(request, issue_id)
    open_ = found.state == IssueState.COMPILING
    entries = read.entries_of(request.user, found)
    columns = [(name, list(rows)) for name, rows in groupby(entries, key=lambda e: e.column)]
    page = Page(str(found), found.theme, crumbs=(_home(),), help=HELP)
    context: dict[str, Any] = {
        "page": page, "issue": found, "columns": columns, "count": len(entries), "is_open": open_,
        "place": PlaceForm(actor=request.user) if open_ else None, "may_sign": found.compiled_by_id != request.user.pk,
    }  # fmt: skip
    return render(request, "publications/issue.html", context)


@requires("publications.keep")
@require_http_methods(["GET", "HEAD", "POST"])
def new_issue(request: HttpRequest) -> HttpResponse:
    """Begin an issue."""
    screen = FormScreen(
        "建立", reverse("publications:journal"), outcome=("先编入录用的稿件，再由另一位负责人签发出刊。",)
    )

    def act(given: dict[str, Any]) -> Receipt:
        made = compiling.open_issue(actor=request.user, now=timezone.now(), **given)
        return Receipt(f"已建立 {made}。", reverse("publications:issue", args=[made.pk]))

    page = Page("新建一期", crumbs=(_home(),), help=HELP)
    return respond_with_form(request, page, screen, filled(request, IssueForm), act)


@requires("publications.keep")
@require_POST
def place(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Put a paper into an issue."""
    found, back = _get(request, issue_id), reverse("publications:issue", args=[issue_id])
    form = PlaceForm(request.POST, actor=request.user)

    def act() -> Receipt:
        if not form.is_valid():
            raise compiling.UnableToCompileError("JNL-003", "请选择一篇已录用、尚未编入的稿件")
        paper = form.cleaned_data["publication"]
        compiling.place(issue=found, publication=paper, actor=request.user, now=timezone.now())
        return Receipt(f"已编入 {paper.code}。", back)

    return respond_with_act(request, act, back=back)


@requires("publications.keep")
@require_POST
def take_out(request: HttpRequest, placement_id: int) -> HttpResponse:
    """Take a paper out of an issue."""
    found = Placement.objects.select_related("issue", "publication").filter(pk=placement_id).first()
    if found is None:
        raise Http404("这篇稿件不在任何一期里")
    back = reverse("publications:issue", args=[found.issue_id])

    def act() -> Receipt:
        compiling.take_out(placement=found, actor=request.user, now=timezone.now())
        return Receipt(f"已移出 {found.publication.code}。", back)

    return respond_with_act(request, act, back=back)


@requires("publications.keep")
@require_POST
def bring_out(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Sign an issue off."""
    found, back = _get(request, issue_id), reverse("publications:issue", args=[issue_id])

    def act() -> Receipt:
        compiling.bring_out(issue=found, actor=request.user, now=timezone.now())
        return Receipt(f"{found} 已出刊。", back)

    return respond_with_act(request, act, back=back)


def _get(request: HttpRequest, issue_id: int) -> Issue:
    found = read.find_issue(request.user, issue_id)
    if found is None:
        raise Http404("没有这一期，或尚未出刊")
    return found


def _home() -> Crumb:
    return Crumb("电子期刊", reverse("publications:journal"))
