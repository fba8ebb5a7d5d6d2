"""The background worker: takes jobs from the PostgreSQL queue, one at a time, until told to stop."""

import asyncio
import contextlib
import os

import django
import structlog

STOP_SECONDS = 20


async def _give_back_forever() -> None:
    from asgiref.sync import sync_to_async

    from yihu.hub.base.queue import HEARTBEAT_LIMIT_SECONDS, give_back_orphans

    while True:
        given = await sync_to_async(give_back_orphans)()
        if given:
            structlog.get_logger("yihu.worker").warning("jobs of a dead worker given back", jobs=given)
        await asyncio.sleep(HEARTBEAT_LIMIT_SECONDS)


async def _work() -> None:
    from procrastinate.contrib.django import app

    from yihu.hub.base.queue import HEARTBEAT_LIMIT_SECONDS

    with app.replace_connector(app.connector.get_worker_connector()) as working:
        async with working.open_async():
            giving_back = asyncio.create_task(_give_back_forever())
            try:
                await working.run_worker_async(
                    name="yihu",
                    concurrency=1,
                    shutdown_graceful_timeout=STOP_SECONDS,
                    stalled_worker_timeout=HEARTBEAT_LIMIT_SECONDS,
                )
            finally:
                giving_back.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await giving_back


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yihu.hub.config.settings")
    django.setup()
    asyncio.run(_work())
    # A job that outlived the time for stopping runs in a thread that cannot be ended; jobs are safe to be cut.
    os._exit(0)


if __name__ == "__main__":
    main()
