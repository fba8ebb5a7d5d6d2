"""The verbs of the data page: start a run, and carry it out in the background."""

import time
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from procrastinate.contrib.django import app

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.audit.api import record
from yihu.hub.subsystems.gathering import compute
from yihu.hub.subsystems.gathering.choices import State, Task
from yihu.hub.subsystems.gathering.models import Run

CARRY_OUT = "gathering.carry_out"
REPORT_SECONDS = 0.5


class UnableToStartError(UnableTo):
    """Another run is unfinished."""


def start_run(
    *, request: HttpRequest, task: Task, source: str = "", mapping: str = "", batch: str = "", now: datetime
) -> Run:
    """
    Put a run before the worker.

    :raises UnableToStartError: one is waiting or running already
    """
    try:
        with transaction.atomic():
            run = Run.objects.create(
                task=task, source=source, mapping=mapping, batch=batch, started_by=request.user, started_at=now
            )
            record(
                verb=f"data.{task.lower()}",
                request=request,
                target=f"run:{run.pk}",
                target_name=run.get_task_display(),
                detail={"source": source, "mapping": mapping, "batch": batch},
            )
            # By name: jobs stand above services.
            app.configure_task(CARRY_OUT, queue="data", lock="data").defer(run_id=run.pk)
    except IntegrityError as error:
        raise UnableToStartError("已有一项采集或构建在进行，请等它结束") from error
    return run


def resubmit_rejects(*, request: HttpRequest, batch: str, name: str, pieces: Iterable[bytes], now: datetime) -> Run:
    """
    Keep a mended rejects file and put its gathering before the worker.

    :raises UnableToStartError: one run is waiting or running already
    """
    stored = compute.keep_upload(batch, name, pieces)
    return start_run(request=request, task=Task.RESUBMIT, source=stored, batch=batch, now=now)


def carry_out_run(*, run_id: int) -> None:
    """Do what the run says and write down how it went; a finished run is left alone."""
    run = Run.objects.select_related("started_by").get(pk=run_id)
    if not run.is_unfinished:
        return
    _update(run_id, state=State.RUNNING)
    try:
        message = _act(run)
    except compute.REFUSALS as error:
        _finish(run, State.FAILED, str(error))
    except Exception:
        _finish(run, State.FAILED, "程序出错，没有留下半个结果；请把运行编号告诉运维人员")
        raise
    else:
        _finish(run, State.DONE, message)


def _act(run: Run) -> str:
    report = _Reporter(run.pk)
    now = timezone.now()
    if run.task == Task.BUILD:
        return compute.build(now=now, progress=report)
    if run.task == Task.RESUBMIT:
        return compute.resubmit(run.batch, run.source, by=run.started_by.username, now=now, progress=report)
    return compute.gather(run.source, run.mapping, by=run.started_by.username, now=now, progress=report)


class _Reporter:
    """Writes progress into the run, at most twice a second."""

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id
        self.written = 0.0

    def __call__(self, stage: str, done: float) -> None:
        now = time.monotonic()
        if now - self.written < REPORT_SECONDS:
            return
        self.written = now
        _update(self.run_id, stage=stage[:200], done=min(max(done, 0.0), 1.0))


def _update(run_id: int, **fields: Any) -> None:
    Run.objects.filter(pk=run_id).update(**fields)


@transaction.atomic
def _finish(run: Run, state: State, message: str) -> None:
    done = {"done": 1.0} if state == State.DONE else {}
    _update(run.pk, state=state, message=message[:2000], finished_at=timezone.now(), **done)
    record(
        verb="data.finish",
        actor=run.started_by,
        target=f"run:{run.pk}",
        target_name=run.get_task_display(),
        before={"state": State.RUNNING},
        after={"state": state, "message": message[:500]},
    )
