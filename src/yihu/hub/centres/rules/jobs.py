"""Background doors of the rules centre."""

from procrastinate.contrib.django import app

from yihu.hub.centres.rules.services import backtesting


@app.task(name=backtesting.CARRY_OUT, queue="data")
def back_test(run_id: int, **_: object) -> None:
    """A back-test; run again after a kill it starts over and ends the same."""
    backtesting.carry_out(run_id=run_id)
