"""Background doors of the matter centre."""

from procrastinate.contrib.django import app

from yihu.hub.base.history import acting
from yihu.hub.centres.matters.services.designing import playing


@app.task(name=playing.TASK, queue="data")
def play_draft(draft_id: int, digest: str, **_: object) -> None:
    """Run the cases of a draft; after a kill it runs them again, and files changed meanwhile are left alone."""
    with acting(system="运行事项用例"):
        playing.play_draft(draft_id=draft_id, digest=digest)
