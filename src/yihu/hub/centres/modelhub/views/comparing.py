"""Two versions side by side."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yihu.hub.base.access import requires
from yihu.hub.centres.modelhub.choices import ModelState
from yihu.hub.centres.modelhub.models import ModelVersion
from yihu.hub.centres.modelhub.selectors.comparing import (
    compare_fairness,
    compare_features,
    compare_heads,
    compare_measures,
    overall,
)
from yihu.hub.centres.modelhub.selectors.versions import list_versions
from yihu.hub.centres.modelhub.strips import build_curve
from yihu.hub.centres.modelhub.views.pages import HELP, home_crumb
from yihu.hub.screens.pages import Page


@requires("models.view")
def compare(request: HttpRequest) -> HttpResponse:
    """The left against the right; by default the one in force against the newest other."""
    found = list(list_versions())
    right = _chosen(found, request.GET.get("right")) or _newest_other(found, None)
    left = _chosen(found, request.GET.get("left")) or _in_force(found, right) or _newest_other(found, right)
    page = Page("两版对照", "同一办法各自量得的结果；两版用的检查结果不尽相同，看区间。", (home_crumb(),), help=HELP)
    context: dict[str, Any] = {"page": page, "versions": found, "left": left, "right": right}
    if left and right and left != right:
        one, other = left.card, right.card
        context |= {
            "measures": compare_measures(one, other), "heads": compare_heads(one, other),
            "features": compare_features(one, other), "fairness": compare_fairness(one, other),
            "curves": [(version, build_curve(overall(version.card)["measured"][0]["bins"]))
                       for version in (left, right) if overall(version.card)["measured"]],
        }  # fmt: skip
    return render(request, "modelhub/compare.html", context)


def _chosen(found: list[ModelVersion], model_id: str | None) -> ModelVersion | None:
    return next((one for one in found if one.model_id == model_id), None)


def _in_force(found: list[ModelVersion], other: ModelVersion | None) -> ModelVersion | None:
    return next((one for one in found if one.state == ModelState.IN_FORCE and one != other), None)


def _newest_other(found: list[ModelVersion], other: ModelVersion | None) -> ModelVersion | None:
    return next((one for one in found if one != other), None)
