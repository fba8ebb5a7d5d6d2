"""Keeps the register beside the published snapshot, however that was built."""

from django.utils import timezone
from procrastinate.contrib.django import app

from yihu.hub.registers.taxpayers import services


@app.periodic(cron="* * * * *")
@app.task(name="taxpayers.refresh", queue="data", queueing_lock="taxpayers.refresh")
def refresh(timestamp: int | None = None) -> None:
    """Once a minute; does nothing while the snapshot is the same."""
    services.refresh_register(now=timezone.now())
