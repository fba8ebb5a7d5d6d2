"""Keeps the web server and the worker running, and stops both together."""

import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

import structlog

from yihu.hub.config import running

log = structlog.get_logger("yihu.serve")

STOP_SECONDS = 25
# A child that dies this often within a minute is broken, not unlucky.
MOST_RESTARTS = 5
# Without it pages look for news once a minute.
OPTIONAL = frozenset({"live"})
LIVE_PORT_ABOVE = 1000


class Supervisor:
    """Runs the children of one server until a signal or a child that cannot be kept alive."""

    def __init__(self, *, host: str, port: int, lock: int) -> None:
        self.lock = lock
        self.address = f"http://{'127.0.0.1' if host in {'0.0.0.0', '::'} else host}:{port}/"  # noqa: S104
        self.commands = {"web": web_command(host, port), "worker": worker_command()}
        live = live_port(host, port)
        if live:
            self.commands["live"] = live_command(host, live)
        os.environ["YIHU_LIVE_PORT"] = str(live or "")
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.deaths: dict[str, list[float]] = {name: [] for name in self.commands}
        self.stopping = False

    def run(self) -> int:
        """Block until stopped; 0 after a signal, 1 when a child kept dying."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        for name in self.commands:
            self._start(name)
        healthy = True
        while healthy and not self.stopping:
            healthy = all(self._keep(name) or name in OPTIONAL for name in list(self.children))
            time.sleep(0.25)
        self._stop()
        return 0 if healthy else 1

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _start(self, name: str) -> None:
        # Own session: Ctrl-C reaches the supervisor alone, which stops its children in order.
        self.children[name] = subprocess.Popen(
            self.commands[name], start_new_session=True, pass_fds=(self.lock,), stdin=subprocess.DEVNULL, env=as_web()
        )
        pids = {child: process.pid for child, process in self.children.items()}
        running.write(running.Running(self.address, os.getpid(), pids))
        log.info("started", child=name, pid=pids[name])

    def _keep(self, name: str) -> bool:
        code = self.children[name].poll()
        if code is None or self.stopping:
            return True
        now = time.monotonic()
        self.deaths[name] = [at for at in self.deaths[name] if now - at < 60] + [now]
        log.error("died", child=name, code=code, within_a_minute=len(self.deaths[name]))
        if len(self.deaths[name]) > MOST_RESTARTS:
            del self.children[name]
            return False
        time.sleep(min(len(self.deaths[name]), 3))
        self._start(name)
        return True

    def _stop(self) -> None:
        for process in self.children.values():
            process.terminate()
        until = time.monotonic() + STOP_SECONDS
        for name, process in self.children.items():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.warning("killed", child=name)
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        running.run_file().unlink(missing_ok=True)


def as_web() -> dict[str, str]:
    """The environment of children: they connect by the web's role, whatever this process does."""
    return {
        name: value for name, value in os.environ.items() if name not in {"YIHU_DATABASE_ROLE", "DATABASE_OWNER_URL"}
    }


def web_command(host: str, port: int) -> list[str]:
    """
    One process: the snapshot's small tables are held once, and DuckDB works outside the interpreter's lock.

    `YIHU_WEB_WORKERS` asks for more.
    """
    return [
        sys.executable, "-m", "granian", "yihu.hub.config.wsgi:application", "--interface", "wsgi",
        "--host", host, "--port", str(port), "--workers", os.environ.get("YIHU_WEB_WORKERS", "1"),
        "--blocking-threads", "8", "--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", "15",
        "--log-level", "warning",
    ]  # fmt: skip


def live_port(host: str, port: int) -> int | None:
    """
    Where the live process listens: `YIHU_LIVE_PORT`, else a thousand above the web's; 0 turns it off.

    None when it is off or the port is taken: pages then look for news once a minute.
    """
    wanted = int(os.environ.get("YIHU_LIVE_PORT") or (port + LIVE_PORT_ABOVE if port < 64_000 else 0))
    if wanted and not is_free(host, wanted):
        log.warning("no live process: its port is taken", port=wanted)
        return None
    return wanted or None


def is_free(host: str, port: int) -> bool:
    """Whether nothing listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def live_command(host: str, port: int) -> list[str]:
    """One process whatever the number of connections: each costs a coroutine, not a thread."""
    return [
        sys.executable, "-m", "granian", "yihu.hub.config.live:application", "--interface", "asgi",
        "--host", host, "--port", str(port), "--workers", "1", "--no-ws", "--backlog", "4096",
        "--backpressure", "12000", "--respawn-failed-workers", "--workers-kill-timeout", "5",
        "--log-level", "warning",
    ]  # fmt: skip


def worker_command() -> list[str]:
    return [sys.executable, "-m", "yihu.hub.config.worker"]
