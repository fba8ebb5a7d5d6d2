"""What those who keep publications do."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from yihu.hub.base.access import requires
from yihu.hub.foundation.audit.api import record
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_form
from yihu.hub.screens.lists import ListScreen, respond_with_list
from yihu.hub.screens.pages import Crumb, Page
from yihu.hub.subsystems.publications import screens
from yihu.hub.subsystems.publications.forms import LawForm, ReviewForm, SettleForm, WithdrawForm
from yihu.hub.subsystems.publications.models import Law, Publication
from yihu.hub.subsystems.publications.selectors import shelf as read
from yihu.hub.subsystems.publications.services import listening, publishing

HELP = (
    ("不改原文", "发布的文本不在原处修改：要改，重新走一遍事项，新版自生效日起替换旧版，旧版留存可查。"),
    ("撤下", "立即不再显示，读者在原处看到原因。撤下后不能恢复，只能重新发布。"),
    ("待复核", "发布满一年，或所引文件失效。所引文件失效的不能“确认有效”，只能修订或撤下。"),
    ("责任机关", "起草人所在机关；由该机关及上级机关的编辑维护。"),
)


@requires("publications.keep")
@require_safe
def kept(request: HttpRequest) -> HttpResponseBase:
    """Everything one answers for."""
    return _list(request, "维护发布物", screens.KEPT, read.list_kept(request.user))


@requires("publications.keep")
@require_safe
def due(request: HttpRequest) -> HttpResponseBase:
    """What must be looked at."""
    return _list(request, "待复核", screens.DUE, read.list_due(request.user, timezone.localdate()))


@requires("publications.keep")
@require_safe
def words(request: HttpRequest) -> HttpResponseBase:
    """What readers said."""
    return _list(request, "读者反馈", screens.WORDS, read.list_words(request.user))


@requires("publications.keep")
@require_safe
def laws(request: HttpRequest) -> HttpResponseBase:
    """Cited documents."""
    return _list(request, "政策文件", screens.LAWS, read.list_laws())


def _list(request: HttpRequest, title: str, screen: ListScreen, rows: QuerySet) -> HttpResponseBase:
    page = Page(title, crumbs=(_home(),), help=HELP)
    return respond_with_list(request, page, screen, rows, record_export=recorder(request, title))


def recorder(request: HttpRequest, title: str) -> Callable[[str, int], object]:
    """Records an export before the file leaves."""

    def write(kind: str, rows: int) -> object:
        return record(
            verb="publication.export", request=request, target=f"page:{request.path}",
            target_name=f"{title} {rows} 行", detail={"rows": rows, "kind": kind, "query": request.GET.urlencode()},
        )  # fmt: skip

    return write


@requires("publications.keep")
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Take a text down."""
    found = _get(request, code)
    back = reverse("publications:read", args=[code])
    screen = FormScreen("撤下", back, outcome=("立即不再显示在检索与列表中。", "读者在原处看到撤下原因。"), danger=True)

    def act(given: dict[str, Any]) -> Receipt:
        publishing.withdraw(publication=found, reason=given["reason"], actor=request.user, now=timezone.now())
        return Receipt(f"已撤下 {code}。", reverse("publications:kept"))

    return _form(request, f"撤下：{found.title}", screen, filled(request, WithdrawForm), act)


@requires("publications.keep")
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, code: str) -> HttpResponse:
    """It still holds."""
    found = _get(request, code)
    back = reverse("publications:due")
    screen = FormScreen("确认有效", back, outcome=("从待复核中移出，到下次复核日再列入。",))

    def act(given: dict[str, Any]) -> Receipt:
        publishing.confirm_review(publication=found, until=given["until"], actor=request.user, now=timezone.now())
        return Receipt(f"已确认 {code} 继续有效。", back)

    return _form(request, f"复核：{found.title}", screen, filled(request, ReviewForm), act)


@requires("publications.keep")
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest, word_id: int) -> HttpResponse:
    """Deal with a reader's word."""
    found = read.list_words(request.user).filter(pk=word_id, is_helpful=False).first()
    if found is None:
        raise Http404("没有这条反馈，或不由您处理")
    back = reverse("publications:words")
    screen = FormScreen("保存处理结果", back, outcome=("这条反馈标为已处理。", "需要改正文的，请另行发起修订。"))

    def act(given: dict[str, Any]) -> Receipt:
        listening.settle_word(feedback=found, answer=given["answer"], actor=request.user, now=timezone.now())
        return Receipt("已处理。", back)

    title = f"处理反馈：{found.revision.title}"
    return _form(
        request, title, screen, filled(request, SettleForm), act, lead=f"{found.reader.display_name}：{found.words}"
    )


@requires("publications.keep")
@require_http_methods(["GET", "HEAD", "POST"])
def law(request: HttpRequest, law_id: int) -> HttpResponse:
    """What is known of a document."""
    found = get_object_or_404(Law, pk=law_id)
    used = read.list_laws().get(pk=law_id).used
    back = reverse("publications:laws")
    screen = FormScreen("保存", back, outcome=(f"现有 {used} 篇现行文本引用它；填失效日后，到日即列入待复核。",))

    def act(given: dict[str, Any]) -> Receipt:
        listening.change_law(law=found, actor=request.user, now=timezone.now(), **given)
        return Receipt(f"已保存{found.name}。", back)

    return _form(request, found.title, screen, filled(request, LawForm, law=found), act)


def _form(
    request: HttpRequest, title: str, screen: FormScreen, form: Any, act: Callable[[dict[str, Any]], Receipt],
    *, lead: str = "",
) -> HttpResponse:  # fmt: skip
    return respond_with_form(request, Page(title, lead, crumbs=(_home(),), help=HELP), screen, form, act)


def _get(request: HttpRequest, code: str) -> Publication:
    found = read.list_kept(request.user).filter(code=code).first()
    if found is None:
        raise Http404("没有这篇，或不由您负责")
    return found


def _home() -> Crumb:
    return Crumb("知识库", reverse("publications:shelf"))
