"""The case file: who, state, deadline, next act; form, materials, process, letters, events."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from yihu.hub.base.access import requires
from yihu.hub.centres.matters.catalogue.personal import unsealed
from yihu.hub.centres.matters.catalogue.reading import raw_of
from yihu.hub.centres.matters.catalogue.validation import needed_materials
from yihu.hub.centres.matters.forms.acts import act_panel
from yihu.hub.centres.matters.keys import unseal
from yihu.hub.centres.matters.models import Case
from yihu.hub.centres.matters.screens.cases import CASES, state_of
from yihu.hub.centres.matters.selectors.cases import Sight, find_case, in_case_scope, list_cases, sight_of
from yihu.hub.centres.matters.selectors.display import Reader
from yihu.hub.centres.matters.views.applying import materials_of
from yihu.hub.centres.matters.views.catalogue import CATALOGUE
from yihu.hub.centres.workflow import api as workflow
from yihu.hub.foundation.audit.api import record, record_access
from yihu.hub.foundation.documents.api import UnableToDeliverError, find_document, respond_with_document
from yihu.hub.screens.details import DetailHead
from yihu.hub.screens.lists import respond_with_list
from yihu.hub.screens.pages import Act, Crumb, Fact, Page, Tab

CASES_CRUMB = Crumb("办件", "/matters/cases/")
HELP = (
    ("期限", "按事项规定的工作日或日历日推算；退回补正等期间中止计时，期限顺延。"),
    ("办理记录", "谁在什么时候做了什么、写了什么意见，一经写入不能修改。"),
    ("回执", "提交已记入日志的证明，可以交给任何人核验。"),
    ("脱敏", "证件、电话等只对申请人本人显示全号。"),
)


@requires("matter.cases", reads="case")
def cases(request: HttpRequest) -> HttpResponseBase:
    """Cases of the offices within reach."""

    def exported(kind: str, count: int) -> None:
        record(verb="case.export", request=request, target="case:list", detail={"kind": kind, "rows": count})

    acts = (Act("办理统计", reverse("matters:statistics"), "chart-bar"),)
    page = Page("办件", "本机关及下级机关的全部办件。", (CATALOGUE,), acts, HELP)
    return respond_with_list(request, page, CASES, list_cases(request.user), record_export=exported)


def case_or_404(request: HttpRequest, number: str) -> tuple[Case, Sight]:
    """A case and how the reader sees it; what may not be seen is not there."""
    found = find_case(number)
    sight = sight_of(request.user, found) if found is not None else None
    if found is None or sight is None:
        raise Http404
    return found, sight


@requires("matter.apply", reads="case")
@in_case_scope
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The case file."""
    found, sight = case_or_404(request, number)
    record_access(request=request, target=f"case:{found.number}", target_name=found.title)
    return show_case(request, found, sight)


def show_case(request: HttpRequest, found: Case, sight: Sight, **more: Any) -> HttpResponse:
    """The page; `more` brings what an act that was refused had typed, and why."""
    bundle = found.version.bundle
    data = unsealed(bundle.form, found.form, unseal)
    counts = {"letters": found.letters.count(), "events": found.events.count()}
    head = DetailHead(_facts(found), _tabs(bundle.spec, counts), state_of(found))
    tab = next((t for t in head.tabs if t.key == request.GET.get("tab", head.tabs[0].key)), None)
    if tab is None:
        raise Http404
    context: dict[str, Any] = {
        "page": Page(found.title, "", (CATALOGUE, _way_back(request, found)), _acts(request, found), HELP),
        "case": found, "spec": bundle.spec, "head": head, "tab": tab, "body": f"matters/tab_{tab.key}.html",
        "panel": act_panel(request.user, found, data, place=request.GET.get("place", "")), "next": _next(found), **more,
    }  # fmt: skip
    context |= _part(found, sight, data, tab.key)
    return render(request, "matters/case.html", context, status=422 if more.get("trouble") else 200)


def _part(found: Case, sight: Sight, data: Any, key: str) -> dict[str, Any]:
    """What one tab shows."""
    bundle = found.version.bundle
    if key == "form":
        reader = Reader(bundle.form, clear=sight.clear, clearance=sight.clearance, nodes=sight.nodes,
                        on=found.submitted_at.date())  # fmt: skip
        return {"groups": reader.groups(data)}
    if key == "materials":
        return {"materials": materials_of(found, needed_materials(bundle.form, data, bundle.spec.materials))}
    if key == "process" and found.instance is not None:
        drawn = workflow.picture(found.instance)
        states = json.dumps(dict(drawn.states))
        return {"trail": workflow.trail(found.instance), "picture": drawn, "states": states}
    if key == "letters":
        return {"letters": found.letters.all()}
    return {"events": found.events.select_related("actor")} if key == "events" else {}


def _facts(found: Case) -> tuple[Fact, ...]:
    who = Fact("申请人", f"{found.applicant_name}（{found.office_name}）")
    if found.taxpayer_number:
        who = Fact("纳税人", f"{found.taxpayer_name}（{found.taxpayer_number}）")
    item = reverse("matters:item", args=[found.version.bundle.spec.family, found.version.bundle.spec.code])
    facts = [
        Fact("编号", found.number), Fact("事项", f"{found.version.name} {found.version.edition}", item), who,
        Fact("提交时间", found.submitted_at, kind="minute"),
    ]  # fmt: skip
    if found.is_done:
        facts += [Fact("办结时间", found.finished_at, kind="minute"), Fact("办理天数", f"{found.worked_days} 天")]
    elif found.paused_at:
        facts.append(Fact("中止计时", found.pause_reason))
    else:
        facts.append(Fact("期限", found.due_at, kind="day"))
    return tuple(facts)


def _tabs(spec: Any, counts: dict[str, int]) -> tuple[Tab, ...]:
    return (
        Tab("form", "表单"), Tab("materials", "材料"), Tab("process", "流程与记录"),
        Tab("letters", "文书", counts["letters"]), Tab("events", "事件", counts["events"]),
    )  # fmt: skip


def _next(found: Case) -> str:
    """Whose turn it is, in words."""
    if found.is_done or found.instance is None:
        return ""
    steps = found.instance.steps.filter(state="OPEN").prefetch_related("assignments__assignee")
    told = []
    for step in steps:
        names = [a.assignee.display_name for a in step.assignments.all() if a.state == "OPEN"]
        told.append(f"{step.name}：{'、'.join(names)}" if names else step.name)
    return "；".join(told)


def _way_back(request: HttpRequest, found: Case) -> Crumb:
    if found.applicant_id == request.user.pk:
        return Crumb("我的办件", "/matters/mine/")
    return CASES_CRUMB if request.user.holds("matter.cases") else Crumb("办件")


def _acts(request: HttpRequest, found: Case) -> tuple[Act, ...]:
    if found.applicant_id != request.user.pk:
        return ()
    acts = []
    if not found.is_done and found.instance_id:
        acts.append(Act("催办", reverse("workflow:urge", args=[found.instance_id]), "bell-ringing"))
    if found.record_number:
        acts.append(Act("回执", reverse("audit:receipt", args=[found.record_number]), "certificate"))
    return tuple(acts)


@requires("matter.apply", reads="case")
@in_case_scope
def material(request: HttpRequest, number: str, document: int) -> HttpResponseBase:
    """A file of the case."""
    found, _ = case_or_404(request, number)
    file = find_document(document, about=found.about)
    if file is None:
        raise Http404
    try:
        return respond_with_document(request, file)
    except UnableToDeliverError as error:
        page = Page("不能下载", str(error), (CASES_CRUMB, Crumb(found.number, reverse("matters:case", args=[number]))))
        return render(request, "matters/trouble.html", {"page": page}, status=409)


@requires("matter.apply", reads="case")
@in_case_scope
def letter(request: HttpRequest, number: str, letter: str) -> HttpResponse:
    """A letter as it was issued, to be read and printed."""
    found, _ = case_or_404(request, number)
    issued = found.letters.filter(number=letter).first()
    if issued is None:
        raise Http404
    record(
        verb="case.read-letter", request=request, target=f"case:{found.number}", target_name=found.title,
        detail={"letter": issued.number},
    )  # fmt: skip
    crumbs = (CATALOGUE, Crumb(found.number, reverse("matters:case", args=[number]) + "?tab=letters"))
    context = {"page": Page(issued.title, "", crumbs), "letter": issued, "case": found, "lines": _lines(issued.text)}
    return render(request, "matters/letter.html", context)


def _lines(text: str) -> list[tuple[str, str]]:
    """The kind and the text of every paragraph: title, right or plain."""
    kinds = {"# ": "title", "> ": "right"}
    lines = [line.strip() for line in text.splitlines()]
    return [(kinds.get(line[:2], "plain"), line[2:] if line[:2] in kinds else line) for line in lines if line]


def typed_fields(found: Case) -> dict[str, Any]:
    """The form as texts, for controls."""
    bundle = found.version.bundle
    return raw_of(bundle.form, unsealed(bundle.form, found.form, unseal))
