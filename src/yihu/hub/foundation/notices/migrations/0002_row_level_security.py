"""
An inbox is its owner's: PostgreSQL shows a notice to its receiver and to whoever sent it, an address to its owner, what goes out
and comes in to its person and to whoever keeps the channels. Only the system writes into other people's inboxes.

A policy calls each function in a scalar sub-select, which PostgreSQL runs once a query. With nothing set nothing is seen.
"""

from django.db import migrations

SCOPE = "coalesce(nullif(current_setting('yihu.scope', true), ''), '{}')::jsonb"
FUNCTIONS = f"""
CREATE FUNCTION notices_actor() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT ({SCOPE} ->> 'user')::bigint $$;
CREATE FUNCTION notices_system() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT {SCOPE} ? 'system' $$;
CREATE FUNCTION notices_keeper() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce({SCOPE} ->> 'permission' = 'notices.keep', false) $$;
"""
SYSTEM, KEEPER = "(SELECT notices_system())", "(SELECT notices_keeper())"


def _owner(column: str) -> str:
    return f"{column} = (SELECT notices_actor())"


def _wall(table: str, *, read: str, write: str) -> str:
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY notices_read ON {table} FOR SELECT USING ({read});
CREATE POLICY notices_arrive ON {table} FOR INSERT WITH CHECK ({SYSTEM});
CREATE POLICY notices_change ON {table} FOR UPDATE USING ({write}) WITH CHECK ({write});
CREATE POLICY notices_leave ON {table} FOR DELETE USING ({SYSTEM});
"""


TABLES = {
    "notices_notice": {
        "read": f"{_owner('receiver_id')} OR {_owner('sender_id')} OR {SYSTEM}",
        "write": f"{_owner('receiver_id')} OR {SYSTEM}",
    },
    "notices_delivery": {"read": f"{_owner('receiver_id')} OR {KEEPER} OR {SYSTEM}", "write": SYSTEM},
    "notices_address": {"read": f"{_owner('user_id')} OR {SYSTEM}", "write": SYSTEM},
    "notices_challenge": {"read": f"{_owner('user_id')} OR {SYSTEM}", "write": SYSTEM},
    "notices_incomingsms": {"read": f"{KEEPER} OR {SYSTEM}", "write": SYSTEM},
}
FORWARDS = FUNCTIONS + "".join(_wall(table, **rules) for table, rules in TABLES.items())
BACKWARDS = (
    "".join(
        "".join(f"DROP POLICY notices_{act} ON {table};" for act in ("read", "arrive", "change", "leave"))
        + f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
        for table in TABLES
    )
    + "DROP FUNCTION notices_keeper(), notices_system(), notices_actor();"
)


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_first")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
