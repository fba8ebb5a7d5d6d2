"""Background doors of the data page."""

from procrastinate.contrib.django import app

from yihu.hub.subsystems.gathering import services


@app.task(name=services.CARRY_OUT, queue="data", lock="data")
def carry_out(run_id: int, **_: object) -> None:
    """Gather or build; run again after a kill it continues or starts over, never twice."""
    services.carry_out_run(run_id=run_id)
