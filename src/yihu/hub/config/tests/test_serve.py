"""Serving for real: start, answer, survive a killed child, stop; nothing left behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ASSETS = Path(__file__).resolve().parents[2] / "assets" / "dist" / ".built"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ASSETS.exists(), reason="the pages' assets are not built (make setup)"),
]
SERVE = "import sys; from yihu.hub.config.serve import serve; sys.exit(serve(port=int(sys.argv[1]), background=True))"
STOP = "import sys; from yihu.hub.config.serve import stop; sys.exit(stop())"


def _run(code: str, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {"YIHU_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment, text=True, capture_output=True, timeout=120
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _health(port: int) -> dict[str, object]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
        return json.load(answer)


def _eventually(condition, seconds: float = 30) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if condition():
                return True
        except OSError:
            pass
        time.sleep(0.2)
    return False


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0]


@pytest.fixture
def home(open_tmp: Path):
    yield open_tmp / "home"
    _run(STOP, open_tmp / "home")


def test_a_server_starts_answers_recovers_and_stops(home: Path) -> None:
    port = _free_port()
    started = _run(SERVE, home, str(port))
    assert started.returncode == 0, started.stderr
    accounts = home / "demo-accounts.txt"
    assert accounts.read_text().strip() in started.stderr
    assert accounts.stat().st_mode & 0o077 == 0
    assert _eventually(lambda: _health(port)["status"] == "ok")

    assert "已在运行" in _run(SERVE, home, str(port)).stderr

    children = json.loads((home / "run" / "serve.json").read_text())["children"]
    os.kill(children["worker"], signal.SIGKILL)
    again = lambda: json.loads((home / "run" / "serve.json").read_text())["children"]["worker"]  # noqa: E731
    assert _eventually(lambda: again() != children["worker"])

    pids = [*json.loads((home / "run" / "serve.json").read_text())["children"].values()]
    assert _run(STOP, home).returncode == 0
    assert not any(_alive(pid) for pid in pids)
    assert not (home / "pg" / "postmaster.pid").exists()
    assert "没有在运行" in _run(STOP, home).stderr


def test_stop_ends_what_a_killed_supervisor_left(home: Path) -> None:
    port = _free_port()
    assert _run(SERVE, home, str(port)).returncode == 0
    state = json.loads((home / "run" / "serve.json").read_text())
    os.kill(state["supervisor"], signal.SIGKILL)
    assert _run(STOP, home).returncode == 0
    assert _eventually(lambda: not any(_alive(pid) for pid in state["children"].values()), 5)


def test_a_taken_port_is_said_in_words(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = _run(SERVE, home, str(taken.getsockname()[1]))
    assert refused.returncode == 3
    assert "--port" in refused.stderr
