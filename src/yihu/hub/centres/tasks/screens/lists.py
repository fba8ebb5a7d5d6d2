"""One's own lists."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse, reverse_lazy

from yihu.hub.centres.tasks.models import Supervision, Todo
from yihu.hub.centres.tasks.screens import cells
from yihu.hub.centres.tasks.screens.tabs import Tab
from yihu.hub.centres.tasks.selectors import lists as read
from yihu.hub.screens.lists import Column, Filter, ListScreen, PickAct, RowAct
from yihu.hub.screens.pages import Empty, Mark

DUE = (("overdue", "已超期"), ("today", "今日到期"), ("week", "此后六日内到期"), ("none", "不限期"))
TITLE = Column("title", "标题", lambda t: t.title, link=cells.open_address)
KIND = Column("kind", "事项", lambda t: t.kind, sort=("kind",))
NODE = Column("node", "环节", lambda t: t.node)
NUMBER = Column("number", "办件编号", lambda t: t.case_number, kind="code", shown=False)
FROM = Column("initiator", "发起人", lambda t: t.initiator_name)
LIMIT = Column("limit", "时限", cells.limit_mark, kind="mark", sort=("order_at",))
DUE_AT = Column("due", "期限", lambda t: t.due_at, kind="minute", sort=("order_at",), shown=False)
URGENCY = Column("urgency", "缓急", cells.urgency_mark, kind="mark", sort=("urgency",))
ARRIVED = Column("arrived", "到达", lambda t: t.arrived_at, kind="minute", sort=("arrived_at",))
SOURCE = Column("source", "来源", lambda t: t.source.name, shown=False)
ENDED = Column("ended", "办理时间", lambda t: t.ended_at, kind="minute", sort=("ended_at",))
VERDICT = Column("verdict", "结果", lambda t: t.verdict)
READ = Column("read", "阅读", cells.read_mark, kind="mark")
BATCH = PickAct("批量办理", reverse_lazy("tasks:batch"), "只有低风险事项能批量办理，下一页逐件核对后再提交")
MARK_READ = PickAct("标为已阅", reverse_lazy("tasks:mark-read"), "不打开也记为已阅")


def by_source(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    return rows.filter(source__code=code)


def _by_whose(rows: QuerySet[Any], username: str) -> QuerySet[Any]:
    return rows.filter(receiver__username=username)


def _low_risk(rows: QuerySet[Any], chosen: bool) -> QuerySet[Any]:
    return rows.filter(low_risk=True) if chosen else rows


def _filters(tab: Tab, mine: read.Mine) -> tuple[Filter, ...]:
    def kinds(request: HttpRequest) -> Iterable[tuple[str, str]]:
        return read.kind_choices(tab.rows(mine))

    text = Filter("q", "标题、办件编号、发起人", read.by_text)
    kind = Filter("kind", "事项", lambda rows, value: rows.filter(kind=value), "choice", kinds)
    source = Filter("source", "来源", by_source, "choice", lambda request: read.source_choices())
    due = Filter("due", "期限", read.by_due, "choice", lambda request: DUE)
    if tab.key != "pending":
        return (text, kind, source)
    filters = (text, kind, source, due, Filter("low", "仅低风险", _low_risk, "flag"))
    if mine.principals:
        names = [
            (mine.user.username, "本人"),
            *((p.user.username, f"代 {p.user.display_name}") for p in mine.principals),
        ]
        filters += (Filter("who", "办理人", _by_whose, "choice", lambda request: names),)
    return filters


def _columns(tab: Tab, mine: read.Mine) -> tuple[Column, ...]:
    whose = Column("who", "办理人", cells.whose(mine.user))
    lent = (whose,) if mine.principals else ()
    holder = Column("holder", "办理人", lambda t: t.receiver.display_name)
    state = Column("state", "状态", cells.state_mark, kind="mark", sort=("state",))
    return {
        "pending": (TITLE, KIND, NODE, NUMBER, *lent, FROM, URGENCY, LIMIT, DUE_AT, ARRIVED, SOURCE),
        "to_read": (TITLE, KIND, *lent, FROM, URGENCY, ARRIVED, SOURCE),
        "copies": (TITLE, KIND, NODE, FROM, READ, ARRIVED, SOURCE),
        "initiated": (
            replace(TITLE, link=lambda t: reverse("tasks:todo", args=[t.pk])), KIND, NODE, holder, state, VERDICT,
            ARRIVED, SOURCE,
        ),
        "suspended": (TITLE, KIND, NODE, FROM, LIMIT, ARRIVED, SOURCE),
    }.get(tab.key, (TITLE, KIND, NODE, NUMBER, FROM, VERDICT, ENDED, SOURCE))  # fmt: skip


ACTS = {
    "pending": (RowAct("办理", cells.open_address), RowAct("详情", lambda t: reverse("tasks:todo", args=[t.pk]))),
    "to_read": (RowAct("阅读", cells.open_address),),
    "copies": (RowAct("查看", cells.open_address),),
}
PICKS = {"pending": BATCH, "to_read": MARK_READ, "copies": MARK_READ}


def screen_of(tab: Tab, mine: read.Mine) -> ListScreen:
    """The list of one tab, with a column and a filter for whom one stands in when there is anybody."""
    if tab.key == "supervised":
        return replace(SUPERVISED, empty=Empty(*tab.lesson))
    see = RowAct("详情", lambda t: reverse("tasks:todo", args=[t.pk]))
    return ListScreen(
        columns=_columns(tab, mine),
        empty=Empty(*tab.lesson),
        filters=_filters(tab, mine),
        unit="件",
        row_acts=ACTS.get(tab.key, (see,)),
        pick=PICKS.get(tab.key),
    )


def supervision_mark(one: Supervision) -> Mark:
    """Where a question stands."""
    if one.closed_at is not None:
        return Mark("已解除" if one.todo.is_open else "事项已办结")
    return Mark("已答复", "on") if one.answered_at else Mark("待答复", "stop")


def _answer_address(one: Supervision) -> str:
    return "" if one.closed_at else reverse("tasks:answer", args=[one.pk])


def _by_todo_text(rows: QuerySet[Supervision], text: str) -> QuerySet[Supervision]:
    return read.by_text(rows, text, "todo__") | rows.filter(Q(words__icontains=text))


def todo_of(one: Supervision) -> Todo:
    return one.todo


SUPERVISED = ListScreen(
    columns=(
        Column("title", "标题", lambda s: s.todo.title, link=lambda s: cells.open_address(s.todo)),
        Column("state", "状态", supervision_mark, kind="mark"),
        Column("by", "督办人", lambda s: s.asked_by.display_name),
        Column("words", "督办要求", lambda s: s.words),
        Column("until", "要求办结", lambda s: s.until, kind="day", sort=("until",)),
        Column("answer", "答复", lambda s: s.answer),
        Column("asked", "督办时间", lambda s: s.asked_at, kind="minute", sort=("asked_at",)),
    ),
    empty=Empty("没有督办事项", ""),
    filters=(Filter("q", "标题、办件编号、督办要求", _by_todo_text),),
    unit="项",
    row_acts=(RowAct("答复", _answer_address),),
)
