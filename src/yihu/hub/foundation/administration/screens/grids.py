"""Lists of a grid: members and listed taxpayers."""

from typing import Any

from django.utils import timezone

from yihu.hub.foundation.administration.screens.dated import by_state, days_of
from yihu.hub.foundation.administration.screens.offices import url
from yihu.hub.screens.lists import Column, Filter, ListScreen, RowAct
from yihu.hub.screens.pages import Empty


def _unless_over(url_name: str, row: Any) -> str:
    over = row.valid_to and row.valid_to <= timezone.localdate()
    return "" if over else url(url_name, row.pk)


MEMBERS = ListScreen(
    columns=(
        Column("person", "网格员", lambda m: m.user.display_name, link=lambda m: url("person", m.user.username)),
        Column("account", "账号", lambda m: m.user.username, "code"),
        *days_of(),
    ),
    sort="-from",
    unit="人",
    empty=Empty("还没有网格员", "点“增加网格员”，把这一片交给具体的人。"),
    row_acts=(RowAct("退出", lambda m: _unless_over("end-member", m)),),
)
TAXPAYERS = ListScreen(
    columns=(Column("number", "纳税人识别号", lambda t: t.number, "code", ("number",)), *days_of()),
    filters=(Filter("q", "识别号的开头", lambda rows, text: rows.filter(number__startswith=text)), by_state()),
    sort="number",
    unit="户",
    empty=Empty("没有点名户", "区划范围以外、但应由本网格管的户，在这里点名列出。"),
    row_acts=(RowAct("取消点名", lambda t: _unless_over("unlist-taxpayer", t)),),
)
