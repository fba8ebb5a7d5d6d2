"""What the pages say, on real rows."""

import csv
import io
from urllib.parse import urlencode

import pytest

from yihu.hub.foundation.org.api import StandardDuty

pytestmark = pytest.mark.django_db


@pytest.fixture
def director(district, client_at):
    return client_at(district.own, StandardDuty.DIRECTOR)


def test_filters_sort_and_columns_live_in_the_address(director, district):
    page = director.get("/worklist/", {"sort": "sales", "registered": "1", "col": ["sales_amount", "office_name"]})
    titles = [column.title for column in page.context["asked"].columns]
    assert titles == ["纳税人", "销售（万元）", "主管税务机关"]
    sales = [row["sales_amount"] for row in page.context["rows"]]
    assert sales == sorted(sales, reverse=True)
    assert all(row["is_registered"] for row in page.context["rows"])


def test_nonsense_in_the_address_falls_back_to_the_default(director):
    page = director.get("/worklist/", {"sort": "'; --", "size": "77", "page": "x", "level": "SUPER"})
    assert page.status_code == 200
    assert (page.context["asked"].sort, page.context["asked"].size, page.context["asked"].page) == ("rank", 20, 1)


def test_pages_of_the_worklist_join_without_gap(director, district):
    shown = [r["household_id"] for n in (1, 2, 3) for r in director.get("/worklist/", {"page": n}).context["rows"]]
    assert shown == [r["household_id"] for r in district.snapshot.worklist(limit=60)]


def test_the_export_is_what_is_shown(director):
    query = {"level": "LOW", "sort": "name", "col": ["score", "level_code"]}
    shown = director.get("/worklist/", {**query, "size": 200}).context["rows"]
    text = b"".join(director.get("/worklist/export.csv", query).streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["户编号"] for row in rows] == [row["household_id"] for row in shown]
    assert {row["风险等级"] for row in rows} == {"低风险"}


def test_an_export_that_is_cut_says_so_and_so_does_the_page_before(director, district, monkeypatch):
    total = district.snapshot.count_worklist()["all"]
    monkeypatch.setattr("yihu.hub.subsystems.household.views.worklist.EXPORTED", total - 1)
    assert f"导出只收按此排序的前 {total - 1:,} 户" in director.get("/worklist/").content.decode()
    lines = b"".join(director.get("/worklist/export.csv").streaming_content).decode("utf-8-sig").splitlines()
    assert "其余没有列入" in lines[-1]
    monkeypatch.setattr("yihu.hub.subsystems.household.views.worklist.EXPORTED", total)
    assert "导出只收" not in director.get("/worklist/").content.decode()
    lines = b"".join(director.get("/worklist/export.csv").streaming_content).decode("utf-8-sig").splitlines()
    assert "其余没有列入" not in lines[-1]


def test_a_saved_view_is_the_users_own(district, client_at, director):
    director.post("/worklist/views/", {"name": "高风险批发", "query": "level=HIGH"})
    assert "高风险批发" in director.get("/worklist/").content.decode()
    other = client_at(district.other)
    assert "高风险批发" not in other.get("/worklist/").content.decode()
    view = director.get("/worklist/").context["views"][0]
    other.post(f"/worklist/views/{view.pk}/delete/")
    assert "高风险批发" in director.get("/worklist/").content.decode()
    director.post(f"/worklist/views/{view.pk}/delete/")
    assert "高风险批发" not in director.get("/worklist/").content.decode()


def test_the_overview_draws_figures_with_peers(director, district):
    page = director.get(f"/household/{district.own['household_id']}/overview/")
    assert 0 < len(page.context["figures"]) <= 12
    assert page.content.decode().count('class="strip"') == len(page.context["figures"])


def test_a_period_bounds_every_tab_and_stays_in_the_links(director, district):
    own = district.own["household_id"]
    month = district.snapshot.monthly(own)[0]["month"]
    query = {"start": month.isoformat(), "end": month.replace(day=28).isoformat()}
    page = director.get(f"/household/{own}/invoices/", query)
    assert all(row["issued_at"].date().month == month.month for row in page.context["found"]["rows"])
    assert f"/household/{own}/space/?start={query['start']}" in page.content.decode()
    events = director.get(f"/household/{own}/time/", query).context["months"]
    assert [name for name, _ in events] in ([month.strftime("%Y-%m")], [])


def test_a_figure_leads_down_to_the_row_as_gathered(director, district):
    own = district.own["household_id"]
    page = director.get(f"/household/{own}/lineage/buyer_count/")
    assert page.context["lineage"]["snapshot"] == district.snapshot.id
    row = page.context["sources"][0]["rows"][0]["place"]
    place = {k: row[v] for k, v in (("batch", "batch_id"), ("file", "source_file"), ("row", "source_row"))}
    source = director.get(f"/household/{own}/source/?{urlencode({'table': 'invoices', **place})}")
    assert row["invoice_number"] in source.content.decode()


def test_a_source_row_of_another_household_is_not_shown(director, district):
    other = district.snapshot.registrations(district.other["household_id"])[0]
    place = {
        "table": "registrations",
        "batch": other["batch_id"],
        "file": other["source_file"],
        "row": other["source_row"],
    }
    assert director.get(f"/household/{district.other['household_id']}/source/", place).status_code == 200
    assert director.get(f"/household/{district.own['household_id']}/source/", place).status_code == 404


def test_an_unknown_indicator_or_tab_is_not_found(director, district):
    own = district.own["household_id"]
    assert director.get(f"/household/{own}/lineage/nothing/").status_code == 404
    assert director.get(f"/household/{own}/nothing/").status_code == 404


def test_persons_are_masked_on_the_page(director, district):
    people = district.snapshot.people(district.own["household_id"])
    page = director.get(f"/household/{district.own['household_id']}/people/").content.decode()
    assert all(p["name"] in page for p in people)
    clear = [district.snapshot.clear_person(p["natural_person_id"]) for p in people]
    numbers = [found[key]["value"] for found in clear for key in ("id_number", "phone") if key in found]
    assert numbers
    assert not any(number in page for number in numbers)


def test_a_trace_that_cannot_expand_every_household_names_those_left_out(director, district, monkeypatch):
    monkeypatch.setattr("yihu.hub.subsystems.household.selectors.MAX_DRAWN", 3)
    page = director.get("/trace/", {"household": district.own["household_id"], "up": 3, "down": 3})
    assert page.status_code == 200
    assert page.context["truncated"]
    assert page.context["truncated"][0]["name"] in page.content.decode()


def test_the_trace_lists_the_readers_edges_and_draws_at_most_what_is_legible(director, district):
    own = district.own["household_id"]
    page = director.get("/trace/", {"household": own, "up": 3, "down": 3})
    whole = district.snapshot.trace(own, up=3, down=3)
    assert page.context["edge_count"] == len(whole["edges"])
    largest = sorted(whole["edges"], key=lambda e: -float(e["amount"]))[:50]
    assert [(e["seller"], e["buyer"]) for e in page.context["listed"]] == [(e["seller"], e["buyer"]) for e in largest]
    drawing = page.context["drawing"]
    assert len(drawing["nodes"]) <= 1 + 6 * 14
    drawn = {node["id"] for node in drawing["nodes"]}
    assert all(edge["seller"] in drawn and edge["buyer"] in drawn for edge in drawing["edges"])
    assert len(drawn) + drawing["left_out"] == len(whole["nodes"])
    lines = b"".join(director.get("/trace/export.csv", {"household": own, "up": 3, "down": 3}).streaming_content)
    assert len(lines.decode().splitlines()) == len(whole["edges"]) + 1


def test_no_page_holds_inline_script_or_style(director, district):
    own = district.own["household_id"]
    for path in ("/worklist/", f"/household/{own}/space/", f"/trace/?household={own}", f"/household/{own}/evidence/"):
        page = director.get(path).content.decode()
        assert "<style" not in page
        assert " onclick=" not in page
        assert page.count("<script") == page.count('<script type="module" src=') + page.count('type="application/json"')


def test_without_a_snapshot_the_page_teaches(client_at, district, monkeypatch, tmp_path):
    client = client_at(district.own)
    monkeypatch.setenv("YIHU_HOME", str(tmp_path))
    for path in ("/worklist/", "/panels/risk/"):
        page = client.get(path)
        assert page.status_code == 200
        assert "yihu build" in page.content.decode()


def test_a_contradiction_in_the_register_is_shown_with_its_source_row(director, district):
    (finding, *_) = district.snapshot.rows("SELECT * FROM quality ORDER BY household_id")
    head = director.get(f"/household/{finding['household_id']}/").content.decode()
    assert "资料有矛盾" in head
    body = director.get(f"/household/{finding['household_id']}/identity/").content.decode()
    assert finding["message"] in body
    place = {"table": "registrations", "batch": finding["batch_id"], "file": finding["source_file"]}
    source = director.get(
        f"/household/{finding['household_id']}/source/", {**place, "row": finding["source_row"]}
    ).content.decode()
    assert finding["registration_id"] in source
