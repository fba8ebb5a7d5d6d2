"""What the log shows to everybody: signed heads, proofs that they continue one another, keys. No record is shown."""

import base64

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from yihu.hub.base.access import public, unrecorded
from yihu.hub.foundation.audit.selectors.keys import rotations, verifier_in_force
from yihu.hub.foundation.audit.selectors.log import consistency_proofs, newest_head
from yihu.hub.foundation.audit.services.witnesses import UnableToTakeCosignatureError, take_cosignature

MOST_BYTES = 20_000
PLAIN = "text/plain; charset=utf-8"


@public
@require_GET
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest signed head; 404 before the first record."""
    head = newest_head()
    if head is None:
        return HttpResponse("no head yet\n", status=404, content_type=PLAIN)
    return HttpResponse(head.note, content_type=PLAIN)


@public
@require_GET
def consistency(request: HttpRequest) -> HttpResponse:
    """Proofs that the first `old` records of the first `new` are unchanged, in base64 by hash function."""
    try:
        old, new = int(request.GET["old"]), int(request.GET["new"])
        head = newest_head()
        if head is None or new > head.size:
            raise IndexError(new)
        proofs = consistency_proofs(old, new)
    except (KeyError, ValueError, IndexError):
        return HttpResponseBadRequest("old and new must be sizes of this log, old not above new\n", content_type=PLAIN)
    return JsonResponse({n: [base64.b64encode(h).decode() for h in p] for n, p in proofs.items()})


@public
@require_GET
def keys(request: HttpRequest) -> JsonResponse:
    """The public key in force, and the notes by which each key named the next."""
    verifier = verifier_in_force()
    return JsonResponse({"verifier": str(verifier) if verifier else None, "rotations": rotations()})


@public
@csrf_exempt
@require_POST
@unrecorded
def cosignature(request: HttpRequest) -> HttpResponse:
    """Take a head cosigned by a registered witness."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return HttpResponseBadRequest("too long\n", content_type=PLAIN)
    try:
        account = take_cosignature(content=request.body.decode("utf-8", "replace"))
    except UnableToTakeCosignatureError as error:
        return HttpResponseBadRequest(f"{error}\n", content_type=PLAIN)
    return JsonResponse({"witness": account.name, "size": account.size})
