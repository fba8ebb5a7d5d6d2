"""Back-tests: asking for one, watching it, and the rows whose outcome changes."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from yihu.hub.base.access import requires
from yihu.hub.centres.rules import compute
from yihu.hub.centres.rules.choices import Population, RunState
from yihu.hub.centres.rules.forms import BackTestForm
from yihu.hub.centres.rules.models import BackTest
from yihu.hub.centres.rules.selectors.grids import table_of
from yihu.hub.centres.rules.services.backtesting import ask_back_test
from yihu.hub.centres.rules.views.tables import HELP, may_see_drafts, table_crumbs
from yihu.hub.centres.rules.views.versions import version_or_404
from yihu.hub.foundation.audit.api import record
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_form
from yihu.hub.screens.pages import Crumb, Page


@requires("rules.view")
def ask(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Ask for a back-test; for those who write or review."""
    found = version_or_404(request, key, number)
    table = table_of(found)
    if not may_see_drafts(request.user) or table is None:
        raise Http404("这个版本不能回测")
    here = reverse("rules:version", args=[key, number])
    crumbs = (*table_crumbs(found.table), Crumb(f"第 {number} 版", here))
    page = Page("回测", f"把{found}放到已发布快照上算一遍，与现行版比较。", crumbs, help=HELP)
    population = request.POST.get("population") or request.GET.get("population") or Population.HOUSEHOLDS
    if population not in Population.values:
        population = Population.HOUSEHOLDS
    kept = compute.find_current()
    if kept is None:
        return render(request, "rules/no_snapshot.html", {"page": page, "back": here})
    options = {"table": table, "columns": compute.columns_of(kept, population), "names": compute.names_of(population)}

    def act(data: dict[str, Any]) -> Receipt:
        run = ask_back_test(
            version=found, population=Population(population), columns=form.columns(),
            actor=request.user, now=timezone.now(), request=request,
        )  # fmt: skip
        return Receipt("回测已排队，稍候就有结果。", reverse("rules:back-test", args=[run.pk]))

    form = filled(request, BackTestForm, **options)
    screen = FormScreen(
        "开始回测", here, groups=(("每列取哪项数据", tuple(form.fields)),),
        outcome=(f"在快照 {kept.id} 的每一行上，用这一版和现行版各算一遍。", "不改变任何办理结果。",
                 "例子只列您管辖范围内的纳税人。"),
    )  # fmt: skip
    return respond_with_form(
        request,
        page,
        screen,
        form,
        act,
        template="rules/back_test_new.html",
        context={"population": population, "populations": Population.choices},
    )


@requires("rules.view")
def back_test(request: HttpRequest, pk: int) -> HttpResponse:
    """One back-test: progress while it runs, then counts and differences."""
    run = _run_or_404(request, pk)
    most = max((one["version"] for one in run.counts), default=0) or 1
    most = max([most, *(one["present"] or 0 for one in run.counts)])
    context: dict[str, Any] = {
        "page": Page("回测结果", str(run), (*table_crumbs(run.version.table), Crumb(
            f"第 {run.version.number} 版",
            reverse("rules:version", args=[run.version.table.key, run.version.number]),
        )), help=HELP),
        "run": run, "most": most, "going": run.state in (RunState.WAITING, RunState.RUNNING),
        "percent": round(run.done * 100 / run.total) if run.total else 0,
        "stale": run.digest != run.version.digest, "may_see_examples": request.user.holds("rules.trace"),
    }  # fmt: skip
    template = "rules/back_test_body.html" if request.headers.get("HX-Request") else "rules/back_test.html"
    return render(request, template, context)


def _run_or_404(request: HttpRequest, pk: int) -> BackTest:
    if not may_see_drafts(request.user):
        raise Http404("没有这次回测")
    return get_object_or_404(BackTest.objects.select_related("version__table", "present"), pk=pk)


@requires("rules.trace", reads="back-test-example")
def examples(request: HttpRequest, pk: int) -> HttpResponse:
    """Rows whose outcome changes, within the reader's scope; a fragment of the page."""
    run = _run_or_404(request, pk)
    rows = list(run.examples.all()[:200])
    record(
        verb="back-test-example.list",
        request=request,
        target=f"decision_table:{run.version.table.key}",
        target_name=str(run),
    )
    return render(request, "rules/examples.html", {"run": run, "rows": rows})
