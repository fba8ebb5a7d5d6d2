"""Trainings: asked for by a person or begun by the clock, carried out by the worker, stopped on request."""

import time
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.modelhub import compute
from yihu.hub.centres.modelhub.choices import ENOUGH_NEW_OUTCOMES, RunState
from yihu.hub.centres.modelhub.models import ModelVersion, TrainingRun
from yihu.hub.centres.modelhub.services.refusals import StoppedError, UnableToTrainError
from yihu.hub.centres.modelhub.services.registering import take_in
from yihu.hub.centres.modelhub.services.telling import tell_trained
from yihu.hub.foundation.audit.api import record

CARRY_OUT = "modelhub.train"
CLOCK = "按期重训"
CAPACITY = 100
REPORT_SECONDS = 0.5


def ask_training(
    *, reason: str, capacity: int, quarters: int = 0, actor: Any = None, now: datetime, request: Any = None
) -> TrainingRun:
    """
    Put a training before the worker; `actor` is None where the clock asks.

    :param capacity: households an office can look at from one list
    :param quarters: snapshots of so many past quarter ends to build first where they are missing
    :raises UnableToTrainError: MODEL-C01 one is unfinished, C02 nothing to learn from
    """
    kept = compute.find_current()
    if kept is None:
        raise UnableToTrainError("还没有已发布的快照：采集并构建之后才能训练（MODEL-C02）")
    if not quarters and not compute.kept_days():
        raise UnableToTrainError("没有历史快照，无从学习：请填写要补建几个季度末的快照（MODEL-C02）")
    days = compute.quarter_ends(date.fromisoformat(kept.manifest["as_of"]), quarters)
    try:
        with transaction.atomic():
            run = TrainingRun.objects.create(
                reason=reason.strip()[:500], capacity=capacity, is_scheduled=actor is None, asked_at=now,
                asked_by=getattr(actor, "pk", None), asked_name=getattr(actor, "display_name", CLOCK),
            )  # fmt: skip
            record(
                verb="training.start", request=request, actor=actor, username="" if actor else CLOCK,
                target=f"training:{run.pk}", target_name=str(run), purpose=run.reason,
                detail={"count": capacity, "reason": run.reason, "spans": [day.isoformat() for day in days]},
            )  # fmt: skip
            # By name: jobs stand above services.
            app.configure_task(CARRY_OUT, queue="data", lock="data").defer(
                run_id=run.pk, days=[day.isoformat() for day in days]
            )
    except IntegrityError as error:
        raise UnableToTrainError("已有一次训练在进行，请等它结束或先停止它（MODEL-C01）") from error
    return run


@transaction.atomic
def stop_training(*, run: TrainingRun, actor: Any, now: datetime, request: Any = None) -> None:
    """
    Ask an unfinished training to stop; one that waits ends at once, one under way at its next report.

    :raises UnableToTrainError: MODEL-C03, it is over
    """
    locked = TrainingRun.objects.select_for_update().get(pk=run.pk)
    if not locked.is_unfinished:
        raise UnableToTrainError(f"这次训练已是“{locked.get_state_display()}”，不用停止（MODEL-C03）")
    if locked.state == RunState.WAITING:
        locked.state, locked.ended_at, locked.message = RunState.STOPPED, now, f"由{actor.display_name}停止"
    locked.wants_stop = True
    locked.save()
    record(verb="training.stop", request=request, actor=actor, target=f"training:{locked.pk}", target_name=str(locked))


def carry_out(*, run_id: int, days: list[str]) -> None:
    """Train; run again after a kill it starts over. What comes out is a draft, never more."""
    with as_system("模型训练"):
        run = TrainingRun.objects.filter(pk=run_id).first()
        if run is None or not run.is_unfinished:
            return
        _put(run, state=RunState.RUNNING, done=0.0)
        try:
            model_id = compute.train(
                days=[date.fromisoformat(day) for day in days], now=timezone.now(), capacity=run.capacity,
                progress=_Reporter(run),
            )  # fmt: skip
            version = take_in(
                model_id=model_id, trained_by=run.asked_by, trained_name=run.asked_name, why=run.reason,
                now=timezone.now(),
            )  # fmt: skip
        except StoppedError:
            _end(run, RunState.STOPPED, "按要求停止，没有留下模型")
        except compute.REFUSALS as error:
            _end(run, RunState.FAILED, str(error))
        except Exception:
            _end(run, RunState.FAILED, "训练时出了意外，没有留下模型；请把训练编号告诉运维人员（MODEL-C02）")
            raise
        else:
            run.version = version
            _end(run, RunState.DONE, f"得到{version}（{model_id}），是草稿：送审并由另一人同意之后才参与评分")


def retrain_if_due(*, now: datetime) -> TrainingRun | None:
    """Begin a training when enough inspections were closed since the newest model and none is under way."""
    newest = ModelVersion.objects.order_by("-edition").first()
    if newest is None or TrainingRun.objects.filter(state__in=[RunState.WAITING, RunState.RUNNING]).exists():
        return None
    fresh = compute.closed_since(newest.card["label_until"])
    if fresh < ENOUGH_NEW_OUTCOMES:
        return None
    reason = f"{newest}之后又有 {fresh} 件检查结案，按期重训"
    try:
        return ask_training(reason=reason, capacity=newest.card["capacity"], now=now)
    except UnableToTrainError:
        return None


class _Reporter:
    """Writes progress into the run, at most twice a second, and stops when it should."""

    def __init__(self, run: TrainingRun) -> None:
        self.run = run
        self.written = 0.0

    def __call__(self, stage: str, done: float) -> None:
        now = time.monotonic()
        if now - self.written < REPORT_SECONDS:
            return
        self.written = now
        _put(self.run, stage=stage[:200], done=min(max(done, 0.0), 1.0))
        if TrainingRun.objects.filter(pk=self.run.pk, wants_stop=True).exists():
            raise StoppedError


@transaction.atomic
def _end(run: TrainingRun, state: RunState, message: str) -> None:
    done = {"done": 1.0} if state == RunState.DONE else {}
    _put(run, state=state, message=message[:2000], ended_at=timezone.now(), version=run.version, **done)
    record(
        verb="training.finish", username=run.asked_name, target=f"training:{run.pk}", target_name=str(run),
        before={"state": RunState.RUNNING}, after={"state": state, "message": message[:500]},
    )  # fmt: skip
    if state != RunState.STOPPED:
        tell_trained(run, now=timezone.now())


def _put(run: TrainingRun, **values: Any) -> None:
    for name, value in values.items():
        setattr(run, name, value)
    TrainingRun.objects.filter(pk=run.pk).update(**values)
