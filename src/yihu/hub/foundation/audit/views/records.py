"""Searching the log, one record, and the auditors' section of the home page."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime

from yihu.hub.base.access import requires
from yihu.hub.foundation.audit.choices import field_title, value_title
from yihu.hub.foundation.audit.forms import RecordFilterForm
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.audit.selectors.log import checkpoint_of, inclusion_proofs, newest_head
from yihu.hub.foundation.audit.selectors.records import (
    RecordFilter,
    find_record,
    list_records,
    page_of,
    place_of,
    where_archived,
)
from yihu.kit.evidence.digests import DIGESTS
from yihu.kit.evidence.leaves import leaf_hashes
from yihu.kit.evidence.merkle import root_of_inclusion
from yihu.kit.evidence.receipts import short_code

PAGE_SIZE = 50
ON_HOME_PAGE = 12


@requires("audit.view")
def records(request: HttpRequest) -> HttpResponse:
    """The log, filtered; pages follow one another by the last record shown, so the thousandth is as quick."""
    form = RecordFilterForm(request.GET)
    found, more = page_of(list_records(form.wanted()), PAGE_SIZE, _after(request))
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        "form": form,
        "records": found,
        "more": _mark(found[-1]) if more else "",
        "paged": "after" in request.GET,
        "query": query.urlencode(),
    }
    return render(request, "audit/records.html", context)


@requires("audit.view")
def record(request: HttpRequest, number: int) -> HttpResponse:
    """One record: what changed, where it stands in the log, and the proof of it."""
    found = find_record(number)
    if found is None:
        archive = where_archived(number)
        if archive is None:
            raise Http404(f"没有 {number} 号记录")
        return render(request, "audit/archived.html", {"number": number, "archive": archive})
    context = {"record": found, "changes": _changes(found), "details": _flat(found.detail), **_proof(found)}
    return render(request, "audit/record.html", context)


@requires("audit.view")
def latest(request: HttpRequest) -> HttpResponse:
    """The newest acts, for the auditors' home page."""
    newest = list_records(RecordFilter())[:ON_HOME_PAGE]
    return render(request, "audit/panel.html", {"records": newest})


def _after(request: HttpRequest) -> tuple[datetime, int] | None:
    at, _, number = request.GET.get("after", "").partition("_")
    try:
        moment = parse_datetime(at)
    except ValueError:
        return None
    return (moment, int(number)) if moment and moment.tzinfo and number.isdecimal() else None


def _mark(last: AccessRecord) -> str:
    return f"{last.at.isoformat()}_{last.pk}"


def _changes(found: AccessRecord) -> list[dict[str, Any]]:
    names = list(dict.fromkeys([*found.before, *found.after]))
    return [
        {"name": field_title(n), "before": _shown(found.before.get(n)), "after": _shown(found.after.get(n))}
        for n in names
    ]


def _flat(value: dict[str, Any]) -> list[tuple[str, str]]:
    return [(field_title(name), _shown(part)) for name, part in value.items()]


def _shown(value: Any) -> str:
    if isinstance(value, dict) and set(value) == {"committed"}:
        return f"（个人信息，只留承诺值 {value['committed'][:16]}…）"
    return value_title(value)


def _proof(found: AccessRecord) -> dict[str, Any]:
    """The record's place, its leaf hash, and whether the path leads to the signed head."""
    position, head = place_of(found.pk), newest_head()
    leaf = found.leaf()
    hashes = leaf_hashes(leaf)
    context = {"position": position, "short_code": short_code(leaf), "hashes": {n: h.hex() for n, h in hashes.items()}}
    if position is None or head is None:
        return context
    signed = checkpoint_of(head)
    paths = inclusion_proofs(position, signed.size)
    return context | {
        "head": head,
        "size": signed.size,
        "path": [h.hex() for h in paths["sm3"]],
        "proven": _leads_there(hashes, paths, position, signed),
    }


def _leads_there(hashes: dict[str, bytes], paths: dict[str, list[bytes]], position: int, signed: Any) -> bool:
    return all(
        root_of_inclusion(hashes[n], position, signed.size, paths[n], digest) == getattr(signed, n)
        for n, digest in DIGESTS.items()
    )
