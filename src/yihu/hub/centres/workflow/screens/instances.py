"""Lists of instances, of places in one, and of versions."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from yihu.hub.centres.workflow.choices import AssignmentState, InstanceState, Origin, Verb
from yihu.hub.centres.workflow.models import ProcessVersion
from yihu.hub.centres.workflow.selectors.instances import overdue_at, with_incident
from yihu.hub.screens.lists import Column, Filter, ListScreen, RowAct
from yihu.hub.screens.pages import Empty, Mark

TONES = {
    InstanceState.RUNNING: "on", InstanceState.SUSPENDED: "wait", InstanceState.REFUSED: "stop",
    InstanceState.TERMINATED: "stop",
}  # fmt: skip


def url(name: str, *args: Any) -> str:
    return reverse(f"workflow:{name}", args=args)


def state_of(instance: Any) -> Mark:
    """The state; trouble shows before it."""
    if getattr(instance, "open_incidents", None):
        return Mark("异常", "stop")
    return Mark(instance.get_state_display(), TONES.get(InstanceState(instance.state), "off"))


def where(instance: Any) -> str:
    """The open steps by name."""
    return "、".join(s.name for s in instance.open_steps) or "—"


def who(instance: Any) -> str:
    """Whose turn it is; the first four by name."""
    names = list(dict.fromkeys(a.assignee.display_name for s in instance.open_steps for a in s.open_places))
    more = f" 等 {len(names)} 人" if len(names) > 4 else ""
    return ("、".join(names[:4]) + more) or "—"


def due(instance: Any) -> Any:
    return min((s.due_at for s in instance.open_steps if s.due_at), default=None)


def late(instance: Any) -> Mark | str:
    limit = due(instance)
    if limit is None:
        return "—"
    text = timezone.localtime(limit).strftime("%m-%d %H:%M")
    return Mark(f"{text} 超期", "stop") if limit < timezone.now() else text


def _by_text(rows: QuerySet, text: str) -> QuerySet:
    return rows.filter(Q(subject_number__startswith=text) | Q(subject_title__contains=text))


def _processes(request: HttpRequest) -> Iterable[tuple[str, str]]:
    return ProcessVersion.objects.order_by("key", "-number").distinct("key").values_list("key", "name")


INSTANCES = ListScreen(
    columns=(
        Column("number", "编号", lambda i: i.subject_number, "code", ("subject_number",)),
        Column("title", "标题", lambda i: i.subject_title, link=lambda i: url("instance", i.pk)),
        Column("process", "流程", lambda i: i.version.name),
        Column("version", "版本", lambda i: i.version.number, "count", shown=False),
        Column("state", "状态", state_of, "mark"),
        Column("where", "当前环节", where),
        Column("who", "办理人", who),
        Column("due", "环节期限", lambda i: getattr(late(i), "text", late(i)), "text"),
        Column("initiator", "发起人", lambda i: i.initiator.display_name),
        Column("started", "发起时间", lambda i: i.started_at, "minute", ("started_at",)),
        Column("ended", "办结时间", lambda i: i.ended_at, "minute", ("ended_at",), shown=False),
    ),
    filters=(
        Filter("q", "编号的开头或标题中的字", _by_text),
        Filter("state", "状态", lambda rows, v: rows.filter(state=v), "choice", lambda _: InstanceState.choices),
        Filter("process", "流程", lambda rows, v: rows.filter(version__key=v), "choice", _processes),
        Filter("incident", "有异常", lambda rows, _: with_incident(rows), "flag"),
        Filter("overdue", "有超期环节", lambda rows, _: overdue_at(rows, timezone.now()), "flag"),
    ),
    sort="-started",
    unit="件",
    empty=Empty("还没有流程实例", "有人提交申请后，流程实例会出现在这里；只列您管辖范围内的。"),
)


def _place_state(a: Any) -> Mark:
    if a.state == AssignmentState.DONE:
        return Mark(Verb(a.verdict).label, "stop" if a.verdict in {Verb.REFUSE, Verb.RETURN_TO} else "on")
    return Mark(AssignmentState(a.state).label, "wait" if a.state == AssignmentState.OPEN else "off")


def _may_reassign(a: Any) -> str:
    return url("reassign", a.pk) if a.is_pending else ""


PLACES = ListScreen(
    columns=(
        Column("step", "环节", lambda a: a.step.name + (f"（第 {a.step.round} 次）" if a.step.round > 1 else "")),
        Column("person", "办理人", lambda a: a.assignee.display_name),
        Column("office", "机关", lambda a: a.assignee.office.name),
        Column("origin", "来由", lambda a: Origin(a.origin).label),
        Column("state", "状态", _place_state, "mark"),
        Column("acted", "实际经办", lambda a: a.acted_by.display_name if a.acted_by else "本人", shown=False),
        Column("opened", "到达时间", lambda a: a.opened_at, "minute", ("opened_at",)),
        Column("closed", "办理时间", lambda a: a.closed_at, "minute", ("closed_at",)),
        Column("opinion", "意见", lambda a: a.opinion),
    ),
    unit="人次",
    empty=Empty("还没有办理人", "流程到达人工环节后，这里列出每位办理人。"),
    row_acts=(RowAct("改派", _may_reassign),),
)
VERSIONS = ListScreen(
    columns=(
        Column("name", "流程", lambda v: v.name, sort=("name",), link=lambda v: url("version", v.pk)),
        Column("key", "代码", lambda v: v.key, "code", ("key",)),
        Column("number", "版本", lambda v: v.number, "count", ("number",)),
        Column("running", "在办", lambda v: v.running, "count", ("running",)),
        Column("by", "发布人", lambda v: v.frozen_by.display_name if v.frozen_by else "系统"),
        Column("at", "发布时间", lambda v: v.frozen_at, "minute", ("frozen_at",)),
        Column("digest", "摘要", lambda v: v.digest[:12], "code", shown=False),
    ),
    filters=(
        Filter("q", "名称中的字或代码的开头", lambda rows, t: rows.filter(Q(name__contains=t) | Q(key__startswith=t))),
    ),
    sort="key",
    unit="版",
    empty=Empty("还没有流程", "事项发布时，它的流程冻结成一个版本，列在这里；版本不再改动，在办件沿用其发起时的版本。"),
)
