"""Lists of duties, of what they carry, and of the posts they are given to."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from yihu.hub.foundation.administration.screens.dated import by_state, days_of
from yihu.hub.foundation.administration.screens.offices import by_code_or_name, url
from yihu.hub.foundation.org.catalogue import permission_name, permissions
from yihu.hub.foundation.org.choices import Family
from yihu.hub.screens.lists import Column, Filter, ListScreen, RowAct
from yihu.hub.screens.pages import Empty


def _families(request: HttpRequest) -> list[tuple[str, str]]:
    return [(f.value, f.label) for f in Family if f != Family.COMMON]


def _of_family(rows: QuerySet, family: str) -> QuerySet:
    return rows.filter(family=family)


DUTIES = ListScreen(
    columns=(
        Column("name", "岗责", lambda d: d.name, sort=("name",), link=lambda d: url("duty", d.code)),
        Column("code", "代码", lambda d: d.code, "code", ("code",)),
        Column("family", "类别", lambda d: d.get_family_display(), "code", ("family",)),
        Column("scope", "管户范围", lambda d: d.get_scope_rule_display(), "code", ("scope_rule",)),
        Column("clearance", "知悉等级", lambda d: d.get_clearance_display(), "code", ("clearance",)),
        Column("carried", "权限", lambda d: d.carried, "count"),
        Column("posts", "岗位", lambda d: d.given, "count"),
        Column("origin", "来源", lambda d: "标准" if d.is_standard else "自定", "code", ("is_standard",)),
        *days_of(),
    ),
    filters=(
        Filter("q", "代码或名称", by_code_or_name),
        Filter("family", "类别", _of_family, "choice", _families),
        by_state(),
    ),
    sort="family",
    unit="项",
    empty=Empty("还没有岗责", "岗责是一组权限加上管户范围和知悉等级，授给岗位后，任此岗的人即有这些权限。"),
)


def _may_end(url_name: str, row: Any) -> str:
    over = row.valid_to and row.valid_to <= timezone.localdate()
    return "" if over else url(url_name, row.pk)


def _family_of(permission: str) -> str:
    found = permissions().get(permission)
    return found.family.label if found else "已停用的权限"


def _reads_or_writes(permission: str) -> str:
    found = permissions().get(permission)
    return "可改动" if found and found.write else "只查看"


CARRIED = ListScreen(
    columns=(
        Column("name", "权限", lambda p: permission_name(p.permission)),
        Column("family", "类别", lambda p: _family_of(p.permission), "code"),
        Column("write", "性质", lambda p: _reads_or_writes(p.permission), "code"),
        *days_of(),
    ),
    filters=(by_state(),),
    sort="-from",
    unit="项",
    empty=Empty("还没有权限", "点“增加权限”，从权限目录中选择。"),
    row_acts=(RowAct("收回", lambda p: _may_end("withdraw-permission", p)),),
)
POSTS_OF_DUTY = ListScreen(
    columns=(
        Column("post", "岗位", lambda g: g.post.name, sort=("post__code",), link=lambda g: url("post", g.post.code)),
        Column("code", "岗位代码", lambda g: g.post.code, "code"),
        Column("office", "机关", lambda g: g.post.office.name, sort=("post__office__path",)),
        *days_of(),
    ),
    filters=(by_state(),),
    sort="office",
    unit="个",
    empty=Empty("还没有授给任何岗位", "到岗位页点“授予岗责”。"),
)
DUTIES_OF_POST = ListScreen(
    columns=(
        Column("duty", "岗责", lambda g: g.duty.name, link=lambda g: url("duty", g.duty.code)),
        Column("family", "类别", lambda g: g.duty.get_family_display(), "code"),
        Column("scope", "管户范围", lambda g: g.duty.get_scope_rule_display(), "code"),
        Column("clearance", "知悉等级", lambda g: g.duty.get_clearance_display(), "code"),
        *days_of(),
    ),
    sort="-from",
    unit="项",
    empty=Empty("还没有岗责", "没有岗责的岗位不产生任何权限。由安全管理员授予。"),
    row_acts=(RowAct("收回", lambda g: _may_end("withdraw-duty", g)),),
)
