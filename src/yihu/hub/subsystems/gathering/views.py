"""Pages about the data itself."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from yihu.hub.base.access import requires
from yihu.hub.foundation.audit.api import record
from yihu.hub.subsystems.gathering import compute, services
from yihu.hub.subsystems.gathering.choices import Task
from yihu.hub.subsystems.gathering.forms import GatherForm
from yihu.hub.subsystems.gathering.selectors import find_unfinished, list_runs

RUNS, REJECTS = 10, 200


@requires("data.view")
def overview(request: HttpRequest) -> HttpResponse:
    """Batches, snapshots, and what runs."""
    context = {
        "batches": compute.list_batches(),
        "snapshots": compute.list_snapshots(),
        "inbox": compute.list_inbox(),
        **_runs(request),
    }
    return render(request, "gathering/overview.html", context)


@requires("data.view")
def panel(request: HttpRequest) -> HttpResponse:
    """The home page's section: the current snapshot and batches with rejected rows."""
    batches = compute.list_batches()
    context = {
        "batches": batches,
        "with_rejects": [batch for batch in batches if batch["rejected"]],
        "current": next((s for s in compute.list_snapshots() if s["current"]), None),
    }
    return render(request, "gathering/panel.html", context)


@requires("data.view")
def runs(request: HttpRequest) -> HttpResponse:
    """The runs alone, asked for again while one is unfinished."""
    return render(request, "gathering/runs.html", _runs(request))


@requires("data.view")
def batch(request: HttpRequest, batch_id: str) -> HttpResponse:
    """One batch: tables, files, flags."""
    found = compute.find_batch(batch_id)
    if found is None:
        raise Http404(f"没有批次 {batch_id}")
    may_see_rows = request.user.holds("data.rejects")
    return render(request, "gathering/batch.html", {"batch": found, "may_see_rows": may_see_rows})


@requires("data.rejects")
def rejects(request: HttpRequest, batch_id: str, table: str) -> HttpResponse:
    """Rejected rows of one table with reason and fix."""
    try:
        found = compute.list_rejects(batch_id, table, REJECTS)
        codes = compute.count_reject_codes(batch_id, table)
    except compute.UnknownBatchError as error:
        raise Http404(str(error)) from error
    record(verb="rejects.view", request=request, target=f"batch:{batch_id}", detail={"table": table})
    described = compute.find_batch(batch_id) or {"tables": []}
    context = {
        "batch": described,
        "table": next(t for t in described["tables"] if t["name"] == table),
        "rejects": found,
        "codes": codes,
        "limit": REJECTS,
    }
    return render(request, "gathering/rejects.html", context)


@requires("data.rejects")
def download_rejects(request: HttpRequest, batch_id: str, table: str) -> FileResponse:
    """The rejected rows as CSV, to be corrected and gathered again; recorded."""
    try:
        path = compute.rejects_file(batch_id, table)
    except compute.UnknownBatchError as error:
        raise Http404(str(error)) from error
    record(verb="rejects.export", request=request, target=f"batch:{batch_id}", detail={"table": table})
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"退回行-{batch_id}-{table}.csv")


@requires("data.view")
def snapshot(request: HttpRequest, snapshot_id: str) -> HttpResponse:
    """One snapshot's manifest with its checks."""
    found = next((s for s in compute.list_snapshots() if s["id"] == snapshot_id), None)
    if found is None:
        raise Http404(f"没有快照 {snapshot_id}，可能已按保留份数清理")
    return render(request, "gathering/snapshot.html", {"snapshot": found})


@requires("data.start")
@require_POST
def start_build(request: HttpRequest) -> HttpResponse:
    """Build a snapshot in the background."""
    return _start(request, Task.BUILD)


@requires("data.start")
@require_POST
def start_gather(request: HttpRequest) -> HttpResponse:
    """Gather an entry of the inbox in the background."""
    form = GatherForm(request.POST)
    if not form.is_valid():
        messages.error(request, "；".join(str(e) for errors in form.errors.values() for e in errors))
        return redirect("gathering:overview")
    return _start(request, Task.GATHER, **form.cleaned_data)


def _start(request: HttpRequest, task: Task, **what: str) -> HttpResponse:
    try:
        services.start_run(request=request, task=task, now=timezone.now(), **what)
    except services.UnableToStartError as error:
        messages.error(request, str(error))
    return redirect("gathering:overview")


def _runs(request: HttpRequest) -> dict[str, Any]:
    return {
        "runs": list_runs(RUNS),
        "unfinished": find_unfinished(),
        "may_start": request.user.holds("data.start"),
    }
