"""The auditors' page."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yihu.hub.base.access import requires
from yihu.hub.foundation.audit.forms import RecordFilterForm
from yihu.hub.foundation.audit.selectors.records import RecordFilter, list_records

PAGE_SIZE = 50
ON_HOME_PAGE = 12


@requires("audit.view")
def records(request: HttpRequest) -> HttpResponse:
    """The access record, filtered."""
    form = RecordFilterForm(request.GET)
    page = Paginator(list_records(form.wanted()), PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return render(request, "audit/records.html", {"form": form, "page": page, "query": query.urlencode()})


@requires("audit.view")
def latest(request: HttpRequest) -> HttpResponse:
    """The newest accesses, for the auditors' home page."""
    newest = list_records(RecordFilter())[:ON_HOME_PAGE]
    return render(request, "audit/panel.html", {"records": newest})
