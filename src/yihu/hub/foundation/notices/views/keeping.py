"""Pages of whoever keeps the channels: deliveries, SMS that came in, templates."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yihu.hub.base.access import requires
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.notices.catalogue import Template, shipped_templates
from yihu.hub.foundation.notices.choices import OUTWARD, State
from yihu.hub.foundation.notices.forms.announcing import ReasonForm
from yihu.hub.foundation.notices.forms.keeping import WordingForm
from yihu.hub.foundation.notices.models import Wording
from yihu.hub.foundation.notices.screens.keeping import DELIVERIES, INCOMING
from yihu.hub.foundation.notices.selectors import channels as read
from yihu.hub.foundation.notices.services import delivering, wordings
from yihu.hub.foundation.notices.services.reaching import open_channels
from yihu.hub.foundation.notices.services.waking import wake_worker
from yihu.hub.foundation.notices.services.wording import in_force, word
from yihu.hub.screens.details import DetailHead, respond_with_detail
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_act, respond_with_form
from yihu.hub.screens.history import history_of
from yihu.hub.screens.pages import Act, Crumb, Fact, Mark, Page, Tab

CHANNELS = "notices:channels"
TEMPLATES = "notices:templates"
HELP = (
    ("状态", "待发送、静默时段暂存、已发出（对方服务器或网关已接收）、已送达（网关回报）、发送失败。"),
    ("重试", "无应答时自动重试，间隔 30 秒、2 分钟、10 分钟、1 小时；仍不成功记为失败，可在排除故障后重新发送。"),
    ("号码与内容", "这里只显示号码的一部分，不显示内容；完整号码加密保存，任何页面都看不到。"),
    ("启用通道", "邮件和短信由部署时的环境变量启用，见运维手册。"),
)
WORD_HELP = (
    ("占位符", "形如 {title}，发送时换成当时的值；只能用列出的这些，不能写计算。"),
    ("遮盖", "标有“站外遮盖”的占位符，在邮件和短信里只显示首尾各一字；证件、电话、账号一律遮盖。"),
    ("版本", "每次修改留一版，见“变更历史”；已发出的消息保持原来的措辞。"),
)


@requires("notices.keep")
@require_safe
def channels(request: HttpRequest) -> HttpResponseBase:
    """What goes out and what came in."""
    since = timezone.now() - timedelta(days=1)
    counts = read.count_states(since=since)
    late = read.oldest_waiting(now=timezone.now())
    facts = [Fact(c.label, _channel_words(c, counts)) for c in OUTWARD]
    facts.append(Fact("最久等待", f"{int(late.total_seconds() // 60)} 分钟" if late else "没有积压"))
    failed = sum(n for (_, state), n in counts.items() if state == State.FAILED)
    head = DetailHead(
        tuple(facts), (Tab("deliveries", "外发"), Tab("incoming", "来信")),
        Mark(f"24 小时内失败 {failed} 条", "stop") if failed else Mark("正常", "on"),
    )  # fmt: skip
    acts = (Act("消息模板", reverse(TEMPLATES), "template"), *_simulator())
    page = Page("消息通道", "邮件和短信的外发状态与来信", acts=acts, help=HELP)

    def record_export(kind: str, rows: int) -> object:
        return record(verb="delivery.export", request=request, target_name=f"外发消息 {rows} 条", detail={"kind": kind})

    parts = {"deliveries": (DELIVERIES, read.list_deliveries), "incoming": (INCOMING, read.list_incoming)}
    return respond_with_detail(request, page, head, parts, record_export=record_export)


def _channel_words(channel: Any, counts: dict[tuple[str, str], int]) -> str:
    if channel not in open_channels():
        return "未启用"
    sent = counts.get((channel, State.SENT), 0) + counts.get((channel, State.DELIVERED), 0)
    waiting = counts.get((channel, State.QUEUED), 0) + counts.get((channel, State.HELD), 0)
    return f"24 小时内发出 {sent:,} 条，等待 {waiting:,} 条"


def _simulator() -> tuple[Act, ...]:
    from django.conf import settings

    shown = settings.SMS_GATEWAY == "loopback" and not settings.SMS_URL
    return (Act("短信模拟器", reverse("notices:simulator"), "device-mobile-message"),) if shown else ()


@requires("notices.keep")
@require_POST
def try_again(request: HttpRequest, number: int) -> HttpResponse:
    """A failed one once more."""
    found = read.find_delivery(number)
    if found is None:
        raise Http404

    def act() -> Receipt:
        delivering.try_again(delivery=found, now=timezone.now())
        record(verb="delivery.retry", request=request, target=f"delivery:{number}", target_name=found.mask)
        wake_worker()
        return Receipt("已重新排队发送。", reverse(CHANNELS))

    return respond_with_act(request, act, back=reverse(CHANNELS))


@requires("notices.keep")
@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """Every template that an app brought."""
    page = Page("消息模板", "各类消息的措辞，可以改写而不动程序", crumbs=(_way(),), help=WORD_HELP)
    rows = [{"shipped": s, "changed": c, "shown": in_force(s, c)} for s, c in read.list_templates()]
    return render(request, "notices/templates.html", {"page": page, "templates": rows})


@requires("notices.keep")
@require_http_methods(["GET", "HEAD", "POST"])
def template(request: HttpRequest, code: str) -> HttpResponse:
    """Word one anew, with a preview."""
    shipped = _shipped(code)
    present = in_force(shipped, Wording.objects.filter(pk=code).first())
    form = filled(request, WordingForm, template=present)
    screen = FormScreen("保存", reverse(TEMPLATES), groups=(("措辞", ("title", "body", "sms")),))

    def act(values: dict[str, Any]) -> Receipt:
        made = wordings.change_words(actor=request.user, shipped=shipped, now=timezone.now(), **values)
        return Receipt(f"已保存为第 {made.version} 版，从下一条消息起使用。", reverse(TEMPLATES))

    rows = Wording.objects.filter(pk=code)
    is_changed = rows.filter(is_restored=False).exists()
    acts = (Act("恢复原措辞", reverse("notices:restore", args=[code]), "restore"),) if is_changed else ()
    page = Page(f"模板：{shipped.name}", code, (_way(), Crumb("消息模板", reverse(TEMPLATES))), acts, WORD_HELP)
    context = {
        "template": present, "fields": _fields(shipped), "preview": _preview(present), "history": history_of([rows]),
    }  # fmt: skip
    return respond_with_form(request, page, screen, form, act, template="notices/template.html", context=context)


def _fields(shipped: Template) -> list[dict[str, Any]]:
    return [{"name": n, "label": label, "masked": n in shipped.masked} for n, label in shipped.fields.items()]


def _preview(template: Template) -> Any:
    """With the Chinese of each placeholder in its place, long enough to show what is masked."""
    return word(template, {name: f"〔{label}〕" for name, label in template.fields.items()})


@requires("notices.keep")
@require_http_methods(["GET", "HEAD", "POST"])
def restore(request: HttpRequest, code: str) -> HttpResponse:
    """Back to the shipped words."""
    shipped = _shipped(code)
    back = reverse("notices:template", args=[code])
    screen = FormScreen(
        "恢复",
        back,
        outcome=(
            "恢复为程序自带的措辞，从下一条消息起使用。",
            "现在的措辞留在变更历史里，程序升级带来的新措辞也随之生效。",
        ),
    )

    def act(values: dict[str, Any]) -> Receipt:
        wordings.restore_shipped(actor=request.user, shipped=shipped, now=timezone.now(), **values)
        return Receipt(f"“{shipped.name}”已恢复原措辞。", reverse(TEMPLATES))

    page = Page(f"恢复原措辞：{shipped.name}", crumbs=(_way(), Crumb("消息模板", reverse(TEMPLATES))), help=WORD_HELP)
    return respond_with_form(request, page, screen, filled(request, ReasonForm), act)


def _shipped(code: str) -> Template:
    found = shipped_templates().get(code)
    if found is None:
        raise Http404
    return found


def _way() -> Crumb:
    return Crumb("消息通道", reverse(CHANNELS))
