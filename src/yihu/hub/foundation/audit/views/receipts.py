"""Receipts of one's own acts, to print or to take away."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from yihu.hub.base.access import requires
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.audit.selectors.records import find_record
from yihu.hub.foundation.audit.services.receipts import UnableToGiveReceiptError, receipt_for
from yihu.kit.evidence.notes import Checkpoint, Note


@requires("account.self")
def receipt(request: HttpRequest, number: int) -> HttpResponse:
    """A page for the printer: what was recorded, where it stands, and the code to compare."""
    found = _own(request, number)
    try:
        made = receipt_for(found, now=timezone.now())
    except UnableToGiveReceiptError as error:
        return render(request, "audit/receipt.html", {"record": found, "trouble": str(error)}, status=503)
    head = Checkpoint.parse(Note.parse(made["checkpoint"]).text)
    context = {
        "record": found,
        "receipt": made,
        "size": head.size,
        "roots": {"SM3": head.sm3.hex(), "SHA-256": head.sha256.hex()},
        "own": found.actor_id == request.user.pk,
    }
    return render(request, "audit/receipt.html", context)


@requires("account.self")
def receipt_file(request: HttpRequest, number: int) -> HttpResponse:
    """The receipt as a file for `yihu audit verify-receipt`."""
    found = _own(request, number)
    try:
        made = receipt_for(found, now=timezone.now())
    except UnableToGiveReceiptError as error:
        return HttpResponse(f"{error}\n", status=503, content_type="text/plain; charset=utf-8")
    response = JsonResponse(made, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="receipt-{found.number}.json"'
    return response


def _own(request: HttpRequest, number: int) -> AccessRecord:
    """
    One's own record, or any for an auditor.

    :raises Http404: unknown, or somebody else's — the two are not told apart
    """
    found = find_record(number)
    if found is None or not (found.actor_id == request.user.pk or request.user.holds("audit.view")):
        raise Http404("没有这张回执，或它不是您的操作")
    return found
