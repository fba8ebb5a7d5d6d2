"""Pages about the data itself."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from yihu.hub.base.access import requires
from yihu.hub.foundation.audit.api import record
from yihu.hub.screens.exports import respond_with_file
from yihu.hub.subsystems.gathering import compute, services
from yihu.hub.subsystems.gathering.choices import Task
from yihu.hub.subsystems.gathering.forms import GatherForm, ResubmitForm
from yihu.hub.subsystems.gathering.selectors import find_unfinished, list_runs

RUNS, REJECTS, DUPLICATES = 10, 200, 500
KINDS = ("csv", "xlsx")


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


@requires("data.rejects", reads="rejects")
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
        "table": _table_of(described, table),
        "rejects": found,
        "codes": codes,
        "form": ResubmitForm(),
        "may_resubmit": request.user.holds("data.resubmit"),
        "unfinished": find_unfinished(),
    }
    return render(request, "gathering/rejects.html", context)


@requires("data.rejects", reads="rejects")
def download_rejects(request: HttpRequest, batch_id: str, table: str, kind: str) -> FileResponse:
    """The rejected rows as CSV or Excel, to be corrected and sent again; recorded."""
    if kind not in KINDS:
        raise Http404
    try:
        path = compute.rejects_file(batch_id, table, kind)
    except compute.UnknownBatchError as error:
        raise Http404(str(error)) from error
    record(verb="rejects.export", request=request, target=f"batch:{batch_id}", detail={"table": table, "kind": kind})
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"退回行-{batch_id}-{table}.{kind}")


@requires("data.resubmit")
@require_POST
def resubmit(request: HttpRequest, batch_id: str, table: str) -> HttpResponse:
    """Take a mended rejects file back; it is gathered in the background by the mapping of its batch."""
    form = ResubmitForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, "；".join(str(e) for errors in form.errors.values() for e in errors))
        return redirect("gathering:rejects", batch_id, table)
    file = form.cleaned_data["file"]
    try:
        services.resubmit_rejects(
            request=request, batch=batch_id, name=file.name, pieces=file.chunks(), now=timezone.now()
        )
    except services.UnableToStartError as error:
        messages.error(request, str(error))
        return redirect("gathering:rejects", batch_id, table)
    messages.success(request, f"已收下“{file.name}”，正在后台重新采集；结果在“后台运行”里")
    return redirect("gathering:overview")


@requires("data.rejects", reads="duplicates")
def duplicates(request: HttpRequest, batch_id: str, table: str) -> HttpResponse:
    """Which row of which file repeats which."""
    found, described = _find_duplicates(batch_id, table)
    record(verb="duplicates.view", request=request, target=f"batch:{batch_id}", detail={"table": table})
    titles, lines = compute.describe_duplicates(found, DUPLICATES)
    context = {"batch": described, "table": _table_of(described, table), "found": found, "titles": titles}
    return render(request, "gathering/duplicates.html", {**context, "lines": list(lines)})


@requires("data.rejects", reads="duplicates")
def export_duplicates(request: HttpRequest, batch_id: str, table: str, kind: str) -> HttpResponseBase:
    """All duplicate rows of one table as a file; recorded."""
    if kind not in KINDS:
        raise Http404
    found, described = _find_duplicates(batch_id, table)
    record(verb="duplicates.export", request=request, target=f"batch:{batch_id}", detail={"table": table, "kind": kind})
    name = f"重复行 {_table_of(described, table)['zh']} {batch_id}"
    return respond_with_file(kind, name, *compute.describe_duplicates(found))


def _find_duplicates(batch_id: str, table: str) -> tuple[Any, dict[str, Any]]:
    try:
        found = compute.find_duplicates(batch_id, table)
    except compute.UnknownBatchError as error:
        raise Http404(str(error)) from error
    return found, compute.find_batch(batch_id) or {"tables": []}


def _table_of(batch: dict[str, Any], name: str) -> dict[str, Any]:
    return next(table for table in batch["tables"] if table["name"] == name)


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
