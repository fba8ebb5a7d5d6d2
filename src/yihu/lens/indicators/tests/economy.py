"""A random small economy of two and a half years in which every source of the grammar speaks."""

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

FIRST_DAY, DAYS = datetime(2022, 9, 3), 850
PLACES = (None, "330100", "310100", "440100", "650100")
AS_OF = date(2024, 12, 31)


def random_economy(seed: int, households: int = 36, invoices: int = 3600) -> dict[str, list[dict[str, Any]]]:
    """Tables of `world.py` for households that trade, file, pay, bank, use power and export at random."""
    rng = np.random.default_rng(seed)
    names = [f"E{n:02d}" for n in range(households)]
    return {
        "invoices": _invoices(rng, names, invoices),
        "households": [_household(rng, name, number) for number, name in enumerate(names)],
        "returns": [row for name in names[2:] for row in _returns(rng, name)],
        "payments": [row for name in names[2:20] for row in _payments(rng, name)],
        "third_party": [row for name in names for row in _third_party(rng, name)],
        "customs_declarations": [row for name in names[5:15] for row in _customs(rng, name)],
        "links": [
            {"household_id": a, "other_household_id": b, "link_code": code}
            for a, b, code in zip(
                rng.choice(names, 90), rng.choice(names, 90), rng.choice(["PERSON", "PHONE", "AGENT"], 90), strict=True
            )
            if a != b
        ],
    }


def _invoices(rng: Any, names: list[str], count: int) -> list[dict[str, Any]]:
    pull = rng.dirichlet(np.full(len(names), 0.6))
    rows = []
    for number in range(count):
        seller, buyer = rng.choice(names, p=pull), rng.choice(names)
        at = FIRST_DAY + timedelta(minutes=int(rng.integers(0, DAYS * 24 * 60)))
        at = at.replace(hour=0, minute=0) if rng.random() < 0.05 else at
        amount = (
            float(rng.choice([1000, 9900, 100000])) if rng.random() < 0.1 else round(float(rng.lognormal(8, 1.5)), 2)
        )
        red = rng.random() < 0.07
        rows.append(
            {
                "seller_household_id": str(seller),
                "buyer_household_id": str(buyer),
                "issued_at": at,
                "amount": -amount if red else amount,
                "tax_amount": round((-amount if red else amount) * float(rng.choice([0.13, 0.06, 0.03, 0])), 2),
                "invoice_number": f"n{number}",
                "blue_invoice_number": f"n{rng.integers(0, number + 1)}" if red and rng.random() < 0.8 else None,
                "status_code": "VOID" if not red and rng.random() < 0.06 else "VALID",
                "kind_code": str(rng.choice(["SPECIAL", "GENERAL", "DIGITAL_SPECIAL"])),
                "seller_division_code": PLACES[rng.integers(len(PLACES))],
                "buyer_division_code": PLACES[rng.integers(len(PLACES))],
            }
        )
    return rows


def _household(rng: Any, name: str, number: int) -> dict[str, Any]:
    closed = number % 9 == 4
    return {
        "household_id": name,
        "registered_on": str(date(2023, 1, 1) + timedelta(days=int(rng.integers(-2000, 700)))),
        "closed_on": str(AS_OF - timedelta(days=int(rng.integers(0, 500)))) if closed else None,
        "status_code": "CLOSED" if closed else "ABNORMAL" if number % 7 == 3 else "NORMAL",
        "division_code": PLACES[number % 5],
        "is_registered": number % 11 != 10,
        "taxpayer_kind_code": ("GENERAL", "SMALL", None)[number % 3],
        "peer_group": ("G", "G", "H", None)[number % 4],
    }


def _months() -> list[tuple[date, date]]:
    starts = [date(2022 + (8 + k) // 12, (8 + k) % 12 + 1, 1) for k in range(28)]
    return [(start, (start + timedelta(days=31)).replace(day=1) - timedelta(days=1)) for start in starts]


def _returns(rng: Any, name: str) -> list[dict[str, Any]]:
    rows = []
    for start, end in _months():
        if rng.random() < 0.1 or end > date(2024, 11, 30):
            continue
        sales = 0.0 if rng.random() < 0.15 else round(float(rng.lognormal(10, 1)), 2)
        rows.append(
            {
                "household_id": name,
                "period_start": start,
                "period_end": end,
                "filed_on": end + timedelta(days=int(rng.integers(1, 20))),
                "due_on": end + timedelta(days=15),
                "sales_amount": sales,
                "exempt_sales_amount": round(float(rng.integers(0, 900)), 2) if rng.random() < 0.3 else None,
                "export_sales_amount": round(float(rng.integers(0, 5000)), 2) if rng.random() < 0.3 else 0,
                "output_tax": round(sales * 0.13, 2),
                "input_tax": round(float(rng.lognormal(8, 1)), 2),
                "input_transfer_out": round(float(rng.integers(0, 300)), 2) if rng.random() < 0.3 else None,
                "tax_payable": round(sales * 0.02, 2) if rng.random() < 0.8 else 0,
            }
        )
    return rows


def _payments(rng: Any, name: str) -> list[dict[str, Any]]:
    return [
        {
            "household_id": name,
            "period_end": end if rng.random() < 0.9 else None,
            "due_on": end + timedelta(days=15),
            "paid_on": end + timedelta(days=int(rng.integers(1, 20))),
            "amount": round(float(rng.lognormal(7, 1)), 2),
        }
        for _, end in _months()
        if rng.random() < 0.8 and end < date(2024, 12, 1)
    ]


def _third_party(rng: Any, name: str) -> list[dict[str, Any]]:
    kinds = (
        ("BANK", "INFLOW", True),
        ("BANK", "OUTFLOW", True),
        ("BANK", "OWNER_INFLOW", True),
        ("BANK", "PRIVATE_OUT", True),
        ("PLATFORM", "SALES", True),
        ("POWER", "KWH", False),
        ("LOGISTICS", "TRIPS", False),
    )
    rows = []
    for _, end in _months():
        for source, item, is_money in kinds:
            if rng.random() < 0.75:
                figure = {"amount": round(float(rng.lognormal(10, 1)), 2)} if is_money else {}
                figure |= {} if is_money else {"quantity": float(rng.integers(0, 4000))}
                rows.append(
                    {"household_id": name, "source_code": source, "item_code": item, "occurred_on": end} | figure
                )
    return rows


def _customs(rng: Any, name: str) -> list[dict[str, Any]]:
    return [
        {
            "household_id": name,
            "direction_code": "EXPORT" if rng.random() < 0.8 else "IMPORT",
            "declared_on": start + timedelta(days=3),
            "amount": round(float(rng.lognormal(9, 1)), 2),
        }
        for start, _ in _months()
        if rng.random() < 0.7
    ]
