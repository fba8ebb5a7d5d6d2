"""
How close simulated invoices come to real ones: `python -m yihu.lens.simulate.calibration --real DIR --simulated DIR`.

The real directory holds the invoices of CUMCM 2020 problem C (`att1_input_invoices.parquet`,
`att1_output_invoices.parquet`); the simulated one is what `simulate` wrote. Prints Markdown.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yihu.lens.backends.duck import connect, parquet_source

QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)
REAL_VIEW = """
    select 企业代号 as firm, 开票日期 as day, {partner} as partner, 金额::double as amount, 税额::double as tax,
           价税合计::double as total, trim(发票状态) = '作废发票' as void, 金额 < 0 as red, true as paper
    from {source}
"""
SIMULATED_VIEW = """
    select {firm} as firm, issued_at::date as day, {partner} as partner, amount::double as amount,
           tax_amount::double as tax, total_amount::double as total, status_code = 'VOID' as void,
           colour_code = 'RED' as red, kind_code in ('SPECIAL', 'GENERAL') as paper
    from {source} where {firm} in (select firm from chosen_{side})
"""
CHOSEN = """
    create temp table chosen_{side} as
    select {firm} as firm from {source} semi join {general} on {firm} = registration_id
    group by 1 having count(*) >= {least}
"""


@dataclass(frozen=True)
class Measure:
    """One line of the comparison: a query over a view `{v}` that returns one value or one row of a list."""

    name: str
    sql: str
    percent: bool = False


MEASURES = (
    Measure(
        "log10 amount, quantiles 5 10 25 50 75 90 95 99 %",
        f"select quantile_cont(log10(amount), {list(QUANTILES)}) from {{v}} where amount > 0",
    ),
    Measure(
        "within one pair: sd of ln amount, quantiles 10 50 90 %",
        """select quantile_cont(s, [0.1, 0.5, 0.9]) from
           (select stddev(ln(amount)) s from {v} where amount > 0 group by firm, partner having count(*) > 5)""",
    ),
    Measure(
        "within one firm: sd of ln amount, quantiles 10 50 90 %",
        """select quantile_cont(s, [0.1, 0.5, 0.9]) from
           (select stddev(ln(amount)) s from {v} where amount > 0 group by firm having count(*) > 20)""",
    ),
    Measure("void share", "select avg(void::int) from {v}", True),
    Measure("void share among paper invoices", "select avg(void::int) from {v} where paper", True),
    Measure("red share", "select avg(red::int) from {v}", True),
    Measure(
        "first digit 1 … 9",
        """select list(n order by d) from (select
           left(regexp_replace(amount::decimal(18,2)::varchar, '^[0.]+', ''), 1) d,
           count(*) / sum(count(*)) over () n from {v} where amount >= 0.01 group by 1)""",
        True,
    ),
    Measure(
        "just under the limit (85–100 % of 10,000; 100,000; 1,000,000)",
        """select [avg((amount between 8500 and 10000)::int), avg((amount between 85000 and 100000)::int),
           avg((amount between 850000 and 1000000)::int)] from {v} where amount > 0""",
        True,
    ),
    Measure(
        "total with tax a multiple of 100; of 1",
        """select [avg((abs(total / 100 - round(total / 100)) < 1e-6)::int),
           avg((abs(total - round(total)) < 1e-6)::int)]
           from {v} where amount > 0""",
        True,
    ),
    Measure(
        "invoices of a firm in a month with any, quantiles 10 25 50 75 90 99 %",
        """select quantile_cont(n, [0.1, 0.25, 0.5, 0.75, 0.9, 0.99]) from
           (select count(*) n from {v} group by firm, date_trunc('month', day))""",
    ),
    Measure(
        "counterparties of a firm, quantiles 10 25 50 75 90 %",
        """select quantile_cont(n, [0.1, 0.25, 0.5, 0.75, 0.9]) from
           (select count(distinct partner) n from {v} group by firm)""",
    ),
    Measure(
        "counterparties by 100 invoices of a firm, median",
        """select median(n) from
           (select 100 * count(distinct partner) / count(*) n from {v} group by firm having count(*) >= 20)""",
    ),
    Measure(
        "invoices with a partner seen before",
        "select avg((k > 1)::int) from (select row_number() over (partition by firm, partner order by day) k from {v})",
        True,
    ),
    Measure(
        "Monday … Sunday",
        "select list(n order by d) from (select isodow(day) d, count(*) / sum(count(*)) over () n from {v} group by 1)",
        True,
    ),
    Measure(
        "January … December of whole years",
        """select list(n order by m) from (select month(day) m, count(*) / sum(count(*)) over () n from {v}
           where year(day) in (2018, 2019, 2024, 2025) group by 1)""",
        True,
    ),
    Measure(
        "sixths of a month, first to last",
        """select list(n order by d) from (select least(day(day) - 1, 29) // 5 d, count(*) / sum(count(*)) over () n
           from {v} group by 1)""",
        True,
    ),
)


def rate_mix(con: Any, view: str) -> str:
    """The commonest tax rates of a view in words."""
    rows = con.execute(
        f"""select round(100 * tax / amount) r, 100 * count(*) / sum(count(*)) over () n
            from {view} where amount > 100 group by 1 order by n desc, r limit 7"""
    ).fetchall()
    return ", ".join(f"{rate:.0f} %: {share:.1f}" for rate, share in rows)


def open_views(con: Any, real: Path, simulated: Path, least: int) -> None:
    """Make the views `real_out`, `real_in`, `simulated_out` and `simulated_in`."""
    invoices = parquet_source(sorted((simulated / "invoices").glob("*.parquet")))
    general = f"(from {parquet_source([simulated / 'registrations.parquet'])} where taxpayer_kind_code = 'GENERAL')"
    for side, name, firm, partner in (
        ("out", "output", "seller_number", "buyer_number"),
        ("in", "input", "buyer_number", "seller_number"),
    ):
        source = parquet_source([real / f"att1_{name}_invoices.parquet"])
        column = "购方单位代号" if side == "out" else "销方单位代号"
        con.execute(f"create view real_{side} as {REAL_VIEW.format(partner=column, source=source)}")
        con.execute(CHOSEN.format(side=side, firm=firm, source=invoices, general=general, least=least))
        body = SIMULATED_VIEW.format(firm=firm, partner=partner, source=invoices, side=side)
        con.execute(f"create view simulated_{side} as {body}")


def show(value: Any, percent: bool) -> str:
    """A number or a list of numbers, in percent where asked; a dash where there are too few rows to say."""
    if value is None:
        return "–"
    if isinstance(value, list):
        return " ".join(show(v, percent) for v in value)
    return f"{100 * value:.1f}" if percent else f"{value:.2f}"


def compare(real: Path, simulated: Path, least: int) -> str:
    """The comparison as Markdown, one table for the selling and one for the buying side."""
    con = connect()
    open_views(con, real, simulated, least)
    parts = []
    for side, title in (("out", "Invoices issued"), ("in", "Invoices received")):
        lines = [f"### {title}", "", "| measure | real | simulated |", "|---|---|---|"]
        for measure in MEASURES:
            cells = [
                show(con.execute(measure.sql.format(v=f"{origin}_{side}")).fetchone()[0], measure.percent)
                for origin in ("real", "simulated")
            ]
            unit = ", %" if measure.percent else ""
            lines.append(f"| {measure.name}{unit} | {cells[0]} | {cells[1]} |")
        lines.append(f"| tax rates, % | {rate_mix(con, f'real_{side}')} | {rate_mix(con, f'simulated_{side}')} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def main() -> None:
    """Read the arguments and print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--real", type=Path, required=True)
    parser.add_argument("--simulated", type=Path, required=True)
    parser.add_argument("--least", type=int, default=200, help="only general taxpayers with so many invoices")
    arguments = parser.parse_args()
    print(compare(arguments.real, arguments.simulated, arguments.least))


if __name__ == "__main__":
    main()
