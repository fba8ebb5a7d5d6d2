"""Make a whole simulated district: the one entry of this room."""

import shutil
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from yihu.lens.simulate import money, returns, witnesses
from yihu.lens.simulate.adapting import Adversary, inform
from yihu.lens.simulate.casting import cast_more
from yihu.lens.simulate.concealing import money_back, paper_inputs
from yihu.lens.simulate.economy import load_regions
from yihu.lens.simulate.inspecting import inspect
from yihu.lens.simulate.inspection_tables import write_inspections
from yihu.lens.simulate.invoice_tables import Desk, Written
from yihu.lens.simulate.ledger import Ledger
from yihu.lens.simulate.months import Waiting, draw_blues, finish_month
from yihu.lens.simulate.orders import Orders
from yihu.lens.simulate.parties import Parties, make_parties
from yihu.lens.simulate.people import People, make_people
from yihu.lens.simulate.person_tables import write_persons, write_roles
from yihu.lens.simulate.plan import NEVER, Ints, Plan
from yihu.lens.simulate.planting import SMALLEST_DISTRICT, Planted, plant
from yihu.lens.simulate.register_tables import write_changes, write_registrations
from yihu.lens.simulate.registry import Registry, make_registry
from yihu.lens.simulate.scheme_list import BURST, FARM, PHOENIX, SPLIT
from yihu.lens.simulate.schemes import scheme_orders
from yihu.lens.simulate.trading import Market, make_market
from yihu.lens.simulate.truth import settle_stakes, settle_truth, write_schemes, write_truth

Progress = Callable[[str, float], None]
TABLES = (
    "registrations.parquet", "registration_changes.parquet", "persons.parquet", "roles.parquet", "invoices",
    "invoice_lines", "returns", "return_lines", "payments", "customs_declarations", "third_party",
    "inspections.parquet", "truth",
)  # fmt: skip


@dataclass
class District:
    """Everything that is drawn before the first invoice."""

    plan: Plan
    parties: Parties
    planted: Planted
    people: People
    registry: Registry
    market: Market
    extra: Orders
    filer: returns.Filer
    desk: Desk


def simulate(
    out: Path,
    *,
    taxpayers: int,
    invoices: int,
    months: int,
    seed: int,
    progress: Progress,
    thresholds: Mapping[str, float] | None = None,
) -> dict[str, Any]:
    """
    Write a simulated district into `out` in the canonical layout, the planted truth into `out/truth`.

    :param taxpayers: registrations, about a seventh of them second ones of the same taxpayer
    :param invoices: rows of the invoice table over the whole period, which ends in December 2025
    :param progress: called with a stage in Chinese and its part done
    :param thresholds: published rules, figure -> value, that most issuers know and stay below; none by default
    :returns: rows by table, the number of real taxpayers, seconds
    :raises ValueError: fewer than 10 taxpayers, 1 invoice or 1 month
    """
    if taxpayers < 10 or invoices < 1 or months < 1:
        raise ValueError("至少需要 10 个纳税人、1 张发票、1 个月")
    began = time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        shutil.rmtree(out / name, ignore_errors=True)
        (out / name).unlink(missing_ok=True)
    district = make_district(Plan(taxpayers, invoices, months, seed), Adversary(thresholds or {}), progress)
    progress("写出登记资料", 0.0)
    rows = _write_register(out, district)
    ledger = _write_trade(out, district, rows, progress)
    _write_reports(out, district, ledger, rows, progress)
    rows["inspections"] = _write_inspections(out, district, ledger)
    progress("完成", 1.0)
    made = {"out": str(out), "taxpayers": district.plan.taxpayers, "months": months, "seed": seed}
    return {**made, "tables": rows, "seconds": round(time.monotonic() - began, 1)}


def make_district(plan: Plan, adversary: Adversary, progress: Progress) -> District:
    """Draw parties, schemes, people, registrations and relations; of millions it takes minutes."""
    progress("构造纳税人", 0.0)
    parties = make_parties(plan)
    planted = plant(plan, parties)
    cast_more(plan, parties, planted, false=plan.taxpayers >= SMALLEST_DISTRICT)
    inform(plan, parties, planted, adversary)
    progress("构造人员", 0.0)
    people = make_people(plan, parties, planted)
    progress("构造登记", 0.0)
    registry = make_registry(plan, parties, planted, people)
    progress("构造交易关系", 0.0)
    market = make_market(plan, parties)
    progress("安排手法", 0.0)
    extra = scheme_orders(plan, parties, planted, market, adversary)
    settle_truth(planted, extra)
    filer = returns.make_filers(plan, parties, planted, registry, paper_inputs(plan, planted, extra))
    return District(
        plan, parties, planted, people, registry, market, extra, filer, _desk(plan, parties, planted, people, registry)
    )


def _desk(plan: Plan, parties: Parties, planted: Planted, people: People, reg: Registry) -> Desk:
    """Drawers and devices: own ones, an agent's for a part of its clients, one for a gang of shells."""
    chance, codes = plan.chance("desk"), load_regions().codes
    n = plan.taxpayers
    device = np.arange(plan.parties)
    shared = (parties.agent[:n] >= 0) & (chance.random(n) < 0.3)
    device[:n][shared] = plan.parties + parties.agent[:n][shared]
    gang = (planted.gang >= 0) & (planted.scheme == BURST) & (chance.random(n) < 0.55) & ~planted.apart
    device[:n][gang] = plan.parties + len(people.agents) + planted.gang[gang]
    one_hand = plan.chance("devices")
    for group in planted.groups((SPLIT, FARM, PHOENIX), planted.kin):
        device[group] = np.where(one_hand.random(len(group)) < 0.6, device[group[0]], device[group])
    clerks = np.where(chance.random(n) < 0.5, people.handler, people.finance)
    drawers = [people.names[p] for p in clerks] + ["管理员"] * plan.outside
    return Desk(
        numbers=pa.array(reg.number),
        names=pa.array(reg.name),
        divisions=pa.array([codes[d] for d in reg.division]),
        drawers=pa.array(drawers),
        devices=pa.array([f"66{(d * 7919 + 100_003) % 10**10:010d}" for d in device.tolist()]),
    )


def _write_register(out: Path, d: District) -> dict[str, int]:
    rows = {"registrations": write_registrations(out, d.plan, d.parties, d.planted, d.people, d.registry)}
    ids, natural = write_persons(out, d.plan, d.people)
    rows["persons"] = len(ids)
    rows["roles"] = write_roles(out, d.plan, d.parties, d.planted, d.people, d.registry, ids)
    rows["registration_changes"] = write_changes(out, d.plan, d.parties, d.planted, d.people, d.registry)
    write_truth(out, d.plan, d.registry, (ids, natural))
    return rows


def _write_trade(out: Path, d: District, rows: dict[str, int], progress: Progress) -> Ledger:
    """Invoices month by month; one month is written while the next is drawn, so at most two are in memory."""
    ledger, quotas = Ledger.empty(d.plan), _quotas(d.plan).tolist()
    pending: Future[tuple[Written, Waiting]] | None = None
    waiting: Waiting | None = None
    with ThreadPoolExecutor(1) as writer:
        for month, wanted in enumerate(quotas):
            blues, hidden = draw_blues(d.plan, d.parties, d.planted, d.market, d.extra, month, wanted)
            ledger.hidden[:, month] = hidden
            if pending is not None:
                written, waiting = pending.result()
                ledger.enter(month - 1, written)
            pending = writer.submit(
                finish_month, out, d.plan, month, blues, wanted, d.desk, d.registry, waiting, d.planted
            )
            progress("生成发票", (month + 1) / d.plan.months)
        if pending is not None:
            ledger.enter(d.plan.months - 1, pending.result()[0])
    rows["invoices"] = sum(quotas)
    return ledger


def _quotas(plan: Plan) -> Ints:
    """Invoices of each month: growing slowly, few at Spring Festival, many in December; sums to the plan."""
    calendar = plan.calendar.astype(np.int64) % 12
    shape = np.array([1.04, 0.6, 0.96, 0.97, 0.98, 1.02, 1.04, 1.05, 1.03, 1.0, 1.06, 1.22])[calendar]
    shape = shape * (1 + 0.004 * np.arange(plan.months))
    edges = np.rint(np.cumsum(shape) / shape.sum() * plan.invoices).astype(np.int64)
    quotas: Ints = np.diff(edges, prepend=0)
    return quotas


def _write_reports(out: Path, d: District, ledger: Ledger, rows: dict[str, int], progress: Progress) -> None:
    """Returns, payments, customs declarations and third-party records, month by month."""
    plan, who = d.plan, d.registry.taxpayer
    back = money_back(plan, d.planted, d.extra)
    companies = ~d.parties.individual[who]
    for month in range(plan.months):
        label = str(plan.calendar[month])
        filings = {"VAT_GENERAL": returns.file_general(plan, month, ledger, d.filer)}
        if int(plan.calendar[month].astype(np.int64)) % 3 == 2:
            filings["VAT_SMALL"] = returns.file_small(plan, month, ledger, d.filer)
        if int(plan.calendar[month].astype(np.int64)) % 12 == 11:
            filings["CIT"] = returns.file_income(plan, month, ledger, d.filer, companies)
        made = returns.write_filings(out, label, d.filer, filings)
        made["payments"] = returns.write_payments(out, plan, label, d.filer, filings)
        goods, industry = d.parties.good[who], d.parties.industry[who]
        general = filings["VAT_GENERAL"]
        made["customs_declarations"] = witnesses.write_customs(out, plan, month, general, d.filer, goods)
        more = money.statements(plan, month, ledger, d.filer, general, back[:, month])
        made["third_party"] = witnesses.write_third_party(out, plan, month, ledger, d.filer, industry, more)
        for table, count in made.items():
            rows[table] = rows.get(table, 0) + count
        progress("生成申报与第三方数据", (month + 1) / plan.months)
    rows["third_party"] += witnesses.write_confirmed(out, plan, d.planted, d.registry, d.desk)
    settle_stakes(plan, d.planted, ledger, d.filer)
    write_schemes(out, plan, d.planted, d.parties, d.registry)


def _write_inspections(out: Path, d: District, ledger: Ledger) -> int:
    who, since = witnesses.known_issuers(d.plan, d.planted)
    known = np.full(d.plan.taxpayers, NEVER)
    known[who] = since
    found, expected = inspect(d.plan, d.parties, d.planted, d.registry, ledger, known)
    return write_inspections(out, d.plan, found, expected, d.registry)
