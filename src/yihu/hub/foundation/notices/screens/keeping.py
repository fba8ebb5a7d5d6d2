"""Lists of the keeper: what goes out, what came in, templates."""

from django.db.models import QuerySet
from django.urls import reverse

from yihu.hub.foundation.notices.choices import OUTWARD, Failure, Kind, State
from yihu.hub.foundation.notices.models import Delivery
from yihu.hub.screens.lists import Column, Filter, ListScreen, RowAct
from yihu.hub.screens.pages import Empty, Mark

TONES = {
    State.QUEUED: "wait", State.HELD: "wait", State.SENT: "on", State.DELIVERED: "on", State.FAILED: "stop",
    State.CANCELLED: "off",
}  # fmt: skip


def delivery_state(one: Delivery) -> Mark:
    return Mark(one.get_state_display(), TONES[State(one.state)])


def _failure(one: Delivery) -> str:
    if not one.failure:
        return ""
    words = f"{Failure(one.failure).label}（{one.failure}）"
    return f"{words}：{one.detail}" if one.detail and one.detail != Failure(one.failure).label else words


def _again(one: Delivery) -> str:
    return reverse("notices:try-again", args=[one.pk]) if one.state == State.FAILED and one.text else ""


def _person(rows: QuerySet[Delivery], text: str) -> QuerySet[Delivery]:
    return rows.filter(receiver__display_name__startswith=text) | rows.filter(receiver__username__startswith=text)


DELIVERIES = ListScreen(
    columns=(
        Column("at", "时间", lambda d: d.created_at, "minute", ("created_at",)),
        Column("channel", "通道", lambda d: d.get_channel_display()),
        Column("person", "收件人", lambda d: d.receiver.display_name),
        Column("mask", "号码", lambda d: d.mask, "code"),
        Column("kind", "种类", lambda d: d.get_kind_display()),
        Column("state", "状态", delivery_state, "mark"),
        Column("failure", "原因", _failure),
        Column("attempts", "次数", lambda d: d.attempts, "count", ("attempts",)),
        Column("due", "下次发送", lambda d: d.due_at if d.state in {State.QUEUED, State.HELD} else None, "minute"),
    ),
    filters=(
        Filter("q", "收件人姓名或账号的开头", _person),
        Filter("channel", "通道", lambda rows, v: rows.filter(channel=v), kind="choice",
               choices=lambda _: [(c.value, c.label) for c in OUTWARD]),
        Filter("state", "状态", lambda rows, v: rows.filter(state=v), kind="choice", choices=lambda _: State.choices),
        Filter("kind", "种类", lambda rows, v: rows.filter(kind=v), kind="choice", choices=lambda _: Kind.choices),
    ),
    empty=Empty("还没有外发过邮件和短信", "登记了号码的人收到消息时，外发的邮件、短信和它们的状态列在这里。"),
    row_acts=(RowAct("重新发送", _again, post=True),),
)  # fmt: skip

INCOMING = ListScreen(
    columns=(
        Column("at", "时间", lambda s: s.received_at, "minute", ("received_at",)),
        Column("person", "发信人", lambda s: s.user.display_name if s.user else "未登记的号码"),
        Column("mask", "号码", lambda s: s.mask, "code"),
        Column("text", "内容", lambda s: s.text),
        Column("answer", "答复", lambda s: s.answer or ("（不答复）" if s.handler else "（无人办理）")),
    ),
    filters=(Filter("q", "发信人姓名的开头", lambda rows, t: rows.filter(user__display_name__startswith=t)),),
    empty=Empty("还没有收到短信", "收件人回复的短信列在这里，例如短信审批的“Y 验证码”。"),
)
