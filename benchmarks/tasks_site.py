"""The workbench with one more source, whose tasks are decided by settling the to-do; for benchmarks/tasks.py."""

import time
from typing import Any

from yihu.hub.config.wsgi import application

# After Django is set up.
from yihu.hub.centres.tasks import api  # isort: skip

SOURCE = "bench"


def decide(*, key: str, now: Any, verdict: Any, **rest: Any) -> None:
    api.settle_todo(source=SOURCE, key=key, stamp=time.time_ns(), verdict=verdict.label, now=now)


api.register_decider(SOURCE, decide, name="基准")
__all__ = ["application"]
