"""
After a commit: tell open pages that something arrived, and wake the worker for what goes out.

Both happen outside the transaction. PostgreSQL lets commits that notify pass one by one, so a NOTIFY inside would make
all writers of to-dos wait for one another's disk; and what is lost when a process dies in between is mended by the
page's own look once a minute and by the worker's sweep.
"""

import json
from collections.abc import Iterable
from functools import partial

from django.db import DatabaseError, connection, transaction
from procrastinate import exceptions
from procrastinate.contrib.django import app

CHANNEL = "yihu_notices"
DELIVER = "notices.deliver"
# A payload of NOTIFY holds 7,999 bytes; beyond this many the listener looks at everybody who is connected.
TOLD_BY_NAME = 400


class _Telling:
    """One message for all whose inbox a transaction changed: an act of a case changes several."""

    def __init__(self) -> None:
        self.receivers: set[int] = set()

    def __call__(self) -> None:
        numbers = sorted(self.receivers)
        payload = json.dumps(numbers if len(numbers) <= TOLD_BY_NAME else "all")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])


def tell_live(receivers: Iterable[int]) -> None:
    """Once this transaction has committed, tell the live process whose inbox changed."""
    numbers = set(receivers)
    if not numbers:
        return
    # Whatever rolled one that waits back would roll these changes back too: it is always safe to join it.
    telling = next((hook for _, hook, *_ in connection.run_on_commit if isinstance(hook, _Telling)), None)
    if telling is None:
        telling = _Telling()
        transaction.on_commit(telling, robust=True)
    telling.receivers |= numbers


def wake_worker() -> None:
    """Once this transaction has committed, see that a delivery job stands in the queue."""
    transaction.on_commit(partial(defer_once, DELIVER, lock=DELIVER), robust=True)


def defer_once(name: str, *, lock: str, **arguments: object) -> None:
    """Put a job before the worker unless the same one waits already; it is named, for jobs stand above services."""
    try:
        with transaction.atomic():
            app.configure_task(name, queue="notices", queueing_lock=lock).defer(**arguments)
    except (exceptions.AlreadyEnqueued, DatabaseError):
        # The one that waits will find these rows; the sweep of every minute finds them otherwise.
        return
