"""The catalogue of matters, and one matter with its basis, versions and cases played."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from yihu.hub.base.access import requires
from yihu.hub.centres.matters.catalogue.families import families, family_of
from yihu.hub.centres.matters.catalogue.spec import By
from yihu.hub.centres.matters.choices import VersionState
from yihu.hub.centres.matters.models import Matter, MatterVersion
from yihu.hub.centres.matters.selectors.cases import drafts_of
from yihu.hub.centres.matters.selectors.differences import difference
from yihu.hub.centres.matters.selectors.versions import find_in_force, in_force, list_versions, waiting_versions
from yihu.hub.screens.pages import Act, Crumb, Empty, Page

CATALOGUE = Crumb("事项目录", "/matters/")
HELP = (
    ("事项", "一件可以申请办理的事：有依据、表单、流程、时限和结果。"),
    ("给工作人员、给纳税人", "前者为本人申请；后者由您代到场的纳税人申请，先选纳税人。"),
    ("找不到", "按名称或说明里的字查找。确实没有的，请联系维护事项的同事。"),
)
TABS = (("about", "说明"), ("process", "流程"), ("versions", "版本"), ("cases", "用例"))


def may_design(user: Any) -> bool:
    return bool(user.holds("matter.keep"))


@requires("matter.apply")
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every matter in force, by family."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:40]
    rows = in_force(timezone.localdate()).defer("played")
    found = [v for v in rows if _fits(v, text)]
    groups = [(f, [v for v in found if v.matter.family == f.code]) for f in families().values()]
    acts = [Act("我的办件", reverse("matters:mine"), "user-check")]
    if may_design(request.user):
        waiting = waiting_versions().count()
        title = f"待发布（{waiting}）" if waiting else "待发布"
        acts.append(Act(title, reverse("matters:waiting"), "git-pull-request"))
    context = {
        "page": Page("事项目录", f"共 {len(found)} 个事项，选一个开始申请。", acts=tuple(acts), help=HELP),
        "groups": [(f, [_card(request.user, v) for v in some]) for f, some in groups if some],
        "text": text, "drafts": list(drafts_of(request.user)[:5]),
        "empty": Empty("还没有事项", "事项随程序装入；也可以把本单位的事项包放进 YIHU_MATTERS 目录，再由另一人发布。"),
    }  # fmt: skip
    return render(request, "matters/catalogue.html", context)


def _fits(version: MatterVersion, text: str) -> bool:
    spec = version.bundle.spec
    return not text or text in spec.name or text in spec.summary or text in family_of(spec.family).name


def _card(user: Any, version: MatterVersion) -> dict[str, Any]:
    spec = version.bundle.spec
    unit = "个工作日" if spec.time_limit.unit == "working_days" else "日"
    return {
        "version": version, "spec": spec, "limit": f"{spec.time_limit.length} {unit}", "may": may_apply(user, spec),
        "url": reverse("matters:item", args=[spec.family, spec.code]),
    }  # fmt: skip


def may_apply(user: Any, spec: Any) -> bool:
    """Whether somebody's duties allow them to apply for a matter."""
    return bool(user.holds(spec.apply.permission) and (spec.apply.by == By.OFFICER or user.holds("matter.counter")))


def matter_or_404(request: HttpRequest, family: str, code: str) -> Matter:
    """A matter that was published once; one in draft only is there for its keepers alone."""
    found = get_object_or_404(Matter, key=f"{family}/{code}")
    if not may_design(request.user) and not found.versions.exclude(state=VersionState.DRAFT).exists():
        raise Http404
    return found


def shown_versions(request: HttpRequest, matter: Matter) -> list[MatterVersion]:
    """The versions a reader sees: drafts are for those who keep matters."""
    rows = list_versions(matter)
    return list(rows if may_design(request.user) else rows.exclude(state=VersionState.DRAFT))


@requires("matter.apply")
def item(request: HttpRequest, family: str, code: str) -> HttpResponse:
    """One matter: what it is, its process, its versions, its cases."""
    matter = matter_or_404(request, family, code)
    versions = shown_versions(request, matter)
    current = find_in_force(matter.key, timezone.localdate())
    shown = current or versions[0]
    tab = request.GET.get("tab", "about")
    if tab not in dict(TABS):
        raise Http404
    spec = shown.bundle.spec
    acts = []
    if current and may_apply(request.user, spec):
        acts.append(Act("申请办理", reverse("matters:start", args=[family, code]), "edit", primary=True))
    page = Page(spec.name, spec.summary, (CATALOGUE,), tuple(acts), HELP)
    return render(
        request, "matters/item.html", {"page": page, "tab": tab, "tabs": TABS, **_about(shown, current, versions)}
    )


def _about(shown: MatterVersion, current: MatterVersion | None, versions: list[MatterVersion]) -> dict[str, Any]:
    bundle = shown.bundle
    unit = "个工作日" if bundle.spec.time_limit.unit == "working_days" else "日"
    return {
        "matter": shown.matter, "version": shown, "current": current, "versions": versions, "bundle": bundle,
        "spec": bundle.spec, "family": family_of(bundle.spec.family),
        "limit": f"{bundle.spec.time_limit.length} {unit}",
        "by_counter": bundle.spec.apply.by == By.COUNTER, "steps": _steps(bundle), "plays": bundle.plays.items(),
        "played": {row["file"]: row for row in shown.played},
        "xml": bundle.files["process.bpmn"] if "BPMNDiagram" in bundle.files["process.bpmn"] else "",
    }  # fmt: skip


def _steps(bundle: Any) -> list[dict[str, str]]:
    """The user tasks with who acts there, for those who cannot see the drawing."""
    outline = bundle.outline
    return [{"name": outline.names[n], "lane": outline.lane_of.get(n, "")} for n in outline.steps]


@requires("matter.apply")
def version(request: HttpRequest, family: str, code: str, pk: int) -> HttpResponse:
    """One version: its files, its cases, and the next step of those who keep matters."""
    matter = matter_or_404(request, family, code)
    versions = shown_versions(request, matter)
    found = next((v for v in versions if v.pk == pk), None)
    if found is None:
        raise Http404
    user, is_draft = request.user, found.state == VersionState.DRAFT
    here = Crumb(matter.name, reverse("matters:item", args=[family, code]) + "?tab=versions")
    others = [v for v in versions if v.pk != found.pk]
    context = {
        "page": Page(f"{found.name} {found.edition}", f"{found.get_state_display()}", (CATALOGUE, here)),
        "version": found, "matter": matter, "files": found.bundle.files, "others": others,
        "played": found.played, "passed": bool(found.played) and all(row["passed"] for row in found.played),
        "may_play": is_draft and may_design(user), "may_publish": is_draft and user.holds("matter.publish"),
        "may_discard": is_draft and user.holds("matter.design"), "own": found.drafted_by_id == user.pk,
        "may_retire": found.is_published and user.holds("matter.publish"),
    }  # fmt: skip
    return render(request, "matters/version.html", context)


@requires("matter.apply")
def compare(request: HttpRequest, family: str, code: str) -> HttpResponse:
    """What lies between two versions."""
    matter = matter_or_404(request, family, code)
    versions = shown_versions(request, matter)
    left, right = (_chosen(versions, request.GET.get(side, "")) for side in ("left", "right"))
    right = right or versions[0]
    left = left or next((v for v in versions if v.pk != right.pk), right)
    here = Crumb(matter.name, reverse("matters:item", args=[family, code]) + "?tab=versions")
    context = {
        "page": Page("版本比较", f"{matter.name}：从左边的版本到右边的版本，改了什么。", (CATALOGUE, here)),
        "versions": versions, "left": left, "right": right, "result": difference(left.bundle, right.bundle),
    }  # fmt: skip
    return render(request, "matters/compare.html", context)


def _chosen(versions: list[MatterVersion], text: str) -> MatterVersion | None:
    return next((v for v in versions if str(v.pk) == text), None)
