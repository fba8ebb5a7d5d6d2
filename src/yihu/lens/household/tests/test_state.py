"""A household's state is one story, and where the source tells two, that is said with its row."""

from datetime import date

import pytest

from yihu.lens.household.tests.district import District, invoice

LAST_DAY = "2024-06-30 10:00"
BEFORE, AFTER = date(2024, 5, 1), date(2024, 7, 1)


def told(district: District, *registrations: dict) -> tuple:
    """State, closing date and codes of findings of the one household with these registrations."""
    rows = [{"registration_id": f"R{n}", "name": "甲", **r} for n, r in enumerate(registrations)]
    district.add("registrations", rows)
    district.members = [{"registration_id": r["registration_id"], "household_id": "H1"} for r in rows]
    district.add("invoices", [invoice("1", "R0", "B", "1.00", LAST_DAY)])
    built = district.build()
    (household,) = built.rows("households", "household_id = 'H1'")
    return household["status_code"], household["closed_on"], [q["code"] for q in built.rows("quality")]


@pytest.mark.parametrize(
    ("status", "closed_on", "expected"),
    [
        ("NORMAL", BEFORE, ("CLOSED", BEFORE, ["STATE_CLOSED_BY_DATE"])),
        ("SUSPENDED", BEFORE, ("CLOSED", BEFORE, ["STATE_CLOSED_BY_DATE"])),
        (None, BEFORE, ("CLOSED", BEFORE, [])),
        ("CLOSED", BEFORE, ("CLOSED", BEFORE, [])),
        ("CLOSED", None, ("CLOSED", None, [])),
        ("ABNORMAL", BEFORE, ("ABNORMAL", BEFORE, ["STATE_ABNORMAL_WITH_DATE"])),
        ("NORMAL", AFTER, ("NORMAL", None, ["STATE_CLOSED_AHEAD"])),
        ("NORMAL", None, ("NORMAL", None, [])),
    ],
)
def test_status_and_closing_date_become_one_state(district: District, status, closed_on, expected) -> None:
    assert told(district, {"status_code": status, "closed_on": closed_on}) == expected


def test_a_closed_registration_does_not_lend_its_state_to_an_open_one(district: District) -> None:
    open_one, closed_one = {"registered_on": date(2020, 1, 1)}, {"status_code": "CLOSED", "closed_on": BEFORE}
    assert told(district, open_one, closed_one)[:2] == (None, None)


def test_the_contradiction_names_its_source_row_and_the_row_stays_as_gathered(district: District) -> None:
    told(district, {"status_code": "NORMAL", "closed_on": BEFORE})
    built = district.build("again")
    (finding,) = built.rows("quality")
    assert finding["message"] == "登记状态为“正常”，却有注销日期 2024-05-01"
    assert (finding["source_table"], finding["source_file"], finding["source_row"]) == ("registrations", "f.csv", 1)
    assert built.rows("registrations")[0]["status_code"] == "NORMAL"
