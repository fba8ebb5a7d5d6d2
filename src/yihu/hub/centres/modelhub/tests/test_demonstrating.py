"""A demonstration's models: trained once, decided by two people, and what is refused is said."""

from datetime import date
from typing import Any

import pytest

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.modelhub import compute
from yihu.hub.centres.modelhub.choices import ModelState, RunState
from yihu.hub.centres.modelhub.models import ModelVersion, TrainingRun
from yihu.hub.centres.modelhub.services.demonstrating import SET_UP, SYNTHETIC, teach_demonstration
from yihu.hub.centres.modelhub.tests.test_training import Kept
from yihu.hub.centres.tasks.models import Todo
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.lens.home import Home
from yihu.lens.learning.tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def bare(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home with a published snapshot and no model; past days are put on the shelf at once."""
    monkeypatch.setenv("YIHU_HOME", str(tmp_path))
    monkeypatch.setattr(compute, "find_current", Kept)
    built: list[date] = []
    monkeypatch.setattr(compute, "build_past", lambda day, now: built.append(day))
    monkeypatch.setattr(compute, "kept_days", lambda: [day.isoformat() for day in built])
    return Home(tmp_path)


@pytest.fixture
def taught(bare: Home, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What each training was asked for; it truly learns from a made-up district."""
    asked: list[dict[str, Any]] = []

    def train(**told: Any) -> str:
        asked.append(told)
        return world.publish(bare, len(asked), capacity=told["capacity"]).model_id

    monkeypatch.setattr(compute, "train", train)
    return asked


def test_three_models_by_two_people(bare: Home, taught: Any, steward: Any, approver: Any) -> None:
    assert teach_demonstration(steward=steward, approver=approver, say=lambda text: None)
    first, second, third = ModelVersion.objects.order_by("edition")
    assert (first.state, second.state, third.state) == (ModelState.IN_FORCE, ModelState.SHADOW, ModelState.IN_REVIEW)
    assert compute.in_force() == (first.model_id, second.model_id)
    assert taught[0]["until"] == date(2025, 12, 31)
    for version in (first, second):
        assert (version.submitted_by, version.reviewed_by) == (steward.pk, approver.pk)
        counts = version.card["label_counts"]
        assert f"只有 {counts['inspected']} 件检查（查实 {counts['confirmed']} 件）" in version.review_note
    assert first.decided_by == approver.pk
    assert (third.submitted_by, third.reviewed_by, third.card["capacity"]) == (steward.pk, None, 50)
    with as_system("测试"):
        assert Todo.objects.get(state="PENDING").title.startswith(str(third))
    assert all(v.why.startswith(SET_UP) and SYNTHETIC in v.why for v in (first, second, third))
    assert [run.state for run in TrainingRun.objects.all()] == [RunState.DONE] * 2
    acts = AccessRecord.objects.filter(target=f"model:{first.model_id}").values_list("verb", "actor_username")
    assert {("model.approve", approver.get_username()), ("model.promote", approver.get_username())} <= set(acts)


def test_nothing_is_done_twice(bare: Home, taught: Any, steward: Any, approver: Any) -> None:
    assert teach_demonstration(steward=steward, approver=approver, say=lambda text: None)
    assert not teach_demonstration(steward=steward, approver=approver, say=lambda text: None)
    assert (ModelVersion.objects.count(), len(taught)) == (3, 3)


def test_models_of_the_house_are_left_alone(drafts: Any, monkeypatch: Any, steward: Any, approver: Any) -> None:
    monkeypatch.setattr(compute, "find_current", Kept)
    assert not teach_demonstration(steward=steward, approver=approver, say=lambda text: None)
    assert {version.state for version in ModelVersion.objects.all()} == {ModelState.DRAFT}


def test_too_few_inspections_are_said_and_nothing_is_in_force(
    bare: Home, monkeypatch: pytest.MonkeyPatch, steward: Any, approver: Any
) -> None:
    def refuse(**_: Any) -> str:
        raise compute.ModelError("MODEL-004", "可用的检查结果太少")

    monkeypatch.setattr(compute, "train", refuse)
    said: list[str] = []
    assert not teach_demonstration(steward=steward, approver=approver, say=said.append)
    assert "MODEL-004" in said[-1]
    assert not ModelVersion.objects.exists()
    assert compute.in_force() == (None, None)
