"""Adding a day costs its month; the same batches give the same bytes."""

from datetime import date
from decimal import Decimal

from yihu.lens.household.owned import OWNED
from yihu.lens.household.tests.district import District, invoice


def _three_months(district: District) -> None:
    months = ("2024-01-05 10:00", "2024-02-05 10:00", "2024-03-05 10:00")
    district.add("invoices", [invoice(str(n), f"S{n}", "B", "10.00", at) for n, at in enumerate(months)])


def test_a_new_day_rebuilds_its_month_only_and_unchanged_months_share_their_files(district: District) -> None:
    _three_months(district)
    first = district.build("one")
    district.add("invoices", [invoice("9", "S2", "B", "5.00", "2024-03-06 10:00")], batch="B000002-bb")
    second = district.build("two")
    assert second.result["months"] == {"built": ["2024-03"], "kept": ["2024-01", "2024-02"]}
    name = "invoices_by_buyer/month=2024-01.parquet"
    assert (first.out / name).samefile(second.out / name)
    assert sum(t["amount"] for t in second.rows("trades")) == Decimal("35.00")


def test_an_increment_equals_a_build_from_nothing(district: District) -> None:
    fresh = District(district.root / "fresh")
    for place in (district, fresh):
        _three_months(place)
        if place is district:
            place.build("before")
        place.add("invoices", [invoice("9", "S2", "B", "5.00", "2024-03-06 10:00")], batch="B000002-bb")
    assert district.build().files() == fresh.build().files()


def test_moving_one_number_to_another_household_rebuilds_only_months_that_name_it(district: District) -> None:
    _three_months(district)
    district.build("one")
    district.members = [{"registration_id": "S1", "household_id": "HMERGED"}]
    assert district.build("two").result["months"]["built"] == ["2024-02"]


def test_partials_that_no_build_uses_are_removed_and_the_old_snapshot_stays_whole(district: District) -> None:
    _three_months(district)
    first = district.build("one")
    before = first.files()
    district.members = [{"registration_id": "B", "household_id": "HMERGED"}]
    district.build("two")
    assert len(list(district.home.partials.glob("month-*"))) == 3
    assert first.files() == before


def test_a_day_of_invoices_leaves_the_registers_as_they_were(district: District) -> None:
    _three_months(district)
    district.add("registrations", [{"registration_id": "S1", "name": "甲", "registered_on": date(2020, 1, 1)}])
    district.build("one")
    district.add("invoices", [invoice("9", "S2", "NEW", "5.00", "2024-03-06 10:00")], batch="B000002-bb")
    second = district.build("two")
    assert set(second.result["tables_kept"]) == {*OWNED, "timeline"}
    (event,) = second.rows("timeline", "lane_code = 'REGISTRATION'")
    assert event["title"] == "办理税务登记：甲（S1）"


def test_a_register_is_read_again_when_its_rows_or_their_households_change(district: District) -> None:
    _three_months(district)
    district.add("registrations", [{"registration_id": "S1", "name": "甲"}, {"registration_id": "S2", "name": "乙"}])
    district.build("one")
    district.members = [{"registration_id": "S1", "household_id": "HMERGED"}]
    moved = district.build("two")
    assert not {"registrations", "timeline"} & set(moved.result["tables_kept"])
    assert [r["household_id"] for r in moved.rows("registrations", "registration_id = 'S1'")] == ["HMERGED"]
    district.add("registrations", [{"registration_id": "S3", "name": "丙"}], batch="B000002-bb")
    again = district.build("three")
    assert "registrations" not in again.result["tables_kept"]
    assert len(again.rows("registrations")) == 3
