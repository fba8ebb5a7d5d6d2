"""Lists of offices and of what stands below one: departments, posts, grids, changes."""

from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from yihu.hub.foundation.administration.screens.dated import by_state, days_of
from yihu.hub.foundation.org.choices import OfficeLevel
from yihu.hub.screens.lists import Column, Filter, ListScreen, RowAct
from yihu.hub.screens.pages import Empty, Mark


def url(name: str, *args: Any) -> str:
    return reverse(f"administration:{name}", args=args)


def by_code_or_name(rows: QuerySet, text: str) -> QuerySet:
    """Codes by their beginning, names by any part."""
    return rows.filter(Q(code__startswith=text.split()[0]) | Q(name__contains=text))


def _levels(request: HttpRequest) -> list[tuple[str, str]]:
    return [(str(value), label) for value, label in OfficeLevel.choices]


def _of_level(rows: QuerySet, level: str) -> QuerySet:
    return rows.filter(level=level) if level in {str(v) for v in OfficeLevel.values} else rows


SEARCH = Filter("q", "代码或名称", by_code_or_name)
OFFICES = ListScreen(
    columns=(
        Column("code", "代码", lambda o: o.code, "code", ("code",)),
        Column("name", "机关名称", lambda o: o.name, sort=("name",), link=lambda o: url("office", o.code)),
        Column("level", "级次", lambda o: o.get_level_display(), "code", ("level", "path")),
        Column("parent", "上级机关", lambda o: o.parent.name if o.parent else "—"),
        Column("division", "行政区划", lambda o: o.division_code or "—", "code", ("division_code",)),
        *days_of(),
        Column("path", "隶属顺序", lambda o: o.path.rstrip("/"), sort=("path",), shown=False),
    ),
    filters=(SEARCH, Filter("level", "级次", _of_level, "choice", _levels), by_state()),
    sort="path",
    unit="个",
    empty=Empty("没有下级机关", "在这里设立的机关会出现在机关树上，随后可为它设岗位、派人员。"),
)
DEPARTMENTS = ListScreen(
    columns=(
        Column("code", "代码", lambda d: d.code, "code", ("code",)),
        Column("name", "内设机构", lambda d: d.name, sort=("name",), link=lambda d: url("department", d.code)),
        *days_of(),
    ),
    filters=(SEARCH, by_state()),
    sort="code",
    unit="个",
    empty=Empty("还没有内设机构", "内设机构是机关里的科、股、室。没有也可以，岗位可以直接设在机关下。"),
)
POSTS = ListScreen(
    columns=(
        Column("code", "代码", lambda p: p.code, "code", ("code",)),
        Column("name", "岗位", lambda p: p.name, sort=("name",), link=lambda p: url("post", p.code)),
        Column("department", "内设机构", lambda p: p.department.name if p.department else "—"),
        Column("duties", "岗责", lambda p: "、".join(d.duty.name for d in p.present_duties) or "未授岗责"),
        Column("holders", "在岗", lambda p: p.holders, "count"),
        *days_of(),
    ),
    filters=(SEARCH, by_state()),
    sort="code",
    unit="个",
    empty=Empty("还没有岗位", "先设岗位，再由安全管理员授予岗责，然后把人任命到岗位上。"),
)
BARE_POSTS = ListScreen(
    columns=(
        Column("name", "岗位", lambda p: p.name, sort=("name",), link=lambda p: url("post", p.code)),
        Column("code", "代码", lambda p: p.code, "code", ("code",)),
        Column("office", "机关", lambda p: p.office.name, sort=("office__path", "code")),
        Column("holders", "在岗", lambda p: p.holders, "count"),
        *days_of(),
    ),
    filters=(SEARCH,),
    sort="office",
    unit="个",
    empty=Empty("每个岗位都已授岗责", "新设的岗位会先出现在这里。"),
)
GRIDS = ListScreen(
    columns=(
        Column("code", "代码", lambda g: g.code, "code", ("code",)),
        Column("name", "网格", lambda g: g.name, sort=("name",), link=lambda g: url("grid", g.code)),
        Column("office", "机关", lambda g: g.office.name, sort=("office__path",)),
        Column("areas", "区划范围", lambda g: "、".join(g.divisions) or "—"),
        Column("people", "网格员", lambda g: g.people, "count"),
        Column("listed", "点名户", lambda g: g.listed, "count"),
        *days_of(),
    ),
    filters=(SEARCH, by_state()),
    sort="code",
    unit="个",
    empty=Empty("还没有网格", "网格把一个机关的户分给具体的人：按行政区划划片，或点名列户。"),
)
CHANGES = ListScreen(
    columns=(
        Column("on", "生效日", lambda c: c.effective_on, "day", ("effective_on",)),
        Column("act", "变更", lambda c: c.get_act_display(), "code"),
        Column("what", "内容", lambda c: change_in_words(c)),
        Column("note", "依据", lambda c: c.note),
        Column("by", "经办人", lambda c: c.made_by.display_name if c.made_by else "系统"),
        Column("at", "经办时间", lambda c: c.made_at, "minute", ("made_at",)),
        Column("state", "状态", lambda c: _state(c), "mark"),
    ),
    sort="-on",
    unit="次",
    empty=Empty("还没有变动记录", "设立、更名、调整隶属、并入、撤销都会按日期记在这里。"),
)


def changes_for(user: Any) -> ListScreen:
    """Changes, with the act of cancelling those not yet due for whoever keeps offices."""
    if not user.holds("org.offices"):
        return CHANGES
    return replace(CHANGES, row_acts=(RowAct("取消", _cancel),))


def _cancel(change: Any) -> str:
    is_open = not (change.applied_at or change.cancelled_at)
    return url("cancel-change", change.pk) if is_open else ""


FIELDS = {
    "name": "名称",
    "parent": "上级机关",
    "level": "级次",
    "division_code": "行政区划",
    "valid_to": "失效日",
    "valid_from": "生效日",
    "into": "并入",
    "code": "代码",
}


def change_in_words(change: Any) -> str:
    """名称：甲 → 乙；上级机关：1440300 → 1440400."""
    keys = [key for key in FIELDS if key in change.after]
    return "；".join(_difference(FIELDS[key], change.before.get(key), change.after[key], key) for key in keys)


def _difference(title: str, before: Any, after: Any, key: str) -> str:
    old, new = _value(key, before), _value(key, after)
    return f"{title}：{old} → {new}" if before not in (None, "") else f"{title}：{new}"


def _value(key: str, value: Any) -> str:
    if value in (None, ""):
        return "无"
    return OfficeLevel(value).label if key == "level" else str(value)


def _state(change: Any) -> Mark:
    if change.cancelled_at:
        return Mark("已取消")
    if change.failure:
        return Mark(f"未执行：{change.failure}", "stop")
    return Mark("已执行", "on") if change.applied_at else Mark("到期执行", "wait")
