"""Sending what waits, and forgetting what ended."""

from django.utils import timezone
from procrastinate.contrib.django import app

from yihu.hub.centres.exchange.services import deliveries
from yihu.hub.centres.exchange.services.passages import forget_what_ended


@app.task(name=deliveries.DELIVER, queue="exchange")
def deliver(delivery_id: int) -> None:
    """One message, once; a message already sent or not yet due is left alone."""
    deliveries.deliver(delivery_id=delivery_id, now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="exchange.sweep", queue="exchange", queueing_lock="exchange.sweep")
def sweep(timestamp: int) -> None:
    """Once a minute: messages whose own job was lost with its worker."""
    deliveries.deliver_due()


@app.periodic(cron="*/10 * * * *")
@app.task(name="exchange.forget", queue="exchange", queueing_lock="exchange.forget")
def forget(timestamp: int) -> None:
    """Every ten minutes: used nonces, past counts, lines too old."""
    forget_what_ended(now=timezone.now())
