"""
The judgement of staged rows, one statement a rule. A row with a problem stays out; the rest goes on.

Rules of one file run in order; those that need another file's good rows run after that file was written.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection

from yihu.hub.foundation.org.catalogue import apart_pairs
from yihu.hub.foundation.org.services.importing.columns import COLUMNS, Kind
from yihu.hub.foundation.org.services.importing.problems import CODES

CODE = r"^[A-Za-z0-9._-]{1,%d}$"


def execute(query: str, values: dict[str, Any] | Sequence[Any] = ()) -> int:
    """Run one statement, and say how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(query, values or None)
        return cursor.rowcount


def reject(kind: Kind, code: str, field: str, where: str, join: str = "", **values: Any) -> None:
    """Write a problem for each staged row `s` that the condition holds for."""
    execute(
        f"INSERT INTO org_stage_problem SELECT %(code)s, %(kind)s, s.line, %(field)s, left(s.{field}, 200)"
        f" FROM org_stage_{kind.value} s {join} WHERE {where}",
        {"code": code, "kind": kind.value, "field": field, **values},
    )


def drop_bad(kind: Kind) -> None:
    """Take rows with a problem out of the staging table; warnings stay."""
    warnings = [code for code, c in CODES.items() if c.is_warning]
    execute(
        f"DELETE FROM org_stage_{kind.value} s USING org_stage_problem p"
        " WHERE p.kind = %(kind)s AND p.line = s.line AND NOT p.code = ANY (%(warnings)s)",
        {"kind": kind.value, "warnings": warnings},
    )


def check_form(kind: Kind, lengths: dict[str, int]) -> None:
    """Needed values, days and lengths."""
    for column in COLUMNS[kind]:
        if column.needed:
            reject(kind, "ORG-I01", column.code, f"s.{column.code} = ''")
        if column.is_day:
            reject(kind, "ORG-I07", column.code, f"s.{column.code} <> '' AND s.{column.code}_day IS NULL")
    for field, most in lengths.items():
        reject(kind, "ORG-I21", field, f"length(s.{field}) > %(most)s", most=most)


def check_codes(kind: Kind, **most: int) -> None:
    """The form of codes, in the columns named, with the longest length of each."""
    for field, length in most.items():
        reject(kind, "ORG-I02", field, f"s.{field} <> '' AND s.{field} !~ %(form)s", form=CODE % length)


def check_once(kind: Kind, field: str) -> None:
    """A code stands in one row; every further row is refused."""
    reject(
        kind, "ORG-I03", field, "t.nth > 1",
        f"JOIN (SELECT line, row_number() OVER (PARTITION BY {field} ORDER BY line) AS nth"
        f" FROM org_stage_{kind.value}) t ON t.line = s.line",
    )  # fmt: skip


def check_offices() -> None:
    """Everything of one office row that needs no other row."""
    kind = Kind.OFFICES
    check_form(kind, {"office_name": 100})
    check_codes(kind, office_code=30)
    check_once(kind, "office_code")
    reject(kind, "ORG-I04", "level", "s.level <> '' AND s.level !~ '^[1-5]$'")
    reject(kind, "ORG-I16", "division_code", "s.division_code <> '' AND s.division_code !~ '^[0-9]{2,12}$'")
    reject(
        kind, "ORG-I15", "parent_code", "p.code IS DISTINCT FROM nullif(s.parent_code, '')",
        "JOIN org_office o ON o.code = s.office_code LEFT JOIN org_office p ON p.id = o.parent_id",
    )  # fmt: skip
    drop_bad(kind)


def check_posts(today: date) -> None:
    """Posts, after the offices were written."""
    kind = Kind.POSTS
    check_form(kind, {"post_name": 100, "department_name": 100})
    check_codes(kind, post_code=60, department_code=40)
    check_once(kind, "post_code")
    reject(kind, "ORG-I08", "office_code", "s.office_code <> '' AND o.id IS NULL",
           "LEFT JOIN org_office o ON o.code = s.office_code")  # fmt: skip
    reject(kind, "ORG-I18", "office_code", "o.code <> s.office_code",
           "JOIN org_post p ON p.code = s.post_code JOIN org_office o ON o.id = p.office_id")  # fmt: skip
    reject(kind, "ORG-I18", "department_code", "o.code <> s.office_code",
           "JOIN org_department d ON d.code = s.department_code JOIN org_office o ON o.id = d.office_id")  # fmt: skip
    reject(kind, "ORG-I20", "valid_from",
           "o.valid_from > coalesce(s.valid_from_day, %(today)s) OR o.valid_to <= %(today)s",
           "JOIN org_office o ON o.code = s.office_code", today=today)  # fmt: skip
    _check_duties(today)
    drop_bad(kind)


def _check_duties(today: date) -> None:
    execute("DROP TABLE IF EXISTS org_stage_duty")
    execute(
        "CREATE TEMP TABLE org_stage_duty ON COMMIT DROP AS"
        " SELECT s.line, s.post_code, s.office_code, s.valid_from_day, btrim(d) AS duty_code FROM org_stage_posts s,"
        " regexp_split_to_table(s.duties, '[;；、,，|]') AS d WHERE btrim(d) <> ''"
    )
    unknown = "JOIN org_stage_duty d ON d.line = s.line LEFT JOIN org_duty u ON u.code = d.duty_code"
    reject(Kind.POSTS, "ORG-I09", "duties", "u.id IS NULL", unknown)
    # The duties of a row, and those the post has already.
    execute("DROP TABLE IF EXISTS org_stage_held")
    execute(
        "CREATE TEMP TABLE org_stage_held ON COMMIT DROP AS"
        " SELECT d.line, u.id AS duty_id FROM org_stage_duty d JOIN org_duty u ON u.code = d.duty_code"
        " UNION SELECT s.line, pd.duty_id FROM org_stage_posts s JOIN org_post p ON p.code = s.post_code"
        " JOIN org_postduty pd ON pd.post_id = p.id WHERE pd.valid_to IS NULL OR pd.valid_to > %(today)s",
        {"today": today},
    )
    reject(
        Kind.POSTS, "ORG-I10", "duties",
        "EXISTS (SELECT 1 FROM org_stage_held a JOIN org_stage_apart x ON x.a = a.duty_id"
        " JOIN org_stage_held b ON b.duty_id = x.b AND b.line = a.line WHERE a.line = s.line)",
    )  # fmt: skip


def make_apart_duties(today: date) -> None:
    """Pairs of duties, both ways round, that together carry an action and its control, today or later."""
    left, right = [a for a, _ in apart_pairs()], [b for _, b in apart_pairs()]
    execute("DROP TABLE IF EXISTS org_stage_apart")
    execute(
        """
        CREATE TEMP TABLE org_stage_apart ON COMMIT DROP AS
        WITH carried AS (
          SELECT duty_id, permission FROM org_dutypermission WHERE valid_to IS NULL OR valid_to > %(today)s
        ), pair AS (
          SELECT x.duty_id AS a, y.duty_id AS b FROM unnest(%(left)s::varchar[], %(right)s::varchar[]) AS p (a, b)
            JOIN carried x ON x.permission = p.a JOIN carried y ON y.permission = p.b
        )
        SELECT a, b FROM pair UNION SELECT b, a FROM pair
        """,
        {"today": today, "left": left, "right": right},
    )


def check_people(today: date) -> None:
    """People and their appointments, after offices and posts were written."""
    kind = Kind.PEOPLE
    check_form(kind, {"display_name": 60})
    reject(kind, "ORG-I12", "username", r"s.username <> '' AND s.username !~ '^[A-Za-z0-9._@-]{2,60}$'")
    reject(kind, "ORG-I11", "post_code", "s.post_code <> '' AND p.id IS NULL",
           "LEFT JOIN org_post p ON p.code = s.post_code")  # fmt: skip
    reject(kind, "ORG-I17", "username", "NOT u.is_active OR u.left_on IS NOT NULL",
           "JOIN org_user u ON lower(u.username) = lower(s.username)")  # fmt: skip
    reject(kind, "ORG-I19", "valid_to", "s.valid_to_day <= coalesce(s.valid_from_day, %(today)s)", today=today)
    reject(kind, "ORG-I20", "valid_from",
           "p.valid_from > coalesce(s.valid_from_day, %(today)s) OR p.valid_to <= %(today)s",
           "JOIN org_post p ON p.code = s.post_code", today=today)  # fmt: skip
    reject(
        kind, "ORG-I03", "post_code", "t.nth > 1",
        "JOIN (SELECT line, row_number() OVER (PARTITION BY lower(username), post_code ORDER BY line) AS nth"
        " FROM org_stage_people) t ON t.line = s.line",
    )  # fmt: skip
    drop_bad(kind)
    _check_apart(today)
    drop_bad(kind)


def _check_apart(today: date) -> None:
    """Only who has more than one post, or stands in a delegation, can hold an action and its control."""
    reject(
        Kind.PEOPLE, "ORG-I13", "post_code",
        """
        EXISTS (
          SELECT 1 FROM org_postduty mine JOIN org_stage_apart x ON x.a = mine.duty_id
            JOIN org_postduty theirs ON theirs.duty_id = x.b
            JOIN (
              SELECT a.post_id, a.valid_from, a.valid_to FROM org_appointment a JOIN org_user u ON u.id = a.user_id
               WHERE lower(u.username) = lower(s.username) AND a.refused_at IS NULL
              UNION ALL
              SELECT q.id, coalesce(o.valid_from_day, %(today)s), o.valid_to_day
                FROM org_stage_people o JOIN org_post q ON q.code = o.post_code
               WHERE lower(o.username) = lower(s.username) AND o.line <> s.line
              UNION ALL
              SELECT a.post_id, a.valid_from, a.valid_to FROM org_delegation d
                JOIN org_user u ON u.id = d.receiver_id JOIN org_appointment a ON a.user_id = d.giver_id
               WHERE lower(u.username) = lower(s.username) AND d.revoked_at IS NULL AND d.valid_to > %(today)s
              UNION ALL
              SELECT a.post_id, a.valid_from, a.valid_to FROM org_delegation d
                JOIN org_user u ON u.id = d.giver_id JOIN org_appointment a ON a.user_id = d.receiver_id
               WHERE lower(u.username) = lower(s.username) AND d.revoked_at IS NULL AND d.valid_to > %(today)s
            ) other ON other.post_id = theirs.post_id
           WHERE mine.post_id = p.id
             AND daterange(coalesce(s.valid_from_day, %(today)s), s.valid_to_day)
                 && (daterange(other.valid_from, other.valid_to) * daterange(%(today)s, NULL)))
        """,
        "JOIN org_post p ON p.code = s.post_code JOIN org_stage_several v ON v.name = lower(s.username)",
        today=today,
    )  # fmt: skip
