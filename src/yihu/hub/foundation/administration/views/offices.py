"""Offices: the tree, the list, one office with what stands below it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from yihu.hub.base.access import requires
from yihu.hub.foundation.administration.screens import offices as lists
from yihu.hub.foundation.administration.screens import people as people_lists
from yihu.hub.foundation.administration.screens.dated import state_of
from yihu.hub.foundation.administration.selectors import histories
from yihu.hub.foundation.administration.selectors import offices as read
from yihu.hub.foundation.administration.selectors.people import people_below
from yihu.hub.foundation.administration.selectors.reach import get_office, reaches
from yihu.hub.foundation.administration.views.door import act, recorder, today, way
from yihu.hub.foundation.org.models import Office
from yihu.hub.screens.details import DetailHead, respond_with_detail
from yihu.hub.screens.lists import respond_with_list
from yihu.hub.screens.pages import Act, Crumb, Fact, Page, Tab
from yihu.hub.screens.suggestions import respond_with_suggestions, typed

TREE_HELP = (
    ("展开", "点机关前的箭头逐级展开；点名称进入该机关，查看岗位、人员并办理变动。"),
    ("查找", "在上方输入代码或名称的任何一段；结果可以排序、筛选和导出。"),
    ("设立", "先进入上级机关，再点“设立下级机关”。生效日可以是今后的日期。"),
    ("范围", "只列出您管理范围内的机关；范围由您的岗位所在机关决定。"),
)
OFFICE_HELP = (
    ("顺序", "设立机关 → 设岗位 → 安全管理员授予岗责 → 登记人员 → 任命 → 安全管理员确认，本人即可办事。"),
    ("更名、调整隶属", "按生效日办理；未到日的变动在“变动”页，可以取消。调整隶属时下级机关一并随迁。"),
    ("并入、撤销", "并入后原机关的户由并入机关接管；撤销前须先终止岗位和下级机关。"),
    ("生效日", "填今天即刻生效；填今后的日期，到日自动生效，之前可在“变动”页取消。"),
    ("人员", "列出本机关及所有下级机关的人。"),
)


@requires("org.view")
def offices(request: HttpRequest) -> HttpResponse:
    """The tree, its first step; the rest comes when unfolded."""
    tops = list(read.tops_of(request.user, today()))
    page = Page(
        "机关",
        "按隶属关系逐级展开；只列您管理范围内的机关。",
        acts=(Act("清单与查找", reverse("administration:office-list"), "list-search"),),
        help=TREE_HELP,
    )
    return render(request, "administration/offices.html", {"page": page, "branches": tops, "limit": read.SHOWN_IN_TREE})


@requires("org.view")
def children(request: HttpRequest, code: str) -> HttpResponse:
    """The offices right below one, for the tree."""
    office = get_office(request.user, "org.view", code)
    found = list(read.children_of(office, today()))
    context = {"branches": found, "limit": read.SHOWN_IN_TREE}
    return render(request, "administration/branches.html", context)


@requires("org.view")
def office_list(request: HttpRequest) -> HttpResponseBase:
    """Offices as a list: search, filters, export."""
    page = Page("机关清单", "可按代码、名称、级次和状态查找。", (way("机关", "offices"),), help=TREE_HELP)
    rows = read.list_offices(request.user, "org.view")
    return respond_with_list(request, page, lists.OFFICES, rows, record_export=recorder(request, "office", "机关清单"))


@requires("org.view")
def suggest_offices(request: HttpRequest) -> HttpResponse:
    """Offices that fit what is typed."""
    found = read.suggest_offices(request.user, typed(request).split(" ")[0])
    return respond_with_suggestions(request, [(f"{o.code} {o.name}", o.get_level_display()) for o in found])


@requires("org.view")
def office(request: HttpRequest, code: str) -> HttpResponseBase:
    """One office: below, departments, posts, people, grids, changes."""
    found = get_office(request.user, "org.view", code)
    page = Page(found.name, crumbs=_way_to(request, found), acts=_acts(request, found), help=OFFICE_HELP)
    head = DetailHead(_facts(found), _tabs(found), state_of(found))
    parts = {
        "below": (lists.OFFICES, lambda: Office.objects.filter(parent=found).select_related("parent")),
        "departments": (lists.DEPARTMENTS, lambda: read.departments_of(found)),
        "posts": (lists.POSTS, lambda: read.posts_of(found, today())),
        "people": (people_lists.PEOPLE, lambda: people_below(found)),
        "grids": (lists.GRIDS, lambda: read.grids_of(found, today())),
        "changes": (lists.changes_for(request.user), lambda: read.changes_of(found)),
    }
    return respond_with_detail(
        request, page, head, parts, record_export=recorder(request, "office", found.name),
        history=lambda: histories.of_office(found),
    )  # fmt: skip


def _way_to(request: HttpRequest, found: Office) -> tuple[Crumb, ...]:
    """Every level above; those beyond the reader's reach are named but lead nowhere."""
    above = read.ancestors_of(found)
    steps = [way(o.name, "office", o.code) if reaches(request.user, "org.view", o) else Crumb(o.name) for o in above]
    return (way("机关", "offices"), *steps)


def _facts(found: Office) -> tuple[Fact, ...]:
    merged = found.merged_into
    facts = [
        Fact("机关代码", found.code),
        Fact("级次", found.get_level_display()),
        Fact("上级机关", found.parent.name if found.parent else "无（最高一级）"),
        Fact("行政区划", found.division_code or "未指定"),
        Fact("设立日", found.valid_from, kind="day"),
    ]
    if merged:
        facts.append(Fact("并入", merged.name, reverse("administration:office", args=[merged.code])))
    return tuple(facts)


def _tabs(found: Office) -> tuple[Tab, ...]:
    return (
        Tab("posts", "岗位"),
        Tab("people", "人员"),
        Tab("below", "下级机关"),
        Tab("departments", "内设机构"),
        Tab("grids", "网格"),
        Tab("changes", "变动"),
    )


def _acts(request: HttpRequest, found: Office) -> tuple[Act, ...]:
    """What may be done here, most usual first; nothing to a closed office or beyond one's reach."""
    day = today()
    if found.valid_to is not None and found.valid_to <= day:
        return ()
    may: dict[str, Any] = {p: reaches(request.user, p, found) for p in ("org.offices", "org.posts", "grid.keep")}
    acts: list[Act] = []
    if may["org.posts"]:
        acts += act(request, "org.posts", "设岗位", "new-post", found.code, icon="plus", primary=True)
        acts += act(request, "org.posts", "设内设机构", "new-department", found.code)
    if may["org.offices"]:
        for title, name in (("设立下级机关", "new-office"), ("更名", "rename-office"), ("调整隶属", "move-office")):
            acts += act(request, "org.offices", title, name, found.code)
        acts += act(request, "org.offices", "并入", "merge-office", found.code)
        acts += act(request, "org.offices", "撤销", "close-office", found.code)
    if may["grid.keep"]:
        acts += act(request, "grid.keep", "设网格", "new-grid", found.code)
    return tuple(acts)
