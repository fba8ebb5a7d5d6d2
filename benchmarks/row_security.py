"""
What row-level security costs: the same questions to the register with and without it, as ratios.

    python benchmarks/row_security.py --taxpayers 1_000_000

Both sides run on one connection to one embedded server, in turns, and the fastest run of each counts. "Without" is the
owner with the scope written into the query, as a careful view would write it; "with" is the web's role and the bare
query, the scope being set on the connection. Both must answer alike, or the run fails.
"""

import argparse
import json
import shutil
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg

from yihu.hub.config.database import EmbeddedServer
from yihu.hub.config.roles import WEB_ROLE, grant_to_web

MIGRATIONS = "yihu.hub.registers.taxpayers.migrations"
WALL = import_module(f"{MIGRATIONS}.0002_row_level_security")
INDEXED = import_module(f"{MIGRATIONS}.0003_policies_that_use_indexes")
OFFICES, RUNS = 400, 7
TABLE = """
CREATE TABLE taxpayers_taxpayer (number varchar(64) PRIMARY KEY, household_id varchar(32) NOT NULL, name varchar(300),
 office_code varchar(30) NOT NULL, division_code varchar(12) NOT NULL, status_code varchar(20) NOT NULL,
 label smallint NOT NULL, is_present boolean NOT NULL);
INSERT INTO taxpayers_taxpayer SELECT 'N' || lpad(n::text, 12, '0'), 'H' || n / 2, '公司' || n,
 'O' || lpad((n * 7919::bigint % {offices})::text, 5, '0'), '44' || lpad((n * 7919::bigint % {offices})::text, 4, '0'),
 'NORMAL', CASE WHEN n % 500 = 0 THEN 2 ELSE 1 END, true FROM generate_series(1, {rows}) n;
CREATE INDEX ON taxpayers_taxpayer (household_id);
CREATE INDEX ON taxpayers_taxpayer (office_code, division_code);
CREATE INDEX ON taxpayers_taxpayer (division_code varchar_pattern_ops);
ANALYZE taxpayers_taxpayer;
"""
MANY = [f"O{n:05d}" for n in range(0, OFFICES, 4)]
# Scope on the connection, and the same as a careful view would write it.
SCOPES: dict[str, tuple[dict[str, Any], str]] = {
    "one office": ({"offices": ["O00007"], "clearance": 1}, "office_code = 'O00007' AND label <= 1"),
    "100 offices": (
        {"offices": MANY, "clearance": 1},
        f"office_code = ANY ('{{{','.join(MANY)}}}') AND label <= 1",
    ),
    "everything": ({"everything": True, "clearance": 3}, "label <= 3"),
}
QUESTIONS = {
    "one number": "SELECT * FROM taxpayers_taxpayer WHERE number = 'N000000000407' AND {scope}",
    "one household": "SELECT * FROM taxpayers_taxpayer WHERE household_id = 'H203' AND {scope}",
    "first page": "SELECT * FROM taxpayers_taxpayer WHERE {scope} ORDER BY number LIMIT 50",
    "count": "SELECT count(*) FROM taxpayers_taxpayer WHERE {scope}",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--taxpayers", type=int, default=1_000_000)
    asked = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="yihu-bench-"))
    server = EmbeddedServer(home / "pg")
    try:
        server.ensure_running()
        with psycopg.connect(host=str(server.socket_directory), user="postgres", autocommit=True) as connection:
            _compare(connection.cursor(), asked.taxpayers)
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def _compare(cursor: Any, rows: int) -> None:
    cursor.execute(TABLE.format(offices=OFFICES, rows=rows))
    cursor.execute(WALL.FUNCTIONS + WALL.REGISTER + INDEXED.FORWARDS)
    grant_to_web(cursor)
    print(f"{rows:,} registrations\n{'scope':12} {'question':14} {'without ms':>11} {'with ms':>9} {'ratio':>6}")
    for scope, (setting, condition) in SCOPES.items():
        cursor.execute("SELECT set_config('yihu.scope', %s, false)", [json.dumps(setting)])
        for name, question in QUESTIONS.items():
            plain, bare = question.format(scope=condition), question.format(scope="true")
            without, with_it, answers = [], [], []
            for _ in range(RUNS):
                for role, sql, times in (("postgres", plain, without), (WEB_ROLE, bare, with_it)):
                    cursor.execute(f"SET ROLE {role}")
                    began = time.perf_counter()
                    cursor.execute(sql)
                    answers.append(cursor.fetchall())
                    times.append((time.perf_counter() - began) * 1000)
            if any(answer != answers[0] for answer in answers):
                raise SystemExit(f"{scope}, {name}: the two sides answer differently")
            best, walled = min(without), min(with_it)
            print(f"{scope:12} {name:14} {best:11.2f} {walled:9.2f} {walled / best:6.2f}")
        cursor.execute("RESET ROLE")


if __name__ == "__main__":
    main()
