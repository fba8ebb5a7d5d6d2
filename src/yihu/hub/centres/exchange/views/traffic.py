"""What passed: the log, dead letters taken again or given up, messages sent again or stopped."""

import json
from typing import Any

from cryptography.exceptions import InvalidTag
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yihu.hub.base.access import requires
from yihu.hub.centres.exchange import keys
from yihu.hub.centres.exchange.catalogue import find_redo, operation_title
from yihu.hub.centres.exchange.choices import DeliveryState, LetterState
from yihu.hub.centres.exchange.forms.systems import ReasonForm
from yihu.hub.centres.exchange.models import DeadLetter, Delivery, Passage
from yihu.hub.centres.exchange.screens import traffic as lists
from yihu.hub.centres.exchange.selectors.traffic import list_deliveries, list_letters, list_passages
from yihu.hub.centres.exchange.services.deliveries import cancel_delivery, resend_delivery
from yihu.hub.centres.exchange.services.letters import discard_letter, resubmit_letter
from yihu.hub.centres.exchange.services.problems import BY_CODE
from yihu.hub.centres.exchange.views.door import button, may, one_of, recorder, to_system, way
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_act, respond_with_form
from yihu.hub.screens.lists import respond_with_list
from yihu.hub.screens.pages import Act, Fact, Page
from yihu.kit.masks import veil


@requires("exchange.view")
@require_safe
def passages(request: HttpRequest) -> HttpResponseBase:
    """The log of both directions."""
    lead = "每次调用和每条外发消息一行；只留内容摘要，不留内容。保留 400 天。"
    page = Page("交换记录", lead, crumbs=way())
    rows = list_passages(request.user)
    return respond_with_list(
        request, page, lists.PASSAGES, rows, record_export=recorder(request, "passage", "交换记录")
    )


@requires("exchange.view")
@require_safe
def passage(request: HttpRequest, passage_id: int) -> HttpResponse:
    """One line of the log."""
    found: Passage = one_of(list_passages(request.user), pk=passage_id)
    kind = BY_CODE.get(found.code)
    facts = (
        Fact("时间", found.at, kind="minute"),
        Fact("方向", found.get_direction_display()),
        Fact("操作", operation_title(found.operation)),
        Fact("请求", f"{found.method} {found.path}"),
        Fact("应答码", found.status or "没有应答"),
        Fact("问题", f"{found.code} {kind.title}" if kind else found.code),
        Fact("说明", found.note),
        Fact("怎么办", kind.advice if kind else ""),
        Fact("条数", f"{found.items:,}（退回 {found.refused:,}）"),
        Fact("字节", found.size, kind="count"),
        Fact("耗时", f"{found.milliseconds:,} 毫秒"),
        Fact("密钥编号", found.key_id),
        Fact("来源地址", found.address),
        Fact("内容摘要", found.digest),
        Fact("追踪号", found.trace),
    )
    crumbs = way(to_system(found.system)) if found.system else way()
    page = Page("交换记录", crumbs=crumbs)
    return render(request, "exchange/facts.html", {"page": page, "facts": facts, "mark": lists.outcome_of(found)})


@requires("exchange.view")
@require_safe
def letters(request: HttpRequest) -> HttpResponseBase:
    """What could not be taken."""
    page = Page("退件", "不能收下的条目和原因；改好后补收，或说明理由作废。", crumbs=way())
    rows = list_letters(request.user)
    return respond_with_list(request, page, lists.LETTERS, rows, record_export=recorder(request, "dead-letter", "退件"))


@requires("exchange.view")
@require_safe
def letter(request: HttpRequest, letter_id: int) -> HttpResponse:
    """One item with its reason and its content, numbers of persons hidden."""
    found: DeadLetter = one_of(list_letters(request.user), pk=letter_id)
    facts = (
        Fact("系统", found.system.name, reverse("exchange:system", args=[found.system.code])),
        Fact("操作", operation_title(found.operation)),
        Fact("对方标识", found.reference),
        Fact("问题", found.code),
        Fact("原因", found.reason),
        Fact("次数", found.tries, kind="count"),
        Fact("首次退回", found.first_at, kind="minute"),
        Fact("最近退回", found.last_at, kind="minute"),
        Fact("处理", found.note),
        Fact("处理人", found.closed_by.display_name if found.closed_by else ""),
    )
    acts: tuple[Act, ...] = ()
    can = found.state == LetterState.OPEN and may(request, "exchange.operate", found.system)
    if can:
        acts = (button("作废", "discard-letter", found.pk),)
    shown = {
        "page": Page("退件", crumbs=way(to_system(found.system)), acts=acts), "facts": facts,
        "mark": lists.letter_state(found), "content": _readable(found.sealed),
        "post": reverse("exchange:resubmit-letter", args=[found.pk]) if can and find_redo(found.operation) else "",
        "post_title": "补收",
    }  # fmt: skip
    return render(request, "exchange/facts.html", shown)


@requires("exchange.operate")
@require_POST
def resubmit(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Take an item again."""
    found: DeadLetter = one_of(list_letters(request.user, "exchange.operate"), pk=letter_id)
    back = reverse("exchange:letter", args=[found.pk])

    def act() -> Receipt:
        resubmit_letter(letter=found, actor=request.user, now=timezone.now())
        return Receipt(f"{found.reference} 已补收。", back)

    return respond_with_act(request, act, back=back)


@requires("exchange.operate")
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Give an item up."""
    found: DeadLetter = one_of(list_letters(request.user, "exchange.operate"), pk=letter_id)
    back = reverse("exchange:letter", args=[found.pk])

    def act(values: dict[str, Any]) -> Receipt:
        discard_letter(letter=found, reason=values["reason"], actor=request.user, now=timezone.now())
        return Receipt(f"{found.reference} 已作废。", back)

    screen = FormScreen(
        "作废", back, (), ("这一条不再补收，内容仍保留备查。", "对方再次推送同一条的，照常处理。"), danger=True
    )
    page = Page("作废退件", crumbs=way(to_system(found.system)))
    return respond_with_form(request, page, screen, filled(request, ReasonForm), act)


@requires("exchange.view")
@require_safe
def deliveries(request: HttpRequest) -> HttpResponseBase:
    """Messages to outside systems."""
    page = Page("外发消息", "推送给外部系统的结果；没有送达的自动重试，仍不成功的可以在此重发。", crumbs=way())
    rows = list_deliveries(request.user)
    return respond_with_list(
        request, page, lists.DELIVERIES, rows, record_export=recorder(request, "delivery", "外发消息")
    )


@requires("exchange.view")
@require_safe
def delivery(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """One message, its tries and its content, numbers of persons hidden."""
    found: Delivery = one_of(list_deliveries(request.user), pk=delivery_id)
    breaker = getattr(found.system, "breaker", None)
    paused = breaker.open_until if breaker and breaker.open_until and breaker.open_until > timezone.now() else None
    facts = (
        Fact("系统", found.system.name, reverse("exchange:system", args=[found.system.code])),
        Fact("事件", operation_title(found.event)),
        Fact("对方标识", found.reference),
        Fact("地址", found.url),
        Fact("事件号", found.event_id),
        Fact("次数", found.tries, kind="count"),
        Fact("最近应答码", found.last_status or "没有应答" if found.tries else "尚未发送"),
        Fact("最近原因", found.last_error),
        Fact("产生时间", found.made_at, kind="minute"),
        Fact("下次发送", found.next_at if found.state == DeliveryState.PENDING else None, kind="minute"),
        Fact("结束时间", found.ended_at, kind="minute"),
        Fact("该系统暂停发送至", paused, kind="minute"),
    )
    can = may(request, "exchange.operate", found.system)
    waiting = found.state == DeliveryState.PENDING
    shown = {
        "page": Page("外发消息", crumbs=way(to_system(found.system))), "facts": facts,
        "mark": lists.delivery_state(found), "content": _readable(found.sealed),
        "post": reverse("exchange:resend-delivery", args=[found.pk]) if can else "",
        "post_title": "立即重发" if waiting else "重发",
        "second_post": reverse("exchange:cancel-delivery", args=[found.pk]) if can and waiting else "",
    }  # fmt: skip
    return render(request, "exchange/facts.html", shown)


@requires("exchange.operate")
@require_POST
def resend(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Send a message again from the start."""
    found: Delivery = one_of(list_deliveries(request.user, "exchange.operate"), pk=delivery_id)
    back = reverse("exchange:delivery", args=[found.pk])

    def act() -> Receipt:
        resend_delivery(delivery=found, actor=request.user, now=timezone.now())
        return Receipt("已排入发送，稍后刷新查看结果。", back)

    return respond_with_act(request, act, back=back)


@requires("exchange.operate")
@require_POST
def cancel(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Send a message no more."""
    found: Delivery = one_of(list_deliveries(request.user, "exchange.operate"), pk=delivery_id)
    back = reverse("exchange:delivery", args=[found.pk])

    def act() -> Receipt:
        cancel_delivery(delivery=found, actor=request.user, now=timezone.now())
        return Receipt("已取消，不再发送。", back)

    return respond_with_act(request, act, back=back)


def _readable(sealed: str) -> str:
    """A sealed content for a reader: indented, numbers of persons hidden."""
    try:
        found = json.loads(keys.unseal(sealed))
    except InvalidTag:
        return "内容无法解密：密钥文件已更换。"
    return veil(json.dumps(found, ensure_ascii=False, indent=2)) or ""
