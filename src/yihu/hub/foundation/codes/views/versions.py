"""Versions: the list of a table's, one with its findings and steps, and the difference between two."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from yihu.hub.base.access import requires
from yihu.hub.foundation.codes.choices import Origin, State
from yihu.hub.foundation.codes.forms import BrowseForm, DraftForm, posted
from yihu.hub.foundation.codes.models import CodeTable, TableVersion
from yihu.hub.foundation.codes.selectors.index import view_on
from yihu.hub.foundation.codes.selectors.tables import difference as difference_of
from yihu.hub.foundation.codes.selectors.tables import list_versions
from yihu.hub.foundation.codes.services import editing, publishing
from yihu.hub.foundation.codes.views.tables import table_crumbs, table_or_404
from yihu.hub.screens.forms import FormScreen, Receipt, respond_with_act, respond_with_form
from yihu.hub.screens.pages import Act, Page

SHOWN = 100


def visible(request: HttpRequest, table: CodeTable) -> list[TableVersion]:
    """Versions a reader sees: drafts are for those who keep or review them."""
    found = list_versions(table)
    keeper = request.user.holds("codes.edit") or request.user.holds("codes.review")
    return list(found if keeper else found.filter(state=State.PUBLISHED))


def version_or_404(request: HttpRequest, code: str, pk: int) -> TableVersion:
    found = get_object_or_404(TableVersion.objects.select_related("table"), table__code=code, pk=pk)
    if found.state != State.PUBLISHED and not (request.user.holds("codes.edit") or request.user.holds("codes.review")):
        raise Http404("没有这个版本")
    return found


@requires("codes.view")
def versions(request: HttpRequest, code: str) -> HttpResponse:
    """All versions of a table."""
    table = table_or_404(code)
    found = visible(request, table)
    page = Page("版本", f"{table.name}的全部版本，新的在前。", crumbs=table_crumbs(table))
    return render(request, "codes/versions.html", {"page": page, "table": table, "versions": found})


@requires("codes.view")
def version(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One version: where it comes from, what was found on the way in, and the next step."""
    found = version_or_404(request, code, pk)
    user = request.user
    acts = [Act("查看代码", reverse("codes:table", args=[code]) + f"?version={pk}", "list-search")]
    if found.table.origin != Origin.SHIPPED and user.holds("codes.edit"):
        acts.append(Act("以此起草新版本", reverse("codes:draft", args=[code, pk]), "copy"))
    context = {
        "page": Page(f"版本 {found.label}", found.table.name, table_crumbs(found.table), tuple(acts)),
        "version": found, "table": found.table, "findings": found.findings,
        "may_edit": user.holds("codes.edit") and found.state == State.DRAFT,
        "may_review": user.holds("codes.review") and found.state == State.IN_REVIEW,
        "took_part": publishing.took_part(found, user),
        "steps": _steps(code, pk),
    }  # fmt: skip
    return render(request, "codes/version.html", context)


def _steps(code: str, pk: int) -> dict[str, str]:
    return {
        name: reverse(f"codes:version-{name}", args=[code, pk]) for name in ("submit", "publish", "return", "discard")
    }


def _step(
    request: HttpRequest, code: str, pk: int, act: Callable[[TableVersion], str], *, gone: bool = False
) -> HttpResponse:
    found = version_or_404(request, code, pk)
    here = reverse("codes:version", args=[code, pk])

    def run() -> Receipt:
        text = act(found)
        return Receipt(text, reverse("codes:versions", args=[code]) if gone else here)

    return respond_with_act(request, run, back=here)


@requires("codes.edit")
@require_POST
def version_submit(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Send a draft for review."""

    def act(item: TableVersion) -> str:
        publishing.submit(item=item, actor=request.user, now=timezone.now(), request=request)
        return f"“{item}”已送审，请另一人审核发布。"

    return _step(request, code, pk, act)


@requires("codes.review")
@require_POST
def version_publish(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Publish what another drafted."""

    def act(item: TableVersion) -> str:
        note = request.POST.get("note", "")[:500]
        publishing.publish(item=item, actor=request.user, now=timezone.now(), note=note, request=request)
        return f"“{item}”已发布，自 {item.valid_from} 起施行。"

    return _step(request, code, pk, act)


@requires("codes.review")
@require_POST
def version_return(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Send back to the author with a reason."""

    def act(item: TableVersion) -> str:
        note = request.POST.get("note", "")[:500]
        publishing.send_back(item=item, actor=request.user, now=timezone.now(), note=note, request=request)
        return f"“{item}”已退回起草人。"

    return _step(request, code, pk, act)


@requires("codes.edit")
@require_POST
def version_discard(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Throw a draft away."""

    def act(item: TableVersion) -> str:
        told = str(item)
        publishing.discard(item=item, actor=request.user, request=request)
        return f"草稿“{told}”已删除。"

    return _step(request, code, pk, act, gone=True)


@requires("codes.edit")
def draft(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A new draft from a version."""
    source = version_or_404(request, code, pk)
    back = reverse("codes:version", args=[code, pk])
    page = Page("起草新版本", f"复制 {source} 的全部代码，再逐条增改。", crumbs=table_crumbs(source.table))

    def act(data: dict[str, object]) -> Receipt:
        made = editing.start_draft(version=source, actor=request.user, now=timezone.now(), request=request, **data)
        return Receipt(f"草稿“{made}”已建立。", reverse("codes:version", args=[code, made.pk]))

    return respond_with_form(request, page, FormScreen("起草", back), DraftForm(posted(request)), act)


@requires("codes.view")
def difference(request: HttpRequest, code: str) -> HttpResponse:
    """What changed between two versions, or between two days of one."""
    table = table_or_404(code)
    form, today = BrowseForm(request.GET), timezone.localdate()
    found = visible(request, table)
    right = _chosen(found, form.asked("right")) or (found[0] if found else None)
    left = _chosen(found, form.asked("version")) or (found[1] if len(found) > 1 else right)
    page = Page(
        "比较", f"{table.name}：两个版本之间，或同一版本的两个日期之间，代码有何不同。", crumbs=table_crumbs(table)
    )
    context = {"page": page, "table": table, "versions": found, "left": left, "right": right}
    if left and right:
        left_on = form.asked("on") or (left.valid_from if left == right else today)
        right_on = form.asked("right_on") or today
        result = difference_of(view_on(left, left_on), view_on(right, right_on))
        context |= {"left_on": left_on, "right_on": right_on, "result": result, "shown": f":{SHOWN}", "most": SHOWN}
    return render(request, "codes/difference.html", context)


def _chosen(found: list[TableVersion], pk: int | None) -> TableVersion | None:
    return next((v for v in found if v.pk == pk), None)
