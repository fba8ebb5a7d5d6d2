"""Settings that depend on the place, read in a fresh interpreter."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

from yihu.hub.config.state import kept_secret

NAMES = ("SECURE_HSTS_SECONDS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "ALLOWED_HOSTS", "DEBUG", "BEHIND_PROXY")


def _settings(home: Path, **environment: str) -> dict[str, object]:
    code = (
        f"import json; import yihu.hub.config.settings as s; print(json.dumps({{n: getattr(s, n) for n in {NAMES}}}))"
    )
    clean = {k: v for k, v in os.environ.items() if not k.startswith("YIHU_")}
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True,
        env={**clean, "YIHU_HOME": str(home), **environment},
    )  # fmt: skip
    return json.loads(done.stdout)


def test_plain_defaults_serve_this_machine_only(tmp_path: Path) -> None:
    found = _settings(tmp_path)
    assert found["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert (found["DEBUG"], found["SECURE_HSTS_SECONDS"], found["BEHIND_PROXY"]) == (False, 0, False)


def test_an_https_address_turns_on_what_https_allows(tmp_path: Path) -> None:
    found = _settings(tmp_path, YIHU_PUBLIC_URL="https://tax.example")
    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert "tax.example" in found["ALLOWED_HOSTS"]


def test_the_secret_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "state" / "secret-key"
    first = kept_secret(path)
    assert kept_secret(path) == first
    assert len(first) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
