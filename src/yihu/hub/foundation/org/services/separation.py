"""
Nobody may hold an action and its control: checked over appointments, confirmed or not, over delegations, and over
every future day, under locks that let no two changes together make what neither makes alone.
"""

from collections.abc import Iterable
from datetime import date

from django.db import connection

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.org.catalogue import apart_pairs, permission_name
from yihu.hub.foundation.org.models import Delegation, User

# Any number that no other advisory lock of the application uses.
STRUCTURE = 0x4F524701

# Whose grants hang on the posts (`posts`), the duties (`duties`) or the people (`users`) concerned; NULL is any.
HELD = """
WITH own AS (
  SELECT a.user_id, a.post_id, daterange(a.valid_from, a.valid_to) AS days, NULL::varchar[] AS only
    FROM org_appointment a WHERE a.refused_at IS NULL {own}
  UNION ALL
  SELECT d.receiver_id, a.post_id, daterange(a.valid_from, a.valid_to) * daterange(d.valid_from, d.valid_to),
         CASE WHEN d.everything THEN NULL ELSE d.permissions END
    FROM org_delegation d JOIN org_appointment a ON a.user_id = d.giver_id
   WHERE d.revoked_at IS NULL AND a.refused_at IS NULL {lent}
), held AS (
  SELECT o.user_id, p.name AS post, dp.permission,
         o.days * daterange(pd.valid_from, pd.valid_to) * daterange(du.valid_from, du.valid_to)
           * daterange(dp.valid_from, dp.valid_to) * daterange(%(today)s, NULL) AS days
    FROM own o
    JOIN org_post p ON p.id = o.post_id
    JOIN org_postduty pd ON pd.post_id = o.post_id
    JOIN org_duty du ON du.id = pd.duty_id
    JOIN org_dutypermission dp ON dp.duty_id = du.id
   WHERE o.only IS NULL OR dp.permission = ANY (o.only)
)
SELECT u.display_name, u.username, x.post, x.permission, y.post, y.permission, lower(x.days * y.days)
  FROM unnest(%(left)s::varchar[], %(right)s::varchar[]) AS pair (a, b)
  JOIN held x ON x.permission = pair.a
  JOIN held y ON y.permission = pair.b AND y.user_id = x.user_id
  JOIN org_user u ON u.id = x.user_id
 WHERE x.days && y.days
 ORDER BY lower(x.days * y.days), u.id LIMIT 1
"""
AMONG = {
    "own": "AND a.user_id = ANY (%(users)s)",
    "lent": "AND d.receiver_id = ANY (%(users)s)",
}


class WouldJoinControlError(UnableTo):
    """Somebody would hold two permissions that must stay apart."""


def lock_people(*users: User) -> list[int]:
    """
    Let nobody else change what these people, and those they lend to, hold until the transaction ends.

    :return: their ids, with those of the receivers
    """
    _lock("pg_advisory_xact_lock_shared")
    ids = {user.pk for user in users}
    while True:
        lent = Delegation.objects.filter(giver__in=ids, revoked_at=None).values_list("receiver_id", flat=True)
        everybody = ids | set(lent)
        rows = User.objects.select_related(None).filter(pk__in=everybody).order_by("pk")
        list(rows.select_for_update(no_key=True).values_list("pk"))
        if everybody == ids:
            return sorted(ids)
        # Somebody may have been added while we waited; receivers do not lend on, so this ends.
        ids = everybody


def lock_structure() -> None:
    """Let nobody else change offices, posts, duties, or what any person holds until the transaction ends."""
    _lock("pg_advisory_xact_lock")


def check_people(users: Iterable[int], *, today: date) -> None:
    """
    Refuse when one of the people holds, today or on any later day, two permissions that must stay apart.

    :raises WouldJoinControlError: names the person, both permissions and posts, and the first day
    """
    _refuse(HELD.format(**AMONG), {"users": list(users)}, apart_pairs(), today)


def check_permissions(permissions: Iterable[str], *, today: date) -> None:
    """
    Refuse when anybody at all holds one of the permissions together with what must stay apart from it.

    :raises WouldJoinControlError: as above
    """
    changed = set(permissions)
    pairs = tuple(pair for pair in apart_pairs() if changed & set(pair))
    _refuse(HELD.format(own="", lent=""), {}, pairs, today)


def _refuse(query: str, values: dict[str, object], pairs: tuple[tuple[str, str], ...], today: date) -> None:
    left, right = [a for a, _ in pairs], [b for _, b in pairs]
    with connection.cursor() as cursor:
        cursor.execute(query, {**values, "today": today, "left": left, "right": right})
        found = cursor.fetchone()
    if found:
        name, username, post, one, other_post, other, day = found
        raise WouldJoinControlError(
            f"{name}（{username}）将自 {max(day, today)} 起同时持有“{permission_name(one)}”（{post}）和"
            f"“{permission_name(other)}”（{other_post}），这两项权限必须由不同的人持有。请改派他人，或先终止其中一项"
        )


def _lock(function: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [STRUCTURE])
