"""Where sign-in is held back after failures, and letting people try again."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from yihu.hub.base.access import requires
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.identity.models import SignInAttempt
from yihu.hub.foundation.identity.selectors import list_locks
from yihu.hub.foundation.identity.services.attempts import unlock
from yihu.hub.screens.forms import Receipt, respond_with_act
from yihu.hub.screens.lists import Column, Filter, ListScreen, RowAct, respond_with_list
from yihu.hub.screens.pages import Act, Empty, Page


def _page() -> Page:
    minutes = settings.SIGN_IN_LOCK_MINUTES
    return Page(
        title="登录暂停",
        lead=f"{minutes} 分钟内在同一来源连续失败 {settings.SIGN_IN_FAILURES} 次以上的账号；时间一到自动恢复。",
        acts=(Act("重设第二重验证", reverse("identity:reset-factors"), icon="shield-off"),),
        help=(
            ("为什么暂停", "防止有人逐个试密码。按账号和来源分别计算：别处有人乱试，不影响本人在常用地点登录。"),
            ("解除", "核实是本人之后再解除；该账号在各处的失败次数一并清零，并记入操作日志。"),
            ("仍要登录", "通行密钥登录不受暂停影响。"),
        ),
    )


def _unlock_address(row: SignInAttempt) -> str:
    return f"{reverse('identity:unlock')}?{urlencode({'username': row.username})}"


SCREEN = ListScreen(
    columns=(
        Column("username", "账号", lambda row: row.username, kind="code", sort=("username",)),
        Column("source", "来源", lambda row: row.source or "未知", kind="code", sort=("source",)),
        Column("failures", "失败次数", lambda row: row.failures, kind="count", sort=("failures",)),
        Column("last", "最近一次", lambda row: row.at, kind="minute", sort=("at",)),
    ),
    filters=(Filter("username", "账号", lambda rows, text: rows.filter(username__contains=text.casefold())),),
    empty=Empty("没有被暂停的账号", "连续输错密码的账号会出现在这里，可以查看来源，核实后解除。"),
    row_acts=(RowAct("解除", _unlock_address, post=True),),
    sort="-last",
    unit="个",
)


@requires("identity.unlock")
@require_GET
def locks(request: HttpRequest) -> HttpResponseBase:
    """The accounts held back now."""

    def note(kind: str, count: int) -> None:
        record(verb="lock.export", request=request, detail={"kind": kind, "rows": count})

    return respond_with_list(request, _page(), SCREEN, list_locks(now=timezone.now()), record_export=note)


@requires("identity.unlock")
@require_POST
def release(request: HttpRequest) -> HttpResponse:
    """Let one account try again."""
    username = request.GET.get("username", "")

    def act() -> Receipt:
        unlock(username=username, request=request, now=timezone.now())
        return Receipt(f"账号 {username} 可以重新登录。", reverse("identity:locks"))

    return respond_with_act(request, act, back=reverse("identity:locks"))
