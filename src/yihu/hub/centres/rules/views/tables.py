"""The list of tables, and one table: as it is in force, its versions, its history."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from yihu.hub.base.access import requires
from yihu.hub.centres.rules.choices import VersionState
from yihu.hub.centres.rules.models import DecisionTable, TableVersion
from yihu.hub.centres.rules.selectors.grids import grid_of
from yihu.hub.centres.rules.selectors.tables import PUBLISHED, counts_by_rule, find_version_on, hits_of, list_tables
from yihu.hub.foundation.audit.api import record
from yihu.hub.screens.details import DetailHead, respond_with_detail
from yihu.hub.screens.lists import Column, Filter, ListScreen, respond_with_list
from yihu.hub.screens.pages import Act, Crumb, Empty, Fact, Mark, Page, Tab

DAYS_SHOWN = 30
TONES = {
    VersionState.DRAFT: "off",
    VersionState.IN_REVIEW: "wait",
    VersionState.PUBLISHED: "on",
    VersionState.RETIRED: "stop",
}
HELP = (
    ("决策表", "把“满足什么条件、得出什么结果、依据哪一条”写成一行一条的规则；事项、流程和程序按表判定。"),
    ("版本", "起草与发布由不同的人办理；发布后内容不能改，只能再出新版。"),
    ("施行日期", "判定用依据日期当天施行的版本；在办事项可钉住起办时的版本。"),
    ("命中", "近 30 天每条规则命中的次数，约五秒更新一次。一直不命中的规则值得核对。"),
    ("回测", "把草稿放到已发布快照的全部户或发票上算一遍，看结果分布和与现行版的差别。"),
    ("影子运行", "草稿在现行版旁边一起判定，只记下相同与不同，不影响办理。"),
    ("豁免", "某条规则在一段时间内不适用于某个纳税人；写明理由和到期日，由另一人复核。"),
)  # fmt: skip


def table_or_404(key: str) -> DecisionTable:
    found = DecisionTable.objects.filter(key=key).first()
    if found is None:
        raise Http404("没有这张决策表")
    return found


def may_see_drafts(user: Any) -> bool:
    return user.holds("rules.edit") or user.holds("rules.review")


def home_crumb() -> Crumb:
    return Crumb("规则中心", reverse("rules:tables"))


def table_crumbs(table: DecisionTable) -> tuple[Crumb, ...]:
    return home_crumb(), Crumb(table.name, reverse("rules:table", args=[table.key]))


def exporter(request: HttpRequest, what: str, verb: str = "decision_table.export") -> Any:
    def act(kind: str, rows: int) -> None:
        record(verb=verb, request=request, target_name=what, detail={"kind": kind, "rows": rows})

    return act


def _state(table: Any) -> Mark:
    if table.open_state == VersionState.IN_REVIEW:
        return Mark("新版待审核", "wait")
    if table.present_number is None:
        return Mark("尚未施行", "off")
    return Mark("施行，有草稿" if table.open_state else "施行", "on")


TABLES = ListScreen(
    columns=(
        Column("name", "名称", lambda t: t.name, sort=("name",), link=lambda t: reverse("rules:table", args=[t.key])),
        Column("purpose", "用途", lambda t: t.purpose),
        Column("key", "表代码", lambda t: t.key, "code", sort=("key",)),
        Column("version", "现行版本", lambda t: f"第 {t.present_number} 版" if t.present_number else "—"),
        Column("from", "施行日期", lambda t: t.present_from, "day", sort=("present_from",)),
        Column("hits", "近 30 天命中", lambda t: t.hit_total or 0, "count", sort=("hit_total",)),
        Column("state", "状态", _state, "mark"),
    ),
    filters=(
        Filter("q", "名称或表代码", lambda rows, v: rows.filter(name__contains=v) | rows.filter(key__contains=v)),
        Filter("waiting", "只看待审核", lambda rows, v: rows.filter(open_state=VersionState.IN_REVIEW), "flag"),
    ),
    empty=Empty("还没有决策表", "程序自带的决策表在启动时载入；也可以新建一张，由另一人审核发布。"),
    unit="张",
)


@requires("rules.view")
def tables(request: HttpRequest) -> HttpResponseBase:
    """All decision tables."""
    user, today = request.user, timezone.localdate()
    acts = []
    if user.holds("rules.suppress"):
        acts.append(Act("豁免", reverse("rules:suppressions"), "shield-off"))
    if user.holds("rules.edit"):
        acts.append(Act("新建决策表", reverse("rules:new"), "plus", primary=True))
    page = Page("规则中心", "决策表：条件、结果与依据，事项、流程和程序都按它判定。", acts=tuple(acts), help=HELP)
    rows = list_tables(today, today - timedelta(days=DAYS_SHOWN))
    if not may_see_drafts(user):
        rows = rows.filter(published__gt=0)
    return respond_with_list(request, page, TABLES, rows, record_export=exporter(request, "决策表清单"))


VERSIONS = ListScreen(
    columns=(
        Column(
            "number", "版本", lambda v: f"第 {v.number} 版", sort=("number",),
            link=lambda v: reverse("rules:version", args=[v.table.key, v.number]),
        ),
        Column("state", "状态", lambda v: Mark(v.get_state_display(), TONES[VersionState(v.state)]), "mark"),
        Column("from", "施行日期", lambda v: v.valid_from, "day", sort=("valid_from",)),
        Column("to", "停用日期", lambda v: v.valid_to, "day"),
        Column("note", "修改说明", lambda v: v.change_note),
        Column("author", "起草", lambda v: v.created_name),
        Column("reviewer", "审核", lambda v: v.reviewed_name or "—"),
        Column("reviewed", "审核时间", lambda v: v.reviewed_at, "minute"),
    ),
    empty=Empty("还没有版本", "起草并由另一人发布之后，版本列在这里。"),
    sort="-number",
    unit="版",
)  # fmt: skip


OF_NO_RULE = {0: "没有规则命中", -1: "豁免", -2: "输入被拒"}
HITS = ListScreen(
    columns=(
        Column("day", "日期", lambda h: h.day, "day", sort=("day",)),
        Column(
            "version", "版本", lambda h: f"第 {h.version.number} 版", sort=("version__number",),
            link=lambda h: reverse("rules:version", args=[h.version.table.key, h.version.number]),
        ),
        Column("rule", "规则", lambda h: OF_NO_RULE.get(h.rule, f"规则 {h.rule}"), sort=("rule",)),
        Column("count", "次数", lambda h: h.count, "count", sort=("count",)),
    ),
    filters=(
        Filter("since", "从哪天起", lambda rows, v: rows.filter(day__gte=v), "day"),
        Filter("none", "只看没有规则命中", lambda rows, v: rows.filter(rule=0), "flag"),
    ),
    empty=Empty("还没有判定", "事项、流程或程序按这张表判定后，每天每条规则的命中次数列在这里，约五秒更新一次。"),
    sort="-day",
    unit="行",
)  # fmt: skip


@requires("rules.view")
def table(request: HttpRequest, key: str) -> HttpResponseBase:
    """One table: the version in force as a grid with its hits; all versions; history."""
    found, user, today = table_or_404(key), request.user, timezone.localdate()
    present = find_version_on(found, today)
    visible: QuerySet[TableVersion] = found.versions.select_related("table")
    if not may_see_drafts(user):
        visible = visible.filter(state__in=PUBLISHED)
        if not visible.exists():
            raise Http404("没有这张决策表")
    counts = counts_by_rule(present, today - timedelta(days=DAYS_SHOWN)) if present else {}
    head = DetailHead(
        facts=_facts(found, present, counts),
        tabs=(Tab("table", "决策表"), Tab("versions", "版本", visible.count()), Tab("hits", "命中统计")),
        mark=Mark("施行", "on") if present else Mark("尚未施行", "off"),
    )
    page = Page(found.name, found.purpose, (home_crumb(),), _acts(found, present, user), HELP)
    shown = {"grid": grid_of(present, counts)} if present else {}
    context: dict[str, Any] = {"version": present, "coming": _coming(found, today), **shown}
    if request.GET.get("tab", "table") == "table":
        context["body"] = "rules/in_force.html"
    return respond_with_detail(
        request, page, head, {"versions": (VERSIONS, lambda: visible), "hits": (HITS, lambda: hits_of(found))},
        record_export=exporter(request, f"{found.name}的版本"), context=context,
        history=lambda: (DecisionTable.objects.filter(pk=found.pk), visible),
    )  # fmt: skip


def _coming(found: DecisionTable, today: Any) -> list[TableVersion]:
    return list(found.versions.filter(state=VersionState.PUBLISHED, valid_from__gt=today).order_by("valid_from"))


def _facts(found: DecisionTable, present: TableVersion | None, counts: dict[int, int]) -> tuple[Fact, ...]:
    return (
        Fact("表代码", found.key),
        Fact("现行版本", f"第 {present.number} 版" if present else "—"),
        Fact("施行日期", present.valid_from if present else None, kind="day"),
        Fact("近 30 天判定命中", sum(n for rule, n in counts.items() if rule > 0), kind="count"),
        Fact("无规则命中", counts.get(0, 0), kind="count"),
        Fact("豁免", counts.get(-1, 0), kind="count"),
        Fact("输入被拒", counts.get(-2, 0), kind="count"),
        Fact("来源", "随程序提供" if found.is_shipped else "本地建立"),
    )


def _acts(found: DecisionTable, present: TableVersion | None, user: Any) -> tuple[Act, ...]:
    acts = []
    if present:
        acts.append(Act("试一试", reverse("rules:try", args=[found.key]), "player-play"))
    if present and user.holds("rules.trace"):
        acts.append(Act("决策留痕", reverse("rules:traces", args=[found.key]), "list-search"))
    if present and user.holds("rules.suppress"):
        acts.append(Act("提出豁免", reverse("rules:suppress", args=[found.key]), "shield-off"))
    open_one = found.versions.filter(state__in=(VersionState.DRAFT, VersionState.IN_REVIEW)).first()
    if open_one and may_see_drafts(user):
        title = "查看草稿" if open_one.state == VersionState.DRAFT else "查看待审核版本"
        acts.append(Act(title, reverse("rules:version", args=[found.key, open_one.number]), "pencil", primary=True))
    elif user.holds("rules.edit"):
        acts.append(Act("起草新版本", reverse("rules:draft", args=[found.key]), "copy", primary=True))
    return tuple(acts)
