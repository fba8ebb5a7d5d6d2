"""One search for firms, registrations and people."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from yihu.hub.subsystems.household.selectors import Desk
from yihu.hub.subsystems.household.views.door import at_desk, page
from yihu.kit.masks import has_personal_number, veil

SUGGESTED = 6
LISTED = 50


@at_desk("household.view", reads="search")
def search(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Results in groups; a whole number that names one household leads straight to it."""
    text = request.GET.get("q", "").strip()
    found = desk.search(text, LISTED)
    only = found["households"][0] if len(found["households"]) == 1 and not found["persons"] else None
    if only is not None and text in {only["household_id"], only["uscc"], only["primary_registration_id"]}:
        return redirect(reverse("household:household", args=[only["household_id"]]) + "?from=search")
    return page(request, "household/search.html", desk, {"text": veil(text), **_grouped(found)})


@at_desk("household.view", reads="search")
def suggest(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What the top bar offers while typing."""
    text = request.GET.get("q", "").strip()
    found = desk.search(text, SUGGESTED) if len(text) >= 2 else {"households": [], "persons": []}
    context = {"text": veil(text), "is_number": has_personal_number(text), **_grouped(found)}
    return page(request, "household/suggest.html", desk, context)


@at_desk("household.view", reads="person")
def person(request: HttpRequest, desk: Desk, natural_person_id: str) -> HttpResponse:
    """A natural person and the households behind which they stand."""
    context = {"person": desk.get_person(natural_person_id), "may_unmask": request.user.holds("person.unmask")}
    return page(request, "household/person.html", desk, context)


def _grouped(found: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Hits by number are registrations; hits by name and representative are firms."""
    hits = found["households"]
    return {
        "firms": [hit for hit in hits if hit["grade"] > 0],
        "numbers": [hit for hit in hits if hit["grade"] == 0],
        "persons": found["persons"],
    }
