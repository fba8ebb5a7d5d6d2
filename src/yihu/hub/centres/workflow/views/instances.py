"""Instances: the managers' list, and the page of one for everybody who has a part in it."""

import json
from dataclasses import replace
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from yihu.hub.base.access import requires
from yihu.hub.centres.workflow.choices import LIVE, InstanceState
from yihu.hub.centres.workflow.forms.acts import HINTS, ActForm
from yihu.hub.centres.workflow.models import Incident, Instance
from yihu.hub.centres.workflow.screens import instances as lists
from yihu.hub.centres.workflow.selectors.instances import list_instances, list_places, list_versions, suggest_people
from yihu.hub.centres.workflow.selectors.lists import assignments_for
from yihu.hub.centres.workflow.selectors.pictures import picture
from yihu.hub.centres.workflow.selectors.standing import manages
from yihu.hub.centres.workflow.selectors.trails import trail
from yihu.hub.centres.workflow.views.door import in_sight, opened, recorder, way
from yihu.hub.screens.details import DetailHead, respond_with_detail
from yihu.hub.screens.lists import respond_with_list
from yihu.hub.screens.pages import Act, Fact, Mark, Page, Tab
from yihu.hub.screens.suggestions import respond_with_suggestions, typed

HELP = (
    ("办理", "只列流程允许的操作。退回时选择退回到哪个环节，以及办完后重新逐级办理还是直接返回。"),
    ("加签", "请更多人表态：在您之前、在您之后，或与您并行。未办理前可以减签。"),
    ("委派与转办", "委派是请对方先提意见，之后仍由您决定；转办后您不再参与。"),
    ("流程图", "蓝色为已走过，橙色为当前环节，虚线为退回过，红色为未同意或异常。"),
)
LIST_HELP = (
    ("范围", "您管辖范围内、标签不高于您知悉等级的流程实例。"),
    ("异常", "自动任务失败、条件无法判断或找不到办理人时，流程停在原处，可打开后重试或改派。"),
    ("换版", "流程有了新版本时，在“流程版本”里先试算再迁移在办实例；不迁移的按原版本办完。"),
)


@requires("workflow.manage", reads="process")
@require_safe
def instances(request: HttpRequest) -> HttpResponseBase:
    """Processes within the manager's reach."""
    acts = (Act("流程版本", reverse("workflow:versions"), "versions"),)
    page = Page("流程实例", "所辖范围内的流程：查看、挂起、终止、改派和处理异常。", acts=acts, help=LIST_HELP)
    return respond_with_list(
        request, page, lists.INSTANCES, list_instances(request.user), record_export=recorder(request, "流程实例")
    )


@requires("workflow.view")
@require_safe
@in_sight
def instance(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One instance: what may be done with it, its drawing, its trail, its people."""
    found = opened(request, pk)
    return show_instance(request, found)


@requires("workflow.view")
@require_safe
@in_sight
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The part that pages of other rooms take in: drawing, form and trail."""
    found = opened(request, pk)
    return render(request, "workflow/panel.html", panel_of(request, found))


def show_instance(
    request: HttpRequest, found: Instance, *, trouble: str = "", form: ActForm | None = None
) -> HttpResponseBase:
    """The page of an instance; `trouble` is why an act was refused, `form` as it was sent."""
    keeps = manages(request.user, found)
    crumbs = (way("流程实例", "instances"),) if keeps else ()
    page = Page(found.subject_title, crumbs=crumbs, acts=_acts(request, found, keeps), help=HELP)
    head = DetailHead(_facts(found), (Tab("handling", "办理"), Tab("places", "环节与办理人")), _mark(found))
    screen = lists.PLACES if keeps and found.is_live else replace(lists.PLACES, row_acts=())
    context = {"body": "workflow/panel.html", **panel_of(request, found, trouble=trouble, form=form)}
    if request.GET.get("tab") == "places":
        context = {}
    answer = respond_with_detail(
        request, page, head, {"places": (screen, lambda: list_places(found))}, context=context,
        record_export=recorder(request, f"环节与办理人 {found}"),
    )  # fmt: skip
    if trouble:
        answer.status_code = 422
    return answer


def panel_of(
    request: HttpRequest, found: Instance, *, trouble: str = "", form: ActForm | None = None
) -> dict[str, Any]:
    """Template context of `workflow/panel.html`."""
    drawn = picture(found)
    mine = assignments_for(found, request.user) if found.state == InstanceState.RUNNING else []
    own = next((a for a in mine if form is None or a.pk == form.assignment.pk), None)
    shown = form or (ActForm(assignment=own, actor=request.user) if own else None)
    return {
        "instance": found, "picture": drawn, "states": json.dumps(dict(drawn.states)), "trail": trail(found),
        "own": own, "others": len(mine) - 1, "trouble": trouble,
        "form": shown if own and shown and shown.fields["verb"].choices else None,
        "hints": [(verb.value, text) for verb, text in HINTS.items()],
        "incidents": Incident.objects.filter(Q(instance=found) | Q(instance__root=found), resolved_at=None),
        "manages": manages(request.user, found),
    }  # fmt: skip


@requires("workflow.act")
@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Colleagues that fit what is typed."""
    found = suggest_people(request.user, typed(request).split(" ")[0])
    return respond_with_suggestions(request, [(f"{u.username} {u.display_name}", u.office.name) for u in found])


@requires("workflow.manage")
@require_safe
def versions(request: HttpRequest) -> HttpResponseBase:
    """All versions of all processes, with how many instances run on each."""
    page = Page("流程版本", "每一版发布后不再改动；在办实例沿用发起时的版本，也可迁移到新版本。",
                crumbs=(way("流程实例", "instances"),), help=LIST_HELP)  # fmt: skip
    rows = list_versions().annotate(running=Count("instances", filter=Q(instances__state__in=LIVE)))
    return respond_with_list(request, page, lists.VERSIONS, rows, record_export=recorder(request, "流程版本"))


def _facts(found: Instance) -> tuple[Fact, ...]:
    return (
        Fact("编号", found.subject_number, found.subject_url),
        Fact("流程", f"{found.version.name} 第 {found.version.number} 版"),
        Fact("发起人", f"{found.initiator.display_name}（{found.initiator.office.name}）"),
        Fact("发起时间", found.started_at, kind="minute"),
        Fact("办结时间", found.ended_at or "办理中", kind="minute" if found.ended_at else "text"),
    )


def _mark(found: Instance) -> Mark:
    return Mark(found.get_state_display(), lists.TONES.get(InstanceState(found.state), "off"))


def _acts(request: HttpRequest, found: Instance, keeps: bool) -> tuple[Act, ...]:
    """What the initiator and the managers may do to the whole, now."""
    acts = []
    if found.state == InstanceState.RUNNING and (keeps or found.initiator_id == request.user.pk):
        acts.append(Act("催办", reverse("workflow:urge", args=[found.pk]), "bell-ringing"))
    acts.append(Act("抄送", reverse("workflow:copy", args=[found.pk]), "send"))
    if found.is_live and found.initiator_id == request.user.pk and found.caller_id is None:
        acts.append(Act("撤回", reverse("workflow:withdraw", args=[found.pk]), "arrow-back-up"))
    if keeps and found.is_live:
        suspended = found.state == InstanceState.SUSPENDED
        name, title, icon = ("resume", "恢复", "player-play") if suspended else ("suspend", "挂起", "player-pause")
        acts.append(Act(title, reverse(f"workflow:{name}", args=[found.pk]), icon))
        acts.append(Act("终止", reverse("workflow:terminate", args=[found.pk]), "ban"))
    return tuple(acts)
