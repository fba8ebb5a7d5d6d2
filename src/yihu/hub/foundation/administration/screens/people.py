"""Lists of people and of what they hold."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils import timezone

from yihu.hub.foundation.administration.screens.dated import by_state, days_of, state_of
from yihu.hub.foundation.administration.screens.offices import url
from yihu.hub.foundation.administration.selectors.figures import NO_PASSWORD
from yihu.hub.foundation.administration.selectors.people import by_name_or_account
from yihu.hub.foundation.org.catalogue import permission_name
from yihu.hub.screens.lists import Column, Filter, ListScreen, PickAct, RowAct
from yihu.hub.screens.pages import Empty, Mark


def _account_states(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    return (("active", "在岗"), ("new", "未激活"), ("left", "已离岗"))


def _of_account_state(rows: QuerySet, state: str) -> QuerySet:
    if state == "left":
        return rows.filter(is_active=False)
    if state == "new":
        return rows.filter(is_active=True, **NO_PASSWORD)
    return rows.filter(is_active=True).exclude(**NO_PASSWORD) if state == "active" else rows


def account_state(person: Any) -> Mark:
    """在岗, 未激活 (no password yet), 已离岗."""
    if not person.is_active:
        return Mark(f"{person.left_on} 离岗" if person.left_on else "已停用")
    return Mark("在岗", "on") if person.has_usable_password() else Mark("未激活", "wait")


PEOPLE = ListScreen(
    columns=(
        Column("username", "账号", lambda u: u.username, "code", ("username",)),
        Column(
            "name", "姓名", lambda u: u.display_name, sort=("display_name",), link=lambda u: url("person", u.username)
        ),
        Column("office", "机关", lambda u: u.office.name, sort=("office__path", "username")),
        Column("state", "状态", account_state, "mark"),
        Column("since", "建立时间", lambda u: u.created_at, "day", ("created_at",), shown=False),
    ),
    filters=(
        Filter("q", "姓名或账号的开头", by_name_or_account),
        Filter("state", "状态", _of_account_state, "choice", _account_states),
    ),
    sort="office",
    unit="人",
    empty=Empty("还没有人员", "登记人员后，把一次性激活码交给本人，本人设密码后即可登录；任职经确认后才有权限。"),
)


def appointment_state(a: Any) -> Mark:
    """待确认, 已退回, or what its days mean."""
    if a.refused_at:
        return Mark("已退回", "stop")
    return state_of(a) if a.confirmed_at else Mark("待确认", "wait")


def _kind(a: Any) -> str:
    if a.deputy_for_id:
        return f"替岗（{a.deputy_for.user.display_name}不在时）"
    return "主岗" if a.is_primary else "兼岗"


def _may_end(a: Any) -> str:
    over = a.refused_at or (a.valid_to and a.valid_to <= timezone.localdate())
    return "" if over else url("end-appointment", a.pk)


_WHO = Column("person", "人员", lambda a: a.user.display_name, link=lambda a: url("person", a.user.username))
_POST = Column("post", "岗位", lambda a: a.post.name, link=lambda a: url("post", a.post.code))
_OFFICE = Column("office", "机关", lambda a: a.post.office.name)
_REST = (
    Column("kind", "方式", _kind),
    Column("state", "状态", appointment_state, "mark"),
    *days_of()[1:],
    Column("by", "任命经办", lambda a: a.appointed_by.display_name if a.appointed_by else "系统"),
    Column("confirmed", "确认", lambda a: a.confirmed_by.display_name if a.confirmed_by else "—"),
    Column("why", "终止原因", lambda a: a.end_reason, shown=False),
)
APPOINTMENTS = ListScreen(
    columns=(_POST, _OFFICE, *_REST),
    sort="-from",
    unit="项",
    empty=Empty("还没有任职", "任命到岗位并经安全管理员确认后，本人才有权限。"),
    row_acts=(RowAct("终止", _may_end),),
)
HOLDERS = ListScreen(
    columns=(_WHO, *_REST),
    sort="-from",
    unit="项",
    empty=Empty("还没有人任此岗", "点“任命”把人派到这个岗位。"),
    row_acts=(RowAct("终止", _may_end),),
)


def _of_person(rows: QuerySet, text: str) -> QuerySet:
    return rows.filter(Q(user__username__startswith=text) | Q(user__display_name__startswith=text))


def _of_office(rows: QuerySet, text: str) -> QuerySet:
    return rows.filter(Q(post__office__code__startswith=text) | Q(post__office__name__contains=text))


def _brings(a: Any) -> str:
    return "、".join(g.duty.name for g in a.post.present_duties) or "未授岗责"


WAITING = ListScreen(
    columns=(
        Column("person", "人员", lambda a: a.user.display_name, link=lambda a: url("decide", a.pk)),
        Column("account", "账号", lambda a: a.user.username, "code"),
        _POST,
        _OFFICE,
        Column("brings", "将有岗责", _brings),
        Column("kind", "方式", _kind),
        *days_of()[1:],
        Column("by", "任命经办", lambda a: a.appointed_by.display_name if a.appointed_by else "系统"),
        Column("at", "提交时间", lambda a: a.appointed_at, "minute", ("appointed_at",)),
    ),
    filters=(Filter("q", "姓名或账号的开头", _of_person), Filter("office", "机关代码或名称", _of_office)),
    sort="at",
    unit="项",
    empty=Empty("没有待确认的任职", "系统管理员任命之后会出现在这里；您确认之前，任职不产生任何权限。"),
    row_acts=(RowAct("审核", lambda a: url("decide", a.pk)),),
    pick=PickAct(
        "确认所选",
        reverse_lazy("administration:confirm-many"),
        "逐项核验后生效（未到日的到日生效）；不能确认的说明原因，其余照办。",
    ),
)


def delegation_state(d: Any) -> Mark:
    return Mark("已撤回", "stop") if d.revoked_at else state_of(d)


def what_is_lent(d: Any) -> str:
    """全部权限, or the names of those lent."""
    return "全部权限" if d.everything else "、".join(permission_name(p) for p in d.permissions)


DELEGATIONS = ListScreen(
    columns=(
        Column("giver", "委托人", lambda d: d.giver.display_name),
        Column("receiver", "受托人", lambda d: d.receiver.display_name),
        Column("what", "委托内容", what_is_lent),
        Column("tasks", "在办事项", lambda d: "一并移交" if d.takes_present_tasks else "不移交", "code"),
        Column("state", "状态", delegation_state, "mark"),
        *days_of()[1:],
        Column("why", "原因", lambda d: d.reason),
        Column("by", "经办", lambda d: d.made_by.display_name if d.made_by else "系统", shown=False),
    ),
    filters=(by_state(),),
    sort="-from",
    unit="项",
    empty=Empty("没有委托", "出差、休假时，可把自己的权限借给同事一段时间；借出的权限不能再转借。"),
)


def _leave_state(leave: Any) -> Mark:
    return Mark("已取消", "stop") if leave.cancelled_at else state_of(leave)


def _may_cancel(leave: Any) -> str:
    over = leave.cancelled_at or leave.valid_to <= timezone.localdate()
    return "" if over else url("cancel-leave-of", leave.pk)


LEAVES = ListScreen(
    columns=(
        Column("state", "状态", _leave_state, "mark"),
        *days_of()[1:],
        Column("substitute", "代办人", lambda v: v.substitute.display_name if v.substitute else "未指定"),
        Column("why", "事由", lambda v: v.reason),
        Column("by", "经办", lambda v: v.made_by.display_name if v.made_by else "系统"),
    ),
    sort="-from",
    unit="次",
    empty=Empty("没有休假记录", "登记休假时指定代办人，代办人在休假期间自动获得相应权限。"),
    row_acts=(RowAct("取消休假", _may_cancel),),
)
GRIDS_OF_PERSON = ListScreen(
    columns=(
        Column("grid", "网格", lambda m: m.grid.name, link=lambda m: url("grid", m.grid.code)),
        Column("office", "机关", lambda m: m.grid.office.name),
        *days_of(),
    ),
    sort="-from",
    unit="个",
    empty=Empty("没有负责的网格", "网格由所在机关的负责人分配。"),
)


def _decisions(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    return (("waiting", "待确认"), ("refused", "被退回"), ("confirmed", "已确认"))


def _of_decision(rows: QuerySet, state: str) -> QuerySet:
    wanted = {
        "waiting": {"confirmed_at__isnull": True, "refused_at__isnull": True},
        "refused": {"refused_at__isnull": False},
        "confirmed": {"confirmed_at__isnull": False},
    }
    return rows.filter(**wanted.get(state, {}))


SUBMITTED = ListScreen(
    columns=(
        _WHO,
        _POST,
        _OFFICE,
        *_REST[:-1],
        Column("at", "提交时间", lambda a: a.appointed_at, "minute", ("appointed_at",)),
        Column("why", "退回或终止原因", lambda a: a.end_reason),
    ),
    filters=(Filter("state", "结果", _of_decision, "choice", _decisions),),
    sort="-at",
    unit="项",
    empty=Empty("还没有任命", "到人员页或岗位页点“任命”。"),
    row_acts=(RowAct("终止", _may_end),),
)
