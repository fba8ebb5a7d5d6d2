"""Suggestions for the pickers of a form: people, offices, codes, taxpayers."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from yihu.hub.base.access import requires
from yihu.hub.foundation.codes.api import lookup
from yihu.hub.foundation.org.api import Office, User
from yihu.hub.registers.taxpayers.api import list_taxpayers
from yihu.hub.screens.suggestions import SUGGESTED, respond_with_suggestions, typed


@requires("matter.apply")
def people(request: HttpRequest) -> HttpResponse:
    """Colleagues by the beginning of name or account."""
    text = typed(request)
    rows = User.objects.filter(Q(display_name__startswith=text) | Q(username__istartswith=text), is_active=True)
    found = rows.order_by("username")[:SUGGESTED] if text else ()
    return respond_with_suggestions(request, ((u.username, f"{u.display_name} {u.office.name}") for u in found))


@requires("matter.apply")
def offices(request: HttpRequest) -> HttpResponse:
    """Offices by the beginning of the code or any part of the name."""
    text = typed(request)
    rows = Office.objects.filter(Q(code__startswith=text) | Q(name__contains=text), valid_to=None)
    found = rows.order_by("code")[:SUGGESTED] if text else ()
    return respond_with_suggestions(request, ((o.code, o.name) for o in found))


@requires("matter.apply")
def codes(request: HttpRequest, table: str) -> HttpResponse:
    """Codes of a table as of today."""
    view, text = lookup(table, on=timezone.localdate()), typed(request)
    found = (view.search(text) if text else view.children())[:SUGGESTED] if view else ()
    return respond_with_suggestions(request, ((c.code, c.name) for c in found))


@requires("matter.counter", reads="registration")
def taxpayers(request: HttpRequest) -> HttpResponse:
    """Taxpayers within one's scope by number or name."""
    text = typed(request)
    found = list_taxpayers(text)[:SUGGESTED] if len(text) > 1 else ()
    return respond_with_suggestions(request, ((t.number, t.name) for t in found))
