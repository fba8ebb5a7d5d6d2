"""What a person holds on a day: one row a post and duty, own or lent, read by one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from yihu.hub.base.access import Label
from yihu.hub.foundation.org.choices import Family, OfficeLevel, ScopeRule

# Own appointments first, then the appointments of those who lent theirs. A deputy's counts while the principal is on
# leave or has ceased to hold the post. `{x}` stands for the alias of a dated table.
DAYS = "({x}.valid_from <= %(day)s AND ({x}.valid_to IS NULL OR {x}.valid_to > %(day)s))"


def _on(alias: str) -> str:
    return DAYS.format(x=alias)


ACTING = f"""
    a.confirmed_at IS NOT NULL AND {_on("a")} AND (
      a.deputy_for_id IS NULL
      OR EXISTS (SELECT 1 FROM org_leave l JOIN org_appointment pa ON pa.user_id = l.user_id
                  WHERE pa.id = a.deputy_for_id AND l.cancelled_at IS NULL AND {_on("l")})
      OR NOT EXISTS (SELECT 1 FROM org_appointment pa
                      WHERE pa.id = a.deputy_for_id AND pa.confirmed_at IS NOT NULL AND {_on("pa")}))
"""
GRANTS = f"""
WITH held AS (
  SELECT a.id AS appointment_id, a.user_id AS holder_id, a.post_id, a.is_primary, a.valid_from,
         a.deputy_for_id IS NOT NULL AS is_deputy,
         NULL::bigint AS delegation_id, '' AS lent_by, NULL::varchar[] AS only
    FROM org_appointment a WHERE a.user_id = %(user)s AND {ACTING}
  UNION ALL
  SELECT a.id, a.user_id, a.post_id, false, d.valid_from, a.deputy_for_id IS NOT NULL,
         d.id, g.display_name, CASE WHEN d.everything THEN NULL ELSE d.permissions END
    FROM org_delegation d
    JOIN org_user g ON g.id = d.giver_id AND g.is_active
    JOIN org_appointment a ON a.user_id = d.giver_id
   WHERE d.receiver_id = %(user)s AND d.revoked_at IS NULL AND {_on("d")} AND {ACTING}
)
SELECT h.appointment_id, h.holder_id, h.delegation_id, h.lent_by, h.is_primary, h.is_deputy, p.id, p.name,
       o.id, o.code, o.path, o.level, o.division_code, du.code, du.name, du.family, du.scope_rule, du.clearance,
       ARRAY(SELECT dp.permission FROM org_dutypermission dp
              WHERE dp.duty_id = du.id AND {_on("dp")} AND (h.only IS NULL OR dp.permission = ANY (h.only)))
  FROM held h
  JOIN org_post p ON p.id = h.post_id AND {_on("p")}
  JOIN org_office o ON o.id = p.office_id AND {_on("o")}
  LEFT JOIN org_postduty pd ON pd.post_id = p.id AND {_on("pd")}
  LEFT JOIN org_duty du ON du.id = pd.duty_id AND {_on("du")}
 ORDER BY h.delegation_id NULLS FIRST, h.is_primary DESC, h.valid_from, h.appointment_id, du.code
"""


@dataclass(frozen=True, slots=True)
class Grant:
    """A duty in effect through a post; `lent_by` names the giver when it came by delegation. Without duty: a title."""

    appointment_id: int
    holder_id: int
    delegation_id: int | None
    lent_by: str
    is_primary: bool
    is_deputy: bool
    post_id: int
    post_name: str
    office_id: int
    office_code: str
    office_path: str
    office_level: OfficeLevel
    division_code: str
    duty_code: str
    duty_name: str
    family: Family | None
    scope_rule: ScopeRule
    clearance: Label
    permissions: frozenset[str]

    @property
    def title(self) -> str:
        """The post as the reader knows it: 科所长, 科所长（替岗）, 科所长（受周敏委托）."""
        if self.lent_by:
            return f"{self.post_name}（受{self.lent_by}委托）"
        return f"{self.post_name}（替岗）" if self.is_deputy else self.post_name


def load_grants(user_id: int, day: date) -> tuple[Grant, ...]:
    """One query. Administration that was lent counts only for whoever holds the same kind of post themselves."""
    with connection.cursor() as cursor:
        cursor.execute(GRANTS, {"user": user_id, "day": day})
        grants = [_grant(row) for row in cursor.fetchall()]
    own = {g.family for g in grants if g.delegation_id is None}
    lent_freely = {Family.BUSINESS, Family.COMMON, None}
    return tuple(g for g in grants if g.delegation_id is None or g.family in lent_freely or g.family in own)


def _grant(row: Sequence[Any]) -> Grant:
    *head, level, division, duty, duty_name, family, rule, clearance, permissions = row
    return Grant(
        *head,
        office_level=OfficeLevel(level),
        division_code=division,
        duty_code=duty or "",
        duty_name=duty_name or "",
        family=Family(family) if family else None,
        scope_rule=ScopeRule(rule or ScopeRule.NONE),
        clearance=Label(clearance or Label.PUBLIC),
        permissions=frozenset(permissions or ()),
    )
