"""Rows beyond the reach of whoever imports stay out; at the machine itself everything is within reach."""

from yihu.hub.foundation.org.choices import OfficeLevel, ScopeRule
from yihu.hub.foundation.org.models import User
from yihu.hub.foundation.org.services.importing.checks import drop_bad, reject
from yihu.hub.foundation.org.services.importing.columns import Kind
from yihu.hub.foundation.org.services.permits import OutOfReachError

# A new office counts by the nearest superior that exists, through the rows of the file.
NEAREST = """
LEFT JOIN LATERAL (
  WITH RECURSIVE up AS (
    SELECT s.parent_code AS code, 1 AS n
    UNION ALL
    SELECT t.parent_code, up.n + 1 FROM up JOIN org_stage_offices t ON t.office_code = up.code WHERE up.n < 6)
  SELECT x.id, x.path FROM up JOIN org_office x ON x.code = up.code ORDER BY up.n LIMIT 1) o ON true
LEFT JOIN org_office self ON self.code = s.office_code
"""
OFFICE_OF = {
    Kind.OFFICES: ("office_code", NEAREST),
    Kind.POSTS: ("office_code", "LEFT JOIN org_office o ON o.code = s.office_code"),
    Kind.PEOPLE: (
        "post_code",
        "LEFT JOIN org_post q ON q.code = s.post_code LEFT JOIN org_office o ON o.id = q.office_id",
    ),
}
BEYOND = """
  NOT EXISTS (SELECT 1 FROM unnest(%(paths)s::text[]) AS w (path) WHERE starts_with({office}.path, w.path))
  AND NOT coalesce({office}.id = ANY (%(single)s::bigint[]), false)
"""


def keep_within(actor: User | None, kind: Kind) -> None:
    """Refuse rows of offices beyond the actor's reach, and a row that would appoint the actor."""
    if actor is None:
        return
    field, join = OFFICE_OF[kind]
    paths, single = _reach(actor)
    if paths is not None:
        beyond = BEYOND.format(office="o")
        if kind == Kind.OFFICES:
            # One that exists is judged by itself, so that an administrator's own top office may stand in the file.
            beyond = f"CASE WHEN self.id IS NULL THEN {beyond} ELSE {BEYOND.format(office='self')} END"
        reject(kind, "ORG-I14", field, beyond, join, paths=paths, single=single)
    if kind == Kind.PEOPLE:
        reject(kind, "ORG-I22", "username", "lower(s.username) = lower(%(own)s)", own=actor.username)
    drop_bad(kind)


def _reach(actor: User) -> tuple[list[str] | None, list[int]]:
    """Beginnings of paths and single offices the actor may import for; None for everywhere."""
    paths, single = [], []
    for grant in actor.actor.grants:
        if "org.import" not in grant.permissions:
            continue
        top = grant.office_level == OfficeLevel.HEADQUARTERS and grant.scope_rule == ScopeRule.SUBTREE
        if top or grant.scope_rule == ScopeRule.EVERYTHING:
            return None, []
        if grant.scope_rule == ScopeRule.SUBTREE:
            paths.append(grant.office_path)
        else:
            single.append(grant.office_id)
    if not paths and not single:
        raise OutOfReachError("您的岗位没有可以导入的机关范围，请联系管理员")
    return paths, single
