"""An officer reads the households of the own office and learns nothing of another office's."""

import pytest
from django.test import Client

from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.org.api import StandardDuty
from yihu.hub.subsystems.household.choices import Tab

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(district, client_at) -> Client:
    return client_at(district.own)


@pytest.mark.parametrize("tab", Tab.values)
def test_every_tab_opens_for_the_own_office_and_is_unknown_for_another(officer, district, tab):
    own, other = district.own["household_id"], district.other["household_id"]
    assert officer.get(f"/household/{own}/{tab}/").status_code == 200
    assert officer.get(f"/household/{own}/{tab}/", headers={"HX-Request": "true"}).status_code == 200
    refused = officer.get(f"/household/{other}/{tab}/")
    assert refused.status_code == 404
    assert district.other["name"] not in refused.content.decode()


@pytest.mark.parametrize(
    "path", ["network.json", "lineage/buyer_count/", "source/?table=invoices&batch=B&file=f&row=1"]
)
def test_parts_of_a_page_are_refused_like_the_page(officer, district, path):
    assert officer.get(f"/household/{district.other['household_id']}/{path}").status_code == 404


def test_any_number_of_a_household_leads_to_it_and_a_stranger_number_nowhere(officer, district):
    own, other = district.own, district.other
    answer = officer.get(f"/household/{own['primary_registration_id']}/")
    assert answer.url == f"/household/{own['household_id']}/overview/"
    assert officer.get(f"/household/{other['primary_registration_id']}/").status_code == 404


def test_the_worklist_and_its_export_hold_only_the_own_office(officer, district):
    own_ids = {
        row["household_id"]
        for row in district.snapshot.rows(
            "SELECT household_id FROM households WHERE office_code = ?", [district.own["office_code"]]
        )
    }
    page = officer.get("/worklist/?size=200").content.decode()
    assert district.own["household_id"] in page
    assert district.other["household_id"] not in page
    exported = b"".join(officer.get("/worklist/export.csv").streaming_content).decode("utf-8-sig").splitlines()
    assert {line.split(",")[0] for line in exported[1:]} == own_ids


def test_an_export_is_recorded_with_its_size(officer, district):
    officer.get("/worklist/export.xlsx?level=HIGH")
    record = AccessRecord.objects.get(verb="worklist.export")
    assert record.detail["kind"] == "xlsx"
    assert record.detail["query"] == "level=HIGH"


def test_search_and_suggestions_leave_out_another_office(officer, district):
    for path in ("/search/", "/search/suggest/"):
        assert (
            district.own["household_id"] in officer.get(path, {"q": district.own["name"]}, follow=True).content.decode()
        )
        found = officer.get(path, {"q": district.other["name"]}).content.decode()
        assert district.other["household_id"] not in found


def test_a_trace_of_another_office_is_refused_and_strangers_in_a_chain_show_no_risk(officer, district):
    other = district.other["household_id"]
    assert officer.get("/trace/", {"household": other}).status_code == 404
    assert officer.get("/trace/export.csv", {"household": other}).status_code == 404
    answer = officer.get("/trace/", {"household": district.own["household_id"], "up": 2, "down": 2})
    seen = {row["household_id"] for row in district.snapshot.rows(
        "SELECT household_id FROM households WHERE office_code = ?", [district.own["office_code"]]
    )}  # fmt: skip
    strangers = [n for n in answer.context["nodes"] if n["household"] not in seen]
    assert strangers
    assert all(not n["open"] and "level_code" not in n and "score" not in n for n in strangers)


def test_a_person_is_shown_only_through_the_own_households(officer, district):
    person = district.snapshot.row(
        "SELECT o.natural_person_id AS id FROM roles o JOIN households h USING (household_id) "
        "GROUP BY 1 HAVING bool_and(h.office_code IS DISTINCT FROM ?) LIMIT 1",
        [district.own["office_code"]],
    )
    assert officer.get(f"/person/{person['id']}/").status_code == 404
    own = district.snapshot.people(district.own["household_id"])[0]
    page = officer.get(f"/person/{own['natural_person_id']}/").content.decode()
    assert own["name"] in page
    assert district.snapshot.clear_person(own["natural_person_id"])["id_number"]["value"] not in page


def test_the_top_director_sees_every_office_and_administrators_no_household(district, client_at):
    director = client_at(district.own, StandardDuty.DIRECTOR)
    for household in (district.own, district.other):
        assert director.get(f"/household/{household['household_id']}/overview/").status_code == 200
    for duty in set(StandardDuty) - {StandardDuty.OFFICER, StandardDuty.SECTION_CHIEF, StandardDuty.DIRECTOR}:
        other = client_at(district.own, duty)
        assert other.get(f"/household/{district.own['household_id']}/overview/").status_code == 403


def test_filter_choices_count_only_the_scope(officer, district):
    divisions = officer.get("/worklist/").context["divisions"]
    count = district.snapshot.count_worklist
    assert sum(d["n"] for d in divisions) < count()["all"]


def test_opening_a_household_leaves_a_record_and_puts_it_among_the_recent(officer, district):
    own = district.own["household_id"]
    officer.get(f"/household/{own}/overview/")
    assert AccessRecord.objects.filter(verb="household.view", target=f"household:{own}").count() == 1
    assert own in officer.get("/panels/recent/", headers={"HX-Request": "true"}).content.decode()
