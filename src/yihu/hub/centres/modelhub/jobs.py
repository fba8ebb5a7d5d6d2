"""Background doors of the model centre."""

from django.utils import timezone
from procrastinate.contrib.django import app

from yihu.hub.base.history import acting
from yihu.hub.centres.modelhub.services import measuring, registering, training


@app.task(name=training.CARRY_OUT, queue="data", lock="data")
def train(run_id: int, days: list[str], **_: object) -> None:
    """A training; run again after a kill it starts over and ends the same."""
    with acting(system="模型训练"):
        training.carry_out(run_id=run_id, days=days)


@app.periodic(cron="* * * * *")
@app.task(name="modelhub.look", queue="data", queueing_lock="modelhub.look")
def look(timestamp: int | None = None) -> None:
    """Once a minute: register what commands trained, measure on a new snapshot; else it does nothing."""
    with acting(system="模型监测"):
        registering.take_in_found(now=timezone.now())
        measuring.measure_all(now=timezone.now())


@app.periodic(cron="30 2 * * 1")
@app.task(name="modelhub.retrain", queue="data", queueing_lock="modelhub.retrain")
def retrain(timestamp: int | None = None) -> None:
    """On Mondays before dawn: train anew where enough inspections were closed; the model comes in as a draft."""
    with acting(system="按期重训"):
        training.retrain_if_due(now=timezone.now())
