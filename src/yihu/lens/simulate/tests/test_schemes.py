"""Every scheme leaves the traces it is told to leave, at several intensities, and honest firms leave them too."""

from collections.abc import Iterator
from typing import Any

import pytest

from yihu.lens.backends.duck import connect
from yihu.lens.simulate.dodges import FREE_QUARTER
from yihu.lens.simulate.run import simulate
from yihu.lens.simulate.scheme_list import KINDS, SCHEMES

FOLDERS = ("invoices", "returns", "return_lines", "payments", "third_party", "customs_declarations")


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    out = tmp_path_factory.mktemp("schemes")
    simulate(out, taxpayers=6_000, invoices=150_000, months=18, seed=13, progress=lambda stage, part: None)
    con = connect(threads=2)
    for name in FOLDERS:
        con.execute(f"create view {name} as from read_parquet('{out}/{name}/*.parquet')")
    for name in ("registrations", "truth/schemes", "truth/duplicates"):
        con.execute(f"create view {name.split('/')[-1]} as from read_parquet('{out}/{name}.parquet')")
    con.execute("create view owner as select registration_id as number, taxpayer_id from duplicates")
    con.execute("create table member as select distinct taxpayer_id, scheme, started_on, level, role from schemes")
    con.execute("""create table sold as select i.*, s.taxpayer_id seller, b.taxpayer_id buyer from invoices i
                   left join owner s on s.number = seller_number left join owner b on b.number = buyer_number
                   where status_code = 'VALID'""")
    yield con
    con.close()


def one(con: Any, sql: str) -> Any:
    return con.execute(sql).fetchone()[0]


def two(con: Any, frame: str, value: str, scheme: str) -> tuple[float, float]:
    """The median of a value over the members of a scheme and over honest taxpayers; `frame` has `taxpayer_id`."""
    source = f"({frame}) f left join member m using (taxpayer_id)"
    return (
        one(con, f"select median({value}) from {source} where m.scheme = '{scheme}'"),
        one(con, f"select median({value}) from {source} where m.scheme is null"),
    )


def odd_honest(con: Any, frame: str, value: str, least: float) -> int:
    """Honest taxpayers at least as odd as `least`."""
    return int(
        one(con, f"select count(*) from ({frame}) anti join member using (taxpayer_id) where {value} >= {least}")
    )


def test_the_list_numbers_and_tells_every_scheme(con: Any) -> None:
    assert len(KINDS) >= 12
    assert {name for (name,) in con.execute("select distinct scheme from member").fetchall()} == set(SCHEMES)
    assert all(kind.zh and kind.does and kind.double for kind in KINDS)
    levels = dict(con.execute("select level, count(*) from member group by 1").fetchall())
    assert min(levels[name] for name in ("LIGHT", "MEDIUM", "HEAVY")) > 20
    assert one(con, "select avg((tax_at_stake > 0)::int) from schemes where role <> 'successor'") > 0.8
    asleep = "select avg(is_sleeper::int) from schemes where scheme = 'burst_issuing'"
    assert 0.05 < one(con, asleep) < 0.5
    assert 0.02 < one(con, "select count(distinct taxpayer_id) from member") / one(
        con, "select count(distinct taxpayer_id) from owner"
    ) < 0.08  # fmt: skip


STAFF = """select taxpayer_id, max(employee_count) / greatest(min(quantity), 1) as ratio from returns
           join duplicates using (registration_id) join third_party on subject_number = registration_id
           where item_code = 'INSURED' and form_code = 'CIT' group by 1"""


def test_ghosts_are_on_the_payroll_and_not_insured(con: Any) -> None:
    guilty, honest = two(con, STAFF, "ratio", "ghost_wages")
    assert guilty > 1.5 * honest
    assert odd_honest(con, STAFF, "ratio", guilty) > 10


ONLINE = """select taxpayer_id, sum(amount)::double / declared as ratio from third_party
            join owner on number = subject_number join (select taxpayer_id,
            sum(sales_amount + exempt_sales_amount)::double declared from returns join duplicates
            using (registration_id) where form_code <> 'CIT' group by 1) using (taxpayer_id)
            where item_code = 'SALES' and declared > 0 group by 1, declared"""
HANDS = """select taxpayer_id, sum(t.amount)::double / sales as ratio from third_party t
           join owner on number = subject_number join (select seller taxpayer_id, sum(amount)::double sales from sold
           group by 1) using (taxpayer_id) where item_code = 'OWNER_INFLOW' and sales > 0 group by 1, sales"""


def test_hidden_sales_are_seen_elsewhere(con: Any) -> None:
    guilty, honest = two(con, ONLINE, "ratio", "hidden_sales")
    assert guilty > 1.08 * honest
    assert odd_honest(con, HANDS, "ratio", 0.3) > 10, "sole traders use their own account and hide nothing"


def test_a_split_trade_stays_below_the_free_quarter_in_one_hand(con: Any) -> None:
    quarters = """select sum(amount)::double / count(distinct seller) from sold join member on seller = taxpayer_id
                  where scheme = 'split_firms' and issued_at >= started_on
                  group by seller, date_trunc('quarter', issued_at)"""
    near = one(con, f"select avg((s < 1.3 * {FREE_QUARTER / 100})::int) from ({quarters}) q(s)")
    assert near > 0.8
    shared = """select count(*) - count(distinct legal_representative_id) from registrations
                join schemes using (registration_id) where scheme = 'split_firms'"""
    assert one(con, shared) > 3


def test_credit_is_paid_out_to_claimants_and_to_investors(con: Any) -> None:
    paid = """select distinct taxpayer_id from return_lines join returns using (return_id)
              join duplicates using (registration_id) where line_code = 'F2-22' and amount > 0"""
    assert one(con, f"select count(*) from member semi join ({paid}) using (taxpayer_id) "
                    "where scheme = 'credit_refund'") >= 3  # fmt: skip
    assert one(con, f"select count(*) from ({paid}) anti join member using (taxpayer_id)") > 10
    assert one(con, "select min(amount) from return_lines where line_code = 'F2-22'") > 0


def test_a_debtor_leaves_its_customers_to_its_successor(con: Any) -> None:
    shared = """select count(*) from (select distinct buyer_number from sold join member on seller = taxpayer_id
                where scheme = 'phoenix' and role = 'debtor') semi join (select buyer_number from sold
                join member on seller = taxpayer_id where scheme = 'phoenix' and role = 'successor')
                using (buyer_number)"""
    assert one(con, shared) > 5
    owed = """select registration_id, period_end, role = 'debtor' and started_on <= period_end as leaving
              from returns left join schemes using (registration_id)
              where tax_payable > 0 and form_code <> 'CIT'"""
    paid = f"""select avg((paid_on is not null)::int) from ({owed}) left join
               (select registration_id, period_end, paid_on from payments where tax_code = 'VAT')
               using (registration_id, period_end)"""
    assert one(con, f"{paid} where leaving") < 0.3
    assert one(con, f"{paid} where leaving is null") > 0.9
    late = "select count(*) from payments anti join schemes using (registration_id) where paid_on > due_on + 20"
    assert one(con, late) > 50


REVERSED = """select b.seller taxpayer_id, avg((r.invoice_number is not null)::int) as share,
              avg((date_trunc('month', r.issued_at) > date_trunc('month', b.issued_at))::int) later
              from sold b left join sold r on r.colour_code = 'RED' and r.blue_invoice_number = b.invoice_number
              left join member m on m.taxpayer_id = b.seller where b.colour_code = 'BLUE'
              and b.issued_at < date '2025-10-01' and b.issued_at >= coalesce(started_on, date '2024-01-01')
              group by 1 having count(*) > 15"""


def test_reversals_without_cause_come_in_a_later_month(con: Any) -> None:
    guilty, honest = two(con, REVERSED, "share", "red_reversal")
    assert guilty > honest + 0.05
    # Honest firms with many returns reverse often, but seldom as often as the median culprit.
    assert odd_honest(con, REVERSED, "share", guilty / 2) > 10
    later, soon = two(con, REVERSED, "later", "red_reversal")
    assert later > soon + 0.2


EXPORTS = """select taxpayer_id, sum(export_sales_amount)::double / greatest(sum(sales_amount)::double, 1e4) as share
             from returns join duplicates using (registration_id) where form_code = 'VAT_GENERAL' group by 1"""


def test_bought_declarations_export_what_was_bought_on_paper_and_so_do_honest_traders(con: Any) -> None:
    guilty, honest = two(con, EXPORTS, "share", "bought_declarations")
    assert guilty > 1 > honest
    assert odd_honest(con, EXPORTS, "share", 1.0) > 10
    receipts = "select count(*) from third_party where item_code = 'RECEIPT' and amount > 0"
    assert one(con, receipts) > 100


def test_a_grower_issues_no_tax_and_few_of_them_feed_a_false_processor(con: Any) -> None:
    few = """select count(distinct seller_number), count(*) from sold join member on buyer = taxpayer_id
             where scheme = 'farm_purchases' and tax_amount = 0 and issued_at >= started_on group by buyer"""
    for growers, invoices in con.execute(few).fetchall():
        assert growers < invoices


def test_fees_go_to_firms_of_the_same_hand(con: Any) -> None:
    late = """select avg((month(issued_at) >= 10)::int) from sold join member on buyer = taxpayer_id
              where scheme = 'profit_shifting' and goods_code like '30406%' and issued_at >= started_on"""
    assert one(con, late) > 0.4


def test_money_goes_round_at_issuers_and_back_to_buyers(con: Any) -> None:
    drawn = """select taxpayer_id, sum(amount) filter (item_code = 'PRIVATE_OUT')::double
               / nullif(sum(amount) filter (item_code = 'INFLOW'), 0)::double as ratio
               from third_party join owner on number = subject_number group by 1"""
    guilty, honest = two(con, drawn, "ratio", "burst_issuing")
    assert guilty > 3 * honest
    guilty, honest = two(con, HANDS, "ratio", "purchased_inputs")
    assert guilty > 2 * honest
