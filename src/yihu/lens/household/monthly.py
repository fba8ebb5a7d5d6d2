"""
What one month of invoices gives, as Ibis expressions that run on DuckDB and on Spark.

An invoice may arrive several times: on the seller's and on the buyer's sheet, or again in a later batch after it was
voided. Rows of one month with the same code, number, seller and buyer are one invoice; the row of the newest batch
counts, inside a batch a void counts before a valid one, then the first row read. Rows that gathering has listed as
superseded by a later version are left out before.

This file is part of the key of every cached month: editing it makes all months new.
"""

from typing import Any

import ibis
from ibis import _

from yihu.lens.schema import TABLES
from yihu.lens.schema.catalogue import LINEAGE_FIELDS

IDENTITY = ("invoice_code", "invoice_number", "seller_number", "buyer_number")
LINEAGE = tuple(field.name for field in LINEAGE_FIELDS)
PLACE = LINEAGE[:3]
INVOICE_COLUMNS = (*TABLES["invoices"].columns, "seller_household_id", "buyer_household_id", *LINEAGE)
TIES = ("row_key", "batch_id", "source_file", "source_row")
SELLER_ORDER = ("seller_household_id", "issued_at", *TIES)
BUYER_ORDER = ("buyer_household_id", "issued_at", *TIES)
MONEY = "decimal(18, 2)"
TOP_INVOICES = 5
GOODS_PREFIX = 3
NO_GOODS = "未注明"


def numbers(invoices: Any) -> Any:
    """Every number on the invoices with its most recent name: number, name, seen_at."""
    sides = [
        invoices.select(number=invoices[f"{s}_number"], name=invoices[f"{s}_name"], seen_at=invoices.issued_at)
        for s in ("seller", "buyer")
    ]
    seen = ibis.union(*sides).group_by("number", "name").agg(seen_at=_.seen_at.max())
    return newest_name(seen)


def newest_name(seen: Any) -> Any:
    """One row per number: the name seen last (an empty name only when there is no other)."""
    named = ~(seen.name.fill_null("") == "")
    rank = ibis.row_number().over(
        group_by="number", order_by=[ibis.desc(named), ibis.desc(seen.seen_at), seen.name.fill_null("")]
    )
    first = seen.mutate(rank=rank).filter(_.rank == 0)
    last = seen.group_by("number").agg(last_at=_.seen_at.max())
    return first.join(last, "number").select("number", "name", seen_at=_.last_at)


def standing(invoices: Any, replaced: Any) -> Any:
    """Rows without those that gathering found replaced. `replaced`: batch_id, source_file, source_row."""
    return invoices.anti_join(replaced, PLACE)


def single_invoices(invoices: Any) -> Any:
    """Each invoice once, by the rule above."""
    rank = ibis.row_number().over(
        group_by=[invoices[c].fill_null("") for c in IDENTITY],
        order_by=[
            ibis.desc(invoices.batch_id),
            ibis.desc(invoices.status_code.fill_null("") == "VOID"),
            invoices.source_file,
            invoices.source_row,
            invoices.row_key,
        ],
    )
    return invoices.mutate(arrival=rank).filter(_.arrival == 0).drop("arrival")


def source_facts(invoices: Any) -> Any:
    """One row that conservation is measured against: rows gathered, invoices, amount and tax, valid ones."""
    single = single_invoices(invoices)
    valid = is_valid(single)
    facts = single.agg(
        invoices=_.count(),
        amount=_.amount.sum().cast(MONEY),
        tax_amount=_.tax_amount.sum().cast(MONEY),
        valid_invoices=_.count(where=valid),
        valid_amount=_.amount.sum(where=valid).cast(MONEY),
        valid_tax_amount=_.tax_amount.sum(where=valid).cast(MONEY),
    )
    return facts.cross_join(invoices.agg(gathered_rows=_.count()))


def by_seller(single: Any, members: Any) -> Any:
    """The month's invoices, each once, with both households. `members`: registration_id, household_id."""
    seller = members.select(seller_number="registration_id", seller_household_id="household_id")
    buyer = members.select(buyer_number="registration_id", buyer_household_id="household_id")
    joined = single.join(seller, "seller_number").join(buyer, "buyer_number")
    return joined.select(*INVOICE_COLUMNS)


def is_valid(invoices: Any) -> Any:
    """Not void. A missing status counts as valid."""
    return invoices.status_code.fill_null("") != "VOID"


def trades(invoices: Any) -> Any:
    """Valid invoices, blue and red, by seller, buyer and month."""
    month = invoices.issued_at.truncate("M").date()
    valid = invoices.filter(is_valid(invoices)).mutate(day=_.issued_at.date(), month=month)
    return valid.group_by("seller_household_id", "buyer_household_id", "month").agg(
        amount=_.amount.sum().cast(MONEY),
        tax_amount=_.tax_amount.sum().cast(MONEY),
        invoice_count=_.count(),
        first_on=_.day.min(),
        last_on=_.day.max(),
    )


def trade_goods(invoices: Any) -> Any:
    """Valid amounts by seller, buyer and goods group."""
    valid = invoices.filter(is_valid(invoices))
    grouped = valid.mutate(goods_group=goods_group(valid.goods_code, valid.goods_name))
    return grouped.group_by("seller_household_id", "buyer_household_id", "goods_group").agg(
        amount=_.amount.sum().cast(MONEY)
    )


def goods_group(code: Any, name: Any) -> Any:
    """First three digits of the tax classification code, else the class between the stars of the name, or the name."""
    code, name = code.strip().nullif(""), name.strip().nullif("")
    starred = name.re_extract(r"^\*([^*]+)\*", 1).nullif("")
    return ibis.coalesce(code.substr(0, GOODS_PREFIX), starred, name, ibis.literal(NO_GOODS))


def sides(invoices: Any) -> Any:
    """Per household and side: valid count, amount and tax, void count, first and last instant of a valid invoice."""
    valid = is_valid(invoices)
    halves = [
        invoices.group_by(household_id=invoices[f"{side}_household_id"]).agg(
            side_code=ibis.literal(side.upper()),
            month=_.issued_at.min().truncate("M").date(),
            invoice_count=_.count(where=valid),
            void_count=_.count(where=~valid),
            amount=_.amount.sum(where=valid).cast(MONEY),
            tax_amount=_.tax_amount.sum(where=valid).cast(MONEY),
            first_at=_.issued_at.min(where=valid),
            last_at=_.issued_at.max(where=valid),
        )
        for side in ("seller", "buyer")
    ]
    return ibis.union(*halves)


def marks(invoices: Any) -> Any:
    """
    Single invoices worth an event: each household's first per side, and its largest of the month.

    `first_rank` counts by time per side, `amount_rank` by amount over both sides; both start at 0.
    """
    valid = invoices.filter(is_valid(invoices) & (invoices.amount > 0))
    both = ibis.union(_half(valid, "seller", "buyer"), _half(valid, "buyer", "seller"))
    ties = [both[c] for c in (*TIES, "side_code")]
    first = ibis.row_number().over(group_by=["household_id", "side_code"], order_by=[both.issued_at, *ties])
    top = ibis.row_number().over(group_by="household_id", order_by=[ibis.desc(both.amount), both.issued_at, *ties])
    ranked = both.mutate(first_rank=first, amount_rank=top)
    return ranked.filter((ranked.first_rank == 0) | (ranked.amount_rank < TOP_INVOICES))


def _half(invoices: Any, side: str, other: str) -> Any:
    return invoices.select(
        "issued_at",
        "amount",
        "tax_amount",
        "invoice_number",
        "goods_name",
        *LINEAGE,
        household_id=invoices[f"{side}_household_id"],
        side_code=ibis.literal(side.upper()),
        other_household_id=invoices[f"{other}_household_id"],
        other_name=invoices[f"{other}_name"],
    )


def devices(invoices: Any) -> Any:
    """Issuing devices each seller used: household_id, device_code."""
    used = invoices.filter(invoices.device_code.strip().nullif("").notnull())
    return used.select(household_id="seller_household_id", device_code=used.device_code.strip()).distinct()
