"""The inbox as a list."""

from dataclasses import replace

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse, reverse_lazy

from yihu.hub.foundation.notices.choices import Kind, Urgency
from yihu.hub.foundation.notices.models import Notice
from yihu.hub.screens.lists import Column, Filter, ListScreen, PickAct
from yihu.hub.screens.pages import Empty, Mark, Tab

BOXES = (Tab("unread", "未读"), Tab("all", "全部"), Tab("archived", "已归档"))
EMPTY = {
    "unread": Empty("没有未读消息", "待办、催办、办理结果和公告会出现在这里；有新消息时右上角的铃铛会显示数字。"),
    "all": Empty("还没有消息", "待办、催办、办理结果和公告会出现在这里，读过的也留在这里，直到归档。"),
    "archived": Empty("没有归档的消息", "在“全部”里勾选消息后归档，就会移到这里，仍可查找和打开。"),
}


def state_of(notice: Notice) -> Mark:
    """What the reader still has to do."""
    if notice.recalled_at:
        return Mark("已撤回", "stop")
    if notice.needs_confirm and not notice.confirmed_at:
        return Mark("待确认", "wait")
    if not notice.read_at:
        return Mark("未读", "on")
    return Mark("已确认" if notice.confirmed_at else "已读")


def _title(notice: Notice) -> str:
    # Whoever recalled it wants it unread.
    return "（发布人已撤回）" if notice.recalled_at and not notice.read_at else notice.title


def _urgency(notice: Notice) -> Mark:
    tones = {Urgency.URGENT: "stop", Urgency.NORMAL: "off", Urgency.LOW: "off"}
    return Mark(Urgency(notice.urgency).label, tones[Urgency(notice.urgency)])


def _by_text(rows: QuerySet[Notice], text: str) -> QuerySet[Notice]:
    # What was recalled unread must not be guessed by searching for its words.
    return rows.filter(Q(title__icontains=text) | Q(body__icontains=text)).exclude(
        recalled_at__isnull=False, read_at=None
    )


def _by_kind(rows: QuerySet[Notice], kind: str) -> QuerySet[Notice]:
    return rows.filter(kind=kind)


def _urgent(rows: QuerySet[Notice], _: bool) -> QuerySet[Notice]:
    return rows.filter(urgency=Urgency.URGENT)


def _kinds(_: HttpRequest) -> list[tuple[str, str]]:
    return list(Kind.choices)


INBOX = ListScreen(
    columns=(
        Column("title", "消息", _title, link=lambda n: reverse("notices:notice", args=[n.pk])),
        Column("state", "状态", state_of, "mark"),
        Column("kind", "种类", lambda n: n.get_kind_display(), sort=("kind",)),
        Column("urgency", "紧急程度", _urgency, "mark", ("urgency",)),
        Column("at", "时间", lambda n: n.created_at, "minute", ("created_at",)),
        Column("read", "阅读时间", lambda n: n.read_at, "minute", ("read_at",), shown=False),
        Column("sender", "发件人", lambda n: n.sender.display_name if n.sender else "系统", shown=False),
    ),
    filters=(
        Filter("q", "标题或正文", _by_text),
        Filter("kind", "种类", _by_kind, kind="choice", choices=_kinds),
        Filter("urgent", "只看紧急", _urgent, kind="flag"),
    ),
    empty=EMPTY["all"],
    unit="条",
)
PICKS = {
    "unread": PickAct("标为已读", reverse_lazy("notices:read"), "尚未发出的邮件和短信不再发送"),
    "all": PickAct("归档", reverse_lazy("notices:archive"), "移到“已归档”；待确认的不能归档"),
}


def inbox_screen(box: str) -> ListScreen:
    """The list of one box."""
    return replace(INBOX, empty=EMPTY[box], pick=PICKS.get(box))
