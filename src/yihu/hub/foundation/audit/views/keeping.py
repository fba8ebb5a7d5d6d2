"""Taking the log out for others, and archiving what is past its time."""

import io
import tempfile
import zipfile
from datetime import datetime, time, timedelta
from pathlib import Path

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from yihu.hub.base.access import requires
from yihu.hub.foundation.audit.choices import family_title, verb_title
from yihu.hub.foundation.audit.forms import ArchiveForm, ExportForm
from yihu.hub.foundation.audit.models import Archive
from yihu.hub.foundation.audit.selectors.log import archive_directory
from yihu.hub.foundation.audit.selectors.records import known_verbs
from yihu.hub.foundation.audit.services import exporting, retention

ARCHIVES = 50


@requires("audit.keep")
@require_http_methods(["GET", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """Days asked for, answered by a packed directory that `yihu audit verify --from` verifies."""
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _packed(request, form)
        except exporting.UnableToExportError as error:
            form.add_error(None, str(error))
    return render(request, "audit/export.html", {"form": form})


def _packed(request: HttpRequest, form: ExportForm) -> HttpResponse:
    wanted = form.cleaned_data
    start, end = wanted["start"], wanted["end"] + timedelta(days=1)
    with tempfile.TemporaryDirectory() as folder:
        exporting.export_log(
            start=timezone.make_aware(datetime.combine(start, time.min)),
            end=timezone.make_aware(datetime.combine(end, time.min)),
            out=Path(folder),
            with_personal=wanted["with_personal"],
            purpose=wanted["purpose"],
            request=request,
        )
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(Path(folder).iterdir()):
                archive.write(path, path.name)
    response = HttpResponse(packed.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="log-{start:%Y%m%d}-{wanted["end"]:%Y%m%d}.zip"'
    return response


@requires("audit.keep")
def archives(request: HttpRequest) -> HttpResponse:
    """How long each kind of record is kept, what is due, and what was archived."""
    now = timezone.now()
    families = [
        {
            "name": name,
            "title": family_title(name),
            "years": years,
            "verbs": "、".join(verb_title(v) for v in known_verbs() if v.startswith(f"{name}."))[:120],
            "due": retention.due_records(name, now)[: retention.PART].count(),
        }
        for name, years in retention.families(known_verbs())
    ]
    context = {
        "families": families,
        "archives": Archive.objects.all()[:ARCHIVES],
        "most": retention.PART,
        "folder": archive_directory(),
    }
    return render(request, "audit/archives.html", context)


@requires("audit.keep")
@require_POST
def archive(request: HttpRequest) -> HttpResponse:
    """Seal the due records of one family."""
    form = ArchiveForm(request.POST)
    if form.is_valid():
        try:
            made = retention.archive_family(request=request, family=form.cleaned_data["family"], now=timezone.now())
        except retention.UnableToArchiveError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"已封存 {made.count} 条记录到 {made.file}")
    return redirect("audit:archives")
