"""What `yihu doctor` looks at in the log: does it keep up, is its key here. Without Django, so it always answers."""

import psycopg

from yihu.hub.config.database import connection_arguments
from yihu.hub.config.state import state_directory

LATE_SECONDS = 60
QUESTION = """
SELECT extract(epoch FROM clock_timestamp() - (
           SELECT min(r.at) FROM audit_accessrecord r WHERE r.id IN
           (SELECT record_id FROM audit_pending ORDER BY record_id LIMIT 1000))),
       (SELECT max(size) FROM audit_head),
       (SELECT verifier FROM audit_signingkey ORDER BY id DESC LIMIT 1)
"""


def trouble_of_log() -> tuple[bool, str, str]:
    """Whether the log is well, and the state of it in Chinese and English; a database at rest is no trouble."""
    try:
        with psycopg.connect(**connection_arguments(), connect_timeout=5) as connection:
            waiting, size, verifier = connection.execute(QUESTION).fetchone() or (None, None, None)
    except psycopg.Error:
        return True, "数据库未启动或尚未建表，没有检查", "database at rest or without tables; not looked at"
    if verifier and not (state_directory() / "audit" / "keys" / f"{verifier.split('+')[1]}.json").exists():
        return (
            False,
            "签名密钥不在状态目录的 audit/keys 下，新记录不能入链：请从备份恢复，或运行 yihu audit rotate-key --lost",
            "the signing key is not in audit/keys of the state directory: restore it, or yihu audit rotate-key --lost",
        )
    if waiting and waiting > LATE_SECONDS:
        return (
            False,
            f"有记录等待入链已 {waiting:.0f} 秒：请看后台进程是否在运行（yihu serve）及其日志",
            f"records have waited {waiting:.0f} s for the tree: is the worker running (yihu serve)? see its log",
        )
    return True, f"{size or 0} 条已入链", f"{size or 0} records in the tree"
