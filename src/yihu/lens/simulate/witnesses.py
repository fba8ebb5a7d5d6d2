"""What others know: customs, banks, power, logistics, social insurance, and issuers already proven false."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yihu.lens.simulate import money
from yihu.lens.simulate.economy import load_economy
from yihu.lens.simulate.invoice_tables import Desk
from yihu.lens.simulate.ledger import Ledger
from yihu.lens.simulate.money import Part, records
from yihu.lens.simulate.plan import Floats, Ints, Plan
from yihu.lens.simulate.planting import Planted
from yihu.lens.simulate.registry import Registry
from yihu.lens.simulate.returns import Filer, Filing, paid_people
from yihu.lens.simulate.scheme_list import BOUGHT, BURST, EXPORT, FARM, PASS, PLATFORM, RING, TAKEOVER
from yihu.lens.simulate.writing import days, decimals, write_table

HS_CODES = {
    "clothing": "620463", "yarn": "521041", "furniture": "940330", "plastics": "392690", "chips": "854231",
    "phones": "851713", "computers": "847130", "appliances": "841510", "cable": "854449", "hardware": "731815",
    "parts": "848340", "machines": "845811", "chemicals": "290511",
}  # fmt: skip
COUNTRIES = ("USA", "DEU", "JPN", "VNM", "KOR", "RUS", "ARE", "BRA", "MEX", "HKG")
BANK_COVERAGE, POWER_COVERAGE, LOGISTICS_COVERAGE = 30, 60, 25
"""Percent of taxpayers (of makers for power) whose data is at hand."""


FALSE_TRADE = (BURST, TAKEOVER, RING, PASS, EXPORT, FARM, PLATFORM, BOUGHT)
"""Schemes whose invoices stand for goods and work that leave no traces of their own."""


def write_customs(out: Path, plan: Plan, month: int, general: Filing, filer: Filer, goods: Ints) -> int:
    """
    Write a month's export declarations, which add up to the export sales of the returns.

    :returns: rows
    """
    chance, economy = plan.chance("customs", month), load_economy()
    export = general.figures["export"]
    keep = np.flatnonzero(export > 500_000)
    count = 1 + chance.poisson(np.minimum(export[keep] / 3e7, 6.0))
    row = np.repeat(keep, count)
    share = chance.uniform(0.5, 1.5, len(row))
    total = np.bincount(row, share, len(export))
    amount = np.rint(export[row] * share / np.maximum(total[row], 1e-9)).astype(np.int64)
    good = goods[general.row[row]]
    names = economy.goods
    label = str(plan.calendar[month]).replace("-", "")
    day = general.start + chance.integers(0, general.end - general.start + 1, len(row))
    columns = {
        "declaration_number": pa.array([f"2901{label}0{i:07d}" for i in range(len(row))], type=pa.string()),
        "registration_id": filer.number.take(pa.array(general.row[row])),
        "direction_code": pa.array(["EXPORT"] * len(row), type=pa.string()),
        "declared_on": days(day),
        "hs_code": pa.array([HS_CODES.get(names[g], "630790") + "0000" for g in good], type=pa.string()),
        "goods_name": pa.array(
            [economy.item_names[economy.item_starts[g]].split("*")[-1] for g in good], type=pa.string()
        ),
        "country_code": pa.array(
            [COUNTRIES[c] for c in chance.integers(0, len(COUNTRIES), len(row))], type=pa.string()
        ),
        "amount": decimals(amount),
        "tax_amount": decimals(np.zeros(len(row), dtype=np.int64)),
    }
    return write_table(
        out / "customs_declarations" / f"{plan.calendar[month]}.parquet", "customs_declarations", columns
    )


def write_third_party(
    out: Path, plan: Plan, month: int, ledger: Ledger, filer: Filer, industry: Ints, more: list[Part]
) -> int:
    """
    Write a month's bank flows, power, logistics and (at quarters' ends) social insurance, and `more` of other kinds.

    :returns: rows
    """
    chance = plan.chance("third party", month)
    row = np.flatnonzero((ledger.sales[:, month] > 0) | (ledger.bought[:, month] > 0))
    sales, bought = np.maximum(ledger.sales[row, month], 0), np.maximum(ledger.bought[row, month], 0)
    real = _real_share(row, filer, int(plan.month_starts[month + 1]), chance)
    code = (filer.taxpayer[row] * 7919) % 100
    hidden = money.hidden_of(ledger, filer, row, month)
    makers = np.array([c < "46" for c in load_economy().industries])[industry[row]]
    inflow = np.rint(sales * real * chance.uniform(0.75, 1.2, len(row))).astype(np.int64)
    outflow = np.rint(bought * real * chance.uniform(0.75, 1.2, len(row))).astype(np.int64)
    inflow, outflow = money.moved(plan, month, filer, row, sales, hidden, inflow, outflow)
    sales = sales + hidden
    power = np.rint(sales / 100 * real * 0.02 * chance.uniform(0.7, 1.3, len(row)) + 200).astype(np.int64)
    trips = np.rint(sales / 100 / 30_000 * real * chance.uniform(0.6, 1.4, len(row))).astype(np.int64)
    parts = [
        records("BANK", "INFLOW", "银行账户流入", row, code < BANK_COVERAGE, inflow, None),
        records("BANK", "OUTFLOW", "银行账户流出", row, code < BANK_COVERAGE, outflow, None),
        records("POWER", "KWH", "用电量（千瓦时）", row, makers & (code < POWER_COVERAGE), None, power),
        records("LOGISTICS", "TRIPS", "货运车次", row, (code > 100 - LOGISTICS_COVERAGE) & (trips > 0), None, trips),
    ]
    if month % 3 == 2:
        every = np.flatnonzero((filer.opened < plan.month_starts[month]) & (filer.ends > plan.month_starts[month + 1]))
        paid = paid_people(ledger, filer, every, month)
        insured = np.rint(paid * chance.uniform(0.7, 1.0, len(every))).astype(np.int64)
        insured = money.insured(filer, every, insured)
        known = (filer.taxpayer[every] * 104729) % 100 < 50
        parts.append(records("SOCIAL", "INSURED", "社保参保人数", every, known, None, insured))
        base = money.wage_base(plan, month, filer, every, insured)
        parts.append(records("SOCIAL", "WAGE_BASE", "社保缴费基数（季）", every, known, base, None))
    parts += more
    day = np.full(sum(len(p[3]) for p in parts), int(plan.month_starts[month + 1]) - 1)
    return _writerecords(out, str(plan.calendar[month]), parts, filer.number, day)


def _real_share(row: Ints, filer: Filer, end: int, chance: np.random.Generator) -> Floats:
    """How much of the invoiced trade leaves traces; false trade leaves few, or returns the money in circles."""
    u = chance.random(len(row))
    false = np.isin(filer.scheme[row], FALSE_TRADE) & (filer.started[row] < end)
    return np.where(false & (u < 0.65), u, np.where(u > 0.97, 0.2, 1.0))


def _writerecords(out: Path, label: str, parts: list[Part], numbers: pa.Array, day: Ints) -> int:
    subject = [numbers.take(pa.array(p[3])) for p in parts]
    ids = [pc.binary_join_element_wise(p[1], label, number, "-") for p, number in zip(parts, subject, strict=True)]
    money, count = pa.decimal128(18, 2), pa.decimal128(18, 6)
    columns = {
        "source_code": _repeat(parts, 0),
        "record_id": pa.concat_arrays(ids),
        "subject_number": pa.concat_arrays(subject),
        "occurred_on": days(day),
        "item_code": _repeat(parts, 1),
        "item_name": _repeat(parts, 2),
        "amount": pa.concat_arrays([pa.nulls(len(p[3]), money) if p[4] is None else decimals(p[4]) for p in parts]),
        "quantity": pa.concat_arrays(
            [pa.nulls(len(p[3]), count) if p[5] is None else decimals(p[5] * 1_000_000, 18, 6) for p in parts]
        ),
    }
    return write_table(out / "third_party" / f"{label}.parquet", "third_party", columns)


def _repeat(parts: list[Part], place: int) -> pa.Array:
    return pa.concat_arrays([pa.array([str(p[place])] * len(p[3]), type=pa.string()) for p in parts])


def known_issuers(plan: Plan, planted: Planted) -> tuple[Ints, Ints]:
    """The false issuers the office already knows, and since when: two in five of the shells of the first half."""
    chance = plan.chance("confirmed")
    shells = planted.members(BURST)
    half = (plan.first_day + plan.end_day) // 2
    early = shells[planted.started[shells] < half]
    known = early[chance.random(len(early)) < 0.4]
    if len(early) and not len(known):
        known = early[:1]
    return known, np.minimum(planted.started[known] + chance.integers(120, 260, len(known)), plan.end_day - 1)


def write_confirmed(out: Path, plan: Plan, planted: Planted, reg: Registry, desk: Desk) -> int:
    """
    Write `known_issuers`.

    :returns: rows
    """
    known, day = known_issuers(plan, planted)
    subject = desk.numbers.take(pa.array(reg.main[known]))
    columns = {
        "source_code": pa.array(["CONFIRMED_FALSE_ISSUER"] * len(known), type=pa.string()),
        "record_id": pa.array(
            [f"稽{d // 365 + 1970}-{i + 1:04d}" for i, d in enumerate(day.tolist())], type=pa.string()
        ),
        "subject_number": subject,
        "occurred_on": days(day),
        "item_code": pa.array(["FALSE_VAT_SPECIAL"] * len(known), type=pa.string()),
        "item_name": pa.array(["虚开增值税专用发票"] * len(known), type=pa.string()),
        "text": pa.array(["经稽查证实虚开增值税专用发票，已定性处理"] * len(known), type=pa.string()),
    }
    return write_table(out / "third_party" / "confirmed.parquet", "third_party", columns)
