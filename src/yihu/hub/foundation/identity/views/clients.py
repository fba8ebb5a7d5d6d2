"""Other systems: the list, one system, registering, changing, a new secret, out of use and into use."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yihu.hub.base.access import requires
from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.identity.forms import ClientForm
from yihu.hub.foundation.identity.models import ClientRegistration
from yihu.hub.foundation.identity.selectors import list_registrations
from yihu.hub.foundation.identity.services import clients
from yihu.hub.screens.forms import FormScreen, Receipt, respond_with_form
from yihu.hub.screens.lists import Column, Filter, ListScreen, respond_with_list
from yihu.hub.screens.pages import Act, Crumb, Empty, Mark, Page

HELP = (
    ("单点登录系统", "登记后的系统可以让人员用一户的账号登录，不必另设密码（OpenID Connect 单点登录）。"),
    ("密钥", "登记或更换时显示一次，系统只存摘要；遗失只能更换。更换后旧密钥立即失效。"),
    ("返回地址", "登录后送回该系统的地址，须与该系统发来的逐字相同。"),
    ("停用", "立即不能再登录，已发出的令牌一并作废。"),
)
STATES = {False: Mark("使用中", "on"), True: Mark("已停用", "off")}


def _address(row: ClientRegistration) -> str:
    return reverse("identity:client", args=[row.pk])


SCREEN = ListScreen(
    columns=(
        Column("name", "系统", lambda row: row.client.name, sort=("client__name",), link=_address),
        Column("purpose", "用途", lambda row: row.purpose),
        Column("state", "状态", lambda row: STATES[bool(row.disabled_at)], kind="mark", sort=("disabled_at",)),
        Column("consent", "登录时", lambda row: "直接登录" if row.client.skip_consent else "询问本人"),
        Column("by", "登记人", lambda row: row.registered_by, kind="code"),
        Column("secret", "密钥设置", lambda row: row.secret_set_at, kind="minute", sort=("secret_set_at",)),
    ),
    filters=(
        Filter("q", "系统或用途", lambda rows, text: rows.filter(client__name__icontains=text)),
        Filter("used", "只看使用中", lambda rows, _: rows.filter(disabled_at=None), kind="flag"),
    ),
    empty=Empty("还没有单点登录系统", "登记一个外部系统，人员就能用一户的账号登录它。"),
    unit="个",
)


@requires("identity.clients")
@require_GET
def overview(request: HttpRequest) -> HttpResponseBase:
    """The registered systems."""
    page = Page(
        title="单点登录系统",
        lead="可以用一户账号登录的其他系统。登记、变更、停用都有记录。",
        acts=(Act("登记系统", reverse("identity:new-client"), icon="plus", primary=True),),
        help=HELP,
    )

    def note(kind: str, count: int) -> None:
        record(verb="client.export", request=request, detail={"kind": kind, "rows": count})

    return respond_with_list(request, page, SCREEN, list_registrations(), record_export=note)


@requires("identity.clients")
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Register a system; its secret is shown on the page that answers."""
    form = ClientForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            registration, secret = clients.register_client(draft=form.draft(), request=request, now=timezone.now())
        except UnableTo as error:
            form.add_error(None, str(error))
        else:
            return _show(request, registration, secret=secret)
    crumbs = (Crumb("单点登录系统", reverse("identity:clients")),)
    screen = FormScreen(submit="登记", back=reverse("identity:clients"), outcome=OUTCOME)
    page = Page(title="登记系统", crumbs=crumbs, help=HELP)
    return respond_with_form(request, page, screen, form, _unreachable)


@requires("identity.clients")
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Describe a system anew."""
    registration = _registration(number)
    form = ClientForm(request.POST if request.method == "POST" else None, initial=ClientForm.described(registration))

    def act(_: dict[str, Any]) -> Receipt:
        clients.change_client(registration=registration, draft=form.draft(), request=request)
        return Receipt(f"“{registration.client.name}”已变更，原来发出的令牌作废。", _address(registration))

    here = Crumb(registration.client.name, _address(registration))
    crumbs = (Crumb("单点登录系统", reverse("identity:clients")), here)
    screen = FormScreen(submit="保存", back=_address(registration), outcome=("该系统现有的登录令牌立即作废。",))
    return respond_with_form(request, Page(title="变更系统", crumbs=crumbs, help=HELP), screen, form, act)


@requires("identity.clients")
@require_GET
def detail(request: HttpRequest, number: int) -> HttpResponse:
    """One system, and what its maintainers must be told."""
    return _show(request, _registration(number))


@requires("identity.clients")
@never_cache
@require_POST
def rotate(request: HttpRequest, number: int) -> HttpResponse:
    """A new secret, shown once."""
    registration = _registration(number)
    secret = clients.rotate_secret(registration=registration, request=request, now=timezone.now())
    return _show(request, registration, secret=secret)


@requires("identity.clients")
@require_POST
def switch(request: HttpRequest, number: int) -> HttpResponse:
    """Out of use, or into use again."""
    registration = _registration(number)
    wanted = request.POST.get("state")
    try:
        if wanted == "off":
            clients.disable_client(registration=registration, request=request, now=timezone.now())
            messages.success(request, "已停用，现有令牌全部作废。")
        else:
            clients.enable_client(registration=registration, request=request)
            messages.success(request, "已启用。")
    except UnableTo as error:
        messages.error(request, str(error))
    return redirect(_address(registration))


def _show(request: HttpRequest, registration: ClientRegistration, *, secret: str = "") -> HttpResponse:
    discovery = request.build_absolute_uri(reverse("idp:oidc:configuration"))
    names = ClientForm.scope_names(registration.client)
    shown = {"registration": registration, "secret": secret, "discovery": discovery, "names": names}
    return render(request, "identity/client.html", shown)


def _registration(number: int) -> ClientRegistration:
    found = list_registrations().filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _unreachable(_: dict[str, Any]) -> Receipt:
    raise AssertionError("a valid form is answered with the secret before")


OUTCOME = (
    "生成系统标识和密钥；密钥只在下一页显示一次，请当面或加密转交该系统的维护人员。",
    "人员即可用一户账号登录该系统，每次登录都有记录。",
)
