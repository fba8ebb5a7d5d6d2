"""
The models of a demonstration: one in force, one in the shadow, one waiting for its second person.

Everything is trained on the demonstration's own district and decided by two of its people through the services that
everybody uses; each reason says that this was done while the demonstration was set up, and on how much.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils import timezone

from yihu.hub.base.errors import UnableTo
from yihu.hub.centres.modelhub import compute
from yihu.hub.centres.modelhub.models import ModelVersion, TrainingRun
from yihu.hub.centres.modelhub.services.deciding import promote
from yihu.hub.centres.modelhub.services.registering import COMMAND, take_in
from yihu.hub.centres.modelhub.services.reviewing import approve, submit
from yihu.hub.centres.modelhub.services.training import ask_training, carry_out

SET_UP = "演示搭建："
SYNTHETIC = "辖区、发票和检查结果都由模拟程序生成，不是真实数据，模型只供认识这些页面"
CAPACITY = 100
FEWER = 50
Say = Callable[[str], None]


def teach_demonstration(*, steward: Any, approver: Any, say: Say) -> bool:
    """
    Train three models: the first goes into force, the second into the shadow, the third waits for whoever looks.

    All learn from one snapshot, of a year before the published one's day: the first from three quarters of
    inspections, as `yihu learn train --until` would, the others from all, the third for an office that can look at
    fewer households. Nothing is done where anything was ever trained. What is refused is said and left out.

    :param steward: who asks for trainings and sends them; `approver`: who decides; both act in their own names
    :returns: whether a model is in force afterwards that a build should score with
    """
    kept = compute.find_current()
    if kept is None or ModelVersion.objects.exists() or compute.names_on_shelf():
        return False
    day, _, _, until = compute.quarter_ends(date.fromisoformat(kept.manifest["as_of"]), 4)
    try:
        first = _first(day, until, say)
        _send(first, steward)
        approve(version=first, note=f"{SET_UP}同意。{stands_on(first)}", actor=approver, now=timezone.now())
        promote(version=first, reason=f"{SET_UP}启用。{stands_on(first)}", actor=approver, now=timezone.now())
    except (UnableTo, *compute.REFUSALS) as error:
        say(f"演示模型没有训练成：{error}")
        return False
    try:
        second = _asked(f"{until} 以后又有检查结案，重新训练", CAPACITY, steward, say)
        _send(second, steward)
        approve(version=second, note=f"{SET_UP}先看影子。{stands_on(second)}", actor=approver, now=timezone.now())
        _send(_asked(f"每期只查得了 {FEWER} 户，按此重新训练", FEWER, steward, say), steward)
    except (UnableTo, *compute.REFUSALS) as error:
        say(f"后续的演示模型没有训练成：{error}")
    return True


def stands_on(version: ModelVersion) -> str:
    """How little a model of the demonstration stands on, in one sentence."""
    counts = version.card["label_counts"]
    return f"只有 {counts['inspected']} 件检查（查实 {counts['confirmed']} 件）作依据；{SYNTHETIC}。"


def _first(day: date, until: date, say: Say) -> ModelVersion:
    say(f"演示模型：补建 {day} 的历史快照")
    compute.build_past(day, now=timezone.now())
    say(f"演示模型：用截至 {until} 的检查结果训练")
    model_id = compute.train(days=(), until=until, now=timezone.now(), capacity=CAPACITY, progress=_silent)
    why = f"{SET_UP}用 {day} 的快照和截至 {until} 的检查结果训练。{SYNTHETIC}。"
    return take_in(model_id=model_id, trained_by=None, trained_name=COMMAND, why=why, now=timezone.now())


def _asked(why: str, capacity: int, steward: Any, say: Say) -> ModelVersion:
    """:raises ModelError: the training failed; its page says why"""
    say(f"演示模型：{why}")
    reason = f"{SET_UP}{why}。{SYNTHETIC}。"
    run = ask_training(reason=reason, capacity=capacity, actor=steward, now=timezone.now())
    carry_out(run_id=run.pk, days=[])
    made = TrainingRun.objects.select_related("version").get(pk=run.pk)
    if made.version is None:
        raise LookupError(made.message)
    return made.version


def _send(version: ModelVersion, steward: Any) -> None:
    submit(version=version, note=f"{SET_UP}{stands_on(version)}", actor=steward, now=timezone.now())


def _silent(stage: str, done: float) -> None:
    """Said by stages instead."""
