"""Acts of people: on their own place, and on the whole when they began it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from yihu.hub.base.access import requires
from yihu.hub.base.errors import UnableTo
from yihu.hub.centres.workflow.choices import InstanceState, Origin, Verb
from yihu.hub.centres.workflow.forms.acts import ActForm
from yihu.hub.centres.workflow.forms.whole import CopyForm, UrgeForm, WithdrawForm
from yihu.hub.centres.workflow.models import Instance
from yihu.hub.centres.workflow.selectors.standing import may_act, may_read
from yihu.hub.centres.workflow.services.acting import act as act_on
from yihu.hub.centres.workflow.services.managing import copy_to, urge, withdraw
from yihu.hub.centres.workflow.services.todos import address_of
from yihu.hub.centres.workflow.views.door import in_sight, place_or_404, seen, way
from yihu.hub.centres.workflow.views.instances import show_instance
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_form
from yihu.hub.screens.pages import Page


@requires("workflow.act")
@require_POST
@in_sight
def act(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One verb on one's own place: one service call, then back to where it is handled."""
    own = place_or_404(pk)
    instance = own.step.instance
    if not (may_act(request.user, own, instance) or may_read(request.user, instance)):
        raise Http404
    form = ActForm(request.POST, assignment=own, actor=request.user)
    if not form.is_valid():
        return show_instance(request, instance, trouble="请更正下面标出的内容，或刷新页面。", form=form)
    asked = form.cleaned_data
    try:
        done = act_on(
            assignment=own, verb=Verb(asked["verb"]), actor=request.user, now=timezone.now(), channel="WEB",
            opinion=asked["opinion"], people=form.people(), node_id=asked.get("node_id", ""),
            revision=asked["revision"], straight=asked.get("way") == "straight",
            place=Origin(asked.get("place") or Origin.BEFORE),
        )  # fmt: skip
    except UnableTo as error:
        return show_instance(request, instance, trouble=str(error), form=form)
    messages.success(request, _receipt(Verb(asked["verb"]), done))
    return redirect(address_of(done) if may_read(request.user, done) else "tasks:todos")


def _receipt(verb: Verb, done: Instance) -> str:
    if done.state == InstanceState.RUNNING:
        return f"已{verb.label}"
    return f"已{verb.label}，流程{done.get_state_display()}"


@requires("workflow.view")
@require_http_methods(["GET", "HEAD", "POST"])
@in_sight
def withdraw_whole(request: HttpRequest, pk: int) -> HttpResponse:
    """The initiator takes the whole back."""
    found = _own(request, pk)

    def done(values: dict[str, Any]) -> Receipt:
        withdraw(instance=found, actor=request.user, now=timezone.now(), opinion=values["opinion"], channel="WEB")
        return Receipt("已撤回，流程结束", address_of(found))

    screen = FormScreen("撤回", reverse("workflow:instance", args=[pk]), danger=True, outcome=(
        "流程就此结束，所有人的待办一并收回。", "已有的意见仍留在办理记录里；撤回后不能恢复，可重新发起。",
    ))  # fmt: skip
    return respond_with_form(request, _page("撤回", found), screen, filled(request, WithdrawForm), done)


@requires("workflow.view")
@require_http_methods(["GET", "HEAD", "POST"])
@in_sight
def urge_whole(request: HttpRequest, pk: int) -> HttpResponse:
    """Remind those whose turn it is."""
    found = seen(request, pk)

    def done(values: dict[str, Any]) -> Receipt:
        count = urge(instance=found, actor=request.user, now=timezone.now(), opinion=values["opinion"])
        return Receipt(f"已催办 {count} 人", reverse("workflow:instance", args=[pk]))

    screen = FormScreen(
        "催办", reverse("workflow:instance", args=[pk]), outcome=("当前办理人各收到一条催办消息；一小时内只能催一次。",)
    )
    return respond_with_form(request, _page("催办", found), screen, filled(request, UrgeForm), done)


@requires("workflow.view")
@require_http_methods(["GET", "HEAD", "POST"])
@in_sight
def copy_whole(request: HttpRequest, pk: int) -> HttpResponse:
    """Let others read along."""
    found = seen(request, pk)

    def done(values: dict[str, Any]) -> Receipt:
        people = [p for p in (values["person_1"], values["person_2"], values["person_3"]) if p]
        copy_to(
            instance=found, people=people, actor=request.user, now=timezone.now(), opinion=values["opinion"]
        )  # fmt: skip
        return Receipt(f"已抄送 {len(people)} 人", reverse("workflow:instance", args=[pk]))

    screen = FormScreen(
        "抄送", reverse("workflow:instance", args=[pk]), outcome=("收到的人可以查阅本流程，不能办理。",)
    )
    return respond_with_form(request, _page("抄送", found), screen, filled(request, CopyForm), done)


def _own(request: HttpRequest, pk: int) -> Instance:
    found = seen(request, pk)
    if found.initiator_id != request.user.pk:
        raise Http404
    return found


def _page(title: str, found: Instance) -> Page:
    return Page(title, f"{found.subject_number} {found.subject_title}",
                crumbs=(way(found.subject_title, "instance", found.pk),))  # fmt: skip
