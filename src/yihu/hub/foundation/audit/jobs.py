"""Background doors of the log centre."""

from procrastinate.contrib.django import app

from yihu.hub.foundation.audit.services import verifying


@app.task(name=verifying.JOB, queue="audit", lock="audit-verify")
def verify_log(run_id: int, **_: object) -> None:
    """Verify the whole log; run again after a kill it starts over."""
    verifying.carry_out_verification(run_id=run_id)
