"""One version with its findings, back-tests and steps; two versions beside each other."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from yihu.hub.base.access import requires
from yihu.hub.centres.rules.choices import VersionState
from yihu.hub.centres.rules.models import DecisionTable, TableVersion
from yihu.hub.centres.rules.selectors.grids import changed_rows, grid_of, same_columns
from yihu.hub.centres.rules.selectors.tables import PUBLISHED, counts_by_rule, shadow_counts
from yihu.hub.centres.rules.services.reviewing import took_part
from yihu.hub.centres.rules.views.tables import DAYS_SHOWN, HELP, may_see_drafts, table_crumbs, table_or_404
from yihu.hub.screens.pages import Act, Page
from yihu.kit.findings import Severity

FINDINGS_HELP = (
    ("须改正", "规则互相矛盾或不能运行，改正之前不能送审。"),
    ("须留意", "缺口、多余的规则、没有写依据等；送审前改正，或勾选“已核对”。"),
    ("缺口", "没有任何规则管到的输入组合。由区间和列举精确算出；算不准的会写明。"),
)


def version_or_404(request: HttpRequest, key: str, number: int) -> TableVersion:
    """The version, drafts only for those who write or review them."""
    found = TableVersion.objects.select_related("table").filter(table__key=key, number=number).first()
    if found is None or (found.state not in PUBLISHED and not may_see_drafts(request.user)):
        raise Http404("没有这个版本")
    return found


@requires("rules.view")
def version(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """One version: grid, findings, back-tests, and the next step."""
    found, user = version_or_404(request, key, number), request.user
    counts = None
    if found.state in PUBLISHED:
        counts = counts_by_rule(found, timezone.localdate() - timedelta(days=DAYS_SHOWN))
    same, other = shadow_counts(found)
    context: dict[str, Any] = {
        "page": Page(f"第 {found.number} 版", found.table.name, table_crumbs(found.table), _acts(found, user),
                     (*HELP, *FINDINGS_HELP)),
        "version": found, "table": found.table, "grid": grid_of(found, counts),
        "grave": [one for one in found.findings if one["severity"] == Severity.REJECT],
        "flags": [one for one in found.findings if one["severity"] == Severity.FLAG],
        "notes": [one for one in found.findings if one["severity"] == Severity.NOTE],
        "runs": list(found.back_tests.select_related("present")[:10]),
        "may_edit": user.holds("rules.edit") and found.state == VersionState.DRAFT,
        "may_shadow": user.holds("rules.edit") and found.is_open,
        "may_review": user.holds("rules.review") and found.state == VersionState.IN_REVIEW,
        "took_part": took_part(found, user), "same": same, "other": other,
        "differences": list(found.differences.all()[:20]) if user.holds("rules.trace") else [],
        "tone": {"DRAFT": "off", "IN_REVIEW": "wait", "PUBLISHED": "on", "RETIRED": "stop"}[found.state],
    }  # fmt: skip
    return render(request, "rules/version.html", context)


def _acts(found: TableVersion, user: Any) -> tuple[Act, ...]:
    where = [found.table.key, found.number]
    acts = [
        Act("试一试", reverse("rules:try", args=[found.table.key]) + f"?version={found.number}", "player-play"),
        Act("比较", reverse("rules:difference", args=[found.table.key]) + f"?right={found.number}", "git-compare"),
    ]
    if may_see_drafts(user) and found.state != VersionState.RETIRED:
        acts.append(Act("回测", reverse("rules:back-test-new", args=where), "history"))
    if user.holds("rules.review") and found.state == VersionState.PUBLISHED and not took_part(found, user):
        acts.append(Act("停用", reverse("rules:retire", args=where), "ban"))
    if user.holds("rules.edit") and found.state == VersionState.DRAFT:
        acts.append(Act("施行日期与说明", reverse("rules:terms", args=where), "calendar"))
        acts.append(Act("修改内容", reverse("rules:edit", args=where), "pencil", primary=True))
    return tuple(acts)


@requires("rules.view")
def difference(request: HttpRequest, key: str) -> HttpResponse:
    """What changed from one version to another, rule by rule."""
    table = table_or_404(key)
    found = _visible(request, table)
    right = _chosen(found, request.GET.get("right")) or (found[0] if found else None)
    earlier = [one for one in found if right is not None and one.number < right.number]
    left = _chosen(found, request.GET.get("left")) or (earlier[0] if earlier else right)
    page = Page("比较", f"{table.name}：两个版本之间，哪些规则增加、删去或改动。", table_crumbs(table), help=HELP)
    context: dict[str, Any] = {"page": page, "table": table, "versions": found, "left": left, "right": right}
    if left is not None and right is not None:
        old, new = grid_of(left), grid_of(right)
        laid = not old.problem and not new.problem and same_columns(old, new)
        rows = changed_rows(old, new) if laid else []
        context |= {
            "old": old, "new": new, "laid": laid, "rows": rows,
            "changes": sum(1 for row in rows if row.change),
        }  # fmt: skip
    return render(request, "rules/difference.html", context)


def _visible(request: HttpRequest, table: DecisionTable) -> list[TableVersion]:
    rows = table.versions.order_by("-number")
    found = list(rows if may_see_drafts(request.user) else rows.filter(state__in=PUBLISHED))
    if not found:
        raise Http404("没有这张决策表")
    return found


def _chosen(found: list[TableVersion], number: str | None) -> TableVersion | None:
    return next((one for one in found if str(one.number) == number), None)
