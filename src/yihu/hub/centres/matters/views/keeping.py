"""Keeping matters: taking bundles in, playing their cases, publishing, retiring."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from yihu.hub.base.access import requires
from yihu.hub.centres.matters.models import MatterVersion
from yihu.hub.centres.matters.selectors.versions import waiting_versions
from yihu.hub.centres.matters.services import versions as verbs
from yihu.hub.centres.matters.services.loading import load_bundles
from yihu.hub.centres.matters.views.catalogue import CATALOGUE
from yihu.hub.screens.forms import Receipt, respond_with_act
from yihu.hub.screens.pages import Empty, Page

HELP = (
    ("草稿", "从本单位的事项目录（YIHU_MATTERS）装入，或由设计器保存；还不能申请。"),
    ("试办用例", "把事项包里的用例从申请走到结果，每一步都重新从数据库读取；办完全部撤销，不留痕迹。"),
    ("发布", "须由起草人以外的人进行，且用例全部通过；原来的版本被取代，办理中的件仍按原来的版本办完。"),
)


@requires("matter.keep")
def waiting(request: HttpRequest) -> HttpResponse:
    """Drafts that wait for somebody."""
    context = {
        "page": Page("待发布的事项", "草稿试办用例通过后，由另一人发布。", (CATALOGUE,), help=HELP),
        "versions": list(waiting_versions()), "may_load": request.user.holds("matter.design"),
        "empty": Empty("没有待发布的草稿", "把事项包放进 YIHU_MATTERS 指定的目录后点“装入”，或在设计器里保存一版。"),
    }  # fmt: skip
    return render(request, "matters/waiting.html", context)


@requires("matter.design")
@require_POST
def load(request: HttpRequest) -> HttpResponse:
    """Take in what stands in the folders; what is refused is named."""
    found = load_bundles(now=timezone.now(), actor=request.user)
    fresh = [one for one in found if one.state == "new"]
    for one in found:
        for problem in one.problems[:3]:
            messages.error(request, f"{one.key}：{problem}")
    messages.success(request, f"已核对 {len(found)} 个事项包，新装入 {len(fresh)} 个版本。")
    return redirect("matters:catalogue")


def _version(family: str, code: str, pk: int) -> MatterVersion:
    found = MatterVersion.objects.select_related("matter").filter(pk=pk, matter__key=f"{family}/{code}").first()
    if found is None:
        raise Http404
    return found


def _act(
    request: HttpRequest, family: str, code: str, pk: int, do: Callable[[MatterVersion], str], *, gone: bool = False
) -> HttpResponse:
    here = reverse("matters:version", args=[family, code, pk])
    found = _version(family, code, pk)

    def run() -> Receipt:
        return Receipt(do(found), reverse("matters:waiting") if gone else here)

    return respond_with_act(request, run, back=here)


@requires("matter.publish")
@require_POST
def play(request: HttpRequest, family: str, code: str, pk: int) -> HttpResponse:
    """Play the cases of a draft."""

    def do(found: MatterVersion) -> str:
        passed = verbs.play_version(version=found, actor=request.user, now=timezone.now(), request=request)
        return "用例全部通过，可以发布。" if passed else "有用例没有通过，请看下面各行的说明。"

    return _act(request, family, code, pk, do)


@requires("matter.publish")
@require_POST
def publish(request: HttpRequest, family: str, code: str, pk: int) -> HttpResponse:
    """Put a draft in force."""
    note = request.POST.get("note", "")[:500]

    def do(found: MatterVersion) -> str:
        made = verbs.publish_version(version=found, actor=request.user, now=timezone.now(), note=note, request=request)
        return f"“{made}”已发布，自 {made.valid_from} 起可以申请。"

    return _act(request, family, code, pk, do)


@requires("matter.publish")
@require_POST
def retire(request: HttpRequest, family: str, code: str, pk: int) -> HttpResponse:
    """Take a version out of force."""
    note = request.POST.get("note", "")[:500]

    def do(found: MatterVersion) -> str:
        verbs.retire_version(version=found, actor=request.user, now=timezone.now(), note=note, request=request)
        return f"“{found}”已停用；办理中的件照常办完。"

    return _act(request, family, code, pk, do)


@requires("matter.design")
@require_POST
def discard(request: HttpRequest, family: str, code: str, pk: int) -> HttpResponse:
    """Throw a draft away."""

    def do(found: MatterVersion) -> str:
        told: Any = str(found)
        verbs.discard_version(version=found, actor=request.user, request=request)
        return f"草稿“{told}”已删除。"

    return _act(request, family, code, pk, do, gone=True)
