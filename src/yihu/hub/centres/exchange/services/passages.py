"""The log of both directions: who, what, how it ended, how long it took; never a body."""

from datetime import datetime, timedelta

from django.db import connection

from yihu.hub.centres.exchange.choices import Direction, Window
from yihu.hub.centres.exchange.models import Nonce, OutsideSystem, Passage, QuotaUse
from yihu.kit.masks import veil

# Refused requests a minute and system that leave a line each; somebody who knows a key's number must not fill the log.
LOGGED_REFUSALS = 60
KEPT = timedelta(days=400)
COUNT = f"""
INSERT INTO exchange_quotause AS q (system_id, "window", begins_at, used)
VALUES (%s, '{Window.REFUSED}', date_trunc('minute', %s::timestamptz), 1)
ON CONFLICT (system_id, "window", begins_at) DO UPDATE SET used = q.used + 1 WHERE q.used < %s RETURNING used
"""


def note_passage(
    *, system: OutsideSystem | None, direction: Direction, now: datetime, path: str, **rest: object
) -> None:
    """
    Write one line; texts are cut and numbers of persons in them masked.

    :param rest: further fields of `Passage`
    """
    note = veil(str(rest.pop("note", ""))) or ""
    Passage.objects.create(
        system=system, direction=direction, at=now, path=(veil(path) or "")[:300], note=note[:300], **rest
    )


def may_log_refusal(*, system: OutsideSystem, now: datetime) -> bool:
    """Whether one more refused request of this minute leaves a line."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [system.pk, now, LOGGED_REFUSALS])
        return cursor.fetchone() is not None


def forget_what_ended(*, now: datetime) -> None:
    """Nonces whose timestamp is refused anyway, counts of past days, lines older than is kept."""
    Nonce.objects.filter(expires_at__lt=now).delete()
    QuotaUse.objects.filter(begins_at__lt=now - timedelta(days=2)).delete()
    Passage.objects.filter(at__lt=now - KEPT).delete()
