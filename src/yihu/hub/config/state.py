"""Where the web application keeps its own state below `YIHU_HOME`, and the secret made there once."""

import os
import secrets
from pathlib import Path


def state_directory() -> Path:
    """`YIHU_HOME`, else `var` below the working directory."""
    return Path(os.environ.get("YIHU_HOME", "var")).resolve()


def secret_key() -> str:
    """
    The key that signs sessions: `YIHU_SECRET_KEY`, else one made on first use and kept readable by the owner only.

    :raises OSError: the state directory cannot be written
    """
    given = os.environ.get("YIHU_SECRET_KEY")
    return given or kept_secret(state_directory() / "secret-key")


def kept_secret(path: Path) -> str:
    """The text of a secret file, made with mode 0600 if it is absent; safe when two processes start at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        write_private(fresh, secrets.token_urlsafe(50))
        try:
            # A link fails when the name exists, so the first writer wins and nobody reads half a key.
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text("utf-8").strip()


def write_private(path: Path, text: str) -> None:
    """Write a file only its owner can read, never readable by others even for a moment."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        os.fchmod(handle, 0o600)
        file.write(text)
