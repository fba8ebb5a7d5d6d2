"""Lists of announcements and of their receipts."""

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy

from yihu.hub.foundation.notices.choices import AnnouncementState
from yihu.hub.foundation.notices.models import Announcement, Notice
from yihu.hub.screens.lists import Column, Filter, ListScreen
from yihu.hub.screens.pages import Act, Empty, Mark

TONES = {AnnouncementState.SENDING: "wait", AnnouncementState.SENT: "on", AnnouncementState.RECALLED: "stop"}


def state_of(row: Announcement) -> Mark:
    return Mark(row.get_state_display(), TONES[AnnouncementState(row.state)])


ANNOUNCEMENTS = ListScreen(
    columns=(
        Column("title", "标题", lambda a: a.title, link=lambda a: reverse("notices:announcement", args=[a.pk])),
        Column("office", "范围", lambda a: f"{a.office.name}及下级"),
        Column("duty", "岗责", lambda a: a.duty.name if a.duty else "全部在岗人员"),
        Column("made", "已送达", lambda a: a.made, "count", ("made",)),
        Column("total", "应收", lambda a: a.total, "count", ("total",)),
        Column("state", "状态", state_of, "mark"),
        Column("at", "发布时间", lambda a: a.created_at, "minute", ("created_at",)),
    ),
    filters=(Filter("q", "标题", lambda rows, text: rows.filter(title__icontains=text)),),
    empty=Empty(
        "还没有发布过公告", "公告发给一个机关及其所有下级，可以只发给有某项岗责的人，并看到谁已读、谁已确认。",
        Act("发布公告", reverse_lazy("notices:announce")),
    ),
)  # fmt: skip


def receipt_of(row: Notice) -> Mark:
    """How far one receiver has come."""
    if row.recalled_at:
        return Mark("已撤回", "stop")
    if row.confirmed_at:
        return Mark("已确认", "on")
    if row.read_at:
        return Mark("已读，待确认" if row.needs_confirm else "已读", "wait" if row.needs_confirm else "on")
    return Mark("未读")


STATES = {
    "unread": {"read_at": None, "recalled_at": None},
    "read": {"read_at__isnull": False},
    "unconfirmed": {"needs_confirm": True, "confirmed_at": None, "recalled_at": None},
    "confirmed": {"confirmed_at__isnull": False},
}


def _by_state(rows: QuerySet[Notice], state: str) -> QuerySet[Notice]:
    return rows.filter(**STATES.get(state, {}))


RECEIPTS = ListScreen(
    columns=(
        Column("person", "收件人", lambda n: n.receiver.display_name, sort=("receiver__display_name",)),
        Column("office", "机关", lambda n: n.receiver.office.name, sort=("receiver__office__path",)),
        Column("state", "回执", receipt_of, "mark"),
        Column("read", "阅读时间", lambda n: n.read_at, "minute", ("read_at",)),
        Column("confirmed", "确认时间", lambda n: n.confirmed_at, "minute", ("confirmed_at",)),
    ),
    filters=(
        Filter("q", "姓名的开头", lambda rows, text: rows.filter(receiver__display_name__startswith=text)),
        Filter("state", "回执", _by_state, kind="choice", choices=lambda _: [
            ("unread", "未读"), ("read", "已读"), ("unconfirmed", "未确认"), ("confirmed", "已确认"),
        ]),
    ),
    empty=Empty("还没有送达任何人", "正在送达，稍后刷新本页。"),
    unit="人",
)  # fmt: skip
