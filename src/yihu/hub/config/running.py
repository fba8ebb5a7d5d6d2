"""
Which processes serve this home. The supervisor holds a lock that its children inherit: as long as any of them
lives the lock is held, so a stale file is never taken for a running server, whatever its numbers say.
"""

import json
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from yihu.hub.config.state import state_directory


class AlreadyRunningError(RuntimeError):
    """Another supervisor serves this home."""


@dataclass(slots=True)
class Running:
    """What the run file tells."""

    address: str
    supervisor: int
    children: dict[str, int]


def run_file() -> Path:
    return state_directory() / "run" / "serve.json"


def _lock_file() -> Path:
    return state_directory() / "run" / "serve.lock"


def take_lock() -> int:
    """
    Hold the lock of this home; the descriptor is inherited by children that are given it.

    :raises AlreadyRunningError: it is held
    """
    _lock_file().parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(_lock_file(), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    # Whoever only looks holds the lock for an instant; that is no other server.
    for _ in range(4):
        try:
            flock(handle, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            time.sleep(0.02)
        else:
            return handle
    os.close(handle)
    raise AlreadyRunningError(str(state_directory()))


def is_locked() -> bool:
    """Say whether any process of a server of this home lives."""
    if not _lock_file().exists():
        return False
    try:
        os.close(take_lock())
    except AlreadyRunningError:
        return True
    return False


def write(running: Running) -> None:
    """Replace the run file in one step."""
    fresh = run_file().with_suffix(".new")
    fresh.write_text(json.dumps(asdict(running)), "utf-8")
    fresh.replace(run_file())


def find() -> Running | None:
    """The running server, or None."""
    if not is_locked():
        return None
    with suppress(FileNotFoundError, ValueError, TypeError):
        return Running(**json.loads(run_file().read_text("utf-8")))
    return None


def end(running: Running, *, patience: float) -> bool:
    """Ask all to stop, then end whatever is left; False when something still lives."""
    # The supervisor first, so that it does not start anew what is told to stop; children by themselves for
    # the case that the supervisor was killed.
    for pid in (running.supervisor, *running.children.values()):
        _signal(os.kill, pid, signal.SIGTERM)
    if _wait_unlocked(patience):
        return True
    for pid in (running.supervisor, *running.children.values()):
        _signal(os.kill, pid, signal.SIGKILL)
    for pid in running.children.values():
        # Each child leads its own group, so this reaches the processes it started.
        _signal(os.killpg, pid, signal.SIGKILL)
    return _wait_unlocked(10)


def _signal(send: Callable[[int, int], None], pid: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        send(pid, number)


def _wait_unlocked(seconds: float) -> bool:
    until = time.monotonic() + seconds
    while is_locked():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True
