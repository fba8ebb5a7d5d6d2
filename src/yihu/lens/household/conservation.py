"""Nothing is lost and nothing is made up between the gathered rows and the household tables."""

import shutil
from pathlib import Path
from typing import Any

from yihu.lens.backends.duck import literal, parquet_source
from yihu.lens.backends.engine import DuckEngine
from yihu.lens.home import Home
from yihu.lens.household.months import Month, MonthWorks, total_facts
from yihu.lens.household.sources import Sources, gathered, home_sources, superseded
from yihu.lens.schema import TABLES

Sums = tuple[Any, ...]
# table: the amount that must come through to the last 分 (None: rows only)
PLAIN = {
    "registrations": None,
    "returns": "tax_payable",
    "return_lines": "amount",
    "payments": "amount",
    "customs_declarations": "amount",
    "third_party": "amount",
    "inspections": "amount_due",
}
INVOICE_SUMS = (
    "count(*), coalesce(sum(amount), 0), coalesce(sum(tax_amount), 0), "
    "count(*) FILTER (coalesce(status_code, '') <> 'VOID'), "
    "coalesce(sum(amount) FILTER (coalesce(status_code, '') <> 'VOID'), 0), "
    "coalesce(sum(tax_amount) FILTER (coalesce(status_code, '') <> 'VOID'), 0)"
)


def conservation(con: Any, home: Home, out: Path) -> list[dict[str, Any]]:
    """Compare counts and sums of the batches in `home` with the tables in `out`: a list of {name, ok, detail}."""
    return conserve(con, home, home_sources(home), out)


def conserve(con: Any, home: Home, sources: Sources, out: Path) -> list[dict[str, Any]]:
    """`conservation` over the given files."""
    scratch = home.new_staging()
    try:
        months = MonthWorks(home, DuckEngine(con)).prepare(sources, scratch)
        checks = _invoice_checks(con, months, out)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    checks += [_plain_check(con, sources, out, table, amount) for table, amount in PLAIN.items()]
    return [*checks, _roles_check(con, sources, out)]


def _invoice_checks(con: Any, months: list[Month], out: Path) -> list[dict[str, Any]]:
    facts = total_facts(con, months)
    source: Sums = tuple(facts.values())[1:]
    sold, bought = (_sums(con, INVOICE_SUMS, _invoices(out, side)) for side in ("seller", "buyer"))
    trades = _sums(
        con,
        "coalesce(sum(invoice_count), 0), coalesce(sum(amount), 0), coalesce(sum(tax_amount), 0)",
        _table(out, "trades"),
    )
    goods = _sums(con, "coalesce(sum(amount), 0)", _table(out, "trade_goods"))
    whole = _sums(con, "coalesce(sum(sales_amount), 0), coalesce(sum(purchase_amount), 0)", _table(out, "households"))
    repeated = f"来源 {facts['gathered_rows']} 行，其中同一发票重复 {facts['gathered_rows'] - facts['invoices']} 行；"
    return [
        _check("发票：来源 = 按销方归集", source, sold, repeated),
        _check("发票：按销方 = 按购方归集", sold, bought),
        _check("有效发票：来源 = 交易汇总", source[3:], trades),
        _check("有效金额：交易汇总 = 商品汇总", trades[1:2], goods),
        _check("有效金额：交易汇总 = 各户销售额、购进额", (trades[1], trades[1]), whole),
    ]


def _plain_check(con: Any, sources: Sources, out: Path, table: str, amount: str | None) -> dict[str, Any]:
    value = amount or "0"
    kept = _newest(sources, table, value)
    wanted = _sums(con, "count(*), coalesce(sum(value), 0)", f"({kept})")
    found = _sums(con, f"count(*), coalesce(sum({value}), 0)", _table(out, table))
    (rows,) = _sums(con, "count(*)", f"({gathered(sources, table)})")
    return _check(
        f"{TABLES[table].zh}：来源 = 归集", wanted, found, f"来源 {rows} 行，其中被更新 {rows - wanted[0]} 行；"
    )


def _roles_check(con: Any, sources: Sources, out: Path) -> dict[str, Any]:
    wanted = _sums(con, "count(*), 0", f"({_newest(sources, 'roles', '0')})")
    return _check(f"{TABLES['roles'].zh}：来源 = 归集", wanted, _sums(con, "count(*), 0", _table(out, "roles")))


def _newest(sources: Sources, table: str, value: str) -> str:
    """The newest value per key by grouping: written differently from what builds the tables, on purpose."""
    key = ", ".join(TABLES[table].key)
    place = "batch_id, source_file, source_row"
    return (
        f"SELECT first({value} ORDER BY batch_id DESC, source_file, source_row) AS value "
        f"FROM ({gathered(sources, table)}) "
        f"WHERE ({place}) NOT IN (SELECT ({place}) FROM ({superseded(sources, table)})) GROUP BY {key}"
    )


def _sums(con: Any, columns: str, source: str) -> Sums:
    return tuple(con.execute(f"SELECT {columns} FROM {source}").fetchone())


def _check(name: str, left: Sums, right: Sums, note: str = "") -> dict[str, Any]:
    ok = left == right
    said = "、".join(str(v) for v in right)
    return {"name": name, "ok": ok, "detail": f"{note}{said}" if ok else f"{note}{left} ≠ {right}"}


def _table(out: Path, table: str) -> str:
    return parquet_source([out / f"{table}.parquet"])


def _invoices(out: Path, side: str) -> str:
    return f"read_parquet({literal(str(out / f'invoices_by_{side}' / '*.parquet'))})"
