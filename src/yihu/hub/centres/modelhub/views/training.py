"""Asking for a training, watching it, stopping it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from yihu.hub.base.access import requires
from yihu.hub.centres.modelhub import compute
from yihu.hub.centres.modelhub.forms import TrainForm
from yihu.hub.centres.modelhub.models import TrainingRun
from yihu.hub.centres.modelhub.selectors.versions import find_unfinished
from yihu.hub.centres.modelhub.services.training import CAPACITY, ask_training, stop_training
from yihu.hub.centres.modelhub.views.pages import HELP, home_crumb
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_act, respond_with_form
from yihu.hub.screens.pages import Page

QUARTERS = 4


@requires("models.train")
def train(request: HttpRequest) -> HttpResponse:
    """Ask for a training."""
    days = compute.kept_days()
    page = Page("训练", "从历史快照和其后的检查结果学一个新模型；得到的是草稿。", (home_crumb(),), help=HELP)

    def act(data: dict[str, Any]) -> Receipt:
        run = ask_training(**data, actor=request.user, now=timezone.now(), request=request)
        return Receipt("训练已排队，由后台进行；可以离开此页，完成后有消息。", reverse("modelhub:run", args=[run.pk]))

    initial = {"capacity": CAPACITY, "quarters": 0 if days else QUARTERS}
    screen = FormScreen(
        "开始训练", reverse("modelhub:models"), groups=(("", ("reason", "capacity", "quarters")),),
        outcome=("先查泄漏：样本里若有把答案写在明处的指标，拒绝训练并指明是哪一项。",
                 "得到的模型是草稿，不参与评分；送审并由另一人同意之后才进影子。",
                 "训练会占用后台一到数分钟，其间可以停止。"),
    )  # fmt: skip
    context = {"days": days, "unfinished": find_unfinished()}
    form = filled(request, TrainForm, initial=initial)
    return respond_with_form(request, page, screen, form, act, template="modelhub/train.html", context=context)


@requires("models.view")
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One training: progress while it runs, then what became of it."""
    found = get_object_or_404(TrainingRun.objects.select_related("version"), pk=pk)
    page = Page(f"训练 {found.pk}", found.reason, (home_crumb(),), help=HELP)
    context = {"page": page, "run": found, "may_train": request.user.holds("models.train")}
    template = "modelhub/run_body.html" if request.headers.get("HX-Request") else "modelhub/run.html"
    return render(request, template, context)


@requires("models.train")
@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a training that is not over."""
    found = get_object_or_404(TrainingRun, pk=pk)
    here = reverse("modelhub:run", args=[pk])

    def act() -> Receipt:
        stop_training(run=found, actor=request.user, now=timezone.now(), request=request)
        return Receipt("已要求停止；正在进行的一步做完就停。", here)

    return respond_with_act(request, act, back=here)
