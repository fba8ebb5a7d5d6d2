"""A hand-made district, one household a story, as it stands on 2024-12-31."""

from datetime import datetime
from typing import Any

from yihu.lens.indicators.tests.world import invoice

YOUNG, OLD = "2024-08-01", "2014-12-31"

INVOICES: list[dict[str, Any]] = [
    # ISSUER: ten blue, one void, two red.
    invoice("ISSUER", "B1", "2024-10-05T10:00:00", 9800),  # a Saturday, just under 10,000
    invoice("ISSUER", "B1", "2024-11-04T23:30:00", 1000, tax_amount=0, invoice_number="k2"),
    invoice("ISSUER", "B1", "2024-12-30T09:00:00", 500),
    *[invoice("ISSUER", "B1", "2024-12-30T09:01:00", 200, invoice_number=f"s{n}") for n in range(7)],
    invoice("ISSUER", "B1", "2024-12-10T09:00:00", 300, status_code="VOID"),
    invoice("ISSUER", "B1", "2024-12-11T09:00:00", -1000, tax_amount=0, blue_invoice_number="k2"),
    invoice("ISSUER", "B1", "2024-12-30T10:00:00", -200, blue_invoice_number="s0"),
    # TRADER buys and resells within four days, under another name.
    invoice("SUP", "TRADER", "2024-11-10T10:00:00", 1000),
    invoice("TRADER", "BUY", "2024-11-14T10:00:00", 900),
    # HUB sells to three partners and buys back from one.
    invoice("HUB", "P1", "2024-02-05T10:00:00", 600, seller_division_code="330100", buyer_division_code="440100"),
    invoice("HUB", "P2", "2024-03-05T10:00:00", 100, seller_division_code="330100", buyer_division_code="330200"),
    invoice("HUB", "P2", "2024-12-05T10:00:00", 200, seller_division_code="330100"),
    invoice("HUB", "P3", "2024-12-06T10:00:00", 100),
    invoice("P2", "HUB", "2024-06-06T10:00:00", 150),
    # FILER declares less than it invoices.
    invoice("FILER", "B1", "2024-05-10T10:00:00", 1000),
    invoice("SUP", "FILER", "2024-05-09T10:00:00", 500),
    # SHELL wakes up under a new legal representative.
    invoice("SHELL", "B1", "2024-09-02T10:00:00", 100),
    invoice("SHELL", "B1", "2024-10-08T10:00:00", 300),
    invoice("SHELL", "B1", "2024-11-30T10:00:00", 500),
    # SLEEP pauses for five months; STEADY bursts in its sixth.
    *[
        invoice("SLEEP", "B1", f"2024-{m:02d}-11T10:00:00", a)
        for m, a in ((1, 100), (2, 300), (8, 600), (9, 300), (10, 300))
    ],
    *[
        invoice("STEADY", "B1", f"2024-{m:02d}-11T10:00:00", a)
        for m, a in ((7, 100), (8, 100), (9, 100), (10, 200), (11, 200), (12, 700))
    ],
    # EXP exports what it buys from a new, far supplier.
    invoice("EXP", "B1", "2024-11-15T10:00:00", 400),
    invoice("SUPX", "EXP", "2024-11-10T10:00:00", 300),
    # FIRM1 and FIRM2 are small-scale and of one legal representative.
    invoice("FIRM1", "BIG", "2024-10-15T10:00:00", 95_000),
    invoice("FIRM2", "BIG", "2024-11-15T10:00:00", 3_000_000),
]


def _household(name: str, registered_on: str = OLD, division: str = "330100", **more: Any) -> dict[str, Any]:
    return {"household_id": name, "registered_on": registered_on, "division_code": division} | more


HOUSEHOLDS = [
    *[_household(name) for name in ("ISSUER", "B1", "SUP", "BUY", "P2", "SLEEP", "STEADY", "BIG")],
    *[_household(name, taxpayer_kind_code="SMALL") for name in ("FIRM1", "FIRM2")],
    _household("TRADER", industry_code="5175"),
    _household("HUB", "2020-12-31"),
    _household("P1", "2024-06-30", "440100", status_code="ABNORMAL"),
    {"household_id": "P3", "is_registered": False},
    _household("FILER"),
    _household(
        "SHELL",
        "2024-07-01",
        registered_capital=300,
        first_invoice_on="2024-09-02",
        last_invoice_on="2024-11-30",
    ),
    _household("EXP"),
    _household("SUPX", YOUNG, "440100", status_code="CLOSED", closed_on="2024-12-15"),
]
RETURNS = [
    {
        "household_id": "FILER",
        "period_start": "2024-05-01",
        "period_end": "2024-05-31",
        "filed_on": "2024-06-20",
        "due_on": "2024-06-17",
        "sales_amount": 800,
        "exempt_sales_amount": 0,
        "output_tax": 104,
        "return_id": "R1",
        "input_tax": 100,
        "input_transfer_out": 22,
        "tax_payable": 26,
    },
    *[
        {
            "household_id": "FILER",
            "period_start": f"2024-{m:02d}-01",
            "period_end": f"2024-{m:02d}-28",
            "filed_on": f"2024-{m + 1:02d}-10",
            "due_on": f"2024-{m + 1:02d}-15",
            "sales_amount": 0,
        }
        for m in (6, 7, 9, 10, 11)
    ],
    {
        "household_id": "FILER",
        "form_code": "CIT",
        "period_start": "2024-01-01",
        "period_end": "2024-11-30",
        "revenue_amount": 1000,
        "cost_amount": 900,
        "profit_amount": 50,
        "tax_payable": 10,
        "payroll_amount": 100,
        "employee_count": 4,
    },
    {
        "household_id": "EXP",
        "period_start": "2024-05-01",
        "period_end": "2024-05-31",
        "sales_amount": 0,
        "export_sales_amount": 480,
    },
]
RETURN_LINES = [
    {"household_id": "FILER", "return_id": "R1", "line_code": code, "amount": amount}
    for code, amount in (("F2-22", 20), ("F2-12", 100))
]
PAYMENTS = [
    {
        "household_id": "FILER",
        "period_end": "2024-05-31",
        "due_on": "2024-06-17",
        "paid_on": "2024-06-22",
        "amount": 20,
    }
]
CUSTOMS = [
    {"household_id": "EXP", "direction_code": way, "declared_on": day, "amount": amount}
    for way, day, amount in (
        ("EXPORT", "2024-05-02", 100),
        ("EXPORT", "2024-08-02", 200),
        ("EXPORT", "2024-11-02", 300),
        ("IMPORT", "2024-11-02", 100),
    )
]
THIRD_PARTY = [
    {"household_id": household, "source_code": source, "item_code": item, "occurred_on": "2024-06-30"} | figures
    for household, source, item, figures in (
        ("HUB", "CONFIRMED_FALSE_ISSUER", "FALSE_ISSUING", {}),
        ("FILER", "POWER", "KWH", {"quantity": 100, "amount": 60}),
        ("FILER", "BANK", "INFLOW", {"amount": 565}),
        ("FILER", "BANK", "OUTFLOW", {"amount": 500}),
        ("FILER", "BANK", "OWNER_INFLOW", {"amount": 226}),
        ("FILER", "BANK", "PRIVATE_OUT", {"amount": 113}),
        ("FILER", "SOCIAL", "WAGE_BASE", {"amount": 40}),
        ("EXP", "FOREX", "RECEIPT", {"amount": 450}),
        ("FILER", "PLATFORM", "SALES", {"amount": 1130}),
        ("FILER", "SOCIAL", "INSURED", {"quantity": 3}),
        ("FILER", "LOGISTICS", "TRIPS", {"quantity": 2, "amount": 30}),
    )
]
ROLES = [
    {"household_id": household, "natural_person_id": person, "role_code": role, "start_on": since}
    for household, person, role, since in (
        ("FIRM1", "N1", "LEGAL_REPRESENTATIVE", OLD),
        ("FIRM1", "N1", "FINANCE_OFFICER", OLD),
        ("FIRM1", "N2", "TAX_HANDLER", "2024-03-01"),
        ("FIRM2", "N1", "LEGAL_REPRESENTATIVE", OLD),
        ("SHELL", "N3", "LEGAL_REPRESENTATIVE", "2024-10-05"),
    )
]
PERSONS = [{"natural_person_id": f"N{n}", "household_count": c} for n, c in ((1, 2), (2, 7), (3, 1))]
LINKS = [
    {"household_id": "FIRM1", "other_household_id": other, "link_code": code}
    for other, code in (
        ("FIRM2", "PERSON"),
        ("P1", "PHONE"),
        ("SUPX", "PHONE"),
        ("P1", "ADDRESS"),
        ("HUB", "AGENT"),
        ("B1", "AGENT"),
    )
] + [{"household_id": "ISSUER", "other_household_id": "FIRM1", "link_code": "DEVICE"}]
TIMELINE = [
    {"household_id": "FIRM1", "occurred_at": datetime(2024, 4, 1), "source_table": "registration_changes"},
]
GOODS = [
    {"seller_household_id": seller, "buyer_household_id": buyer, "goods_group": group, "amount": amount}
    for seller, buyer, group, amount in (
        ("SUP", "TRADER", "108", 600),
        ("SUP", "TRADER", "107", 400),
        ("TRADER", "BUY", "109", 675),
        ("TRADER", "BUY", "107", 225),
    )
]
TABLES = {
    "invoices": INVOICES,
    "households": HOUSEHOLDS,
    "returns": RETURNS,
    "return_lines": RETURN_LINES,
    "payments": PAYMENTS,
    "customs_declarations": CUSTOMS,
    "third_party": THIRD_PARTY,
    "roles": ROLES,
    "persons": PERSONS,
    "links": LINKS,
    "timeline": TIMELINE,
    "trade_goods": GOODS,
}
