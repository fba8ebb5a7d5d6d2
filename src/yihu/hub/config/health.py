"""`/health`: what a monitor asks for."""

import shutil

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from yihu.hub.base.access import public
from yihu.hub.base.queue import worker_state
from yihu.hub.config.compute import snapshot_state
from yihu.hub.config.state import state_directory
from yihu.hub.foundation.audit.api import log_state

LOW_DISK_GIB = 2.0


@public
def health(request: HttpRequest) -> JsonResponse:
    """503 when the database does not answer; `degraded` when worker or log stand still or the disk is nearly full."""
    database, heartbeat = _database()
    log = log_state() if database else None
    free = shutil.disk_usage(state_directory()).free / 2**30
    alive = heartbeat is not None and heartbeat < 60
    well = alive and free > LOW_DISK_GIB and log is not None and not log.is_late
    status = "down" if not database else "ok" if well else "degraded"
    body = {
        "status": status,
        "database": database,
        "snapshot": snapshot_state().id,
        "worker": {"alive": alive, "seconds_since_heartbeat": heartbeat},
        "log": log.to_json() if log else None,
        "disk_free_gib": round(free, 1),
    }
    return JsonResponse(body, status=200 if database else 503)


def _database() -> tuple[bool, float | None]:
    try:
        connection.ensure_connection()
        seconds = worker_state().seconds
    except DatabaseError:
        return False, None
    return True, None if seconds is None else round(seconds, 1)
