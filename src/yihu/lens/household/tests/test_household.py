"""Examples: what an officer must find in the household tables."""

from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from yihu.lens.backends.duck import connect
from yihu.lens.household.conservation import conserve
from yihu.lens.household.membership import household_id_of
from yihu.lens.household.tests.district import District, invoice, write_rows
from yihu.lens.resolve.anchors import household_id

TWO_SHEETS = [
    invoice("1", "S", "B", "100.00", seller_name="甲公司", buyer_name=None, source_file="sold.csv"),
    invoice("1", "S", "B", "100.00", seller_name="甲公司", buyer_name="乙公司", source_file="bought.csv"),
]


def test_household_ids_agree_with_resolution() -> None:
    for number in ("91330106MA2ABCDEX7", "E1", "中文"):
        assert connect().execute(f"SELECT {household_id_of('?')}", [number]).fetchall() == [(household_id(number),)]


def test_an_invoice_on_both_sheets_counts_once(district: District) -> None:
    district.add("invoices", TWO_SHEETS)
    built = district.build()
    (trade,) = built.rows("trades")
    assert (trade["amount"], trade["invoice_count"]) == (Decimal("100.00"), 1)
    assert len(built.rows("invoices_by_seller")) == len(built.rows("invoices_by_buyer")) == 1


def test_a_later_void_withdraws_the_invoice_from_trade_but_keeps_the_row(district: District) -> None:
    district.add("invoices", [invoice("1", "S", "B", "100.00"), invoice("2", "S", "B", "7.00")])
    district.add("invoices", [invoice("1", "S", "B", "100.00", status_code="VOID")], batch="B000002-bb")
    built = district.build()
    (trade,) = built.rows("trades")
    assert trade["amount"] == Decimal("7.00")
    assert {r["invoice_number"]: r["status_code"] for r in built.rows("invoices_by_seller")} == {
        "1": "VOID",
        "2": "VALID",
    }


def test_red_invoices_reduce_the_trade_and_months_stay_apart(district: District) -> None:
    rows = [
        invoice("1", "S", "B", "100.00"),
        invoice("2", "S", "B", "-30.00", "2024-03-31 23:59:59", colour_code="RED"),
        invoice("3", "S", "B", "5.00", "2024-04-01 00:00"),
    ]
    district.add("invoices", rows)
    found = [(t["month"], t["amount"], t["first_on"], t["last_on"]) for t in district.build().rows("trades")]
    assert found == [
        (date(2024, 3, 1), Decimal("70.00"), date(2024, 3, 5), date(2024, 3, 31)),
        (date(2024, 4, 1), Decimal("5.00"), date(2024, 4, 1), date(2024, 4, 1)),
    ]


def test_numbers_that_nobody_registered_become_households_with_their_newest_name(district: District) -> None:
    district.add("registrations", [{"registration_id": "S", "name": "甲公司", "status_code": "NORMAL"}])
    district.members = [{"registration_id": "S", "household_id": "H1", "evidence": "[]", "decided_by": "X"}]
    rows = [
        invoice("1", "S", "B", "1.00", "2024-02-01 09:00", buyer_name="旧名"),
        invoice("2", "S", "B", "1.00", "2024-03-01 09:00", buyer_name="新名"),
        invoice("3", "S", "C", "1.00", "2024-03-01 09:00"),
    ]
    district.add("invoices", rows)
    built = district.build()
    found = {h["primary_registration_id"]: (h["name"], h["is_registered"]) for h in built.rows("households")}
    assert found == {"S": ("甲公司", True), "B": ("新名", False), "C": ("C", False)}
    assert {m["registration_id"]: m["decided_by"] for m in built.rows("members")} == {
        "S": "X",
        "B": "SEEN_ONLY",
        "C": "SEEN_ONLY",
    }


def test_an_earlier_number_leads_to_the_household_that_names_it(district: District) -> None:
    district.add("registrations", [{"registration_id": "NEW", "name": "甲", "previous_registration_id": "OLD"}])
    district.members = [{"registration_id": "NEW", "household_id": "H1"}]
    district.add("invoices", [invoice("1", "OLD", "B", "9.00")])
    built = district.build()
    (household,) = built.rows("households", "household_id = 'H1'")
    assert household["sales_amount"] == Decimal("9.00")
    assert household["registration_count"] == 2


def test_golden_record_takes_the_longest_living_active_registration_and_fills_its_gaps(district: District) -> None:
    base = {"status_code": "NORMAL", "taxpayer_kind_code": "GENERAL"}
    district.add(
        "registrations",
        [
            {"registration_id": "R1", "name": "早已注销", "registered_on": date(2001, 1, 1), "phone": "1", **base}
            | {"status_code": "CLOSED", "closed_on": date(2020, 1, 1)},
            {"registration_id": "R2", "name": "主户", "registered_on": date(2010, 1, 1), **base},
            {"registration_id": "R3", "name": "后设", "registered_on": date(2015, 1, 1), "phone": "13900000000", **base}
            | {"legal_representative_name": "张三", "legal_representative_id": "330106198001010013"},
        ],
    )
    district.members = [{"registration_id": f"R{n}", "household_id": "H1"} for n in (1, 2, 3)]
    (household,) = district.build().rows("households")
    assert household["primary_registration_id"] == "R2"
    assert (household["name"], household["phone"]) == ("主户", "139****0000")
    assert (household["legal_representative_name"], household["legal_representative_id"]) == (
        "张三",
        "330***********0013",
    )
    assert (household["registered_on"], household["closed_on"]) == (date(2001, 1, 1), None)


def test_without_any_source_every_table_is_there_and_empty(district: District) -> None:
    built = district.build()
    assert set(built.result["tables"].values()) == {0}
    assert built.rows("invoices_by_seller") == built.rows("invoices_by_buyer") == []
    assert all(check["ok"] for check in conserve(connect(), district.home, district.sources, built.out))


def test_timeline_tells_everything_in_order_with_its_source_row(district: District) -> None:
    district.add("registrations", [{"registration_id": "S", "name": "甲公司", "registered_on": date(2020, 5, 1)}])
    district.members = [{"registration_id": "S", "household_id": "H1"}]
    district.add(
        "registration_changes",
        [
            {"registration_id": "S", "changed_on": date(2024, 1, 2), "item_code": "NAME"}
            | {"old_value": "老甲", "new_value": "甲公司"}
        ],
    )
    district.add("persons", [{"person_id": "P1", "name": "张三"}])
    role = {"registration_id": "S", "person_id": "P1", "role_code": "LEGAL_REPRESENTATIVE"}
    district.add("roles", [{**role, "start_on": date(2020, 5, 1), "end_on": date(2024, 2, 1)}])
    bought = invoice("7", "X", "S", "1234.50", "2024-03-05 10:00", seller_name="供货商", goods_name="*钢材*螺纹钢")
    district.add("invoices", [bought])
    period = {"period_start": date(2024, 3, 1), "period_end": date(2024, 3, 31), "registration_id": "S"}
    late = {"return_id": "T1", "form_code": "VAT_GENERAL", "due_on": date(2024, 4, 15), "filed_on": date(2024, 4, 18)}
    district.add("returns", [{**late, **period}])
    # Two files, each in order: what registers tell and what invoices tell.
    events = district.build().rows("timeline", "household_id = 'H1'")
    events.sort(key=lambda e: (e["occurred_at"].date(), e["lane_code"], e["title"]))
    assert [(e["occurred_at"].date().isoformat(), e["lane_code"], e["title"]) for e in events] == [
        ("2020-05-01", "PERSON", "张三 开始担任法定代表人"),
        ("2020-05-01", "REGISTRATION", "办理税务登记：甲公司（S）"),
        ("2024-01-02", "REGISTRATION", "名称变更：老甲 → 甲公司"),
        ("2024-02-01", "PERSON", "张三 不再担任法定代表人"),
        ("2024-03-05", "INVOICE", "2024年03月购进 1 份发票，金额 1,234.50元"),
        ("2024-03-05", "INVOICE", "大额发票：自供货商受票 1,234.50元，*钢材*螺纹钢（号码 7）"),
        ("2024-03-05", "INVOICE", "首次受票：自供货商受票 1,234.50元，*钢材*螺纹钢（号码 7）"),
        ("2024-04-18", "RETURN", "增值税申报（一般纳税人）（2024-03-01 至 2024-03-31），逾期 3 天"),
    ]
    assert [e["source_row"] for e in events] == [4, 1, 2, 4, None, 5, 5, 6]


def test_only_the_five_largest_invoices_of_all_months_are_events(district: District) -> None:
    rows = [invoice(str(n), "S", "B", f"{n}.00", f"2024-{1 + n % 3:02d}-05 10:00") for n in range(1, 13)]
    district.add("invoices", rows)
    seller = household_id("S")
    events = district.build().rows("timeline", f"household_id = '{seller}' AND title LIKE '大额%'")
    assert sorted(e["amount"] for e in events) == [Decimal(n) for n in (8, 9, 10, 11, 12)]


def test_shared_phone_ties_two_and_a_crowded_agent_ties_nobody(district: District) -> None:
    firms = [{"registration_id": f"R{n:02d}", "name": f"公司{n}"} for n in range(60)]
    firms[0]["phone"], firms[1]["phone"] = "0571-8888 6666", "０５７１８８８８６６６６"
    district.add("registrations", firms)
    district.members = [
        {"registration_id": f["registration_id"], "household_id": f"H{f['registration_id']}"} for f in firms
    ]
    district.add("persons", [{"person_id": "A", "name": "代账"}])
    agent = {"person_id": "A", "role_code": "TAX_HANDLER"}
    district.add("roles", [{"registration_id": f["registration_id"], **agent} for f in firms])
    links = district.build().rows("links")
    phone = [(r["household_id"], r["other_household_id"], r["strength"]) for r in links if r["link_code"] == "PHONE"]
    assert phone == [("HR00", "HR01", 1.0), ("HR01", "HR00", 1.0)]
    agents = [r for r in links if r["link_code"] == "AGENT"]
    assert len(agents) == 60
    assert {(r["other_household_id"], r["shared_count"]) for r in agents} == {(None, 60)}


def test_goods_group_is_three_digits_else_the_class_between_stars(district: District) -> None:
    rows = [
        invoice("1", "S", "B", "1.00", goods_code="1090511010000000000"),
        invoice("2", "S", "B", "2.00", goods_code="1090199000000000000"),
        invoice("3", "S", "B", "4.00", goods_name="*餐饮服务*工作餐"),
        invoice("4", "S", "B", "8.00", goods_name="钢管"),
        invoice("5", "S", "B", "16.00"),
    ]
    district.add("invoices", rows)
    found = {g["goods_group"]: int(g["amount"]) for g in district.build().rows("trade_goods")}
    assert found == {"109": 3, "餐饮服务": 4, "钢管": 8, "未注明": 16}


def test_rows_that_gathering_replaced_are_left_out_even_across_months(district: District) -> None:
    district.add("invoices", [invoice("1", "S", "B", "100.00", "2024-03-05 10:00")])
    district.add("invoices", [invoice("1", "S", "B", "90.00", "2024-04-05 10:00")], batch="B000002-bb")
    schema = pa.schema([("batch_id", pa.string()), ("source_file", pa.string()), ("source_row", pa.int64())])
    gone = {"batch_id": "B000001-aa", "source_file": "f.csv", "source_row": 1}
    district.superseded["invoices"] = [write_rows(district.root / "gone.parquet", schema, [gone])]
    built = district.build()
    assert [t["amount"] for t in built.rows("trades")] == [Decimal("90.00")]


def test_peer_groups_fall_back_until_they_are_large_enough(district: District) -> None:
    base = {"taxpayer_kind_code": "GENERAL", "industry_code": "51", "name": "x", "status_code": "NORMAL"}
    places = ["330106"] * 30 + ["330110"] * 29 + ["310115"] * 31
    firms = [{"registration_id": f"R{n:02d}", "division_code": p, **base} for n, p in enumerate(places)]
    district.add("registrations", firms)
    district.members = [{"registration_id": f["registration_id"], "household_id": f["registration_id"]} for f in firms]
    groups: dict[str, set[str]] = {}
    for row in district.build().rows("households"):
        groups.setdefault(row["division_code"], set()).add(row["peer_group"])
    assert groups == {
        "330106": {"一般纳税人·批发业·浙江省杭州市西湖区"},
        "330110": {"全部登记纳税人（其余）"},
        "310115": {"一般纳税人·批发业·上海市浦东新区"},
    }


def test_rows_of_strangers_are_kept_without_a_household(district: District) -> None:
    stranger = {"source_code": "BANK", "record_id": "1", "subject_number": "??", "item_code": "X"}
    district.add("third_party", [{**stranger, "amount": Decimal("3.00"), "occurred_on": date(2024, 1, 1)}])
    (row,) = district.build().rows("third_party")
    assert row["household_id"] is None


def test_an_invoice_file_without_a_month_in_its_name_is_refused(district: District) -> None:
    district.add("invoices", [invoice("1", "S", "B", "1.00")])
    district.files["invoices"] = [district.files["invoices"][0].rename(district.root / "all.parquet")]
    with pytest.raises(ValueError, match="按月命名"):
        district.build()


def test_instants_keep_their_wall_clock_time(district: District) -> None:
    district.add("invoices", [invoice("1", "S", "B", "1.00", "2024-03-31 23:30")])
    (row,) = district.build().rows("invoices_by_buyer")
    assert row["issued_at"] == datetime(2024, 3, 31, 23, 30)


def test_only_concluded_inspections_are_told(district: District) -> None:
    base = {"registration_id": "R1", "selected_by_code": "REFERRAL", "opened_on": date(2024, 1, 5)}
    told = {"closed_on": date(2024, 3, 9), "scheme_code": "HIDDEN_SALES", "amount_due": Decimal("1200.00")}
    district.add(
        "inspections",
        [
            {**base, **told, "inspection_id": "1", "outcome_code": "CONFIRMED", "note": "联系人13912345678"},
            {**base, "inspection_id": "2", "outcome_code": "PENDING"},
        ],
    )
    built = district.build()
    first, second = built.rows("inspections")
    assert (first["household_id"], first["amount_due"]) == (second["household_id"], Decimal("1200.00"))
    assert "13912345678" not in first["note"]
    (event,) = built.rows("timeline", "lane_code = 'INSPECTION'")
    assert event["title"] == "稽查评估结案（线索移交）查实：账外收款隐匿收入，查补税额 1,200.00元"
    assert (event["occurred_at"].date(), event["amount"]) == (date(2024, 3, 9), Decimal("1200.00"))
