"""
The role the workbench connects by: it owns nothing, so that row-level security holds for it.

Tables belong to the owner, who migrates them. With the embedded server both roles are made here; on another server
the database's administrator makes them (docs/running/install.md), `DATABASE_URL` names the web's and
`DATABASE_OWNER_URL` the owner's.
"""

from typing import Any

from psycopg import sql

WEB_ROLE = "yihu_web"
OWNER = "owner"
"""Value of `YIHU_DATABASE_ROLE` for commands that migrate."""

# What the web may do less than read and write; triggers guard the log as well, and let sealed records leave it.
WITHOUT = {
    "audit_accessrecord": "UPDATE",
    "audit_leaf": "UPDATE, DELETE",
    "django_migrations": "INSERT, UPDATE, DELETE",
}
# Row history: the triggers write it as the owner, so the web can neither alter nor invent an event, nor stop a trigger
# by the setting that pgtrigger knows for that. Each migration of a trigger makes its function anew, so this follows it.
EVENTS = """
SELECT DISTINCT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'pgh_obj_id'
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
"""
EVENT_WRITERS = """
SELECT DISTINCT p.oid::regprocedure::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
 WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'pgtrigger\\_%'
"""
NEVER_IGNORED = """
CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name name) RETURNS boolean LANGUAGE plpgsql AS
$$ BEGIN RETURN false; END $$
"""
MAKE = (
    "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'yihu_web') THEN "
    "CREATE ROLE yihu_web LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS; END IF; END $$"
)
FAULTS = """
SELECT r.rolsuper, r.rolbypassrls,
       EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relowner = r.oid)
  FROM pg_roles r WHERE r.rolname = current_user
"""
WORDS = (
    "是超级用户：请改用普通角色",
    "有 BYPASSRLS 属性：请执行 ALTER ROLE … NOBYPASSRLS",
    "拥有数据表：请让另一个角色拥有数据表并执行迁移（DATABASE_OWNER_URL）",
)


def make_web_role(cursor: Any) -> None:
    """Make the role of the embedded server unless it is there."""
    cursor.execute(MAKE)


def grant_to_web(cursor: Any, role: str = WEB_ROLE) -> None:
    """Let the web's role read and write rows of every table there is, and change no table. Run after migrating."""
    name = sql.Identifier(role)
    for statement in (
        "GRANT USAGE ON SCHEMA public TO {}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
    ):
        cursor.execute(sql.SQL(statement).format(name))
    for table, rights in WITHOUT.items():
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
        if cursor.fetchone()[0]:
            cursor.execute(sql.SQL(f"REVOKE {rights} ON {{}} FROM {{}}").format(sql.Identifier(table), name))
    _keep_history_from_web(cursor, name)


def _keep_history_from_web(cursor: Any, name: sql.Identifier) -> None:
    cursor.execute(EVENTS)
    for (table,) in cursor.fetchall():
        rights = "INSERT, UPDATE, DELETE, TRUNCATE"
        cursor.execute(sql.SQL(f"REVOKE {rights} ON {{}} FROM {{}}").format(sql.Identifier(table), name))
    cursor.execute(EVENT_WRITERS)
    for (function,) in cursor.fetchall():
        cursor.execute(f"ALTER FUNCTION {function} SECURITY DEFINER SET search_path = public, pg_temp")
    cursor.execute(NEVER_IGNORED)


def faults_of_role(cursor: Any) -> list[str]:
    """Why row-level security would not hold for whoever is connected, in words; empty when it does."""
    cursor.execute(FAULTS)
    return [words for found, words in zip(cursor.fetchone(), WORDS, strict=True) if found]
