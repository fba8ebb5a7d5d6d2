"""What the pages of the designers share: the draft asked for, ways back, answers as JSON."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from yihu.hub.centres.matters.catalogue.problems import Problem
from yihu.hub.centres.matters.models import BundleDraft
from yihu.hub.centres.matters.selectors.designing.drafts import list_drafts
from yihu.hub.centres.matters.services.designing.refusals import UnableToDesignError
from yihu.hub.screens.forms import Receipt, respond_with_act
from yihu.hub.screens.pages import Crumb

MOST_BODY = 600 * 1024
DRAFTS = "matters:designs"


def get_draft(pk: int) -> BundleDraft:
    """:raises Http404: there is none"""
    return get_object_or_404(list_drafts(), pk=pk)


def at(name: str, draft: BundleDraft, *more: Any) -> str:
    """The address of a page of a draft."""
    return reverse(f"matters:{name}", args=[draft.pk, *more])


def crumbs(draft: BundleDraft | None = None) -> tuple[Crumb, ...]:
    way = (Crumb("事项设计", reverse(DRAFTS)),)
    return (*way, Crumb(draft.name, at("design", draft))) if draft else way


def may_edit(request: HttpRequest, draft: BundleDraft) -> bool:
    return draft.is_open and request.user.holds("matter.design")


def body_of(request: HttpRequest) -> dict[str, Any]:
    """
    The JSON object that was sent.

    :raises Http404: too large, or none
    """
    if len(request.body) > MOST_BODY:
        raise Http404
    try:
        found = json.loads(request.body or b"{}")
    except (ValueError, RecursionError) as error:
        raise Http404 from error
    if not isinstance(found, dict):
        raise Http404
    return found


def text_of(body: dict[str, Any], key: str = "text") -> str:
    value = body.get(key)
    return value if isinstance(value, str) else ""


def told(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Problems as the pages' scripts read them."""
    return [
        {
            "code": p.code, "file": p.file, "place": p.place, "message": p.message, "advice": p.advice,
            "blocks": p.blocks, "element": getattr(p, "element", ""),
        }
        for p in problems
    ]  # fmt: skip


def refused(error: UnableToDesignError, status: int = 422) -> JsonResponse:
    status = 409 if error.code == "MTR-W02" else status
    return JsonResponse({"message": str(error), "problems": told(error.problems)}, status=status)


def step(request: HttpRequest, draft: BundleDraft, act: Callable[[], str], *, back: str = "") -> HttpResponse:
    """One verb from a button: its receipt or its refusal stands on the draft's page."""
    here = back or at("design", draft)
    return respond_with_act(request, lambda: Receipt(act(), here), back=here)
