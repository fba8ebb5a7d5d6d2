"""Steps of a version: sent, published, returned, thrown away, retired, run in the shadow."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from yihu.hub.base.access import requires
from yihu.hub.centres.rules.forms import NoteForm, RetireForm, SubmitForm
from yihu.hub.centres.rules.models import TableVersion
from yihu.hub.centres.rules.services import drafting
from yihu.hub.centres.rules.services import reviewing as steps
from yihu.hub.centres.rules.views.tables import table_crumbs
from yihu.hub.centres.rules.views.versions import version_or_404
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_act, respond_with_form
from yihu.hub.screens.pages import Crumb, Page


def _where(version: TableVersion) -> str:
    return reverse("rules:version", args=[version.table.key, version.number])


def _step(
    request: HttpRequest, key: str, number: int, act: Callable[[TableVersion], str], *, gone: bool = False
) -> HttpResponse:
    found = version_or_404(request, key, number)
    here = _where(found)

    def run() -> Receipt:
        text = act(found)
        return Receipt(text, reverse("rules:tables") if gone else here)

    return respond_with_act(request, run, back=here)


def _note(request: HttpRequest) -> str:
    form = NoteForm(request.POST)
    return form.cleaned_data["note"] if form.is_valid() else ""


@requires("rules.edit")
@require_POST
def submit(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Send a draft for review."""

    def act(item: TableVersion) -> str:
        form = SubmitForm(request.POST)
        accepts = form.is_valid() and form.cleaned_data["accepts_flags"]
        steps.submit(version=item, accepts_flags=accepts, actor=request.user, now=timezone.now(), request=request)
        return f"“{item}”已送审，请另一人审核发布。"

    return _step(request, key, number, act)


@requires("rules.review")
@require_POST
def publish(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Publish what another drafted."""

    def act(item: TableVersion) -> str:
        steps.publish(version=item, actor=request.user, now=timezone.now(), note=_note(request), request=request)
        return f"“{item}”已发布，自 {item.valid_from} 起施行。"

    return _step(request, key, number, act)


@requires("rules.review")
@require_POST
def send_back(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Return to the author with a reason."""

    def act(item: TableVersion) -> str:
        steps.send_back(version=item, actor=request.user, now=timezone.now(), note=_note(request), request=request)
        return f"“{item}”已退回起草人。"

    return _step(request, key, number, act)


@requires("rules.edit")
@require_POST
def discard(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Throw a draft away."""

    def act(item: TableVersion) -> str:
        told = str(item)
        drafting.discard_draft(version=item, actor=request.user, request=request)
        return f"草稿“{told}”已删除。"

    return _step(request, key, number, act, gone=True)


@requires("rules.edit")
@require_POST
def shadow(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Begin or end the shadow run."""

    def act(item: TableVersion) -> str:
        on = request.POST.get("on") == "1"
        steps.set_shadow(version=item, on=on, actor=request.user, request=request)
        return "影子运行已开始：从现在起与现行版一起判定，只作比较。" if on else "影子运行已结束。"

    return _step(request, key, number, act)


@requires("rules.review")
def retire(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Let a published version answer no longer."""
    found = version_or_404(request, key, number)
    page = Page("停用", str(found), crumbs=(*table_crumbs(found.table), Crumb(f"第 {number} 版", _where(found))))

    def act(data: dict[str, Any]) -> Receipt:
        steps.retire(
            version=found, last_day_after=data["last_day_after"], note=data["note"],
            actor=request.user, now=timezone.now(), request=request,
        )  # fmt: skip
        return Receipt(f"“{found}”自 {data['last_day_after']} 起停用。", _where(found))

    screen = FormScreen(
        "停用", _where(found), danger=True,
        outcome=("已按此版作出的决定不变。",
                 "钉住此版的在办事项仍按此版判定。", "从停用日起，按更早的已发布版本判定。"),
    )  # fmt: skip
    form = filled(request, RetireForm, initial={"last_day_after": timezone.localdate()})
    return respond_with_form(request, page, screen, form, act)
