"""Setting timers."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from yihu.hub.centres.workflow.catalogue.graph import Node, Timing
from yihu.hub.centres.workflow.choices import TimerKind
from yihu.hub.centres.workflow.models import Step, Timer, Token
from yihu.hub.centres.workflow.selectors.working_time import due_after
from yihu.hub.centres.workflow.services.run import Run


class UntimelyError(ValueError):
    """A moment that cannot be known."""


def set_timer(
    run: Run, token: Token, kind: TimerKind, node_id: str, fires_at: datetime, *, step: Step | None = None
) -> Timer:
    """Let something happen at a moment."""
    return Timer.objects.create(
        instance=run.instance, token=token, step=step, kind=kind, node_id=node_id, fires_at=fires_at
    )


def set_boundaries(run: Run, token: Token, node: Node) -> None:
    """
    Start the clocks of an activity's timer boundaries.

    :raises UnknownCalendarYearError: see `due_after`
    :raises UntimelyError: the moment is not in the data
    """
    for boundary in run.graph.boundaries.get(node.id, ()):
        if boundary.timing is not None:
            set_timer(run, token, TimerKind.BOUNDARY, boundary.id, moment_of(run, boundary.timing))


def moment_of(run: Run, timing: Timing) -> datetime:
    """When a timer fires: after working time, or at a moment written down or standing in the data."""
    if timing.duration:
        return due_after(run.now, timing.duration)
    text: Any = timing.moment
    if text.startswith("form."):
        text = run.instance.data
        for part in timing.moment.split(".")[1:]:
            text = text.get(part) if isinstance(text, dict) else None
    return _moment(text, timing.moment)


def _moment(text: Any, name: str) -> datetime:
    try:
        moment = parse_datetime(str(text)) if text else None
        day: date | None = None if moment or not text else parse_date(str(text))
    except ValueError:
        moment = day = None
    if moment is None and day is None:
        raise UntimelyError(f"“{name}”不是日期")
    moment = moment or datetime.combine(day or date.min, time(9))
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
