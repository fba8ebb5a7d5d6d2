"""Returns that follow from invoices, and the payments that follow from returns."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yihu.lens.simulate.concealing import HIDDEN_PART
from yihu.lens.simulate.economy import load_economy
from yihu.lens.simulate.ledger import Ledger
from yihu.lens.simulate.parties import Parties
from yihu.lens.simulate.plan import Flags, Floats, Ints, Plan
from yihu.lens.simulate.planting import Planted
from yihu.lens.simulate.registry import RENUMBERED, Registry
from yihu.lens.simulate.scheme_list import (
    BURST,
    BUYING,
    CREDIT,
    FARM,
    GHOST,
    HIDDEN,
    PHOENIX,
    PLATFORM,
    RESALE,
    SHIFTING,
    TAKEOVER,
)  # fmt: skip
from yihu.lens.simulate.writing import days, decimals, write_table

EXACT_SHARE = 0.95
"""Part of returns whose output tax equals the invoices to the fen; the rest is off by up to `SHIFT`."""
SHIFT = 0.03
LEVY_RATE = 0.12
GENERAL_LINES = (
    ("1", "按适用税率计税销售额", "sales"), ("11", "销项税额", "output"), ("12", "进项税额", "input"),
    ("14", "进项税额转出", "transfer"), ("19", "应纳税额", "payable"), ("20", "期末留抵税额", "carry"),
)  # fmt: skip
YEARLY_WAGE = 7_200_000
"""Mean wage of a year, in fen."""
RARE_LINES = (("F2-22", "上期留抵税额退税", "refunded"),)
"""Lines that stand in a return only where they hold something."""
UNPAID_DAYS = 150
"""How long an honest firm in hardship leaves its taxes unpaid or late."""
WAGES = (1.7, 2.4, 3.4)
"""Wages claimed by a light, medium and heavy member, by those really paid."""
SMALL_LINES = (("1", "应征增值税不含税销售额", "sales"), ("22", "本期应纳税额合计", "payable"))


@dataclass
class Filer:
    """What the makers of returns need of every registration, shape (R,)."""

    taxpayer: Ints
    number: pa.Array
    general: Flags
    opened: Ints
    ends: Ints
    retail: Floats
    rate: Floats
    export: Floats
    margin: Floats
    scheme: Ints
    started: Ints
    carry: Ints
    staff: Ints
    level: Ints
    hardship: Ints
    invest: Ints
    informal: Flags
    individual: Flags
    successor: Flags
    foreign: Flags
    exports_from: Ints
    paper: Ints
    evaded: Ints
    paying: Flags


def make_filers(plan: Plan, parties: Parties, planted: Planted, reg: Registry, paper: Ints) -> Filer:
    """Filing habits; shells that vanish stop filing with their last month; `evaded` fills up while returns are made.

    :param paper: inputs of exporters on paper, fen, (T, months)
    """
    who, chance = reg.taxpayer, plan.chance("filers")
    economy = load_economy()
    second = np.arange(len(who)) >= plan.taxpayers
    ends = parties.closed[who].copy()
    ends[second & (reg.mode[who] == RENUMBERED)] = reg.switched[who][second & (reg.mode[who] == RENUMBERED)] + 31
    rate = np.where(parties.general[who], economy.goods_rates[parties.good[who]] / 100, 0.01)
    staff = np.rint(np.exp(chance.normal(0, 0.6, plan.taxpayers)) * (1 + 3 * parties.size[: plan.taxpayers] ** 0.7))
    staff[planted.scheme == BURST] = chance.integers(0, 4, int((planted.scheme == BURST).sum()))
    return Filer(
        who, pa.array(reg.number[: len(who)]), parties.general[who], parties.opened[who], ends, parties.retail[who],
        rate, parties.export[who], parties.margin[who], planted.scheme[who], planted.started[who],
        np.zeros(len(who), dtype=np.int64), staff[who].astype(np.int64), planted.level[who], planted.hardship[who],
        planted.invest[who], planted.informal[who], parties.individual[who],
        parties.opened[who] >= planted.started[who] - 1, planted.foreign[who], _export_starts(plan, planted)[who],
        paper, np.zeros(len(who), dtype=np.int64), planted.paying[who],
    )  # fmt: skip


def _export_starts(plan: Plan, planted: Planted) -> Ints:
    """The day of the first export: always known, but for a fifth of honest exporters, who begin inside the period."""
    chance, n = plan.chance("export starts"), plan.taxpayers
    fresh = (chance.random(n) < 0.2) & (planted.scheme < 0)
    return np.where(fresh, chance.integers(plan.first_day, plan.end_day, n), 0)


@dataclass
class Filing:
    """Rows of one form for one period: registrations `row` and their figures in fen."""

    row: Ints
    start: int
    end: int
    figures: dict[str, Ints]
    filed: Ints
    due: int


def _noise(count: int, chance: np.random.Generator) -> Floats:
    return np.where(chance.random(count) < EXACT_SHARE, 1.0, 1 + chance.uniform(-SHIFT, SHIFT, count))


def _scaled(values: Ints, factor: Floats) -> Ints:
    return np.rint(values * factor).astype(np.int64)


def _declared(filer: Filer, row: Ints, unbilled: Floats, end: int) -> Floats:
    """What is declared of sales without invoice: resellers have billed theirs to others, some hide a part."""
    begun = filer.started[row] <= end
    told = np.where((filer.scheme[row] == RESALE) & begun, 0.12, 1.0)
    told = np.where((filer.scheme[row] == HIDDEN) & begun, 1 - np.array(HIDDEN_PART)[filer.level[row]], told)
    return np.asarray(unbilled * told, np.float64)


def _refunded(plan: Plan, month: int, filer: Filer, row: Ints, end: int) -> Ints:
    """Credit paid out: to claimants and investors soon, to others with much of it now and then, (n,) in fen."""
    chance, n = plan.chance("credit refunds", month), len(row)
    claims = (filer.scheme[row] == CREDIT) & (filer.started[row] <= end - 60)
    invests = (filer.invest[row] <= end - 60) & (filer.invest[row] > end - 400)
    odds = np.where(claims, 0.35, np.where(invests, 0.25, 0.02))
    paid = (filer.carry[row] > 5_000_000) & (chance.random(n) < odds)
    return np.where(paid, _scaled(filer.carry[row], chance.uniform(0.6, 1.0, n)), 0)


def file_general(plan: Plan, month: int, ledger: Ledger, filer: Filer) -> Filing:
    """Monthly returns of general taxpayers; credit that is not used up is carried on in `filer.carry`."""
    chance = plan.chance("general", month)
    start, end = int(plan.month_starts[month]), int(plan.month_starts[month + 1]) - 1
    row = np.flatnonzero(filer.general & (filer.opened <= end) & (filer.ends > end))
    n = len(row)
    noise = _noise(n, chance)
    unbilled = filer.retail[row] / (1 - filer.retail[row]) * chance.uniform(0.8, 1.2, n)
    unbilled = _declared(filer, row, unbilled, end)
    invoiced = ledger.sales[row, month]
    extra = np.maximum(_scaled(invoiced, unbilled), 0)
    output = _scaled(ledger.output[row, month], noise) + _scaled(extra, filer.rate[row])
    claim = np.where(chance.random(n) < 0.93, 1.0, chance.uniform(0.4, 1.0, n))
    credit = _scaled(ledger.creditable[row, month], claim)
    fake = (
        np.isin(filer.scheme[row], (BURST, TAKEOVER, PLATFORM, FARM))
        & (filer.started[row] <= end)
        & (chance.random(n) < 0.6)
    )
    credit = np.where(fake, np.maximum(credit, _scaled(output, chance.uniform(0.9, 1.0, n))), credit)
    transfer = np.where(chance.random(n) < 0.03, _scaled(credit, chance.uniform(0.02, 0.2, n)), 0)
    export = _scaled(np.maximum(invoiced, 0), filer.export[row] * chance.uniform(0.6, 1.4, n))
    export = np.where(filer.exports_from[row] > start, 0, export)
    bought, gain = np.maximum(ledger.bought[row, month], 0), chance.uniform(1.03, 1.2, n)
    trading = filer.foreign[row] & (filer.exports_from[row] <= start)
    export = np.where(trading, np.maximum(export, _scaled(bought, gain)), export)
    export = export + _scaled(np.where(row < len(filer.paper), filer.paper[filer.taxpayer[row], month], 0), gain)
    net = output - credit + transfer - filer.carry[row]
    refund = _scaled(np.minimum(np.maximum(-net, 0), _scaled(export, np.full(n, 0.13))), np.ones(n))
    filer.carry[row] = np.maximum(-net, 0) - refund
    refunded = _refunded(plan, month, filer, row, end)
    filer.carry[row] -= refunded
    figures = {
        "sales": _scaled(invoiced, noise) + extra, "output": output, "input": credit, "transfer": transfer,
        "export": export, "payable": np.maximum(net, 0), "carry": filer.carry[row].copy(),
        "refunded": refunded,
        "exempt": np.where(filer.rate[row] == 0, invoiced, 0),
    }  # fmt: skip
    due = _fifteenth(plan, month + 1)
    return Filing(row, start, end, figures, _filed_on(due, n, chance), due)


def file_small(plan: Plan, month: int, ledger: Ledger, filer: Filer) -> Filing:
    """Quarterly returns of small-scale taxpayers, at the last month of a quarter."""
    chance = plan.chance("small", month)
    first = max(0, month - 2)
    start, end = int(plan.month_starts[first]), int(plan.month_starts[month + 1]) - 1
    row = np.flatnonzero(~filer.general & (filer.opened <= end) & (filer.ends > end))
    n, zero = len(row), np.zeros(len(row), dtype=np.int64)
    noise = _noise(n, chance)
    invoiced = ledger.sales[row, first : month + 1].sum(axis=1)
    unbilled = filer.retail[row] / (1 - filer.retail[row]) * chance.uniform(0.8, 1.2, n)
    unbilled = _declared(filer, row, unbilled, end)
    extra = np.maximum(_scaled(invoiced, unbilled), 0)
    sales = _scaled(invoiced, noise) + extra
    tax = _scaled(ledger.output[row, first : month + 1].sum(axis=1), noise) + _scaled(extra, np.full(n, 0.01))
    exempt = (sales < 30_000_000) & (chance.random(n) < 0.5)
    figures = {
        "sales": np.where(exempt, 0, sales), "output": tax, "input": zero, "transfer": zero, "export": zero,
        "payable": np.where(exempt, 0, np.maximum(tax, 0)), "carry": zero, "exempt": np.where(exempt, sales, 0),
    }  # fmt: skip
    due = _fifteenth(plan, month + 1)
    return Filing(row, start, end, figures, _filed_on(due, n, chance), due)


def revenue_of(ledger: Ledger, filer: Filer, row: Ints, months: slice) -> Ints:
    """What is sold in some months, with and without invoices, abroad too."""
    invoiced = np.maximum(ledger.sales[row, months].sum(axis=1), 0)
    return _scaled(invoiced, 1 + filer.retail[row] / (1 - filer.retail[row]) + filer.export[row])


def paid_people(ledger: Ledger, filer: Filer, row: Ints, month: int) -> Ints:
    """People a firm really pays: of its staff, as many as the trade of the last year can feed."""
    first = max(0, month - 11)
    yearly = revenue_of(ledger, filer, row, slice(first, month + 1)) * 12 // (month + 1 - first)
    can = _scaled(yearly, filer.margin[row] * 0.7) // YEARLY_WAGE + 1
    return np.minimum(filer.staff[row], can)


def file_income(plan: Plan, month: int, ledger: Ledger, filer: Filer, companies: Flags) -> Filing:
    """Yearly corporate income tax, at December; revenue follows sales, cost the industry's margin."""
    chance = plan.chance("income", month)
    first = max(0, month - 11)
    start, end = int(plan.month_starts[first]), int(plan.month_starts[month + 1]) - 1
    row = np.flatnonzero(companies & (filer.opened <= end) & (filer.ends > end))
    n = len(row)
    revenue = _scaled(revenue_of(ledger, filer, row, slice(first, month + 1)), _noise(n, chance))
    paid = paid_people(ledger, filer, row, month)
    payroll = paid * _scaled(np.full(n, YEARLY_WAGE), np.exp(chance.normal(0, 0.25, n)))
    profit = _scaled(revenue, filer.margin[row] * chance.normal(0.22, 0.2, n)) - 300_000
    profit = np.where(filer.scheme[row] == BUYING, _scaled(profit, np.full(n, 0.35)), profit)
    profit = np.where(filer.scheme[row] == SHIFTING, _scaled(profit, np.full(n, 0.25)), profit)
    padding = np.where(filer.scheme[row] == GHOST, np.array(WAGES)[filer.level[row]] - 1, 0.0)
    ghosts = np.minimum(_scaled(payroll, padding), np.maximum(profit, 0))
    filer.evaded[row] += ghosts // 4
    people = paid + np.rint(paid * padding * 0.9).astype(np.int64)
    payroll, profit = payroll + ghosts, profit - ghosts
    tax = _scaled(np.maximum(profit, 0), np.where(profit < 300_000_000, 0.05, 0.25))
    figures = {
        "revenue": revenue,
        "cost": revenue - profit - payroll,
        "profit": profit,
        "payroll": payroll,
        "payable": tax,
        "people": people,
    }
    due = int((plan.calendar[month] + 6).astype("datetime64[D]").astype(np.int64)) - 1
    filed = np.minimum(due - chance.integers(0, 120, n), due) + np.where(chance.random(n) < 0.02, 40, 0)
    return Filing(row, start, end, figures, filed, due)


def _fifteenth(plan: Plan, month: int) -> int:
    """The 15th of a month, the Monday after where it is a weekend."""
    day = int((plan.calendar[0] + month).astype("datetime64[D]").astype(np.int64)) + 14
    return day + {5: 2, 6: 1}.get((day + 3) % 7, 0)


def _filed_on(due: int, count: int, chance: np.random.Generator) -> Ints:
    late = chance.random(count)
    early = chance.integers(0, 14, count)
    return np.where(late < 0.96, due - early, due + chance.integers(1, 60, count))


FORMS = {"VAT_GENERAL": GENERAL_LINES, "VAT_SMALL": SMALL_LINES}
RETURN_COLUMNS = {
    "sales_amount": "sales", "output_tax": "output", "input_tax": "input", "input_transfer_out": "transfer",
    "exempt_sales_amount": "exempt", "export_sales_amount": "export", "tax_payable": "payable",
    "revenue_amount": "revenue", "cost_amount": "cost", "profit_amount": "profit", "payroll_amount": "payroll",
}  # fmt: skip


def write_filings(out: Path, label: str, filer: Filer, filings: dict[str, Filing]) -> dict[str, int]:
    """
    Write the returns filed for periods that end in one month, with their lines.

    :returns: rows by table
    """
    columns: dict[str, list[pa.Array]] = {}
    lines: list[tuple[pa.Array, str, str, pa.Array]] = []
    for form, filing in filings.items():
        n = len(filing.row)
        number = filer.number.take(pa.array(filing.row))
        ids = pc.binary_join_element_wise(form[0] + form[4:5], label.replace("-", ""), number, "")
        part = {
            "return_id": ids, "registration_id": number, "form_code": pa.array([form] * n, type=pa.string()),
            "period_start": days(np.full(n, filing.start)), "period_end": days(np.full(n, filing.end)),
            "filed_on": days(filing.filed), "due_on": days(np.full(n, filing.due)),
            "employee_count": pa.array(filing.figures["people"]) if form == "CIT" else pa.nulls(n, pa.int64()),
        }  # fmt: skip
        for column, figure in RETURN_COLUMNS.items():
            known = filing.figures.get(figure)
            part[column] = pa.nulls(n, pa.decimal128(18, 2)) if known is None else decimals(known)
        for column, values in part.items():
            columns.setdefault(column, []).append(values)
        lines += [(ids, code, name, part_of(filing, key)) for code, name, key in FORMS.get(form, ())]
        lines += [_rare(ids, filing, *line) for line in RARE_LINES if line[2] in filing.figures]
    joined = {name: pa.concat_arrays(parts) for name, parts in columns.items()}
    made = {"returns": write_table(out / "returns" / f"{label}.parquet", "returns", joined)}
    if lines:
        body = {
            "return_id": pa.concat_arrays([ids for ids, *_ in lines]),
            "line_code": pa.concat_arrays([pa.array([code] * len(ids), type=pa.string()) for ids, code, _, _ in lines]),
            "line_name": pa.concat_arrays([pa.array([name] * len(ids), type=pa.string()) for ids, _, name, _ in lines]),
            "amount": pa.concat_arrays([amount for *_, amount in lines]),
        }
        made["return_lines"] = write_table(out / "return_lines" / f"{label}.parquet", "return_lines", body)
    return made


def _rare(ids: pa.Array, filing: Filing, code: str, name: str, key: str) -> tuple[pa.Array, str, str, pa.Array]:
    rows = pa.array(np.flatnonzero(filing.figures[key]))
    return ids.take(rows), code, name, part_of(filing, key).take(rows)


def part_of(filing: Filing, key: str) -> pa.Array:
    """One figure of a filing as money."""
    return decimals(filing.figures[key])


def _arrears(plan: Plan, label: str, form: str, filer: Filer, filing: Filing) -> tuple[Flags, Ints]:
    """Who pays nothing: debtors before they leave, some in hardship; and by how many days it delays the others."""
    chance, row = plan.chance("arrears", label, form), filing.row
    debtor = (filer.scheme[row] == PHOENIX) & ~filer.successor[row] & (filer.started[row] <= filing.end)
    poor = (filer.hardship[row] <= filing.end) & (filer.hardship[row] > filing.end - UNPAID_DAYS)
    u = chance.random(len(row))
    delay = np.where(poor, chance.integers(20, 160, len(row)), 0)
    return np.asarray((debtor & (u < 0.93)) | (poor & (u < 0.45))), delay


def write_payments(out: Path, plan: Plan, label: str, filer: Filer, filings: dict[str, Filing]) -> int:
    """
    Write what is paid on a month's returns: the tax and the surcharges on VAT; shells leave theirs unpaid.

    :returns: rows
    """
    chance = plan.chance("payments", label)
    parts: list[tuple[Ints, str, Filing, Ints, Ints]] = []
    for form, filing in filings.items():
        owed = filing.figures["payable"]
        unpaid = np.isin(filer.scheme[filing.row], (BURST, TAKEOVER)) & (chance.random(len(owed)) < 0.4)
        unpaid &= ~filer.paying[filing.row]
        debts, delay = _arrears(plan, label, form, filer, filing)
        filer.evaded[filing.row] += np.where(debts & (filer.scheme[filing.row] == PHOENIX), owed, 0)
        keep = np.flatnonzero((owed > 0) & ~unpaid & ~debts & (chance.random(len(owed)) < 0.985))
        paid = np.maximum(filing.filed[keep], filing.due - 14) + np.where(
            chance.random(len(keep)) < 0.94, 0, chance.integers(1, 90, len(keep))
        )
        paid += delay[keep]
        row = filing.row[keep]
        parts.append((row, "CIT" if form == "CIT" else "VAT", filing, paid, owed[keep]))
        if form != "CIT":
            parts.append((row, "LEVIES", filing, paid, _scaled(owed[keep], np.full(len(keep), LEVY_RATE))))
    number = [filer.number.take(pa.array(row)) for row, *_ in parts]
    ids = [
        pc.binary_join_element_wise(tax, label.replace("-", ""), numbers, "")
        for (_, tax, *_), numbers in zip(parts, number, strict=True)
    ]
    columns = {
        "payment_id": pa.concat_arrays(ids),
        "registration_id": pa.concat_arrays(number),
        "tax_code": pa.concat_arrays([pa.array([tax] * len(row), type=pa.string()) for row, tax, *_ in parts]),
        "period_end": pa.concat_arrays([days(np.full(len(p[0]), p[2].end)) for p in parts]),
        "due_on": pa.concat_arrays([days(np.full(len(p[0]), p[2].due)) for p in parts]),
        "paid_on": pa.concat_arrays([days(p[3]) for p in parts]),
        "amount": pa.concat_arrays([decimals(p[4]) for p in parts]),
    }
    return write_table(out / "payments" / f"{label}.parquet", "payments", columns)
