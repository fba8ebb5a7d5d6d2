"""
How far one plain column gives a simulated scheme away, and what the simulated firms of each scheme look like.

    python -m benchmarks.simulated_schemes DIR

For each scheme of DIR/truth/schemes, the plain column (both ways round) with the highest average precision over all
taxpayers. A scheme that one column gives away would be no test of anything. Design seeds only (docs/simulator.md).
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from yihu.lens.backends.duck import connect
from yihu.lens.learning.measures import average_precision

TABLES = ("invoices", "returns", "payments", "third_party")
FILES = ("registrations", "roles")
OWNED = "join owners o on o.registration_id = {number}"
# Plain columns by taxpayer: what anybody would compute first.
QUERIES = {
    "sold": """select taxpayer_id, sum(amount)::double sales, count(*) sales_invoices,
        count(distinct buyer_number) buyers, avg((hour(issued_at) >= 22 or hour(issued_at) < 6)::int) night_share,
        avg((day(last_day(issued_at)) - day(issued_at) < 3)::int) month_end_share,
        avg((amount / case when amount < 10000 then 10000 when amount < 100000 then 100000 else 1000000 end > .85)::int)
        near_limit_share, avg((status_code = 'VOID')::int) void_share, avg((colour_code = 'RED')::int) red_share,
        max(amount)::double largest, count(distinct left(goods_code, 7)) goods_sold,
        date_diff('day', max(issued_at)::date, date '2025-12-31') days_silent,
        stddev(amount)::double / avg(amount)::double spread
        from invoices join owners o on o.registration_id = seller_number group by 1""",
    "bought": """select taxpayer_id, sum(amount)::double purchases, count(*) purchase_invoices,
        count(distinct seller_number) sellers, count(distinct left(goods_code, 7)) goods_bought
        from invoices join owners o on o.registration_id = buyer_number group by 1""",
    "filed": """select taxpayer_id, sum(output_tax)::double output_tax, sum(input_tax)::double input_tax,
        sum(sales_amount + exempt_sales_amount)::double declared, sum(export_sales_amount)::double exported,
        max(payroll_amount)::double payroll, max(employee_count) employees, sum(profit_amount)::double profit,
        sum(tax_payable)::double payable, sum(tax_payable) filter (form_code <> 'CIT')::double vat_payable
        from returns join owners using (registration_id) group by 1""",
    "paid": """select taxpayer_id, sum(amount)::double paid, avg((paid_on > due_on)::int) late_share
        from payments join owners using (registration_id) where tax_code in ('VAT', 'CIT') group by 1""",
    "told": """select taxpayer_id, sum(amount) filter (item_code = 'INFLOW')::double inflow,
        sum(amount) filter (item_code = 'OUTFLOW')::double outflow,
        sum(amount) filter (item_code = 'PRIVATE_OUT')::double private_out,
        sum(amount) filter (item_code = 'OWNER_INFLOW')::double owner_inflow,
        sum(amount) filter (item_code = 'RECEIPT')::double foreign_receipts,
        sum(amount) filter (item_code = 'SALES')::double online_sales,
        avg(quantity) filter (item_code = 'INSURED')::double insured,
        sum(quantity) filter (item_code = 'KWH')::double power, sum(quantity) filter (item_code = 'TRIPS')::double trips
        from third_party join owners o on o.registration_id = subject_number
        where source_code <> 'CONFIRMED_FALSE_ISSUER' group by 1""",
    "registered": """select taxpayer_id, date_diff('day', min(registered_on), date '2025-12-31') age,
        max((status_code = 'ABNORMAL')::int) is_abnormal, max((status_code <> 'NORMAL')::int) is_not_normal,
        max(registered_capital)::double capital, max(n) firms_of_the_representative
        from registrations join owners using (registration_id) left join (select legal_representative_id,
        count(*) n from registrations group by 1) using (legal_representative_id) group by 1""",
}
RATIOS = {
    "purchases / sales": ("purchases", "sales"), "declared / invoiced": ("declared", "sales"),
    "tax burden": ("vat_payable", "sales"), "paid / payable": ("paid", "payable"),
    "inflow / sales": ("inflow", "sales"), "outflow / inflow": ("outflow", "inflow"),
    "private transfers / inflow": ("private_out", "inflow"), "owner's inflow / sales": ("owner_inflow", "sales"),
    "employees / insured": ("employees", "insured"), "payroll / sales": ("payroll", "declared"),
    "exported / sales": ("exported", "sales"), "receipts / exported": ("foreign_receipts", "exported"),
    "online / declared": ("online_sales", "declared"), "power / sales": ("power", "sales"),
    "trips / sales": ("trips", "sales"), "profit / declared": ("profit", "declared"),
    "sales / capital": ("sales", "capital"), "input / output tax": ("input_tax", "output_tax"),
    "invoices / buyer": ("sales_invoices", "buyers"),
}  # fmt: skip


def plain_columns(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Plain columns by taxpayer, and (taxpayer_id, scheme, level) of the planted."""
    con = connect(threads=2)
    con.execute(f"create view owners as from read_parquet('{folder}/truth/duplicates.parquet')")
    for name in TABLES:
        con.execute(f"create view {name} as from read_parquet('{folder}/{name}/*.parquet')")
    for name in FILES:
        con.execute(f"create view {name} as from read_parquet('{folder}/{name}.parquet')")
    frame = con.execute("select distinct taxpayer_id from owners order by 1").df().set_index("taxpayer_id")
    for sql in QUERIES.values():
        frame = frame.join(con.execute(sql).df().set_index("taxpayer_id").astype(float))
    for name, (over, under) in RATIOS.items():
        frame[name] = frame[over] / frame[under].where(frame[under].abs() > 0)
    planted = f"select distinct taxpayer_id, scheme, level from read_parquet('{folder}/truth/schemes.parquet')"
    return frame, con.execute(planted).df()


def best_column(frame: pd.DataFrame, labels: np.ndarray[Any, Any]) -> tuple[str, float, float]:
    """The column that ranks the labelled best either way, its average precision, and the median of all columns."""
    chance = np.random.default_rng(1).random(len(frame))
    found = []
    for name in frame:
        values = frame[name].to_numpy(float)
        for sign, word in ((1, "high"), (-1, "low")):
            ranked = np.nan_to_num(values * sign, nan=-np.inf, posinf=np.finfo(float).max)
            found.append((average_precision(labels[np.lexsort((chance, -ranked))]) or 0.0, f"{name}, {word}"))
    precision, name = max(found)
    return name, precision, float(np.median([p for p, _ in found]))


def main() -> None:
    frame, planted = plain_columns(Path(sys.argv[1]))
    print(f"{len(frame.columns)} plain columns, both ways, {len(frame)} taxpayers\n")
    print("| scheme | members | base rate | best plain column | average precision |\n|---|---|---|---|---|")
    for scheme, rows in planted.groupby("scheme"):
        labels = frame.index.isin(rows["taxpayer_id"])
        name, precision, _ = best_column(frame, labels)
        print(f"| {scheme} | {labels.sum()} | {labels.mean():.4f} | {name} | {precision:.2f} |")


if __name__ == "__main__":
    main()
