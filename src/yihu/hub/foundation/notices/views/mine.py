"""One's own settings: channels by kind, quiet hours, numbers."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from yihu.hub.base.access import requires
from yihu.hub.foundation.notices.choices import Channel
from yihu.hub.foundation.notices.forms import mine as forms
from yihu.hub.foundation.notices.models import Address, Challenge, Preference
from yihu.hub.foundation.notices.selectors.channels import list_addresses
from yihu.hub.foundation.notices.services import addresses, preferences
from yihu.hub.foundation.notices.services.reaching import open_channels
from yihu.hub.screens.forms import (
    FormScreen,
    Receipt,
    filled,
    grouped,
    respond_with_act,
    respond_with_form,
)
from yihu.hub.screens.pages import Act, Crumb, Page

SETTINGS = "notices:settings"
NUMBERS = {
    "phone": (Channel.SMS, forms.NumberForm, "手机号"),
    "mail": (Channel.EMAIL, forms.MailForm, "邮箱"),
}
HELP = (
    ("通道", "站内消息总会收到；邮件和短信按种类选择，登记号码后才会发出。账号安全类消息不能关闭。"),
    ("静默时段", "时段内的邮件和短信暂存，时段结束后再发；紧急消息不受限制。"),
    ("每日汇总", "“一般”级别的消息不逐条发邮件，每天 8:30 合并成一封。"),
    ("更换号码", "第一次登记立即生效；更换的号码 24 小时后生效，其间仍用原号码，以防账号被他人借用。"),
    ("号码的保存", "号码加密保存，页面只显示一部分，不写入日志。"),
)


@requires("notices.self")
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Channels, quiet hours, numbers."""
    kept = Preference.objects.filter(user=request.user).first() or Preference(user=request.user)
    channels = open_channels()
    form = filled(request, forms.PreferenceForm, channels=channels, kept=kept)
    screen = FormScreen(
        "保存", reverse("notices:inbox"),
        groups=(
            ("静默时段", ("is_quiet", "quiet_from", "quiet_to")),
            *((("各类消息另发到哪里", tuple(form.kinds)),) if channels else ()),
        ),
    )  # fmt: skip

    def act(values: dict[str, Any]) -> Receipt:
        preferences.choose(actor=request.user, now=timezone.now(), **values)
        return Receipt("已保存，从下一条消息起生效。", reverse(SETTINGS))

    acts = (Act("消息", reverse("notices:inbox"), "inbox"),)
    page = Page("消息设置", "收什么、从哪里收、什么时候不打扰", (_way(),), acts, HELP)
    now = timezone.now()
    context = {
        "channels": [c.label for c in channels],
        "numbers": [_number(slug, row, channels, request, now) for slug, row in NUMBERS.items()],
        "groups": grouped(screen, form),
    }
    return respond_with_form(request, page, screen, form, act, template="notices/settings.html", context=context)


def _number(slug: str, row: tuple[Any, ...], channels: tuple[Channel, ...], request: HttpRequest, now: Any) -> dict:
    channel, _, title = row
    found = [a for a in list_addresses(request.user) if a.channel == channel]
    present = [a for a in found if a.effective_at <= now][-1:]
    waiting = [a for a in found if a.effective_at > now]
    return {
        "title": title, "open": channel in channels, "present": present, "waiting": waiting,
        "url": reverse("notices:bind", args=[slug]),
    }  # fmt: skip


@requires("notices.self")
@require_http_methods(["GET", "HEAD", "POST"])
def bind(request: HttpRequest, slug: str) -> HttpResponse:
    """Name a number; a code goes there."""
    if slug not in NUMBERS:
        raise Http404
    channel, form, title = NUMBERS[slug]
    screen = FormScreen(
        "发送验证码", reverse(SETTINGS),
        outcome=(
            f"向这个{title}发送 {addresses.CODE_DIGITS} 位验证码，{addresses.CODE_MINUTES} 分钟内有效。",
            f"第一次登记立即生效；更换{title}，或停用不满一天又登记的，24 小时后生效。",
            "号码加密保存，页面只显示一部分。",
        ),
    )  # fmt: skip

    def act(values: dict[str, Any]) -> Receipt:
        made = addresses.ask_code(actor=request.user, channel=channel, text=values["text"], now=timezone.now())
        return Receipt(f"验证码已发往 {made.mask}。", reverse("notices:prove", args=[made.pk]))

    page = Page(f"登记{title}", crumbs=(_way(), Crumb("消息设置", reverse(SETTINGS))), help=HELP)
    return respond_with_form(request, page, screen, filled(request, form), act)


@requires("notices.self")
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest, number: int) -> HttpResponse:
    """Type the code that came."""
    challenge = Challenge.objects.filter(pk=number, user=request.user, used_at=None).first()
    if challenge is None:
        raise Http404
    screen = FormScreen("确认", reverse(SETTINGS), outcome=(f"验证码对了，{challenge.mask} 就登记在您名下。",))

    def act(values: dict[str, Any]) -> Receipt:
        made = addresses.prove(actor=request.user, challenge=challenge, code=values["code"], now=timezone.now())
        when = "，立即生效" if made.effective_at == made.verified_at else "，24 小时后生效，其间仍用原来的"
        return Receipt(f"已登记 {made.mask}{when}。", reverse(SETTINGS))

    page = Page(
        f"验证 {challenge.mask}", "没有收到？返回重新发送，一小时内最多 5 次。",
        crumbs=(_way(), Crumb("消息设置", reverse(SETTINGS))), help=HELP,
    )  # fmt: skip
    return respond_with_form(request, page, screen, filled(request, forms.CodeForm), act)


@requires("notices.self")
@require_POST
def end(request: HttpRequest, number: int) -> HttpResponse:
    """Take a number away."""
    found = Address.objects.filter(pk=number, user=request.user, ended_at=None).first()
    if found is None:
        raise Http404

    def act() -> Receipt:
        addresses.end_address(actor=request.user, address=found, now=timezone.now())
        return Receipt(f"已停用 {found.mask}，不再向它发送。", reverse(SETTINGS))

    return respond_with_act(request, act, back=reverse(SETTINGS))


def _way() -> Crumb:
    return Crumb("消息", reverse("notices:inbox"))
