"""A taxpayer is opened for a reason that is recorded; numbers are shown in the clear seldom, briefly and on record."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from yihu.hub.base.access import Label
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.org.api import StandardDuty
from yihu.hub.registers.taxpayers.models import Taxpayer
from yihu.hub.subsystems.household.compute import SourcePlace, describe_clear_row, find_source
from yihu.hub.subsystems.household.models import Unmasking

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def officer(district, client_at) -> Client:
    return client_at(district.own)


def arriving(client: Client, referer: str) -> Client:
    client.defaults["HTTP_REFERER"] = referer
    return client


def is_question(answer: Any) -> bool:
    """Whether the page asks why instead of showing the taxpayer."""
    return answer.status_code == 200 and "为什么查看这一户" in answer.content.decode()


def purposes() -> list[str]:
    views = AccessRecord.objects.filter(verb="household.view").order_by("id")
    return list(views.values_list("purpose", flat=True))


@pytest.mark.parametrize(
    ("path", "inferred"),
    [("/worklist/?level=HIGH", "风险清单核查"), ("/trace/?household=x", "链条追踪核查"), ("/", "首页风险提示")],
)
def test_a_working_page_tells_the_purpose(officer, district, path, inferred) -> None:
    page = f"/household/{district.own['household_id']}/overview/"
    assert arriving(officer, f"http://testserver{path}").get(page).status_code == 200
    assert purposes() == [inferred]


@pytest.mark.parametrize("referer", ["", "http://testserver/search/?q=x", "http://elsewhere.example/worklist/"])
def test_whoever_searched_or_came_from_nowhere_is_asked_once(officer, district, referer) -> None:
    own = district.own["household_id"]
    page = f"/household/{own}/overview/"
    asked = arriving(officer, referer).get(page)
    assert (is_question(asked), purposes()) == (True, [])
    assert asked.context["next"] == page
    assert officer.get(f"/household/{own}/network.json").status_code == 428
    assert is_question(officer.get(f"/household/{own}/lineage/buyer_count/"))
    fragment = officer.get(f"/household/{own}/people/", headers={"HX-Request": "true"})
    assert fragment["HX-Redirect"] == f"/household/{own}/"
    refused = officer.post(f"/household/{own}/purpose/", {"text": "看", "next": page}, follow=True)
    assert is_question(refused)
    told = officer.post(
        f"/household/{own}/purpose/", {"choice": "举报核实", "text": "联系13800138000", "next": page}, follow=True
    )
    assert not is_question(told)
    assert officer.get(f"/household/{own}/people/").status_code == 200
    assert purposes() == ["举报核实：联系138****8000"] * 2


def test_a_link_found_by_searching_asks_wherever_the_search_box_stood(officer, district) -> None:
    own = district.own
    found = officer.get("/search/", {"q": own["primary_registration_id"]})
    assert found.url.endswith("?from=search")
    assert is_question(officer.get(found.url))
    assert purposes() == []


def test_a_sensitive_taxpayer_is_never_opened_by_inference(district, client_at) -> None:
    own = district.own["household_id"]
    client_at(district.own)
    Taxpayer.objects.filter(household_id=own).update(label=Label.SENSITIVE)
    chief = client_at(district.own, StandardDuty.SECTION_CHIEF)
    asked = chief.get(f"/household/{own}/overview/")
    assert is_question(asked)
    assert "敏感" in asked.content.decode()
    chief.post(f"/household/{own}/purpose/", {"choice": "风险应对"})
    shown = chief.get(f"/household/{own}/overview/")
    assert not is_question(shown)
    assert "敏感" in shown.content.decode()


def test_the_way_on_never_leads_to_another_site(officer, district) -> None:
    own = district.own["household_id"]
    answer = officer.post(f"/household/{own}/purpose/", {"choice": "风险应对", "next": "https://elsewhere.example/"})
    assert answer.url == f"/household/{own}/"


@pytest.fixture
def person(district) -> dict:
    people = [
        {**person, "clear": district.snapshot.clear_person(person["natural_person_id"])}
        for person in district.snapshot.people(district.own["household_id"])
    ]
    return next(person for person in people if "id_number" in person["clear"])


def test_numbers_are_shown_with_a_purpose_and_go_by_themselves(officer, person) -> None:
    address = f"/person/{person['natural_person_id']}/unmask/"
    number = person["clear"]["id_number"]["value"]
    assert number not in officer.get(address).content.decode()
    assert number not in officer.post(address, {"text": "看"}).content.decode()
    assert Unmasking.objects.count() == 0
    shown = officer.post(address, {"choice": "稽查协查", "text": "工单 20260301"}).content.decode()
    assert number in shown
    assert "delay:30s" in shown
    record = AccessRecord.objects.get(verb="person.unmask")
    assert record.purpose == "稽查协查：工单 20260301"
    assert record.target == f"person:{person['natural_person_id']}"
    place = person["clear"]["id_number"]
    assert any(f"{place['source_file']} {place['source_row']}" in cell for cell in record.detail["cells"])
    assert number not in str(record.detail)


def test_a_gathered_rows_numbers_are_shown_the_same_way(officer, district) -> None:
    own = district.own
    (row,) = [r for r in district.snapshot.registrations(own["household_id"]) if r["phone"]][:1]
    place = {"table": "registrations", "batch": row["batch_id"], "file": row["source_file"], "row": row["source_row"]}
    clear = district.snapshot.clear_registration(row["registration_id"])["phone"]["value"]
    page = officer.get(f"/household/{own['household_id']}/source/", place)
    assert clear not in page.content.decode()
    assert "查看明文" in page.content.decode()
    query = "&".join(f"{k}={v}" for k, v in place.items())
    address = f"/household/{own['household_id']}/source/unmask/?{query}"
    assert clear in officer.post(address, {"choice": "数据质量核对"}).content.decode()
    other = officer.post(f"/household/{district.other['household_id']}/source/unmask/?{query}", {"choice": "风险应对"})
    assert other.status_code == 404


def test_there_is_a_limit_an_hour(officer, person, settings) -> None:
    settings.UNMASK_PER_HOUR = 2
    address = f"/person/{person['natural_person_id']}/unmask/"
    answers = [officer.post(address, {"choice": "风险应对"}).content.decode() for _ in range(3)]
    assert ["一小时内最多" in answer for answer in answers] == [False, False, True]
    assert person["clear"]["id_number"]["value"] not in answers[2]
    assert Unmasking.objects.count() == AccessRecord.objects.filter(verb="person.unmask").count() == 2


def test_another_offices_person_stays_unknown(officer, district) -> None:
    stranger = district.snapshot.row(
        "SELECT o.natural_person_id AS id FROM roles o JOIN households h USING (household_id) "
        "GROUP BY 1 HAVING bool_and(h.office_code IS DISTINCT FROM ?) LIMIT 1",
        [district.own["office_code"]],
    )
    assert officer.post(f"/person/{stranger['id']}/unmask/", {"choice": "风险应对"}).status_code == 404


CASE = (
    "SELECT i.*, h.office_code, h.office_name, h.division_code FROM inspections i JOIN households h "
    "USING (household_id) WHERE i.closed_on IS {} NULL AND h.office_code IS NOT NULL ORDER BY inspection_id LIMIT 1"
)


@pytest.mark.parametrize(("duty", "status"), [(StandardDuty.OFFICER, 404), (StandardDuty.SECTION_CHIEF, 200)])
def test_an_inspection_not_yet_concluded_is_told_only_to_whom_it_is_due(client_at, district, duty, status) -> None:
    case = district.snapshot.row(CASE.format(""))
    client = client_at(case, duty)
    place = {"table": "inspections", "batch": case["batch_id"], "file": case["source_file"], "row": case["source_row"]}
    assert client.get(f"/household/{case['household_id']}/").status_code == 200
    shown = client.get(f"/household/{case['household_id']}/source/", place)
    assert shown.status_code == status
    assert (case["inspection_id"] in shown.content.decode()) == (status == 200)


def test_the_remark_on_an_open_inspection_is_not_unmasked_either(district, monkeypatch) -> None:
    for known, told in (("", (0, 1)), ("NOT", (1, 1))):
        case = district.snapshot.row(CASE.format(known))
        household = district.snapshot.household(case["household_id"])
        row = {**case, "note": "13800138000"}
        monkeypatch.setattr(
            type(district.snapshot), "source_row", lambda _, row=row, **place: {"row": row, "batch": {}}
        )
        place = SourcePlace("inspections", case["batch_id"], case["source_file"], case["source_row"])
        cells = [
            describe_clear_row(place, find_source(district.snapshot, household, place, open_cases=open_cases))
            for open_cases in (False, True)
        ]
        assert tuple(map(len, cells)) == told
