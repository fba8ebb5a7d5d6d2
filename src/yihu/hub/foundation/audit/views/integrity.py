"""Is the log whole: heads, witnesses, and verification in the background."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from yihu.hub.base.access import requires
from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.audit.choices import FAULTS
from yihu.hub.foundation.audit.forms import WitnessForm
from yihu.hub.foundation.audit.models import SigningKey, VerificationRun, WitnessAccount
from yihu.hub.foundation.audit.selectors.keys import verifier_in_force
from yihu.hub.foundation.audit.selectors.log import checkpoint_of, newest_head
from yihu.hub.foundation.audit.selectors.state import log_state
from yihu.hub.foundation.audit.services import verifying, witnesses

RUNS = 8


@requires("audit.view")
def integrity(request: HttpRequest) -> HttpResponse:
    """The newest signed head, who witnessed what, and past verifications."""
    head = newest_head()
    context = {
        "state": log_state(),
        "head": head,
        "checkpoint": checkpoint_of(head) if head else None,
        "verifier": verifier_in_force(),
        "keys": SigningKey.objects.all(),
        "witnesses": WitnessAccount.objects.filter(removed_at=None),
        "address": f"{request.scheme}://{request.get_host()}",
        **_runs(request),
    }
    return render(request, "audit/integrity.html", context)


@requires("audit.view")
def runs(request: HttpRequest) -> HttpResponse:
    """The verifications alone, asked for again while one is unfinished."""
    return render(request, "audit/runs.html", _runs(request))


@requires("audit.keep")
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Verify the whole log in the background."""
    return _tried(request, lambda: verifying.start_verification(request=request, now=timezone.now()))


@requires("audit.keep")
@require_POST
def add_witness(request: HttpRequest) -> HttpResponse:
    """Register a witness."""
    form = WitnessForm(request.POST)
    if not form.is_valid():
        messages.error(request, "；".join(str(e) for errors in form.errors.values() for e in errors))
        return redirect("audit:integrity")
    return _tried(
        request, lambda: witnesses.add_witness(request=request, now=timezone.now(), **form.cleaned_data)
    )  # fmt: skip


@requires("audit.keep")
@require_POST
def remove_witness(request: HttpRequest, witness_id: int) -> HttpResponse:
    """Take a witness's cosignatures no more."""
    return _tried(
        request,
        lambda: witnesses.remove_witness(request=request, witness_id=witness_id, now=timezone.now()),
    )


def _tried(request: HttpRequest, act: Any) -> HttpResponse:
    try:
        act()
    except UnableTo as error:
        messages.error(request, str(error))
    return redirect("audit:integrity")


def _runs(request: HttpRequest) -> dict[str, Any]:
    found = list(VerificationRun.objects.all()[:RUNS])
    for run in found:
        run.faults = [{**f, "title": FAULTS.get(f["kind"], f["kind"])} for f in run.result.get("faults", [])[:20]]
        run.fault_count = len(run.result.get("faults", []))
    return {
        "runs": found,
        "unfinished": any(run.is_unfinished for run in found),
        "may_keep": request.user.holds("audit.keep"),
    }
