"""Who can do something by their own posts on a day: what a workflow asks to find the people of a step."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection

from yihu.hub.base.access import Label
from yihu.hub.foundation.org.choices import ScopeRule
from yihu.hub.foundation.org.models import Duty, Leave, Office
from yihu.hub.foundation.org.models.grants import ACTING, DAYS

MOST = 200
HOLDERS = f"""
SELECT DISTINCT a.user_id, o.code, o.path, du.scope_rule
  FROM org_appointment a
  JOIN org_user u ON u.id = a.user_id AND u.is_active
  JOIN org_post p ON p.id = a.post_id AND {DAYS.format(x="p")}
  JOIN org_office o ON o.id = p.office_id
  JOIN org_postduty pd ON pd.post_id = p.id AND {DAYS.format(x="pd")}
  JOIN org_duty du ON du.id = pd.duty_id AND du.clearance >= %(label)s AND {DAYS.format(x="du")}
 WHERE {ACTING}
   AND EXISTS (SELECT 1 FROM org_dutypermission dp
                WHERE dp.duty_id = du.id AND dp.permission = %(permission)s AND {DAYS.format(x="dp")})
   AND (%(duty)s::text IS NULL OR du.code = %(duty)s)
   AND (%(offices)s::text[] IS NULL OR o.code = ANY (%(offices)s))
   AND (%(users)s::bigint[] IS NULL OR a.user_id = ANY (%(users)s))
 ORDER BY o.path DESC, a.user_id
 LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds a permission through a post of an office."""

    user_id: int
    office_code: str
    scope_rule: str


def list_able(
    *,
    permission: str,
    day: date,
    label: Label = Label.PUBLIC,
    duty: str | None = None,
    office_codes: Iterable[str] | None = None,
    user_ids: Iterable[int] | None = None,
) -> list[Holder]:
    """
    Holders of a permission by a post of their own whose duty is cleared for the label, the deepest offices first.

    :param duty: only by this duty
    :param office_codes: only by posts of these offices
    :param user_ids: only these people; one of duty, offices and people should bound the answer (at most `MOST`)
    """
    asked = {
        "permission": permission, "day": day, "label": int(label), "duty": duty, "most": MOST,
        "offices": None if office_codes is None else list(office_codes),
        "users": None if user_ids is None else list(user_ids),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(HOLDERS, asked)
        return [Holder(user_id, code, rule) for user_id, code, _, rule in cursor.fetchall()]


def list_keepers(*, permission: str, office: Office, day: date, label: Label = Label.PUBLIC) -> list[Holder]:
    """Holders of a permission who reach an office, the nearest first: at the office, or above with its subtree."""
    codes = [*office.ancestor_codes, office.code]
    found = list_able(permission=permission, day=day, label=label, office_codes=codes)
    wide = {ScopeRule.SUBTREE, ScopeRule.EVERYTHING}
    return [h for h in found if h.office_code == office.code or h.scope_rule in wide]


def list_away(user_ids: Iterable[int], day: date) -> set[int]:
    """Those of these people who are on leave that day. One query."""
    return set(
        Leave.objects.filter(user__in=list(user_ids), cancelled_at=None).on(day).values_list("user_id", flat=True)
    )


def is_duty(code: str) -> bool:
    """Whether there is a duty of this code."""
    return Duty.objects.filter(code=code).exists()
