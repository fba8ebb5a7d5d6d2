"""Background doors of notices: sending, fanning out, forgetting."""

from django.utils import timezone
from procrastinate.contrib.django import app

from yihu.hub.base.history import acting
from yihu.hub.foundation.notices.adapters.ways_out import senders
from yihu.hub.foundation.notices.services import announcing, delivering, retention, waking


@app.task(name=waking.DELIVER, queue="notices")
def deliver(**_: object) -> None:
    """Send what is due; when time is up another job goes on, so that the lane is shared."""
    if delivering.deliver_due(senders=senders(), clock=timezone.now):
        waking.wake_worker()


@app.periodic(cron="* * * * *")
@app.task(name="notices.sweep", queue="notices", queueing_lock="notices.sweep")
def sweep(timestamp: int | None = None) -> None:
    """Once a minute: what fell due by itself, and what a killed worker left."""
    deliver()
    announcing.resume_unfinished()


@app.task(name=announcing.FAN_OUT, queue="notices")
def fan_out(announcement_id: int, **_: object) -> None:
    """Bring an announcement into inboxes; run again after a kill it goes on where it stood."""
    with acting(system="公告送达"):
        announcing.carry_out(announcement_id=announcement_id, clock=timezone.now)


@app.periodic(cron="40 3 * * *")
@app.task(name="notices.forget", queue="notices", queueing_lock="notices.forget")
def forget(timestamp: int | None = None) -> None:
    """Every night; see `retention`."""
    retention.forget_old(now=timezone.now())
