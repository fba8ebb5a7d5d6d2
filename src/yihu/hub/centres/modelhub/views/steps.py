"""Steps of a model: sent, agreed to, rejected, promoted, withdrawn, rolled back."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from yihu.hub.base.access import requires
from yihu.hub.centres.modelhub.forms import NoteForm, RollBackForm
from yihu.hub.centres.modelhub.models import ModelVersion
from yihu.hub.centres.modelhub.selectors.versions import find_champion, get_version
from yihu.hub.centres.modelhub.services import deciding, reviewing
from yihu.hub.centres.modelhub.services.telling import address_of
from yihu.hub.centres.modelhub.views.pages import HELP, home_crumb
from yihu.hub.screens.forms import FormScreen, Receipt, filled, respond_with_act, respond_with_form
from yihu.hub.screens.pages import Page


def _step(request: HttpRequest, model_id: str, act: Callable[[ModelVersion, str], str]) -> HttpResponse:
    found = get_version(model_id)
    form = NoteForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""

    def run() -> Receipt:
        return Receipt(act(found, note), address_of(found))

    return respond_with_act(request, run, back=address_of(found))


def _common(request: HttpRequest) -> dict[str, Any]:
    return {"actor": request.user, "now": timezone.now(), "request": request}


@requires("models.train")
@require_POST
def submit(request: HttpRequest, model_id: str) -> HttpResponse:
    """Send a draft for review."""

    def act(version: ModelVersion, note: str) -> str:
        reviewing.submit(version=version, note=note, **_common(request))
        return f"{version}已送审，待另一人审核。"

    return _step(request, model_id, act)


@requires("models.approve")
@require_POST
def approve(request: HttpRequest, model_id: str) -> HttpResponse:
    """Agree to what another trained and sent."""

    def act(version: ModelVersion, note: str) -> str:
        reviewing.approve(version=version, note=note, **_common(request))
        return f"{version}已进入影子：从下一次构建起与在用模型一起评分，只作比较。"

    return _step(request, model_id, act)


@requires("models.approve")
@require_POST
def reject(request: HttpRequest, model_id: str) -> HttpResponse:
    """Reject with a reason."""

    def act(version: ModelVersion, note: str) -> str:
        reviewing.reject(version=version, note=note, **_common(request))
        return f"{version}已驳回。"

    return _step(request, model_id, act)


@requires("models.approve")
@require_POST
def promote(request: HttpRequest, model_id: str) -> HttpResponse:
    """Put the shadow in force."""

    def act(version: ModelVersion, note: str) -> str:
        deciding.promote(version=version, reason=note, **_common(request))
        return f"{version}已启用：从下一次构建起按它排序。"

    return _step(request, model_id, act)


@requires("models.approve")
@require_POST
def withdraw(request: HttpRequest, model_id: str) -> HttpResponse:
    """Take the shadow out."""

    def act(version: ModelVersion, note: str) -> str:
        deciding.withdraw(version=version, reason=note, **_common(request))
        return f"{version}已撤下，不再评分。"

    return _step(request, model_id, act)


@requires("models.approve")
def roll_back(request: HttpRequest) -> HttpResponse:
    """Go back to the model before, with a reason."""
    champion, home = find_champion(), reverse("modelhub:models")
    earlier = deciding.find_earlier() if champion else None
    page = Page("回退", f"在用：{champion or '没有模型'}", (home_crumb(),), help=HELP)

    def act(data: dict[str, Any]) -> Receipt:
        restored = deciding.roll_back(reason=data["reason"], **_common(request))
        told = f"已退回{restored}" if restored else "已停用模型，清单只按规则排序"
        return Receipt(f"{told}；从下一次构建起生效。", home)

    follows = f"{earlier}重新启用。" if earlier else "没有更早的模型：清单只按公开的规则排序。"
    screen = FormScreen(
        "回退", home, danger=True,
        outcome=(
            f"{champion}退役。" if champion else "没有在用的模型，不能回退。", follows,
            "已发布的快照不变；从下一次构建起生效。",
        ),
    )  # fmt: skip
    return respond_with_form(request, page, screen, filled(request, RollBackForm), act)
