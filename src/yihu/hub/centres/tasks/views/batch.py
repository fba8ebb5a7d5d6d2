"""Deciding what is ticked: look once more, say it once, see what became of each."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from yihu.hub.base.access import requires
from yihu.hub.centres.tasks.choices import Verdict
from yihu.hub.centres.tasks.forms.acts import BatchForm
from yihu.hub.centres.tasks.models import Todo
from yihu.hub.centres.tasks.services.deciding import MOST, decidable_sources, decide_many
from yihu.hub.centres.tasks.views.door import mine_of, ticked, way
from yihu.hub.screens.forms import FormScreen, grouped
from yihu.hub.screens.pages import Page

HELP = (
    ("低风险事项", "由流程定义标明，外部系统的须由安全管理员列入其低风险清单。其余事项请打开后逐件办理。"),
    ("逐件办理", "每件单独提交、单独留痕：有一件没有办成，不影响其他。"),
)


@requires("tasks.self")
@require_POST
def batch(request: HttpRequest) -> HttpResponse:
    """The ticked rows with the form; with an opinion in it, the outcome of each."""
    back = f"{reverse('tasks:todos')}?{request.GET.urlencode()}".rstrip("?")
    keys = ticked(request)
    if not 0 < len(keys) <= MOST:
        messages.error(request, f"一次最多办理 {MOST} 件，请分次办理" if keys else "还没有勾选，请先勾选要办理的事项")
        return redirect(back)
    form = BatchForm(request.POST if "verdict" in request.POST else None)
    if form.is_valid():
        return _outcome(request, keys, form.cleaned_data, back)
    fit, unfit = _sorted(list(mine_of(request).pending().filter(pk__in=keys)))
    screen = FormScreen(submit=f"提交 {len(fit)} 件", back=back)
    shown = {
        "page": Page("批量办理", crumbs=(way("待办", "todos"),), help=HELP), "form": form, "screen": screen, "fit": fit,
        "unfit": unfit, "groups": grouped(screen, form), "gone": len(keys) - len(fit) - len(unfit),
    }  # fmt: skip
    return render(request, "tasks/batch.html", shown, status=422 if form.is_bound else 200)


def _sorted(rows: list[Todo]) -> tuple[list[Todo], list[tuple[Todo, str]]]:
    """What can be decided here, and what cannot with the reason."""
    able = set(decidable_sources())
    fit, unfit = [], []
    for todo in rows:
        if not todo.low_risk:
            unfit.append((todo, "不属于低风险事项，请打开后逐件办理"))
        elif todo.source.code not in able:
            unfit.append((todo, f"“{todo.source.name}”的事项须打开办理"))
        else:
            fit.append(todo)
    return fit, unfit


def _outcome(request: HttpRequest, keys: list[int], said: dict[str, Any], back: str) -> HttpResponse:
    outcomes = decide_many(
        todo_ids=keys, actor=request.user, verdict=Verdict(said["verdict"]), opinion=said["opinion"],
        now=timezone.now(),
    )  # fmt: skip
    refused = [one for one in outcomes if one.refusal]
    done = len(outcomes) - len(refused)
    receipt = f"已办理 {done} 件（{Verdict(said['verdict']).label}）"
    if not refused:
        messages.success(request, receipt)
        return redirect(back)
    page = Page("批量办理结果", crumbs=(way("待办", "todos"),), help=HELP)
    shown = {
        "page": page,
        "receipt": f"{receipt}；{len(refused)} 件没有办成，原因见下。",
        "outcomes": outcomes,
        "back": back,
    }
    return render(request, "tasks/outcomes.html", shown, status=200 if done else 422)
