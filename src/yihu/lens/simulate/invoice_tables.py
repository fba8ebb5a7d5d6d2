"""Write a month's invoices and their lines."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from yihu.lens.simulate.economy import load_economy, load_regions
from yihu.lens.simulate.issuing import DAY_SECONDS, Invoices
from yihu.lens.simulate.plan import Ints, Plan
from yihu.lens.simulate.registry import Registry
from yihu.lens.simulate.writing import decimals, digit_strings, timestamps, write_table


@dataclass
class Desk:
    """Strings that every invoice repeats: three by number of the register, drawers and devices by party."""

    numbers: pa.Array
    names: pa.Array
    divisions: pa.Array
    drawers: pa.Array
    devices: pa.Array


@dataclass
class Written:
    """What returns are later made of: registration of each side and the money, in row order of the file."""

    seller: Ints
    buyer: Ints
    invoices: Invoices
    numbers: pa.Array


def write_month(
    out: Path, plan: Plan, month: int, rows: Invoices, blue_numbers: pa.Array | None, desk: Desk, reg: Registry
) -> tuple[Written, Ints]:
    """
    Number a month's invoices in order of time and write headers and lines.

    :param blue_numbers: number of the reversed invoice for rows whose blue one is of an earlier month, else null
    :returns: what was written, and the place in the file of each row given
    """
    chance = plan.chance("numbers", month)
    order = np.argsort(rows.second, kind="stable")
    back = np.empty(len(order), dtype=np.int64)
    back[order] = np.arange(len(order))
    rows = rows.take(order)
    day = rows.second // DAY_SECONDS
    seller, buyer = reg.numbers_used(rows.seller, rows.buyer, day), reg.numbers_used(rows.buyer, rows.seller, day)
    codes, numbers = _numbers(plan, month, rows, reg.division[seller], chance)
    same_month = pa.array(np.where(rows.blue >= 0, back[np.maximum(rows.blue, 0)], 0), mask=rows.blue < 0)
    blue = numbers.take(same_month)
    if blue_numbers is not None:
        blue = pc.coalesce(blue, blue_numbers.take(pa.array(order)))
    label = str(plan.calendar[month])
    lines = _lines(rows, chance)
    _write_headers(out / "invoices" / f"{label}.parquet", rows, seller, buyer, codes, numbers, blue, lines, desk, reg)
    _write_lines(out / "invoice_lines" / f"{label}.parquet", rows, codes, numbers, lines)
    return Written(seller, buyer, rows, numbers), back


def _numbers(
    plan: Plan, month: int, rows: Invoices, division: Ints, chance: np.random.Generator
) -> tuple[pa.Array, pa.Array]:
    """
    Invoice codes (null for fully digital ones) and numbers.

    Digital: year, province, channel 2, then fifteen digits that grow with time. Paper: eight digits that run on
    within a seller, behind a ten- or twelve-digit code of province, year and batch.
    """
    n, provinces = len(rows), load_regions().provinces[division]
    label = plan.calendar[month].astype(object)
    year = label.year % 100
    base = 10**12 * label.month
    serial = base + np.cumsum(chance.integers(1, 400, n))
    by_seller = np.lexsort((rows.second, rows.seller))
    run = np.empty(n, dtype=np.int64)
    run[by_seller] = np.arange(n)
    digital = rows.digital
    values = np.where(digital, serial, (10_000_000 + label.month * 7_000_000 + run) % 100_000_000)
    numbers = digit_strings(values, np.where(digital, 20, 8), year * 1000 + provinces * 10 + 2)
    special = rows.special
    paper = np.where(
        special,
        provinces * 10**8 + year * 10**4 + label.month * 100 + 30,
        provinces * 10**8 + year * 10**5 + label.month * 1000 + 104,
    )
    codes = digit_strings(paper, np.where(special, 10, 12), np.zeros(n, dtype=np.int64))
    return pc.if_else(pa.array(digital), pa.scalar(None, pa.string()), codes), numbers


@dataclass
class Lines:
    """Lines of invoices: `row` of the header, `place` in it, item of the goods list, money in fen."""

    row: Ints
    place: Ints
    first: Ints
    item: Ints
    amount: Ints
    tax: Ints
    micros: Ints
    price: Ints


def _lines(rows: Invoices, chance: np.random.Generator) -> Lines:
    economy, n = load_economy(), len(rows)
    count = 1 + np.searchsorted([0.72, 0.9, 0.97], chance.random(n))
    count = np.where(np.abs(rows.amount) < 5000, 1, count)
    first = np.cumsum(count) - count
    row = np.repeat(np.arange(n), count)
    place = np.arange(len(row)) - first[row]
    weight = chance.uniform(0.3, 1.0, len(row))
    total = np.add.reduceat(weight, first) if n else weight
    amount = np.trunc(rows.amount[row] * weight / total[row]).astype(np.int64)
    tax = np.trunc(rows.tax[row] * weight / total[row]).astype(np.int64)
    if n:
        last = first + count - 1
        amount[last] += rows.amount - np.add.reduceat(amount, first)
        tax[last] += rows.tax - np.add.reduceat(tax, first)
    good = rows.good[row]
    starts, ends = economy.item_starts[good], economy.item_starts[good + 1]
    item = starts + ((rows.seller[row] * 31 + place + chance.integers(0, 2, len(row))) % (ends - starts))
    price = economy.goods_prices[good] * np.exp(chance.normal(0, 0.12, len(row)))
    price = np.minimum(price, np.maximum(np.abs(amount) / 100, 0.01))
    quantity = np.rint(amount / 100 / price * 10_000) * 100
    quantity = np.where(quantity == 0, np.sign(amount) * 100, quantity).astype(np.int64)
    unit_price = np.rint(amount * 1e10 / quantity).astype(np.int64)
    return Lines(row, place, first, item, amount, tax, quantity, np.abs(unit_price))


def _write_headers(
    path: Path, rows: Invoices, seller: Ints, buyer: Ints, codes: pa.Array, numbers: pa.Array, blue: pa.Array,
    lines: Lines, desk: Desk, reg: Registry,
) -> None:  # fmt: skip
    kind = np.where(rows.digital, 2, 0) + np.where(rows.special, 0, 1)
    economy = load_economy()
    columns = {
        "invoice_code": codes,
        "invoice_number": numbers,
        "kind_code": _choose(("SPECIAL", "GENERAL", "DIGITAL_SPECIAL", "DIGITAL_GENERAL"), kind),
        "colour_code": _choose(("BLUE", "RED"), rows.red.astype(np.int64)),
        "status_code": _choose(("VALID", "VOID"), rows.void.astype(np.int64)),
        "issued_at": timestamps(rows.second),
        "seller_number": desk.numbers.take(pa.array(seller)),
        "seller_name": desk.names.take(pa.array(seller)),
        "buyer_number": desk.numbers.take(pa.array(buyer)),
        "buyer_name": desk.names.take(pa.array(buyer)),
        "amount": decimals(rows.amount),
        "tax_amount": decimals(rows.tax),
        "total_amount": decimals(rows.amount + rows.tax),
        "goods_code": _choose(economy.goods_codes, rows.good),
        "goods_name": _choose(economy.item_names, lines.item[lines.first]),
        "blue_invoice_number": blue,
        "drawer_name": desk.drawers.take(pa.array(rows.seller)),
        "device_code": desk.devices.take(pa.array(rows.seller)),
        "seller_division_code": desk.divisions.take(pa.array(seller)),
        "buyer_division_code": desk.divisions.take(pa.array(buyer)),
    }
    write_table(path, "invoices", columns)


def _write_lines(path: Path, rows: Invoices, codes: pa.Array, numbers: pa.Array, lines: Lines) -> None:
    economy, at = load_economy(), pa.array(lines.row)
    good = rows.good[lines.row]
    columns = {
        "invoice_code": codes.take(at),
        "invoice_number": numbers.take(at),
        "line_no": pa.array(lines.place + 1),
        "goods_code": _choose(economy.goods_codes, good),
        "goods_name": _choose(economy.item_names, lines.item),
        "quantity": decimals(lines.micros, 18, 6),
        "unit": _choose(economy.goods_units, good),
        "unit_price": decimals(lines.price, 18, 6),
        "amount": decimals(lines.amount),
        "tax_rate": decimals(rows.rate[lines.row] * 10_000, 9, 6),
        "tax_amount": decimals(lines.tax),
    }
    write_table(path, "invoice_lines", columns)


def _choose(words: tuple[str, ...], index: NDArray[np.int64]) -> pa.Array:
    return pa.array(words).take(pa.array(index))
