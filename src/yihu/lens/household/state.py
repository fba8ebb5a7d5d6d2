"""
In what state a registration is: its status and its closing date told as one, and where the source contradicts itself.

The snapshot's day is the day of the last invoice in it; a closing date up to that day is *reached*.

* ``CLOSED`` stays, with or without a date.
* A reached closing date closes a registration that the source calls 正常 or 停业, or says nothing about.
* ``ABNORMAL`` stays: it must be lifted before deregistration (国家税务总局公告2019年第48号), so a date alone does not
  undo it. The closing date stays beside it.
* A closing date not yet reached does not close anything and is left out.

Nothing is overwritten: `registrations` keeps the row as gathered, and every contradiction is a row of `quality`.
"""

from pathlib import Path
from typing import Any

from yihu.lens.backends.duck import parquet_source, write_parquet

FINDINGS = {
    "STATE_CLOSED_BY_DATE": (
        "'登记状态为“' || {status} || '”，却有注销日期 ' || closed_on",
        "按注销处理；请向来源核实状态是否漏改",
    ),
    "STATE_ABNORMAL_WITH_DATE": (
        "'登记状态为“非正常”，另有注销日期 ' || closed_on",
        "仍按非正常处理；请核实是否已办理非正常户注销",
    ),
    "STATE_CLOSED_AHEAD": (
        "'登记状态为“' || {status} || '”，注销日期 ' || closed_on || ' 晚于统计日'",
        "统计日仍按未注销处理；请核实日期是否抄错",
    ),
}
_STATUS = "CASE status_code WHEN 'NORMAL' THEN '正常' WHEN 'SUSPENDED' THEN '停业' ELSE '未填' END"
_CODE = (
    "CASE WHEN closed_on IS NULL OR status_code = 'CLOSED' THEN NULL "
    "WHEN NOT reached THEN CASE WHEN status_code IS NOT NULL THEN 'STATE_CLOSED_AHEAD' END "
    "WHEN status_code = 'ABNORMAL' THEN 'STATE_ABNORMAL_WITH_DATE' "
    "WHEN status_code IS NOT NULL THEN 'STATE_CLOSED_BY_DATE' END"
)


def create_states(con: Any, activity: Path) -> None:
    """Temporary table ``registration_states``: current_registrations with status_code and closed_on told as one."""
    last_day = f"(SELECT max(last_invoice_on) FROM {parquet_source([activity])})"
    rows = (
        "SELECT * REPLACE (nullif(trim(status_code), '') AS status_code), "
        f"coalesce(closed_on <= coalesce({last_day}, closed_on), false) AS reached FROM current_registrations"
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE states_as_gathered AS SELECT *, {_CODE} AS code FROM ({rows})")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE registration_states AS SELECT * EXCLUDE (reached, code) REPLACE ("
        "CASE WHEN reached AND status_code IS DISTINCT FROM 'ABNORMAL' THEN 'CLOSED' ELSE status_code END "
        "AS status_code, "
        "CASE WHEN reached OR status_code = 'CLOSED' THEN closed_on END AS closed_on) FROM states_as_gathered"
    )


def write_quality(con: Any, members: Path, target: Path) -> int:
    """
    Write the contradictions found: household_id, registration_id, code, message, treated, and the source row.

    :returns: rows
    """
    said = " ".join(f"WHEN '{code}' THEN {text.format(status=_STATUS)}" for code, (text, _) in FINDINGS.items())
    done = " ".join(f"WHEN '{code}' THEN '{treated}'" for code, (_, treated) in FINDINGS.items())
    return write_parquet(
        con,
        f"SELECT m.household_id, s.registration_id, s.code, CASE s.code {said} END AS message, "
        f"CASE s.code {done} END AS treated, 'registrations' AS source_table, s.batch_id, s.source_file, s.source_row "
        f"FROM states_as_gathered s JOIN {parquet_source([members])} m USING (registration_id) "
        "WHERE s.code IS NOT NULL ORDER BY m.household_id, s.registration_id",
        target,
    )
