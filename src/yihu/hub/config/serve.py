"""Starting and stopping the workbench: database, migrations, assets, web server and worker."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from yihu.hub.config import database, running
from yihu.hub.config.roles import OWNER, grant_to_web
from yihu.hub.config.state import state_directory
from yihu.hub.config.supervisor import is_free
from yihu.hub.config.words import in_language

START_SECONDS = 180
ADDRESS_IN_USE, FAILED = 3, 1


def serve(*, host: str = "127.0.0.1", port: int = 8600, background: bool = False, demonstration: bool = False) -> int:
    """
    Serve until stopped, or in the background until `stop`.

    :param demonstration: the data are a simulated district: train models on it first, once, for its people to look at
    :return: 0, or an exit code after saying in plain words what is wrong
    """
    _fix_environment(host)
    present = running.find()
    if present:
        _say(in_language(f"工作台已在运行：{present.address}", f"Already running: {present.address}"))
        return 0
    if not is_free(host, port):
        _say(in_language(
            f"端口 {port} 已被其他程序占用，请用 --port 换一个端口",
            f"Port {port} is taken by another program; choose one with --port",
        ))  # fmt: skip
        return ADDRESS_IN_USE
    try:
        prepare(demonstration=demonstration)
    except database.DatabaseUnavailableError as error:
        _say(str(error))
        return FAILED
    _tell_accounts()
    return _in_background(host, port) if background else _in_foreground(host, port)


def stop() -> int:
    """Stop web server, worker and the embedded database of this home; a second call does nothing."""
    present = running.find()
    ended = running.end(present, patience=40) if present else True
    server = database.embedded()
    closed = server.stop() if server else False
    if not ended:
        _say(in_language("有进程没有停下来", "A process could not be stopped"))
        return FAILED
    _say(in_language("已停止", "Stopped") if present or closed else in_language("没有在运行", "Nothing was running"))
    return 0


def prepare(*, demonstration: bool = False) -> None:
    """
    Bring the database to the present shape, gather the assets, make the first accounts. Quick when all is done.

    :param demonstration: see `serve`; only in an embedded installation, whose people are made up too

    :raises DatabaseUnavailableError: no database
    """
    open_database()
    from django.core.management import call_command
    from django.utils import timezone

    from yihu.hub.centres.matters.api import load_bundles
    from yihu.hub.config.accounts import learn_snapshot_offices, make_first_accounts
    from yihu.hub.config.demonstration import begin_models, begin_work
    from yihu.hub.foundation.identity.api import forget_what_ended
    from yihu.hub.registers.taxpayers.api import refresh_register

    call_command("clearsessions", verbosity=0)
    forget_what_ended(now=timezone.now())
    _collect_assets()
    refresh_register(now=timezone.now())
    for one in load_bundles(now=timezone.now()):
        for problem in one.problems:
            _say(f"{one.key}: {problem}")
    if database.embedded() is None:
        return
    if make_first_accounts() is None:
        learn_snapshot_offices()
    else:
        begin_work(now=timezone.now())
    if demonstration:
        begin_models(say=_say)


def open_database(acting_as: str = "系统启动") -> None:
    """
    Start Django on a database of the present shape that knows the program's own code lists.

    :param acting_as: whose changes they are, in the history of rows
    :raises DatabaseUnavailableError: no database
    """
    database.ensure_running()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yihu.hub.config.settings")
    os.environ["YIHU_DATABASE_ROLE"] = OWNER
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from yihu.hub.base.history import name_process
    from yihu.hub.centres.rules.api import load_shipped_tables as load_decision_tables
    from yihu.hub.foundation.codes.api import load_shipped_tables

    name_process(acting_as)
    call_command("migrate", interactive=False, verbosity=0)
    _grant()
    load_shipped_tables(now=timezone.now())
    load_decision_tables(now=timezone.now())


def _grant() -> None:
    from django.db import connection

    role = database.web_role()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone()[0] != role:
            grant_to_web(cursor, role)


def _collect_assets() -> None:
    from django.conf import settings
    from django.core.management import call_command

    built = Path(settings.STATICFILES_DIRS[0][1]) / ".built"
    if not built.exists():
        _say(in_language("缺少页面资源，请先运行 make setup", "The pages' assets are missing: run make setup"))
        raise SystemExit(FAILED)
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    mark = str(built.stat().st_mtime_ns)
    if not stamp.exists() or stamp.read_text() != mark:
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(mark)


def _fix_environment(host: str) -> None:
    """Children work elsewhere and need the same home, and the names by which this machine may be called."""
    os.environ["YIHU_HOME"] = str(state_directory())
    if host not in {"127.0.0.1", "localhost", "::1"} and not os.environ.get("YIHU_ALLOWED_HOSTS"):
        os.environ["YIHU_ALLOWED_HOSTS"] = ",".join(_own_names(host))


def _own_names(host: str) -> set[str]:
    names = {socket.gethostname(), socket.getfqdn(), host}
    try:
        names |= {str(found[4][0]) for found in socket.getaddrinfo(socket.gethostname(), None)}
    except OSError:
        return names
    return names


def _tell_accounts() -> None:
    from yihu.hub.config.accounts import accounts_file

    if database.embedded() and accounts_file().exists():
        _say(accounts_file().read_text("utf-8").strip())
        _say(in_language(f"（以上保存在 {accounts_file()}）", f"(kept in {accounts_file()})"))


def _in_foreground(host: str, port: int) -> int:
    from yihu.hub.config.supervisor import Supervisor

    try:
        lock = running.take_lock()
    except running.AlreadyRunningError:
        _say(in_language("工作台正在启动或停止，请稍后再试", "It is starting or stopping; try again shortly"))
        return FAILED
    supervisor = Supervisor(host=host, port=port, lock=lock)
    _say(in_language(f"工作台：{supervisor.address}（Ctrl-C 停止）", f"{supervisor.address} (Ctrl-C stops)"))
    return supervisor.run()


def _in_background(host: str, port: int) -> int:
    from yihu.hub.config.supervisor import as_web

    log = state_directory() / "logs" / "serve.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as lines:
        process = subprocess.Popen(
            [sys.executable, "-m", "yihu.hub.config.serve", host, str(port)],
            stdin=subprocess.DEVNULL, stdout=lines, stderr=lines, start_new_session=True, env=as_web(),
        )  # fmt: skip
    local = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        if _answers(f"http://{local}:{port}/health"):
            _say(in_language(f"工作台已启动：http://{local}:{port}/", f"Running: http://{local}:{port}/"))
            return 0
        time.sleep(0.2)
    _say(in_language(f"工作台没有启动成功，原因见 {log}", f"It did not start; see {log}"))
    return FAILED


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 (our own address)
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main(host: str, port: int) -> int:
    """The supervisor of a background server; everything was prepared by the command that started it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yihu.hub.config.settings")
    import django

    django.setup()
    return _in_foreground(host, port)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], int(sys.argv[2])))
