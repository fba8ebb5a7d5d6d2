"""Somebody must remain who appoints, who confirms, who says what a post may do, and who reads the log."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.db import connection

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.org.catalogue import permission_name

NEEDED = ("org.people", "org.confirm", "org.duties", "audit.view")
# Only appointments without an end count: one that ends later would leave the place empty then.
HELD_BY_SOMEBODY = """
SELECT n.permission, EXISTS (
  SELECT 1 FROM org_dutypermission dp
    JOIN org_postduty pd ON pd.duty_id = dp.duty_id AND pd.valid_from <= %(day)s AND pd.valid_to IS NULL
    JOIN org_appointment a ON a.post_id = pd.post_id AND a.valid_from <= %(day)s AND a.valid_to IS NULL
     AND a.confirmed_at IS NOT NULL AND a.deputy_for_id IS NULL
    JOIN org_user u ON u.id = a.user_id AND u.is_active
   WHERE dp.permission = n.permission AND dp.valid_from <= %(day)s AND dp.valid_to IS NULL)
  FROM unnest(%(needed)s::varchar[]) AS n (permission)
"""


class LastAdministratorError(UnableTo):
    """Nobody would be left to administer, to secure or to audit."""


@contextmanager
def keeping_administrators(day: date) -> Iterator[None]:
    """
    Refuse what would take the last holder of an administrator's permission away: whoever appoints could else remove
    who controls. Used inside a transaction, which the refusal rolls back.

    :raises LastAdministratorError: names the permission nobody would hold
    """
    before = _held(day)
    yield
    lost = sorted(before - _held(day))
    if lost:
        names = "、".join(f"“{permission_name(code)}”" for code in lost)
        raise LastAdministratorError(f"办理后将无人持有{names}，请先任命并确认接任者，再办理本项")


def _held(day: date) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(HELD_BY_SOMEBODY, {"day": day, "needed": list(NEEDED)})
        return {permission for permission, held in cursor.fetchall() if held}
