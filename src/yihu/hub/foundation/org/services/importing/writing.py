"""Good rows become offices, posts, people and appointments, set by set. What is there already is not made again."""

from datetime import date, datetime

from yihu.hub.foundation.org.choices import OfficeLevel
from yihu.hub.foundation.org.models import Office
from yihu.hub.foundation.org.services.importing.checks import drop_bad, execute, reject
from yihu.hub.foundation.org.services.importing.columns import Kind

LONGEST_PATH = Office._meta.get_field("path").max_length


def write_offices(today: date) -> dict[str, int]:
    """Level by level from the top, so that each finds its superior; what finds none is a problem."""
    renamed = execute(
        "UPDATE org_office o SET name = s.office_name FROM org_stage_offices s"
        " WHERE s.office_code = o.code AND s.office_name <> o.name"
    )
    made = 0
    for level in OfficeLevel:
        made += execute(
            """
            INSERT INTO org_office (code, name, level, parent_id, path, division_code, valid_from)
            SELECT s.office_code, s.office_name, s.level::smallint, p.id, coalesce(p.path, '') || s.office_code || '/',
                   s.division_code, coalesce(s.valid_from_day, %(today)s)
              FROM org_stage_offices s LEFT JOIN org_office p ON p.code = s.parent_code
             WHERE s.level = %(level)s
               AND (s.parent_code = '' OR (p.level < s.level::smallint AND p.merged_into_id IS NULL))
               AND length(coalesce(p.path, '')) + length(s.office_code) + 1 <= %(longest)s
               AND NOT EXISTS (SELECT 1 FROM org_office o WHERE o.code = s.office_code)
            """,
            {"level": str(level.value), "today": today, "longest": LONGEST_PATH},
        )
    missing = "LEFT JOIN org_office o ON o.code = s.office_code LEFT JOIN org_office p ON p.code = s.parent_code"
    reject(Kind.OFFICES, "ORG-I05", "parent_code", "o.id IS NULL AND p.id IS NULL", missing)
    reject(Kind.OFFICES, "ORG-I06", "level", "o.id IS NULL AND p.id IS NOT NULL", missing)
    drop_bad(Kind.OFFICES)
    return {"made": made, "changed": renamed}


def write_posts(today: date, now: datetime, *, with_duties: bool) -> dict[str, int]:
    """Departments on the way, posts, and the duties of posts when whoever imports may give them."""
    execute(
        """
        INSERT INTO org_department (code, name, office_id, valid_from)
        SELECT DISTINCT ON (s.department_code) s.department_code, coalesce(nullif(s.department_name, ''),
               s.department_code), o.id, coalesce(s.valid_from_day, %(today)s)
          FROM org_stage_posts s JOIN org_office o ON o.code = s.office_code
         WHERE s.department_code <> '' ORDER BY s.department_code, s.line
        ON CONFLICT (code) DO NOTHING
        """,
        {"today": today},
    )
    renamed = execute(
        "UPDATE org_post p SET name = s.post_name FROM org_stage_posts s"
        " WHERE s.post_code = p.code AND s.post_name <> p.name"
    )
    made = execute(
        """
        INSERT INTO org_post (code, name, office_id, department_id, valid_from)
        SELECT s.post_code, s.post_name, o.id, d.id, coalesce(s.valid_from_day, %(today)s)
          FROM org_stage_posts s JOIN org_office o ON o.code = s.office_code
          LEFT JOIN org_department d ON d.code = s.department_code AND d.office_id = o.id
        ON CONFLICT (code) DO NOTHING
        """,
        {"today": today},
    )
    if with_duties:
        given = execute(
            """
            INSERT INTO org_postduty (post_id, duty_id, valid_from)
            SELECT DISTINCT p.id, u.id, coalesce(d.valid_from_day, %(today)s)
              FROM org_stage_duty d JOIN org_stage_posts s ON s.line = d.line
              JOIN org_post p ON p.code = s.post_code JOIN org_duty u ON u.code = d.duty_code
             WHERE NOT EXISTS (SELECT 1 FROM org_postduty x WHERE x.post_id = p.id AND x.duty_id = u.id
                                AND (x.valid_to IS NULL OR x.valid_to > %(today)s))
            """,
            {"today": today},
        )
        return {"made": made, "changed": renamed, "duties": given}
    reject(Kind.POSTS, "ORG-W01", "duties", "s.duties <> ''")
    return {"made": made, "changed": renamed, "duties": 0}


def find_several(today: date) -> None:
    """Names with more than one post, in the file and the tables together, or in a delegation: few among many."""
    execute("DROP TABLE IF EXISTS org_stage_several")
    execute(
        """
        CREATE TEMP TABLE org_stage_several ON COMMIT DROP AS
        SELECT name FROM (
          SELECT lower(username) AS name, post_code FROM org_stage_people
          UNION ALL
          SELECT lower(u.username), p.code FROM org_stage_people s
            JOIN org_user u ON lower(u.username) = lower(s.username)
            JOIN org_appointment a ON a.user_id = u.id AND a.refused_at IS NULL
            JOIN org_post p ON p.id = a.post_id) held
         GROUP BY name HAVING count(DISTINCT post_code) > 1
        UNION
        SELECT lower(u.username) FROM org_delegation d JOIN org_user u ON u.id IN (d.giver_id, d.receiver_id)
         WHERE d.revoked_at IS NULL AND d.valid_to > %(today)s
        """,
        {"today": today},
    )


def write_people(today: date, now: datetime, *, actor_id: int | None, confirmed: bool) -> dict[str, int]:
    """Accounts without a password, and appointments: waiting for confirmation unless made at the machine itself."""
    renamed = execute(
        # From afar one may appoint somebody, not rename them.
        "UPDATE org_user u SET display_name = s.display_name FROM org_stage_people s"
        " JOIN org_post p ON p.code = s.post_code WHERE lower(s.username) = lower(u.username)"
        " AND s.display_name <> u.display_name AND (%(machine)s OR u.office_id = p.office_id)",
        {"machine": actor_id is None},
    )
    made = execute(
        """
        INSERT INTO org_user (password, username, display_name, office_id, is_active, created_at)
        SELECT DISTINCT ON (lower(s.username)) '!' || replace(gen_random_uuid()::text, '-', ''), s.username,
               s.display_name, p.office_id, true, %(now)s
          FROM org_stage_people s JOIN org_post p ON p.code = s.post_code
         WHERE NOT EXISTS (SELECT 1 FROM org_user u WHERE lower(u.username) = lower(s.username))
         ORDER BY lower(s.username), s.line
        """,
        {"now": now},
    )
    appointed = execute(
        """
        INSERT INTO org_appointment
               (user_id, post_id, valid_from, valid_to, is_primary, appointed_by_id, appointed_at, confirmed_at,
                end_reason)
        SELECT u.id, p.id, coalesce(s.valid_from_day, %(today)s), s.valid_to_day,
               row_number() OVER (PARTITION BY u.id ORDER BY s.line) = 1
                 AND NOT EXISTS (SELECT 1 FROM org_appointment a WHERE a.user_id = u.id AND a.is_primary
                                  AND a.refused_at IS NULL AND (a.valid_to IS NULL OR a.valid_to > %(today)s)),
               %(actor)s, %(now)s, %(confirmed)s, ''
          FROM org_stage_people s JOIN org_post p ON p.code = s.post_code
          JOIN org_user u ON lower(u.username) = lower(s.username)
         WHERE NOT EXISTS (
               SELECT 1 FROM org_appointment a WHERE a.user_id = u.id AND a.post_id = p.id AND a.refused_at IS NULL
                  AND daterange(a.valid_from, a.valid_to)
                      && daterange(coalesce(s.valid_from_day, %(today)s), s.valid_to_day))
        """,
        {"today": today, "now": now, "actor": actor_id, "confirmed": now if confirmed else None},
    )
    return {"made": made, "changed": renamed, "appointments": appointed}
