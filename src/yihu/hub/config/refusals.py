"""A refused page is shown as such, and the auditors can see who tried."""

from django.http import HttpRequest, HttpResponse

from yihu.hub.base.access import public
from yihu.hub.foundation.audit.api import record
from yihu.hub.screens import faults


@public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Record that a signed-in person reached beyond their post."""
    if request.user.is_authenticated:
        record(verb="page.refuse", request=request, target=f"page:{request.path}")
    return faults.forbidden(request, exception)
