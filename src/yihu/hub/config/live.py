"""The door of the live process: `granian --interface asgi yihu.hub.config.live:application`, one worker."""

import os
from typing import Any

import django
import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yihu.hub.config.settings")
django.setup()

from yihu.hub.config.database import connection_arguments  # noqa: E402
from yihu.hub.foundation.notices.adapters.live import Live  # noqa: E402


async def _connect() -> psycopg.AsyncConnection[Any]:
    return await psycopg.AsyncConnection.connect(**connection_arguments(), autocommit=True)


application = Live(_connect)
