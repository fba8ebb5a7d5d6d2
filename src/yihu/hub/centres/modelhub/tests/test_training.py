"""Trainings in the background: one at a time, with progress, stopped on request, and a draft at the end."""

from typing import Any

import pytest
from django.utils import timezone

from yihu.hub.base.errors import UnableTo
from yihu.hub.centres.modelhub import compute
from yihu.hub.centres.modelhub.choices import ENOUGH_NEW_OUTCOMES, ModelState, RunState
from yihu.hub.centres.modelhub.models import ModelVersion, TrainingRun
from yihu.hub.centres.modelhub.services import training
from yihu.hub.centres.modelhub.services.refusals import StoppedError
from yihu.hub.foundation.notices.models import Notice
from yihu.lens.home import Home
from yihu.lens.learning.leakage import Leak, LeakageError
from yihu.lens.learning.tests import world

pytestmark = pytest.mark.django_db


class Kept:
    """A published snapshot, as far as asking for a training looks at it."""

    id = "S000001-aaaaaaaa"
    manifest = {"as_of": "2026-02-14"}  # noqa: RUF012


@pytest.fixture(autouse=True)
def a_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute, "find_current", Kept)
    monkeypatch.setattr(compute, "kept_days", lambda: ["2025-12-31"])


def asked(actor: Any) -> TrainingRun:
    return training.ask_training(reason="首次训练", capacity=60, actor=actor, now=timezone.now())


def learned(home: Home) -> Any:
    """What training does, on the made-up district: it reports as it goes."""

    def train(*, progress: Any, **_: Any) -> str:
        progress("学习总评分", 0.4)
        return world.publish(home, 3).model_id

    return train


def test_a_training_brings_in_a_draft_and_tells_who_asked(
    home: Home, steward: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compute, "train", learned(home))
    run = asked(steward)
    with pytest.raises(UnableTo, match="MODEL-C01"):
        asked(steward)
    training.carry_out(run_id=run.pk, days=[])
    run.refresh_from_db()
    assert (run.state, run.stage, run.percent) == (RunState.DONE, "学习总评分", 100)
    assert (run.version.state, run.version.trained_by) == (ModelState.DRAFT, steward.pk)
    assert compute.in_force() == (None, None)
    assert Notice.objects.get(receiver=steward).title == f"训练完成：{run.version}"
    training.carry_out(run_id=run.pk, days=[])
    assert ModelVersion.objects.count() == 1


def test_a_leak_fails_the_training_by_name_and_leaves_nothing(
    home: Home, steward: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leaking(**_: Any) -> str:
        raise LeakageError([Leak("LEAK-001", ("Audit_Risk",), "“Audit_Risk”单独就能排出答案")])

    monkeypatch.setattr(compute, "train", leaking)
    run = asked(steward)
    training.carry_out(run_id=run.pk, days=[])
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert "LEAK-001" in run.message
    assert not ModelVersion.objects.exists()


def test_what_waits_is_stopped_at_once_and_what_runs_at_its_next_report(home: Home, steward: Any) -> None:
    run = asked(steward)
    training.stop_training(run=run, actor=steward, now=timezone.now())
    training.carry_out(run_id=run.pk, days=[])
    run.refresh_from_db()
    assert run.state == RunState.STOPPED
    with pytest.raises(UnableTo, match="MODEL-C03"):
        training.stop_training(run=run, actor=steward, now=timezone.now())
    second = asked(steward)
    TrainingRun.objects.filter(pk=second.pk).update(state=RunState.RUNNING)
    second.refresh_from_db()
    training.stop_training(run=second, actor=steward, now=timezone.now())
    with pytest.raises(StoppedError):
        training._Reporter(second)("学习", 0.5)


def test_a_stopped_training_leaves_no_model(home: Home, steward: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    run = asked(steward)

    def stopped(*, progress: Any, **_: Any) -> str:
        TrainingRun.objects.filter(pk=run.pk).update(wants_stop=True)
        progress("学习", 0.5)
        return "never"

    monkeypatch.setattr(compute, "train", stopped)
    training.carry_out(run_id=run.pk, days=[])
    run.refresh_from_db()
    assert (run.state, ModelVersion.objects.count()) == (RunState.STOPPED, 0)


def test_the_clock_trains_anew_once_enough_was_found_out(
    drafts: list[ModelVersion], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compute, "closed_since", lambda day: ENOUGH_NEW_OUTCOMES - 1)
    assert training.retrain_if_due(now=timezone.now()) is None
    monkeypatch.setattr(compute, "closed_since", lambda day: ENOUGH_NEW_OUTCOMES)
    run = training.retrain_if_due(now=timezone.now())
    assert run is not None
    assert run.is_scheduled
    assert training.retrain_if_due(now=timezone.now()) is None


def test_without_anything_to_learn_from_nothing_begins(home: Home, steward: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(compute, "kept_days", list)
    with pytest.raises(UnableTo, match="MODEL-C02"):
        asked(steward)
    monkeypatch.setattr(compute, "find_current", lambda: None)
    with pytest.raises(UnableTo, match="MODEL-C02"):
        asked(steward)


def test_quarter_ends_count_back_over_the_year() -> None:
    from datetime import date

    found = compute.quarter_ends(date(2026, 2, 14), 5)
    assert [day.isoformat() for day in found] == ["2024-12-31", "2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31"]
