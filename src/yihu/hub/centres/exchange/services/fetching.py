"""Reading a signed list from an outside system: what it serves for reconciliation."""

import json
import time
from datetime import datetime
from typing import Any

from yihu.hub.centres.exchange.choices import Direction
from yihu.hub.centres.exchange.models import OutsideSystem
from yihu.hub.centres.exchange.services.outgoing import signed_headers
from yihu.hub.centres.exchange.services.passages import note_passage
from yihu.hub.centres.exchange.services.problems import UnableToExchangeError
from yihu.hub.centres.exchange.services.transport import UnreachableError, call


def fetch_list(*, system: OutsideSystem, operation: str, now: datetime) -> Any:
    """
    The JSON a system serves at its `list_url`.

    :raises UnableToExchangeError: no answer, an answer other than 200, or no JSON
    """
    headers = {"Accept": "application/json"}
    headers |= signed_headers(system=system, method="GET", url=system.list_url, body=b"", now=now)
    began, status, problem, content = time.perf_counter(), 0, "", b""
    try:
        answer = call(method="GET", url=system.list_url, body=b"", headers=headers, hosts=system.hosts)
        status, content = answer.status, answer.body
        problem = "" if status == 200 else f"对方应答 {status}"
        found = json.loads(content) if not problem else None
    except UnreachableError as error:
        problem = str(error)
    except ValueError:
        problem = "对方的应答不是 JSON"
    note_passage(
        system=system, direction=Direction.OUT, now=now, path=system.list_url, method="GET", operation=operation,
        status=status, size=len(content), milliseconds=int((time.perf_counter() - began) * 1000), note=problem,
    )  # fmt: skip
    if problem:
        raise UnableToExchangeError(f"取不到{system}的清单：{problem}")
    return found
