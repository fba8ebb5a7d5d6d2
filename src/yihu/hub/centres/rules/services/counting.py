"""
Hits by rule and day, counted in memory and written in lumps: a decision costs no row and no lock.

A thread writes what has gathered every `RULES_FLUSH_SECONDS` (0: nobody but `flush`), and the process at its end. What
a killed process held is lost: at most that many seconds of counts, never a decision or a trace.
"""

import atexit
import threading
from collections import Counter
from datetime import date

import structlog
from django.conf import settings
from django.db import DatabaseError, connection

log = structlog.get_logger()
NONE, SUPPRESSED, REFUSED, SHADOW_SAME, SHADOW_OTHER = 0, -1, -2, 10_001, 10_002
# A shadow may have been thrown away since it was counted.
WRITE = """
INSERT INTO rules_dayhits (version_id, day, rule, count)
SELECT v.id, %s, %s, %s FROM rules_tableversion v WHERE v.id = %s
ON CONFLICT (version_id, day, rule) DO UPDATE SET count = rules_dayhits.count + excluded.count
"""
_lock = threading.Lock()
_gathered: Counter[tuple[int, date, int]] = Counter()
_timer: threading.Timer | None = None


def count(version_id: int, day: date, rules: tuple[int, ...]) -> None:
    """One evaluation that hit these rules."""
    global _timer
    with _lock:
        for rule in rules:
            _gathered[version_id, day, rule] += 1
        if _timer is None and settings.RULES_FLUSH_SECONDS:
            _timer = threading.Timer(settings.RULES_FLUSH_SECONDS, _flush_by_clock)
            _timer.daemon = True
            _timer.start()


def flush() -> int:
    """Write what has gathered, in one order for all processes; the number of counts written."""
    with _lock:
        taken = sorted(_gathered.items())
        _gathered.clear()
    if not taken:
        return 0
    try:
        with connection.cursor() as cursor:
            cursor.executemany(WRITE, [(day, rule, number, version) for (version, day, rule), number in taken])
    except DatabaseError:
        with _lock:
            _gathered.update(dict(taken))
        raise
    return len(taken)


def _flush_by_clock() -> None:
    global _timer
    with _lock:
        _timer = None
    try:
        flush()
    except DatabaseError as error:
        log.warning("规则命中计数暂未写入，下次再写", error=str(error)[:200])
    finally:
        connection.close()


def _flush_at_end() -> None:
    if _timer is not None:
        _flush_by_clock()


atexit.register(_flush_at_end)
