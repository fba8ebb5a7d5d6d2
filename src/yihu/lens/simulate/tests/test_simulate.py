"""The simulated district is whole, lawful in form, repeatable, and keeps its truth to itself."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
import pytest

from yihu.kit.identifiers import is_id_number, is_uscc
from yihu.lens.backends.duck import connect
from yihu.lens.schema.catalogue import CODES, TABLES
from yihu.lens.schema.places import DIVISIONS, INDUSTRIES
from yihu.lens.simulate.returns import SHIFT
from yihu.lens.simulate.run import simulate
from yihu.lens.simulate.scheme_list import SCHEMES

INVOICES = 15_000


def quiet(stage: str, part: float) -> None:
    assert stage
    assert 0 <= part <= 1


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("district")
    simulate(out, taxpayers=700, invoices=INVOICES, months=12, seed=7, progress=quiet)
    return out


@pytest.fixture(scope="module")
def con(district: Path) -> Iterator[Any]:
    con = connect(threads=2)
    for table in TABLES:
        con.execute(f"create view {table} as from read_parquet('{source(district, table)}')")
    for name in ("duplicates", "person_duplicates", "schemes", "inspections", "inspection_odds"):
        view = "judged" if name == "inspections" else name
        con.execute(f"create view {view} as from read_parquet('{district}/truth/{name}.parquet')")
    yield con
    con.close()


def source(out: Path, table: str) -> str:
    return f"{out}/{table}/*.parquet" if (out / table).is_dir() else f"{out}/{table}.parquet"


def one(con: Any, sql: str) -> Any:
    return con.execute(sql).fetchone()[0]


def fingerprint(out: Path) -> dict[str, str]:
    files = sorted(p for p in out.rglob("*") if p.is_file())
    return {str(p.relative_to(out)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        simulate(tmp_path / name, taxpayers=200, invoices=2_000, months=3, seed=seed, progress=quiet)
    first, again, other = (fingerprint(tmp_path / name) for name in "abc")
    assert first == again
    assert first.keys() == other.keys()
    assert first["invoices/2025-11.parquet"] != other["invoices/2025-11.parquet"]


def test_a_second_run_replaces_the_first(tmp_path: Path) -> None:
    simulate(tmp_path, taxpayers=30, invoices=300, months=3, seed=1, progress=quiet)
    simulate(tmp_path, taxpayers=20, invoices=100, months=1, seed=1, progress=quiet)
    assert [p.name for p in (tmp_path / "invoices").iterdir()] == ["2025-12.parquet"]


@pytest.mark.parametrize("wrong", [{"taxpayers": 9}, {"invoices": 0}, {"months": 0}])
def test_too_small_a_district_is_refused(tmp_path: Path, wrong: dict[str, int]) -> None:
    sizes = {"taxpayers": 10, "invoices": 1, "months": 1} | wrong
    with pytest.raises(ValueError, match="至少"):
        simulate(tmp_path, **sizes, seed=1, progress=quiet)


@pytest.mark.parametrize("table", TABLES)
def test_tables_are_canonical(con: Any, district: Path, table: str) -> None:
    spec = TABLES[table]
    folder = district / table
    data = ds.dataset(folder if folder.is_dir() else district / f"{table}.parquet")
    assert data.schema.equals(spec.arrow_schema(lineage=False))
    keys = ", ".join(f"coalesce({k}::varchar, '')" for k in spec.key)
    assert one(con, f"select count(*) - count(distinct ({keys})) from {table}") == 0
    assert one(con, f"select count(*) from {table}") > 0
    for column in spec.columns.values():
        if column.required:
            assert one(con, f"select count(*) from {table} where {column.name} is null") == 0, column.name
        if column.code:
            found = con.execute(
                f"select distinct {column.name} from {table} where {column.name} is not null"
            ).fetchall()
            assert {value for (value,) in found} <= set(CODES[column.code]), column.name


def test_sizes_are_as_ordered(con: Any) -> None:
    assert one(con, "select count(*) from registrations") == 700
    assert one(con, "select count(*) from invoices") == INVOICES
    assert one(con, "select min(issued_at)::date::varchar from invoices") >= "2025-01-01"
    assert one(con, "select max(issued_at)::date::varchar from invoices") <= "2025-12-31"
    doubled = one(con, "select 1 - count(distinct taxpayer_id) / count(*) from duplicates")
    assert 0.12 <= doubled <= 0.18


def test_numbers_and_codes_are_valid_in_form(con: Any) -> None:
    rows = con.execute("select registration_id, division_code, industry_code from registrations").fetchall()
    assert all(is_uscc(number) for number, _, _ in rows if len(number) == 18)
    assert {len(number) for number, _, _ in rows} == {15, 18}
    assert all(division in DIVISIONS and industry in INDUSTRIES for _, division, industry in rows)
    cards = [c for (c,) in con.execute("select id_number from persons where length(id_number) = 18").fetchall()]
    assert len(cards) > 500
    assert all(is_id_number(card) for card in cards)
    assert all(card[2:4] == "99" for card in cards), "simulated people must live in a city that does not exist"
    parties = con.execute("select seller_number from invoices union select buyer_number from invoices").fetchall()
    assert all(is_uscc(number) for (number,) in parties if len(number) == 18)


def test_money_adds_up(con: Any) -> None:
    assert one(con, "select count(*) from invoices where amount + tax_amount <> total_amount") == 0
    off = """select count(*) from invoices i left join (select invoice_code c, invoice_number n, sum(amount) a,
             sum(tax_amount) t from invoice_lines group by 1, 2) l on n = invoice_number and
             c is not distinct from invoice_code where n is null or a <> amount or t <> tax_amount"""
    assert one(con, off) == 0
    unlinked = """select count(*) from invoice_lines anti join invoices using (invoice_number)"""
    assert one(con, unlinked) == 0
    wrong = """select count(*) from invoice_lines
               where abs(amount - quantity::double * unit_price) > 0.05 + abs(amount) / 10000"""
    assert one(con, wrong) == 0


def test_red_invoices_reverse_a_valid_blue_one(con: Any) -> None:
    assert one(con, "select count(*) from invoices where colour_code = 'RED'") > INVOICES * 0.03
    orphans = """select count(*) from invoices r left join invoices b on b.invoice_number = r.blue_invoice_number
                 and b.colour_code = 'BLUE' and b.status_code = 'VALID' and b.issued_at < r.issued_at
                 where r.colour_code = 'RED' and (b.invoice_number is null or r.amount >= 0 or -r.amount > b.amount)"""
    assert one(con, orphans) == 0
    assert one(con, "select count(*) from invoices where status_code = 'VOID' and kind_code like 'DIGITAL%'") == 0


def test_rows_point_at_rows(con: Any) -> None:
    for table in ("roles", "returns", "payments", "customs_declarations", "registration_changes", "inspections"):
        assert one(con, f"select count(*) from {table} anti join registrations using (registration_id)") == 0, table
    assert one(con, "select count(*) from roles anti join persons using (person_id)") == 0
    assert one(con, "select count(*) from return_lines anti join returns using (return_id)") == 0
    outside = """select count(*) from invoices
                 where seller_number not in (select registration_id from registrations)
                   and buyer_number not in (select registration_id from registrations)"""
    assert one(con, outside) == 0


def test_returns_follow_from_invoices_within_the_stated_noise(con: Any) -> None:
    rows = con.execute(
        """with s as (select seller_number r, date_trunc('month', issued_at)::date m, sum(amount)::double a,
                sum(tax_amount)::double t from invoices where status_code = 'VALID' group by 1, 2)
           select t, output_tax::double from returns join s on r = registration_id and m = period_start
           join registrations using (registration_id)
           where form_code = 'VAT_GENERAL' and t > 100
           and industry_code in ('17', '26', '33', '34', '35', '47', '51', '65')"""
    ).fetchall()
    assert len(rows) > 300
    assert all(abs(declared / tax - 1) <= SHIFT + 1e-6 for tax, declared in rows)
    assert sum(abs(declared - tax) < 0.01 for tax, declared in rows) / len(rows) > 0.9


def test_nobody_pays_more_than_declared(con: Any) -> None:
    over = """with paid as (select registration_id, period_end, sum(amount) paid from payments
                            where tax_code = 'VAT' group by 1, 2),
              owed as (select registration_id, period_end, sum(tax_payable) owed from returns
                       where form_code <> 'CIT' group by 1, 2)
              select count(*) from paid left join owed using (registration_id, period_end)
              where owed is null or paid > owed"""
    assert one(con, over) == 0
    assert 0.02 < one(con, "select avg((paid_on > due_on)::int) from payments") < 0.2


def test_a_changed_number_is_not_used_long_after_the_change(con: Any) -> None:
    used = """select count(*) from registration_changes c join invoices i
              on i.seller_number = c.old_value or i.buyer_number = c.old_value
              where item_code = 'NUMBER' and i.issued_at::date > c.changed_on + 20"""
    assert one(con, "select count(*) from registration_changes where item_code = 'NUMBER'") > 5
    assert one(con, used) == 0


def test_truth_covers_the_register_and_stays_out_of_the_data(con: Any, district: Path) -> None:
    assert one(con, "select count(*) from registrations anti join duplicates using (registration_id)") == 0
    assert one(con, "select count(*) from persons anti join person_duplicates using (person_id)") == 0
    assert one(con, "select count(*) from schemes anti join duplicates using (registration_id, taxpayer_id)") == 0
    found = {name for (name,) in con.execute("select distinct scheme from schemes").fetchall()}
    assert found == set(SCHEMES)
    late = "select count(*) from schemes where started_on < date '2025-01-01' or started_on > date '2025-12-31'"
    assert one(con, late) == 0
    words = (*SCHEMES, "taxpayer_id", "natural_person")
    for path in district.rglob("*.parquet"):
        if path.parent.name != "truth":
            assert not any(word.encode() in path.read_bytes() for word in words), path


def test_known_false_issuers_are_true_ones_and_not_all(con: Any) -> None:
    known = "select subject_number as registration_id from third_party where source_code = 'CONFIRMED_FALSE_ISSUER'"
    shells = "(select registration_id from schemes where scheme = 'burst_issuing')"
    assert one(con, f"select count(*) from ({known}) anti join {shells} using (registration_id)") == 0
    assert 0 < one(con, f"select count(*) from ({known})") < one(con, f"select count(*) from {shells}")


def test_look_alikes_stand_beside_the_real_thing(con: Any) -> None:
    apart = "registrations join duplicates using (registration_id)"
    most = "select max(n) from (select count(distinct taxpayer_id) n from {0} group by {1})"
    assert one(con, most.format(apart, "legal_representative_id")) >= 3
    assert one(con, most.format(apart, "phone")) >= 8
    assert one(con, most.format(f"(select *, split_part(address, '号', 1) a from {apart})", "a")) >= 8
    namesakes = f"select count(*) from (select name from {apart} group by 1 having count(distinct taxpayer_id) > 1)"
    assert one(con, namesakes) > 3
    assert one(con, "select count(*) from registrations where name like '%分公司'") >= 3
    honest_new = """select count(*) from registrations anti join schemes using (registration_id)
                    where registered_on >= date '2025-01-01'"""
    assert one(con, honest_new) > 3 * one(con, "select count(*) from schemes where scheme = 'burst_issuing'")
    replaced = """select count(*) from registration_changes anti join schemes using (registration_id)
                  where item_code = 'LEGAL_REPRESENTATIVE'"""
    assert one(con, replaced) > one(con, "select count(*) from schemes where scheme = 'takeover_burst'")
