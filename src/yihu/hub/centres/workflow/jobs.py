"""What happens by itself: timers that run out."""

from django.utils import timezone
from procrastinate.contrib.django import app

from yihu.hub.base.history import acting
from yihu.hub.centres.workflow.services.firing import fire_due


@app.periodic(cron="* * * * *")
@app.task(queue="workflow", lock="workflow-timers", queueing_lock="workflow-timers")
def timers(timestamp: int) -> None:
    """Every minute; a timer that was fired is not fired again."""
    with acting(system="流程定时"):
        fire_due(now=timezone.now())
