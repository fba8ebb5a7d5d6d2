"""Reminders, codes that run out, reconciliation, and forgetting what never came."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from yihu.hub.base.history import acting
from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.tasks.services.fetching import reconcile_all
from yihu.hub.centres.tasks.services.reminding import remind
from yihu.hub.centres.tasks.services.settling import forget_early_endings
from yihu.hub.centres.tasks.services.sms.replies import expire_codes

EARLY_DAYS = 30


@app.periodic(cron="*/15 * * * *")
@app.task(name="tasks.remind", queue="tasks", lock="tasks-remind", queueing_lock="tasks-remind")
def remind_due(timestamp: int | None = None) -> None:
    """Every quarter of an hour in the day; doing it twice reminds once."""
    now = timezone.now()
    if 8 <= timezone.localtime(now).hour < 20:
        with acting(system="待办提醒"):
            remind(now=now)


@app.periodic(cron="*/5 * * * *")
@app.task(name="tasks.expire-codes", queue="tasks", queueing_lock="tasks-expire-codes")
def expire(timestamp: int | None = None) -> None:
    """SMS codes past their time."""
    expire_codes(now=timezone.now())


@app.periodic(cron="20 3 * * *")
@app.task(name="tasks.forget", queue="tasks", queueing_lock="tasks-forget")
def forget(timestamp: int | None = None) -> None:
    """Ends whose to-do did not come within a month."""
    with as_system("清理先到的办结"):
        forget_early_endings(before=timezone.now() - timedelta(days=EARLY_DAYS))


@app.periodic(cron="40 2 * * *")
@app.task(name="tasks.reconcile", queue="tasks", queueing_lock="tasks-reconcile")
def reconcile(timestamp: int | None = None) -> None:
    """Every night: what outside systems have open, for those that serve a list of it."""
    with acting(system="与外部系统对账"):
        reconcile_all(now=timezone.now())
