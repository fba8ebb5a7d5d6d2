"""Lists of what passes: the log, dead letters, messages out."""

from typing import Any

from django.db.models import QuerySet

from yihu.hub.centres.exchange.catalogue import operation_title, operations
from yihu.hub.centres.exchange.choices import DeliveryState, Direction, LetterState
from yihu.hub.centres.exchange.models import DeadLetter, Delivery, Passage
from yihu.hub.centres.exchange.screens.systems import choices_of, url
from yihu.hub.screens.lists import Column, Filter, ListScreen
from yihu.hub.screens.pages import Empty, Mark

NO_PASSAGES = "每一次调用和每一条外发消息都在这里留一行：谁、做什么、结果、耗时和内容摘要，不留内容本身。"
NO_LETTERS = "不能收下的条目（接收人不存在、链接不在登记范围等）会留在这里，改好原因后可以补收。"
NO_DELIVERIES = "对方推来的待办办理后，结果会推送到它登记的地址；每一条都在这里，可以重发。"


def outcome_of(row: Passage) -> Mark:
    """How a request ended, in words."""
    if row.status == 0:
        return Mark("没有应答", "stop")
    if row.status == 429:
        return Mark("超过配额", "wait")
    if row.status >= 400:
        return Mark("退回", "stop")
    return Mark("部分退回", "wait") if row.refused else Mark("成功", "on")


def _by_outcome(rows: QuerySet, value: str) -> QuerySet:
    if value == "good":
        return rows.filter(status__range=(200, 299), refused=0)
    return rows.exclude(status__range=(200, 299), refused=0) if value == "bad" else rows


def _operations(request: Any) -> list[tuple[str, str]]:
    return [(o.code, o.title) for o in operations().values()]


SYSTEM = Column(
    "system", "系统", lambda r: r.system.name if r.system else "—",
    link=lambda r: url("system", r.system.code) if r.system else "",
)  # fmt: skip
BY_SYSTEM = Filter("system", "系统代码", lambda rows, text: rows.filter(system__code__startswith=text.lower()))
PASSAGES = ListScreen(
    columns=(
        Column("at", "时间", lambda r: r.at, "minute", ("at",)),
        SYSTEM,
        Column("direction", "方向", lambda r: r.get_direction_display(), "code"),
        Column("operation", "操作", lambda r: operation_title(r.operation) or "—", link=lambda r: url("passage", r.pk)),
        Column("outcome", "结果", outcome_of, "mark"),
        Column("items", "条数", lambda r: r.items, "count"),
        Column("refused", "退回", lambda r: r.refused, "count"),
        Column("ms", "耗时（毫秒）", lambda r: r.milliseconds, "count"),
        Column("code", "问题代码", lambda r: r.code or "—", "code"),
        Column("trace", "追踪号", lambda r: r.trace[:13], "code"),
        Column("address", "来源地址", lambda r: r.address or "—", "code", shown=False),
        Column("key", "密钥编号", lambda r: r.key_id or "—", "code", shown=False),
        Column("digest", "内容摘要", lambda r: r.digest or "—", "code", shown=False),
    ),
    filters=(
        Filter("trace", "追踪号", lambda rows, text: rows.filter(trace=text)),
        BY_SYSTEM,
        Filter("direction", "方向", lambda rows, v: rows.filter(direction=v), "choice", choices_of(Direction)),
        Filter("operation", "操作", lambda rows, v: rows.filter(operation=v), "choice", _operations),
        Filter("outcome", "结果", _by_outcome, "choice", lambda request: [("good", "成功"), ("bad", "退回或失败")]),
        Filter("since", "自", lambda rows, day: rows.filter(at__date__gte=day), "day"),
    ),
    empty=Empty("还没有交换记录", NO_PASSAGES),
    sort="-at",
)


def letter_state(row: DeadLetter) -> Mark:
    """What became of a letter."""
    tones = {LetterState.OPEN: "wait", LetterState.RESOLVED: "on"}
    return Mark(row.get_state_display(), tones.get(LetterState(row.state), "off"))


LETTERS = ListScreen(
    columns=(
        Column("reference", "对方标识", lambda r: r.reference, link=lambda r: url("letter", r.pk)),
        SYSTEM,
        Column("operation", "操作", lambda r: operation_title(r.operation)),
        Column("code", "问题代码", lambda r: r.code, "code", ("code",)),
        Column("reason", "原因", lambda r: r.reason),
        Column("tries", "次数", lambda r: r.tries, "count", ("tries",)),
        Column("last", "最近退回", lambda r: r.last_at, "minute", ("last_at",)),
        Column("state", "状态", letter_state, "mark", ("state",)),
    ),
    filters=(
        Filter("q", "对方标识", lambda rows, text: rows.filter(reference__startswith=text)),
        BY_SYSTEM,
        Filter("state", "状态", lambda rows, v: rows.filter(state=v), "choice", choices_of(LetterState)),
        Filter("code", "问题代码", lambda rows, text: rows.filter(code=text.upper())),
    ),
    empty=Empty("没有退件", NO_LETTERS),
    sort="-last",
    unit="件",
)


def delivery_state(row: Delivery) -> Mark:
    """How far a message has come."""
    tones = {DeliveryState.PENDING: "wait", DeliveryState.DELIVERED: "on", DeliveryState.DEAD: "stop"}
    return Mark(row.get_state_display(), tones.get(DeliveryState(row.state), "off"))


DELIVERIES = ListScreen(
    columns=(
        Column("made", "产生时间", lambda r: r.made_at, "minute", ("made_at",)),
        SYSTEM,
        Column("event", "事件", lambda r: operation_title(r.event), link=lambda r: url("delivery", r.pk)),
        Column("reference", "对方标识", lambda r: r.reference),
        Column("state", "状态", delivery_state, "mark", ("state",)),
        Column("tries", "次数", lambda r: r.tries, "count", ("tries",)),
        Column("next", "下次发送", lambda r: r.next_at if r.state == DeliveryState.PENDING else None, "minute"),
        Column("error", "最近原因", lambda r: r.last_error or "—"),
    ),
    filters=(
        Filter("q", "对方标识", lambda rows, text: rows.filter(reference__startswith=text)),
        BY_SYSTEM,
        Filter("state", "状态", lambda rows, v: rows.filter(state=v), "choice", choices_of(DeliveryState)),
    ),
    empty=Empty("还没有外发消息", NO_DELIVERIES),
    sort="-made",
)
