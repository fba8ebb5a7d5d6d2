"""Suggestions while one types: the options of a `PickField`'s list."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

SUGGESTED = 12


def typed(request: HttpRequest) -> str:
    """What the field holds; the field's own name is the parameter's."""
    return next((value.replace("\0", "").strip()[:80] for value in request.GET.values()), "")


def respond_with_suggestions(request: HttpRequest, found: Iterable[tuple[str, str]]) -> HttpResponse:
    """Pairs of what is put into the field (code and name) and what is said beside it."""
    return render(request, "screens/suggestions.html", {"found": list(found)})
