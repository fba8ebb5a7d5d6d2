"""
The grammar's figures once more, row by row in plain Python: no query engine, no partials, no shared arithmetic.

Only the declarations (which stems, which windows, which kind) are the same; what they mean is written here again.
"""

import math
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from yihu.kit.work_calendar import DayKind, shipped_calendar
from yihu.lens.indicators.facts.distances import distances
from yihu.lens.indicators.grammar.spec import Comparison, Measure, windows

Row = Mapping[str, Any]
Number = float | None
SPAN = 12
PAIRED = {
    "buyers": ("seller_household_id", "buyer_household_id"),
    "suppliers": ("buyer_household_id", "seller_household_id"),
}


def money(value: Any) -> Decimal:
    return Decimal(str(value or 0)).quantize(Decimal("0.01"))


def day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return date.fromisoformat(value) if isinstance(value, str) else value


def month(value: Any) -> int:
    on = day(value)
    assert on is not None
    return on.year * 12 + on.month - 1


def divide(part: Number, whole: Number, least: float = 0) -> Number:
    return None if part is None or whole is None or whole <= least else part / whole


def half_away(value: float) -> int:
    """Rounded as SQL rounds."""
    return int(math.copysign(math.floor(abs(value) + 0.5), value))


class Oracle:
    """Figures of a world's tables as of a day."""

    def __init__(self, tables: Mapping[str, list[dict[str, Any]]], as_of: date) -> None:
        self.tables, self.now = tables, month(as_of)
        self.as_of = as_of
        self.due = self.now - (1 if as_of.day >= 16 else 2)
        self.households = {h["household_id"]: h for h in tables["households"]}
        self._made: dict[tuple[str, str], Any] = {}

    def figure(self, measure: Measure, comparison: Comparison, household: str) -> Number:
        """One indicator of one household, rounded as stored."""
        value = getattr(self, f"_{comparison.how}")(measure, comparison, household)
        return None if value is None or not math.isfinite(value) else round(value, 6)

    # What is compared to what.

    def _value(self, m: Measure, c: Comparison, h: str) -> Number:
        return self.over(m, h, c.windows[0])

    def _difference(self, m: Measure, c: Comparison, h: str) -> Number:
        now, before = (self.over(m, h, w) for w in c.windows)
        return None if now is None or before is None else now - before

    def _growth(self, m: Measure, c: Comparison, h: str) -> Number:
        now, before = (self.over(m, h, w) for w in c.windows)
        if m.kind == "level":
            now = max(now or 0.0, 0.0)
        grown = divide(now, before)
        return None if grown is None else grown - 1

    def _portion(self, m: Measure, c: Comparison, h: str) -> Number:
        part, whole = (self.over(m, h, w) for w in c.windows)
        share = divide(max(part or 0.0, 0.0), whole)
        return None if share is None or len(self.months(m, h)) < 6 else min(share, 1.0)

    def _volatility(self, m: Measure, _c: Comparison, h: str) -> Number:
        months = self.months(m, h)
        if len(months) < 6 or not sum(months):
            return None
        return statistics.pstdev(months) / statistics.fmean(months)

    def _trend(self, m: Measure, _c: Comparison, h: str) -> Number:
        months = self.months(m, h)[::-1]
        if len(months) < 6 or not sum(months):
            return None
        return statistics.linear_regression(range(len(months)), months).slope / statistics.fmean(months)

    def _peak(self, m: Measure, _c: Comparison, h: str) -> Number:
        months = self.months(m, h)
        return max(months) / sum(months) if len(months) >= 6 and sum(months) else None

    def _over_peers(self, m: Measure, _c: Comparison, h: str) -> Number:
        return divide(self.over(m, h, "year"), self.middle(m, h))

    def _apart_peers(self, m: Measure, _c: Comparison, h: str) -> Number:
        own, middle = self.over(m, h, "year"), self.middle(m, h)
        return None if own is None or middle is None else own - middle

    def _of_suppliers(self, m: Measure, _c: Comparison, h: str) -> Number:
        return self.mean_of(m, h, "suppliers")

    def _of_buyers(self, m: Measure, _c: Comparison, h: str) -> Number:
        return self.mean_of(m, h, "buyers")

    def _apart_suppliers(self, m: Measure, _c: Comparison, h: str) -> Number:
        own, other = self.over(m, h, "year"), self.mean_of(m, h, "suppliers")
        return None if own is None or other is None else own - other

    def _apart_buyers(self, m: Measure, _c: Comparison, h: str) -> Number:
        own, other = self.over(m, h, "year"), self.mean_of(m, h, "buyers")
        return None if own is None or other is None else own - other

    def middle(self, m: Measure, h: str) -> Number:
        """The peers' median."""
        group = self.households[h].get("peer_group", "G")
        peers = [n for n, row in self.households.items() if row.get("peer_group", "G") == group]
        known = [v for v in (self.base(m, n) for n in peers) if v is not None]
        return statistics.median(known) if group is not None and len(known) >= 10 else None

    def mean_of(self, m: Measure, h: str, side: str) -> Number:
        """The partners' mean by whole yuan."""
        total = weight = 0
        for partner, pair in self.pairs(side)[h].items():
            amount, figure = pair.amount(*windows()["year"]), self.base(m, partner)
            if amount > 0 and figure is not None:
                weight += math.floor(amount)
                total += math.floor(amount) * half_away(min(max(figure, -1000.0), 1000.0) * 10_000)
        return total / weight / 10_000 if weight else None

    def base(self, m: Measure, h: str) -> Number:
        """The year's figure as stored."""
        key = (m.code, h)
        if key not in self._made:
            value = self.over(m, h, "year")
            self._made[key] = None if value is None else round(value, 6)
        return self._made[key]

    # What is divided by what.

    def over(self, m: Measure, h: str, window: str) -> Number:
        """A measure over a window."""
        if m.kind == "half_growth":
            now, before = (self.stem(m.of[0], h, w) for w in ("half", "half_before"))
            grown = divide(max(now or 0.0, 0.0), before)
            return None if grown is None else grown - 1
        return KINDS[m.kind](m.least, *(self.stem(stem, h, window) for stem in m.of))

    def stem(self, stem: str, h: str, window: str) -> Number:
        """A stem over a window: the sum of what its rows say, null when none says anything."""
        source, column = stem.split(".")
        first, end = windows()[window]
        if source in PAIRED:
            pairs = self.pairs(source).get(h)
            return None if not pairs else self._partners(source, h, pairs, column, first, end)
        rows = [r for r in self.source(source)[h] if first <= r["age"] < end]
        values = [r[column] for r in rows if r.get(column) is not None]
        if not values:
            return None
        if column == "day_count":
            return float(len({on for days in values for on in days}))
        return float(max(values) if column == "largest_amount" else sum(values))

    def months(self, m: Measure, h: str) -> list[int]:
        """Whole yuan above zero of each month since the first with any, newest first, at most twelve."""
        source, column = m.of[0].split(".")
        sums: dict[int, Decimal] = defaultdict(Decimal)
        for row in self.source(source)[h]:
            if 0 <= row["age"] < 2 * SPAN:
                sums[row["age"]] += Decimal(row.get(column) or 0)
        whole = {age: max(math.floor(value), 0) for age, value in sums.items()}
        ages = [age for age, value in whole.items() if value > 0]
        return [whole.get(age, 0) for age in range(min(max(ages) + 1, SPAN))] if ages else []

    # Who trades with whom.

    def pairs(self, side: str) -> "dict[str, dict[str, Pair]]":
        """Household -> partner -> their trade."""
        return self._pairs[side]

    @cached_property
    def _pairs(self) -> "dict[str, dict[str, dict[str, Pair]]]":
        found: dict[str, dict[str, dict[str, Pair]]] = {s: defaultdict(dict) for s in PAIRED}
        for row in self.tables["invoices"]:
            if row.get("status_code", "VALID") != "VOID":
                for side, (own, other) in PAIRED.items():
                    pair = found[side][row[own]].setdefault(row[other], Pair())
                    pair.trades.append((self.now - month(row["issued_at"]), money(row["amount"])))
        return found

    def _partners(self, side: str, h: str, pairs: "dict[str, Pair]", column: str, first: int, end: int) -> Number:
        traded = {p: pair for p, pair in pairs.items() if pair.amount(first, end) > 0}
        amounts = {p: pair.amount(first, end) for p, pair in traded.items()}
        yuan = [math.floor(a) for a in amounts.values()]
        if column == "new_amount":
            if max(pair.oldest for pair in pairs.values()) < end:
                return None
            return float(sum((a for p, a in amounts.items() if traded[p].oldest < end), Decimal()))
        trait, _, what = column.rpartition("_")
        if trait in ("abnormal", "closed", "young", "far", "unregistered", "small", "related", "gone", "once", "lost"):
            chosen = [p for p in traded if getattr(self, f"_is_{trait}")(h, p, traded[p], first, end)]
            if what == "count":
                return float(len(chosen))
            return float(sum(amounts[p] for p in chosen)) if chosen else None
        if column == "count":
            return float(len(traded))
        if not traded:
            return None
        return float(
            {
                "amount": lambda: sum(amounts.values()),
                "whole": lambda: sum(yuan),
                "squares": lambda: sum(y * y for y in yuan),
                "top": lambda: max(amounts.values()),
                "entropy": lambda: sum(round(max(y, 1) * math.log(max(y, 1))) for y in yuan),
            }[column]()
        )

    def _is_once(self, _h: str, _p: str, pair: "Pair", first: int, end: int) -> bool:
        return sum(first <= age < end for age, _ in pair.trades) == 1

    def _is_lost(self, _h: str, _p: str, pair: "Pair", _first: int, _end: int) -> bool:
        return pair.amount(*windows()["year"]) <= 0

    def _is_abnormal(self, _h: str, p: str, *_: Any) -> bool:
        return self.households[p].get("status_code") == "ABNORMAL"

    def _is_closed(self, _h: str, p: str, *_: Any) -> bool:
        return self.households[p].get("status_code") == "CLOSED"

    def _is_small(self, _h: str, p: str, *_: Any) -> bool:
        return self.households[p].get("taxpayer_kind_code") == "SMALL"

    def _is_unregistered(self, _h: str, p: str, *_: Any) -> bool:
        return not self.households[p].get("is_registered", True)

    def _is_young(self, _h: str, p: str, *_: Any) -> bool:
        opened = day(self.households[p].get("registered_on"))
        return opened is not None and 0 <= (self.as_of - opened).days < 365

    def _is_far(self, h: str, p: str, *_: Any) -> bool:
        places = [(self.households[n].get("division_code") or "")[:2] for n in (h, p)]
        return all(places) and self._km[places[0], places[1]] >= 1000

    def _is_related(self, h: str, p: str, *_: Any) -> bool:
        return (h, p) in self._ties

    def _is_gone(self, h: str, p: str, pair: "Pair", *_: Any) -> bool:
        closed = day(self.households[p].get("closed_on"))
        if closed is None or not self._is_closed(h, p):
            return False
        return 0 <= month(closed) - (self.now - min(age for age, _ in pair.trades)) <= 3

    @cached_property
    def _ties(self) -> set[tuple[str, str]]:
        links = self.tables.get("links", [])
        return {(r["household_id"], r["other_household_id"]) for r in links if r["link_code"] != "AGENT"}

    @cached_property
    def _km(self) -> dict[tuple[str, str], int]:
        return {(r["home_province"], r["partner_province"]): r["km"] for r in distances().to_pylist()}

    # What the rows say.

    def source(self, name: str) -> dict[str, list[dict[str, Any]]]:
        """Household -> its rows of a source, with an age in months."""
        key = ("source", name)
        if key not in self._made:
            rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
            for household, row in getattr(self, f"_rows_{name}")():
                rows[household].append(row)
            self._made[key] = rows
        return self._made[key]  # type: ignore[no-any-return]

    def _rows_sold(self) -> Iterable[tuple[str, dict[str, Any]]]:
        blues = {
            (r["seller_household_id"], month(r["issued_at"]), r["invoice_number"])
            for r in self.tables["invoices"]
            if r.get("status_code", "VALID") != "VOID" and r["amount"] > 0
        }
        for r in self.tables["invoices"]:
            seller, number = r["seller_household_id"], r.get("blue_invoice_number")
            late = bool(number) and (seller, month(r["issued_at"]), number) not in blues
            yield seller, self._invoice(r) | self._issued(r, late=late)

    def _rows_bought(self) -> Iterable[tuple[str, dict[str, Any]]]:
        for r in self.tables["invoices"]:
            row = self._invoice(r)
            special = r["kind_code"] in ("SPECIAL", "DIGITAL_SPECIAL")
            row["special_tax"] = row["tax_amount"] if special else Decimal()
            row["reversed_count"] = row["void_count"] + row["red_count"]
            yield r["buyer_household_id"], row

    def _invoice(self, r: Row) -> dict[str, Any]:
        valid = r.get("status_code", "VALID") != "VOID"
        amount, tax = money(r["amount"]), money(r["tax_amount"])
        blue, red = valid and amount > 0, valid and amount < 0
        here, there = ((r.get(f"{s}_division_code") or "")[:2] for s in ("seller", "buyer"))
        on = day(r["issued_at"])
        assert on is not None
        next_month = date(on.year + on.month // 12, on.month % 12 + 1, 1)
        return {
            "age": self.now - month(on),
            "issued_count": 1,
            "void_count": int(not valid),
            "blue_count": int(blue),
            "red_count": int(red),
            "valid_count": int(blue or red),
            "amount": amount if valid else Decimal(),
            "tax_amount": tax if valid else Decimal(),
            "gross_amount": amount + tax if valid else Decimal(),
            "blue_amount": amount if blue else Decimal(),
            "red_amount": -amount if red else Decimal(),
            "located_amount": amount if blue and here and there else Decimal(),
            "away_amount": amount if blue and here and there and here != there else Decimal(),
            "month_end_amount": amount if blue and (next_month - on).days <= 3 else Decimal(),
        }

    def _issued(self, r: Row, *, late: bool) -> dict[str, Any]:
        row, at, amount = self._invoice(r), r["issued_at"], money(r["amount"])
        blue, red = bool(row["blue_count"]), bool(row["red_count"])
        timed = blue and (at.hour, at.minute, at.second) != (0, 0, 0)
        near = any(limit * 0.95 <= amount <= limit for limit in (1_000, 10_000, 100_000, 1_000_000))
        special = r["kind_code"] in ("SPECIAL", "DIGITAL_SPECIAL")
        return {
            "void_amount": amount if row["void_count"] and amount > 0 else Decimal(),
            "tried_amount": amount if amount > 0 else Decimal(),
            "special_amount": amount if blue and special else Decimal(),
            "top_count": int(blue and near),
            "round_count": int(blue and (amount + money(r["tax_amount"])) % 1000 == 0),
            "timed_count": int(timed),
            "night_count": int(timed and (at.hour >= 22 or at.hour < 6)),
            "weekend_count": int(blue and at.weekday() >= 5),
            "holiday_count": int(blue and shipped_calendar().day(at.date()).kind is DayKind.OFF),
            "red_late_count": int(red and late),
            "largest_amount": amount if blue else Decimal(),
            "blue_yuan": math.floor(amount) if blue else 0,
            "blue_squares": math.floor(amount) ** 2 if blue else 0,
            "day_count": {at.date()} if blue else set(),
        }

    def _rows_declared(self) -> Iterable[tuple[str, dict[str, Any]]]:
        for r in self.tables.get("returns", []):
            taxable, exempt, export = (r.get(f"{k}sales_amount") for k in ("", "exempt_", "export_"))
            sales = money(taxable) + money(exempt) + money(export)
            net = money(r["input_tax"]) - money(r.get("input_transfer_out"))
            yield (
                r["household_id"],
                {
                    "age": self.due - month(r["period_end"]),
                    "sales": sales,
                    "payable": money(r["tax_payable"]),
                    "output": money(r["output_tax"]),
                    "input": money(r["input_tax"]),
                    "transfer": None if r.get("input_transfer_out") is None else money(r["input_transfer_out"]),
                    "net_input": net,
                    "credit": max(net - money(r["output_tax"]), Decimal()),
                    "exempt": None if exempt is None else money(exempt),
                    "export": None if export is None else money(export),
                    "count": 1,
                    "late_count": int(r["filed_on"] > r["due_on"]),
                    "zero_count": int(sales == 0),
                    "untaxed_count": int(sales > 0 and money(r["tax_payable"]) <= 0),
                },
            )

    def _rows_paid(self) -> Iterable[tuple[str, dict[str, Any]]]:
        for r in self.tables.get("payments", []):
            late = r["paid_on"] > r["due_on"]
            yield (
                r["household_id"],
                {
                    "age": self.due - month(r["period_end"] or r["paid_on"]),
                    "amount": money(r["amount"]),
                    "late_amount": money(r["amount"]) if late else Decimal(),
                },
            )

    def _rows_third(self) -> Iterable[tuple[str, dict[str, Any]]]:
        names = {("BANK", "INFLOW"): "inflow", ("BANK", "OUTFLOW"): "outflow"}
        names |= {("BANK", "OWNER_INFLOW"): "owner_inflow", ("BANK", "PRIVATE_OUT"): "private_outflow"}
        names |= {("PLATFORM", "SALES"): "platform"}
        names |= {("POWER", "KWH"): "power", ("LOGISTICS", "TRIPS"): "trips"}
        for r in self.tables.get("third_party", []):
            name = names[r["source_code"], r["item_code"]]
            figure = money(r["amount"]) if "amount" in r else Decimal(str(r["quantity"]))
            yield r["household_id"], {"age": self.now - month(r["occurred_on"]), name: figure}

    def _rows_customs(self) -> Iterable[tuple[str, dict[str, Any]]]:
        for r in self.tables.get("customs_declarations", []):
            export = money(r["amount"]) if r["direction_code"] == "EXPORT" else None
            yield r["household_id"], {"age": self.now - month(r["declared_on"]), "export": export}


class Pair:
    """What two households traded: (age in months, amount) of every valid invoice."""

    def __init__(self) -> None:
        self.trades: list[tuple[int, Decimal]] = []

    def amount(self, first: int, end: int) -> Decimal:
        return sum((amount for age, amount in self.trades if first <= age < end), Decimal())

    @property
    def oldest(self) -> int:
        return max(age for age, _ in self.trades)


def _share(least: float, part: Number, whole: Number) -> Number:
    return divide(part or 0.0, whole, least)


def _excess(_: float, more: Number, less: Number) -> Number:
    left = max(more or 0.0, 0.0) - max(less or 0.0, 0.0)
    return divide(max(left, 0.0), more)


def _margin(_: float, sales: Number, purchases: Number) -> Number:
    if sales is None or purchases is None or purchases <= 0 or sales <= 0:
        return None
    return (sales - purchases) / sales


def _rate_gap(_: float, *stems: Number) -> Number:
    here, there = divide(*stems[:2]), divide(*stems[2:])
    return None if here is None or there is None else here - there


def _mean_ratio(_: float, *stems: Number) -> Number:
    return divide(divide(*stems[:2]), divide(*stems[2:]))


def _concentration(_: float, squares: Number, whole: Number) -> Number:
    return None if squares is None or not whole else squares / whole**2


def _entropy(_: float, weighed: Number, whole: Number) -> Number:
    return None if weighed is None or not whole else whole / math.exp(weighed / whole)


def _dispersion(least: float, squares: Number, whole: Number, count: Number) -> Number:
    if count is None or squares is None or not whole or count <= least:
        return None
    return math.sqrt(max(count * squares / whole**2 - 1, 0.0))


def _largest(least: float, largest: Number, whole: Number, count: Number) -> Number:
    return None if count is None or count <= least else _share(0, largest, whole)


KINDS: Mapping[str, Callable[..., Number]] = {
    "share": _share,
    "ratio": lambda least, part, whole: divide(part, whole, least),
    "level": lambda _, amount: amount,
    "excess": _excess,
    "margin": _margin,
    "rate_gap": _rate_gap,
    "mean_ratio": _mean_ratio,
    "concentration": _concentration,
    "entropy": _entropy,
    "dispersion": _dispersion,
    "largest": _largest,
    "per_10k": lambda _, quantity, amount: divide(None if quantity is None else quantity * 10_000, amount),
}
