"""
One ordered list of everything that happened to a household, in words, each with the row it came from.

Single invoices are no events except the first per side and the largest; sums of a month stand at the instant of the
month's last invoice and name no single source row. Roles and changes without a date are no events.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from yihu.lens.backends.duck import literal, parquet_source, write_parquet
from yihu.lens.household.monthly import TOP_INVOICES
from yihu.lens.schema.catalogue import CODES

COLUMNS = "household_id, occurred_at, lane_code, title, amount, source_table, batch_id, source_file, source_row"
SIDE_WORDS = {"SELLER": ("开票", "销售", "向"), "BUYER": ("受票", "购进", "自")}


# Canonical tables whose rows are events by themselves, and the column with the taxpayer's number.
REGISTERS = {
    "registrations": "registration_id",
    "registration_changes": "registration_id",
    "roles": "registration_id",
    "returns": "registration_id",
    "payments": "registration_id",
    "customs_declarations": "registration_id",
    "third_party": "subject_number",
    "inspections": "registration_id",
}


def write_register_events(con: Any, target: Path) -> int:
    """Write the events of `REGISTERS`, which no invoice changes, ordered by household and time; rows written."""
    _create_macros(con)
    events = [
        *_registration_events(),
        *_role_events(),
        _filing_events(),
        _payment_events(),
        _customs_events(),
        _third_party_events(),
        _inspection_events(),
    ]
    return _write(con, events, target)


def write_invoice_events(con: Any, sides: Sequence[Path], marks: Sequence[Path], households: Path, target: Path) -> int:
    """Write the events of invoices, and of returns not filed when the last invoice was issued; rows written."""
    _create_macros(con)
    return _write(con, [_overdue_events(sides), *_invoice_events(sides, marks, households)], target)


def read_numbers() -> str:
    """SQL of the taxpayer numbers (``number``) whose events `write_register_events` tells."""
    return " UNION ALL ".join(f"SELECT {column} AS number FROM current_{t}" for t, column in REGISTERS.items())


def _create_macros(con: Any) -> None:
    con.execute("CREATE OR REPLACE TEMP MACRO yuan(x) AS format('{:,.2f}', CAST(x AS DOUBLE)) || '元'")
    con.execute("CREATE OR REPLACE TEMP MACRO plain(x) AS regexp_replace(CAST(x AS VARCHAR), '\\.?0+$', '')")
    con.execute(
        "CREATE OR REPLACE TEMP MACRO day_text(x) AS CASE WHEN x IS NULL THEN '' ELSE strftime(x, '%Y-%m-%d') END"
    )


def _write(con: Any, events: Sequence[str], target: Path) -> int:
    return write_parquet(
        con,
        f"SELECT {COLUMNS} FROM ({' UNION ALL '.join(events)}) WHERE occurred_at IS NOT NULL "
        "AND household_id IS NOT NULL "
        "ORDER BY household_id, occurred_at, lane_code, title, source_table, batch_id, source_file, source_row, amount",
        target,
    )


def named(table: str, column: str) -> str:
    """SQL of a code's Chinese name; the code itself when the list does not know it."""
    cases = " ".join(f"WHEN {literal(code)} THEN {literal(zh)}" for code, zh in CODES[table].items())
    return f"CASE {column} {cases} ELSE coalesce({column}, '') END"


def _event(table: str, lane: str, when: str, title: str, *, amount: str = "NULL", where: str = "true") -> str:
    owner = "subject_number" if table == "third_party" else "registration_id"
    return (
        f"SELECT o.household_id, CAST({when} AS TIMESTAMP) AS occurred_at, {literal(lane)} AS lane_code, "
        f"{title} AS title, CAST({amount} AS DECIMAL(18,2)) AS amount, {literal(table)} AS source_table, "
        f"t.batch_id, t.source_file, t.source_row FROM current_{table} t "
        f"JOIN owners o ON o.registration_id = t.{owner} WHERE {where}"
    )


def _registration_events() -> list[str]:
    old, new = (_changed(column) for column in ("old_value", "new_value"))
    item = named("change_item", "t.item_code")
    return [
        _event(
            "registrations",
            "REGISTRATION",
            "t.registered_on",
            "'办理税务登记：' || t.name || '（' || t.registration_id || '）'",
        ),
        _event(
            "registrations",
            "REGISTRATION",
            "t.closed_on",
            "'注销登记：' || t.name || '（' || t.registration_id || '）'",
        ),
        _event(
            "registration_changes", "REGISTRATION", "t.changed_on", f"{item} || '变更：' || {old} || ' → ' || {new}"
        ),
    ]


def _changed(column: str) -> str:
    """A changed value as anybody may read it: numbers of the taxpayer whole, telephones and free text veiled."""
    shown = (
        f"CASE t.item_code WHEN 'NUMBER' THEN t.{column} WHEN 'PHONE' THEN masked_phone(t.{column}) "
        f"ELSE veiled(t.{column}) END"
    )
    return f"coalesce(nullif({shown}, ''), '（空）')"


def _role_events() -> list[str]:
    who = "coalesce((SELECT any_value(p.name) FROM current_persons p WHERE p.person_id = t.person_id), t.person_id)"
    role = named("role", "t.role_code")
    share = (
        "CASE WHEN t.share_rate IS NULL THEN '' "
        "ELSE '（持股 ' || format('{:.2f}', CAST(t.share_rate AS DOUBLE) * 100) || '%）' END"
    )
    return [
        _event("roles", "PERSON", "t.start_on", f"{who} || ' 开始担任' || {role} || {share}"),
        _event("roles", "PERSON", "t.end_on", f"{who} || ' 不再担任' || {role}"),
    ]


def _invoice_events(sides: Sequence[Path], marks: Sequence[Path], households: Path) -> list[str]:
    verb, noun, toward = (_by_side(n) for n in range(3))
    months = (
        f"SELECT household_id, last_at, 'INVOICE', strftime(month, '%Y年%m月') || {noun} || ' ' || invoice_count || "
        "' 份发票，金额 ' || yuan(amount) || "
        "CASE WHEN void_count > 0 THEN '，另作废 ' || void_count || ' 份' ELSE '' END, "
        f"amount, 'invoices', NULL, NULL, NULL FROM {parquet_source(sides)} WHERE invoice_count > 0"
    )
    partner = "coalesce(nullif(m.other_name, ''), p.name, m.other_household_id)"
    goods = "CASE WHEN coalesce(m.goods_name, '') = '' THEN '' ELSE '，' || m.goods_name END"
    title = (
        f"{toward} || {partner} || {verb} || ' ' || yuan(m.amount) || {goods} || '（号码 ' || m.invoice_number || '）'"
    )
    single = (
        "SELECT m.household_id, m.issued_at, 'INVOICE', m.word || {title}, m.amount, 'invoices', m.batch_id, "
        "m.source_file, m.source_row FROM ({rows}) m "
        f"LEFT JOIN {parquet_source([households])} p ON p.household_id = m.other_household_id"
    ).format
    return [
        months,
        single(title=title, rows=_first_marks(marks, verb)),
        single(title=title, rows=_top_marks(marks)),
    ]


def _by_side(position: int) -> str:
    cases = " ".join(f"WHEN {literal(side)} THEN {literal(words[position])}" for side, words in SIDE_WORDS.items())
    return f"CASE side_code {cases} END"


def _first_marks(marks: Sequence[Path], verb: str) -> str:
    return (
        f"SELECT *, '首次' || {verb} || '：' AS word FROM {parquet_source(marks)} WHERE first_rank = 0 "
        "QUALIFY row_number() OVER (PARTITION BY household_id, side_code "
        "ORDER BY issued_at, row_key, batch_id, source_file, source_row) = 1"
    )


def _top_marks(marks: Sequence[Path]) -> str:
    return (
        f"SELECT *, '大额发票：' AS word FROM {parquet_source(marks)} WHERE amount_rank < {TOP_INVOICES} QUALIFY "
        "row_number() OVER (PARTITION BY household_id ORDER BY amount DESC, issued_at, row_key, batch_id, source_file, "
        f"source_row, side_code) <= {TOP_INVOICES}"
    )


def _filing_events() -> str:
    late = "CASE WHEN t.filed_on > t.due_on THEN '，逾期 ' || (t.filed_on - t.due_on) || ' 天' ELSE '' END"
    sales = "coalesce('，申报收入 ' || yuan(coalesce(t.sales_amount, t.revenue_amount)), '')"
    tax = "coalesce('，应纳税额 ' || yuan(t.tax_payable), '')"
    return _event(
        "returns", "RETURN", "t.filed_on", f"{_return_title()} || {sales} || {tax} || {late}", amount="t.tax_payable"
    )


def _overdue_events(sides: Sequence[Path]) -> str:
    as_of = f"(SELECT max(last_at) FROM {parquet_source(sides)})"
    return _event(
        "returns",
        "RETURN",
        "t.due_on",
        f"'到期未申报：' || {_return_title()}",
        where=f"t.filed_on IS NULL AND t.due_on < {as_of}",
    )


def _return_title() -> str:
    period = "'（' || day_text(t.period_start) || ' 至 ' || day_text(t.period_end) || '）'"
    return f"{named('return_form', 't.form_code')} || {period}"


def _payment_events() -> str:
    late = "CASE WHEN t.paid_on > t.due_on THEN '，逾期 ' || (t.paid_on - t.due_on) || ' 天' ELSE '' END"
    period = "CASE WHEN t.period_end IS NULL THEN '' ELSE '（所属期止 ' || day_text(t.period_end) || '）' END"
    title = f"'缴纳' || {named('tax_item', 't.tax_code')} || ' ' || yuan(t.amount) || {period} || {late}"
    return _event("payments", "PAYMENT", "t.paid_on", title, amount="t.amount")


def _customs_events() -> str:
    direction = named("customs_direction", "t.direction_code")
    title = (
        f"{direction} || '报关 ' || coalesce(veiled(t.goods_name), t.hs_code, '') || "
        "coalesce('（' || t.country_code || '）', '') || ' ' || yuan(t.amount) || '，报关单 ' || t.declaration_number"
    )
    return _event("customs_declarations", "CUSTOMS", "t.declared_on", title, amount="t.amount")


def _third_party_events() -> str:
    title = (
        f"{named('third_party_source', 't.source_code')} || '：' || coalesce(veiled(t.item_name), t.item_code, '') || "
        "coalesce(' ' || yuan(t.amount), ' ' || plain(t.quantity), '') || "
        "coalesce('，' || nullif(veiled(t.text), ''), '')"
    )
    return _event("third_party", "THIRD_PARTY", "t.occurred_on", title, amount="t.amount")


def _inspection_events() -> str:
    """Concluded ones only: a case still open must not be told to everybody who may look at the household."""
    due = "CASE WHEN t.amount_due > 0 THEN '，查补税额 ' || yuan(t.amount_due) ELSE '' END"
    scheme = f"CASE WHEN t.scheme_code IS NULL THEN '' ELSE '：' || {named('scheme_type', 't.scheme_code')} END"
    title = (
        f"'稽查评估结案（' || {named('inspection_selection', 't.selected_by_code')} || '）' || "
        f"{named('inspection_outcome', 't.outcome_code')} || {scheme} || {due}"
    )
    return _event("inspections", "INSPECTION", "t.closed_on", title, amount="t.amount_due")
