"""
The background worker: takes jobs from the PostgreSQL queue, one at a time, and keeps the log's tree. Messages have a
lane of their own, so that a code by SMS does not wait for a build that takes an hour.
"""

import asyncio
import contextlib
import os
import time

import django
import structlog

STOP_SECONDS = 20
MESSAGES = "notices"
INTEGRATION_SECONDS = 1.0
LOG_TROUBLE_SECONDS = 60.0


async def _give_back_forever() -> None:
    from asgiref.sync import sync_to_async

    from yihu.hub.base.queue import HEARTBEAT_LIMIT_SECONDS, give_back_orphans

    while True:
        given = await sync_to_async(give_back_orphans)()
        if given:
            structlog.get_logger("yihu.worker").warning("jobs of a dead worker given back", jobs=given)
        await asyncio.sleep(HEARTBEAT_LIMIT_SECONDS)


async def _keep_log_forever() -> None:
    """Take committed records into the tree; trouble is logged once a minute and seen by /health at once."""
    from asgiref.sync import sync_to_async

    troubled = 0.0
    while True:
        try:
            await sync_to_async(_keep_log)()
        except Exception as error:
            if time.monotonic() - troubled > LOG_TROUBLE_SECONDS:
                troubled = time.monotonic()
                structlog.get_logger("yihu.worker").error("the log stands still", reason=str(error))
        await asyncio.sleep(INTEGRATION_SECONDS)


def _keep_log() -> None:
    from django.db import close_old_connections
    from django.utils import timezone

    from yihu.hub.foundation.audit.api import integrate_all

    close_old_connections()
    integrate_all(now=timezone.now())


async def _work() -> None:
    from procrastinate.contrib.django import app

    from yihu.hub.base.queue import HEARTBEAT_LIMIT_SECONDS

    with app.replace_connector(app.connector.get_worker_connector()) as working:
        async with working.open_async():
            messages = working.run_worker_async(
                name="yihu-messages",
                queues=[MESSAGES],
                concurrency=1,
                install_signal_handlers=False,
                shutdown_graceful_timeout=STOP_SECONDS,
                stalled_worker_timeout=HEARTBEAT_LIMIT_SECONDS,
            )
            tasks = [asyncio.create_task(c) for c in (_give_back_forever(), _keep_log_forever(), messages)]
            try:
                await working.run_worker_async(
                    name="yihu",
                    concurrency=1,
                    shutdown_graceful_timeout=STOP_SECONDS,
                    stalled_worker_timeout=HEARTBEAT_LIMIT_SECONDS,
                )
            finally:
                for task in tasks:
                    task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.gather(*tasks)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yihu.hub.config.settings")
    django.setup()
    from yihu.hub.base.history import name_process

    name_process("后台任务")
    asyncio.run(_work())
    # A job that outlived the time for stopping runs in a thread that cannot be ended; jobs are safe to be cut.
    os._exit(0)


if __name__ == "__main__":
    main()
