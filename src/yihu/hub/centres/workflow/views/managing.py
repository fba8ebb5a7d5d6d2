"""What managers do: hold, end, give to another, try again, move to a new version."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yihu.hub.base.access import requires
from yihu.hub.base.errors import UnableTo
from yihu.hub.centres.workflow.forms.managing import MigrateForm, ReasonForm, ReassignForm, TerminateForm
from yihu.hub.centres.workflow.models import Incident, Instance, ProcessVersion
from yihu.hub.centres.workflow.selectors.graphs import drawing_of
from yihu.hub.centres.workflow.selectors.instances import running_of
from yihu.hub.centres.workflow.services.managing import terminate
from yihu.hub.centres.workflow.services.migrating import Move, migrate, plan_migration
from yihu.hub.centres.workflow.services.reassigning import reassign, retry_incident
from yihu.hub.centres.workflow.services.suspending import resume, suspend
from yihu.hub.centres.workflow.views.door import managed, place_or_404, version_or_404, way
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_act, respond_with_form
from yihu.hub.screens.pages import Page

MOST_MOVED = 200
METHODS = ["GET", "HEAD", "POST"]


@requires("workflow.manage")
@require_http_methods(METHODS)
def suspend_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody can act until it is resumed."""
    outcome = ("挂起期间任何人都不能办理，定时和期限也停住。", "恢复后各项期限按挂起的时长顺延。")
    return _on_instance(request, pk, "挂起", suspend, ReasonForm, outcome)


@requires("workflow.manage")
@require_http_methods(METHODS)
def resume_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on."""
    return _on_instance(request, pk, "恢复", resume, ReasonForm, ("流程从原处继续，期限按挂起的时长顺延。",))


@requires("workflow.manage")
@require_http_methods(METHODS)
def terminate_one(request: HttpRequest, pk: int) -> HttpResponse:
    """End it for good."""
    outcome = ("流程就此结束，所有人的待办一并收回，不能恢复。", "发起人会收到结果消息。")
    return _on_instance(request, pk, "终止", terminate, TerminateForm, outcome, danger=True)


def _on_instance(
    request: HttpRequest, pk: int, title: str, verb: Callable[..., Instance], form: type[ReasonForm],
    outcome: tuple[str, ...], *, danger: bool = False,
) -> HttpResponse:  # fmt: skip
    found = managed(request, pk)
    back = reverse("workflow:instance", args=[pk])

    def done(values: dict[str, Any]) -> Receipt:
        verb(instance=found, actor=request.user, now=timezone.now(), opinion=values["reason"])
        return Receipt(f"已{title}：{found.subject_number}", back)

    screen = FormScreen(title, back, outcome=outcome, danger=danger)
    page = Page(title, str(found), crumbs=(way("流程实例", "instances"), way(found.subject_title, "instance", pk)))
    return respond_with_form(request, page, screen, filled(request, form), done)


@requires("workflow.manage")
@require_http_methods(METHODS)
def reassign_place(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a place to somebody else."""
    place = place_or_404(pk)
    found = managed(request, place.step.instance_id)
    back = reverse("workflow:instance", args=[found.root_id or found.pk]) + "?tab=places"

    def done(values: dict[str, Any]) -> Receipt:
        reassign(
            assignment=place, receiver=values["receiver"], actor=request.user, now=timezone.now(),
            opinion=values["reason"],
        )  # fmt: skip
        return Receipt(f"已改派给 {values['receiver'].display_name}", back)

    outcome = (f"“{place.step.name}”由对方代替 {place.assignee.display_name} 办理，待办随即转移。",)
    page = Page("改派", str(found), crumbs=(way(found.subject_title, "instance", found.pk),))
    return respond_with_form(
        request, page, FormScreen("改派", back, outcome=outcome), filled(request, ReassignForm), done
    )


@requires("workflow.manage")
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try once more what stands still."""
    incident = Incident.objects.filter(pk=pk).first()
    if incident is None:
        raise Http404
    found = managed(request, incident.instance_id)
    back = reverse("workflow:instance", args=[found.root_id or found.pk])

    def done() -> Receipt:
        retry_incident(incident=incident, actor=request.user, now=timezone.now())
        still = Incident.objects.filter(token=incident.token_id, resolved_at=None).exists()
        return Receipt("已重试，仍未成功，原因见下" if still else "已重试，流程继续", back)

    return respond_with_act(request, done, back=back)


@requires("workflow.manage")
@require_safe
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: its drawing, its roles, and where its instances could move."""
    found = version_or_404(pk)
    others = ProcessVersion.objects.filter(key=found.key).exclude(pk=pk).defer("xml").order_by("-number")
    page = Page(str(found), f"代码 {found.key}　摘要 {found.digest[:16]}", crumbs=(
        way("流程实例", "instances"), way("流程版本", "versions"),
    ))  # fmt: skip
    context = {
        "page": page, "version": found, "others": others, "drawn": drawing_of(found).graph.has_picture,
        "running": running_of(request.user, found).count(),
    }  # fmt: skip
    return render(request, "workflow/version.html", context)


@requires("workflow.manage")
@require_http_methods(METHODS)
def migration(request: HttpRequest, pk: int, target: int) -> HttpResponseBase:
    """The dry run, and on confirmation each instance in a transaction of its own."""
    old, new = version_or_404(pk), version_or_404(target)
    if old.key != new.key or old.pk == new.pk:
        raise Http404
    moves = plan_migration(source=old, target=new, instances=running_of(request.user, old)[:MOST_MOVED])
    back = reverse("workflow:version", args=[pk])
    able = [m for m in moves if m.can_move]

    def done(_: dict[str, Any]) -> Receipt:
        return Receipt(_move(request, able, new), reverse("workflow:version", args=[target]))

    screen = FormScreen(f"迁移 {len(able)} 件", back, outcome=(
        f"{len(able)} 件从第 {old.number} 版迁移到第 {new.number} 版，办理人、期限和意见不变。",
        f"{len(moves) - len(able)} 件不能迁移，按原版本办完，原因见下。",
    ))  # fmt: skip
    page = Page("换版", f"{old.name}：第 {old.number} 版 → 第 {new.number} 版",
                crumbs=(way("流程版本", "versions"), way(str(old), "version", pk)))  # fmt: skip
    form = filled(request, MigrateForm)
    return respond_with_form(
        request, page, screen, form, done, template="workflow/migration.html", context={"moves": moves, "able": able}
    )


def _move(request: HttpRequest, able: list[Move], new: ProcessVersion) -> str:
    moved, refused = 0, []
    for move in able:
        try:
            migrate(instance=move.instance, target=new, actor=request.user, now=timezone.now())
        except UnableTo as error:
            refused.append(f"{move.instance.subject_number}：{error}")
        else:
            moved += 1
    return f"已迁移 {moved} 件" + (f"；{len(refused)} 件没有迁移：{'；'.join(refused[:5])}" if refused else "")
