"""Reading code tables: the list of tables, one table as of a day, one code."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from yihu.hub.base.access import requires
from yihu.hub.foundation.audit.api import record
from yihu.hub.foundation.codes.choices import State
from yihu.hub.foundation.codes.forms import BrowseForm
from yihu.hub.foundation.codes.models import CodeTable, TableVersion
from yihu.hub.foundation.codes.selectors.index import Code, DayView, index_of, view_on
from yihu.hub.foundation.codes.selectors.tables import (
    NoSuchTableError,
    find_version,
    get_table,
    list_tables,
    mappings_of,
)
from yihu.hub.screens.exports import respond_with_file
from yihu.hub.screens.lists import Column, Filter, ListScreen, respond_with_list
from yihu.hub.screens.pages import Act, Crumb, Empty, Mark, Page

PAGE_SIZE = 50
HELP = (
    ("版本", "同一张代码表按施行日期分版本；按日期查代码，用的是那一天有效的版本。"),
    ("发布", "草稿由一人导入或编辑并送审，另一人审核发布。发布后不能再改，只能再出新版本。"),
    ("随程序提供", "计算所用的标准代码，随程序升级更新，此处只能查看。"),
)


def table_or_404(code: str) -> CodeTable:
    try:
        return get_table(code)
    except NoSuchTableError as error:
        raise Http404(str(error)) from error


def home_crumb() -> Crumb:
    return Crumb("代码标准", reverse("codes:tables"))


def table_crumbs(table: CodeTable) -> tuple[Crumb, ...]:
    return home_crumb(), Crumb(table.name, reverse("codes:table", args=[table.code]))


def sections(user: Any) -> tuple[Act, ...]:
    """Doors to the neighbouring pages, as far as the reader may go."""
    found = [
        Act("工作日历", reverse("codes:calendar"), "calendar"),
        Act("号码校验", reverse("codes:check"), "checkup-list"),
        Act("数据用码", reverse("codes:usage"), "database-search"),
    ]
    if user.holds("codes.edit"):
        found.append(Act("导入代码表", reverse("codes:import"), "upload", primary=True))
    return tuple(found)


def _state(table: Any) -> Mark:
    if table.waiting:
        return Mark(f"{table.waiting} 个版本待审核", "wait")
    if not table.current_id:
        return Mark("没有发布的版本", "stop")
    return Mark("有草稿", "off") if table.drafts else Mark("现行", "on")


TABLES = ListScreen(
    columns=(
        Column("name", "名称", lambda t: t.name, sort=("name",), link=lambda t: reverse("codes:table", args=[t.code])),
        Column("code", "表代码", lambda t: t.code, "code", sort=("code",), shown=False),
        Column("standard", "依据", lambda t: t.standard),
        Column("version", "现行版本", lambda t: t.current_label),
        Column("from", "施行日期", lambda t: t.current_from, "day", sort=("current_from",)),
        Column("count", "代码数", lambda t: t.current_count, "count", sort=("current_count",)),
        Column("origin", "来源", lambda t: t.get_origin_display(), sort=("origin",)),
        Column("state", "状态", _state, "mark"),
    ),
    filters=(
        Filter("q", "名称或表代码", lambda rows, v: rows.filter(name__contains=v) | rows.filter(code__contains=v)),
        Filter("origin", "来源", lambda rows, v: rows.filter(origin=v), "choice", lambda r: [
            ("SHIPPED", "随程序提供"), ("LOADED", "本地导入"),
        ]),
        Filter("waiting", "只看待审核", lambda rows, v: rows.filter(waiting__gt=0), "flag"),
    ),
    empty=Empty("还没有代码表", "程序自带的代码在启动时载入；官方代码表由系统管理员从文件导入。"),
    unit="张",
)  # fmt: skip


@requires("codes.view")
def tables(request: HttpRequest) -> HttpResponseBase:
    """All code tables."""
    page = Page(
        "代码标准", "代码表、版本与对照；计算与校验都按某一天有效的版本取码。", acts=sections(request.user), help=HELP
    )
    rows: QuerySet[CodeTable] = list_tables(timezone.localdate())
    return respond_with_list(request, page, TABLES, rows, record_export=_recorder(request, "代码表清单"))


def _recorder(request: HttpRequest, what: str) -> Any:
    def act(kind: str, n: int) -> None:
        record(verb="code_table.export", request=request, target_name=what, detail={"kind": kind, "rows": n})

    return act


def version_for(request: HttpRequest, table: CodeTable, form: BrowseForm, name: str = "version") -> TableVersion | None:
    """
    The version a page shows: the one asked for, else the one in force on the day.

    :raises Http404: the version is not of this table, or a draft asked for by a mere reader
    """
    wanted = form.asked(name)
    if wanted is None:
        return find_version(table.code, on=form.day(timezone.localdate()))
    found = table.versions.filter(pk=wanted).first()
    keeper = request.user.holds("codes.edit") or request.user.holds("codes.review")
    if found is None or (found.state != State.PUBLISHED and not keeper):
        raise Http404("没有这个版本")
    return found


@requires("codes.view")
def table(request: HttpRequest, code: str) -> HttpResponseBase:
    """One table as of a day: what stands below a code, or what a search finds."""
    found = table_or_404(code)
    form = BrowseForm(request.GET)
    version = version_for(request, found, form)
    if version is None:
        page = Page(found.name, found.note, crumbs=(home_crumb(),), acts=_table_acts(found, request.user))
        return render(request, "codes/no_version.html", {"page": page, "table": found})
    view = view_on(version, form.day(timezone.localdate()))
    text, under = form.asked("q", ""), form.asked("under", "")
    rows = view.search(text) if text else view.children(under)
    if request.GET.get("export") in {"csv", "xlsx"}:
        return _export(request, found, version, view)
    context = {
        "page": Page(found.name, found.note or found.standard, (home_crumb(),), _table_acts(found, request.user), HELP),
        "table": found, "version": version, "view": view, "day": view.day, "q": text, "under": under,
        "path": view.path(under) if not text else [], "rows": _page(rows, view, form.asked("page", 1)),
        "attributes": any(e.attributes for e in rows[: PAGE_SIZE * 20]), "total": len(view.entries),
        "versions": found.versions.filter(state=State.PUBLISHED).order_by("-valid_from"),
        "may_edit": version.state == State.DRAFT and request.user.holds("codes.edit"),
    }  # fmt: skip
    return render(request, "codes/table.html", context)


def _page(rows: list[Code], view: DayView, number: int) -> Any:
    page = Paginator(rows, PAGE_SIZE).get_page(number)
    page.object_list = [
        {"entry": e, "below": len(view.children(e.code)), "path": view.path(e.code)[:-1]} for e in page.object_list
    ]
    return page


def _table_acts(found: CodeTable, user: Any) -> tuple[Act, ...]:
    acts = [
        Act("版本", reverse("codes:versions", args=[found.code]), "versions"),
        Act("比较", reverse("codes:difference", args=[found.code]), "git-compare"),
        Act("对照", reverse("codes:mappings", args=[found.code]), "arrows-exchange"),
    ]
    if found.origin != "SHIPPED" and user.holds("codes.edit"):
        acts.append(Act("导入新版本", reverse("codes:import") + f"?table={found.code}", "upload"))
    return tuple(acts)


def _export(request: HttpRequest, found: CodeTable, version: TableVersion, view: DayView) -> HttpResponseBase:
    kind = request.GET["export"]
    record(
        verb="code_table.export", request=request, target=f"code_table:{found.code}", target_name=str(version),
        detail={"kind": kind, "rows": len(view.entries), "as_of": view.day},
    )  # fmt: skip
    names = sorted({name for e in view.entries for name in e.attributes})
    header = ["代码", "名称", "上级代码", "启用日期", "停用日期", *names]
    rows = (
        [e.code, e.name, view.parent_of(e), e.valid_from or "", e.valid_to or "",
         *(e.attributes.get(n, "") for n in names)]
        for e in view.entries
    )  # fmt: skip
    return respond_with_file(kind, f"{found.name}-{version.label}", header, rows)


@requires("codes.view")
def one_code(request: HttpRequest, code: str, value: str) -> HttpResponse:
    """One code: its spans, where it stands, attributes, below it, what it became and came from."""
    found = table_or_404(code)
    form = BrowseForm(request.GET)
    version = version_for(request, found, form)
    spans = index_of(version).spans_of(value) if version else ()
    if not spans or version is None:
        raise Http404(f"{found.name}里没有代码 {value}")
    day = form.day(timezone.localdate())
    view = view_on(version, day)
    shown = view.find(value) or spans[-1]
    became, came_from = mappings_of(found, value)
    context = {
        "page": Page(f"{shown.code} {shown.name}", crumbs=table_crumbs(found)),
        "table": found, "version": version, "day": day, "entry": shown, "is_valid": view.find(value) is not None,
        "spans": spans, "path": view.path(value), "children": view.children(value)[:200],
        "below": len(view.children(value)), "became": became, "came_from": came_from,
        "level": found.levels[shown.level - 1] if shown.level <= len(found.levels) else f"第 {shown.level} 级",
    }  # fmt: skip
    return render(request, "codes/code.html", context)
