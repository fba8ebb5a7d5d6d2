"""
A past day as a home of its own: everything gathered so far, without what was dated later.

A build that looks back runs over this home unchanged, so it cannot see a later row: there is none. What a row says of
its subject *today* is taken back to the day as far as its source dates it:

* rows dated after the day are left out (invoices and their lines, changes, roles, payments, declarations, third-party
  records, inspections; also such third-party records without a date);
* an inspection closed later is still open: its outcome, scheme, amount, hours and note are unknown;
* a registration gets back its former name, address, telephone, capital and legal representative where a recorded change
  came later (the representative's number is then unknown), and is left out where it only later received its number;
* a closing date still to come is unknown; so is a status or credit rating that no date vouches for;
* a return filed later is an obligation without figures; a role's later end is unknown; judgements recorded later are
  not known yet.

What stays as it is today, for no source dates it: taxpayer kind, industry, office, identity data of persons, whether an
invoice was later voided, and corrections that came in a later batch.
"""

import os
import shutil
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from yihu.lens.backends.duck import connect, literal, parquet_source, write_parquet
from yihu.lens.home import Home
from yihu.lens.ingest.batches import MANIFEST, list_batches, table_files
from yihu.lens.resolve import journal
from yihu.lens.schema import TABLES
from yihu.lens.vault import KEY_FILE, vault_key

CHINA = ZoneInfo("Asia/Shanghai")
# change item -> column of a registration that holds what it was changed to
CHANGED = {"NAME": "name", "ADDRESS": "address", "PHONE": "phone", "LEGAL_REPRESENTATIVE": "legal_representative_name"}
RETURN_FIGURES = [c.name for c in TABLES["returns"].columns.values() if c.type in ("money", "integer")]


def home_at(home: Home, day: date, root: Path) -> Home:
    """Make the home of `day` (its last moment included) below `root`, which is emptied first."""
    shutil.rmtree(root, ignore_errors=True)
    past = Home(root)
    past.batches.mkdir(mode=0o700, parents=True)
    vault_key(home)
    os.link(home.root / KEY_FILE, root / KEY_FILE)
    con = connect(spill=home.staging)
    _learn(con, home, day)
    for batch in list_batches(home):
        target = past.batches / batch.id
        target.mkdir()
        shutil.copyfile(batch.path / MANIFEST, target / MANIFEST)
        if (batch.path / "superseded").is_dir():
            shutil.copytree(batch.path / "superseded", target / "superseded", copy_function=os.link)
        for table in TABLES:
            for file in sorted((batch.path / table).glob("*.parquet")):
                _carry_over(con, table, file, target / table / file.name, day)
    con.close()
    known = journal.read(home, datetime.combine(day, time.max, CHINA))
    journal.append(past, known)
    return past


def _learn(con: Any, home: Home, day: date) -> None:
    """Temporary tables of what came after the day: `later_changes`, `later_invoices`, `later_returns` and so on."""
    after = f"> DATE '{day.isoformat()}'"
    con.execute(
        "CREATE TEMP TABLE later_changes AS SELECT registration_id, item_code, "
        f"arg_min(old_value, changed_on) AS before FROM ({_every(home, 'registration_changes')}) "
        f"WHERE changed_on {after} GROUP BY ALL"
    )
    con.execute(
        "CREATE TEMP TABLE later_invoices AS SELECT DISTINCT coalesce(invoice_code, '') AS code, invoice_number "
        f"FROM ({_every(home, 'invoices')}) WHERE CAST(issued_at AS DATE) {after}"
    )
    con.execute(
        f"CREATE TEMP TABLE later_returns AS SELECT DISTINCT return_id FROM ({_every(home, 'returns')}) "
        f"WHERE filed_on {after} OR period_end {after}"
    )
    con.execute(
        f"CREATE TEMP TABLE later_people AS SELECT person_id FROM ({_every(home, 'roles')}) GROUP BY person_id "
        f"HAVING min(coalesce(start_on, DATE '1900-01-01')) {after}"
    )
    con.execute(
        f"CREATE TEMP TABLE numbers AS SELECT DISTINCT registration_id AS number FROM ({_every(home, 'registrations')})"
    )


def _every(home: Home, table: str) -> str:
    files = table_files(home, table)
    if files:
        return f"SELECT * FROM {parquet_source(files)}"
    nothing = ", ".join(f"NULL::{_sql_type(c.type)} AS {c.name}" for c in TABLES[table].columns.values())
    return f"SELECT {nothing} WHERE false"


def _sql_type(kind: str) -> str:
    return {"date": "DATE", "timestamp": "TIMESTAMP"}.get(kind, "VARCHAR")


def _carry_over(con: Any, table: str, file: Path, target: Path, day: date) -> None:
    """Link a file that lies wholly before the day, leave out one wholly after, write the rest row by row."""
    month = file.stem if table == "invoices" else ""
    if month > f"{day:%Y-%m}":
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if month and month < f"{day:%Y-%m}":
        os.link(file, target)
        return
    rows = write_parquet(con, SELECTS.get(table, _dated)(table, f"read_parquet({literal(str(file))})", day), target)
    if month and not rows:
        target.unlink()  # a file named by its month holds rows of that month


def _dated(table: str, source: str, day: date) -> str:
    period = TABLES[table].period
    if period is None:
        return f"SELECT * FROM {source}"
    return f"SELECT * FROM {source} WHERE CAST({period} AS DATE) <= DATE '{day.isoformat()}'"


def _registrations(table: str, source: str, day: date) -> str:
    until = f"<= DATE '{day.isoformat()}'"
    joins = "".join(
        f" LEFT JOIN later_changes {c} ON {c}.registration_id = r.registration_id AND {c}.item_code = '{item}'"
        for item, c in (*CHANGED.items(), ("NUMBER", "number_"), ("CAPITAL", "capital_"))
    )
    told = ", ".join(f"CASE WHEN {c}.item_code IS NULL THEN r.{c} ELSE {c}.before END AS {c}" for c in CHANGED.values())
    return (
        f"SELECT r.* REPLACE ({told}, "
        "CASE WHEN legal_representative_name.item_code IS NULL THEN r.legal_representative_id END "
        "AS legal_representative_id, "
        "CASE WHEN capital_.item_code IS NULL THEN r.registered_capital "
        "ELSE CAST(try_cast(regexp_extract(capital_.before, '^[0-9.]+') AS DECIMAL(14,2)) "
        "* CASE WHEN capital_.before LIKE '%万%' THEN 10000 ELSE 1 END AS DECIMAL(18,2)) END AS registered_capital, "
        "CASE WHEN number_.item_code IS NULL THEN r.previous_registration_id END AS previous_registration_id, "
        f"CASE WHEN r.closed_on {until} THEN r.closed_on END AS closed_on, "
        f"CASE WHEN r.status_code = 'NORMAL' OR r.closed_on {until} THEN r.status_code END AS status_code, "
        "CAST(NULL AS VARCHAR) AS credit_rating_code) "
        f"FROM {source} r{joins} WHERE (r.registered_on IS NULL OR r.registered_on {until}) "
        "AND (number_.item_code IS NULL OR number_.before NOT IN (SELECT number FROM numbers))"
    )


def _roles(table: str, source: str, day: date) -> str:
    until = f"<= DATE '{day.isoformat()}'"
    return (
        f"SELECT * REPLACE (CASE WHEN end_on {until} THEN end_on END AS end_on) FROM {source} "
        f"WHERE start_on IS NULL OR start_on {until}"
    )


def _returns(table: str, source: str, day: date) -> str:
    until = f"<= DATE '{day.isoformat()}'"
    known = f"(filed_on IS NULL OR filed_on {until})"
    figures = ", ".join(f"CASE WHEN {known} THEN {name} END AS {name}" for name in RETURN_FIGURES)
    return (
        f"SELECT * REPLACE ({figures}, CASE WHEN filed_on {until} THEN filed_on END AS filed_on) FROM {source} "
        f"WHERE period_end {until}"
    )


def _inspections(table: str, source: str, day: date) -> str:
    until = f"<= DATE '{day.isoformat()}'"
    closed = ("closed_on", "scheme_code", "amount_due", "hours", "note")
    told = ", ".join(f"CASE WHEN closed_on {until} THEN {name} END AS {name}" for name in closed)
    return (
        f"SELECT * REPLACE ({told}, CASE WHEN closed_on {until} THEN outcome_code ELSE 'PENDING' END AS outcome_code) "
        f"FROM {source} WHERE opened_on {until}"
    )


SELECTS: dict[str, Callable[[str, str, date], str]] = {
    "registrations": _registrations,
    "roles": _roles,
    "returns": _returns,
    "return_lines": lambda table, source, day: f"SELECT * FROM {source} ANTI JOIN later_returns USING (return_id)",
    "invoice_lines": lambda table, source, day: (
        f"SELECT l.* FROM {source} l ANTI JOIN later_invoices i ON i.code = coalesce(l.invoice_code, '') "
        "AND i.invoice_number = l.invoice_number"
    ),
    "inspections": _inspections,
    "persons": lambda table, source, day: f"SELECT * FROM {source} ANTI JOIN later_people USING (person_id)",
}
