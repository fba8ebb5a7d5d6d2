"""Reads of one's own inbox."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.urls import Resolver404, resolve, reverse

from yihu.hub.base.access import PUBLIC, declared
from yihu.hub.foundation.notices.models import Delivery, Notice
from yihu.hub.foundation.notices.models.notices import UNREAD
from yihu.hub.foundation.org.api import User

# A badge says 99+ from here on, so counting stops.
COUNTED = 100
COUNTS = f"""
SELECT u, (SELECT count(*) FROM (SELECT FROM notices_notice n WHERE n.receiver_id = u AND n.read_at IS NULL
            AND n.archived_at IS NULL AND n.recalled_at IS NULL LIMIT {COUNTED}) AS capped)
  FROM unnest(%s::bigint[]) AS u
"""
NEWEST = """
SELECT u, newest.id FROM unnest(%s::bigint[]) AS u CROSS JOIN LATERAL (
    SELECT n.id FROM notices_notice n WHERE n.receiver_id = u AND n.read_at IS NULL AND n.archived_at IS NULL
       AND n.recalled_at IS NULL ORDER BY n.id DESC LIMIT 1) AS newest
"""


def list_notices(reader: User, box: str) -> QuerySet[Notice]:
    """One's notices, newest first. `box` is unread, archived or anything else for the whole inbox."""
    rows = Notice.objects.filter(receiver=reader).select_related("sender").order_by("-id")
    if box == "unread":
        return rows.filter(UNREAD)
    return rows.filter(archived_at__isnull=box != "archived")


def count_unread(reader_id: int) -> int:
    """Up to `COUNTED`; one look at a partial index."""
    return Notice.objects.filter(UNREAD, receiver_id=reader_id).order_by()[:COUNTED].count()


def summaries(readers: Sequence[int]) -> dict[int, dict[str, Any]]:
    """
    By reader, what the frame shows: how many are unread (`99` and `more` beyond that), and the newest of them.

    Two queries for any number of readers; each counts on the partial index of what is unread.
    """
    counts = dict(_rows(COUNTS, readers))
    newest = {n.receiver_id: n for n in Notice.objects.filter(pk__in=[row[1] for row in _rows(NEWEST, readers)])}
    return {
        reader: {
            "unread": min(counts.get(reader, 0), COUNTED - 1),
            "more": counts.get(reader, 0) >= COUNTED,
            "newest": _told(newest[reader]) if reader in newest else None,
        }
        for reader in readers
    }


def _rows(query: str, readers: Sequence[int]) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(query, [list(readers)])
        return cursor.fetchall()


def _told(newest: Notice) -> dict[str, Any]:
    """A notice as a toast tells it."""
    return {
        "id": newest.pk,
        "title": newest.title,
        "kind": newest.get_kind_display(),
        "urgency": newest.urgency,
        "url": reverse("notices:notice", args=[newest.pk]),
    }


def find_notice(reader: User, number: int) -> Notice | None:
    """One's own notice."""
    return Notice.objects.select_related("sender", "announcement").filter(receiver=reader, pk=number).first()


def list_deliveries_of(notice: Notice) -> list[Delivery]:
    """What went out for a notice."""
    return list(Delivery.objects.filter(notice=notice).order_by("id"))


def may_open(reader: User, url: str) -> bool:
    """
    Whether the reader's posts still carry the permission of the page behind a notice; asked when the link is followed.

    Whether this very thing is within reach the page itself decides.
    """
    try:
        permission = declared(resolve(url.partition("?")[0].partition("#")[0]).func)
    except Resolver404:
        return False
    return permission is not None and (permission == PUBLIC or reader.holds(permission))
