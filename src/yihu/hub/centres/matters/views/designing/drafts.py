"""The drafts, a new one, and one of them with its next step."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from yihu.hub.base.access import requires
from yihu.hub.centres.matters.catalogue.files import digest_of
from yihu.hub.centres.matters.choices import BundleState, PlayState
from yihu.hub.centres.matters.forms.designing import NewMatterForm, ReasonForm
from yihu.hub.centres.matters.models import BundleDraft, MatterVersion
from yihu.hub.centres.matters.selectors.designing.drafts import (
    base_files,
    examine_files,
    files_of,
    list_drafts,
    list_startable,
)
from yihu.hub.centres.matters.services.designing import drafting
from yihu.hub.centres.matters.views.designing.door import at, crumbs, get_draft, may_edit
from yihu.hub.centres.matters.views.designing.lists import DRAFTS
from yihu.hub.centres.matters.views.designing.parts import parts_of
from yihu.hub.foundation.audit.api import record
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_form
from yihu.hub.screens.lists import respond_with_list
from yihu.hub.screens.pages import Act, Page

HELP = (
    ("从哪里开始", "改已有的事项：从它的版本起草；新事项：填名称后从一个能办的最小事项改起。"),
    ("谁来发布", "起草和修改过的人不能审核自己的草稿，须由另一人看过不同之处后发布。"),
    ("发布以后", "新申请用新版本；已经在办的事项继续用它开始时的版本。"),
    ("不能写什么", "流程里没有脚本，表单不能引用外部文件，文书只能填空；处理程序只能选登记过的。"),
)


@requires("matter.keep")
def drafts(request: HttpRequest) -> HttpResponseBase:
    """All drafts, and the matters one can start from."""
    designer = request.user.holds("matter.design")
    acts = (Act("新事项", reverse("matters:design-new"), "plus", primary=True),) if designer else ()
    page = Page("事项设计", "草稿改好、用例通过、另一人看过不同之处后发布。", acts=acts, help=HELP)
    context = {"startable": list_startable() if designer else []}

    def export(kind: str, count: int) -> None:
        record(verb="bundle.export", request=request, target="bundle:list", detail={"kind": kind, "count": count})

    return respond_with_list(
        request, page, DRAFTS, list_drafts(), record_export=export, template="matters/design/drafts.html",
        context=context,
    )  # fmt: skip


@requires("matter.design")
def new(request: HttpRequest) -> HttpResponse:
    """A matter that is not there yet."""

    def act(data: dict[str, str]) -> Receipt:
        made = drafting.start_new(actor=request.user, now=timezone.now(), request=request, **data)
        return Receipt(f"“{made}”的草稿已建立，可以直接运行用例。", at("design", made))

    outcome = ("得到一份能办的最小事项：填报、一级审批、三个用例。", "在草稿上改表单、流程和文书，发布前不生效。")
    screen = FormScreen("建立草稿", reverse("matters:designs"), outcome=outcome)
    return respond_with_form(request, Page("新事项", crumbs=crumbs()), screen, filled(request, NewMatterForm), act)


@requires("matter.design")
def start(request: HttpRequest, version: int) -> HttpResponse:
    """A draft from a version."""
    found = get_object_or_404(MatterVersion.objects.select_related("matter").exclude(state="DRAFT"), pk=version)

    def act(data: dict[str, str]) -> Receipt:
        made = drafting.start_from(
            version=found, reason=data["reason"], actor=request.user, now=timezone.now(), request=request
        )
        return Receipt(f"“{made}”的草稿已建立。", at("design", made))

    outcome = (f"复制“{found.name}”{found.edition} 的全部文件。", "在办的事项不受影响；发布后只有新申请用新版本。")
    screen = FormScreen("起草", reverse("matters:designs"), outcome=outcome)
    page = Page(f"修改“{found.name}”", f"从版本 {found.edition} 起草", crumbs())
    return respond_with_form(request, page, screen, filled(request, ReasonForm), act)


@requires("matter.keep")
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """One draft: its parts, what is wrong with it, and the next step."""
    found = get_draft(pk)
    files = files_of(found)
    problems = examine_files(files)
    base = base_files(found)
    page = Page(found.name, "", crumbs(), _acts(request, found), HELP)
    context = {
        "page": page, "draft": found, "parts": parts_of(found, files, base, problems), "problems": problems,
        "blocking": sum(one.blocks for one in problems), "may_edit": may_edit(request, found),
        "changed": digest_of(files) != found.base_digest, "steps": _steps(found),
        "passed": found.play_state == PlayState.PASSED and found.played_digest == digest_of(files),
        "may_review": found.state == BundleState.IN_REVIEW and request.user.holds("matter.publish"),
        "took_part": drafting.took_part(found, request.user), "may_design": request.user.holds("matter.design"),
    }  # fmt: skip
    return render(request, "matters/design/draft.html", context)


def _acts(request: HttpRequest, draft: BundleDraft) -> tuple[Act, ...]:
    return (Act("看不同之处", at("design-difference", draft), "git-compare"),)


def _steps(draft: BundleDraft) -> dict[str, str]:
    names = ("play", "cases", "submit", "publish", "return", "discard", "difference")
    return {name: at(f"design-{name}", draft) for name in names} | {"take_back": at("design-take-back", draft)}
