"""Keys of a system: given, replaced, revoked. A shared secret is shown on the page that answers, this once."""

from collections.abc import Callable
from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yihu.hub.base.access import requires
from yihu.hub.base.errors import UnableTo
from yihu.hub.centres.exchange.choices import KeyKind
from yihu.hub.centres.exchange.forms.keys import KeyForm, ReplaceForm, end_of
from yihu.hub.centres.exchange.forms.systems import ReasonForm
from yihu.hub.centres.exchange.models import OutsideSystem, SystemKey
from yihu.hub.centres.exchange.selectors.traffic import list_keys
from yihu.hub.centres.exchange.services.keyring import Issued, issue_key, replace_key, revoke_key
from yihu.hub.centres.exchange.views.door import one_of, system_of, to_system, way
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_form
from yihu.hub.screens.pages import Page

HELP = (
    ("Ed25519", "对方自己生成密钥对，只把公钥给我们；私钥不出对方的门，推荐使用。"),
    ("HMAC-SM3", "双方共用一个密钥，由本系统生成，适合只有国密杂凑算法的系统。"),
    ("SM2", "暂不支持：本系统所用的密码库不能验证 SM2 签名。"),
)


@requires("exchange.register")
@never_cache
@require_http_methods(["GET", "POST"])
def new_key(request: HttpRequest, code: str) -> HttpResponse:
    """Give a system a key."""
    system = system_of(request, "exchange.register", code)
    form = filled(request, KeyForm)

    def make() -> Issued:
        values = form.cleaned_data
        return issue_key(
            system=system, kind=KeyKind(values["kind"]), public_key=values["public_key"],
            expires_at=end_of(values["last_day"]), actor=request.user, now=timezone.now(),
        )  # fmt: skip

    outcome = ("HMAC-SM3 的密钥只在下一页显示一次，请当面或加密转交。", "新密钥立即可用，原有密钥不受影响。")
    return _answer(request, system, form, make, "发放密钥", outcome)


@requires("exchange.register")
@never_cache
@require_http_methods(["GET", "POST"])
def replace(request: HttpRequest, key_id: int) -> HttpResponse:
    """A new key of the same kind; both are good for the overlap."""
    key: SystemKey = one_of(list_keys(request.user, "exchange.register"), pk=key_id)
    form = filled(request, ReplaceForm, kind=key.kind)

    def make() -> Issued:
        values = form.cleaned_data
        return replace_key(
            key=key, public_key=values.get("public_key", ""), overlap=timedelta(days=values["overlap_days"]),
            expires_at=end_of(values["last_day"]), actor=request.user, now=timezone.now(),
        )  # fmt: skip

    outcome = (f"旧密钥 {key.key_id} 在保留天数后自动失效。", "期间新旧密钥都可以用，切换不中断。")
    return _answer(request, key.system, form, make, "更换密钥", outcome)


@requires("exchange.register")
@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, key_id: int) -> HttpResponse:
    """End a key at once."""
    key: SystemKey = one_of(list_keys(request.user, "exchange.register"), pk=key_id)
    back = reverse("exchange:system", args=[key.system.code])

    def act(values: dict[str, str]) -> Receipt:
        revoke_key(key=key, reason=values["reason"], actor=request.user, now=timezone.now())
        return Receipt(f"密钥 {key.key_id} 已吊销。", back)

    screen = FormScreen(
        "吊销", back, (), ("用这个密钥签名的请求立即被拒绝。", "不能恢复；需要的请另发新密钥。"), danger=True
    )
    page = Page(f"吊销密钥 {key.key_id}", crumbs=way(to_system(key.system)), help=HELP)
    return respond_with_form(request, page, screen, filled(request, ReasonForm), act)


def _answer(
    request: HttpRequest, system: OutsideSystem, form: forms.Form, make: Callable[[], Issued], title: str,
    outcome: tuple[str, ...],
) -> HttpResponse:  # fmt: skip
    """The form; on success the page with the key, and the secret this once."""
    back = reverse("exchange:system", args=[system.code])
    page = Page(title, crumbs=way(to_system(system)), help=HELP)
    if request.method == "POST" and form.is_valid():
        try:
            issued = make()
        except UnableTo as error:
            form.add_error(None, str(error))
        else:
            shown = {"page": page, "issued": issued, "system": system, "back": back}
            return render(request, "exchange/key.html", shown)
    screen = FormScreen("发放", back, (), outcome)
    return respond_with_form(request, page, screen, form, _unreachable)


def _unreachable(_: object) -> Receipt:
    raise AssertionError("a valid form is answered with the key before")
