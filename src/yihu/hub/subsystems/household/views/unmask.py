"""Personal numbers in the clear for half a minute: with a purpose, a permission, a limit an hour and a record."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from yihu.hub.registers.snapshots.api import PURPOSES
from yihu.hub.registers.snapshots.forms import PurposeForm
from yihu.hub.registers.snapshots.gate.purpose import open_household
from yihu.hub.subsystems.household import services
from yihu.hub.subsystems.household.compute import describe_clear_person, describe_clear_row, find_source
from yihu.hub.subsystems.household.forms import read_place
from yihu.hub.subsystems.household.selectors import Desk
from yihu.hub.subsystems.household.views.door import at_desk, page

SECONDS = 30


@at_desk("person.unmask")
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, desk: Desk, natural_person_id: str) -> HttpResponse:
    """GET asks for the purpose, POST shows a person's numbers."""
    found = desk.get_person(natural_person_id)
    through = found["roles"][0]["household_id"]
    return _unmask(
        request, desk, through, f"person:{natural_person_id}", lambda: describe_clear_person(desk.snapshot, found)
    )


@at_desk("person.unmask")
@require_http_methods(["GET", "POST"])
def source_row(request: HttpRequest, desk: Desk, reference: str) -> HttpResponse:
    """GET asks for the purpose, POST shows the personal cells of one gathered row."""
    found = open_household(request, desk, reference)
    place = read_place(request.GET)
    told = desk.sees_open_cases_of(found["household_id"])
    target = f"source-row:{place.table} {place.source_file} {place.source_row}"
    return _unmask(
        request,
        desk,
        found["household_id"],
        target,
        lambda: describe_clear_row(place, find_source(desk.snapshot, found, place, open_cases=told)),
    )


def _unmask(
    request: HttpRequest, desk: Desk, household_id: str, target: str, read: Callable[[], list[dict[str, Any]]]
) -> HttpResponse:
    context: dict[str, Any] = {"purposes": PURPOSES, "seconds": SECONDS, "address": request.get_full_path()}
    if request.method == "GET":
        return page(request, "household/unmask.html", desk, context)
    form = PurposeForm(request.POST)
    if not form.is_valid():
        return page(
            request, "household/unmask.html", desk, {**context, "error": "请选择或写明查看事由（至少 4 个字）。"}
        )
    try:
        cells = services.unmask(
            request=request,
            household_id=household_id,
            target=target,
            purpose=form.purpose(),
            read=read,
            now=timezone.now(),
        )
    except services.UnableToUnmaskError as error:
        return page(request, "household/unmask.html", desk, {**context, "error": str(error)})
    return page(request, "household/unmask.html", desk, {**context, "cells": cells})
