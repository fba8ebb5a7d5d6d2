"""What falls due by itself: changes of offices, primary posts that begin, people who leave."""

from django.utils import timezone
from procrastinate.contrib.django import app

from yihu.hub.base.history import acting
from yihu.hub.foundation.org.services.daily import carry_out_due


@app.periodic(cron="*/10 * * * *")
@app.task(queue="org", lock="org-due", queueing_lock="org-due")
def due(timestamp: int) -> None:
    """Every ten minutes; doing it twice changes nothing."""
    with acting(system="到期事项自动执行"):
        carry_out_due(now=timezone.now())
