"""The tabs of one's own lists, and the rows of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from yihu.hub.centres.tasks.choices import TodoState
from yihu.hub.centres.tasks.selectors.lists import Mine


@dataclass(frozen=True, slots=True)
class Tab:
    """One list: key in the address, title, rows; an `optional` one is shown only when it holds something."""

    key: str
    title: str
    rows: Callable[[Mine], QuerySet[Any]]
    lesson: tuple[str, str]
    optional: bool = False


def _in(state: TodoState) -> Callable[[Mine], QuerySet[Any]]:
    return lambda mine: mine.in_state(state)


TABS = (
    Tab(
        "pending",
        "待办",
        Mine.pending,
        ("没有待办事项", "各系统交您办理的事项到达后列在这里，按期限和缓急排序，点开即办。"),
    ),
    Tab(
        "to_read",
        "待阅",
        Mine.to_read,
        ("没有待阅事项", "请您阅知、不需要表态的事项列在这里；打开或标为已阅后转入已办。"),
    ),
    Tab("copies", "抄送", _in(TodoState.COPY), ("没有抄送事项", "抄送给您知晓的事项列在这里，数字是未读的件数。")),
    Tab("supervised", "督办", Mine.supervised, ("没有督办事项", "领导对您的在办事项提出督办后列在这里，请及时答复。")),
    Tab(
        "initiated",
        "我发起",
        Mine.initiated,
        ("您还没有发起过事项", "您发起的每一件列一行，写明办到哪一环节、由谁办理。"),
    ),
    Tab("done", "已办", _in(TodoState.DONE), ("还没有已办事项", "您已办理、整件尚未办结的事项列在这里。")),
    Tab("finished", "办结", _in(TodoState.FINISHED), ("还没有办结事项", "您办理过、整件已经办结的事项列在这里。")),
    Tab(
        "suspended",
        "挂起",
        _in(TodoState.SUSPENDED),
        ("没有挂起事项", "来源系统暂停办理的事项列在这里，恢复后回到待办。"),
        True,
    ),
)


def tab_of(key: str) -> Tab:
    """The tab of a key; the first for an unknown one."""
    return next((tab for tab in TABS if tab.key == key), TABS[0])


def shown_tabs(counts: Mapping[str, int], current: Tab) -> list[dict[str, Any]]:
    """What the strip of tabs shows: an optional one only while it is open or holds something."""
    return [
        {"tab": tab, "count": counts[tab.key], "current": tab is current}
        for tab in TABS
        if not tab.optional or counts[tab.key] or tab is current
    ]
